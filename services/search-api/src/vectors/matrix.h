// SPDX-License-Identifier: MIT
/* Vectors in memory, one row a document, with what a filter needs: scan.h looks through it.
 *
 * A matrix belongs to the thread of the loop; scans read it in others. Nobody waits for anybody: a
 * row that a scan may read does not change. What replaces it stands in another slot, and its own is
 * used again only when the scans that had begun by then have ended.
 *
 * Memory is taken in chunks of MATRIX_CHUNK rows, and up to a limit. Where it is reached, the
 * tenant with the most rows loses those of its lowest numbers: what is held are the newest ones of
 * each, and a tenant with few rows keeps all of them. Tenants are told apart by 12 bits of a hash;
 * those that share them count as one. */
#pragma once

#include "vectors/vector_index.h"

enum {
    MATRIX_CHUNK = 4096,
    MATRIX_NUMBER_BITS = 40, /* of a document's number */
    MATRIX_SCANS_MAX = 16    /* under way at once */
};

struct matrix;

/* Bytes that a row takes with all that belongs to it, for 256 dimensions 280. */
double matrix_row_bytes(size_t dimensions);

/* Room for as many rows as fit `bytes_max`, a multiple of MATRIX_CHUNK and at least that. Memory is
 * taken as rows come. Returns new; NULL: no memory. */
struct matrix *matrix_create(size_t dimensions, size_t bytes_max, struct fault *fault) MUST_CHECK;
/* Gives back a chunk of a matrix that is put nothing any more; the others are no longer found.
 * False: there is none, or scans are under way. For who has time: all at once may be 10 ms. */
bool matrix_shrink(struct matrix *matrix);
/* What scans read lives until they end. Takes NULL. */
void matrix_destroy(struct matrix *matrix);

/* Adds the row of this number, or replaces it whatever its revision. A number lower than those of
 * its tenant that were left out for want of memory is passed over. False: no memory
 * (FAULT_UNAVAILABLE), the scans under way leave no slot ("busy": try again when they have ended),
 * or the number is out of range (FAULT_INVALID). */
bool matrix_put(struct matrix *matrix, const struct vector_row *row,
                struct fault *fault) MUST_CHECK;
/* True: it was there. */
bool matrix_drop(struct matrix *matrix, int64_t number);

size_t matrix_dimensions(const struct matrix *matrix);
size_t matrix_count(const struct matrix *matrix);
size_t matrix_room(const struct matrix *matrix); /* rows */
/* When the newest of the tenant's rows was sent that were left out for want of memory, and one
 * second more, in microseconds; NULL: of all tenants'. FIELD_ABSENT: all are held. */
int64_t matrix_left_until(const struct matrix *matrix, const struct uuid *tenant_id);
