// SPDX-License-Identifier: MIT
/* The dot product of two vectors, computed for each row of a scan. Both implementations give the
 * same integer. A function computes one product: reading one row after the other reaches the speed
 * of memory, while reading several rows at once defeats the processor's prefetch. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { DOT_STEP = 64 /* bytes; each `length` is a multiple */ };

/* Returns the dot product of `query`, which must not contain -128, and `row`. `length` is at most
 * VECTOR_DIMENSIONS_MAX, so nothing overflows. */
typedef int32_t dot_fn(const int8_t *query, const int8_t *row, size_t length);

dot_fn dot_scalar;
/* Returns the fastest implementation that this machine supports. */
dot_fn *dot_choose_fastest(void);
