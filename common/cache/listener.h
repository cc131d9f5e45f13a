// SPDX-License-Identifier: MIT
/* A receiver of messages of a channel: see cache_listen(). */
#pragma once

#include <stdbool.h>
#include <sys/queue.h>

#include "base/slice.h"

/* The caller's memory, zeroed but for the first four members. */
struct cache_listener {
    const char *channel; /* borrowed; unique among the listeners */
    void (*on_message)(void *data, struct slice message);
    /* True: Redis has confirmed the subscription; every message is delivered from now on. False:
     * the connection was lost, and messages may have been missed. */
    void (*subscribed)(void *data, bool subscribed);
    void *data;
    bool is_subscribed;
    LIST_ENTRY(cache_listener) next;
};
