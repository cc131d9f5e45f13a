// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "jobs/job.h"
#include "jobs/semaphore.h"
#include "lexicon/lexicon_updater.h"
#include "messages/message_search_private.h"
#include "messages/message_search_store.h"

enum { ROOM = 4 * 1024 * 1024 };

void message_search_destroy(struct message_search *message_search)
{
    if (message_search == NULL)
        return;
    db_rows_finish(&message_search->near);
    db_rows_finish(&message_search->rows);
    word_reader_destroy(message_search->reader);
    arena_finish(&message_search->scratch);
    arena_finish(&message_search->arena);
    free(message_search);
}

const struct message_results *message_search_results(const struct message_search *message_search)
{
    return &message_search->found;
}

static void run(void *data)
{
    struct message_search *message_search = data;

    message_search->failed = !message_search_order(message_search);
}

static void drop(void *data)
{
    message_search_destroy(data);
}

/* Asked for or not, words do it where there is nothing else. */
static enum search_mode mode_of(const struct message_query *asked,
                                const struct vector_search *vector_search)
{
    if (!vector_search->asked)
        return SEARCH_TEXT;
    return asked->mode == SEARCH_VECTOR ? SEARCH_VECTOR : SEARCH_HYBRID;
}

static struct message_search *message_search_create(const struct lexicon *lexicon,
                                                    const struct message_query *asked,
                                                    const struct vector_search *vector_search,
                                                    const struct seen_ids *seen_ids,
                                                    struct fault *fault)
{
    struct message_search *message_search = fault_calloc(sizeof *message_search, "a search", fault);

    if (message_search == NULL)
        return NULL;
    arena_init(&message_search->arena, ROOM);
    arena_init(&message_search->scratch, ROOM);
    message_search->limit = asked->limit;
    message_search->vector_search = *vector_search;
    message_search->found.mode = message_search->mode = mode_of(asked, vector_search);
    message_search->found.missing = vector_search->reason;
    message_search->found.query_terms = &message_search->query_terms;
    message_search->reader = word_reader_create(fault);
    const struct slice query = arena_copy(&message_search->arena, asked->query);
    if (query.at == NULL)
        arena_fault(fault);
    if (message_search->reader == NULL || query.at == NULL ||
        !seen_ids_add(seen_ids, NULL, 0, &message_search->arena, &message_search->seen_ids,
                      fault) ||
        !query_terms_read(lexicon, message_search->reader, query, asked->prefix,
                          &message_search->arena, &message_search->query_terms, fault)) {
        message_search_destroy(message_search);
        return NULL;
    }
    return message_search;
}

/* Where every word is common, so many documents have one that the newest of all must do; few have
 * all words of a phrase. */
static bool read_candidates(struct message_search *message_search, struct db *db,
                            const struct uuid *tenant_id, const struct message_query *asked,
                            struct fault *fault)
{
    int64_t oldest = FIELD_ABSENT;

    if (message_search->query_terms.common && !message_search->phrases &&
        !message_search_store_oldest(db, tenant_id, asked, &oldest, fault))
        return false;
    message_search->found.newest_alone = oldest != FIELD_ABSENT;
    return message_search_store_candidates(db, tenant_id, asked, &message_search->query_terms,
                                           message_search->phrases, oldest, &message_search->arena,
                                           &message_search->rows, fault);
}

/* What the modes read: the candidates of words, and what is near. */
static bool read_rows(struct message_search *message_search, struct db *db,
                      const struct uuid *tenant_id, const struct message_query *asked,
                      struct fault *fault)
{
    db_rows_finish(&message_search->rows);
    if (message_search->mode != SEARCH_VECTOR && message_search->query_terms.term_count > 0 &&
        !read_candidates(message_search, db, tenant_id, asked, fault))
        return false;
    return message_search->mode == SEARCH_TEXT || message_search->near.count > 0 ||
           message_search_store_documents(db, tenant_id, asked,
                                          message_search->vector_search.numbers,
                                          message_search->vector_search.count,
                                          &message_search->arena, &message_search->near, fault);
}

/* On failure the message_search is gone, as below. */
static bool message_search_try(struct message_search *message_search, const struct service *service,
                               const struct uuid *tenant_id, const struct message_query *asked,
                               struct fault *fault)
{
    if (!read_rows(message_search, service->db, tenant_id, asked, fault)) {
        message_search_destroy(message_search);
        return false;
    }
    if (!job_run(service->work, run, message_search, drop, fault))
        return false;
    if (!message_search->failed)
        return true;
    *fault = message_search->fault;
    message_search_destroy(message_search);
    return false;
}

/* By the words where nothing has the phrases. */
static bool message_search_go(struct message_search *message_search, const struct service *service,
                              const struct uuid *tenant_id, const struct message_query *asked,
                              struct fault *fault)
{
    if (message_search->query_terms.term_count == 0 && message_search->mode == SEARCH_TEXT)
        return true;
    message_search->phrases =
        message_search->query_terms.phrase_count > 0 && message_search->mode != SEARCH_VECTOR;
    if (!message_search_try(message_search, service, tenant_id, asked, fault))
        return false;
    if (!message_search->missed)
        return true;
    message_search->phrases = false;
    return message_search_try(message_search, service, tenant_id, asked, fault);
}

struct message_search *message_search_run(struct semaphore *semaphore,
                                          const struct message_search_sources *sources,
                                          const struct uuid *tenant_id,
                                          const struct message_query *asked,
                                          const struct seen_ids *seen_ids, struct fault *fault)
{
    struct vector_search vector_search = {.reason = NULL};

    /* Before the semaphore: it waits for somebody else. */
    if (asked->mode != SEARCH_TEXT)
        vector_search_run(sources->vector_search, tenant_id, asked, &vector_search);
    if (!semaphore_acquire(semaphore, sources->service->loop, tenant_id, fault))
        return NULL;
    /* Behind the wait, which may outlast a lexicon. */
    struct message_search *message_search = message_search_create(
        lexicon_updater_lexicon(sources->lexicon_updater), asked, &vector_search, seen_ids, fault);
    if (message_search != NULL &&
        !message_search_go(message_search, sources->service, tenant_id, asked, fault))
        message_search = NULL;
    semaphore_release(semaphore, tenant_id);
    return message_search;
}
