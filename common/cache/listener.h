// SPDX-License-Identifier: MIT
/* Who receives what is published on a channel: see cache_listen(). */
#pragma once

#include <stdbool.h>
#include <sys/queue.h>

#include "base/slice.h"

/* The caller's memory, zeroed but for the first four members. */
struct cache_listener {
    const char *channel; /* borrowed; each listener has another one */
    void (*on_message)(void *data, struct slice message);
    /* True: Redis has confirmed the subscription, and from now on every message is delivered.
     * False: the connection was lost, and some may have been missed. */
    void (*subscribed)(void *data, bool subscribed);
    void *data;
    bool is_subscribed;
    LIST_ENTRY(cache_listener) next;
};
