// SPDX-License-Identifier: MIT
/* The smaller and the larger of two numbers. FIELD_ABSENT is smaller than every other number. */
#pragma once

#include <stdint.h>

static inline int64_t number_min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t number_max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The number in `min`..`max` that is nearest to `value`. `max` must not be less than `min`. */
static inline int64_t number_clamp(int64_t value, int64_t min, int64_t max)
{
    return number_min(number_max(value, min), max);
}
