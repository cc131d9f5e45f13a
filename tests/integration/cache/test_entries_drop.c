// SPDX-License-Identifier: MIT
/* Dropping entries: after a write no process returns the old value, whatever state Redis is in. */
#include <string.h>

#include "entries.h"
#include "support/patience.h"

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

/* Waits until Redis answers `command` with `text`. */
static void wait_redis(const char *command, const char *text)
{
    stand_until(strcmp(stand_redis(&stand, command), text) == 0, "%s: %s, not %s", command,
                stand_redis(&stand, command), text);
}

static void on_publish(void *data, struct slice message)
{
    *(bool *)data = true;
}

static void ignore(void *data, bool subscribed)
{
}

/* Waits until all messages published so far have been received: messages arrive in order. */
static void wait_received(struct cache *cache)
{
    bool on_message = false;
    struct cache_listener listener = {"test:heard", on_publish, ignore, .data = &on_message};
    struct fault fault;
    ck_assert(cache_listen(cache, &listener, &fault));
    stand_until((stand_redis(&stand, "PUBLISH test:heard now"), on_message), "it is received");
    cache_unlisten(cache, &listener);
}

/* A reader that read version 1 before the write tries to store it after the write. */
static void check_floor(struct cache_entries *reading, struct cache_entries *writing)
{
    bool held = true;
    struct slow_reader reader = {
        .entries = reading, .source = {.version = 1, .found = true, .text = "old", .held = &held}
    };
    struct source fresh = {.version = 2, .found = true, .text = "new"};
    struct fault fault;
    ck_assert(fiber_start(stand.loop, read_slowly, &reader,
                          (stand_now_ms() + patience_ms(5000)) * 1000000, "reader", &fault));
    stand_until(reader.source.loads > 0, "the reader loads");
    cache_entry_drop(writing, SLICE("k"), 2);
    wait_redis("GET cache:test:1:k", "2|f");
    wait_received(stand.cache);
    ck_assert_str_eq(fetch(reading, &fresh), "new");
    held = false;
    stand_until(reader.done, "reader.done");
    stand_sleep_ms(20);
    ck_assert_str_eq(fetch(reading, &fresh), "new");
    ck_assert_str_eq(fetch(writing, &fresh), "new");
    wait_redis("GET cache:test:1:k", "2|1|new");
}

TEST_CASE("entries_drop", .setup = entries_begin, .teardown = entries_end);

FIBER_TEST(slow_reader_does_not_store_an_old_value)
{
    struct cache_entries *entries = entries_on(stand.cache);
    wait_near(entries);
    check_floor(entries, entries);
    cache_entries_destroy(entries);
}

FIBER_TEST(slow_reader_does_not_store_a_value_changed_by_another_process)
{
    struct cache *other = stand_cache(&stand, stand.url);
    struct cache_entries *here = entries_on(stand.cache);
    struct cache_entries *there = entries_on(other);
    wait_near(here);
    wait_near(there);
    check_floor(here, there);
    cache_entries_destroy(here);
    cache_entries_destroy(there);
    cache_destroy(other);
}

FIBER_TEST(redis_refuses_versions_below_its_floor)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source old = {.version = 1, .found = true, .text = "old"};
    stand_redis(&stand, "SET cache:test:1:k 2|f");
    ck_assert_str_eq(fetch(entries, &old), "old");
    stand_sleep_ms(20);
    ck_assert_str_eq(stand_redis(&stand, "GET cache:test:1:k"), "2|f");
    cache_entries_destroy(entries);
}

FIBER_TEST(drop_is_received_by_other_processes)
{
    struct cache *other = stand_cache(&stand, stand.url);
    options.near_ms = patience_ms(1000);
    struct cache_entries *here = entries_on(stand.cache);
    struct cache_entries *there = entries_on(other);
    struct source old = {.version = 1, .found = true, .text = "old"};
    struct source fresh = {.version = 2, .found = true, .text = "new"};
    wait_near(here);
    wait_near(there);
    ck_assert_str_eq(fetch(here, &old), "old");
    wait_redis("GET cache:test:1:k", "1|1|old");
    ck_assert_str_eq(fetch(there, &old), "old");
    ck_assert_int_eq(old.loads, 1);
    ck_assert(is_near(here) && is_near(there));
    cache_entry_drop(there, SLICE("k"), 2);
    wait_redis("GET cache:test:1:k", "2|f");
    wait_received(stand.cache);
    ck_assert(!is_near(here) && !is_near(there));
    ck_assert_str_eq(fetch(here, &fresh), "new");
    wait_redis("GET cache:test:1:k", "2|1|new");
    ck_assert_str_eq(fetch(there, &fresh), "new");
    ck_assert_int_eq(fresh.loads, 1);
    /* A late message does not remove the new entry. */
    stand_redis(&stand, "PUBLISH cache:test:1:drops 2|k");
    stand_redis(&stand, "PUBLISH cache:test:1:drops nonsense");
    wait_received(stand.cache);
    wait_received(other);
    ck_assert(is_near(here) && is_near(there));
    cache_entries_destroy(here);
    cache_entries_destroy(there);
    cache_destroy(other);
}

FIBER_TEST(without_the_channel_every_fetch_loads)
{
    options.near_ms = patience_ms(1000);
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "old"};
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "old");
    ck_assert(is_near(entries));
    stand_redis_kill(&stand);
    /* Without Redis drops cannot be received, so near entries must not be used. */
    for (int64_t until_ms = stand_now_ms() + patience_ms(1000) / 2; is_near(entries);) {
        ck_assert_msg(stand_now_ms() < until_ms, "the near entry is still used");
        stand_sleep_ms(5);
    }
    for (int i = 0; i < 10; i++)
        ck_assert_str_eq(fetch(entries, &source), "old");
    ck_assert_int_eq(source.loads, 11);
    stand_redis_start(&stand);
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "old");
    ck_assert(is_near(entries));
    cache_entries_destroy(entries);
}

FIBER_TEST(drop_during_a_freeze_is_sent_afterwards)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "old"};
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "old");
    stand_redis_freeze(&stand);
    /* A write while Redis is frozen: its drop is sent after the freeze. */
    cache_entry_drop(entries, SLICE("k"), 2);
    source = (struct source){.version = 2, .found = true, .text = "new"};
    int64_t began = stand_now_ms();
    while (stand_now_ms() - began < 4000) {
        int64_t asked = stand_now_ms();
        ck_assert_str_eq(fetch(entries, &source), "new");
        if (is_timed())
            ck_assert_int_lt(stand_now_ms() - asked, 90);
        stand_sleep_ms(50);
    }
    stand_redis_thaw(&stand);
    stand_wait_usable(stand.cache, true);
    stand_sleep_ms(300);
    ck_assert_str_eq(fetch(entries, &source), "new");
    wait_redis("GET cache:test:1:k", "2|1|new");
    cache_entries_destroy(entries);
}

FIBER_TEST(queued_drop_is_sent_before_the_first_read)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source fresh = {.version = 2, .found = true, .text = "new"};
    stand_redis_kill(&stand);
    stand_wait_usable(stand.cache, false);
    cache_entry_drop(entries, SLICE("k"), 2);
    stand_sleep_ms(2100); /* the floor in this process has expired */
    stand_redis_start(&stand);
    /* as if restored from a dump on disk */
    stand_redis(&stand, "SET cache:test:1:k 1|1|old");
    stand_wait_usable(stand.cache, true);
    ck_assert_str_eq(fetch(entries, &fresh), "new");
    cache_entries_destroy(entries);
}

FIBER_TEST(full_redis_removes_dropped_entries)
{
    struct cache_entries *entries = entries_on(stand.cache);
    struct source source = {.version = 1, .found = true, .text = "old"};
    wait_near(entries);
    ck_assert_str_eq(fetch(entries, &source), "old");
    wait_redis("GET cache:test:1:k", "1|1|old");
    stand_redis(&stand, "CONFIG SET maxmemory 1");
    cache_entry_drop(entries, SLICE("k"), 2);
    source = (struct source){.version = 2, .found = true, .text = "new"};
    ck_assert_str_eq(fetch(entries, &source), "new");
    wait_redis("GET cache:test:1:k", "(nil)");
    ck_assert_str_eq(fetch(entries, &source), "new");
    cache_entries_destroy(entries);
}
