// SPDX-License-Identifier: MIT
#include "learning/learner.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/metric.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "documents/document_store.h"
#include "jobs/job.h"
#include "learning/learned.h"
#include "learning/snapshot.h"
#include "reading/reading.h"

enum {
    EVERY_MS = 1000,
    LIMIT_MS = 120000,
    AT_ONCE = 1000, /* words counted before the loop serves others */
    KEEP_EVERY_MS = 60000,
    DELETED_MAX = 10000,
    CHANGED_SHARE = 16
};

struct learner {
    struct service *service;
    struct periodic *periodic;
    struct learned now;    /* what is shown */
    struct learned coming; /* what is being filled */
    bool loaded;           /* what was kept was looked for */
    int64_t erasures;      /* of people, by now; -1: that is not known yet */
    int64_t began_us;      /* when the last count began */
    int64_t keep_ns;       /* when to ask next whether to keep it */
    struct metric documents;
};

static bool is_behind(const struct learn_place *a, const struct learn_place *b)
{
    return a->tx > b->tx || (a->tx == b->tx && a->number > b->number);
}

/* What was as it is when the count began is met once; it is known if it was made before its base.
 * What changed later may have been met before, if it was made in front of the page. */
static bool is_new(const struct learned *learned, const struct learn_row *row,
                   const struct learn_place *page)
{
    return is_behind(&row->made, row->place.tx < learned->settled ? &learned->base : page);
}

const struct lexicon *learner_lexicon(const struct learner *learner)
{
    return learner->now.lexicon != NULL ? learner->now.lexicon : learner->coming.lexicon;
}

bool learner_is_ready(const struct learner *learner)
{
    return learner->now.lexicon != NULL;
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
static bool count_rows(struct learned *learned, const struct db_rows *rows,
                       const struct reading *reading, struct fault *fault)
{
    const struct learn_place before = learned->place;
    struct learn_row row;
    size_t done = 0;

    for (int i = 0; i < rows->count; i++) {
        const struct words *words = reading_words(reading, (size_t)i);
        learn_store_row(rows, i, &row);
        if (learned->settled == 0)
            learned->settled = row.settled;
        const bool new = is_new(learned, &row, &before);
        if (new && !lexicon_begin(learned->lexicon, words, fault))
            return false;
        learned->changed += !new;
        learned->place = row.place;
        if (new && !count_words(learned->lexicon, words, &done, fault))
            return false;
    }
    return true;
}

static bool read_rows(struct work *work, const struct db_rows *rows, struct reading **out,
                      struct fault *fault)
{
    struct arena arena;
    struct learn_row row;

    arena_init(&arena, LEARN_ROWS_MAX * sizeof(struct slice) + ARENA_FIRST_BLOCK);
    struct slice *texts = arena_alloc(&arena, (size_t)rows->count * sizeof *texts);
    for (int i = 0; texts != NULL && i < rows->count; i++) {
        learn_store_row(rows, i, &row);
        texts[i] = row.text;
    }
    struct reading *reading =
        texts != NULL ? reading_create(texts, (size_t)rows->count, fault) : NULL;
    if (texts == NULL)
        arena_fault(fault);
    arena_finish(&arena);
    if (reading == NULL || !reading_run(reading, work, fault))
        return false;
    *out = reading;
    return true;
}

/* Reads one page. */
static bool read_on(struct learner *learner, struct learned *learned, bool *more,
                    struct fault *fault)
{
    struct service *service = learner->service;
    auto_rows struct db_rows rows = {0};
    struct reading *reading;

    if (!learn_store_documents(service->db, &learned->place, &rows, fault))
        return false;
    *more = rows.count > 0;
    if (!*more)
        return true;
    if (!read_rows(service->work, &rows, &reading, fault))
        return false;
    const bool ok = count_rows(learned, &rows, reading, fault);
    reading_destroy(reading);
    return ok;
}

static bool follow(struct learner *learner, struct learned *learned, struct fault *fault)
{
    int64_t deleted;
    bool more = true;

    while (more)
        if (!read_on(learner, learned, &more, fault))
            return false;
    if (!learn_store_deleted(learner->service->db, DELETED_MAX, &learned->deleted, &deleted, fault))
        return false;
    learned->changed += (uint64_t)deleted;
    return true;
}

/* What was deleted by now is not counted. */
static bool pass_deleted(struct learner *learner, struct learned *learned, struct fault *fault)
{
    int64_t deleted = DELETED_MAX;

    while (deleted == DELETED_MAX)
        if (!learn_store_deleted(learner->service->db, DELETED_MAX, &learned->deleted, &deleted,
                                 fault))
            return false;
    return true;
}

static void empty(void *data)
{
    lexicon_empty(data);
}

static void destroy(void *data)
{
    lexicon_destroy(data);
}

/* In a thread, as far as it takes long. Takes NULL. */
static void give_back(const struct learner *learner, struct lexicon *lexicon)
{
    struct fault fault;

    if (lexicon != NULL && job_run(learner->service->work, empty, lexicon, destroy, &fault))
        lexicon_destroy(lexicon);
}

static bool fill(struct learner *learner, struct fault *fault)
{
    struct lexicon *const before = learner->now.lexicon;
    struct learned *coming = &learner->coming;

    if (coming->lexicon == NULL) {
        *coming = (struct learned){.lexicon = lexicon_create(fault)};
        if (coming->lexicon == NULL)
            return false;
    }
    if (coming->place.tx == 0) {
        coming->erasures = learner->erasures;
        learner->began_us = now_wall_us();
        if (!pass_deleted(learner, coming, fault))
            return false;
    }
    if (!follow(learner, coming, fault))
        return false;
    learner->now = *coming;
    *coming = (struct learned){.lexicon = NULL};
    learner->keep_ns = 0;
    give_back(learner, before);
    return true;
}

/* What another copy has counted takes the place of what this one has just begun. Where that cannot
 * be read for longer than PostgreSQL is away, all is counted. */
static bool load(struct learner *learner, struct fault *fault)
{
    struct learned kept;

    if (learner->loaded)
        return true;
    const bool ok = snapshot_load(learner->service, learner->erasures, &kept, fault);
    if (!ok && fault->kind != FAULT_INTERNAL)
        return false;
    learner->loaded = true;
    if (!ok || kept.lexicon == NULL)
        return true;
    lexicon_destroy(learner->coming.lexicon);
    learner->coming = kept;
    learner->began_us = now_wall_us();
    return true;
}

/* What was kept before an erasure goes at once. */
static bool see_erasures(struct learner *learner, struct fault *fault)
{
    int64_t erasures;

    if (!document_store_erasures(learner->service->db, &erasures, fault))
        return false;
    if (erasures == learner->erasures)
        return true;
    if (!snapshot_forget(learner->service, &erasures, fault))
        return false;
    learner->erasures = erasures;
    return true;
}

static bool is_stale(const struct learner *learner)
{
    const struct learned *learned = &learner->now;

    if (learned->erasures != learner->erasures &&
        now_wall_us() - learner->began_us >= LEARNER_ERASED_S * US_PER_S)
        return true;
    return learned->changed >= LEARNER_CHANGES &&
           learned->changed * CHANGED_SHARE >= lexicon_sums(learned->lexicon)->documents;
}

bool learner_run(struct learner *learner, struct fault *fault)
{
    if (!see_erasures(learner, fault) || !load(learner, fault))
        return false;
    if (learner->coming.lexicon != NULL || is_stale(learner))
        return fill(learner, fault);
    return follow(learner, &learner->now, fault);
}

bool learner_keep(struct learner *learner, struct fault *fault)
{
    const int64_t now = loop_now_ns(learner->service->loop);

    if (now < learner->keep_ns)
        return true;
    if (!snapshot_save(learner->service, &learner->now, fault))
        return false;
    learner->keep_ns = now + KEEP_EVERY_MS * NS_PER_MS;
    return true;
}

static bool run(void *data, struct fault *fault)
{
    return learner_run(data, fault) && learner_keep(data, fault);
}

static double read_documents(void *data)
{
    const struct learner *learner = data;
    const struct lexicon *lexicon = learner_lexicon(learner);

    return (double)lexicon_sums(lexicon)->documents;
}

void learner_stop(struct learner *learner)
{
    if (learner == NULL)
        return;
    periodic_stop(learner->periodic);
    metric_unregister(&learner->documents);
    lexicon_destroy(learner->now.lexicon);
    lexicon_destroy(learner->coming.lexicon);
    free(learner);
}

struct learner *learner_create(struct service *service, struct fault *fault)
{
    struct learner *learner = fault_calloc(sizeof *learner, "the lexicon", fault);

    if (learner == NULL)
        return NULL;
    learner->service = service;
    learner->erasures = -1;
    learner->coming.lexicon = lexicon_create(fault);
    if (learner->coming.lexicon == NULL) {
        free(learner);
        return NULL;
    }
    learner->documents = (struct metric){.name = "search_lexicon_documents",
                                         .help = "Documents that the lexicon has counted.",
                                         .type = METRIC_GAUGE,
                                         .read = read_documents,
                                         .data = learner};
    metric_register(&learner->documents);
    return learner;
}

bool learner_start(struct learner *learner, struct fault *fault)
{
    const struct periodic_options options = {.name = "lexicon",
                                             .run = run,
                                             .data = learner,
                                             .every_ms = EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    learner->periodic = periodic_start(learner->service->loop, &options, fault);
    return learner->periodic != NULL;
}
