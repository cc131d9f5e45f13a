// SPDX-License-Identifier: MIT
#include "pausing/told.h"

#include <stddef.h>

bool told_first(struct told *told, uint64_t key, int64_t now_ms, int64_t for_ms)
{
    const size_t first = key % (TOLD_PLACES / TOLD_TOGETHER) * TOLD_TOGETHER;
    size_t place = TOLD_PLACES;

    for (size_t i = first; i < first + TOLD_TOGETHER; i++)
        if (told->places[i].until_ms <= now_ms)
            place = i;
        else if (told->places[i].key == key)
            return false;
    if (place == TOLD_PLACES)
        return false;
    told->places[place].key = key;
    told->places[place].until_ms = now_ms + for_ms;
    return true;
}
