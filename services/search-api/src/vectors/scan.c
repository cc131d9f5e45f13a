// SPDX-License-Identifier: MIT
#include "vectors/scan.h"

#include <assert.h>
#include <stdlib.h>

#include "vectors/matrix_private.h"
#include "vectors/quantise.h"

enum { PREFETCH_BYTES = 32 * 1024, CACHE_LINE = 64 };

struct scan {
    struct matrix_view view;
    struct matrix_match match;
    size_t dimensions;
    size_t stride;
    size_t chunk;   /* index of the next chunk */
    size_t fitting; /* number of matching rows so far */
    dot_fn *dot;
    float length;                        /* an eighth of the length of `query`, because the lengths
                                          * of rows are stored in eighths */
    int8_t query[VECTOR_DIMENSIONS_MAX]; /* padded with zeros */
    uint16_t fit[MATRIX_CHUNK + 1];      /* matching rows of the current chunk */
    size_t limit;
    size_t count; /* number of `hits`; the nearest hit is first */
    struct vector_hit hits[];
};

static bool set_quantised_query(struct scan *scan, const float *vector, struct fault *fault)
{
    if (!quantise_vector(vector, scan->dimensions, scan->query))
        return fault_set(fault, FAULT_INVALID, "vector", "The vector has no direction.");
    scan->length = (float)matrix_vector_length_in_eighths(scan->query, scan->dimensions) / 64;
    return true;
}

struct scan *scan_create(struct matrix *matrix, const struct vector_filter *filter,
                         const float *vector, size_t limit, struct fault *fault)
{
    assert(limit >= 1 && limit <= VECTOR_HITS_MAX);
    struct scan *scan = fault_calloc(sizeof *scan + limit * sizeof scan->hits[0], "a scan", fault);

    if (scan == NULL)
        return NULL;
    scan->match = matrix_match_from_filter(filter);
    scan->dimensions = matrix_dimensions(matrix);
    scan->stride = matrix_padded_row_bytes(scan->dimensions);
    scan->dot = dot_choose_fastest();
    scan->limit = limit;
    if (!set_quantised_query(scan, vector, fault) ||
        !matrix_begin_scan(matrix, &scan->view, fault)) {
        scan_destroy(scan);
        return NULL;
    }
    return scan;
}

void scan_destroy(struct scan *scan)
{
    if (scan == NULL)
        return;
    matrix_end_scan(&scan->view);
    free(scan);
}

/* --- the nearest so far --- */

static bool is_farther(const struct vector_hit *a, const struct vector_hit *b)
{
    return a->similarity < b->similarity ||
           (a->similarity <= b->similarity && a->number < b->number);
}

/* Inserts a hit if it is among the nearest so far. Only few rows of a scan are inserted, so this is
 * as fast as a heap. */
static void insert_hit_if_near(struct scan *scan, struct vector_hit hit)
{
    size_t at = scan->count;

    if (scan->count < scan->limit)
        scan->count++;
    else if (!is_farther(&scan->hits[--at], &hit))
        return;
    for (; at > 0 && is_farther(&scan->hits[at - 1], &hit); at--)
        scan->hits[at] = scan->hits[at - 1];
    scan->hits[at] = hit;
}

/* --- steps --- */

/* Selects the matching rows of a chunk; returns their number. */
static size_t select_matching_rows(struct scan *scan, const struct matrix_chunk *chunk,
                                   const uint64_t *live)
{
    size_t count = 0;

    for (size_t word = 0; word < MATRIX_CHUNK_WORDS; word++) {
        for (uint64_t left = live[word]; left != 0; left &= left - 1) {
            const size_t at = word * MATRIX_WORD + (size_t)__builtin_ctzll(left);
            scan->fit[count] = (uint16_t)at;
            count += matrix_matches(&scan->match, chunk->key[at], chunk->sent_at[at]);
        }
    }
    return count;
}

static void compare_row(struct scan *scan, const struct matrix_chunk *chunk, size_t at)
{
    const int32_t dot = scan->dot(scan->query, chunk->vectors + at * scan->stride, scan->stride);
    const float length = scan->length * (float)chunk->length[at];
    const float similarity = length > 0 ? (float)dot / length : 0;

    if (scan->count < scan->limit || similarity >= scan->hits[scan->count - 1].similarity)
        insert_hit_if_near(scan, (struct vector_hit){matrix_number_at(chunk, at), similarity});
}

/* Prefetches a row, because the processor cannot predict the next row if some are skipped. Without
 * prefetching, a scan of four rows of five takes 2.5 times as long as a scan of all. */
static void prefetch_row(const struct scan *scan, const struct matrix_chunk *chunk, size_t at)
{
    const int8_t *row = chunk->vectors + at * scan->stride;

    for (size_t i = 0; i < scan->stride; i += CACHE_LINE)
        __builtin_prefetch(row + i);
}

void scan_run_step(struct scan *scan)
{
    const size_t prefetch = PREFETCH_BYTES / scan->stride;
    size_t bytes = 0;

    for (; scan->chunk < scan->view.chunk_count && bytes < SCAN_STEP_BYTES; scan->chunk++) {
        const struct matrix_chunk *chunk = scan->view.chunks[scan->chunk];
        const uint64_t *live = scan->view.live + scan->chunk * MATRIX_CHUNK_WORDS;
        const size_t count = select_matching_rows(scan, chunk, live);
        for (size_t i = 0; i < count; i++) {
            if (i + prefetch < count)
                prefetch_row(scan, chunk, scan->fit[i + prefetch]);
            compare_row(scan, chunk, scan->fit[i]);
        }
        scan->fitting += count;
        bytes += sizeof *chunk + count * scan->stride;
    }
}

bool scan_is_done(const struct scan *scan)
{
    return scan->chunk == scan->view.chunk_count;
}

size_t scan_count_matching(const struct scan *scan)
{
    return scan->fitting;
}

size_t scan_get_hits(const struct scan *scan, const struct vector_hit **hits)
{
    assert(scan_is_done(scan));
    *hits = scan->hits;
    return scan->count;
}
