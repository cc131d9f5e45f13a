// SPDX-License-Identifier: MIT
/* One look through a matrix: every row that fits is compared, so what is found is exact. It goes in
 * steps, so that a thread of a pool is not held for long, and none runs on when nobody waits any
 * more. */
#pragma once

#include "vectors/matrix.h"

/* About 2 ms of memory at 20 GB/s. */
enum { SCAN_STEP_BYTES = 32 << 20 };

struct scan;

/* On the loop's thread: sees what is in the matrix now. `vector` NULL: rows are only counted.
 * `limit` 1 to VECTOR_HITS_MAX. Takes a bit for each slot, and 12 KB. Returns new; NULL with a
 * fault: no memory, too many scans are under way ("overloaded"), or `vector` has a value that is
 * not finite or no length (FAULT_INVALID). */
struct scan *scan_create(struct matrix *matrix, const struct vector_filter *filter,
                         const float *vector, size_t limit, struct fault *fault) MUST_CHECK;
/* On the loop's thread; no step is under way. Takes NULL. */
void scan_destroy(struct scan *scan);

/* Goes on; in any thread, one at a time. */
void scan_step(struct scan *scan);
bool scan_is_done(const struct scan *scan);

/* Of a scan that is done: how many rows fit. */
size_t scan_fitting(const struct scan *scan);
/* Of a scan that is done, the nearest first, of equal ones the higher number; borrowed. Returns how
 * many, at most `limit`. */
size_t scan_hits(struct scan *scan, const struct vector_hit **hits);
