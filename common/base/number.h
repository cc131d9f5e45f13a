// SPDX-License-Identifier: MIT
/* Bounds of numbers. FIELD_ABSENT is the smallest number. */
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

/* The nearest number from `min` to `max`, which is not less than `min`. */
static inline int64_t number_clamp(int64_t value, int64_t min, int64_t max)
{
    return number_min(number_max(value, min), max);
}
