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

#include "base/digest.h"
#include "http/client.h"

#include "config.h"
#include "vectors/qdrant_json.h"

enum {
    QDRANT_PAGE = 500,     /* points listed by one request */
    QDRANT_NAME_MAX = 128, /* bytes */
    QDRANT_OPEN_MS = 5000, /* the longest wait for a list, a count or the properties */
    QDRANT_WRITE_MS = 20000
};
/* After 15 s Qdrant answers and continues the write. */
#define QDRANT_WAITING "?wait=true&timeout=15"

struct qdrant_collection {
    char name[QDRANT_NAME_MAX + 1];             /* [A-Za-z0-9_-] */
    char generation[2 * DIGEST_SHA256_LEN + 1]; /* its key as hex, stored in the collection if the
                                                 * version supports it */
    int64_t dimensions;
};

/* Set by the caller, except the version. Pointers are borrowed. */
struct qdrant_client {
    struct http_client *http;
    const struct search_config *config; /* the address, the key, and the timeout of searches */
    struct qdrant_collection collection;
    struct qdrant_version version; /* of the last open */
};

/* A request and the answer, with their memory. */
struct qdrant_exchange {
    struct arena arena;
    struct buf body;     /* of the request; empty: none */
    struct slice answer; /* its body */
};
void qdrant_exchange_begin(struct qdrant_exchange *exchange);
void qdrant_exchange_finish(struct qdrant_exchange *exchange);
/* Sends the request. `path` is below the collection; NULL: the root. */
bool qdrant_client_call(const struct qdrant_client *client, struct qdrant_exchange *exchange,
                        const char *method, const char *path, int64_t timeout_ms,
                        struct fault *fault) MUST_CHECK;

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

/* Counts all points, exactly. */
bool qdrant_client_count_points(const struct qdrant_client *client, int64_t *out,
                                struct fault *fault) MUST_CHECK;
/* Lists the first QDRANT_PAGE points with numbers above `after`, in the order of numbers. */
bool qdrant_client_list_points(const struct qdrant_client *client, int64_t after,
                               struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                               struct fault *fault) MUST_CHECK;
