// SPDX-License-Identifier: MIT
/* Compares points of Qdrant with rows of PostgreSQL in both directions, by number and revision:
 * sends missing and older points and deletes points without a row. This ends the state
 * "qdrant_not_compared" of the index. Since a restart of Qdrant may go unnoticed, the caller also
 * compares from time to time and whenever the counts differ. */
#pragma once

#include "vectors/qdrant_index.h"

/* The rows of PostgreSQL, for a comparison. Both functions are called in a fiber. */
struct qdrant_source {
    void *self;
    /* Lists the generation's rows with after < number <= until, in the order of numbers, at most
     * QDRANT_PAGE. */
    bool (*list)(void *self, int64_t after, int64_t until, struct qdrant_known out[QDRANT_PAGE],
                 size_t *count, struct fault *fault);
    /* Reads the rows with these numbers and passes them to put() of the index; passes numbers
     * without a row to drop(). At most QDRANT_BATCH. */
    bool (*send)(void *self, const int64_t *numbers, size_t count, struct fault *fault);
};

/* The progress and the findings of a comparison. Zeroed: before the first step. */
struct qdrant_progress {
    int64_t after; /* numbers up to it are compared */
    bool ended;
    int64_t seen;    /* points of Qdrant */
    int64_t missing; /* sent */
    int64_t older;   /* sent again */
    int64_t newer;   /* than PostgreSQL's, which was restored: deleted and sent */
    int64_t orphans; /* without a row: deleted */
    unsigned doubts; /* `doubts` of the index at the start */
};

/* Compares the next page, of at most QDRANT_PAGE points and rows. It reads Qdrant's points before
 * PostgreSQL's rows of the same numbers, so a row that is written meanwhile is sent once more, but
 * never deleted. */
bool qdrant_compare_page(const struct vector_index *index, const struct qdrant_source *truth,
                         struct qdrant_progress *so_far, struct fault *fault) MUST_CHECK;
