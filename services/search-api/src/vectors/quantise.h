// SPDX-License-Identifier: MIT
/* A vector in a byte a dimension: round(127 x / max |x|). One scale for all would cut off the few
 * large dimensions that some models have, and lose the small ones of the others. A cosine does not
 * know the scale, so it is not kept. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* -127 to 127, the largest of them 127 or -127. False, and `out` is untouched: a value is not
 * finite, or all are 0. */
bool vector_quantise(const float *vector, size_t dimensions, int8_t *out) MUST_CHECK;
