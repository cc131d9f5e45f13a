// SPDX-License-Identifier: MIT
/* Recently used keys, to send a reply once. A hash table of fixed size. Pure: the caller passes the
 * time, of any monotonic clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { RECENT_KEYS_MAX = 4096, RECENT_KEYS_BUCKET = 8 /* slots for one key */ };

/* Zeroed: empty. */
struct recent_keys {
    struct {
        uint64_t key;
        int64_t until_ms;
    } slots[RECENT_KEYS_MAX];
};

/* True: the key was not in the table and is now, for `for_ms`. False: it was in the table, or there
 * was no slot. */
bool recent_keys_add(struct recent_keys *recent, uint64_t key, int64_t now_ms, int64_t for_ms);
