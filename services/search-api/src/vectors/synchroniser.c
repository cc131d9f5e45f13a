// SPDX-License-Identifier: MIT
#include "vectors/synchroniser.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/now.h"
#include "db/batches.h"
#include "loop/fiber.h"

#include "vectors/collections.h"
#include "vectors/memory_index.h"
#include "vectors/synchroniser_private.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    CLEANUP_S = 3600,    /* time between two cleanups of records of deletions */
    STALE_S = 12 * 3600, /* after so long without synchronisation an index is rebuilt */
    WAIT_MS = 20         /* time between two checks of synchroniser_wait_for_tx() */
};

struct synchroniser {
    struct service *service;
    const struct search_config *config;
    bool in_qdrant;                 /* vectors are in Qdrant */
    struct collections collections; /* the collections in Qdrant */
    struct periodic task;
    struct synchroniser_index *list[SYNCHRONISER_GENERATIONS]; /* NULL: none */
    int64_t settled;    /* changes of transactions with lower numbers are in all indexes; INT64_MAX:
                         * there are no vectors */
    int64_t cleaned_ns; /* time of the last cleanup; 0: none */
};

void synchroniser_release_index(struct synchroniser_index *index)
{
    if (index == NULL || --index->users > 0)
        return;
    index->vectors.kind->destroy(index->vectors.self);
    free(index);
}

/* The index of the serving generation; NULL: none. */
static struct synchroniser_index *find_serving_index(const struct synchroniser *synchroniser)
{
    for (size_t i = 0; i < SYNCHRONISER_GENERATIONS; i++)
        if (synchroniser->list[i] != NULL && synchroniser->list[i]->generation.serves)
            return synchroniser->list[i];
    return NULL;
}

struct synchroniser_index *synchroniser_borrow_serving_index(struct synchroniser *synchroniser)
{
    struct synchroniser_index *index = find_serving_index(synchroniser);

    if (index == NULL || !index->filled)
        return NULL;
    index->users++;
    return index;
}

const char *synchroniser_missing_vectors_reason(const struct synchroniser *synchroniser,
                                                const struct uuid *tenant_id)
{
    const struct synchroniser_index *index = find_serving_index(synchroniser);
    struct vector_index_state state = {.reason = NULL};

    if (index != NULL)
        index->vectors.kind->state(index->vectors.self, tenant_id, &state);
    if (state.reason == NULL && (index == NULL || !index->filled))
        return "vectors_loading";
    return state.reason;
}

const struct vector_index *synchroniser_get_vector_index(const struct synchroniser_index *index)
{
    return &index->vectors;
}

int64_t synchroniser_get_generation_number(const struct synchroniser_index *index)
{
    return index->generation.generation;
}

bool synchroniser_upsert_rows(struct synchroniser_index *index, const struct db_rows *rows,
                              struct sync_cursor *cursor, struct fault *fault)
{
    size_t count = 0;

    for (int i = 0; i < rows->count; i++) {
        count += synchroniser_store_read_row(rows, i, &index->generation, &index->rows[count]);
        if (count < VECTOR_ROWS_MAX && i + 1 < rows->count)
            continue;
        if (!index->vectors.kind->put(index->vectors.self, index->rows, count, fault))
            return false;
        *cursor = synchroniser_store_read_cursor(rows, i);
        count = 0;
    }
    return true;
}

static bool apply_page_of_deletions(struct synchroniser *synchroniser,
                                    struct synchroniser_index *index, bool *more,
                                    struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    size_t count = 0;

    if (!synchroniser_store_list_deletions(synchroniser->service->db, &index->generation,
                                           &index->gone, &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        const struct sync_cursor cursor = synchroniser_store_read_cursor(&rows, i);
        index->numbers[count++] = cursor.number;
        if (count < VECTOR_ROWS_MAX && i + 1 < rows.count)
            continue;
        if (!index->vectors.kind->drop(index->vectors.self, index->numbers, count, fault))
            return false;
        index->gone = cursor;
        count = 0;
    }
    *more = rows.count == SYNCHRONISER_GONE_MAX;
    return true;
}

static bool apply_page_of_new_vectors(struct synchroniser *synchroniser,
                                      struct synchroniser_index *index, bool *more,
                                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!synchroniser_store_list_new_vectors(synchroniser->service->db, &index->generation,
                                             &index->changed, &rows, fault))
        return false;
    *more = rows.count > 0;
    return synchroniser_upsert_rows(index, &rows, &index->changed, fault);
}

/* Reads deletions, then new vectors, because the new vector of an edited text is written after the
 * old vector is deleted. Both are read up to the same transaction, so that no vector is put before
 * the older vector of the document is dropped. */
static bool apply_changes(struct synchroniser *synchroniser, struct synchroniser_index *index,
                          struct fault *fault)
{
    bool more = true;

    while (more)
        if (!apply_page_of_deletions(synchroniser, index, &more, fault))
            return false;
    for (more = true; more;)
        if (!apply_page_of_new_vectors(synchroniser, index, &more, fault))
            return false;
    index->read_ns = now_mono_ns();
    return true;
}

static bool create_vector_index(struct synchroniser *synchroniser, struct synchroniser_index *index,
                                struct fault *fault)
{
    if (synchroniser->in_qdrant)
        return collections_create_index(&synchroniser->collections, &index->generation,
                                        &index->vectors, fault);
    return memory_index_create(synchroniser->service->work, (size_t)index->generation.dimensions,
                               (size_t)synchroniser->config->vector_memory << 20, &index->vectors,
                               fault);
}

static struct synchroniser_index *create_index(struct synchroniser *synchroniser,
                                               const struct sync_generation *generation,
                                               struct fault *fault)
{
    struct synchroniser_index *index = fault_calloc(sizeof *index, "the vectors", fault);

    if (index == NULL)
        return NULL;
    /* Changes of transactions from generation->settled on are read after the load, even if the load
     * is interrupted and resumed. */
    const struct sync_cursor begin = {generation->settled - 1, INT64_MAX};
    *index = (struct synchroniser_index){.service = synchroniser->service,
                                         .generation = *generation,
                                         .loaded = {.number = INT64_MAX},
                                         .changed = begin,
                                         .gone = begin,
                                         .read_ns = now_mono_ns(),
                                         .users = 1};
    if (create_vector_index(synchroniser, index, fault))
        return index;
    free(index);
    return NULL;
}

/* Whether the index is of this generation and has not missed deletions. Deletions are recorded for
 * a day only, so an index that was not synchronised for 12 hours must be rebuilt. */
static bool is_index_current(const struct synchroniser_index *index,
                             const struct sync_generation *generation)
{
    return index->generation.generation == generation->generation &&
           now_mono_ns() - index->read_ns < STALE_S * NS_PER_S;
}

static bool delete_old_deletion_records(struct synchroniser *synchroniser, struct fault *fault)
{
    const int64_t now = now_mono_ns();

    if (synchroniser->cleaned_ns != 0 && now - synchroniser->cleaned_ns < CLEANUP_S * NS_PER_S)
        return true;
    synchroniser->cleaned_ns = now;
    return db_batches_run(synchroniser->service->pool, &synchroniser_store_delete_old,
                          SYNCHRONISER_GONE_MAX, fault);
}

/* --- a run --- */

/* Releases indexes whose generation is no longer live, and indexes that may have missed deletions.
 */
static void release_old_indexes(struct synchroniser *synchroniser,
                                const struct sync_generation *live_generations, size_t count)
{
    for (size_t i = 0; i < SYNCHRONISER_GENERATIONS; i++) {
        bool is_good = synchroniser->list[i] == NULL;
        for (size_t j = 0; j < count && !is_good; j++)
            is_good = is_index_current(synchroniser->list[i], &live_generations[j]);
        if (is_good)
            continue;
        struct synchroniser_index *const old = synchroniser->list[i];
        synchroniser->list[i] = NULL;
        synchroniser->collections.due_ns = 0;
        synchroniser_release_index(old);
    }
}

/* The slot of the generation, or a free one: there are as many slots as generations. */
static struct synchroniser_index **find_slot(struct synchroniser *synchroniser,
                                             const struct sync_generation *generation)
{
    struct synchroniser_index **slot = NULL;

    for (size_t i = 0; i < SYNCHRONISER_GENERATIONS; i++) {
        struct synchroniser_index **one = &synchroniser->list[i];
        if (*one != NULL && (*one)->generation.generation == generation->generation)
            return one;
        if (*one == NULL)
            slot = one;
    }
    return slot;
}

static bool synchronise_generation(struct synchroniser *synchroniser,
                                   const struct sync_generation *generation, struct fault *fault)
{
    struct synchroniser_index **slot = find_slot(synchroniser, generation);

    if (*slot == NULL)
        *slot = create_index(synchroniser, generation, fault);
    struct synchroniser_index *index = *slot;
    if (index == NULL)
        return false;
    index->generation = *generation;
    if (synchroniser->in_qdrant)
        return apply_changes(synchroniser, index, fault) &&
               synchroniser_compare_if_due(index, fault);
    if (!index->filled && !synchroniser_load_vectors(index, fault))
        return false;
    return apply_changes(synchroniser, index, fault);
}

bool synchroniser_wait_for_tx(struct synchroniser *synchroniser, int64_t tx, int64_t until_ns)
{
    struct fault fault;

    periodic_run_soon(&synchroniser->task, 0);
    while (synchroniser->settled <= tx)
        if (now_mono_ns() >= until_ns || !fiber_sleep(WAIT_MS * NS_PER_MS, &fault))
            return false;
    return true;
}

/* Sets `settled` after a run without failures. With Qdrant, retired collections must be deleted
 * too.
 */
static void update_settled_transaction(struct synchroniser *synchroniser,
                                       const struct sync_generation *live_generations, size_t count)
{
    if (synchroniser->in_qdrant && !collections_retired_are_deleted(&synchroniser->collections))
        return;
    synchroniser->settled = INT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (live_generations[i].settled < synchroniser->settled)
            synchroniser->settled = live_generations[i].settled;
}

bool synchroniser_run(void *data, struct fault *fault)
{
    struct synchroniser *synchroniser = data;
    struct sync_generation now[SYNCHRONISER_GENERATIONS];
    struct fault later; /* after the first fault, which is returned */
    size_t count;
    bool ok = true;

    if (!synchroniser_store_list_live_generations(synchroniser->service->db, now, &count, fault))
        return false;
    if (!synchroniser->in_qdrant)
        count = count > 0 && now[0].serves ? 1 : 0;
    release_old_indexes(synchroniser, now, count);
    if (count > 0 && synchroniser->settled == INT64_MAX)
        synchroniser->settled = 0;
    for (size_t i = 0; i < count; i++)
        ok = synchronise_generation(synchroniser, &now[i], ok ? fault : &later) && ok;
    if (synchroniser->in_qdrant)
        ok = collections_delete_retired_if_due(&synchroniser->collections, ok ? fault : &later) &&
             ok;
    if (ok)
        update_settled_transaction(synchroniser, now, count);
    return delete_old_deletion_records(synchroniser, ok ? fault : &later) && ok;
}

struct synchroniser *synchroniser_start(struct service *service, const struct search_config *config,
                                        struct fault *fault)
{
    static const struct periodic_task task = {"vectors", synchroniser_run, EVERY_MS, LIMIT_MS,
                                              .at_once = true};
    struct synchroniser *synchroniser = fault_calloc(sizeof *synchroniser, "the vectors", fault);

    if (synchroniser == NULL)
        return NULL;
    synchroniser->service = service;
    synchroniser->config = config;
    synchroniser->in_qdrant = config->qdrant_url[0] != '\0';
    synchroniser->collections = (struct collections){.service = service, .config = config};
    periodic_start(&synchroniser->task, service->loop, &task, synchroniser);
    return synchroniser;
}

const char *synchroniser_backend_name(const struct synchroniser *synchroniser)
{
    return synchroniser->in_qdrant ? "qdrant" : "embedded";
}

void synchroniser_request_comparison(struct synchroniser *synchroniser)
{
    for (size_t i = 0; i < SYNCHRONISER_GENERATIONS; i++)
        if (synchroniser->list[i] != NULL)
            synchroniser->list[i]->plan.points_ns = synchroniser->list[i]->plan.rows_ns = 0;
    synchroniser->collections.due_ns = 0;
}

void synchroniser_stop(struct synchroniser *synchroniser)
{
    if (synchroniser == NULL)
        return;
    periodic_stop(&synchroniser->task);
    for (size_t i = 0; i < SYNCHRONISER_GENERATIONS; i++)
        synchroniser_release_index(synchroniser->list[i]);
    free(synchroniser);
}
