// SPDX-License-Identifier: MIT
/* The internals of a matrix that scans read. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "vectors/dot.h"
#include "vectors/matrix.h"

/* Sets of slots are arrays of words, with one bit per slot. */
enum { MATRIX_WORD = 64, MATRIX_CHUNK_WORDS = MATRIX_CHUNK / MATRIX_WORD };

/* A chunk of rows, stored by columns, so that a filter reads only the columns that it needs. */
struct matrix_chunk {
    uint64_t key[MATRIX_CHUNK];        /* hashes of attributes: struct matrix_match */
    uint32_t sent_at[MATRIX_CHUNK];    /* seconds since 1970 */
    uint32_t number_low[MATRIX_CHUNK]; /* the lower 32 bits of the number */
    uint8_t number_high[MATRIX_CHUNK]; /* the upper 8 bits of the number */
    uint16_t length[MATRIX_CHUNK];     /* length of the vector, in eighths */
    int8_t vectors[] __attribute__((aligned(DOT_STEP)));
};

/* A filter: a row matches if its key has these bits and its time is in the range. A key consists of
 * hashes (tenant 20 bits, chat 16, user 14, bot 12, language 2). Different values may have equal
 * hashes; that is allowed, because SQL checks the filters again.
 */
struct matrix_match {
    uint64_t mask;
    uint64_t key;
    uint32_t from; /* seconds, both inclusive */
    uint32_t to;
};
struct matrix_match matrix_match_from_filter(const struct vector_filter *filter);
uint64_t matrix_key_from_row(const struct vector_row *row);
uint64_t matrix_tenant_key(const struct uuid *tenant_id); /* the tenant's bits of a key */
enum { MATRIX_GROUPS = 1 << 12 };
/* The group of a row, from its key: 12 bits of the hash of its tenant. The tenants of a group count
 * as one when rows are evicted. */
static inline size_t matrix_group_from_key(uint64_t key)
{
    return key >> 52;
}
/* Converts a time in microseconds to seconds since 1970, as rows store it. */
uint32_t matrix_seconds_from_us(int64_t us);
static inline bool matrix_matches(const struct matrix_match *match, uint64_t key, uint32_t sent_at)
{
    const bool is_of = (key & match->mask) == match->key;

    /* No branch depends on the key, because it would be unpredictable with tenants in any order. */
    if (match->from == 0 && match->to == UINT32_MAX)
        return is_of;
    return is_of && sent_at >= match->from && sent_at <= match->to;
}

/* Mixes a value so that each bit of the result depends on all bits of the value: the finisher of
 * Steele et al. */
static inline uint64_t matrix_mix_bits(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

/* The length of a vector in eighths, as rows store it. */
uint16_t matrix_vector_length_in_eighths(const int8_t *vector, size_t dimensions);

/* Bytes of a row, padded with zeros to DOT_STEP. */
size_t matrix_padded_row_bytes(size_t dimensions);

static inline int64_t matrix_number_at(const struct matrix_chunk *chunk, size_t at)
{
    return (int64_t)((uint64_t)chunk->number_high[at] << 32 | chunk->number_low[at]);
}

/* The state of the matrix at the start of a scan, valid until matrix_end_scan(). */
struct matrix_view {
    struct matrix *matrix;
    const struct matrix_chunk *const *chunks;
    size_t chunk_count;
    uint64_t *live; /* slots with a row: chunk_count * MATRIX_CHUNK_WORDS; owned by the view */
    size_t era;     /* index of the era in which the scan started */
};
/* Starts a scan, which must end with matrix_end_scan(). False: too many scans are running
 * (FAULT_UNAVAILABLE "overloaded"), or no memory. */
bool matrix_begin_scan(struct matrix *matrix, struct matrix_view *view,
                       struct fault *fault) MUST_CHECK;
void matrix_end_scan(struct matrix_view *view);
