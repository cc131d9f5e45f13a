// SPDX-License-Identifier: MIT
/* Which rows a scan of a matrix sees. Their order and filters: tests/qdrant/test_vector_index.c. */

#include "unit/search-api/matrix_rows.h"

TEST_CASE("matrix", .setup = setup, .teardown = teardown);

enum { NUMBERS = 9000 };

/* --- dot products --- */

TEST_LOOP(both_dot_products_give_the_same_integers, 0, 4)
{
    static int8_t query[VECTOR_DIMENSIONS_MAX], row[VECTOR_DIMENSIONS_MAX];
    dot_fn *best = dot_choose_fastest();

    srand48(_i);
    for (size_t length = DOT_STEP; length <= VECTOR_DIMENSIONS_MAX; length += DOT_STEP) {
        int64_t sum = 0;
        for (size_t i = 0; i < length; i++) {
            query[i] = (int8_t)(_i == 0 ? 127 : lrand48() % 255 - 127);
            row[i] = (int8_t)(_i == 0 ? -128 : lrand48() % 256 - 128);
            sum += query[i] * row[i];
        }
        ck_assert_int_eq(best(query, row, length), sum);
        ck_assert_int_eq(dot_scalar(query, row, length), sum);
    }
}

/* --- rows --- */

static const float query[DIMENSIONS] = {1, 0.5F, -0.25F, 0.1F, 0};

static float similarity_of(const int8_t *vector)
{
    double dot = 0, own = 0, others = 0;

    for (size_t i = 0; i < DIMENSIONS; i++) {
        dot += (double)query[i] * vector[i];
        own += (double)query[i] * (double)query[i];
        others += vector[i] * vector[i];
    }
    return (float)(dot / sqrt(own * others));
}

TEST(row_of_256_dimensions_takes_280_bytes)
{
    ck_assert_double_le(matrix_row_bytes_with_overhead(256), 280);
}

TEST(zero_vector_has_no_similarity)
{
    static const int8_t nothing[DIMENSIONS];
    const struct vector_hit *hits;

    ck_assert(
        matrix_upsert_row(matrix, &(struct vector_row){.number = 1, .vector = nothing}, &fault));
    struct scan *scan = begin(&everything, query, 10);
    run(scan);
    ck_assert_uint_eq(scan_get_hits(scan, &hits), 1);
    ck_assert(fabsf(hits[0].similarity) <= 0);
    scan_destroy(scan);
}

static const struct {
    const char *why;
    int64_t number;
} outside[] = {
    {"below the first",       0                               },
    {"negative",              -1                              },
    {"more than its columns", INT64_C(1) << MATRIX_NUMBER_BITS},
};

TEST_ROWS_WHY(number_out_of_range_is_refused, outside)
{
    const struct vector_row vector = {.number = row->number, .vector = vector_of(1)};

    ck_assert(!matrix_upsert_row(matrix, &vector, &fault));
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert(!matrix_delete_row(matrix, row->number));
    put((INT64_C(1) << MATRIX_NUMBER_BITS) - 1);
    ck_assert_uint_eq(matrix_count_rows(matrix), 1);
}

/* --- changes during scans --- */

/* The rows that a scan must see: those at its start. */
struct seen {
    struct scan *scan;
    bool rows[NUMBERS + 1];
};

static void check_seen(struct seen *seen)
{
    const struct vector_hit *hits;
    size_t expected = 0, count;

    run(seen->scan);
    for (int64_t number = 1; number <= NUMBERS; number++)
        expected += seen->rows[number];
    ck_assert_uint_eq(scan_count_matching(seen->scan), expected);
    count = scan_get_hits(seen->scan, &hits);
    ck_assert_uint_eq(count, expected < VECTOR_HITS_MAX ? expected : VECTOR_HITS_MAX);
    for (size_t i = 0; i < count; i++) {
        ck_assert(seen->rows[hits[i].number]);
        seen->rows[hits[i].number] = false;
        const float similarity = similarity_of(vector_of(hits[i].number));
        ck_assert_msg(fabsf(hits[i].similarity - similarity) < 0.01F, "%lld: %f",
                      (long long)hits[i].number, (double)hits[i].similarity);
    }
    scan_destroy(seen->scan);
    seen->scan = NULL;
}

TEST(scan_sees_the_rows_of_its_start)
{
    enum { SCANS = 6, CHANGES = 60000 };
    static struct seen seen[SCANS];
    static bool rows[NUMBERS + 1];
    unsigned short random[3] = {1, 2, 3};

    memset(rows, 0, sizeof rows);
    for (int change = 0; change < CHANGES; change++) {
        const int64_t number = 1 + nrand48(random) % (change % 2000 < 1000 ? NUMBERS : 3000);
        const bool adds = nrand48(random) % 5 < 3;
        if (adds)
            put(number);
        else
            ck_assert(matrix_delete_row(matrix, number) == rows[number]);
        rows[number] = adds;
        struct seen *one = &seen[nrand48(random) % SCANS];
        if (change % 50 != 0)
            continue;
        if (one->scan != NULL) {
            check_seen(one);
            continue;
        }
        one->scan = begin(&everything, query, VECTOR_HITS_MAX);
        memcpy(one->rows, rows, sizeof rows);
    }
    for (int i = 0; i < SCANS; i++)
        if (seen[i].scan != NULL)
            check_seen(&seen[i]);
}

TEST(freed_slots_are_reused)
{
    for (int64_t number = 1; number <= MATRIX_CHUNK; number++)
        put(number);
    for (int round = 0; round < 20; round++) {
        struct scan *scan = begin(&everything, any_direction, 1);
        for (int64_t number = 1; number <= 100; number++)
            put(number);
        scan_destroy(scan);
    }
    struct matrix_view view;
    ck_assert(matrix_begin_scan(matrix, &view, &fault));
    ck_assert_uint_eq(view.chunk_count, 2);
    matrix_end_scan(&view);
    ck_assert_uint_eq(matrix_count_rows(matrix), MATRIX_CHUNK);
}

TEST(memory_of_a_running_scan_outlives_the_matrix)
{
    put(1);
    struct scan *scan = begin(&everything, any_direction, 1);
    struct scan *other = begin(&everything, any_direction, 1);
    teardown();
    run(scan);
    ck_assert_uint_eq(scan_count_matching(scan), 1);
    scan_destroy(other);
    scan_destroy(scan);
}

TEST(chunks_are_freed_when_no_scan_reads_them)
{
    for (int64_t number = 1; number <= MATRIX_CHUNK + 1; number++)
        put(number);
    struct scan *scan = begin(&everything, any_direction, 1);
    ck_assert(!matrix_free_last_chunk(matrix));
    run(scan);
    ck_assert_uint_eq(scan_count_matching(scan), MATRIX_CHUNK + 1);
    scan_destroy(scan);
    ck_assert(matrix_free_last_chunk(matrix));
    ck_assert(matrix_free_last_chunk(matrix));
    ck_assert(!matrix_free_last_chunk(matrix));
}

TEST(too_many_scans_are_refused)
{
    struct scan *scans[MATRIX_SCANS_MAX];

    for (int i = 0; i < MATRIX_SCANS_MAX; i++)
        scans[i] = begin(&everything, any_direction, 1);
    ck_assert_ptr_null(scan_create(matrix, &everything, any_direction, 1, &fault));
    ck_assert_str_eq(fault.code, "overloaded");
    for (int i = 0; i < MATRIX_SCANS_MAX; i++)
        scan_destroy(scans[i]);
    scan_destroy(begin(&everything, any_direction, 1));
}

TEST(long_scan_runs_in_steps)
{
    enum { LONG = 4096 };
    static int8_t vector[LONG];
    size_t steps = 0;

    teardown();
    matrix = matrix_create(LONG, 100 << 20, &fault);
    for (int64_t number = 1; number <= 3 * MATRIX_CHUNK; number++)
        ck_assert(matrix_upsert_row(
            matrix, &(struct vector_row){.number = number, .vector = vector}, &fault));
    static float long_query[LONG] = {1};
    struct scan *scan = begin(&everything, long_query, 1);
    for (; !scan_is_done(scan); steps++)
        scan_run_step(scan);
    ck_assert_uint_eq(steps, 2);
    scan_destroy(scan);
}
