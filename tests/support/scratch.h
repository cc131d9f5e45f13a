// SPDX-License-Identifier: MIT
/* What a call of a tested function needs besides its arguments, for tests to which it does not
 * matter otherwise. Empty at the start of each test. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

#include "support/test.h"

extern struct arena arena; /* of 64 MiB; freed after the test */
extern struct fault fault;
extern struct buf scratch; /* of at most 1 MiB */
/* Its text; nothing was cut. Then `scratch` is empty again. Borrowed until something is appended.
 */
const char *scratch_text(void);
