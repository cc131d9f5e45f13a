// SPDX-License-Identifier: MIT
/* A client of one collection of Qdrant, which has the vectors of one generation. qdrant_json.h has
 * the requests and answers, qdrant_outcome.h the meaning of failures.
 *
 * Every function must run in a fiber. A call has a deadline of its own, within the fiber's
 * deadline, until which it is repeated after temporary failures. Faults are those of
 * http_client_call() and of qdrant_outcome_set_fault(), and the codes "qdrant_old",
 * "qdrant_foreign", "qdrant_dimensions", "qdrant_unreadable", "bad_json".
 */
#pragma once

#include "base/digest.h"
#include "http/client.h"

#include "config.h"
#include "vectors/qdrant_json.h"

enum {
    QDRANT_PAGE = 500,      /* points listed by one request */
    QDRANT_NAME_MAX = 128,  /* bytes */
    QDRANT_OPEN_MS = 5000,  /* the longest wait for a list, a count or the properties */
    QDRANT_WRITE_MS = 20000 /* the longest wait for a write */
};
/* The parameters of writes: Qdrant answers when the write is visible. After 15 s it answers anyway,
 * and continues the write. */
#define QDRANT_WAITING "?wait=true&timeout=15"

struct qdrant_collection {
    char name[QDRANT_NAME_MAX + 1];             /* [A-Za-z0-9_-] */
    char generation[2 * DIGEST_SHA256_LEN + 1]; /* the generation's key as hex; stored in the
                                                 * collection if Qdrant's version supports metadata
                                                 */
    int64_t dimensions;
};

/* The caller sets all members except the version. Pointers are borrowed. */
struct qdrant_client {
    struct http_client *http;
    const struct search_config *config; /* the address, the key, and the timeout of searches */
    struct qdrant_collection collection;
    struct qdrant_version version; /* read when the collection was last opened */
};

/* A request and the answer, with their memory. */
struct qdrant_exchange {
    struct arena arena;
    struct buf body;     /* body of the request; empty: it has no body */
    struct slice answer; /* the body of the answer */
};
/* The initial value: an arena of 8 MB and a body up to Qdrant's own limit of a request, 32 MB. A
 * batch of 4,096 dimensions has 3 MB. */
#define QDRANT_EXCHANGE ((struct qdrant_exchange){.arena = ARENA(8 << 20), .body = BUF(32 << 20)})
void qdrant_exchange_finish(struct qdrant_exchange *exchange);
/* Sends the request. `path` is relative to the collection; NULL: Qdrant's root. */
bool qdrant_client_call(const struct qdrant_client *client, struct qdrant_exchange *exchange,
                        const char *method, const char *path, int64_t timeout_ms,
                        struct fault *fault) MUST_CHECK;

/* Reads Qdrant's version, finds the collection or creates it, and creates missing indexes of the
 * payload. Sets `created` if the collection did not exist, even if the call then fails, because the
 * collection may have been created nevertheless. FAULT_CONFLICT "qdrant_old": Qdrant is older than
 * 1.10; "qdrant_foreign": the collection is not search-api's, by its metadata or, without metadata,
 * by its points; "qdrant_dimensions": its vectors have another size or distance. After
 * FAULT_CONFLICT the collection is unchanged. */
bool qdrant_client_open_collection(struct qdrant_client *client, bool *created,
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
