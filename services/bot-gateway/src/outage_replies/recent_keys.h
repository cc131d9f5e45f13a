// SPDX-License-Identifier: MIT
/* What was said lately, so that nobody hears it twice. A table of fixed size, by keys that are
 * hashes. Pure: the time is given, on any clock that only goes forward. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { RECENT_KEYS_MAX = 4096, RECENT_KEYS_BUCKET = 8 /* places that one key may have */ };

/* Zeroed: nothing was said. */
struct recent_keys {
    struct {
        uint64_t key;
        int64_t until_ms;
    } places[RECENT_KEYS_MAX];
};

/* True: it was not said, and counts as said for `for_ms` from now on. False: it was, or there is no
 * place for it. */
bool recent_keys_add(struct recent_keys *told, uint64_t key, int64_t now_ms, int64_t for_ms);
