// SPDX-License-Identifier: MIT
/* When an alert is retried, and when it is copied to other channels. */
#include "notify/alert_retry.h"
#include "support/test.h"

TEST_CASE("alert_pace");

enum { LIMIT_MS = 8000, FALLBACK_MS = 20000 };

// clang-format off
static const struct {
    const char *why;
    int tries;
    enum channel_outcome outcome;
    int64_t took_ms, wait_ms; /* wait -1: permanently refused */
    bool over, also;
    int64_t pause_ms;
} cases[] = {
    {"the first failure is retried at once",   0,  CHANNEL_UNREACHABLE,    10,   0,     false, false, 2000},
    {"the second failure falls back",               1,  CHANNEL_UNREACHABLE,    10,   0,     false, true,  5000},
    {"a hanging channel has one more attempt",      0,  CHANNEL_UNREACHABLE,    8000, 0,     false, false, 2000},
    {"an attempt that would end too late",                0,  CHANNEL_UNREACHABLE,    10001, 0,    false, true,  2000},
    {"a refusal waits longer",   0,  CHANNEL_REFUSED, 10,   0,     false, true,  60000},
    {"and later even longer",                       8,  CHANNEL_REFUSED, 10,   0,     false, true,  3600000},
    {"a short requested wait",                     0,  CHANNEL_BUSY,    10,   3000,  false, false, 3000},
    {"a long requested wait falls back",               0,  CHANNEL_BUSY,    10,   30000, false, true,  30000},
    {"a requested wait shorter than ours",              4,  CHANNEL_BUSY,    10,   1000,  false, true,  60000},
    {"pauses have a maximum",                         20, CHANNEL_UNREACHABLE,    10,   0,     false, true,  3600000},
    {"a permanent refusal gives up at once",          0,  CHANNEL_REFUSED, 10,   -1,    true,  true,  60000},
    {"the attempt before the last",  ALERT_RETRY_TRIES_MAX - 2,          CHANNEL_UNREACHABLE,    10,   0,     false, true,  3600000},
    {"the last",          ALERT_RETRY_TRIES_MAX - 1,          CHANNEL_UNREACHABLE,    10,   0,     true,  true,  3600000},
};
// clang-format on

TEST_ROWS_WHY(retry_depends_on_failure, cases)
{
    const struct channel_result end = {.outcome = row->outcome,
                                       .took_ms = row->took_ms,
                                       .wait_ms = row->wait_ms > 0 ? row->wait_ms : 0,
                                       .permanent = row->wait_ms < 0};
    const struct alert_retry retry = alert_retry_decide(row->tries, &end, LIMIT_MS, FALLBACK_MS);

    ck_assert_msg(retry.give_up == row->over, "over");
    ck_assert_msg(retry.fall_back == row->also, "also");
    ck_assert_int_eq(retry.pause_ms, row->pause_ms);
}

TEST(alert_is_retried_for_a_day)
{
    const struct channel_result end = {.outcome = CHANNEL_UNREACHABLE};
    int64_t sum_ms = 0;

    for (int tries = 0;; tries++) {
        const struct alert_retry retry = alert_retry_decide(tries, &end, LIMIT_MS, FALLBACK_MS);
        if (retry.give_up)
            break;
        sum_ms += retry.pause_ms;
    }
    ck_assert_int_gt(sum_ms, 23 * 3600 * 1000);
    ck_assert_int_lt(sum_ms, 25 * 3600 * 1000);
}
