// SPDX-License-Identifier: MIT
#include "outage_replies/recent_keys.h"

#include <stddef.h>

bool recent_keys_add(struct recent_keys *recent, uint64_t key, int64_t now_ms, int64_t for_ms)
{
    const size_t first = key % (RECENT_KEYS_MAX / RECENT_KEYS_BUCKET) * RECENT_KEYS_BUCKET;
    size_t slot = RECENT_KEYS_MAX;

    for (size_t i = first; i < first + RECENT_KEYS_BUCKET; i++)
        if (recent->slots[i].until_ms <= now_ms)
            slot = i;
        else if (recent->slots[i].key == key)
            return false;
    if (slot == RECENT_KEYS_MAX)
        return false;
    recent->slots[slot].key = key;
    recent->slots[slot].until_ms = now_ms + for_ms;
    return true;
}
