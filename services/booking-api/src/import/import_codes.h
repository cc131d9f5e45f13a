// SPDX-License-Identifier: MIT
/* The codes that a file has had so far, with their rows: a table of hashes of fixed size. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum { IMPORT_ROWS_MAX = 100000, IMPORT_CODES_SLOTS = 1 << 18 };

/* Zeroed: no codes yet. */
struct import_codes {
    size_t count;
    struct import_codes_slot {
        uint64_t hash; /* 0: empty */
        int64_t row;
    } slots[IMPORT_CODES_SLOTS];
};

/* Never 0. Two texts of one file practically never share one of 64 bits. */
uint64_t import_codes_hash(struct slice text);

/* The row that had this code before. 0: none had, and the code is kept with `row`. At most
 * IMPORT_ROWS_MAX codes. */
int64_t import_codes_add(struct import_codes *codes, struct slice code, int64_t row);
