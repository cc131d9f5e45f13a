// SPDX-License-Identifier: MIT
/* Fixture of the tests of cache/entry.h: a source from which key "k" is loaded. */
#pragma once

#include <check.h>

#include "cache/entry.h"

#include "stand.h"

extern struct stand stand;
extern struct cache_entries_options options;

/* Fixtures: with a Redis of the test's own, or without Redis. */
void entries_begin(void);
void entries_begin_without(void);
void entries_end(void);

/* The value in the database, and the duration of a load. */
struct source {
    int64_t version;
    bool found;
    const char *text;
    const char *failure;
    enum fault_kind failure_kind;
    const bool *held; /* if not NULL, a load does not end while this is true */
    int64_t takes_ms;
    int loads;
};
bool source_load(void *arg, struct arena *arena, struct cache_value *out, struct fault *fault);

struct cache_entries *entries_on(struct cache *cache);
/* Returns the text of key "k"; "" for a negative entry. */
const char *fetch(struct cache_entries *entries, struct source *source);
/* Waits until near entries are used. */
void wait_near(struct cache_entries *entries);
bool is_near(struct cache_entries *entries);
