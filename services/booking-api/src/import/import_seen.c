// SPDX-License-Identifier: MIT
#include "import/import_seen.h"

#include <assert.h>
#include <stdlib.h>

enum { SLOTS = 1 << 18 };
_Static_assert(SLOTS > 2 * IMPORT_ROWS_MAX, "half of the table stays empty");

struct import_seen {
    size_t count;
    struct slot {
        uint64_t hash; /* 0: empty */
        int64_t row;
    } slots[SLOTS];
};

struct import_seen *import_seen_create(struct fault *fault)
{
    struct import_seen *seen = calloc(1, sizeof *seen);
    if (seen == NULL)
        fault_set(fault, FAULT_INTERNAL, "out_of_memory", "No memory.");
    return seen;
}

void import_seen_destroy(struct import_seen *seen)
{
    free(seen);
}

void import_seen_clear(struct import_seen *seen)
{
    memset(seen, 0, sizeof *seen);
}

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
    size_t at = (size_t)(hash >> 40) % SLOTS;
    while (seen->slots[at].hash != 0 && seen->slots[at].hash != hash)
        at = (at + 1) % SLOTS;
    if (seen->slots[at].hash == hash)
        return seen->slots[at].row;
    assert(seen->count < SLOTS / 2);
    seen->count++;
    seen->slots[at] = (struct slot){hash, row};
    return 0;
}
