// SPDX-License-Identifier: MIT
#include "import/import_seen.h"

#include <assert.h>

#include "base/digest.h"

_Static_assert(IMPORT_SEEN_SLOTS > 2 * IMPORT_ROWS_MAX, "half of the table stays empty");

uint64_t import_seen_hash(struct slice code)
{
    const uint64_t hash = digest_fast64(code);
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
