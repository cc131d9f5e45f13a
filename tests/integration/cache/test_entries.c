// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include "cache/entry.h"

#include "stand.h"

static struct stand stand;
static struct cache_entries_options options;

static void begin(void)
{
    stand_begin(&stand);
    cache_entries_defaults(&options);
    options.name = "cache:test:1:";
}

static void begin_without(void)
{
    stand_begin_without_redis(&stand);
    cache_entries_defaults(&options);
    options.name = "cache:test:1:";
}

static void end(void)
{
    stand_end(&stand);
}

/* What the database would say, and how long it takes to say it. */
struct source {
    int64_t version;
    bool found;
    const char *text;
    const char *failure;
    enum fault_kind failure_kind;
    int64_t takes_ms;
    int loads;
};

static bool load(void *arg, struct arena *arena, struct cache_value *out, struct fault *fault)
{
    struct source *source = arg;
    struct cache_value value = {.found = source->found, .version = source->version};
    const char *text = source->text;
    source->loads++;
    if (source->takes_ms > 0 && !fiber_sleep(source->takes_ms * 1000000, fault))
        return false;
    if (source->failure != NULL)
        return fault_set(fault, source->failure_kind, source->failure, "Said the source.");
    value.data = arena_copy(arena, slice_of(text != NULL ? text : ""));
    *out = value;
    return true;
}

static struct cache_entries *entries_on(struct cache *cache)
{
    struct fault fault;
    struct cache_entries *entries = cache_entries_create(stand.loop, cache, &options, &fault);
    ck_assert_ptr_nonnull(entries);
    return entries;
}

/* The text of key "k", "" for a negative entry. */
static const char *fetch(struct cache_entries *entries, struct source *source)
{
    static char text[64];
    struct cache_value value;
    struct arena arena;
    struct fault fault;
    arena_init(&arena, 65536);
    ck_assert(cache_entry_fetch(entries, SLICE("k"), load, source, &arena, &value, &fault));
    snprintf(text, sizeof(text), "%.*s", SLICE_ARG(value.data));
    ck_assert(value.found == (value.data.len > 0));
    arena_finish(&arena);
    return text;
}

/* Until near entries are used. */
static void wait_near(struct cache_entries *entries)
{
    struct source source = {.version = 1, .found = true, .text = "probe"};
    struct cache_value value;
    struct arena arena;
    struct fault fault;
    for (int tries = 0; !cache_entry_near(entries, SLICE("probe"), &value); tries++) {
        ck_assert_msg(tries < 400, "near entries do not come into use");
        arena_init(&arena, 65536);
        ck_assert(
            cache_entry_fetch(entries, SLICE("probe"), load, &source, &arena, &value, &fault));
        arena_finish(&arena);
        stand_sleep_ms(5);
    }
}

static bool is_near(struct cache_entries *entries)
{
    struct cache_value value;
    return cache_entry_near(entries, SLICE("k"), &value);
}

static void load_once(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 3, .found = true, .text = "flat"};
    struct cache_value value;
    wait_near(entries);
    ck_assert(!is_near(entries));
    ck_assert_str_eq(fetch(entries, &source), "flat");
    ck_assert(cache_entry_near(entries, SLICE("k"), &value));
    ck_assert_int_eq(value.version, 3);
    ck_assert(slice_is(value.data, "flat"));
    ck_assert_str_eq(fetch(entries, &source), "flat");
    stand_sleep_ms(1100);
    ck_assert_msg(!is_near(entries), "a near entry lives for a second");
    ck_assert_str_eq(fetch(entries, &source), "flat");
    ck_assert_msg(source.loads == 1, "the far entry is still there");
    ck_assert_str_eq(stand_redis(&stand, "GET cache:test:1:k"), "3|1|flat");
    cache_entries_destroy(entries);
}

START_TEST(an_entry_is_loaded_once_then_near_then_far)
{
    stand_run(&stand, load_once, NULL);
}
END_TEST

static void negative(void *data)
{
    options.negative_ms = 100;
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 0, .found = false};
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "");
    ck_assert_str_eq(fetch(entries, &source), "");
    ck_assert_int_eq(source.loads, 1);
    stand_sleep_ms(150);
    ck_assert_str_eq(fetch(entries, &source), "");
    ck_assert_int_eq(source.loads, 2);
    /* It is made meanwhile. */
    cache_entry_drop(entries, SLICE("k"), 1);
    source = (struct source){.version = 1, .found = true, .text = "made"};
    ck_assert_str_eq(fetch(entries, &source), "made");
    cache_entries_destroy(entries);
}

START_TEST(what_is_not_there_is_remembered_shortly)
{
    stand_run(&stand, negative, NULL);
}
END_TEST

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
    if (cache_entry_fetch(asker->entries, SLICE("k"), load, asker->source, &arena, &value,
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

/* `count` askers at once, the first with a deadline of its own. */
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
        int64_t ms = stand_now_ms() + (i == 0 ? first_ms : 5000);
        ck_assert(fiber_start(stand.loop, ask, &asker, ms * 1000000, "ask", &fault));
    }
    while (running > 0)
        stand_sleep_ms(1);
    return crowd;
}

static void together(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "one", .takes_ms = 30};
    struct crowd crowd = ask_together(entries, &source, 100, 5000);
    ck_assert_int_eq(crowd.served, 100);
    ck_assert_int_eq(source.loads, 1);
    ck_assert_uint_eq(cache_entries_counts(entries)->followed, 99);
    cache_entries_destroy(entries);
}

START_TEST(a_hundred_askers_cause_one_load)
{
    stand_run(&stand, together, NULL);
}
END_TEST

static void fail_together(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {
        .failure = "no_database", .failure_kind = FAULT_UNAVAILABLE, .takes_ms = 30};
    struct crowd crowd = ask_together(entries, &source, 20, 5000);
    ck_assert_int_eq(crowd.failed, 20);
    ck_assert_int_eq(source.loads, 1);
    ck_assert_str_eq(crowd.fault.code, "no_database");
    source = (struct source){.version = 1, .found = true, .text = "well"};
    ck_assert_msg(strcmp(fetch(entries, &source), "well") == 0, "a failed load is not remembered");
    cache_entries_destroy(entries);
}

START_TEST(a_failed_load_fails_those_who_waited_for_it_and_nobody_later)
{
    stand_run(&stand, fail_together, NULL);
}
END_TEST

static void leader_times_out(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "one", .takes_ms = 60};
    struct crowd crowd = ask_together(entries, &source, 20, 30);
    ck_assert_int_eq(crowd.failed, 1);
    ck_assert_int_eq(crowd.served, 19);
    ck_assert_int_eq(source.loads, 2);
    cache_entries_destroy(entries);
}

START_TEST(when_the_loader_runs_out_of_time_another_one_loads)
{
    stand_run(&stand, leader_times_out, NULL);
}
END_TEST

static void follower_times_out(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "one", .takes_ms = 100};
    struct fault fault;
    struct crowd crowd = {0};
    int running = 3;
    struct asker asker = {entries,       &source,       0,           &running,
                          &crowd.served, &crowd.failed, &crowd.fault};
    const int64_t deadlines[] = {5000, 20, 5000};
    for (int i = 0; i < 3; i++)
        ck_assert(fiber_start(stand.loop, ask, &asker, (stand_now_ms() + deadlines[i]) * 1000000,
                              "ask", &fault));
    while (running > 0)
        stand_sleep_ms(1);
    ck_assert_int_eq(crowd.served, 2);
    ck_assert_int_eq(crowd.fault.kind, FAULT_TIMEOUT);
    cache_entries_destroy(entries);
}

START_TEST(a_follower_may_give_up_while_the_load_goes_on)
{
    stand_run(&stand, follower_times_out, NULL);
}
END_TEST

struct slow_reader {
    struct cache_entries *entries;
    struct source source;
    bool done;
};

static void read_slowly(void *data)
{
    struct slow_reader *reader = data;
    ck_assert_str_eq(fetch(reader->entries, &reader->source), "old");
    reader->done = true;
}

/* A reader that read version 1 before the write puts it back after the write. */
static void floor_beats(struct cache_entries *reading, struct cache_entries *writing,
                        int64_t hear_ms)
{
    struct slow_reader reader = {
        .entries = reading, .source = {1, true, "old", NULL, 0, 100 + hear_ms, 0}
    };
    struct source fresh = {.version = 2, .found = true, .text = "new"};
    struct fault fault;
    ck_assert(fiber_start(stand.loop, read_slowly, &reader, (stand_now_ms() + 5000) * 1000000,
                          "reader", &fault));
    stand_sleep_ms(20);
    cache_entry_drop(writing, SLICE("k"), 2);
    stand_sleep_ms(hear_ms);
    ck_assert_msg(!reader.done, "the reader is still at it");
    ck_assert_str_eq(fetch(reading, &fresh), "new");
    while (!reader.done)
        stand_sleep_ms(5);
    stand_sleep_ms(20);
    ck_assert_str_eq(fetch(reading, &fresh), "new");
    ck_assert_str_eq(fetch(writing, &fresh), "new");
    ck_assert_str_eq(stand_redis(&stand, "GET cache:test:1:k"), "2|1|new");
}

static void floor_here(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    wait_near(entries);
    floor_beats(entries, entries, 0);
    cache_entries_destroy(entries);
}

START_TEST(a_slow_reader_does_not_put_back_what_it_read_before_the_write)
{
    stand_run(&stand, floor_here, NULL);
}
END_TEST

static void floor_elsewhere(void *data)
{
    struct cache *other = stand_cache(&stand, stand.url);
    struct cache_entries *here = entries_on(stand.cache);
    struct cache_entries *there = entries_on(other);
    wait_near(here);
    wait_near(there);
    floor_beats(here, there, 30);
    cache_entries_destroy(here);
    cache_entries_destroy(there);
    cache_destroy(other);
}

START_TEST(nor_when_the_write_was_in_another_process)
{
    stand_run(&stand, floor_elsewhere, NULL);
}
END_TEST

static void only_floor(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source old = {.version = 1, .found = true, .text = "old"};
    stand_redis(&stand, "SET cache:test:1:k 2|f");
    ck_assert_str_eq(fetch(entries, &old), "old");
    stand_sleep_ms(20);
    ck_assert_str_eq(stand_redis(&stand, "GET cache:test:1:k"), "2|f");
    cache_entries_destroy(entries);
}

START_TEST(redis_itself_refuses_what_is_below_its_floor)
{
    stand_run(&stand, only_floor, NULL);
}
END_TEST

static void hear_drops(void *data)
{
    struct cache *other = stand_cache(&stand, stand.url);
    struct cache_entries *here = entries_on(stand.cache);
    struct cache_entries *there = entries_on(other);
    struct source old = {.version = 1, .found = true, .text = "old"};
    struct source fresh = {.version = 2, .found = true, .text = "new"};
    wait_near(here);
    wait_near(there);
    ck_assert_str_eq(fetch(here, &old), "old");
    ck_assert_str_eq(fetch(there, &old), "old");
    ck_assert_int_eq(old.loads, 1);
    ck_assert(is_near(here) && is_near(there));
    cache_entry_drop(there, SLICE("k"), 2);
    stand_sleep_ms(20);
    ck_assert(!is_near(here) && !is_near(there));
    ck_assert_str_eq(fetch(here, &fresh), "new");
    ck_assert_str_eq(fetch(there, &fresh), "new");
    ck_assert_int_eq(fresh.loads, 1);
    /* What was heard late does not take the new one away. */
    stand_redis(&stand, "PUBLISH cache:test:1:drops 2|k");
    stand_redis(&stand, "PUBLISH cache:test:1:drops nonsense");
    stand_sleep_ms(20);
    ck_assert(is_near(here) && is_near(there));
    cache_entries_destroy(here);
    cache_entries_destroy(there);
    cache_destroy(other);
}

START_TEST(a_drop_is_heard_by_other_processes)
{
    stand_run(&stand, hear_drops, NULL);
}
END_TEST

static void lose_redis(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "old"};
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "old");
    ck_assert(is_near(entries));
    stand_redis_kill(&stand);
    stand_sleep_ms(20);
    ck_assert_msg(!is_near(entries), "drops would not be heard");
    for (int i = 0; i < 10; i++)
        ck_assert_str_eq(fetch(entries, &source), "old");
    ck_assert_int_eq(source.loads, 11);
    stand_redis_start(&stand);
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "old");
    ck_assert(is_near(entries));
    cache_entries_destroy(entries);
}

START_TEST(without_the_channel_everything_is_loaded_and_nothing_fails)
{
    stand_run(&stand, lose_redis, NULL);
}
END_TEST

static void freeze_redis(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "old"};
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "old");
    stand_redis_freeze(&stand);
    /* A write while Redis does not hear: told when it does again. */
    cache_entry_drop(entries, SLICE("k"), 2);
    source = (struct source){.version = 2, .found = true, .text = "new"};
    int64_t began = stand_now_ms();
    while (stand_now_ms() - began < 4000) {
        int64_t asked = stand_now_ms();
        ck_assert_str_eq(fetch(entries, &source), "new");
        ck_assert_int_lt(stand_now_ms() - asked, 90);
        stand_sleep_ms(50);
    }
    stand_redis_thaw(&stand);
    stand_wait_usable(stand.cache, true);
    stand_sleep_ms(300);
    ck_assert_str_eq(fetch(entries, &source), "new");
    stand_sleep_ms(20);
    ck_assert_str_ne(stand_redis(&stand, "GET cache:test:1:k"), "1|1|old");
    cache_entries_destroy(entries);
}

START_TEST(a_drop_during_a_freeze_is_made_good_afterwards)
{
    stand_run(&stand, freeze_redis, NULL);
}
END_TEST

static void owed(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source fresh = {.version = 2, .found = true, .text = "new"};
    stand_redis_kill(&stand);
    stand_wait_usable(stand.cache, false);
    cache_entry_drop(entries, SLICE("k"), 2);
    stand_sleep_ms(2100); /* the floor of this process is over */
    stand_redis_start(&stand);
    /* as a dump on disk would bring it back */
    stand_redis(&stand, "SET cache:test:1:k 1|1|old");
    stand_wait_usable(stand.cache, true);
    ck_assert_str_eq(fetch(entries, &fresh), "new");
    cache_entries_destroy(entries);
}

START_TEST(an_owed_drop_goes_before_the_first_read)
{
    stand_run(&stand, owed, NULL);
}
END_TEST

static void full_redis(void *data)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "old"};
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "old");
    stand_sleep_ms(10);
    stand_redis(&stand, "CONFIG SET maxmemory 1");
    cache_entry_drop(entries, SLICE("k"), 2);
    source = (struct source){.version = 2, .found = true, .text = "new"};
    ck_assert_str_eq(fetch(entries, &source), "new");
    stand_sleep_ms(10);
    ck_assert_str_ne(stand_redis(&stand, "GET cache:test:1:k"), "1|1|old");
    ck_assert_str_eq(fetch(entries, &source), "new");
    cache_entries_destroy(entries);
}

START_TEST(a_full_redis_forgets_what_was_dropped)
{
    stand_run(&stand, full_redis, NULL);
}
END_TEST

static void too_big(void *data)
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

START_TEST(what_is_too_big_passes_through)
{
    stand_run(&stand, too_big, NULL);
}
END_TEST

static void strange(void *data)
{
    static const char *const contents[] = {"", "x", "1", "1|", "1|1", "a|1|b", "1|2|b", "|1|b"};
    options.near_bytes = 0;
    struct cache_entries *entries = entries_on(stand.cache);
    char command[96];
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
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

START_TEST(strange_contents_of_redis_count_as_a_miss)
{
    stand_run(&stand, strange, NULL);
}
END_TEST

static void no_redis(void *data)
{
    struct cache *none = stand_cache(&stand, "");
    struct cache_entries *entries = entries_on(none);
    struct source source = {.version = 1, .found = true, .text = "one", .takes_ms = 10};
    struct crowd crowd = ask_together(entries, &source, 50, 5000);
    ck_assert_int_eq(crowd.served, 50);
    ck_assert_int_eq(source.loads, 1);
    cache_entry_drop(entries, SLICE("k"), 2);
    cache_entries_destroy(entries);
    cache_destroy(none);
}

START_TEST(without_redis_loads_are_still_shared)
{
    stand_run(&stand, no_redis, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cache/entries");
    TCase *with = tcase_create("with redis");
    tcase_add_checked_fixture(with, begin, end);
    tcase_add_test(with, an_entry_is_loaded_once_then_near_then_far);
    tcase_add_test(with, what_is_not_there_is_remembered_shortly);
    tcase_add_test(with, a_hundred_askers_cause_one_load);
    tcase_add_test(with, a_failed_load_fails_those_who_waited_for_it_and_nobody_later);
    tcase_add_test(with, when_the_loader_runs_out_of_time_another_one_loads);
    tcase_add_test(with, a_follower_may_give_up_while_the_load_goes_on);
    tcase_add_test(with, a_slow_reader_does_not_put_back_what_it_read_before_the_write);
    tcase_add_test(with, nor_when_the_write_was_in_another_process);
    tcase_add_test(with, redis_itself_refuses_what_is_below_its_floor);
    tcase_add_test(with, a_drop_is_heard_by_other_processes);
    tcase_add_test(with, without_the_channel_everything_is_loaded_and_nothing_fails);
    tcase_add_test(with, a_drop_during_a_freeze_is_made_good_afterwards);
    tcase_add_test(with, an_owed_drop_goes_before_the_first_read);
    tcase_add_test(with, a_full_redis_forgets_what_was_dropped);
    tcase_add_test(with, what_is_too_big_passes_through);
    tcase_add_test(with, strange_contents_of_redis_count_as_a_miss);
    suite_add_tcase(suite, with);
    TCase *without = tcase_create("without redis");
    tcase_add_checked_fixture(without, begin_without, end);
    tcase_add_test(without, without_redis_loads_are_still_shared);
    suite_add_tcase(suite, without);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
