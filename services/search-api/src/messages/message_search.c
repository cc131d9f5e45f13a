// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "app.h"
#include "jobs/job.h"
#include "jobs/semaphore.h"
#include "lexicon/lexicon_updater.h"
#include "messages/message_search_private.h"

enum { ROOM = 4 * 1024 * 1024 };

void message_search_destroy(struct message_search *search)
{
    if (search == NULL)
        return;
    message_rows_finish(&search->near_rows);
    message_rows_finish(&search->rows);
    word_reader_destroy(search->reader);
    arena_finish(&search->scratch);
    arena_finish(&search->arena);
    free(search);
}

const struct message_results *message_search_results(const struct message_search *search)
{
    return &search->results;
}

static void drop_search(void *data)
{
    message_search_destroy(data);
}

/* The mode in which the search runs. Without vectors it is text mode, whatever was requested. */
static enum search_mode choose_mode(const struct message_query *request,
                                    const struct vector_search *nearest)
{
    if (!nearest->answered)
        return SEARCH_TEXT;
    return request->mode == SEARCH_VECTOR ? SEARCH_VECTOR : SEARCH_HYBRID;
}

static struct message_search *message_search_create(const struct lexicon *lexicon,
                                                    const struct message_query *request,
                                                    const struct vector_search *nearest,
                                                    const struct seen_ids *seen,
                                                    struct fault *fault)
{
    struct message_search *search = fault_calloc(sizeof *search, "a search", fault);

    if (search == NULL)
        return NULL;
    arena_init(&search->arena, ROOM);
    arena_init(&search->scratch, ROOM);
    search->limit = request->limit;
    search->nearest = *nearest;
    search->results.mode = search->mode = choose_mode(request, nearest);
    search->results.missing = nearest->reason;
    search->results.query_terms = &search->query_terms;
    search->reader = word_reader_create(fault);
    struct slice query;
    if (search->reader == NULL || !arena_keep(&search->arena, request->query, &query, fault) ||
        !seen_ids_merge(seen, NULL, 0, &search->arena, &search->seen, fault) ||
        !query_terms_from_query(lexicon, search->reader, query, request->prefix, &search->arena,
                                &search->query_terms, fault)) {
        message_search_destroy(search);
        return NULL;
    }
    return search;
}

/* Reads the candidates by words. If common terms select them, too many documents match, so only the
 * newest are searched. If phrases select them, all are searched unless all their words are common.
 */
static bool read_candidates(struct message_search *search, struct db *db,
                            const struct vector_filter *filter, struct fault *fault)
{
    const bool common = search->phrases ? query_terms_has_common_phrases(&search->query_terms)
                                        : search->query_terms.common;
    int64_t oldest = 0;

    if (common && !message_search_store_find_newest_bound(db, filter, &oldest, fault))
        return false;
    search->results.newest_only |= oldest > 0;
    return message_search_store_list_candidates(db, filter, &search->query_terms, search->phrases,
                                                oldest, &search->arena, &search->rows, fault);
}

/* Reads the candidates by words. If no document has a rare term, which another tenant's document
 * may have, reads those by common terms, as if no document of any tenant had the rare term. */
static bool read_candidates_or_common_ones(struct message_search *search, struct db *db,
                                           const struct vector_filter *filter, struct fault *fault)
{
    if (!read_candidates(search, db, filter, fault))
        return false;
    if (search->rows.rows.count > 0 || search->phrases ||
        !query_terms_select_by_common_terms(&search->query_terms))
        return true;
    message_rows_finish(&search->rows);
    return read_candidates(search, db, filter, fault);
}

/* Reads the rows that the mode needs: candidates by words, and the nearest documents by vectors.
 * After a missed phrase only the candidates change. */
static bool read_rows_for_mode(struct message_search *search, struct db *db,
                               const struct vector_filter *filter, struct fault *fault)
{
    message_rows_finish(&search->rows);
    if (search->mode != SEARCH_VECTOR && search->query_terms.term_count > 0 &&
        !read_candidates_or_common_ones(search, db, filter, fault))
        return false;
    return search->mode == SEARCH_TEXT || search->phrases_missed ||
           message_search_store_list_documents(db, filter, search->nearest.numbers,
                                               search->nearest.count, &search->near_rows, fault);
}

/* Reads rows and ranks them. If no document has the phrases, does so again by the words alone. On
 * failure the search is freed. */
static bool run_search(struct message_search *search, const struct service *service,
                       const struct vector_filter *filter, struct fault *fault)
{
    if (search->query_terms.term_count == 0 && search->mode == SEARCH_TEXT)
        return true;
    search->phrases = search->query_terms.phrase_count > 0 && search->mode != SEARCH_VECTOR;
    do {
        if (!read_rows_for_mode(search, service->db, filter, fault)) {
            message_search_destroy(search);
            return false;
        }
        if (!job_run(service->work, message_search_rank_rows, search, drop_search, fault))
            return false;
        search->phrases = false;
    } while (search->phrases_missed);
    return true;
}

struct message_search *message_search_run(const struct search_app *app,
                                          const struct message_query *request,
                                          const struct seen_ids *seen, struct fault *fault)
{
    const struct uuid *tenant_id = &request->filter.tenant_id;
    struct vector_search nearest = {.reason = NULL};

    /* Find the nearest documents before a slot is held, because this waits for the embeddings
     * endpoint. */
    if (request->mode != SEARCH_TEXT)
        vector_search_run(app, request, &nearest);
    if (!semaphore_acquire(app->search_semaphore, app->service->loop, tenant_id, fault))
        return NULL;
    /* Get the lexicon after the wait for a slot, during which the updater may have replaced it. */
    struct message_search *search = message_search_create(
        lexicon_updater_lexicon(app->lexicon_updater), request, &nearest, seen, fault);
    if (search != NULL && !run_search(search, app->service, &request->filter, fault))
        search = NULL;
    semaphore_release(app->search_semaphore, tenant_id);
    return search;
}
