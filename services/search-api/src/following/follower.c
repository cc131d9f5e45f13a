// SPDX-License-Identifier: MIT
#include "following/follower.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "following/ahead.h"
#include "following/collections.h"
#include "following/follow_store.h"
#include "following/follower_parts.h"
#include "vectors/process.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    SWEEP_S = 3600,
    SWEEPS_MAX = 100, /* of a run */
    ANEW_S = 12 * 3600,
    WAIT_MS = 20
};

struct follower {
    struct service *service;
    size_t bytes_max;               /* of vectors in this process */
    bool in_qdrant;                 /* they are there instead */
    struct collections collections; /* there */
    struct periodic *periodic;
    struct follower_index *list[FOLLOW_LIVE]; /* NULL: none */
    int64_t settled; /* transactions before it are followed; INT64_MAX: there are no vectors */
    int64_t swept_ns;
    struct metric count;
};

void follower_give_back(struct follower_index *index)
{
    if (index == NULL || --index->users > 0)
        return;
    index->vectors.kind->destroy(index->vectors.self);
    free(index);
}

/* Of the generation that serves; NULL: there is none. */
static struct follower_index *serving(const struct follower *follower)
{
    for (size_t i = 0; i < FOLLOW_LIVE; i++)
        if (follower->list[i] != NULL && follower->list[i]->now.serves)
            return follower->list[i];
    return NULL;
}

struct follower_index *follower_borrow(struct follower *follower)
{
    struct follower_index *index = serving(follower);

    if (index == NULL || !index->filled)
        return NULL;
    index->users++;
    return index;
}

const char *follower_reason(const struct follower *follower, const struct uuid *tenant_id)
{
    const struct follower_index *index = serving(follower);
    struct vector_index_state state = {.reason = NULL};

    if (index != NULL)
        index->vectors.kind->state(index->vectors.self, tenant_id, &state);
    if (state.reason == NULL && (index == NULL || !index->filled))
        return "vectors_loading";
    return state.reason;
}

const struct vector_index *follower_vectors(const struct follower_index *index)
{
    return &index->vectors;
}

int64_t follower_generation(const struct follower_index *index)
{
    return index->now.generation;
}

bool follower_put(struct follower_index *index, const struct db_rows *rows,
                  struct follow_place *place, struct fault *fault)
{
    size_t count = 0;

    for (int i = 0; i < rows->count; i++) {
        count += follow_store_row(rows, i, &index->now, &index->rows[count]);
        if (count < FOLLOW_AT_ONCE && i + 1 < rows->count)
            continue;
        if (!index->vectors.kind->put(index->vectors.self, index->rows, count, fault))
            return false;
        *place = follow_store_place(rows, i);
        count = 0;
    }
    return true;
}

static bool load_page(struct follower_index *index, struct ahead *ahead, bool *more,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return ahead_next(ahead, &rows, more, fault) &&
           follower_put(index, &rows, &index->loaded, fault);
}

/* All of them, also where memory ends before: of another tenant, older ones may have their place.
 */
static bool load(struct follower *follower, struct follower_index *index, struct fault *fault)
{
    const int64_t began = now_mono_ns();
    struct vector_index_state state;
    struct ahead *ahead = ahead_create(follower->service, &index->now, index->loaded.number, fault);
    bool ok = ahead != NULL, more = true;

    while (ok && more)
        ok = load_page(index, ahead, &more, fault);
    ahead_destroy(ahead);
    if (!ok)
        return false;
    index->filled = true;
    index->vectors.kind->state(index->vectors.self, NULL, &state);
    LOG(LOG_INFO, "vectors_loaded", "All vectors are read", log_int("count", state.count),
        log_int("ms", (now_mono_ns() - began) / NS_PER_MS));
    return true;
}

static bool drop_page(struct follower *follower, struct follower_index *index, bool *more,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    size_t count = 0;

    if (!follow_store_gone(follower->service->db, &index->now, &index->gone, &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        const struct follow_place place = follow_store_place(&rows, i);
        index->numbers[count++] = place.number;
        if (count < FOLLOW_AT_ONCE && i + 1 < rows.count)
            continue;
        if (!index->vectors.kind->drop(index->vectors.self, index->numbers, count, fault))
            return false;
        index->gone = place;
        count = 0;
    }
    *more = rows.count == FOLLOW_GONE_MAX;
    return true;
}

static bool change_page(struct follower *follower, struct follower_index *index, bool *more,
                        struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!follow_store_changed(follower->service->db, &index->now, &index->changed, &rows, fault))
        return false;
    *more = rows.count > 0;
    return follower_put(index, &rows, &index->changed, fault);
}

/* First what is gone: of a text that was edited, the new vector is the later change. Both up to the
 * same transaction, so that no vector is put before an older one of it is taken away. */
static bool follow(struct follower *follower, struct follower_index *index, struct fault *fault)
{
    bool more = true;

    while (more)
        if (!drop_page(follower, index, &more, fault))
            return false;
    for (more = true; more;)
        if (!change_page(follower, index, &more, fault))
            return false;
    index->read_ns = now_mono_ns();
    return true;
}

static bool open_vectors(struct follower *follower, struct follower_index *index,
                         struct fault *fault)
{
    if (follower->in_qdrant)
        return collections_open(&follower->collections, &index->now, &index->vectors, fault);
    return vector_process_create(follower->service->work, (size_t)index->now.dimensions,
                                 follower->bytes_max, &index->vectors, fault);
}

static struct follower_index *index_create(struct follower *follower, const struct follow_now *now,
                                           struct fault *fault)
{
    struct follower_index *index = fault_calloc(sizeof *index, "the vectors", fault);

    if (index == NULL)
        return NULL;
    /* What changes from here on is read behind the load, however often that is begun. */
    const struct follow_place begin = {now->settled - 1, INT64_MAX};
    *index = (struct follower_index){.service = follower->service,
                                     .now = *now,
                                     .loaded = {.number = INT64_MAX},
                                     .changed = begin,
                                     .gone = begin,
                                     .read_ns = now_mono_ns(),
                                     .users = 1};
    if (open_vectors(follower, index, fault))
        return index;
    free(index);
    return NULL;
}

/* Who has not read for half a day may have missed what is gone. */
static bool is_of(const struct follower_index *index, const struct follow_now *now)
{
    return index->now.generation == now->generation &&
           now_mono_ns() - index->read_ns < ANEW_S * NS_PER_S;
}

static bool sweep_in(struct db *tx, void *arg, struct fault *fault)
{
    return follow_store_sweep(tx, arg, fault);
}

static bool sweep(struct follower *follower, struct fault *fault)
{
    const int64_t now = now_mono_ns();
    bool more = true;

    if (follower->swept_ns != 0 && now - follower->swept_ns < SWEEP_S * NS_PER_S)
        return true;
    follower->swept_ns = now;
    for (int i = 0; more && i < SWEEPS_MAX; i++)
        if (!db_transaction(follower->service->pool, sweep_in, &more, fault))
            return false;
    return true;
}

/* --- a run --- */

/* Those of generations that live no more, and those that missed something. */
static void give_up_old(struct follower *follower, const struct follow_now *now, size_t count)
{
    for (size_t i = 0; i < FOLLOW_LIVE; i++) {
        bool is_good = follower->list[i] == NULL;
        for (size_t j = 0; j < count && !is_good; j++)
            is_good = is_of(follower->list[i], &now[j]);
        if (is_good)
            continue;
        struct follower_index *const old = follower->list[i];
        follower->list[i] = NULL;
        follower->collections.due_ns = 0;
        follower_give_back(old);
    }
}

/* Its place in the list, else a free one: there are as many as generations. */
static struct follower_index **place_of(struct follower *follower, const struct follow_now *now)
{
    struct follower_index **place = NULL;

    for (size_t i = 0; i < FOLLOW_LIVE; i++) {
        struct follower_index **one = &follower->list[i];
        if (*one != NULL && (*one)->now.generation == now->generation)
            return one;
        if (*one == NULL)
            place = one;
    }
    return place;
}

static bool keep_up(struct follower *follower, const struct follow_now *now, struct fault *fault)
{
    struct follower_index **place = place_of(follower, now);

    if (*place == NULL)
        *place = index_create(follower, now, fault);
    struct follower_index *index = *place;
    if (index == NULL)
        return false;
    index->now = *now;
    if (follower->in_qdrant)
        return follow(follower, index, fault) && comparing_run(index, fault);
    if (!index->filled && !load(follower, index, fault))
        return false;
    return follow(follower, index, fault);
}

bool follower_wait(struct follower *follower, int64_t tx, int64_t until_ns)
{
    struct fault fault;

    periodic_soon(follower->periodic, 0);
    while (follower->settled <= tx)
        if (now_mono_ns() >= until_ns || !fiber_sleep(WAIT_MS * NS_PER_MS, &fault))
            return false;
    return true;
}

static void note_settled(struct follower *follower, const struct follow_now *now, size_t count)
{
    if (follower->in_qdrant && !collections_are_removed(&follower->collections))
        return;
    follower->settled = INT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (now[i].settled < follower->settled)
            follower->settled = now[i].settled;
}

bool follower_run(struct follower *follower, struct fault *fault)
{
    struct follow_now now[FOLLOW_LIVE];
    struct fault first;
    size_t count;
    bool ok = true;

    if (!follow_store_now(follower->service->db, now, &count, fault))
        return false;
    if (!follower->in_qdrant)
        count = count > 0 && now[0].serves ? 1 : 0;
    give_up_old(follower, now, count);
    for (size_t i = 0; i < count; i++)
        ok = keep_up(follower, &now[i], ok ? &first : fault) && ok;
    if (follower->in_qdrant)
        ok = collections_remove(&follower->collections, ok ? &first : fault) && ok;
    if (ok)
        note_settled(follower, now, count);
    ok = sweep(follower, ok ? &first : fault) && ok;
    if (!ok)
        *fault = first;
    return ok;
}

static bool run(void *data, struct fault *fault)
{
    return follower_run(data, fault);
}

static double read_count(void *data)
{
    const struct follower_index *index = serving(data);
    struct vector_index_state state = {.count = 0};

    if (index != NULL)
        index->vectors.kind->state(index->vectors.self, NULL, &state);
    return (double)state.count;
}

struct follower *follower_create(struct service *service, size_t bytes_max, struct fault *fault)
{
    struct follower *follower = fault_calloc(sizeof *follower, "the vectors", fault);

    if (follower == NULL)
        return NULL;
    follower->service = service;
    follower->bytes_max = bytes_max;
    follower->count = (struct metric){.name = "search_vectors",
                                      .help = "Vectors that can be searched.",
                                      .type = METRIC_GAUGE,
                                      .read = read_count,
                                      .data = follower};
    metric_register(&follower->count);
    return follower;
}

void follower_use_qdrant(struct follower *follower, const struct follower_qdrant *qdrant)
{
    follower->in_qdrant = true;
    follower->collections = (struct collections){.service = follower->service,
                                                 .url = qdrant->url,
                                                 .key = qdrant->key,
                                                 .prefix = qdrant->collection,
                                                 .timeout_ms = qdrant->timeout_ms};
}

const char *follower_backend(const struct follower *follower)
{
    return follower->in_qdrant ? "qdrant" : "embedded";
}

void follower_compare_soon(struct follower *follower)
{
    for (size_t i = 0; i < FOLLOW_LIVE; i++)
        if (follower->list[i] != NULL)
            comparing_soon(&follower->list[i]->comparing);
    follower->collections.due_ns = 0;
}

bool follower_start(struct follower *follower, struct fault *fault)
{
    const struct periodic_options options = {.name = "vectors",
                                             .run = run,
                                             .data = follower,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    follower->periodic = periodic_start(follower->service->loop, &options, fault);
    return follower->periodic != NULL;
}

void follower_stop(struct follower *follower)
{
    if (follower == NULL)
        return;
    periodic_stop(follower->periodic);
    metric_unregister(&follower->count);
    for (size_t i = 0; i < FOLLOW_LIVE; i++)
        follower_give_back(follower->list[i]);
    free(follower);
}
