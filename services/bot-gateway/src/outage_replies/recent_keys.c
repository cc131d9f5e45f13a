// SPDX-License-Identifier: MIT
#include "outage_replies/recent_keys.h"

#include <stddef.h>

bool recent_keys_add(struct recent_keys *told, uint64_t key, int64_t now_ms, int64_t for_ms)
{
    const size_t first = key % (RECENT_KEYS_MAX / RECENT_KEYS_BUCKET) * RECENT_KEYS_BUCKET;
    size_t place = RECENT_KEYS_MAX;

    for (size_t i = first; i < first + RECENT_KEYS_BUCKET; i++)
        if (told->places[i].until_ms <= now_ms)
            place = i;
        else if (told->places[i].key == key)
            return false;
    if (place == RECENT_KEYS_MAX)
        return false;
    told->places[place].key = key;
    told->places[place].until_ms = now_ms + for_ms;
    return true;
}
