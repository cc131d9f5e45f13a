// SPDX-License-Identifier: MIT
/* The index in this process: a matrix, searched in threads of the work pool. */
#pragma once

#include "loop/work.h"

#include "vectors/vector_index.h"

/* Creates an index. `bytes_max` limits the memory of its matrix; if not all rows fit, the state of
 * the index has the reason "vector_memory". A search takes up to 150 KB of memory with a million
 * rows. Returns new in `out`. */
bool memory_index_create(struct work *work, size_t dimensions, size_t bytes_max,
                         struct vector_index *out, struct fault *fault) MUST_CHECK;
