// SPDX-License-Identifier: MIT
/* Reads the /readyz of a service of tapbot. */
#pragma once

#include "base/arena.h"

enum { READY_WHY_MAX = 128 };

/* Whether the status is "paused": the service answers people only that they must wait. */
bool ready_is_paused(struct slice body, struct arena *arena) MUST_CHECK;
/* Writes why the service is not ready: the names of the parts that are down ("postgres, redis"), or
 * "stopping"; "" if the body contains neither. Names that are not slugs are omitted. */
void ready_read_why_not_ready(struct slice body, struct arena *arena, char out[READY_WHY_MAX]);
