// SPDX-License-Identifier: MIT
#include "lexicon/lexicon_updater.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "documents/document_store.h"
#include "jobs/job.h"
#include "lexicon/lexicon_state.h"
#include "lexicon/snapshot.h"
#include "text/words_batch.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    AT_ONCE = 1000, /* words counted before the loop serves others */
    KEEP_EVERY_MS = 60000,
    DELETED_MAX = 10000,
    CHANGED_SHARE = 16
};

struct lexicon_updater {
    struct service *service;
    struct periodic *periodic;
    struct lexicon_state now;    /* what is seen_ids */
    struct lexicon_state coming; /* what is being filled */
    bool loaded;                 /* what was kept was looked for */
    int64_t erasures;            /* of people, by now; -1: that is not known yet */
    int64_t began_us;            /* when the last count began */
    int64_t keep_ns;             /* when to ask next whether to keep it */
    struct metric documents;
};

static bool is_behind(const struct lexicon_cursor *a, const struct lexicon_cursor *b)
{
    return a->tx > b->tx || (a->tx == b->tx && a->number > b->number);
}

/* What was as it is when the count began is met once; it is known if it was made before its base.
 * What changed later may have been met before, if it was made in front of the page. */
static bool is_new(const struct lexicon_state *lexicon_state, const struct lexicon_row *row,
                   const struct lexicon_cursor *page)
{
    return is_behind(&row->made,
                     row->place.tx < lexicon_state->settled ? &lexicon_state->base : page);
}

const struct lexicon *lexicon_updater_lexicon(const struct lexicon_updater *lexicon_updater)
{
    return lexicon_updater->now.lexicon != NULL ? lexicon_updater->now.lexicon
                                                : lexicon_updater->coming.lexicon;
}

bool lexicon_updater_is_ready(const struct lexicon_updater *lexicon_updater)
{
    return lexicon_updater->now.lexicon != NULL;
}

/* Counts the words of a document that has begun, and lets the loop serve others after each AT_ONCE
 * words; `done` are those since it did. A document is counted to its end, whatever becomes of the
 * fiber. */
static bool count_words(struct lexicon *lexicon, const struct words *document, size_t *done,
                        struct fault *fault)
{
    bool ok = true;

    for (size_t at = 0; at < document->count;) {
        const size_t end = lexicon_count(lexicon, document, at, AT_ONCE - *done);
        *done += end - at;
        at = end;
        if (*done < AT_ONCE)
            continue;
        *done = 0;
        ok = ok && fiber_sleep(0, fault);
    }
    return ok;
}

/* Counts the new ones. */
static bool count_rows(struct lexicon_state *lexicon_state, const struct db_rows *rows,
                       const struct words_batch *words_batch, struct fault *fault)
{
    const struct lexicon_cursor before = lexicon_state->place;
    struct lexicon_row row;
    size_t done = 0;

    for (int i = 0; i < rows->count; i++) {
        const struct words *words = words_batch_words(words_batch, (size_t)i);
        lexicon_store_row(rows, i, &row);
        if (lexicon_state->settled == 0)
            lexicon_state->settled = row.settled;
        const bool new = is_new(lexicon_state, &row, &before);
        if (new && !lexicon_begin(lexicon_state->lexicon, words, fault))
            return false;
        lexicon_state->changed += !new;
        lexicon_state->place = row.place;
        if (new && !count_words(lexicon_state->lexicon, words, &done, fault))
            return false;
    }
    return true;
}

static bool read_rows(struct work *work, const struct db_rows *rows, struct words_batch **out,
                      struct fault *fault)
{
    struct arena arena;
    struct lexicon_row row;

    arena_init(&arena, LEXICON_ROWS_MAX * sizeof(struct slice) + ARENA_FIRST_BLOCK);
    struct slice *texts = arena_alloc(&arena, (size_t)rows->count * sizeof *texts);
    for (int i = 0; texts != NULL && i < rows->count; i++) {
        lexicon_store_row(rows, i, &row);
        texts[i] = row.text;
    }
    struct words_batch *words_batch =
        texts != NULL ? words_batch_create(texts, (size_t)rows->count, fault) : NULL;
    if (texts == NULL)
        arena_fault(fault);
    arena_finish(&arena);
    if (words_batch == NULL || !words_batch_run(words_batch, work, fault))
        return false;
    *out = words_batch;
    return true;
}

/* Reads one page. */
static bool read_on(struct lexicon_updater *lexicon_updater, struct lexicon_state *lexicon_state,
                    bool *more, struct fault *fault)
{
    struct service *service = lexicon_updater->service;
    auto_rows struct db_rows rows = {0};
    struct words_batch *words_batch;

    if (!lexicon_store_documents(service->db, &lexicon_state->place, &rows, fault))
        return false;
    *more = rows.count > 0;
    if (!*more)
        return true;
    if (!read_rows(service->work, &rows, &words_batch, fault))
        return false;
    const bool ok = count_rows(lexicon_state, &rows, words_batch, fault);
    words_batch_destroy(words_batch);
    return ok;
}

static bool follow(struct lexicon_updater *lexicon_updater, struct lexicon_state *lexicon_state,
                   struct fault *fault)
{
    int64_t deleted;
    bool more = true;

    while (more)
        if (!read_on(lexicon_updater, lexicon_state, &more, fault))
            return false;
    if (!lexicon_store_deleted(lexicon_updater->service->db, DELETED_MAX, &lexicon_state->deleted,
                               &deleted, fault))
        return false;
    lexicon_state->changed += (uint64_t)deleted;
    return true;
}

/* What was deleted by now is not counted. */
static bool pass_deleted(struct lexicon_updater *lexicon_updater,
                         struct lexicon_state *lexicon_state, struct fault *fault)
{
    int64_t deleted = DELETED_MAX;

    while (deleted == DELETED_MAX)
        if (!lexicon_store_deleted(lexicon_updater->service->db, DELETED_MAX,
                                   &lexicon_state->deleted, &deleted, fault))
            return false;
    return true;
}

static void empty(void *data)
{
    lexicon_clear(data);
}

static void destroy(void *data)
{
    lexicon_destroy(data);
}

/* In a thread, as far as it takes long. Takes NULL. */
static void give_back(const struct lexicon_updater *lexicon_updater, struct lexicon *lexicon)
{
    struct fault fault;

    if (lexicon != NULL && job_run(lexicon_updater->service->work, empty, lexicon, destroy, &fault))
        lexicon_destroy(lexicon);
}

static bool fill(struct lexicon_updater *lexicon_updater, struct fault *fault)
{
    struct lexicon *const before = lexicon_updater->now.lexicon;
    struct lexicon_state *coming = &lexicon_updater->coming;

    if (coming->lexicon == NULL) {
        *coming = (struct lexicon_state){.lexicon = lexicon_create(fault)};
        if (coming->lexicon == NULL)
            return false;
    }
    if (coming->place.tx == 0) {
        coming->erasures = lexicon_updater->erasures;
        lexicon_updater->began_us = now_wall_us();
        if (!pass_deleted(lexicon_updater, coming, fault))
            return false;
    }
    if (!follow(lexicon_updater, coming, fault))
        return false;
    lexicon_updater->now = *coming;
    *coming = (struct lexicon_state){.lexicon = NULL};
    lexicon_updater->keep_ns = 0;
    give_back(lexicon_updater, before);
    return true;
}

/* What another copy has counted takes the place of what this one has just begun. Where that cannot
 * be read for longer than PostgreSQL is away, all is counted. */
static bool load(struct lexicon_updater *lexicon_updater, struct fault *fault)
{
    struct lexicon_state kept;

    if (lexicon_updater->loaded)
        return true;
    const bool ok =
        snapshot_load(lexicon_updater->service, lexicon_updater->erasures, &kept, fault);
    if (!ok && fault->kind != FAULT_INTERNAL)
        return false;
    lexicon_updater->loaded = true;
    if (!ok || kept.lexicon == NULL)
        return true;
    lexicon_destroy(lexicon_updater->coming.lexicon);
    lexicon_updater->coming = kept;
    lexicon_updater->began_us = now_wall_us();
    return true;
}

/* What was kept before an erasure goes at once. */
static bool see_erasures(struct lexicon_updater *lexicon_updater, struct fault *fault)
{
    int64_t erasures;

    if (!document_store_erasures(lexicon_updater->service->db, &erasures, fault))
        return false;
    if (erasures == lexicon_updater->erasures)
        return true;
    if (!snapshot_delete_erased(lexicon_updater->service, &erasures, fault))
        return false;
    lexicon_updater->erasures = erasures;
    return true;
}

static bool is_stale(const struct lexicon_updater *lexicon_updater)
{
    const struct lexicon_state *lexicon_state = &lexicon_updater->now;

    if (lexicon_state->erasures != lexicon_updater->erasures &&
        now_wall_us() - lexicon_updater->began_us >= LEXICON_UPDATER_ERASED_S * US_PER_S)
        return true;
    return lexicon_state->changed >= LEXICON_UPDATER_CHANGES &&
           lexicon_state->changed * CHANGED_SHARE >=
               lexicon_sums(lexicon_state->lexicon)->documents;
}

bool lexicon_updater_run(struct lexicon_updater *lexicon_updater, struct fault *fault)
{
    if (!see_erasures(lexicon_updater, fault) || !load(lexicon_updater, fault))
        return false;
    if (lexicon_updater->coming.lexicon != NULL || is_stale(lexicon_updater))
        return fill(lexicon_updater, fault);
    return follow(lexicon_updater, &lexicon_updater->now, fault);
}

bool lexicon_updater_save(struct lexicon_updater *lexicon_updater, struct fault *fault)
{
    const int64_t now = loop_now_ns(lexicon_updater->service->loop);

    if (now < lexicon_updater->keep_ns)
        return true;
    if (!snapshot_save(lexicon_updater->service, &lexicon_updater->now, fault))
        return false;
    lexicon_updater->keep_ns = now + KEEP_EVERY_MS * NS_PER_MS;
    return true;
}

static bool run(void *data, struct fault *fault)
{
    return lexicon_updater_run(data, fault) && lexicon_updater_save(data, fault);
}

static double read_documents(void *data)
{
    const struct lexicon_updater *lexicon_updater = data;
    const struct lexicon *lexicon = lexicon_updater_lexicon(lexicon_updater);

    return (double)lexicon_sums(lexicon)->documents;
}

void lexicon_updater_stop(struct lexicon_updater *lexicon_updater)
{
    if (lexicon_updater == NULL)
        return;
    periodic_stop(lexicon_updater->periodic);
    metric_unregister(&lexicon_updater->documents);
    lexicon_destroy(lexicon_updater->now.lexicon);
    lexicon_destroy(lexicon_updater->coming.lexicon);
    free(lexicon_updater);
}

struct lexicon_updater *lexicon_updater_create(struct service *service, struct fault *fault)
{
    struct lexicon_updater *lexicon_updater =
        fault_calloc(sizeof *lexicon_updater, "the lexicon", fault);

    if (lexicon_updater == NULL)
        return NULL;
    lexicon_updater->service = service;
    lexicon_updater->erasures = -1;
    lexicon_updater->coming.lexicon = lexicon_create(fault);
    if (lexicon_updater->coming.lexicon == NULL) {
        free(lexicon_updater);
        return NULL;
    }
    lexicon_updater->documents = (struct metric){.name = "search_lexicon_documents",
                                                 .help = "Documents that the lexicon has counted.",
                                                 .type = METRIC_GAUGE,
                                                 .read = read_documents,
                                                 .data = lexicon_updater};
    metric_register(&lexicon_updater->documents);
    return lexicon_updater;
}

bool lexicon_updater_start(struct lexicon_updater *lexicon_updater, struct fault *fault)
{
    const struct periodic_options options = {.name = "lexicon",
                                             .run = run,
                                             .data = lexicon_updater,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    lexicon_updater->periodic = periodic_start(lexicon_updater->service->loop, &options, fault);
    return lexicon_updater->periodic != NULL;
}
