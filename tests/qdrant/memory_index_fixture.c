// SPDX-License-Identifier: MIT
/* The index of this process. */

#include "unit/telegram/peer.h"
#include "vector_index_fixture.h"
#include "vectors/memory_index.h"

enum { BYTES_MAX = 16 << 20 };

const char *const vector_index_fixture_name = "process";
const double vector_index_fixture_error =
    0.004; /* half a step of a query with a byte per dimension */
const int64_t vector_index_fixture_grain_us = US_PER_S;

static size_t made_dimensions;

void vector_index_fixture_create(size_t dimensions, struct vector_index *out)
{
    made_dimensions = dimensions;
    ck_assert(memory_index_create(work, dimensions, BYTES_MAX, out, &fault));
}

bool vector_index_fixture_remove(struct vector_index *index)
{
    return true;
}

bool vector_index_fixture_restart(struct vector_index *index)
{
    index->kind->destroy(index->self);
    vector_index_fixture_create(made_dimensions, index);
    return false;
}

bool vector_index_fixture_has_revisions(const struct vector_index *index)
{
    return false;
}
