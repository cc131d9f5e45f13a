// SPDX-License-Identifier: MIT
#include "following/follower.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "following/follow_store.h"
#include "vectors/process.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    SWEEP_S = 3600,
    SWEEPS_MAX = 100, /* of a run */
    ANEW_S = 12 * 3600,
    AT_ONCE = 32 /* rows on the fiber's stack */
};

struct follower_index {
    struct vector_index vectors;
    struct follow_now now;
    struct follow_place loaded; /* so far: a load that is broken off goes on */
    struct follow_place changed;
    struct follow_place gone;
    bool filled;
    int64_t read_ns; /* when everything had been read for the last time */
    size_t users;    /* the follower is one */
};

struct follower {
    struct service *service;
    size_t bytes_max;
    struct periodic *periodic;
    struct follower_index *index; /* of the generation that serves; NULL: there is none */
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

struct follower_index *follower_borrow(struct follower *follower)
{
    if (follower->index == NULL || !follower->index->filled)
        return NULL;
    follower->index->users++;
    return follower->index;
}

const struct vector_index *follower_vectors(const struct follower_index *index)
{
    return &index->vectors;
}

int64_t follower_generation(const struct follower_index *index)
{
    return index->now.generation;
}

/* Puts a page; moves `place` to its last row. */
static bool put_page(struct follower_index *index, const struct db_rows *rows,
                     struct follow_place *place, struct fault *fault)
{
    struct vector_row list[AT_ONCE];
    size_t count = 0;

    for (int i = 0; i < rows->count; i++) {
        count += follow_store_row(rows, i, &index->now, &list[count]);
        if (count < AT_ONCE && i + 1 < rows->count)
            continue;
        if (!index->vectors.kind->put(index->vectors.self, list, count, fault))
            return false;
        *place = follow_store_place(rows, i);
        count = 0;
    }
    return true;
}

static bool load_page(struct follower *follower, struct follower_index *index,
                      struct follow_place *last, bool *more, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!follow_store_load(follower->service->db, &index->now, last->number, &rows, fault))
        return false;
    *more = rows.count > 0;
    return put_page(index, &rows, last, fault);
}

/* Those that are left out for want of memory are the rest: what comes next is older still. */
static bool has_room(const struct follower_index *index)
{
    struct vector_index_state state;

    index->vectors.kind->state(index->vectors.self, &state);
    return state.left_until == FIELD_ABSENT;
}

static bool load(struct follower *follower, struct follower_index *index, struct fault *fault)
{
    const int64_t began = now_mono_ns();
    struct vector_index_state state;
    bool more = true;

    while (more && has_room(index))
        if (!load_page(follower, index, &index->loaded, &more, fault))
            return false;
    index->filled = true;
    index->vectors.kind->state(index->vectors.self, &state);
    LOG(LOG_INFO, "vectors_loaded", "All vectors are read", log_int("count", state.count),
        log_int("ms", (now_mono_ns() - began) / NS_PER_MS));
    return true;
}

static bool drop_page(struct follower *follower, struct follower_index *index, bool *more,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!follow_store_gone(follower->service->db, &index->now, &index->gone, &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        const struct follow_place place = follow_store_place(&rows, i);
        if (!index->vectors.kind->drop(index->vectors.self, &place.number, 1, fault))
            return false;
        index->gone = place;
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
    return put_page(index, &rows, &index->changed, fault);
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

static struct follower_index *index_create(struct follower *follower, const struct follow_now *now,
                                           struct fault *fault)
{
    struct follower_index *index = fault_calloc(sizeof *index, "the vectors", fault);

    if (index == NULL)
        return NULL;
    /* What changes from here on is read behind the load, however often that is begun. */
    const struct follow_place begin = {now->settled - 1, INT64_MAX};
    *index = (struct follower_index){.now = *now,
                                     .loaded = {.number = INT64_MAX},
                                     .changed = begin,
                                     .gone = begin,
                                     .read_ns = now_mono_ns(),
                                     .users = 1};
    if (vector_process_create(follower->service->work, (size_t)now->dimensions, follower->bytes_max,
                              &index->vectors, fault))
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

bool follower_run(struct follower *follower, struct fault *fault)
{
    struct follow_now now;

    if (!follow_store_now(follower->service->db, &now, fault))
        return false;
    if (follower->index != NULL && !is_of(follower->index, &now)) {
        follower_give_back(follower->index);
        follower->index = NULL;
    }
    if (now.generation == 0)
        return true;
    if (follower->index == NULL)
        follower->index = index_create(follower, &now, fault);
    struct follower_index *index = follower->index;
    if (index == NULL)
        return false;
    index->now.settled = now.settled;
    if (!index->filled && !load(follower, index, fault))
        return false;
    return follow(follower, index, fault) && sweep(follower, fault);
}

static bool run(void *data, struct fault *fault)
{
    return follower_run(data, fault);
}

static double read_count(void *data)
{
    const struct follower *follower = data;
    struct vector_index_state state = {.count = 0};

    if (follower->index != NULL)
        follower->index->vectors.kind->state(follower->index->vectors.self, &state);
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
                                      .help = "Vectors that this process can search.",
                                      .type = METRIC_GAUGE,
                                      .read = read_count,
                                      .data = follower};
    metric_register(&follower->count);
    return follower;
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
    follower_give_back(follower->index);
    free(follower);
}
