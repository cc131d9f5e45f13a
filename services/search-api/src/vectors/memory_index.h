// SPDX-License-Identifier: MIT
/* The index of this process: a matrix, looked through in the threads of a work pool. */
#pragma once

#include "loop/work.h"

#include "vectors/vector_index.h"

/* Returns new, in `out`. `bytes_max`: of the matrix; what is beyond it makes the state's reason
 * "vector_memory". Searches take up to 150 KB each at a million rows. */
bool memory_index_create(struct work *work, size_t dimensions, size_t bytes_max,
                         struct vector_index *out, struct fault *fault) MUST_CHECK;
