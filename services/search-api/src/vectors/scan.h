// SPDX-License-Identifier: MIT
/* An exact search of a matrix: every matching row is compared with the query. A scan runs in steps,
 * so that a thread of the pool is not occupied for long and an abandoned scan stops. */
#pragma once

#include "vectors/matrix.h"

/* The bytes that a step reads: about 2 ms of memory at 20 GB/s. */
enum { SCAN_STEP_BYTES = 32 << 20 };

struct scan;

/* Starts a scan, which sees the matrix as it is now. Must be called on the loop's thread. `limit`
 * is 1 to VECTOR_HITS_MAX. Uses 12 KB of memory and a bit per slot. Returns new; NULL with a fault:
 * no memory, too many scans ("overloaded"), or `vector` has length 0 or a value that is not finite
 * (FAULT_INVALID). */
struct scan *scan_create(struct matrix *matrix, const struct vector_filter *filter,
                         const float *vector, size_t limit, struct fault *fault) MUST_CHECK;
/* Ends the scan. Must be called on the loop's thread while no step runs. NULL is allowed. */
void scan_destroy(struct scan *scan);

/* Runs one step. Any thread may call it, but only one at a time. */
void scan_run_step(struct scan *scan);
bool scan_is_done(const struct scan *scan);

/* The number of matching rows. Requires scan_is_done(). */
size_t scan_count_matching(const struct scan *scan);
/* Returns the number of hits, at most `limit`, and sets `hits`, which are borrowed from the scan:
 * the nearest come first, with equal similarity the higher number. Requires scan_is_done(). */
size_t scan_get_hits(const struct scan *scan, const struct vector_hit **hits);
