// SPDX-License-Identifier: MIT
/* A client of Qdrant: one collection, of one generation of vectors. qdrant_json.h has the requests
 * and answers, qdrant_outcome.h the meaning of failures.
 *
 * Every function must run in a fiber. A call has its own deadline, within the fiber's, and is
 * repeated after a temporary failure until that deadline. Faults are those of http_client_call()
 * and of qdrant_outcome_set_fault(), and the codes "qdrant_old", "qdrant_foreign",
 * "qdrant_dimensions", "qdrant_unreadable", "bad_json".
 */
#pragma once

#include "http/client.h"

#include "vectors/qdrant_json.h"

enum {
    QDRANT_BATCH = 128, /* points written by one request */
    QDRANT_PAGE = 500   /* points listed by one request */
};

/* The options of a client, borrowed for its life. */
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

/* Reads Qdrant's version, then finds the collection, or creates it with its indexes. Creating an
 * existing index changes nothing. Sets `made` if the collection did not exist: it was created, or
 * may have been if the call fails. With `made` NULL nothing is created, and a missing collection is
 * FAULT_GONE "qdrant_collection_gone". FAULT_CONFLICT "qdrant_old": Qdrant is older than 1.10;
 * "qdrant_foreign": the collection is not search-api's, by its metadata or, without metadata, by
 * its points; "qdrant_dimensions": its vectors have another size or distance. A collection that
 * does not fit is not changed. */
bool qdrant_client_open_collection(struct qdrant_client *client, bool *made,
                                   struct fault *fault) MUST_CHECK;

/* Deletes the collection of a retired generation, after the checks of
 * qdrant_client_open_collection(). True also if there is no such collection. */
bool qdrant_client_delete_collection(struct qdrant_client *client, struct fault *fault) MUST_CHECK;

/* Writes at most QDRANT_BATCH points. On success all later searches see them or, with Qdrant 1.16
 * and later, a later revision of them. */
bool qdrant_client_put_points(const struct qdrant_client *client, const struct vector_row *rows,
                              size_t count, struct fault *fault) MUST_CHECK;
/* Deletes at most QDRANT_BATCH points. On success no later search sees them. */
bool qdrant_client_delete_points(const struct qdrant_client *client, const int64_t *numbers,
                                 size_t count, struct fault *fault) MUST_CHECK;
/* Finds the nearest points, as nearest() of vectors/vector_index.h specifies. */
bool qdrant_client_find_nearest(const struct qdrant_client *client,
                                const struct vector_filter *filter, const float *vector,
                                size_t limit, struct vector_hit *hits, size_t *count,
                                struct fault *fault) MUST_CHECK;
/* Counts the points that match the filter, exactly. `filter` NULL: all points. */
bool qdrant_client_count_points(const struct qdrant_client *client,
                                const struct vector_filter *filter, int64_t *out,
                                struct fault *fault) MUST_CHECK;
/* Lists the first QDRANT_PAGE points with numbers above `after`, in the order of numbers. */
bool qdrant_client_list_points(const struct qdrant_client *client, int64_t after,
                               struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                               struct fault *fault) MUST_CHECK;
