// SPDX-License-Identifier: MIT
/* Idempotency-Key: is this request one that came before? Scope: the client; fingerprint: method,
 * path, query, actor, canonical body. */
#pragma once

#include "api/caller.h"
#include "base/digest.h"
#include "http/request.h"

struct repeat {
    bool on;                                     /* this request has a key that counts */
    struct slice key;                            /* in the arena */
    struct uuid id;                              /* of client and key */
    int64_t lock;                                /* advisory lock of client and key */
    char fingerprint[2 * DIGEST_SHA256_LEN + 1]; /* hex */
};

/* "abc" or its quoted form to the key itself: 1-255 visible ASCII. FAULT_UNREADABLE
 * "bad_idempotency_key". */
enum { IDEMPOTENCY_KEY_MAX = 255 };
bool api_idempotency_key(struct slice header, struct arena *arena, struct slice *key,
                         struct fault *fault) MUST_CHECK;

/* `canonical` is the body's canonical JSON, "{}" for none. */
bool repeat_identify(const struct http_request *req, const struct api_caller *caller,
                     struct slice key, struct slice canonical, struct repeat *out,
                     struct fault *fault) MUST_CHECK;
