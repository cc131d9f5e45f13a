// SPDX-License-Identifier: MIT
#include "vectors/synchroniser.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "vectors/collections.h"
#include "vectors/memory_index.h"
#include "vectors/prefetch.h"
#include "vectors/synchroniser_private.h"
#include "vectors/synchroniser_store.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    SWEEP_S = 3600,
    SWEEPS_MAX = 100, /* of a run */
    ANEW_S = 12 * 3600,
    WAIT_MS = 20
};

struct synchroniser {
    struct service *service;
    size_t bytes_max;               /* of vectors in this process */
    bool in_qdrant;                 /* they are there instead */
    struct collections collections; /* there */
    struct periodic *periodic;
    struct synchroniser_index *list[SYNCHRONISER_LIVE]; /* NULL: none */
    int64_t settled; /* transactions before it are followed; INT64_MAX: there are no vectors */
    int64_t swept_ns;
    struct metric count;
};

void synchroniser_give_back(struct synchroniser_index *index)
{
    if (index == NULL || --index->users > 0)
        return;
    index->vectors.kind->destroy(index->vectors.self);
    free(index);
}

/* Of the generation that serves; NULL: there is none. */
static struct synchroniser_index *serving(const struct synchroniser *synchroniser)
{
    for (size_t i = 0; i < SYNCHRONISER_LIVE; i++)
        if (synchroniser->list[i] != NULL && synchroniser->list[i]->now.serves)
            return synchroniser->list[i];
    return NULL;
}

struct synchroniser_index *synchroniser_borrow(struct synchroniser *synchroniser)
{
    struct synchroniser_index *index = serving(synchroniser);

    if (index == NULL || !index->filled)
        return NULL;
    index->users++;
    return index;
}

const char *synchroniser_reason(const struct synchroniser *synchroniser,
                                const struct uuid *tenant_id)
{
    const struct synchroniser_index *index = serving(synchroniser);
    struct vector_index_state state = {.reason = NULL};

    if (index != NULL)
        index->vectors.kind->state(index->vectors.self, tenant_id, &state);
    if (state.reason == NULL && (index == NULL || !index->filled))
        return "vectors_loading";
    return state.reason;
}

const struct vector_index *synchroniser_vectors(const struct synchroniser_index *index)
{
    return &index->vectors;
}

int64_t synchroniser_generation(const struct synchroniser_index *index)
{
    return index->now.generation;
}

bool synchroniser_put(struct synchroniser_index *index, const struct db_rows *rows,
                      struct sync_cursor *place, struct fault *fault)
{
    size_t count = 0;

    for (int i = 0; i < rows->count; i++) {
        count += synchroniser_store_row(rows, i, &index->now, &index->rows[count]);
        if (count < SYNCHRONISER_AT_ONCE && i + 1 < rows->count)
            continue;
        if (!index->vectors.kind->put(index->vectors.self, index->rows, count, fault))
            return false;
        *place = synchroniser_store_place(rows, i);
        count = 0;
    }
    return true;
}

static bool load_page(struct synchroniser_index *index, struct prefetch *prefetch, bool *more,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return prefetch_next(prefetch, &rows, more, fault) &&
           synchroniser_put(index, &rows, &index->loaded, fault);
}

/* All of them, also where memory ends before: of another tenant, older ones may have their place.
 */
static bool load(struct synchroniser *synchroniser, struct synchroniser_index *index,
                 struct fault *fault)
{
    const int64_t began = now_mono_ns();
    struct vector_index_state state;
    struct prefetch *prefetch =
        prefetch_create(synchroniser->service, &index->now, index->loaded.number, fault);
    bool ok = prefetch != NULL, more = true;

    while (ok && more)
        ok = load_page(index, prefetch, &more, fault);
    prefetch_destroy(prefetch);
    if (!ok)
        return false;
    index->filled = true;
    index->vectors.kind->state(index->vectors.self, NULL, &state);
    LOG(LOG_INFO, "vectors_loaded", "All vectors are read", log_int("count", state.count),
        log_int("ms", (now_mono_ns() - began) / NS_PER_MS));
    return true;
}

static bool drop_page(struct synchroniser *synchroniser, struct synchroniser_index *index,
                      bool *more, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    size_t count = 0;

    if (!synchroniser_store_gone(synchroniser->service->db, &index->now, &index->gone, &rows,
                                 fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        const struct sync_cursor place = synchroniser_store_place(&rows, i);
        index->numbers[count++] = place.number;
        if (count < SYNCHRONISER_AT_ONCE && i + 1 < rows.count)
            continue;
        if (!index->vectors.kind->drop(index->vectors.self, index->numbers, count, fault))
            return false;
        index->gone = place;
        count = 0;
    }
    *more = rows.count == SYNCHRONISER_GONE_MAX;
    return true;
}

static bool change_page(struct synchroniser *synchroniser, struct synchroniser_index *index,
                        bool *more, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!synchroniser_store_changed(synchroniser->service->db, &index->now, &index->changed, &rows,
                                    fault))
        return false;
    *more = rows.count > 0;
    return synchroniser_put(index, &rows, &index->changed, fault);
}

/* First what is gone: of a text that was edited, the new vector is the later change. Both up to the
 * same transaction, so that no vector is put before an older one of it is taken away. */
static bool follow(struct synchroniser *synchroniser, struct synchroniser_index *index,
                   struct fault *fault)
{
    bool more = true;

    while (more)
        if (!drop_page(synchroniser, index, &more, fault))
            return false;
    for (more = true; more;)
        if (!change_page(synchroniser, index, &more, fault))
            return false;
    index->read_ns = now_mono_ns();
    return true;
}

static bool open_vectors(struct synchroniser *synchroniser, struct synchroniser_index *index,
                         struct fault *fault)
{
    if (synchroniser->in_qdrant)
        return collections_open(&synchroniser->collections, &index->now, &index->vectors, fault);
    return memory_index_create(synchroniser->service->work, (size_t)index->now.dimensions,
                               synchroniser->bytes_max, &index->vectors, fault);
}

static struct synchroniser_index *index_create(struct synchroniser *synchroniser,
                                               const struct sync_now *now, struct fault *fault)
{
    struct synchroniser_index *index = fault_calloc(sizeof *index, "the vectors", fault);

    if (index == NULL)
        return NULL;
    /* What changes from here on is read behind the load, however often that is begun. */
    const struct sync_cursor begin = {now->settled - 1, INT64_MAX};
    *index = (struct synchroniser_index){.service = synchroniser->service,
                                         .now = *now,
                                         .loaded = {.number = INT64_MAX},
                                         .changed = begin,
                                         .gone = begin,
                                         .read_ns = now_mono_ns(),
                                         .users = 1};
    if (open_vectors(synchroniser, index, fault))
        return index;
    free(index);
    return NULL;
}

/* Who has not read for half a day may have missed what is gone. */
static bool is_of(const struct synchroniser_index *index, const struct sync_now *now)
{
    return index->now.generation == now->generation &&
           now_mono_ns() - index->read_ns < ANEW_S * NS_PER_S;
}

static bool sweep_in(struct db *tx, void *arg, struct fault *fault)
{
    return synchroniser_store_sweep(tx, arg, fault);
}

static bool sweep(struct synchroniser *synchroniser, struct fault *fault)
{
    const int64_t now = now_mono_ns();
    bool more = true;

    if (synchroniser->swept_ns != 0 && now - synchroniser->swept_ns < SWEEP_S * NS_PER_S)
        return true;
    synchroniser->swept_ns = now;
    for (int i = 0; more && i < SWEEPS_MAX; i++)
        if (!db_transaction(synchroniser->service->pool, sweep_in, &more, fault))
            return false;
    return true;
}

/* --- a run --- */

/* Those of generations that live no more, and those that missed something. */
static void give_up_old(struct synchroniser *synchroniser, const struct sync_now *now, size_t count)
{
    for (size_t i = 0; i < SYNCHRONISER_LIVE; i++) {
        bool is_good = synchroniser->list[i] == NULL;
        for (size_t j = 0; j < count && !is_good; j++)
            is_good = is_of(synchroniser->list[i], &now[j]);
        if (is_good)
            continue;
        struct synchroniser_index *const old = synchroniser->list[i];
        synchroniser->list[i] = NULL;
        synchroniser->collections.due_ns = 0;
        synchroniser_give_back(old);
    }
}

/* Its place in the list, else a free one: there are as many as generations. */
static struct synchroniser_index **place_of(struct synchroniser *synchroniser,
                                            const struct sync_now *now)
{
    struct synchroniser_index **place = NULL;

    for (size_t i = 0; i < SYNCHRONISER_LIVE; i++) {
        struct synchroniser_index **one = &synchroniser->list[i];
        if (*one != NULL && (*one)->now.generation == now->generation)
            return one;
        if (*one == NULL)
            place = one;
    }
    return place;
}

static bool keep_up(struct synchroniser *synchroniser, const struct sync_now *now,
                    struct fault *fault)
{
    struct synchroniser_index **place = place_of(synchroniser, now);

    if (*place == NULL)
        *place = index_create(synchroniser, now, fault);
    struct synchroniser_index *index = *place;
    if (index == NULL)
        return false;
    index->now = *now;
    if (synchroniser->in_qdrant)
        return follow(synchroniser, index, fault) && comparison_run(index, fault);
    if (!index->filled && !load(synchroniser, index, fault))
        return false;
    return follow(synchroniser, index, fault);
}

bool synchroniser_wait(struct synchroniser *synchroniser, int64_t tx, int64_t until_ns)
{
    struct fault fault;

    periodic_soon(synchroniser->periodic, 0);
    while (synchroniser->settled <= tx)
        if (now_mono_ns() >= until_ns || !fiber_sleep(WAIT_MS * NS_PER_MS, &fault))
            return false;
    return true;
}

static void note_settled(struct synchroniser *synchroniser, const struct sync_now *now,
                         size_t count)
{
    if (synchroniser->in_qdrant && !collections_are_removed(&synchroniser->collections))
        return;
    synchroniser->settled = INT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (now[i].settled < synchroniser->settled)
            synchroniser->settled = now[i].settled;
}

bool synchroniser_run(struct synchroniser *synchroniser, struct fault *fault)
{
    struct sync_now now[SYNCHRONISER_LIVE];
    struct fault first;
    size_t count;
    bool ok = true;

    if (!synchroniser_store_now(synchroniser->service->db, now, &count, fault))
        return false;
    if (!synchroniser->in_qdrant)
        count = count > 0 && now[0].serves ? 1 : 0;
    give_up_old(synchroniser, now, count);
    for (size_t i = 0; i < count; i++)
        ok = keep_up(synchroniser, &now[i], ok ? &first : fault) && ok;
    if (synchroniser->in_qdrant)
        ok = collections_remove(&synchroniser->collections, ok ? &first : fault) && ok;
    if (ok)
        note_settled(synchroniser, now, count);
    ok = sweep(synchroniser, ok ? &first : fault) && ok;
    if (!ok)
        *fault = first;
    return ok;
}

static bool run(void *data, struct fault *fault)
{
    return synchroniser_run(data, fault);
}

static double read_count(void *data)
{
    const struct synchroniser_index *index = serving(data);
    struct vector_index_state state = {.count = 0};

    if (index != NULL)
        index->vectors.kind->state(index->vectors.self, NULL, &state);
    return (double)state.count;
}

struct synchroniser *synchroniser_create(struct service *service, size_t bytes_max,
                                         struct fault *fault)
{
    struct synchroniser *synchroniser = fault_calloc(sizeof *synchroniser, "the vectors", fault);

    if (synchroniser == NULL)
        return NULL;
    synchroniser->service = service;
    synchroniser->bytes_max = bytes_max;
    synchroniser->count = (struct metric){.name = "search_vectors",
                                          .help = "Vectors that can be searched.",
                                          .type = METRIC_GAUGE,
                                          .read = read_count,
                                          .data = synchroniser};
    metric_register(&synchroniser->count);
    return synchroniser;
}

void synchroniser_use_qdrant(struct synchroniser *synchroniser,
                             const struct synchroniser_qdrant *qdrant)
{
    synchroniser->in_qdrant = true;
    synchroniser->collections = (struct collections){.service = synchroniser->service,
                                                     .url = qdrant->url,
                                                     .key = qdrant->key,
                                                     .prefix = qdrant->collection,
                                                     .timeout_ms = qdrant->timeout_ms};
}

const char *synchroniser_backend(const struct synchroniser *synchroniser)
{
    return synchroniser->in_qdrant ? "qdrant" : "embedded";
}

void synchroniser_compare_soon(struct synchroniser *synchroniser)
{
    for (size_t i = 0; i < SYNCHRONISER_LIVE; i++)
        if (synchroniser->list[i] != NULL)
            comparison_soon(&synchroniser->list[i]->comparison);
    synchroniser->collections.due_ns = 0;
}

bool synchroniser_start(struct synchroniser *synchroniser, struct fault *fault)
{
    const struct periodic_options options = {.name = "vectors",
                                             .run = run,
                                             .data = synchroniser,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    synchroniser->periodic = periodic_start(synchroniser->service->loop, &options, fault);
    return synchroniser->periodic != NULL;
}

void synchroniser_stop(struct synchroniser *synchroniser)
{
    if (synchroniser == NULL)
        return;
    periodic_stop(synchroniser->periodic);
    metric_unregister(&synchroniser->count);
    for (size_t i = 0; i < SYNCHRONISER_LIVE; i++)
        synchroniser_give_back(synchroniser->list[i]);
    free(synchroniser);
}
