// SPDX-License-Identifier: MIT
#include "entries.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/now.h"

#include "support/patience.h"

struct stand stand;
struct cache_entries_options options;

void entries_begin(void)
{
    stand_begin(&stand);
    cache_entries_defaults(&options);
    options.name = "cache:test:1:";
}

void entries_begin_without(void)
{
    stand_begin_without_redis(&stand);
    cache_entries_defaults(&options);
    options.name = "cache:test:1:";
}

void entries_end(void)
{
    stand_end(&stand);
}

bool source_load(void *arg, struct arena *arena, struct cache_value *out, struct fault *fault)
{
    struct source *source = arg;
    struct cache_value value = {.found = source->found, .version = source->version};
    const char *text = source->text;
    source->loads++;
    while (source->held != NULL && *source->held)
        if (!fiber_sleep(NS_PER_MS, fault))
            return false;
    if (source->takes_ms > 0 && !fiber_sleep(source->takes_ms * NS_PER_MS, fault))
        return false;
    if (source->failure != NULL)
        return fault_set(fault, source->failure_kind, source->failure, "Said the source.");
    value.data = arena_copy(arena, slice_of(text != NULL ? text : ""));
    *out = value;
    return true;
}

struct cache_entries *entries_on(struct cache *cache)
{
    struct fault fault;
    struct cache_entries *entries = cache_entries_create(stand.loop, cache, &options, &fault);
    ck_assert_ptr_nonnull(entries);
    return entries;
}

/* Waits until Redis has answered all earlier commands: it answers in order. Entries are stored in
 * Redis in the background, and without a stopped clock the deadline of such a write may pass. */
static void wait_written(struct arena *arena)
{
    const struct slice ping[] = {SLICE("PING")};
    struct slice text;
    struct fault fault;
    if (!stand.is_frozen && stand.cache != NULL && cache_usable(stand.cache))
        (void)!cache_command(stand.cache, ping, 1, arena, &text, &fault);
}

const char *fetch(struct cache_entries *entries, struct source *source)
{
    static char text[64];
    struct cache_value value;
    struct arena arena;
    struct fault fault;
    arena_init(&arena, 65536);
    if (source->held == NULL)
        stand_clock_stop(&stand);
    ck_assert(cache_entry_fetch(entries, SLICE("k"), source_load, source, &arena, &value, &fault));
    wait_written(&arena);
    if (source->held == NULL)
        stand_clock_go(&stand);
    snprintf(text, sizeof(text), "%.*s", SLICE_ARG(value.data));
    ck_assert(value.found == (value.data.len > 0));
    arena_finish(&arena);
    return text;
}

static bool is_probe_near(struct cache_entries *entries)
{
    struct source source = {.version = 1, .found = true, .text = "probe"};
    struct cache_value value;
    struct arena arena;
    struct fault fault;
    arena_init(&arena, 65536);
    ck_assert(
        cache_entry_fetch(entries, SLICE("probe"), source_load, &source, &arena, &value, &fault));
    arena_finish(&arena);
    return cache_entry_near(entries, SLICE("probe"), &value);
}

void wait_near(struct cache_entries *entries)
{
    stand_until(is_probe_near(entries), "near entries come into use");
}

bool is_near(struct cache_entries *entries)
{
    struct cache_value value;
    return cache_entry_near(entries, SLICE("k"), &value);
}
