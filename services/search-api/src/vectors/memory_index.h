// SPDX-License-Identifier: MIT
/* The index in this process: a matrix, searched in threads of the work pool. */
#pragma once

#include "loop/work.h"

#include "vectors/vector_index.h"

/* Returns new, in `out`. `bytes_max`: of the matrix; beyond it the state's reason is
 * "vector_memory". A search takes up to 150 KB with a million rows. */
bool memory_index_create(struct work *work, size_t dimensions, size_t bytes_max,
                         struct vector_index *out, struct fault *fault) MUST_CHECK;
