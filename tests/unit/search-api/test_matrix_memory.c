// SPDX-License-Identifier: MIT
/* Which rows remain in a matrix at the limit of memory. */
#include "unit/search-api/matrix_rows.h"

TEST_CASE("matrix_memory", .setup = setup, .teardown = teardown);

static void make_small(size_t chunks)
{
    teardown();
    ck_ok((matrix = matrix_create(DIMENSIONS,
                                  (size_t)(((double)chunks + 0.5) * MATRIX_CHUNK *
                                           matrix_row_bytes_with_overhead(DIMENSIONS)),
                                  &fault)) != NULL);
}

static const struct {
    const char *why;
    int64_t first, step;
} orders[] = {
    {"the oldest first",             1,                     1                 },
    {"the newest first",             3 * 2 * MATRIX_CHUNK,  -1                },
    {"few of the numbers are there", 1000,                  4001              },
    {"very few, the newest first",   INT64_C(900000000000), -INT64_C(30000000)},
};

TEST_ROWS_WHY(beyond_the_limit_the_newest_rows_remain, orders)
{
    enum { ROOM = 2 * MATRIX_CHUNK, PUT = 3 * ROOM };
    const int64_t first = row->first, step = row->step;

    make_small(2);
    ck_assert(!matrix_has_evicted(matrix, NULL));
    for (int64_t i = 0; i < PUT; i++) {
        struct vector_row vector = row_of(first + i * step);
        vector.sent_at = (step > 0 ? i : PUT - i) * 1000000;
        ck_assert(matrix_upsert_row(matrix, &vector, &fault));
        ck_assert_uint_le(matrix_count_rows(matrix), ROOM);
    }
    const size_t held = matrix_count_rows(matrix);
    ck_assert_uint_ge(held, ROOM - ROOM / 100);
    const struct vector_filter newest = {.chat_id = FIELD_ABSENT,
                                         .user_id = FIELD_ABSENT,
                                         .from = (int64_t)(PUT - held) * 1000000,
                                         .to = FIELD_ABSENT,
                                         .language = -1};
    ck_assert(fitting(&newest) == held);
}

static const struct {
    const char *why;
    bool newest_first; /* as at the start of a process */
} greedy_orders[] = {
    {"the oldest first", false},
    {"the newest first", true },
};

/* Case: One tenant has more vectors than memory can hold. Tenant 1 has few, the oldest. */
TEST_ROWS_WHY(tenant_with_most_rows_evicts_its_own, greedy_orders)
{
    enum { FEW = 100, ALL = 3 * MATRIX_CHUNK };
    struct vector_filter modest = everything;

    modest.tenant_id.bytes[0] = 1;
    make_small(1);
    for (int64_t i = 1; i <= ALL; i++) {
        struct vector_row vector = row_of(row->newest_first ? ALL + 1 - i : i);
        vector.tenant_id.bytes[0] = vector.number <= FEW;
        ck_assert(matrix_upsert_row(matrix, &vector, &fault));
    }
    ck_assert(fitting(&modest) == FEW);
    ck_assert_uint_ge(fitting(&everything), MATRIX_CHUNK - MATRIX_CHUNK / 100 - FEW);
    ck_assert(!matrix_has_evicted(matrix, &modest.tenant_id));
    ck_assert(matrix_has_evicted(matrix, &everything.tenant_id));
    ck_assert(matrix_has_evicted(matrix, NULL));
}

/* Tenants with equally many rows share the memory equally. */
TEST(large_tenants_share_the_memory)
{
    enum { TENANTS = 3, ALL = 4 * MATRIX_CHUNK };
    struct vector_filter filter = everything;

    make_small(1);
    tenants = TENANTS;
    for (int64_t number = 1; number <= ALL; number++)
        put(number);
    for (int i = 0; i < TENANTS; i++) {
        filter.tenant_id.bytes[0] = (uint8_t)i;
        ck_assert_uint_ge(fitting(&filter), MATRIX_CHUNK / TENANTS - MATRIX_CHUNK / 100);
    }
}

TEST(put_waits_for_slots_of_running_scans)
{
    make_small(1);
    for (int64_t number = 1; number <= MATRIX_CHUNK; number++)
        put(number);
    struct scan *scan = begin(&everything, any_direction, 1);
    const struct vector_row row = row_of(MATRIX_CHUNK + 1);
    ck_assert(!matrix_upsert_row(matrix, &row, &fault));
    ck_assert_str_eq(fault.code, "busy");
    const size_t left = matrix_count_rows(matrix);
    ck_assert(!matrix_upsert_row(matrix, &row, &fault));
    ck_assert_uint_eq(matrix_count_rows(matrix), left);
    scan_destroy(scan);
    put(row.number);
    ck_assert_uint_eq(matrix_count_rows(matrix), left + 1);
}
