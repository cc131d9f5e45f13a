// SPDX-License-Identifier: MIT
/* Which codes a file had so far, and on which rows: a fixed table of hashes, whatever the size of
 * the file. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum { IMPORT_ROWS_MAX = 100000 };

/* Never 0. 64 bits tell texts of one file apart. */
uint64_t import_seen_hash(struct slice text);

struct import_seen;

struct import_seen *import_seen_create(struct fault *fault); /* returns new */
void import_seen_destroy(struct import_seen *seen);          /* takes NULL */
void import_seen_clear(struct import_seen *seen);

/* The row that had this code before; 0: none, and it is remembered with `row`. At most
 * IMPORT_ROWS_MAX different ones. */
int64_t import_seen_before(struct import_seen *seen, struct slice code, int64_t row);
