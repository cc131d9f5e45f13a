// SPDX-License-Identifier: MIT
#include "import/import_seen.h"

#include <assert.h>

_Static_assert(IMPORT_SEEN_SLOTS > 2 * IMPORT_ROWS_MAX, "half of the table stays empty");

/* FNV-1a: 64 bits are enough for 100,000 codes. */
uint64_t import_seen_hash(struct slice code)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < code.len; i++) {
        hash ^= (unsigned char)code.at[i];
        hash *= UINT64_C(0x100000001b3);
    }
    return hash != 0 ? hash : 1;
}

int64_t import_seen_before(struct import_seen *seen, struct slice code, int64_t row)
{
    uint64_t hash = import_seen_hash(code);
    size_t at = (size_t)(hash >> 40) % IMPORT_SEEN_SLOTS;
    while (seen->slots[at].hash != 0 && seen->slots[at].hash != hash)
        at = (at + 1) % IMPORT_SEEN_SLOTS;
    if (seen->slots[at].hash == hash)
        return seen->slots[at].row;
    assert(seen->count < IMPORT_SEEN_SLOTS / 2);
    seen->count++;
    seen->slots[at] = (struct import_seen_slot){hash, row};
    return 0;
}
