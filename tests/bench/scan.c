// SPDX-License-Identifier: MIT
/* scan ROWS DIMENSIONS ROUNDS: the speed of scans of search-api's matrix, beside one thread that
 * only adds up the same bytes with AVX2; alternating. Prints one line per round: milliseconds of
 * the sum, of the scan, of scans with a filter that four rows of five match, and one that one row
 * in a thousand matches. */
#include "vectors/scan.h"

#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/value.h"

#include "vectors/matrix_private.h"

enum { CHATS = 1000, FIVE = 5, LIMIT = 500 };

static uint64_t state = 88172645463325252U;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool fill(struct matrix *matrix, size_t rows, size_t dimensions, struct fault *fault)
{
    int8_t vector[VECTOR_DIMENSIONS_MAX + 8];

    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < dimensions; i += 8) {
            const uint64_t bytes = next();
            memcpy(vector + i, &bytes, sizeof bytes);
        }
        if (!matrix_upsert_row(matrix,
                               &(struct vector_row){.number = (int64_t)row + 1,
                                                    .chat_id = (int64_t)(next() % CHATS),
                                                    .user_id = FIELD_ABSENT,
                                                    .sent_at = (int64_t)row * 1000000,
                                                    .language = next() % FIVE == 0,
                                                    .vector = vector},
                               fault))
            return false;
    }
    return true;
}

__attribute__((target("avx2"))) static uint64_t sum_bytes(const struct matrix_view *view,
                                                          size_t bytes)
{
    __m256i sums[4] = {_mm256_setzero_si256()};
    const __m256i none = _mm256_setzero_si256();
    uint64_t out[4];

    for (size_t chunk = 0; chunk < view->chunk_count; chunk++)
        for (size_t i = 0; i < bytes; i += sizeof sums)
            for (size_t k = 0; k < 4; k++)
                sums[k] = _mm256_add_epi64(
                    sums[k],
                    _mm256_sad_epu8(_mm256_loadu_si256(
                                        (const void *)(view->chunks[chunk]->vectors + i + 32 * k)),
                                    none));
    _mm256_storeu_si256((void *)out, _mm256_add_epi64(_mm256_add_epi64(sums[0], sums[1]),
                                                      _mm256_add_epi64(sums[2], sums[3])));
    return out[0] + out[1] + out[2] + out[3];
}

static double time_sum(struct matrix *matrix, size_t dimensions, struct fault *fault)
{
    struct matrix_view view;

    if (!matrix_begin_scan(matrix, &view, fault))
        return -1;
    const double began = now_ms();
    const uint64_t sum = sum_bytes(&view, MATRIX_CHUNK * matrix_padded_row_bytes(dimensions));
    __asm__ volatile("" : : "r"(sum)); /* keeps the sum */
    const double taken = now_ms() - began;
    matrix_end_scan(&view);
    return taken;
}

static double time_scan(struct matrix *matrix, int64_t chat_id, int language, const float *query,
                        struct fault *fault)
{
    const struct vector_filter filter = {.chat_id = chat_id,
                                         .user_id = FIELD_ABSENT,
                                         .from = FIELD_ABSENT,
                                         .to = FIELD_ABSENT,
                                         .language = language};
    const struct vector_hit *hits;
    const double began = now_ms();
    struct scan *scan = scan_create(matrix, &filter, query, LIMIT, fault);

    if (scan == NULL)
        return -1;
    while (!scan_is_done(scan))
        scan_run_step(scan);
    scan_get_hits(scan, &hits);
    const double taken = now_ms() - began;
    scan_destroy(scan);
    return taken;
}

int main(int argc, char **argv)
{
    static float query[VECTOR_DIMENSIONS_MAX];
    struct fault fault;

    if (argc != 4)
        return 2;
    const size_t rows = (size_t)atol(argv[1]), dimensions = (size_t)atol(argv[2]);
    struct matrix *matrix =
        matrix_create(dimensions,
                      (size_t)(1.01 * (double)rows * matrix_row_bytes_with_overhead(dimensions)) +
                          (size_t)(MATRIX_CHUNK * matrix_row_bytes_with_overhead(dimensions)),
                      &fault);
    for (size_t i = 0; i < dimensions; i++)
        query[i] = (float)(int8_t)next();
    const double began = now_ms();
    if (matrix == NULL || !fill(matrix, rows, dimensions, &fault))
        return 1;
    fprintf(stderr, "%zu rows put in %.0f ms\n", matrix_count_rows(matrix), now_ms() - began);
    for (long round = atol(argv[3]); round > 0; round--) {
        const double sum = time_sum(matrix, dimensions, &fault);
        const double scan = time_scan(matrix, FIELD_ABSENT, -1, query, &fault);
        const double most = time_scan(matrix, FIELD_ABSENT, 0, query, &fault);
        const double chat = time_scan(matrix, (int64_t)(next() % CHATS), -1, query, &fault);
        printf("%.3f %.3f %.3f %.3f\n", sum, scan, most, chat);
    }
    matrix_destroy(matrix);
    return 0;
}
