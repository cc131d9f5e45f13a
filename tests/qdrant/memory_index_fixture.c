// SPDX-License-Identifier: MIT
/* The index of this process. */
#include <check.h>

#include "base/now.h"

#include "unit/telegram/peer.h"
#include "vector_index_fixture.h"
#include "vectors/memory_index.h"

enum { BYTES_MAX = 16 << 20 };

const char *const alike_name = "process";
const double alike_error = 0.004; /* half a step of a query that has a byte a dimension */
const int64_t alike_grain_us = US_PER_S;

void alike_create(size_t dimensions, struct vector_index *out)
{
    struct fault fault;

    ck_assert(memory_index_create(work, dimensions, BYTES_MAX, out, &fault));
}

bool alike_remove(struct vector_index *index)
{
    return true;
}

bool alike_restart(struct vector_index *index)
{
    const size_t dimensions = index->dimensions;

    index->kind->destroy(index->self);
    alike_create(dimensions, index);
    return false;
}

bool alike_keeps_revisions(const struct vector_index *index)
{
    return false;
}
