// SPDX-License-Identifier: MIT
/* An index of vectors/vector_index.h in Qdrant.
 *
 * The synchroniser's calls open the collection, and create a missing one. After a failure that
 * closes the collection, the next of them opens it again, at least QDRANT_REOPEN_MS after the last
 * failed attempt, so the index recovers by itself; until then they fail at once with the last
 * cause. nearest() does not open the collection but fails so too: opening may take longer than a
 * search may wait, and the collection of a retired generation must not be created again.
 *
 * The content may differ from PostgreSQL's: a new collection is empty, and an unreachable Qdrant
 * may come back with an older copy of its disk. From then on the state is "qdrant_not_compared",
 * until synchroniser_comparison.c has compared the whole collection.
 */
#pragma once

#include "vectors/qdrant_client.h"

enum { QDRANT_REOPEN_MS = 5000 };

struct qdrant_index {
    struct qdrant_client client;
    bool is_open;
    int64_t reopen_ns;  /* time of the next attempt to open */
    struct fault why;   /* why the collection is not open */
    const char *reason; /* code of the last call's fault; NULL: the last call succeeded */
    int64_t count;      /* number of points at the last count */
    bool is_compared;   /* all points were compared with PostgreSQL after `doubts` last grew */
    unsigned doubts;    /* how often the content became doubtful, from 1 */
};

/* Creates an index without any request to Qdrant; its `self` is a struct qdrant_index. `client` is
 * copied. Returns new in `out`. */
bool qdrant_index_create(const struct qdrant_client *client, struct vector_index *out,
                         struct fault *fault) MUST_CHECK;

/* For a comparison: opens the collection if it is not open, and creates a missing one. */
bool qdrant_index_open_or_create(struct qdrant_index *index, struct fault *fault) MUST_CHECK;
bool qdrant_index_list_points(struct qdrant_index *index, int64_t after,
                              struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                              struct fault *fault) MUST_CHECK;
