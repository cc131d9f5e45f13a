// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "jobs/desk.h"
#include "jobs/job.h"
#include "learning/learner.h"
#include "search/hunt_parts.h"
#include "search/search_store.h"

enum { ROOM = 4 * 1024 * 1024 };

void hunt_destroy(struct hunt *hunt)
{
    if (hunt == NULL)
        return;
    db_rows_finish(&hunt->near);
    db_rows_finish(&hunt->rows);
    word_reader_destroy(hunt->reader);
    arena_finish(&hunt->scratch);
    arena_finish(&hunt->arena);
    free(hunt);
}

const struct search_found *hunt_found(const struct hunt *hunt)
{
    return &hunt->found;
}

static void run(void *data)
{
    struct hunt *hunt = data;

    hunt->failed = !hunt_order(hunt);
}

static void drop(void *data)
{
    hunt_destroy(data);
}

/* Asked for or not, words do it where there is nothing else. */
static enum search_mode mode_of(const struct search *asked, const struct nearby *nearby)
{
    if (!nearby->asked)
        return SEARCH_TEXT;
    return asked->mode == SEARCH_VECTOR ? SEARCH_VECTOR : SEARCH_HYBRID;
}

static struct hunt *hunt_create(const struct lexicon *lexicon, const struct search *asked,
                                const struct nearby *nearby, const struct shown *shown,
                                struct fault *fault)
{
    struct hunt *hunt = fault_calloc(sizeof *hunt, "a search", fault);

    if (hunt == NULL)
        return NULL;
    arena_init(&hunt->arena, ROOM);
    arena_init(&hunt->scratch, ROOM);
    hunt->limit = asked->limit;
    hunt->nearby = *nearby;
    hunt->found.mode = hunt->mode = mode_of(asked, nearby);
    hunt->found.missing = nearby->reason;
    hunt->found.wanted = &hunt->wanted;
    hunt->reader = word_reader_create(fault);
    const struct slice query = arena_copy(&hunt->arena, asked->query);
    if (query.at == NULL)
        arena_fault(fault);
    if (hunt->reader == NULL || query.at == NULL ||
        !shown_add(shown, NULL, 0, &hunt->arena, &hunt->shown, fault) ||
        !wanted_read(lexicon, hunt->reader, query, asked->prefix, &hunt->arena, &hunt->wanted,
                     fault)) {
        hunt_destroy(hunt);
        return NULL;
    }
    return hunt;
}

/* Where every word is common, so many documents have one that the newest of all must do; few have
 * all words of a phrase. */
static bool read_candidates(struct hunt *hunt, struct db *db, const struct uuid *tenant_id,
                            const struct search *asked, struct fault *fault)
{
    int64_t oldest = FIELD_ABSENT;

    if (hunt->wanted.common && !hunt->phrases &&
        !search_store_oldest(db, tenant_id, asked, &oldest, fault))
        return false;
    hunt->found.newest_alone = oldest != FIELD_ABSENT;
    return search_store_candidates(db, tenant_id, asked, &hunt->wanted, hunt->phrases, oldest,
                                   &hunt->arena, &hunt->rows, fault);
}

/* What the modes read: the candidates of words, and what is near. */
static bool read_rows(struct hunt *hunt, struct db *db, const struct uuid *tenant_id,
                      const struct search *asked, struct fault *fault)
{
    db_rows_finish(&hunt->rows);
    if (hunt->mode != SEARCH_VECTOR && hunt->wanted.term_count > 0 &&
        !read_candidates(hunt, db, tenant_id, asked, fault))
        return false;
    return hunt->mode == SEARCH_TEXT || hunt->near.count > 0 ||
           search_store_documents(db, tenant_id, asked, hunt->nearby.numbers, hunt->nearby.count,
                                  &hunt->arena, &hunt->near, fault);
}

/* On failure the hunt is gone, as below. */
static bool hunt_try(struct hunt *hunt, const struct service *service, const struct uuid *tenant_id,
                     const struct search *asked, struct fault *fault)
{
    if (!read_rows(hunt, service->db, tenant_id, asked, fault)) {
        hunt_destroy(hunt);
        return false;
    }
    if (!job_run(service->work, run, hunt, drop, fault))
        return false;
    if (!hunt->failed)
        return true;
    *fault = hunt->fault;
    hunt_destroy(hunt);
    return false;
}

/* By the words where nothing has the phrases. */
static bool hunt_go(struct hunt *hunt, const struct service *service, const struct uuid *tenant_id,
                    const struct search *asked, struct fault *fault)
{
    if (hunt->wanted.term_count == 0 && hunt->mode == SEARCH_TEXT)
        return true;
    hunt->phrases = hunt->wanted.phrase_count > 0 && hunt->mode != SEARCH_VECTOR;
    if (!hunt_try(hunt, service, tenant_id, asked, fault))
        return false;
    if (!hunt->missed)
        return true;
    hunt->phrases = false;
    return hunt_try(hunt, service, tenant_id, asked, fault);
}

struct hunt *hunt_run(struct desk *desk, const struct hunt_sources *sources,
                      const struct uuid *tenant_id, const struct search *asked,
                      const struct shown *shown, struct fault *fault)
{
    struct nearby nearby = {.reason = NULL};

    /* Before the desk: it waits for somebody else. */
    if (asked->mode != SEARCH_TEXT)
        nearby_find(sources->nearby, tenant_id, asked, &nearby);
    if (!desk_enter(desk, sources->service->loop, tenant_id, fault))
        return NULL;
    /* Behind the wait, which may outlast a lexicon. */
    struct hunt *hunt =
        hunt_create(learner_lexicon(sources->learner), asked, &nearby, shown, fault);
    if (hunt != NULL && !hunt_go(hunt, sources->service, tenant_id, asked, fault))
        hunt = NULL;
    desk_leave(desk, tenant_id);
    return hunt;
}
