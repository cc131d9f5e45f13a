// SPDX-License-Identifier: MIT
/* Qdrant over HTTP: one collection, of one generation of vectors. What each call says and reads
 * stands in qdrant_json.h, what answers mean in qdrant_outcome.h.
 *
 * Every call is in a fiber and has a deadline of its own within the fiber's. What may pass is tried
 * again within it. Faults are those of http_client_call() and of qdrant_outcome(), "qdrant_old",
 * "qdrant_foreign", "qdrant_dimensions", "qdrant_unreadable", "bad_json". */
#pragma once

#include "http/client.h"

#include "vectors/qdrant_json.h"

enum {
    QDRANT_BATCH = 128, /* points written by one request */
    QDRANT_PAGE = 500   /* points listed by one */
};

/* Borrowed for the client's life. */
struct qdrant_options {
    struct http_client *http;
    const char *url;        /* "http://host:6333", without a '/' at its end */
    const char *key;        /* "": none is sent */
    const char *collection; /* the physical name: [A-Za-z0-9_-] */
    const char *generation; /* kept in the collection, where the version can */
    size_t dimensions;
    int64_t timeout_ms; /* of a question; writes may take longer */
};

struct qdrant_client {
    struct qdrant_options options;
    struct qdrant_version version; /* of the last open */
};

/* Reads the version, then finds the collection, or makes it with its indexes. An index that is
 * there is made again, which changes nothing. `made`, false before: there was none, so it is made,
 * or may be where this fails. `made` NULL: nothing is made, and FAULT_GONE "qdrant_collection_gone"
 * where there is none. FAULT_CONFLICT "qdrant_old": before 1.10; "qdrant_foreign": what bears the
 * name is not ours, by its metadata, or where it has none by its points; "qdrant_dimensions":
 * vectors of another size or distance. Nothing of a collection that does not fit is touched. */
bool qdrant_client_open(struct qdrant_client *client, bool *made, struct fault *fault) MUST_CHECK;

/* Takes the whole collection away, if it is ours, as qdrant_client_open() knows it: of a generation
 * that retired. True also where there is none. */
bool qdrant_client_remove(struct qdrant_client *client, struct fault *fault) MUST_CHECK;

/* At most QDRANT_BATCH. True: what is asked from now on sees them; or, from 1.16 on, sees a later
 * revision. */
bool qdrant_client_put(const struct qdrant_client *client, const struct vector_row *rows,
                       size_t count, struct fault *fault) MUST_CHECK;
/* At most QDRANT_BATCH. True: nothing that is asked from now on sees them. */
bool qdrant_client_drop(const struct qdrant_client *client, const int64_t *numbers, size_t count,
                        struct fault *fault) MUST_CHECK;
/* As nearest() of vectors/vector_index.h. */
bool qdrant_client_nearest(const struct qdrant_client *client, const struct vector_filter *filter,
                           const float *vector, size_t limit, struct vector_hit *hits,
                           size_t *count, struct fault *fault) MUST_CHECK;
/* Exact. `filter` NULL: all. */
bool qdrant_client_count(const struct qdrant_client *client, const struct vector_filter *filter,
                         int64_t *out, struct fault *fault) MUST_CHECK;
/* The first QDRANT_PAGE behind number `after`, in their order. */
bool qdrant_client_list(const struct qdrant_client *client, int64_t after,
                        struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                        struct fault *fault) MUST_CHECK;
