// SPDX-License-Identifier: MIT
/* What a service of ours answers at /readyz while it is not ready. */
#pragma once

#include "base/arena.h"

enum { READY_WHY_MAX = 128 };

/* The names of the parts that are down ("postgres, redis"), or "stopping"; "" where the body does
 * not tell. Only slugs are taken over. */
void ready_why(struct slice body, struct arena *arena, char out[READY_WHY_MAX]);
