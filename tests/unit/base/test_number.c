// SPDX-License-Identifier: MIT
#include "base/number.h"
#include "base/value.h"

#include "support/test.h"

TEST(lesser_and_greater_number_are_returned)
{
    ck_assert_int_eq(number_min(1, 2), 1);
    ck_assert_int_eq(number_min(2, 1), 1);
    ck_assert_int_eq(number_min(-1, -1), -1);
    ck_assert_int_eq(number_max(1, 2), 2);
    ck_assert_int_eq(number_max(2, 1), 2);
    ck_assert_int_eq(number_max(INT64_MIN, INT64_MAX), INT64_MAX);
}

TEST(absent_is_the_smallest_number)
{
    ck_assert_int_eq(number_max(FIELD_ABSENT, 0), 0);
    ck_assert_int_eq(number_max(FIELD_ABSENT, FIELD_ABSENT), FIELD_ABSENT);
    ck_assert_int_eq(number_min(FIELD_ABSENT, -1), FIELD_ABSENT);
}

static const struct {
    int64_t value, min, max, clamped;
} bounds[] = {
    {5,         1, 9, 5},
    {0,         1, 9, 1},
    {10,        1, 9, 9},
    {1,         1, 9, 1},
    {9,         1, 9, 9},
    {INT64_MIN, 1, 9, 1},
    {INT64_MAX, 1, 9, 9},
    {7,         3, 3, 3},
};

TEST_ROWS(number_is_kept_within_bounds, bounds)
{
    ck_assert_int_eq(number_clamp(row->value, row->min, row->max), row->clamped);
}
