// SPDX-License-Identifier: MIT

#include "base/parse.h"
#include "cache/link_private.h"

#include "stand.h"

/* Calls cache_command(); while Redis responds it succeeds, however slow the machine. */
static bool command(struct cache *cache, const struct slice *args, size_t count, struct slice *text,
                    struct fault *why)
{
    stand_clock_stop();
    const bool ok = cache_command(cache, args, count, &arena, text, why);
    stand_clock_go();
    return ok;
}

static bool get(struct cache *cache, const char *key, struct slice *text, struct fault *why)
{
    const struct slice args[] = {SLICE("GET"), slice_of(key)};

    return command(cache, args, 2, text, why);
}

static bool set(struct cache *cache, const char *key, struct slice value)
{
    const struct slice args[] = {SLICE("SET"), slice_of(key), value};
    struct slice text;

    return command(cache, args, 3, &text, &fault);
}

static struct slice text; /* of the last answer */

TEST_CASE("commands", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(replies_of_every_kind_arrive_whole)
{
    const struct slice binary = {"a\0b\r\n", 5};

    ck_assert(set(stand.cache, "k", binary));
    ck_ok(get(stand.cache, "k", &text, &fault));
    ck_assert(slice_equal(text, binary));
    ck_ok(get(stand.cache, "absent", &text, &fault));
    ck_assert_ptr_null(text.at);
    const struct slice incr[] = {SLICE("INCRBY"), SLICE("n"), SLICE("41")};
    ck_ok(command(stand.cache, incr, 3, &text, &fault));
    ck_assert_ptr_null(text.at);
    ck_ok(get(stand.cache, "n", &text, &fault));
    ck_assert_slice(text, "41");
}

FIBER_TEST(error_or_oversized_answer_is_only_a_fault)
{
    static char big[100000];
    const struct slice wrong[] = {SLICE("NOSUCHCOMMAND")};

    text = SLICE("untouched");
    ck_unavailable(command(stand.cache, wrong, 1, &text, &fault), "cache_refused");
    ck_assert_slice(text, "untouched");
    memset(big, 'x', sizeof big);
    ck_assert(set(stand.cache, "big", (struct slice){big, sizeof big}));
    arena_finish(&arena);
    arena_init(&arena, 65536);
    ck_unavailable(get(stand.cache, "big", &text, &fault), "out_of_memory");
    ck_assert_slice(text, "untouched");
    ck_assert(cache_is_usable(stand.cache));
}

FIBER_TEST(commands_fail_fast_while_redis_is_killed_and_reconnect)
{
    stand_redis_kill();
    /* The code shows that the command failed before its deadline. */
    ck_unavailable(get(stand.cache, "k", &text, &fault), "cache_away");
    stand_wait_usable(stand.cache, false);
    stand_redis_start();
    const int64_t began = stand_now_ms();
    stand_wait_usable(stand.cache, true);
    if (is_timed())
        ck_assert_int_lt(stand_now_ms() - began, 1500);
    ck_assert(set(stand.cache, "k", SLICE("again")));
}

struct crowd {
    struct fiber *gatherer;
    int running, failed;
    int waited; /* the time until the commands' deadline */
    int64_t longest_ms;
};

static void one_of_the_crowd(void *data)
{
    struct crowd *crowd = data;
    struct fault why;
    int64_t began = stand_now_ms();
    const struct slice args[] = {SLICE("GET"), SLICE("k")};

    if (!cache_command(stand.cache, args, 2, &arena, &text, &why)) {
        crowd->failed++;
        crowd->waited += strcmp(why.code, "cache_slow") == 0 ? 1 : 0;
    }
    if (stand_now_ms() - began > crowd->longest_ms)
        crowd->longest_ms = stand_now_ms() - began;
    if (--crowd->running == 0)
        fiber_wake(crowd->gatherer);
}

static void gather(struct crowd *crowd, int count)
{
    *crowd = (struct crowd){.gatherer = fiber_current(), .running = count};
    stand_clock_stop();
    for (int i = 0; i < count; i++)
        ck_ok(fiber_start(stand.loop, one_of_the_crowd, crowd,
                          (stand_now_ms() + patience_ms(5000)) * 1000000, "crowd", &fault));
    while (crowd->running > 0)
        ck_ok(fiber_park(0, &fault));
    stand_clock_go();
}

FIBER_TEST(frozen_redis_costs_one_timeout_only)
{
    struct crowd crowd;

    stand_redis_freeze();
    gather(&crowd, 64);
    ck_assert_int_eq(crowd.failed, 64);
    /* If the machine paused for CACHE_CONNECT_MS, the connection was closed. */
    ck_assert(crowd.waited == 64 || crowd.longest_ms >= CACHE_CONNECT_MS);
    ck_assert_int_ge(crowd.longest_ms, 45);
    if (is_timed())
        ck_assert_int_lt(crowd.longest_ms, 90);
    ck_assert(!cache_is_usable(stand.cache));
    /* Later commands fail at once, also while new connections are attempted. */
    for (int i = 0; i < 20; i++) {
        gather(&crowd, 8);
        ck_assert_int_eq(crowd.failed, 8);
        ck_assert_int_eq(crowd.waited, 0);
        if (is_timed())
            ck_assert_int_lt(crowd.longest_ms, 20);
        stand_sleep_ms(100);
    }
    stand_redis_thaw();
    stand_wait_usable(stand.cache, true);
    gather(&crowd, 64);
    ck_assert_int_eq(crowd.failed, 0);
}

/* Connections that this Redis has accepted, including the one that asks. */
static long connections(void)
{
    return atol(stand_redis("EVAL return(redis.call('INFO','stats'):match('"
                            "total_connections_received:(%%d+)')) 0"));
}

FIBER_TEST(after_a_short_freeze_the_same_connection_serves_again)
{
    struct crowd crowd;
    const long before = connections();
    const int64_t began = stand_now_ms();

    stand_redis_freeze();
    gather(&crowd, 8);
    ck_assert_int_eq(crowd.failed, 8);
    stand_redis_thaw();
    stand_wait_usable(stand.cache, true);
    /* Besides the connection that counts. After a freeze of CACHE_CONNECT_MS it would be a new
     * one. */
    if (stand_now_ms() - began < CACHE_CONNECT_MS)
        ck_assert_int_eq(connections(), before + 1);
    gather(&crowd, 8);
    ck_assert_int_eq(crowd.failed, 0);
}

static void give_up_early(void *data)
{
    struct fault why;
    bool *done = data;

    text = SLICE("untouched");
    ck_assert(!get(stand.cache, "k", &text, &why));
    ck_assert_int_eq(why.kind, FAULT_TIMEOUT);
    ck_assert_slice(text, "untouched");
    *done = true;
}

FIBER_TEST(command_survives_the_end_of_its_fibers_deadline)
{
    bool done = false;

    stand_sleep_ms(1); /* from here on the loop runs */
    stand_redis_freeze();
    now_freeze(now_wall_us(), now_mono_ns());
    ck_ok(fiber_start(stand.loop, give_up_early, &done, now_mono_ns() + 10 * NS_PER_MS, "short",
                      &fault));
    now_advance_us(10 * US_PER_MS);
    stand_turn_until(done, "the fiber ends");
    now_thaw();
    stand_redis_thaw();
    stand_wait_usable(stand.cache, true);
    ck_assert(set(stand.cache, "k", SLICE("v")));
}

FIBER_TEST(commands_beyond_the_limit_are_refused)
{
    const struct slice ping[] = {SLICE("PING")};

    for (int i = 0; i < 5000; i++)
        (void)!cache_send(stand.cache, ping, 1, NULL, NULL);
    ck_unavailable(cache_command(stand.cache, ping, 1, &arena, &text, &fault), "cache_away");
    stand_until(command(stand.cache, ping, 1, &text, &fault), "PING is answered");
    ck_assert_slice(text, "PONG");
}

struct answers {
    int count;
    int64_t sum;
};

static void count_answer(void *data, enum cache_end end, struct slice came)
{
    struct answers *answers = data;
    int64_t number = 0;

    answers->count++;
    if (end == CACHE_ANSWERED)
        ck_assert(parse_i64(came, 0, 100, &number));
    answers->sum += number;
}

FIBER_TEST(answer_by_callback_comes_once_unless_it_is_dropped)
{
    const struct slice script[] = {SLICE("EVAL"),
                                   SLICE("return tostring(redis.call('INCR', KEYS[1]))"),
                                   SLICE("1"), SLICE("s")};
    const struct slice wrong[] = {SLICE("EVAL"), SLICE("no Lua"), SLICE("0")};
    struct answers answers = {0};

    stand_clock_stop();
    ck_assert(cache_send(stand.cache, script, 4, count_answer, &answers));
    ck_assert(cache_send(stand.cache, wrong, 3, count_answer, &answers));
    ck_assert(cache_send(stand.cache, script, 4, count_answer, &answers));
    ck_assert_int_eq(answers.count, 0);
    stand_turn_until(answers.count == 3, "%d answers", answers.count);
    ck_assert_int_eq(answers.sum, 1 + 2);
    ck_assert(cache_send(stand.cache, script, 4, count_answer, &answers));
    cache_drop_answers(stand.cache, &answers);
    ck_ok(get(stand.cache, "s", &text, &fault));
    ck_assert_slice(text, "3");
    ck_assert_int_eq(answers.count, 3);
    stand_clock_go();
}

FIBER_TEST(password_and_database_come_from_the_url)
{
    stand_redis("CONFIG SET requirepass s@cret");
    struct cache *cache = stand_cache(textf("redis://:s%%40cret@127.0.0.1:%d/3", stand.port));
    stand_wait_usable(cache, true);
    ck_assert(set(cache, "in", SLICE("three")));
    const struct slice back[] = {SLICE("SELECT"), SLICE("3")};
    ck_ok(command(cache, back, 2, &text, &fault));
    ck_ok(get(cache, "in", &text, &fault));
    ck_assert_slice(text, "three");
    cache_destroy(cache);
    cache = stand_cache(textf("redis://:wrong@127.0.0.1:%d", stand.port));
    stand_sleep_ms(200);
    ck_assert(!cache_is_usable(cache));
    cache_destroy(cache);
}

FIBER_TEST(a_name_is_resolved_outside_the_loop)
{
    struct cache *cache = stand_cache(textf("redis://localhost:%d", stand.port));

    stand_wait_usable(cache, true);
    ck_assert(set(cache, "k", SLICE("v")));
    cache_destroy(cache);
    cache = stand_cache("redis://no-such-host.invalid");
    stand_sleep_ms(100);
    ck_assert(!cache_is_usable(cache));
    cache_destroy(cache);
}

FIBER_TEST(without_a_url_the_cache_is_unavailable)
{
    struct cache *cache = stand_cache("");

    ck_assert(!cache_is_usable(cache));
    ck_unavailable(get(cache, "k", &text, &fault), "cache_away");
    cache_destroy(cache);
}

TEST(cache_is_destroyed_in_any_state)
{
    cache_destroy(stand_cache(stand.url));
    cache_destroy(stand_cache("redis://localhost:1"));
    cache_destroy(NULL);
}
