// SPDX-License-Identifier: MIT
/* What the tests of cache/entry.h share: a source that is asked for key "k". */
#pragma once

#include <check.h>

#include "cache/entry.h"

#include "stand.h"

extern struct stand stand;
extern struct cache_entries_options options;

/* Fixtures: a Redis of its own, or none. */
void entries_begin(void);
void entries_begin_without(void);
void entries_end(void);
/* Runs the suite; the exit status of main(). */
int entries_main(Suite *suite);

/* What the database would say, and how long it takes to say it. */
struct source {
    int64_t version;
    bool found;
    const char *text;
    const char *failure;
    enum fault_kind failure_kind;
    const bool *held; /* NULL, or it does not answer while this is true */
    int64_t takes_ms;
    int loads;
};
bool source_load(void *arg, struct arena *arena, struct cache_value *out, struct fault *fault);

struct cache_entries *entries_on(struct cache *cache);
/* The text of key "k", "" for a negative entry. */
const char *fetch(struct cache_entries *entries, struct source *source);
/* Until near entries are used. */
void wait_near(struct cache_entries *entries);
bool is_near(struct cache_entries *entries);
