// SPDX-License-Identifier: MIT
/* Holds what Qdrant has against what PostgreSQL has, both ways, by number and revision: what is
 * missing or older is sent, what is of no row is taken away. It ends what the index' state calls
 * "qdrant_not_compared". A restart that nobody noticed brings no doubt, so whoever follows the
 * table compares now and then too, and whenever the counts differ. */
#pragma once

#include "vectors/qdrant_index.h"

/* PostgreSQL's side of a comparison. In a fiber. */
struct qdrant_truth {
    void *self;
    /* Of the generation's rows those with after < number <= until, in the order of numbers, at most
     * QDRANT_PAGE. */
    bool (*list)(void *self, int64_t after, int64_t until, struct qdrant_known out[QDRANT_PAGE],
                 size_t *count, struct fault *fault);
    /* Reads these rows and gives them to the index' put(); those that are gone, to its drop(). At
     * most QDRANT_BATCH. */
    bool (*send)(void *self, const int64_t *numbers, size_t count, struct fault *fault);
};

/* How far a comparison has come, zeroed before the first step; and what it found. */
struct qdrant_compared {
    int64_t after; /* numbers up to it are compared */
    bool ended;
    int64_t seen;    /* points that Qdrant has */
    int64_t missing; /* sent */
    int64_t older;   /* sent again */
    int64_t newer;   /* than PostgreSQL's, which was restored: taken away and sent */
    int64_t orphans; /* of no row: taken away */
    unsigned begun;  /* of the index */
};

/* One more step, of QDRANT_PAGE points and rows at most. Qdrant's page is read before PostgreSQL's
 * rows of the same numbers, so a row that is written meanwhile is sent once more, and never taken
 * away. */
bool qdrant_compare(const struct vector_index *index, const struct qdrant_truth *truth,
                    struct qdrant_compared *so_far, struct fault *fault) MUST_CHECK;
