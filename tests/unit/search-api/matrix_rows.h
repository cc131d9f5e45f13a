// SPDX-License-Identifier: MIT
/* A matrix and its rows for several suites. */
#pragma once

#include "base/value.h"

#include "support/scratch.h"
#include "vectors/matrix_private.h"
#include "vectors/scan.h"

enum { DIMENSIONS = 5 };

static struct matrix *matrix;
static int tenants; /* of the rows */

static const struct vector_filter everything = {.chat_id = FIELD_ABSENT,
                                                .user_id = FIELD_ABSENT,
                                                .from = FIELD_ABSENT,
                                                .to = FIELD_ABSENT,
                                                .language = -1};

static inline void setup(void)
{
    tenants = 1;
    matrix = matrix_create(DIMENSIONS, 16 << 20, &fault);
    ck_assert_ptr_nonnull(matrix);
}

static inline void teardown(void)
{
    matrix_destroy(matrix);
    matrix = NULL;
}

/* Each number has a direction of its own, except one in eight, which shares that of the previous
 * number. */
static inline const int8_t *vector_of(int64_t number)
{
    static int8_t vector[DIMENSIONS];

    srand48(number % 8 == 0 ? number - 1 : number);
    for (size_t i = 0; i < DIMENSIONS; i++)
        vector[i] = (int8_t)(lrand48() % 255 - 127);
    return vector;
}

static inline struct vector_row row_of(int64_t number)
{
    return (struct vector_row){
        .number = number,
        .revision = 1,
        .tenant_id = {{(uint8_t)(number % tenants)}},
        .bot = number % 5 == 0 ? (struct slice){ NULL,                            0}
          : SLICE("taxi"),
        .chat_id = number % 7 == 0 ? FIELD_ABSENT : -(number % 7),
        .user_id = number % 11,
        .sent_at = number * INT64_C(1000000),
        .language = (int)(number % 4) - 1,
        .vector = vector_of(number)
    };
}

static inline void put(int64_t number)
{
    const struct vector_row row = row_of(number);

    ck_assert_msg(matrix_upsert_row(matrix, &row, &fault), "%s", fault.detail);
}

static const float any_direction[DIMENSIONS] = {1};

static inline struct scan *begin(const struct vector_filter *filter, const float *query,
                                 size_t limit)
{
    struct scan *scan = scan_create(matrix, filter, query, limit, &fault);

    ck_assert_ptr_nonnull(scan);
    return scan;
}

static inline void run(struct scan *scan)
{
    while (!scan_is_done(scan))
        scan_run_step(scan);
}

static inline size_t fitting(const struct vector_filter *filter)
{
    struct scan *scan = begin(filter, any_direction, 1);

    run(scan);
    const size_t count = scan_count_matching(scan);
    scan_destroy(scan);
    return count;
}
