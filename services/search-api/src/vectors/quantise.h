// SPDX-License-Identifier: MIT
/* Quantises a vector to a byte per dimension: round(127 x / max |x|). A common scale for all
 * vectors would clip the few large dimensions of some models and lose the small ones of others. A
 * cosine does not depend on the scale, so the scale is not stored. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* Sets `out` to values from -127 to 127; the largest magnitude is 127. False, with `out` untouched:
 * a value of the vector is not finite, or all are 0. */
bool quantise_vector(const float *vector, size_t dimensions, int8_t *out) MUST_CHECK;
