// SPDX-License-Identifier: MIT
/* The dot product of two vectors: what a scan does with each row. Both ways give the same integer.
 * Row after row is as fast as memory is; several at a time are slower, because what the processor
 * reads prefetch is no longer what is needed next. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { DOT_STEP = 64 /* `length` is a multiple of it */ };

/* `query` has no -128. `length` is VECTOR_DIMENSIONS_MAX at most, so nothing overflows. */
typedef int32_t dot_fn(const int8_t *query, const int8_t *row, size_t length);

dot_fn dot_scalar;
/* The fastest that this machine can run. */
dot_fn *dot_best(void);
