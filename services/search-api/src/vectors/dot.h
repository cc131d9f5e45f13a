// SPDX-License-Identifier: MIT
/* The dot product of two vectors, computed for each row of a scan. Both implementations give the
 * same integer. Processing one row after the other reaches the speed of memory; several at a time
 * are slower, because they defeat the processor's prefetch. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { DOT_STEP = 64 /* `length` is a multiple of it */ };

/* `query` contains no -128. `length` is at most VECTOR_DIMENSIONS_MAX, so nothing overflows. */
typedef int32_t dot_fn(const int8_t *query, const int8_t *row, size_t length);

dot_fn dot_scalar;
/* Returns the fastest implementation that this machine supports. */
dot_fn *dot_best(void);
