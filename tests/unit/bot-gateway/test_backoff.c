// SPDX-License-Identifier: MIT
#include "outbox/backoff.h"
#include "support/test.h"

TEST_CASE("park");

static const struct {
    const char *why;
    int64_t retry_after_s;
    uint32_t chance;
    int64_t wait_ms;
} chats[] = {
    {"not before its time",      5,     0,          5000      },
    {"a part of a second more",  5,     437,        5437      },
    {"a second more at most",    5,     1000,       6000      },
    {"never more than a second", 5,     1001,       5000      },
    {"any chance",               1,     UINT32_MAX, 1000 + 620},
    {"hours are not cut",        10072, 0,          10072000  },
};

TEST_ROWS_WHY(chat_backs_off_for_retry_after_and_at_most_a_second, chats)
{
    const int64_t wait_ms = backoff_after_429_ms(row->retry_after_s, row->chance);

    ck_assert_msg(wait_ms >= row->retry_after_s * 1000 &&
                      wait_ms <= row->retry_after_s * 1000 + BACKOFF_JITTER_MS,
                  "%ld", (long)wait_ms);
    if (row->chance != UINT32_MAX)
        ck_assert_int_eq(wait_ms, row->wait_ms);
}

static const struct {
    int64_t tries;
    int64_t least_ms, most_ms;
} backoffs[] = {
    {0,    1000,  2000 },
    {1,    1000,  2000 },
    {2,    2000,  4000 },
    {3,    4000,  8000 },
    {4,    8000,  16000},
    {5,    16000, 32000},
    {6,    30000, 60000},
    {60,   30000, 60000},
    {1000, 30000, 60000}
};

/* Case: 5xx. */
TEST_ROWS(backoff_grows_with_failures_up_to_a_minute, backoffs)
{
    int64_t least_ms = INT64_MAX, most_ms = 0;

    for (uint32_t chance = 0; chance < 200000; chance += 7) {
        const int64_t wait_ms = backoff_after_failed_tries_ms(row->tries, chance);
        least_ms = wait_ms < least_ms ? wait_ms : least_ms;
        most_ms = wait_ms > most_ms ? wait_ms : most_ms;
    }
    ck_assert_int_ge(least_ms, row->least_ms);
    ck_assert_int_le(most_ms, row->most_ms);
    ck_assert_int_gt(most_ms - least_ms, (row->most_ms - row->least_ms) * 9 / 10);
}

static const struct {
    const char *why;
    struct {
        int64_t chat_id, at_ms, until_ms;
    } backoffs[5];        /* ends with at_ms 0 */
    int64_t bot_until_ms; /* 0: the last chat does not pause the bot */
} bots[] = {
    {"one chat",                     {{1, 1000, 6000}},                                            0   },
    {"two chats",                    {{1, 1000, 6000}, {2, 1100, 6000}},                           0   },
    {"three chats",                  {{1, 1000, 6000}, {2, 1100, 6000}, {3, 1999, 6000}},          6000},
    {"the latest of three",          {{1, 1000, 6000}, {2, 1100, 9000}, {3, 1200, 7000}},          9000},
    {"a second apart",               {{1, 1000, 6000}, {2, 1100, 6000}, {3, 2000, 6000}},          0   },
    {"one chat three times",         {{1, 1000, 6000}, {1, 1100, 6000}, {1, 1200, 6000}},          0   },
    {"two of three the same",        {{1, 1000, 6000}, {2, 1100, 6000}, {1, 1200, 6000}},          0   },
    {"the same again, then a third",
     {{1, 1000, 6000}, {2, 1500, 6000}, {1, 2100, 6000}, {3, 2200, 8000}},
     8000                                                                                              },
    {"a window that slides",
     {{1, 1000, 6000}, {2, 1900, 6500}, {3, 2100, 6000}, {4, 2200, 6100}},
     6500                                                                                              },
    {"group ids",                    {{-100, 1000, 6000}, {-200, 1000, 6000}, {-300, 1000, 6001}}, 6001},
};

TEST_ROWS_WHY(three_chats_within_a_second_pause_their_bot, bots)
{
    struct backoff_bot bot = {0};
    int64_t until_ms = 0;
    bool parked = false;

    for (int i = 0; i < 5 && row->backoffs[i].at_ms != 0; i++)
        parked = backoff_bot_record_chat(&bot, row->backoffs[i].chat_id, row->backoffs[i].at_ms,
                                         row->backoffs[i].until_ms, &until_ms);
    ck_assert_msg(parked == (row->bot_until_ms != 0) && until_ms == row->bot_until_ms, "%ld",
                  (long)until_ms);
}
