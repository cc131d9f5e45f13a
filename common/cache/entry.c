// SPDX-License-Identifier: MIT
#include "cache/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/digest.h"
#include "base/now.h"
#include "cache/far_private.h"
#include "cache/metric_private.h"
#include "cache/near_private.h"
#include "loop/fiber.h"

enum {
    FLOOR_MS = 2000,       /* how long a floor is kept; the result of a slower load is not stored */
    FLOOR_BYTES = 1 << 20, /* for the floors in this process */
    FLIGHT_SLOTS = 256,    /* of the table of flights */
    FOLLOW_TRIES = 3,      /* after this many leaders have given up, a follower loads by itself */
    CHANNEL_ROOM = CACHE_NAME_MAX + 8
};

enum follow_state { FOLLOW_OPEN, FOLLOW_SERVED, FOLLOW_FAILED, FOLLOW_AGAIN };

/* A fiber waiting for the load of another fiber; on its stack. */
struct follower {
    LIST_ENTRY(follower) next;
    struct fiber *fiber;
    struct arena *arena;
    enum follow_state state;
    struct cache_value value;
    struct fault fault;
};

/* A load in progress; on the stack of the loading fiber, the leader. */
struct flight {
    LIST_ENTRY(flight) chain; /* of its slot of the table, unless `dropped` */
    LIST_HEAD(, follower) followers;
    struct slice key;
    uint64_t hash;
    uint64_t epoch;
    int64_t began_ns;
    int64_t floor; /* the version of the drop */
    bool dropped;  /* its key was dropped since it began: it takes no more followers */
};

struct cache_entries {
    struct loop *loop;
    struct cache_entries_options options;
    struct cache_near near;
    struct cache_near floors; /* entries without data whose version is the floor */
    struct cache_far far;
    struct cache_listener listener;
    struct loop_hook hook;
    uint64_t epoch; /* changes with `subscribed`, because a drop may have been missed */
    bool subscribed;
    LIST_HEAD(, flight) flights[FLIGHT_SLOTS];
    char channel[CHANNEL_ROOM];
};

void cache_entries_defaults(struct cache_entries_options *options)
{
    *options = (struct cache_entries_options){
        .name = "",
        .near_bytes = 4 << 20,
        .near_ms = 1000,
        .far_ms = 60000,
        .negative_ms = 2000,
        .value_max = 64 << 10,
    };
}

/* --- near --- */

static bool near_get(struct cache_entries *entries, uint64_t hash, struct slice key,
                     struct cache_value *out)
{
    if (!entries->subscribed)
        return false;
    struct cache_near_entry *entry =
        cache_near_find(&entries->near, hash, key, loop_now_ns(entries->loop));
    if (entry == NULL)
        return false;
    *out = (struct cache_value){
        .found = entry->found, .version = entry->version, .data = cache_near_data(entry)};
    cache_count(CACHE_COUNT_NEAR);
    return true;
}

bool cache_entry_near(struct cache_entries *entries, struct slice key, struct cache_value *out)
{
    return near_get(entries, digest_fast64(key), key, out);
}

static int64_t floor_of(struct cache_entries *entries, uint64_t hash, struct slice key)
{
    struct cache_near_entry *floor =
        cache_near_find(&entries->floors, hash, key, loop_now_ns(entries->loop));
    return floor != NULL ? floor->version : INT64_MIN;
}

/* --- single flight --- */

static struct flight *flight_find(struct cache_entries *entries, uint64_t hash, struct slice key)
{
    struct flight *flight = LIST_FIRST(&entries->flights[hash % FLIGHT_SLOTS]);
    while (flight != NULL && (flight->hash != hash || !slice_equal(flight->key, key)))
        flight = LIST_NEXT(flight, chain);
    return flight;
}

static bool gave_up(const struct fault *fault)
{
    return fault->kind == FAULT_TIMEOUT || fiber_was_cancelled(fault);
}

static void follower_serve(struct follower *follower, const struct cache_value *value)
{
    follower->value = *value;
    follower->state = FOLLOW_SERVED;
    if (value->data.at == NULL)
        return;
    follower->value.data = arena_copy(follower->arena, value->data);
    if (follower->value.data.at != NULL)
        return;
    arena_fault(&follower->fault);
    follower->state = FOLLOW_FAILED;
}

static void follower_fail(struct follower *follower, const struct fault *fault)
{
    follower->fault = *fault;
    follower->fault.fields = NULL; /* they are in the leader's arena */
    follower->fault.field_count = 0;
    follower->fault.members = SLICE_NONE;
    follower->state = gave_up(fault) ? FOLLOW_AGAIN : FOLLOW_FAILED;
}

static void flight_finish(struct flight *flight, bool ok, const struct cache_value *value,
                          const struct fault *fault)
{
    struct follower *follower;
    if (!flight->dropped)
        LIST_REMOVE(flight, chain);
    LIST_FOREACH (follower, &flight->followers, next) {
        if (ok)
            follower_serve(follower, value);
        else
            follower_fail(follower, fault);
        fiber_wake(follower->fiber);
    }
}

/* True with FOLLOW_SERVED: `follower->value` is a copy of the leader's. False with FOLLOW_OPEN: the
 * follower's own deadline came, or it was cancelled; `fault` says which; FOLLOW_FAILED: the
 * leader's load failed, or the follower's arena is full; `fault` says why; FOLLOW_AGAIN: the leader
 * gave up (its deadline, or it was cancelled) without a result: the follower tries again. `fault`
 * is not set. */
static bool flight_follow(struct flight *flight, struct follower *follower, struct fault *fault)
{
    LIST_INSERT_HEAD(&flight->followers, follower, next);
    while (follower->state == FOLLOW_OPEN) {
        if (fiber_park(0, fault) || follower->state != FOLLOW_OPEN)
            continue;
        LIST_REMOVE(follower, next);
        return false;
    }
    if (follower->state == FOLLOW_FAILED)
        *fault = follower->fault;
    return follower->state == FOLLOW_SERVED;
}

/* --- loading --- */

static void flight_store(struct cache_entries *entries, const struct flight *flight,
                         const struct cache_value *value, bool from_far)
{
    const struct cache_entries_options *options = &entries->options;
    int64_t now_ns = loop_now_ns(entries->loop);
    int64_t near_ms = options->near_ms;
    if (value->data.len > options->value_max || value->version < flight->floor ||
        value->version < floor_of(entries, flight->hash, flight->key) ||
        now_ns - flight->began_ns >= FLOOR_MS * NS_PER_MS)
        return;
    if (!value->found && options->negative_ms < near_ms)
        near_ms = options->negative_ms;
    if (entries->subscribed && flight->epoch == entries->epoch)
        cache_near_put(&entries->near, flight->hash, flight->key, value->found, value->version,
                       value->data, flight->began_ns + near_ms * NS_PER_MS);
    if (!from_far)
        cache_far_put(&entries->far, flight->key, value,
                      value->found ? options->far_ms : options->negative_ms);
}

static bool flight_obtain(struct cache_entries *entries, const struct flight *flight,
                          cache_load_fn *load, void *arg, struct arena *arena,
                          struct cache_value *out, struct fault *fault)
{
    struct cache_value value = {0};
    bool from_far = cache_far_get(&entries->far, flight->key, arena, &value) &&
                    value.version >= flight->floor &&
                    value.version >= floor_of(entries, flight->hash, flight->key);
    if (from_far) {
        cache_count(CACHE_COUNT_FAR);
    } else {
        value = (struct cache_value){0};
        cache_count(CACHE_COUNT_LOADED);
        if (!load(arg, arena, &value, fault))
            return false;
    }
    flight_store(entries, flight, &value, from_far);
    *out = value;
    return true;
}

static bool flight_lead(struct cache_entries *entries, struct flight *flight, cache_load_fn *load,
                        void *arg, struct arena *arena, struct cache_value *out,
                        struct fault *fault)
{
    struct cache_value value = {0};
    LIST_INSERT_HEAD(&entries->flights[flight->hash % FLIGHT_SLOTS], flight, chain);
    flight->epoch = entries->epoch;
    flight->began_ns = loop_now_ns(entries->loop);
    flight->floor = INT64_MIN;
    bool ok = flight_obtain(entries, flight, load, arg, arena, &value, fault);
    flight_finish(flight, ok, &value, fault);
    if (ok)
        *out = value;
    return ok;
}

bool cache_entry_fetch(struct cache_entries *entries, struct slice key, cache_load_fn *load,
                       void *arg, struct arena *arena, struct cache_value *out, struct fault *fault)
{
    uint64_t hash = digest_fast64(key);
    if (key.len > CACHE_KEY_MAX)
        return load(arg, arena, out, fault);
    for (int tries = 0; tries < FOLLOW_TRIES; tries++) {
        if (near_get(entries, hash, key, out))
            return true;
        struct flight *under_way = flight_find(entries, hash, key);
        if (under_way == NULL) {
            struct flight flight = {.key = key, .hash = hash};
            return flight_lead(entries, &flight, load, arg, arena, out, fault);
        }
        struct follower follower = {.fiber = fiber_current(), .arena = arena};
        cache_count(CACHE_COUNT_FOLLOWED);
        if (flight_follow(under_way, &follower, fault)) {
            *out = follower.value;
            return true;
        }
        if (follower.state != FOLLOW_AGAIN)
            return false;
    }
    return load(arg, arena, out, fault);
}

/* --- dropping --- */

static void drop_here(struct cache_entries *entries, struct slice key, int64_t version)
{
    uint64_t hash = digest_fast64(key);
    int64_t now_ns = loop_now_ns(entries->loop);
    struct cache_near_entry *entry = cache_near_find(&entries->near, hash, key, now_ns);
    if (entry != NULL && entry->version < version)
        cache_near_remove(&entries->near, hash, key);
    if (floor_of(entries, hash, key) < version)
        cache_near_put(&entries->floors, hash, key, false, version, SLICE_NONE,
                       now_ns + FLOOR_MS * NS_PER_MS);
    /* Later fetches must not follow a load that began before the drop. */
    struct flight *flight = flight_find(entries, hash, key);
    if (flight == NULL)
        return;
    flight->floor = version;
    flight->dropped = true;
    LIST_REMOVE(flight, chain);
}

void cache_entry_drop(struct cache_entries *entries, struct slice key, int64_t version)
{
    if (key.len > CACHE_KEY_MAX)
        return;
    drop_here(entries, key, version);
    cache_far_drop(&entries->far, key, version);
}

static void on_drop_message(void *data, struct slice message)
{
    int64_t version;
    struct slice key;
    if (cache_far_split(message, &version, &key))
        drop_here(data, key, version);
}

static void set_subscribed(void *data, bool subscribed)
{
    struct cache_entries *entries = data;
    entries->subscribed = subscribed;
    entries->epoch++;
    cache_near_clear(&entries->near);
    if (subscribed)
        cache_far_repeat(&entries->far);
}

static bool free_removed(void *data)
{
    struct cache_entries *entries = data;
    cache_near_free_removed(&entries->near);
    cache_near_free_removed(&entries->floors);
    return false;
}

/* --- create and destroy --- */

struct cache_entries *cache_entries_create(struct loop *loop, struct cache *cache,
                                           const struct cache_entries_options *options,
                                           struct fault *fault)
{
    if (strlen(options->name) > CACHE_NAME_MAX) {
        fault_set(fault, FAULT_INVALID, "cache_name", "The name of the entries is too long.");
        return NULL;
    }
    struct cache_entries *entries = fault_calloc(sizeof(*entries), "the cache", fault);
    if (entries == NULL)
        return NULL;
    entries->loop = loop;
    entries->options = *options;
    snprintf(entries->channel, sizeof(entries->channel), "%sdrops", options->name);
    entries->listener =
        (struct cache_listener){entries->channel, on_drop_message, set_subscribed, .data = entries};
    if (!cache_near_init(&entries->near, options->near_bytes, fault) ||
        !cache_near_init(&entries->floors, FLOOR_BYTES, fault) ||
        !cache_listen(cache, &entries->listener, fault)) {
        cache_near_finish(&entries->near);
        cache_near_finish(&entries->floors);
        free(entries);
        return NULL;
    }
    entries->far = (struct cache_far){.cache = cache,
                                      .name = options->name,
                                      .channel = entries->channel,
                                      .keep_ms = options->far_ms,
                                      .floor_ms = (int64_t)2 * FLOOR_MS};
    cache_far_init(&entries->far);
    loop_hook_add(loop, &entries->hook, free_removed, entries);
    return entries;
}

void cache_entries_destroy(struct cache_entries *entries)
{
    if (entries == NULL)
        return;
    loop_hook_remove(entries->loop, &entries->hook);
    cache_unlisten(entries->far.cache, &entries->listener);
    cache_far_finish(&entries->far);
    cache_near_finish(&entries->near);
    cache_near_finish(&entries->floors);
    free(entries);
}
