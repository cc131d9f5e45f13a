// SPDX-License-Identifier: MIT
/* Every kind of index of vectors/vector_index.h must answer alike. test_alike.c asks one kind and
 * holds its answers against an exact scan of its own; which kind, is linked in. */
#pragma once

#include "vectors/vector_index.h"

/* The kind's name in what the suite prints. */
extern const char *const alike_name;

/* An empty index, on the loop of unit/telegram/peer.h. */
void alike_create(size_t dimensions, struct vector_index *out);

/* Takes away what it has kept elsewhere, too. In a fiber. */
bool alike_remove(struct vector_index *index);

/* As when the service starts anew, without what it had in memory. True: what was put is still
 * there; false: it is to be put again. */
bool alike_restart(struct vector_index *index);

/* How far its similarity may be from the exact one. */
extern const double alike_error;

/* The times of a filter are widened to whole ones of these, which the caller narrows again in SQL:
 * microseconds. */
extern const int64_t alike_grain_us;

/* Whether it refuses to go back to a lower revision. Known once it was asked anything. */
bool alike_keeps_revisions(const struct vector_index *index);
