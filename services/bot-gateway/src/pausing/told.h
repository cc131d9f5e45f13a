// SPDX-License-Identifier: MIT
/* What was said lately, so that nobody hears it twice. A table of fixed size, by keys that are
 * hashes. Pure: the time is given, on any clock that only goes forward. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { TOLD_PLACES = 4096, TOLD_TOGETHER = 8 /* places that one key may have */ };

/* Zeroed: nothing was said. */
struct told {
    struct {
        uint64_t key;
        int64_t until_ms;
    } places[TOLD_PLACES];
};

/* True: it was not said, and counts as said for `for_ms` from now on. False: it was, or there is no
 * place for it. */
bool told_first(struct told *told, uint64_t key, int64_t now_ms, int64_t for_ms);
