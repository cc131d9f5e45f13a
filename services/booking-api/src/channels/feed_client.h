// SPDX-License-Identifier: MIT
/* Calls the address of a feed and reads the answer. */
#pragma once

#include "api/deliver.h"

#include "channels/feed.h"

enum {
    FEED_REDIRECTS_MAX = 5,
    FEED_CALL_MS = 15000,      /* of the background task, redirects included */
    FEED_ASKED_CALL_MS = 3500, /* of a requested read, which has HTTP_DEADLINE_MS in all */
    FEED_ARENA_MAX = 24 << 20  /* bytes that a read may need */
};

struct feed_client {
    struct http_client *http;
    struct work *work;
    struct deliver_hosts hosts; /* hosts that feeds may have */
};

/* Must run in a fiber, outside of transactions. True for each answer of the channel, also none:
 * then out->reading.error says why. Redirects are followed, each address is checked as the first
 * one. False if this process is the reason, such as a full queue. Everything of `out` is in the
 * arena. */
bool feed_client_fetch(const struct feed_client *client, const struct feed *feed,
                       int64_t timeout_ms, struct arena *arena, struct feed_fetched *out,
                       struct fault *fault) MUST_CHECK;
