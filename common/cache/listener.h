// SPDX-License-Identifier: MIT
/* Who receives what is published on a channel: see cache_listen(). */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* The caller's memory, zeroed but for the first four members. */
struct cache_listener {
    const char *channel; /* borrowed; each listener has another one */
    void (*heard)(void *data, struct slice message);
    /* True: from now on every message is delivered. False: some may have been missed. */
    void (*standing)(void *data, bool standing);
    void *data;
    bool stands;
    struct cache_listener *next;
};
