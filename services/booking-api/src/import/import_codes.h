// SPDX-License-Identifier: MIT
/* The codes read so far from a file and their rows, in a hash table of fixed size. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { IMPORT_ROWS_MAX = 100000, IMPORT_CODES_SLOTS = 1 << 18 };

/* Initialise with zeros. */
struct import_codes {
    size_t count;
    struct import_codes_slot {
        uint64_t hash; /* 0: empty */
        int64_t row;
    } slots[IMPORT_CODES_SLOTS];
};

/* Never 0. Collisions of 64 bits within one file are negligible. */
uint64_t import_codes_hash(struct slice text);

/* Adds the code. Returns the row that had it before, or 0. At most IMPORT_ROWS_MAX codes. */
int64_t import_codes_add(struct import_codes *codes, struct slice code, int64_t row);
