// SPDX-License-Identifier: MIT
/* The process was stopped, or computed for longer than the timeout of a command: only time in which
 * Redis's answers could be read counts. */

#include "stand.h"

enum { LONG_MS = 200 };

static void end(void)
{
    now_thaw();
    stand_end();
}

static void ping(void *data)
{
    const struct slice args[] = {SLICE("PING")};
    bool *is_answered = data;
    struct slice text;

    ck_ok(cache_command(stand.cache, args, 1, &arena, &text, &fault));
    ck_assert_slice(text, "PONG");
    *is_answered = true;
}

TEST_CASE("commands_late", .setup = stand_begin, .teardown = end);

FIBER_TEST(command_started_after_long_work_has_its_full_timeout)
{
    bool is_answered = false;

    stand_sleep_ms(1); /* from here on the loop runs */
    now_freeze(now_wall_us(), now_mono_ns());
    now_advance_us(LONG_MS * US_PER_MS);
    ping(&is_answered);
    ck_assert(is_answered);
}

/* The answer to the first command arrives while this fiber does not return to the loop. */
FIBER_TEST(answer_received_in_time_is_used_if_read_late)
{
    bool is_answered[2] = {false, false};

    stand_turn();
    stand_redis_freeze();
    now_freeze(now_wall_us(), now_mono_ns());
    ck_ok(fiber_start(stand.loop, ping, &is_answered[0], now_mono_ns() + 60 * NS_PER_S, "first",
                      &fault));
    stand_turn();
    stand_redis_thaw();
    ck_assert_str_eq(stand_redis("PING"), "PONG");
    ck_assert(!is_answered[0]);
    now_advance_us(LONG_MS * US_PER_MS);
    ck_assert(cache_is_usable(stand.cache));
    ping(&is_answered[1]);
    ck_assert(is_answered[0] && is_answered[1]);
}
