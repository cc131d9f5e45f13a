// SPDX-License-Identifier: MIT
/* The vectors in Qdrant, as an index of vectors/vector_index.h.
 *
 * The collection is opened by the first call, and again by a later one QDRANT_REOPEN_MS after it
 * could not be, or when it is gone: so it heals without anybody's help. Until it is open calls fail
 * at once with what was wrong. All calls but nearest() make it where there is none.
 *
 * What is there need not be what PostgreSQL has: a new collection is empty, and a Qdrant that could
 * not be reached may have come back from an older copy of its disk. From then on the state says
 * "qdrant_not_compared", until qdrant_compare.h has gone through all of it. */
#pragma once

#include "vectors/qdrant_client.h"

enum { QDRANT_REOPEN_MS = 5000, QDRANT_NAME_MAX = 128 /* bytes */ };

/* `options` as struct qdrant_options says; the names of collection and generation are copied. Calls
 * nobody. Returns new in `out`. FAULT_INVALID "bad_name": longer than QDRANT_NAME_MAX. */
bool qdrant_index_create(const struct qdrant_options *options, struct vector_index *out,
                         struct fault *fault) MUST_CHECK;
