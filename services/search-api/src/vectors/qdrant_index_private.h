// SPDX-License-Identifier: MIT
/* What qdrant_index.c and qdrant_compare.c share. */
#pragma once

#include "vectors/qdrant_index.h"

struct qdrant_index {
    struct qdrant_client client;
    char collection[QDRANT_NAME_MAX + 1];
    char generation[QDRANT_NAME_MAX + 1];
    bool is_open;
    bool is_opening;
    int64_t reopen_ns;  /* not before it */
    struct fault why;   /* it is not open */
    const char *reason; /* of the last call's failure; NULL: it went well */
    int64_t count;      /* when all were counted last */
    bool is_compared;   /* with PostgreSQL, since `begun` was counted up */
    unsigned begun;     /* how often what is there became doubtful */
};

/* Opens it where it is not, and makes it where there is none. */
bool qdrant_index_ready(struct qdrant_index *index, struct fault *fault) MUST_CHECK;
bool qdrant_index_list(struct qdrant_index *index, int64_t after,
                       struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                       struct fault *fault) MUST_CHECK;
