// SPDX-License-Identifier: MIT
/* Hourly slots: how many there are, and how long the next caller waits. */

#include "notify/hourly_limit.h"
#include "support/test.h"

TEST_CASE("hourly");

enum { HOUR_S = 3600, MS = 1000 };

/* The result of taking a slot at this second, with `reserved` slots for others. */
static int64_t take(struct hourly_limit *limit, size_t reserved, int64_t at_s)
{
    return hourly_limit_take_slot_or_get_wait_ms(limit, reserved, (at_s + 1) * NS_PER_S);
}

TEST(slot_is_free_after_an_hour)
{
    struct hourly_limit limit = {.max = 3};

    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(take(&limit, 0, i * 60), 0);
    ck_assert_int_eq(take(&limit, 0, 600), (HOUR_S - 600) * MS);
    ck_assert_int_eq(take(&limit, 0, HOUR_S - 1), MS);
    ck_assert_int_eq(take(&limit, 0, HOUR_S), 0);
    /* A waiting caller takes no slot: the next is free when the second one is an hour old. */
    ck_assert_int_eq(take(&limit, 0, HOUR_S), 60 * MS);
    ck_assert_int_eq(take(&limit, 0, HOUR_S + 60), 0);
}

TEST(reserved_slots_are_left_to_others)
{
    struct hourly_limit limit = {.max = 4};

    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(take(&limit, 1, i), 0);
    /* One of four slots is free, but reserved. */
    ck_assert_int_eq(take(&limit, 1, 10), (HOUR_S - 10) * MS);
    ck_assert_int_eq(take(&limit, 0, 10), 0);
    ck_assert_int_eq(take(&limit, 0, 10), (HOUR_S - 10) * MS);
    /* One is free again, and reserved again; with the next there is another. */
    ck_assert_int_eq(take(&limit, 1, HOUR_S), MS);
    ck_assert_int_eq(take(&limit, 1, HOUR_S + 1), 0);
}

TEST(returned_slot_is_free)
{
    struct hourly_limit limit = {.max = 3};

    for (int i = 0; i < 9; i++) { /* wraps around */
        ck_assert_int_eq(take(&limit, 0, i), 0);
        hourly_limit_return_slot(&limit);
    }
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(take(&limit, 0, 10 + i), 0);
    hourly_limit_return_slot(&limit);
    ck_assert_int_eq(take(&limit, 1, 20), (HOUR_S - 10) * MS);
    ck_assert_int_eq(take(&limit, 0, 20), 0);
    ck_assert_int_eq(take(&limit, 0, 20), (HOUR_S - 10) * MS);
}

TEST(no_hour_exceeds_the_limit)
{
    static struct hourly_limit limit = {.max = HOURLY_LIMIT_MAX};
    static int64_t taken_s[4 * HOURLY_LIMIT_MAX];
    int count = 0;

    for (int64_t at_s = 0; at_s < 3 * HOUR_S; at_s += 7)
        if (take(&limit, (size_t)(at_s % 5), at_s) == 0)
            taken_s[count++] = at_s;
    ck_assert_int_ge(count, 3 * HOURLY_LIMIT_MAX - 4);
    for (int i = HOURLY_LIMIT_MAX; i < count; i++)
        ck_assert_int_ge(taken_s[i] - taken_s[i - HOURLY_LIMIT_MAX], HOUR_S);
}
