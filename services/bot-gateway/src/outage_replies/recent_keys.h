// SPDX-License-Identifier: MIT
/* Keys of replies that were sent recently, so that none is sent twice. A hash table of fixed size.
 * Pure: the caller passes the time, of any monotonic clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { RECENT_KEYS_MAX = 4096, RECENT_KEYS_BUCKET = 8 /* slots for one key */ };

/* Initialise it with zeros: it is empty then. */
struct recent_keys {
    struct {
        uint64_t key;
        int64_t until_ms;
    } slots[RECENT_KEYS_MAX];
};

/* Adds the key for `for_ms`. False if the table has the key already, or has no slot for it. */
bool recent_keys_add(struct recent_keys *recent, uint64_t key, int64_t now_ms, int64_t for_ms);
