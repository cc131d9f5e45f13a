// SPDX-License-Identifier: MIT
/* The process's cache of looked-up API keys (times: api/key.h). The first request with a key that
 * is not cached queries PostgreSQL in its own fiber; other requests with this key wait for the
 * result. No pointer into the table is kept across a wait, because the table may change
 * meanwhile. */
#include <stdlib.h>

#include "api/key.h"
#include "api/key_table_private.h"
#include "base/buf.h"
#include "base/now.h"
#include "loop/fiber.h"

enum {
    LOOKUPS_MAX = 64, /* different keys looked up at once */
    LOOKUP_WAIT_MAX = 1024,
    TOUCHED_MAX = 64, /* maximum of keys collected until the next write of last_used_at */
    TOUCH_DELAY_MS = 1000,
    REFRESH_DEADLINE_MS = 2000,
    FLIGHT_TRIES = 3
};

/* A running look-up and the fibers waiting for its result. */
struct lookup {
    size_t inside; /* number of fibers that query or wait for the result; 0: the slot is free */
    bool done;
    bool ok;
    uint8_t hash[DIGEST_SHA256_LEN];
    struct fiber_queue waiters;
    struct fault fault;
};

struct api_keys {
    struct api_keys_options options;
    struct key_table table;
    int64_t failed_ns; /* when PostgreSQL last failed to answer; 0: it has answered since then */
    struct lookup lookups[LOOKUPS_MAX];
    struct uuid touched[TOUCHED_MAX];
    size_t touched_count;
    bool touching;
    struct api_key_persistence keeper; /* `keep` is NULL if keys are not persisted */
    struct loop_timer timer;
};

struct api_keys *api_keys_create(const struct api_keys_options *options, struct fault *fault)
{
    struct api_keys *keys = calloc(1, sizeof *keys);

    if (keys == NULL)
        goto fail;
    keys->options = *options;
    if (!key_table_init(&keys->table, options->keys_max))
        goto fail;
    return keys;
fail:
    api_keys_destroy(keys);
    fault_out_of_memory(fault, "API keys");
    return NULL;
}

void api_keys_destroy(struct api_keys *keys)
{
    if (keys == NULL)
        return;
    loop_timer_stop(keys->options.loop, &keys->timer);
    key_table_finish(&keys->table);
    free(keys);
}

/* True if the fiber timed out or its client left: then the fault says nothing about PostgreSQL. */
static bool was_cancelled(const struct fault *fault)
{
    return fault->kind == FAULT_TIMEOUT || fiber_was_cancelled(fault);
}

/* --- persisted keys --- */

void api_keys_set_persistence(struct api_keys *keys, const struct api_key_persistence *persistence)
{
    keys->keeper = *persistence;
}

static void format_scope_names(const struct api_callers *callers, unsigned scopes,
                               char out[API_KEY_SCOPES_MAX])
{
    struct buf text = buf_over(out, API_KEY_SCOPES_MAX - 1);

    for (size_t i = 0; i < callers->scope_count; i++) {
        if ((scopes >> i & 1) == 0)
            continue;
        if (buf_as_slice(&text).len > 0)
            buf_text(&text, ",");
        buf_text(&text, callers->scopes[i]);
    }
    out[buf_as_slice(&text).len] = '\0';
}

/* Notifies the keeper that the key of `entry` was found (`found`), or is no longer found. */
static void persist_key_if_due(struct api_keys *keys, struct key_entry *entry, bool found,
                               int64_t now_ns)
{
    struct api_key_kept kept = {.record = entry->record, .checked_us = found ? now_wall_us() : 0};

    if (keys->keeper.keep == NULL)
        return;
    if (found ? entry->kept_ns != 0 && now_ns - entry->kept_ns < API_KEY_KEEP_MS * NS_PER_MS
              : entry->kept_ns == 0)
        return;
    entry->kept_ns = now_ns;
    memcpy(kept.hash, entry->hash, sizeof kept.hash);
    format_scope_names(keys->options.callers, entry->record.scopes, kept.scopes);
    keys->keeper.keep(keys->keeper.data, &kept);
}

void api_keys_add_persisted(struct api_keys *keys, const struct api_key_kept *persisted)
{
    const int64_t now_ns = loop_now_ns(keys->options.loop);
    const int64_t age_ns = (now_wall_us() - persisted->checked_us) * NS_PER_US;
    const int64_t stale_ns = API_KEY_STALE_MS * NS_PER_MS;
    struct key_record record = persisted->record;
    struct key_entry *entry;

    record.scopes = api_scope_bits_from_names(keys->options.callers, slice_of(persisted->scopes));
    if (age_ns < 0 || age_ns >= keys->options.outage_ms * NS_PER_MS)
        return;
    key_table_insert_or_update(&keys->table, persisted->hash, &record,
                               now_ns - (age_ns > stale_ns ? age_ns : stale_ns));
    entry = key_table_find(&keys->table, persisted->hash);
    entry->kept_ns = now_ns;
}

/* Queries PostgreSQL and stores the result. The age of the result counts from before the query,
 * because the key may be revoked during the query. */
static bool query_and_cache_key(struct api_keys *keys, const uint8_t *hash, struct fault *fault)
{
    struct key_record record;
    struct key_entry *entry;
    int64_t asked_ns = loop_now_ns(keys->options.loop);
    bool found;

    if (!key_store_find(&keys->options, hash, &found, &record, fault)) {
        if (!was_cancelled(fault))
            keys->failed_ns = loop_now_ns(keys->options.loop);
        return false;
    }
    keys->failed_ns = 0;
    if (found)
        key_table_insert_or_update(&keys->table, hash, &record, asked_ns);
    entry = key_table_find(&keys->table, hash);
    if (entry != NULL)
        persist_key_if_due(keys, entry, found, asked_ns);
    if (!found)
        key_table_mark_unknown(&keys->table, hash,
                               loop_now_ns(keys->options.loop) + API_KEY_UNKNOWN_MS * NS_PER_MS);
    return true;
}

/* Returns the running look-up of this key, or a free slot; NULL if there is neither. */
static struct lookup *find_lookup_or_free_slot(struct api_keys *keys, const uint8_t *hash)
{
    struct lookup *vacant = NULL;

    for (size_t i = 0; i < LOOKUPS_MAX; i++) {
        struct lookup *lookup = &keys->lookups[i];

        if (lookup->inside == 0)
            vacant = lookup;
        else if (!lookup->done && digest_equal(lookup->hash, hash, DIGEST_SHA256_LEN))
            return lookup;
    }
    return vacant;
}

static bool lookup_wait(struct lookup *lookup, struct fault *fault)
{
    lookup->inside++;
    bool ok = fiber_queue_wait(&lookup->waiters, LOOKUP_WAIT_MAX, 0, fault);
    if (ok && !lookup->ok && !was_cancelled(&lookup->fault)) {
        *fault = lookup->fault;
        ok = false;
    }
    lookup->inside--;
    return ok;
}

static bool lookup_run(struct api_keys *keys, struct lookup *lookup, const uint8_t *hash,
                       struct fault *fault)
{
    *lookup = (struct lookup){.inside = 1};
    memcpy(lookup->hash, hash, DIGEST_SHA256_LEN);
    const bool ok = query_and_cache_key(keys, lookup->hash, fault);
    lookup->ok = ok;
    lookup->done = true;
    if (!ok)
        lookup->fault = *fault;
    fiber_queue_wake_all(&lookup->waiters);
    lookup->inside--;
    return ok;
}

/* Makes one look-up for all fibers with the same key. */
static bool join_or_run_lookup(struct api_keys *keys, const uint8_t *hash, struct fault *fault)
{
    struct lookup *lookup = find_lookup_or_free_slot(keys, hash);

    if (lookup == NULL)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many keys are being checked");
    return lookup->inside > 0 ? lookup_wait(lookup, fault) : lookup_run(keys, lookup, hash, fault);
}

struct refresh {
    struct api_keys *keys;
    uint8_t hash[DIGEST_SHA256_LEN];
};

static void refresh_run(void *data)
{
    struct refresh *refresh = data;
    struct key_entry *entry;
    struct fault fault;

    if (!join_or_run_lookup(refresh->keys, refresh->hash, &fault)) {
        entry = key_table_find(&refresh->keys->table, refresh->hash);
        if (entry != NULL)
            entry->refreshing = false;
    }
    free(refresh);
}

/* Starts a look-up in the background. If that fails, the entry is used until it is stale. */
static void refresh_start(struct api_keys *keys, struct key_entry *entry, int64_t now_ns)
{
    struct refresh *refresh = malloc(sizeof *refresh);
    struct fault fault;

    if (refresh == NULL)
        return;
    refresh->keys = keys;
    memcpy(refresh->hash, entry->hash, DIGEST_SHA256_LEN);
    entry->refreshing = true;
    if (fiber_start(keys->options.loop, refresh_run, refresh,
                    now_ns + REFRESH_DEADLINE_MS * NS_PER_MS, "key refresh", &fault))
        return;
    entry->refreshing = false;
    free(refresh);
}

static void write_collected_uses(void *data)
{
    struct api_keys *keys = data;
    struct uuid ids[TOUCHED_MAX];
    const size_t count = keys->touched_count;
    struct fault fault;

    memcpy(ids, keys->touched, count * sizeof *ids);
    keys->touched_count = 0;
    /* If this fails, these uses are not written; the next use of each key after a minute is
     * collected again. */
    (void)!key_store_mark_used(keys->options.pool, ids, count, &fault);
    keys->touching = false;
}

static void start_writing_uses(void *data)
{
    struct api_keys *keys = data;
    struct fault fault;

    if (!fiber_start(keys->options.loop, write_collected_uses, keys,
                     loop_now_ns(keys->options.loop) + REFRESH_DEADLINE_MS * NS_PER_MS, "key use",
                     &fault))
        keys->touching = false;
}

static void collect_use(struct api_keys *keys, struct key_entry *entry, int64_t now_ns)
{
    entry->seen_ns = now_ns;
    if (!keys->options.note_use)
        return;
    if (entry->touched_ns != 0 && now_ns - entry->touched_ns < API_KEY_USED_MS * NS_PER_MS)
        return;
    /* If the list is full, this use is not collected; a later use of the key will be. */
    if (keys->touched_count < TOUCHED_MAX) {
        entry->touched_ns = now_ns;
        keys->touched[keys->touched_count++] = entry->record.id;
    }
    if (!keys->touching)
        keys->touching =
            loop_timer_start(keys->options.loop, &keys->timer, now_ns + TOUCH_DELAY_MS * NS_PER_MS,
                             start_writing_uses, keys);
}

static bool refuse_key(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAUTHENTICATED, "key_unknown",
                     "This API key is unknown, expired or revoked");
}

static bool authenticate_by_entry(struct api_keys *keys, struct key_entry *entry, int64_t now_ns,
                                  struct api_caller *caller, struct fault *fault)
{
    const struct key_record *record = &entry->record;

    if (record->expires_us != INT64_MIN && record->expires_us <= now_wall_us())
        return refuse_key(fault);
    collect_use(keys, entry, now_ns);
    if (now_ns - entry->checked_ns >= API_KEY_FRESH_MS * NS_PER_MS && !entry->refreshing)
        refresh_start(keys, entry, now_ns);
    caller->key_id = record->id;
    caller->client_id = record->client_id;
    caller->tenant_id = record->tenant_id;
    caller->scopes = record->scopes;
    caller->test_key = record->test;
    caller->rate_per_s = record->rate_per_s;
    caller->burst = record->burst;
    return true;
}

/* True if the cached key may be used. If a look-up failed less than API_KEY_STALE_MS ago,
 * PostgreSQL counts as unavailable, and no request waits for another failure. */
static bool may_use_cached(const struct api_keys *keys, const struct key_entry *entry,
                           int64_t now_ns)
{
    const bool away =
        keys->failed_ns != 0 && now_ns - keys->failed_ns < API_KEY_STALE_MS * NS_PER_MS;

    return key_entry_is_younger(entry, now_ns, API_KEY_STALE_MS) ||
           (away && key_entry_is_younger(entry, now_ns, keys->options.outage_ms));
}

/* Called after a failed look-up: uses the cached entry if it is young enough for an outage. */
static bool authenticate_during_outage(struct api_keys *keys, const uint8_t *hash,
                                       struct api_caller *caller, struct fault *fault)
{
    const int64_t now_ns = loop_now_ns(keys->options.loop);
    struct key_entry *entry = key_table_find(&keys->table, hash);

    if (entry == NULL || was_cancelled(fault) ||
        !key_entry_is_younger(entry, now_ns, keys->options.outage_ms))
        return false;
    return authenticate_by_entry(keys, entry, now_ns, caller, fault);
}

bool api_keys_check(struct api_keys *keys, struct slice key, struct api_caller *caller,
                    struct fault *fault)
{
    uint8_t hash[DIGEST_SHA256_LEN];

    if (key.at == NULL || key.len == 0)
        return fault_set(fault, FAULT_UNAUTHENTICATED, "key_missing",
                         "An API key is needed in X-API-Key");
    if (key.len != API_KEY_LEN)
        return refuse_key(fault);
    digest_sha256(key, hash);
    for (int i = 0; i < FLIGHT_TRIES; i++) {
        int64_t now_ns = loop_now_ns(keys->options.loop);
        struct key_entry *entry = key_table_find(&keys->table, hash);

        if (entry != NULL && may_use_cached(keys, entry, now_ns))
            return authenticate_by_entry(keys, entry, now_ns, caller, fault);
        /* A key with wrong check digits is unknown without a look-up. Cached keys are not checked,
         * because they are well-formed. */
        if (!api_key_is_wellformed(key) || key_table_is_unknown(&keys->table, hash, now_ns))
            return refuse_key(fault);
        if (!join_or_run_lookup(keys, hash, fault))
            return authenticate_during_outage(keys, hash, caller, fault);
    }
    return fault_set(fault, FAULT_UNAVAILABLE, "overloaded",
                     "The key could not be checked in time");
}
