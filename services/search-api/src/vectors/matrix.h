// SPDX-License-Identifier: MIT
/* Vectors in memory: a matrix with one row per document, and the attributes that filters need.
 * scan.h searches a matrix.
 *
 * A matrix belongs to the thread of the loop; scans read it in other threads, without locks: a row
 * that a scan may read does not change. Its replacement gets another slot, and the old slot is
 * reused only when all scans that had started before the replacement have ended.
 *
 * Memory grows in chunks of MATRIX_CHUNK rows up to a limit. At the limit the tenant with the most
 * rows loses those with the lowest numbers, so the newest rows of each tenant remain, and a tenant
 * with few rows loses none. Tenants are distinguished by 12 bits of a hash; tenants with the same
 * bits count as one.
 */
#pragma once

#include "vectors/vector_index.h"

enum {
    MATRIX_CHUNK = 4096,     /* rows */
    MATRIX_NUMBER_BITS = 40, /* bits of a document's number, at most */
    MATRIX_SCANS_MAX = 16    /* concurrent scans */
};

struct matrix;

/* Bytes per row including all overhead; 280 for 256 dimensions. */
double matrix_row_bytes_with_overhead(size_t dimensions);

/* Creates a matrix for as many rows as fit in `bytes_max`: a multiple of MATRIX_CHUNK, and at least
 * MATRIX_CHUNK. Memory is allocated as rows come. Returns new. */
struct matrix *matrix_create(size_t dimensions, size_t bytes_max, struct fault *fault) MUST_CHECK;
/* Frees one chunk of a matrix that is no longer used, before matrix_destroy(), because freeing all
 * chunks at once may take 10 ms. False: no chunk is left, or scans are running. */
bool matrix_free_last_chunk(struct matrix *matrix);
/* Destroys the matrix. Memory that running scans read is freed when they end. NULL is allowed. */
void matrix_destroy(struct matrix *matrix);

/* Inserts the row, or replaces the row with the same number, even if that has a higher revision.
 * Ignores a row whose number is in the range of the evicted rows of its tenant. False: no memory
 * (FAULT_UNAVAILABLE), running scans occupy all free slots ("busy": retry after they have ended),
 * or the number is out of range (FAULT_INVALID). */
bool matrix_upsert_row(struct matrix *matrix, const struct vector_row *row,
                       struct fault *fault) MUST_CHECK;
/* Deletes the row with this number. True: it existed. */
bool matrix_delete_row(struct matrix *matrix, int64_t number);

size_t matrix_dimensions(const struct matrix *matrix);
size_t matrix_count_rows(const struct matrix *matrix);
/* Whether rows of the tenant were evicted; with `tenant_id` NULL, whether rows of any tenant were.
 */
bool matrix_has_evicted(const struct matrix *matrix, const struct uuid *tenant_id);
