// SPDX-License-Identifier: MIT
/* Idempotency-Key: recognises repeated requests. A key belongs to its client. The fingerprint of a
 * request covers method, path, query, actor and canonical body: the same key with another
 * fingerprint is refused. */
#pragma once

#include "api/caller.h"
#include "base/digest.h"
#include "http/request.h"

struct idempotency {
    bool on; /* false: there is no key, or it is ignored (not a POST, a route with HTTP_ROUTE_READS,
                a dry run) */
    struct slice key;                            /* in the arena */
    struct uuid id;                              /* derived from client and key */
    int64_t lock;                                /* number of the advisory lock of client and key */
    char fingerprint[2 * DIGEST_SHA256_LEN + 1]; /* hex */
};

enum { IDEMPOTENCY_KEY_MAX = 255 };
/* Reads the key from the header, plain or as a quoted string: 1 to 255 visible ASCII characters.
 * Otherwise FAULT_UNREADABLE "bad_idempotency_key". */
bool api_idempotency_read_key(struct slice header, struct arena *arena, struct slice *key,
                              struct fault *fault) MUST_CHECK;

/* Sets `out` for a request with this key. `canonical` is the body's canonical JSON, or "{}". */
bool idempotency_identify(const struct http_request *req, const struct api_caller *caller,
                          struct slice key, struct slice canonical, struct idempotency *out,
                          struct fault *fault) MUST_CHECK;
