// SPDX-License-Identifier: MIT
/* Problems (RFC 9457) of other services. */
#pragma once

#include "base/arena.h"

/* The code of a problem; absent if there is none. */
struct slice problem_code_read(struct slice body, struct arena *arena);
