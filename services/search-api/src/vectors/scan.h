// SPDX-License-Identifier: MIT
/* An exact search of a matrix: every matching row is compared. It runs in steps, so that a thread
 * of the pool is not occupied for long and an abandoned scan stops. */
#pragma once

#include "vectors/matrix.h"

/* The bytes that a step reads: about 2 ms of memory at 20 GB/s. */
enum { SCAN_STEP_BYTES = 32 << 20 };

struct scan;

/* Starts a scan, which sees the matrix as it is now. Must be called on the loop's thread. `limit`
 * is 1 to VECTOR_HITS_MAX. Takes a bit per slot, and 12 KB. Returns new; NULL with a fault: no
 * memory, too many scans ("overloaded"), or `vector` has a value that is not finite or has length 0
 * (FAULT_INVALID). */
struct scan *scan_create(struct matrix *matrix, const struct vector_filter *filter,
                         const float *vector, size_t limit, struct fault *fault) MUST_CHECK;
/* Ends the scan. Must be called on the loop's thread while no step runs. Takes NULL. */
void scan_destroy(struct scan *scan);

/* Runs one step. Any thread may call it, but only one at a time. */
void scan_step(struct scan *scan);
bool scan_is_done(const struct scan *scan);

/* The number of matching rows. Call it only when scan_is_done(). */
size_t scan_count_matching(const struct scan *scan);
/* Returns the number of hits, at most `limit`, and lends the hits: the nearest first, with equal
 * similarity the higher number. Call it only when scan_is_done(). */
size_t scan_take_hits(const struct scan *scan, const struct vector_hit **hits);
