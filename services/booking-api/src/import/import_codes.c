// SPDX-License-Identifier: MIT
#include "import/import_codes.h"

#include <assert.h>

#include "base/digest.h"

_Static_assert(IMPORT_CODES_SLOTS > 2 * IMPORT_ROWS_MAX, "half of the table stays empty");

uint64_t import_codes_hash(struct slice code)
{
    const uint64_t hash = digest_fast64(code);
    return hash != 0 ? hash : 1;
}

int64_t import_codes_add(struct import_codes *codes, struct slice code, int64_t row)
{
    uint64_t hash = import_codes_hash(code);
    size_t at = (size_t)(hash >> 40) % IMPORT_CODES_SLOTS;
    while (codes->slots[at].hash != 0 && codes->slots[at].hash != hash)
        at = (at + 1) % IMPORT_CODES_SLOTS;
    if (codes->slots[at].hash == hash)
        return codes->slots[at].row;
    assert(codes->count < IMPORT_CODES_SLOTS / 2);
    codes->count++;
    codes->slots[at] = (struct import_codes_slot){hash, row};
    return 0;
}
