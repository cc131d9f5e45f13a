// SPDX-License-Identifier: MIT
/* Every kind of index of vectors/vector_index.h must give the same answers. test_vector_index.c
 * compares one kind with an exact scan of its own; the linked file determines the kind. */
#pragma once

#include "vectors/vector_index.h"

/* The kind's name in the suite's output. */
extern const char *const vector_index_fixture_name;

/* An empty index, on the loop of unit/telegram/peer.h. */
void vector_index_fixture_create(size_t dimensions, struct vector_index *out);

/* Also deletes its external data. In a fiber. */
bool vector_index_fixture_remove(struct vector_index *index);

/* Simulates a restart of the service, without the data in memory. True: the rows are still there;
 * false: they must be put again. */
bool vector_index_fixture_restart(struct vector_index *index);

/* The largest error of a similarity. */
extern const double vector_index_fixture_error;

/* Filters widen times to multiples of this, in microseconds; the caller narrows them again in SQL.
 */
extern const int64_t vector_index_fixture_grain_us;

/* Whether it refuses a lower revision. Known after its first call. */
bool vector_index_fixture_has_revisions(const struct vector_index *index);
