// SPDX-License-Identifier: MIT
#include "base/retry.h"

#include "support/test.h"

static const struct retry_policy plain = {
    .waits_ms = {1000, 2000, 8000}
};
static const struct retry_policy jittered = {
    .jitter_percent = 50, .waits_ms = {1000, 2000}
};
static const struct retry_policy single = {.jitter_percent = 100, .waits_ms = {500}};
static const struct retry_policy tiny = {.jitter_percent = 50, .waits_ms = {1}};
static const struct retry_policy longest = {
    .waits_ms = {1, 2, 3, 4, 5, 6, 7, 8, 9}
};

static const struct {
    const struct retry_policy *policy;
    int64_t failures;
    uint32_t random;
    int64_t wait_ms;
} waits[] = {
    {&plain,    1,                   0,          1000},
    {&plain,    2,                   0,          2000},
    {&plain,    3,                   UINT32_MAX, 8000},
    {&plain,    4,                   0,          8000},
    {&plain,    INT64_MAX,           0,          8000},
    {&plain,    0,                   0,          1000},
    {&plain,    INT64_MIN,           0,          1000},
    {&jittered, 1,                   0,          1000},
    {&jittered, 1,                   499,        1499},
    {&jittered, 1,                   500,        1000},
    {&jittered, 2,                   999,        2999},
    {&jittered, 9,                   1000,       2000},
    {&jittered, 1,                   UINT32_MAX, 1295},
    {&single,   7,                   499,        999 },
    {&tiny,     1,                   UINT32_MAX, 1   }, /* no part of a millisecond */
    {&longest,  RETRY_WAITS_MAX,     0,          9   },
    {&longest,  RETRY_WAITS_MAX + 1, 0,          9   },
};

TEST_ROWS(wait_depends_on_failures_and_on_a_random_part, waits)
{
    ck_assert_int_eq(retry_wait_ms(row->policy, row->failures, row->random), row->wait_ms);
}
