// SPDX-License-Identifier: MIT
/* Loading: concurrent fetches share one load; near and far entries; failed loads. */
#include <stdio.h>

#include "base/now.h"

#include "entries.h"
#include "support/metric_of.h"
#include "support/patience.h"

/* Number of fetches that have returned. */
static int fetches(const char *source)
{
    char name[64];

    cache_metrics_register();
    snprintf(name, sizeof(name), "cache_fetches_total{source=\"%s\"}", source);
    return (int)metric_of(name);
}

TEST_CASE("entries", .setup = entries_begin, .teardown = entries_end);

FIBER_TEST(entry_is_loaded_once_then_read_from_near_and_far)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 3, .found = true, .text = "flat"};
    struct cache_value value;
    wait_near(entries);
    ck_assert(!is_near(entries));
    stand_clock_stop(&stand);
    const int near = fetches("near"), far = fetches("redis"), loaded = fetches("loader");
    ck_assert_str_eq(fetch(entries, &source), "flat");
    ck_assert(cache_entry_near(entries, SLICE("k"), &value));
    ck_assert_int_eq(value.version, 3);
    ck_assert(slice_is(value.data, "flat"));
    ck_assert_str_eq(fetch(entries, &source), "flat");
    now_advance_us(1100 * US_PER_MS);
    stand_sleep_ms(0);
    ck_assert_msg(!is_near(entries), "a near entry lives for a second");
    ck_assert_str_eq(fetch(entries, &source), "flat");
    ck_assert_msg(source.loads == 1, "the far entry is still there");
    stand_clock_go(&stand);
    ck_assert_int_eq(fetches("near"), near + 2);
    ck_assert_int_eq(fetches("redis"), far + 1);
    ck_assert_int_eq(fetches("loader"), loaded + 1);
    ck_assert_str_eq(stand_redis(&stand, "GET cache:test:1:k"), "3|1|flat");
    cache_entries_destroy(entries);
}

FIBER_TEST(negative_entry_expires_soon)
{
    options.negative_ms = 100;
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 0, .found = false};
    wait_near(entries);
    stand_clock_stop(&stand);
    ck_assert_str_eq(fetch(entries, &source), "");
    ck_assert_str_eq(fetch(entries, &source), "");
    stand_clock_go(&stand);
    ck_assert_int_eq(source.loads, 1);
    stand_sleep_ms(150);
    stand_until(strcmp(stand_redis(&stand, "EXISTS cache:test:1:k"), "0") == 0, "it is gone");
    ck_assert_str_eq(fetch(entries, &source), "");
    ck_assert_int_eq(source.loads, 2);
    /* The entry is loaded meanwhile. */
    cache_entry_drop(entries, SLICE("k"), 1);
    source = (struct source){.version = 1, .found = true, .text = "made"};
    ck_assert_str_eq(fetch(entries, &source), "made");
    cache_entries_destroy(entries);
}

struct asker {
    struct cache_entries *entries;
    struct source *source;
    int64_t deadline_ms;
    int *running;
    int *served;
    int *failed;
    struct fault *fault;
};

static void ask(void *data)
{
    struct asker *asker = data;
    struct cache_value value;
    struct arena arena;
    arena_init(&arena, 65536);
    if (cache_entry_fetch(asker->entries, SLICE("k"), source_load, asker->source, &arena, &value,
                          asker->fault)) {
        ck_assert(slice_is(value.data, asker->source->text));
        ++*asker->served;
    } else {
        ++*asker->failed;
    }
    arena_finish(&arena);
    --*asker->running;
}

struct crowd {
    int served, failed;
    struct fault fault;
};

/* Starts `count` concurrent fetches; the first one has a deadline of its own. */
static struct crowd ask_together(struct cache_entries *entries, struct source *source, int count,
                                 int64_t first_ms)
{
    struct crowd crowd = {0};
    int running = count;
    struct fault fault;
    struct asker asker = {.entries = entries,
                          .source = source,
                          .running = &running,
                          .served = &crowd.served,
                          .failed = &crowd.failed,
                          .fault = &crowd.fault};
    for (int i = 0; i < count; i++) {
        int64_t ms = stand_now_ms() + (i == 0 ? first_ms : patience_ms(5000));
        ck_assert(fiber_start(stand.loop, ask, &asker, ms * 1000000, "ask", &fault));
    }
    stand_until(running == 0, "running is %d", running);
    return crowd;
}

FIBER_TEST(hundred_concurrent_fetches_cause_one_load)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "one", .takes_ms = 30};
    const int followed = fetches("flight");
    struct crowd crowd = ask_together(entries, &source, 100, patience_ms(5000));
    ck_assert_int_eq(crowd.served, 100);
    ck_assert_int_eq(source.loads, 1);
    ck_assert_int_eq(fetches("flight"), followed + 99);
    cache_entries_destroy(entries);
}

FIBER_TEST(failed_load_fails_its_followers_only)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {
        .failure = "no_database", .failure_kind = FAULT_UNAVAILABLE, .takes_ms = 30};
    struct crowd crowd = ask_together(entries, &source, 20, patience_ms(5000));
    ck_assert_int_eq(crowd.failed, 20);
    ck_assert_int_eq(source.loads, 1);
    ck_assert_str_eq(crowd.fault.code, "no_database");
    source = (struct source){.version = 1, .found = true, .text = "well"};
    ck_assert_msg(strcmp(fetch(entries, &source), "well") == 0, "a failed load is not remembered");
    cache_entries_destroy(entries);
}

FIBER_TEST(follower_loads_after_the_leader_times_out)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "one", .takes_ms = 60};
    struct crowd crowd = ask_together(entries, &source, 20, 30);
    ck_assert_int_eq(crowd.failed, 1);
    ck_assert_int_eq(crowd.served, 19);
    ck_assert_int_eq(source.loads, 2);
    cache_entries_destroy(entries);
}

FIBER_TEST(follower_can_give_up_while_the_load_continues)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "one", .takes_ms = 100};
    struct fault fault;
    struct crowd crowd = {0};
    int running = 3;
    struct asker asker = {entries,       &source,       0,           &running,
                          &crowd.served, &crowd.failed, &crowd.fault};
    const int64_t deadlines[] = {patience_ms(5000), 20, patience_ms(5000)};
    for (int i = 0; i < 3; i++)
        ck_assert(fiber_start(stand.loop, ask, &asker, (stand_now_ms() + deadlines[i]) * 1000000,
                              "ask", &fault));
    stand_until(running == 0, "running is %d", running);
    ck_assert_int_eq(crowd.served, 2);
    ck_assert_int_eq(crowd.fault.kind, FAULT_TIMEOUT);
    cache_entries_destroy(entries);
}

FIBER_TEST(oversized_value_is_returned_uncached)
{
    options.value_max = 8;
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "longer than eight"};
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "longer than eight");
    ck_assert(!is_near(entries));
    ck_assert_str_eq(stand_redis(&stand, "EXISTS cache:test:1:k"), "0");
    cache_entries_destroy(entries);
}

FIBER_TEST(invalid_contents_of_redis_count_as_a_miss)
{
    static const char *const contents[] = {"", "x", "1", "1|", "1|1", "a|1|b", "1|2|b", "|1|b"};
    options.near_bytes = 0;
    struct cache_entries *entries = entries_on(stand.cache);
    char command[96];
    for (size_t i = 0; i < ARRAY_LEN(contents); i++) {
        struct source source = {.version = 1, .found = true, .text = "true"};
        snprintf(command, sizeof(command), "SETRANGE cache:test:1:k 0 %s", contents[i]);
        stand_redis(&stand, "DEL cache:test:1:k");
        if (contents[i][0] != '\0')
            stand_redis(&stand, command);
        ck_assert_str_eq(fetch(entries, &source), "true");
        ck_assert_int_eq(source.loads, 1);
        stand_sleep_ms(20);
    }
    cache_entries_destroy(entries);
}

TEST_CASE("entries", .setup = entries_begin_without, .teardown = entries_end);

FIBER_TEST(without_redis_loads_are_still_shared)
{
    struct cache *none = stand_cache(&stand, "");
    struct cache_entries *entries = entries_on(none);
    struct source source = {.version = 1, .found = true, .text = "one", .takes_ms = 10};
    struct crowd crowd = ask_together(entries, &source, 50, patience_ms(5000));
    ck_assert_int_eq(crowd.served, 50);
    ck_assert_int_eq(source.loads, 1);
    cache_entry_drop(entries, SLICE("k"), 2);
    cache_entries_destroy(entries);
    cache_destroy(none);
}
