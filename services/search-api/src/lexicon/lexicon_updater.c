// SPDX-License-Identifier: MIT
#include "lexicon/lexicon_updater.h"

#include "base/now.h"
#include "loop/fiber.h"
#include "loop/work.h"

#include "documents/document_store.h"
#include "text/words_batch.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    AT_ONCE = 1000,            /* words counted between two yields to the loop */
    SNAPSHOT_EVERY_MS = 60000, /* time between two attempts to store a snapshot */
    DELETED_MAX = 10000,       /* deletions that one statement reads */
    CHANGED_SHARE = 16         /* one document in so many must have changed before a rebuild */
};

static bool is_after(const struct lexicon_cursor *a, const struct lexicon_cursor *b)
{
    return a->tx > b->tx || (a->tx == b->tx && a->number > b->number);
}

/* Whether a row has not been counted yet. `page` is the cursor before the row's page. A row that
 * has not changed since the count began is read once; it is in the count already if it was inserted
 * before `state->base`. A row that has changed since the count began may have been read and counted
 * in its old version, unless it was inserted after `page`. */
static bool is_uncounted(const struct lexicon_state *state, const struct lexicon_row *row,
                         const struct lexicon_cursor *page)
{
    return is_after(&row->made, row->cursor.tx < state->settled ? &state->base : page);
}

const struct lexicon *lexicon_updater_lexicon(const struct lexicon_updater *updater)
{
    return updater->current.lexicon != NULL ? updater->current.lexicon : updater->coming.lexicon;
}

bool lexicon_updater_is_ready(const struct lexicon_updater *updater)
{
    return updater->current.lexicon != NULL;
}

/* Counts a document and yields to the loop after each AT_ONCE words; `words_since_yield` is the
 * number of words counted since the last yield. The document is counted to its end even if the
 * fiber is cancelled.
 */
static bool count_document(struct lexicon *lexicon, const struct words *document,
                           size_t *words_since_yield, struct fault *fault)
{
    bool ok = true;

    lexicon_begin_document(lexicon);
    for (size_t at = 0; at < document->count;) {
        const size_t before = at;
        if (!lexicon_count_words(lexicon, document, &at, AT_ONCE - *words_since_yield, fault))
            return false;
        *words_since_yield += at - before;
        if (*words_since_yield < AT_ONCE)
            continue;
        *words_since_yield = 0;
        ok = ok && fiber_sleep(0, fault);
    }
    return ok;
}

/* Counts the documents of the rows, except those that are counted already. */
static bool count_documents_of_rows(struct lexicon_state *state, const struct db_rows *rows,
                                    const struct words_batch *batch, struct fault *fault)
{
    const struct lexicon_cursor before = state->cursor;
    struct lexicon_row row;
    size_t done = 0;

    for (int i = 0; i < rows->count; i++) {
        const struct words *words = words_batch_words_of(batch, (size_t)i);
        lexicon_store_read_row(rows, i, &row);
        if (state->settled == 0)
            state->settled = row.settled;
        const bool new = is_uncounted(state, &row, &before);
        state->changed += !new;
        state->cursor = row.cursor;
        if (new && !count_document(state->lexicon, words, &done, fault))
            return false;
    }
    return true;
}

/* Reads and counts the next page of changed documents. */
static bool count_documents_of_next_page(struct lexicon_updater *updater,
                                         struct lexicon_state *state, bool *more,
                                         struct fault *fault)
{
    struct service *service = updater->service;
    auto_rows struct db_rows rows = {0};
    struct lexicon_row row;

    if (!lexicon_store_list_changed_documents(service->db, &state->cursor, &rows, fault))
        return false;
    *more = rows.count > 0;
    if (!*more)
        return true;
    struct words_batch *batch = words_batch_create((size_t)rows.count, fault);
    if (batch == NULL)
        return false;
    for (int i = 0; i < rows.count; i++) {
        lexicon_store_read_row(&rows, i, &row);
        words_batch_add(batch, row.text);
    }
    if (!words_batch_read_in_thread(batch, service->work, fault))
        return false;
    const bool ok = count_documents_of_rows(state, &rows, batch, fault);
    words_batch_destroy(batch);
    return ok;
}

static bool count_changed_documents(struct lexicon_updater *updater, struct lexicon_state *state,
                                    struct fault *fault)
{
    int64_t deleted;
    bool more = true;

    while (more)
        if (!count_documents_of_next_page(updater, state, &more, fault))
            return false;
    if (!lexicon_store_count_deleted(updater->service->db, DELETED_MAX, &state->deleted, &deleted,
                                     fault))
        return false;
    state->changed += (uint64_t)deleted;
    return true;
}

/* Moves the cursor past existing deletions: a new count does not read the deleted documents. */
static bool skip_past_deletions(struct lexicon_updater *updater, struct lexicon_state *state,
                                struct fault *fault)
{
    int64_t deleted = DELETED_MAX;

    while (deleted == DELETED_MAX)
        if (!lexicon_store_count_deleted(updater->service->db, DELETED_MAX, &state->deleted,
                                         &deleted, fault))
            return false;
    return true;
}

static void destroy_lexicon(void *arg)
{
    struct lexicon **lexicon = arg;

    lexicon_destroy(*lexicon);
    *lexicon = NULL;
}

/* Frees a lexicon in a thread of the work pool, because that takes long. NULL is allowed. */
static void destroy_lexicon_in_thread(const struct lexicon_updater *updater,
                                      struct lexicon *lexicon)
{
    struct fault fault;

    if (lexicon != NULL)
        (void)!work_run(updater->service->work, destroy_lexicon, &lexicon, sizeof lexicon,
                        destroy_lexicon, &fault);
}

/* Counts all documents in the coming lexicon, which then replaces the current one. */
static bool rebuild_lexicon(struct lexicon_updater *updater, struct fault *fault)
{
    struct lexicon *const before = updater->current.lexicon;
    struct lexicon_state *coming = &updater->coming;

    if (coming->lexicon == NULL) {
        *coming = (struct lexicon_state){.lexicon = lexicon_create(fault)};
        if (coming->lexicon == NULL)
            return false;
    }
    if (coming->cursor.tx == 0) {
        coming->erasures = updater->erasures;
        updater->began_ns = loop_now_ns(updater->service->loop);
        if (!skip_past_deletions(updater, coming, fault))
            return false;
    }
    if (!count_changed_documents(updater, coming, fault))
        return false;
    updater->current = *coming;
    *coming = (struct lexicon_state){.lexicon = NULL};
    updater->snapshot_ns = 0;
    destroy_lexicon_in_thread(updater, before);
    return true;
}

/* Loads the snapshot in place of the empty lexicon, once. If reading the snapshot fails for a
 * reason other than an unavailable database, all documents are counted instead. */
static bool load_snapshot_once(struct lexicon_updater *updater, struct fault *fault)
{
    struct lexicon_state snapshot;

    if (updater->loaded)
        return true;
    const bool ok = snapshot_load_newest(updater->service, updater->erasures, &snapshot, fault);
    if (!ok && fault->kind != FAULT_INTERNAL)
        return false;
    updater->loaded = true;
    if (!ok || snapshot.lexicon == NULL)
        return true;
    lexicon_destroy(updater->coming.lexicon);
    updater->coming = snapshot;
    updater->began_ns = loop_now_ns(updater->service->loop);
    return true;
}

/* If a person was erased since the last check, deletes snapshots from before the erasure. */
static bool delete_snapshots_after_new_erasure(struct lexicon_updater *updater, struct fault *fault)
{
    int64_t erasures;

    if (!document_store_read_erasure_count(updater->service->db, &erasures, fault))
        return false;
    if (erasures == updater->erasures)
        return true;
    if (!snapshot_delete_before_erasure(updater->service, &erasures, fault))
        return false;
    updater->erasures = erasures;
    return true;
}

/* Whether the lexicon must be rebuilt. */
static bool needs_rebuild(const struct lexicon_updater *updater)
{
    const struct lexicon_state *state = &updater->current;

    if (state->erasures != updater->erasures &&
        loop_now_ns(updater->service->loop) - updater->began_ns >=
            LEXICON_UPDATER_ERASED_S * NS_PER_S)
        return true;
    return state->changed >= LEXICON_UPDATER_CHANGES &&
           state->changed * CHANGED_SHARE >= lexicon_sums(state->lexicon)->documents;
}

bool lexicon_updater_run(struct lexicon_updater *updater, struct fault *fault)
{
    if (!delete_snapshots_after_new_erasure(updater, fault) || !load_snapshot_once(updater, fault))
        return false;
    if (updater->coming.lexicon != NULL || needs_rebuild(updater))
        return rebuild_lexicon(updater, fault);
    return count_changed_documents(updater, &updater->current, fault);
}

bool lexicon_updater_store_snapshot_if_due(struct lexicon_updater *updater, struct fault *fault)
{
    const int64_t now = loop_now_ns(updater->service->loop);

    if (now < updater->snapshot_ns)
        return true;
    if (!snapshot_write_lexicon_if_due(updater->service, &updater->current, fault))
        return false;
    updater->snapshot_ns = now + SNAPSHOT_EVERY_MS * NS_PER_MS;
    return true;
}

static bool run_updater(void *data, struct fault *fault)
{
    return lexicon_updater_run(data, fault) && lexicon_updater_store_snapshot_if_due(data, fault);
}

static double get_document_count(void *data)
{
    const struct lexicon_updater *updater = data;
    const struct lexicon *lexicon = lexicon_updater_lexicon(updater);

    return (double)lexicon_sums(lexicon)->documents;
}

void lexicon_updater_stop(struct lexicon_updater *updater)
{
    periodic_stop(&updater->task);
    metric_unregister(&updater->documents);
    lexicon_destroy(updater->current.lexicon);
    lexicon_destroy(updater->coming.lexicon);
}

bool lexicon_updater_start(struct lexicon_updater *updater, struct service *service,
                           struct fault *fault)
{
    static const struct periodic_task task = {"lexicon", run_updater, EVERY_MS, LIMIT_MS,
                                              .at_once = true};

    *updater = (struct lexicon_updater){
        .service = service, .erasures = -1, .coming.lexicon = lexicon_create(fault)};
    if (updater->coming.lexicon == NULL)
        return false;
    metric_register_gauge(&updater->documents, "search_lexicon_documents",
                          "Documents that the lexicon has counted.", get_document_count, updater);
    periodic_start(&updater->task, service->loop, &task, updater);
    return true;
}
