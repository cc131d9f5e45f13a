// SPDX-License-Identifier: MIT
#include "broadcasts/broadcast.h"
#include "support/test.h"

// clang-format off

static bool allows(int status, int action /* enum broadcast_action */)
{
    const struct transition_state state = {status, 0};

    return transition_find(&broadcast_machine, state, action, TRANSITION_BY_STAFF) != NULL;
}

TEST(status_allows_the_actions_of_the_table)
{
    static const struct {
        int status; /* enum broadcast_status */
        bool pause, resume, cancel;
    } rows[] = {
        {BROADCAST_RUNNING,   true,  false, true },
        {BROADCAST_PAUSED,    false, true,  true },
        {BROADCAST_DONE,      false, false, false},
        {BROADCAST_CANCELLED, false, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ck_assert_int_eq(allows(rows[i].status, BROADCAST_PAUSE), rows[i].pause);
        ck_assert_int_eq(allows(rows[i].status, BROADCAST_RESUME), rows[i].resume);
        ck_assert_int_eq(allows(rows[i].status, BROADCAST_CANCEL), rows[i].cancel);
    }
}

TEST(state_determines_the_next_step)
{
    enum { R = BROADCAST_RUNNING, P = BROADCAST_PAUSED, C = BROADCAST_CANCELLED };

    static const struct {
        struct broadcast_state state; /* status, settled, found, left, queued, ready */
        enum broadcast_step step;
    } rows[] = {
        {{R, true, false, false, 0, 0},       BROADCAST_FIND  },
        {{R, false, false, false, 0, 0},      BROADCAST_WAIT  }, /* a transaction with a new person may be running */
        {{C, false, false, false, 0, 0},      BROADCAST_FINISH},
        {{R, true, false, true, 0, 0},        BROADCAST_FIND  },
        {{P, true, false, true, 0, 0},        BROADCAST_FIND  },
        {{R, true, true, true, 0, 0},         BROADCAST_QUEUE },
        {{R, true, true, true, 60, 60},       BROADCAST_QUEUE },
        {{R, true, true, true, 61, 61},       BROADCAST_WAIT  }, /* too few for a transaction */
        {{R, true, true, true, 90, 90},       BROADCAST_WAIT  },
        {{R, true, true, true, 500, 10},      BROADCAST_QUEUE }, /* chats that back off do not block others */
        {{R, true, true, true, 1000, 10},     BROADCAST_WAIT  }, /* except for so many */
        {{R, true, true, false, 1, 1},        BROADCAST_WAIT  },
        {{R, true, true, false, 0, 0},        BROADCAST_FINISH},
        {{P, true, true, true, 0, 0},         BROADCAST_WAIT  },
        {{P, true, true, false, 0, 0},        BROADCAST_WAIT  },
        {{C, true, false, true, 0, 0},        BROADCAST_CLEAR },
        {{C, true, true, false, 1, 1},        BROADCAST_CLEAR },
        {{C, true, false, false, 0, 0},       BROADCAST_FINISH},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_msg(broadcast_next_step(&rows[i].state) == rows[i].step, "row %zu", i);
}

TEST(free_slots_are_never_negative)
{
    ck_assert_int_eq(broadcast_count_queueable(&(struct broadcast_state){.queued = 5, .ready = 5}), 85);
    ck_assert_int_eq(broadcast_count_queueable(&(struct broadcast_state){.queued = 980, .ready = 5}), 20);
    ck_assert_int_eq(broadcast_count_queueable(&(struct broadcast_state){.queued = 2000, .ready = 500}), 0);
}

#define RATE(...) {.status = BROADCAST_RUNNING, __VA_ARGS__}

TEST(eta_uses_the_rate_of_the_last_minute)
{
    static const struct {
        struct broadcast_rate rate;
        int64_t eta_s;
    } rows[] = {
        {RATE(.left = 900, .running_ms = 600000, .sent = 900), 60},
        {RATE(.left = 901, .running_ms = 600000, .sent = 900), 61},
        /* Replies used the rest, as the sent messages show. */
        {RATE(.left = 900, .running_ms = 600000, .sent = 900, .others = 900), 60},
        /* After half a minute. */
        {RATE(.left = 900, .running_ms = 30000, .sent = 450), 60},
        /* A few seconds are too short for a rate: the rate that the limit leaves. */
        {RATE(.left = 900, .running_ms = 2000, .sent = 5), 30},
        {RATE(.left = 900, .running_ms = 2000, .others = 900), 60},
        {RATE(.left = 0, .running_ms = 2000), 0},
        {RATE(.left = 1, .running_ms = 2000), 1},
        /* Never faster than the limit. */
        {RATE(.left = 1800, .running_ms = 60000, .sent = 3600), 60},
        /* All remaining chats back off, or the bot pauses. */
        {RATE(.left = 2, .backing_off = 2, .backoff_ms = 3600000, .running_ms = 600000), 3600},
        {RATE(.left = 900, .backing_off = 1, .backoff_ms = 3600000, .running_ms = 600000, .sent = 900), 3600},
        {RATE(.left = 300, .pause_ms = 20000, .running_ms = 600000, .sent = 0), 30},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_msg(broadcast_compute_eta_s(&rows[i].rate) == rows[i].eta_s, "row %zu: %lld", i,
                      (long long)broadcast_compute_eta_s(&rows[i].rate));
}

TEST(eta_is_absent_if_the_rate_is_unknown)
{
    static const struct broadcast_rate rows[] = {
        {.status = BROADCAST_PAUSED, .left = 10, .running_ms = 60000, .sent = 100},
        {.status = BROADCAST_DONE},
        {.status = BROADCAST_CANCELLED, .left = 1},
        RATE(.left = 10, .running_ms = 60000, .sent = 0),     /* nothing is sent */
        RATE(.left = 10, .running_ms = 1000, .others = 1800), /* replies use the whole limit */
        RATE(.left = 10, .running_ms = 1000, .others = 5000),
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_msg(broadcast_compute_eta_s(&rows[i]) == FIELD_ABSENT, "row %zu", i);
}

TEST(eta_is_never_negative)
{
    for (int64_t left = -5; left < 3000; left += 7)
        for (int64_t sent = 0; sent < 4000; sent += 333) {
            const struct broadcast_rate rate = RATE(.left = left, .running_ms = sent * 20,
                                                    .sent = sent, .others = sent,
                                                    .backoff_ms = left - 100, .pause_ms = left - 50);
            const int64_t eta_s = broadcast_compute_eta_s(&rate);
            ck_assert(eta_s == FIELD_ABSENT || eta_s >= 0);
        }
}

TEST(counts_add_up_to_the_total)
{
    struct broadcast one = {.status = BROADCAST_RUNNING,
                            .total = 100,
                            .queued = 20,
                            .counts = {.sent = 30, .failed = 1, .unreachable = 2, .uncertain = 3, .cancelled = 4}};

    ck_assert_int_eq(broadcast_count_unfinished(&one), 60);
    ck_assert_int_eq(broadcast_count_cancelled(&one), 4);
    ck_assert_int_eq(broadcast_percent_done(&one), 40);
    one.status = BROADCAST_CANCELLED; /* messages that were not queued are cancelled */
    ck_assert_int_eq(broadcast_count_unfinished(&one), 20);
    ck_assert_int_eq(broadcast_count_cancelled(&one), 44);
    ck_assert_int_eq(broadcast_percent_done(&one), 80);
    one.total = 20; /* fewer people than were counted at the creation */
    ck_assert_int_eq(broadcast_count_unfinished(&one), 0);
    ck_assert_int_eq(broadcast_percent_done(&(struct broadcast){.total = 0}), 100);
    ck_assert_int_eq(broadcast_percent_done(&(struct broadcast){.total = 1000, .counts.sent = 999}), 99);
}

// clang-format on
