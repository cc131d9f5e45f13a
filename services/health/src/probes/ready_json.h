// SPDX-License-Identifier: MIT
/* Reads the /readyz of a service of tapbot. */
#pragma once

#include "base/arena.h"

enum { READY_WHY_MAX = 128 };

/* True if the service is paused: it only asks people to wait. */
bool ready_is_paused(struct slice body, struct arena *arena) MUST_CHECK;
/* Writes the names of the parts that are down ("postgres, redis"), or "stopping"; "" if the body
 * does not contain them. Only slugs are copied. */
void ready_read_why(struct slice body, struct arena *arena, char out[READY_WHY_MAX]);
