// SPDX-License-Identifier: MIT
/* An index of vectors/vector_index.h in Qdrant.
 *
 * The first call opens the collection. A later call opens it again QDRANT_REOPEN_MS after a
 * failure, or if it is gone, so the index recovers by itself. Until then calls fail at once with
 * the last cause. Any call but nearest() creates a missing collection.
 *
 * Its content may differ from PostgreSQL's: a new collection is empty, and an unreachable Qdrant
 * may come back with an older copy of its disk. From then on the state is "qdrant_not_compared",
 * until qdrant_compare.h has compared all of it.
 */
#pragma once

#include "vectors/qdrant_client.h"

enum { QDRANT_REOPEN_MS = 5000, QDRANT_NAME_MAX = 128 /* bytes */ };

/* Creates an index without any request to Qdrant. `options` as in struct qdrant_options; the names
 * of collection and generation are copied. Returns new in `out`. FAULT_INVALID "bad_name": a name
 * is longer than QDRANT_NAME_MAX. */
bool qdrant_index_create(const struct qdrant_options *options, struct vector_index *out,
                         struct fault *fault) MUST_CHECK;
