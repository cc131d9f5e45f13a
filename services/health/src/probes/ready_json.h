// SPDX-License-Identifier: MIT
/* What a service of ours answers at /readyz. */
#pragma once

#include "base/arena.h"

enum { READY_WHY_MAX = 128 };

/* It is ready to tell people to wait, and for nothing else. */
bool ready_is_paused(struct slice body, struct arena *arena) MUST_CHECK;
/* The names of the parts that are down ("postgres, redis"), or "stopping"; "" where the body does
 * not tell. Only slugs are taken over. */
void ready_why(struct slice body, struct arena *arena, char out[READY_WHY_MAX]);
