// SPDX-License-Identifier: MIT
/* What qdrant_index.c and qdrant_compare.c share: the state of an index in Qdrant. */
#pragma once

#include "vectors/qdrant_index.h"

struct qdrant_index {
    struct qdrant_client client;
    char collection[QDRANT_NAME_MAX + 1];
    char generation[QDRANT_NAME_MAX + 1];
    bool is_open;
    bool is_opening;
    int64_t reopen_ns;  /* time of the next attempt to open */
    struct fault why;   /* why it is not open */
    const char *reason; /* of the last failed call; NULL: the last call succeeded */
    int64_t count;      /* as of the last count of all points */
    bool is_compared;   /* with PostgreSQL, since `doubts` last grew */
    unsigned doubts;    /* how often the content became doubtful */
};

/* Opens the collection if it is not open, and creates a missing one. */
bool qdrant_index_open(struct qdrant_index *index, struct fault *fault) MUST_CHECK;
bool qdrant_index_list_points(struct qdrant_index *index, int64_t after,
                              struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                              struct fault *fault) MUST_CHECK;
