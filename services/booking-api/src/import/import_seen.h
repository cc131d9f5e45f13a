// SPDX-License-Identifier: MIT
/* The codes that a file has had so far, with their rows: a table of hashes of fixed size. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { IMPORT_ROWS_MAX = 100000 };

/* Never 0. Two texts of one file practically never share one of 64 bits. */
uint64_t import_seen_hash(struct slice text);

struct import_seen;

struct import_seen *import_seen_create(struct fault *fault); /* returns new */
void import_seen_destroy(struct import_seen *seen);          /* takes NULL */
void import_seen_clear(struct import_seen *seen);

/* The row that had this code before. 0: none had, and the code is kept with `row`. At most
 * IMPORT_ROWS_MAX codes. */
int64_t import_seen_before(struct import_seen *seen, struct slice code, int64_t row);
