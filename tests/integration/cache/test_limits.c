// SPDX-License-Identifier: MIT

#include "cache/limit.h"

#include "stand.h"
#include "support/metric_of.h"

enum { INSTANCES = 3 };

/* An instance of a service: a limiter with a connection of its own, and a client that sends
 * requests as fast as it can. */
struct instance {
    struct cache *cache;
    struct limiter *limiter;
    int64_t rate, burst, until_ms, pause_ms, accepted, refused, longest_ms;
    bool until_refused; /* ends with the first refusal instead of after a time */
    bool done;
};

static void hurry(void *data)
{
    struct instance *instance = data;

    while (instance->until_refused ? instance->refused == 0 : stand_now_ms() < instance->until_ms) {
        int64_t began = stand_now_ms();
        struct limit_decision decision =
            limiter_take_token(instance->limiter, SLICE("key"), instance->rate, instance->burst);
        int64_t took = stand_now_ms() - began;
        instance->longest_ms = took > instance->longest_ms ? took : instance->longest_ms;
        instance->accepted += decision.allowed ? 1 : 0;
        instance->refused += decision.allowed ? 0 : 1;
        stand_sleep_ms(instance->pause_ms);
    }
    instance->done = true;
}

static void start_instance(struct instance *instance, bool with_redis)
{
    instance->cache = stand_cache(stand.url);
    ck_ok((instance->limiter = limiter_create(stand.loop, instance->cache, 100, &fault)) != NULL);
    if (with_redis)
        stand_wait_usable(instance->cache, true);
}

static void end_instance(struct instance *instance)
{
    limiter_destroy(instance->limiter);
    cache_destroy(instance->cache);
}

static void run_instances(struct instance *instances, int count)
{
    for (int i = 0; i < count; i++)
        ck_ok(fiber_start(stand.loop, hurry, &instances[i],
                          (stand_now_ms() + patience_ms(10000)) * 1000000, "hurry", &fault));
    for (int i = 0; i < count; i++)
        stand_until(instances[i].done, "instances[i].done");
}

static const struct {
    const char *why;
    int64_t rate, burst, ms;
} totals[] = {
    {"the default limit",      100,  200,  3000},
    {"few tokens",             5,    5,    3000},
    {"more than is asked for", 9000, 9000, 500 },
    {"a burst below the rate", 200,  20,   2000},
};

TEST_CASE("limits", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST_ROWS_WHY(three_instances_share_the_limit, totals)
{
    struct instance instances[INSTANCES] = {0};
    int64_t accepted = 0, asked = 0;

    cache_metrics_register();
    const double local = metric_of("limit_decisions_total{result=\"allowed\",by=\"process\"}");
    for (int i = 0; i < INSTANCES; i++) {
        start_instance(&instances[i], true);
        instances[i].rate = row->rate;
        instances[i].burst = row->burst;
        instances[i].pause_ms = 1;
    }
    const int64_t began = stand_now_ms();
    for (int i = 0; i < INSTANCES; i++)
        instances[i].until_ms = began + row->ms;
    run_instances(instances, INSTANCES);
    const int64_t took_ms = stand_now_ms() - began;
    for (int i = 0; i < INSTANCES; i++) {
        accepted += instances[i].accepted;
        asked += instances[i].accepted + instances[i].refused;
        end_instance(&instances[i]);
    }
    /* An instance without an answer from Redis within CACHE_COMMAND_MS decides locally. */
    const int64_t by_redis =
        accepted -
        (int64_t)(metric_of("limit_decisions_total{result=\"allowed\",by=\"process\"}") - local);
    const int64_t bound = row->burst + row->rate * took_ms / 1000;
    /* A pause of the machine longer than burst / rate loses tokens of the full bucket. */
    const int64_t offered = is_timed() ? bound : row->burst;
    const int64_t due = asked < offered ? asked : offered;
    ck_assert_msg(by_redis <= bound + bound / 10 + 1, "%ld of at most %ld", (long)by_redis,
                  (long)bound);
    ck_assert_msg(accepted >= due - due / 5 - 1, "only %ld of %ld", (long)accepted, (long)due);
}

/* Each run of the script calls HSETNX once. */
static const char lease_calls[] = "EVAL return(redis.call('INFO','commandstats'):match('"
                                  "cmdstat_hsetnx:calls=(%%d+)')or'0') 0";

/* The clock is stopped, so no lease expires and no wait for one times out. */
FIBER_TEST(redis_is_called_for_leases_not_for_requests)
{
    enum { ASKED = 400, RATE = 1000 };
    struct instance instance = {0};

    start_instance(&instance, true);
    long before = atol(stand_redis(lease_calls));
    cache_metrics_register();
    const double allowed = metric_of("limit_decisions_total{result=\"allowed\",by=\"redis\"}");
    const double leases = metric_of("limit_leases_total{result=\"granted\"}");
    now_freeze(now_wall_us(), now_mono_ns());
    for (int i = 0; i < ASKED; i++)
        ck_assert(limiter_take_token(instance.limiter, SLICE("key"), RATE, RATE).allowed);
    now_thaw();
    long after = atol(stand_redis(lease_calls));
    ck_assert_int_gt(after, before);
    ck_assert_int_lt(after - before, ASKED / 20);
    ck_assert_double_eq(metric_of("limit_decisions_total{result=\"allowed\",by=\"redis\"}"),
                        allowed + ASKED);
    ck_assert_double_gt(metric_of("limit_leases_total{result=\"granted\"}"), leases);
    end_instance(&instance);
}

/* Tokens that `rate` per second may have added since then. */
static int64_t refilled(int64_t rate, int64_t since_ms)
{
    return (stand_now_ms() - since_ms) * rate / 1000;
}

/* While the clock is stopped, the limiter waits for Redis for as long as it must. */
static struct limit_decision take(struct limiter *limiter, const char *key)
{
    stand_clock_stop();
    const struct limit_decision decision = limiter_take_token(limiter, slice_of(key), 5, 10);
    stand_clock_go();
    return decision;
}

FIBER_TEST(decision_has_remaining_tokens_and_reset_time)
{
    struct limiter *limiter = limiter_create(stand.loop, stand.cache, 100, &fault);

    ck_assert_ptr_nonnull(limiter);
    const int64_t began = stand_now_ms();
    for (int i = 0; i < 10; i++) {
        struct limit_decision decision = take(limiter, "v");
        ck_assert(decision.allowed);
        ck_assert_int_eq(decision.limit, 10);
        ck_assert_int_eq(decision.window_s, 2);
        ck_assert_int_ge(decision.remaining, 9 - i);
        ck_assert_int_le(decision.remaining, 9 - i + refilled(5, began));
        ck_assert_int_eq(decision.retry_after_s, 0);
        ck_assert_int_le(decision.reset_s, 2);
    }
    struct limit_decision decision = take(limiter, "v");
    for (int more = 1; decision.allowed; more++) {
        ck_assert_int_le(more, refilled(5, began));
        decision = take(limiter, "v");
    }
    ck_assert_int_eq(decision.remaining, 0);
    ck_assert_int_eq(decision.reset_s, 2);
    ck_assert_int_eq(decision.retry_after_s, 1);
    ck_assert(take(limiter, "other").allowed);
    stand_sleep_ms(250);
    ck_assert(take(limiter, "v").allowed);
    limiter_destroy(limiter);
}

static void take_all(struct limiter *limiter, const char *key, int64_t burst)
{
    for (int64_t i = 0; i < burst; i++)
        ck_assert(limiter_take_token(limiter, slice_of(key), 1, burst).allowed);
}

/* The clock of this process is stopped; that of Redis adds a token a second. */
FIBER_TEST(oldest_key_is_evicted_and_keeps_its_limit)
{
    enum { BURST = 20 };
    struct limiter *limiter = limiter_create(stand.loop, stand.cache, 10, &fault);
    char key[2] = "a";

    ck_assert_ptr_nonnull(limiter);
    const int64_t began = time(NULL);
    now_freeze(now_wall_us(), now_mono_ns());
    take_all(limiter, "a", BURST);
    for (int i = 0; i < 26; i++, key[0]++)
        limiter_take_token(limiter, slice_of(key), 1, BURST);
    take_all(limiter, "z", BURST - 1);
    const struct limit_decision local = limiter_take_token(limiter, SLICE("z"), 1, BURST);
    const struct limit_decision shared = limiter_take_token(limiter, SLICE("a"), 1, BURST);
    now_thaw();
    const int64_t passed_s = time(NULL) - began;
    ck_assert(!local.allowed || local.remaining < passed_s);
    ck_assert_msg(!shared.allowed || shared.remaining < passed_s,
                  "the shared bucket outlives the local one");
    limiter_destroy(limiter);
}

static long long misses(void)
{
    const char *at = strstr(stand_redis("INFO stats"), "keyspace_misses:");

    ck_assert_ptr_nonnull(at);
    return strtoll(at + strlen("keyspace_misses:"), NULL, 10);
}

/* Keys that are used rarely: their buckets have expired in between. */
FIBER_TEST(missing_bucket_is_not_counted_as_a_cache_miss)
{
    struct instance instance = {0};
    char key[2] = "a";

    start_instance(&instance, true);
    const long long before = misses();
    for (int i = 0; i < 26; i++, key[0]++)
        ck_assert(limiter_take_token(instance.limiter, slice_of(key), 1, 20).allowed);
    ck_assert_int_gt(atoi(stand_redis("DBSIZE")), 0);
    ck_assert_int_eq(misses(), before);
    end_instance(&instance);
}

TEST_CASE("limits", .setup = stand_begin_without_redis, .teardown = stand_end);

/* A second in steps of a millisecond, on the test's own clock: a call that waits for anything else
 * would never end. */
FIBER_TEST(without_redis_an_instance_applies_the_whole_limit)
{
    enum { RATE = 100, BURST = 50, STEPS = 1000 };
    struct instance instance = {0};

    start_instance(&instance, false);
    cache_metrics_register();
    const double refused = metric_of("limit_decisions_total{result=\"refused\",by=\"process\"}");
    stand_sleep_ms(1); /* from here on the loop runs */
    now_freeze(now_wall_us(), now_mono_ns());
    for (int i = 0; i < STEPS; i++) {
        now_advance_us(US_PER_MS);
        stand_sleep_ms(0);
        instance.accepted +=
            limiter_take_token(instance.limiter, SLICE("key"), RATE, BURST).allowed ? 1 : 0;
    }
    now_thaw();
    ck_assert_double_eq(metric_of("limit_decisions_total{result=\"refused\",by=\"process\"}"),
                        refused + (double)(STEPS - instance.accepted));
    /* The whole burst, and the refill of 999 ms. */
    ck_assert_int_eq(instance.accepted, BURST + RATE - 1);
    end_instance(&instance);
}

TEST_CASE("limits", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(frozen_and_flushed_redis_refuse_no_request)
{
    struct instance instance = {.rate = 200, .burst = 200, .pause_ms = 10};

    start_instance(&instance, true);
    ck_assert(limiter_take_token(instance.limiter, SLICE("key"), 200, 200).allowed);
    stand_redis_freeze();
    instance.until_ms = stand_now_ms() + 2000;
    run_instances(&instance, 1);
    ck_assert_int_eq(instance.refused, 0);
    if (is_timed())
        ck_assert_int_lt(instance.longest_ms, 90);
    stand_redis_thaw();
    stand_wait_usable(instance.cache, true);
    stand_redis("FLUSHALL");
    instance.until_ms = stand_now_ms() + 300;
    instance.done = false;
    run_instances(&instance, 1);
    ck_assert_int_eq(instance.refused, 0);
    end_instance(&instance);
}

FIBER_TEST(frozen_redis_grants_no_second_burst)
{
    struct instance instances[INSTANCES] = {0};

    for (int i = 0; i < INSTANCES; i++) {
        start_instance(&instances[i], true);
        instances[i].rate = 10;
        instances[i].burst = 100;
        instances[i].pause_ms = 1;
        instances[i].until_refused = true;
    }
    const int64_t began = stand_now_ms();
    run_instances(instances, INSTANCES);
    stand_redis_freeze();
    for (int i = 0; i < INSTANCES; i++) {
        instances[i].accepted = 0;
        instances[i].until_refused = instances[i].done = false;
        instances[i].until_ms = stand_now_ms() + 500;
    }
    run_instances(instances, INSTANCES);
    for (int i = 0; i < INSTANCES; i++) {
        ck_assert_int_le(instances[i].accepted, refilled(10, began) + 4);
        end_instance(&instances[i]);
    }
}

FIBER_TEST(full_redis_refuses_no_request)
{
    struct instance instance = {.rate = 200, .burst = 200, .pause_ms = 5};

    start_instance(&instance, true);
    stand_redis("CONFIG SET maxmemory 1");
    instance.until_ms = stand_now_ms() + 500;
    run_instances(&instance, 1);
    ck_assert_int_eq(instance.refused, 0);
    if (is_timed())
        ck_assert_int_lt(instance.longest_ms, 60);
    end_instance(&instance);
}
