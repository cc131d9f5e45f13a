// SPDX-License-Identifier: MIT
/* A client of Qdrant: one collection, of one generation of vectors. qdrant_json.h has the requests
 * and answers, qdrant_outcome.h the meaning of failures.
 *
 * Every call runs in a fiber and has a deadline of its own within the fiber's; temporary failures
 * are retried within it. Faults are those of http_client_call() and of qdrant_outcome(),
 * "qdrant_old", "qdrant_foreign", "qdrant_dimensions", "qdrant_unreadable", "bad_json".
 */
#pragma once

#include "http/client.h"

#include "vectors/qdrant_json.h"

enum {
    QDRANT_BATCH = 128, /* points written by one request */
    QDRANT_PAGE = 500   /* points listed by one request */
};

/* Borrowed for the client's life. */
struct qdrant_options {
    struct http_client *http;
    const char *url;        /* "http://host:6333", without a trailing '/' */
    const char *key;        /* "": none is sent */
    const char *collection; /* the physical name: [A-Za-z0-9_-] */
    const char *generation; /* stored in the collection if the version supports it */
    size_t dimensions;
    int64_t timeout_ms; /* of a read; writes may take longer */
};

struct qdrant_client {
    struct qdrant_options options;
    struct qdrant_version version; /* of the last open */
};

/* Reads the version, then finds the collection, or creates it with its indexes. Creating an
 * existing index changes nothing. `made` is set if the collection did not exist: it was created, or
 * may have been if the call fails. With `made` NULL nothing is created, and a missing collection is
 * FAULT_GONE "qdrant_collection_gone". FAULT_CONFLICT "qdrant_old": before 1.10; "qdrant_foreign":
 * by its metadata, or without them by its points, the collection is not ours; "qdrant_dimensions":
 * vectors of another size or distance. A collection that does not fit is not changed. */
bool qdrant_client_open(struct qdrant_client *client, bool *made, struct fault *fault) MUST_CHECK;

/* Deletes the collection of a retired generation, if it is ours as qdrant_client_open() checks.
 * True also if there is none. */
bool qdrant_client_remove(struct qdrant_client *client, struct fault *fault) MUST_CHECK;

/* At most QDRANT_BATCH. On success all later searches see them or, from 1.16 on, a later revision.
 */
bool qdrant_client_put(const struct qdrant_client *client, const struct vector_row *rows,
                       size_t count, struct fault *fault) MUST_CHECK;
/* At most QDRANT_BATCH. On success no later search sees them. */
bool qdrant_client_drop(const struct qdrant_client *client, const int64_t *numbers, size_t count,
                        struct fault *fault) MUST_CHECK;
/* As nearest() of vectors/vector_index.h. */
bool qdrant_client_nearest(const struct qdrant_client *client, const struct vector_filter *filter,
                           const float *vector, size_t limit, struct vector_hit *hits,
                           size_t *count, struct fault *fault) MUST_CHECK;
/* Exact. `filter` NULL: all points. */
bool qdrant_client_count(const struct qdrant_client *client, const struct vector_filter *filter,
                         int64_t *out, struct fault *fault) MUST_CHECK;
/* The first QDRANT_PAGE points after number `after`, in order. */
bool qdrant_client_list(const struct qdrant_client *client, int64_t after,
                        struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                        struct fault *fault) MUST_CHECK;
