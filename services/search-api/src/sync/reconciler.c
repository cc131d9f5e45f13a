// SPDX-License-Identifier: MIT
#include "sync/reconciler.h"

#include <string.h>

#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"

#include "sync/feed_batch.h"

enum { LIMIT_MS = 60000, PAGES_MAX = 100, ROOM = 16 * 1024 * 1024 };
#define PASS_US (INT64_C(24) * 3600 * 1000000)

/* One page of the comparison: its input, what was read, and the state after it. */
struct page {
    struct service *service;
    struct arena *arena;
    struct feed_cursor feed_end; /* the cursor of the consumer: later rows are not compared */
    struct reconcile_state before;
    struct reconcile_state after;
    int phase;               /* enum reconcile_phase; RECONCILE_ENDED: a new pass begins */
    struct feed_batch batch; /* documents to repair */
    bool more;               /* the next page should follow at once */
};

/* --- the feed --- */

static bool read_differing_messages(struct page *page, const struct reconcile_differing *differing,
                                    struct fault *fault)
{
    const size_t count = differing->count < RECONCILE_REPAIR ? differing->count : RECONCILE_REPAIR;
    auto_rows struct db_rows rows = {0};

    if (!feed_store_list_rows(page->service->db, differing->ids, count, &rows, fault) ||
        !feed_batch_read(page->service->work, &rows, page->arena, &page->batch, fault) ||
        !db_rows_keep(&rows, page->arena, fault))
        return false;
    page->more = true;
    if (page->batch.written_count + page->batch.gone_count < differing->count)
        page->after.cursor = page->before.cursor;
    return true;
}

static bool compare_feed_page(struct page *page, struct fault *fault)
{
    struct reconcile_differing differing;

    if (!reconcile_store_compare_page(page->service->db, &page->before.cursor, &page->feed_end,
                                      page->arena, &differing, fault))
        return false;
    if (!differing.any) {
        page->after.phase = RECONCILE_DOCUMENTS;
        return true;
    }
    page->after.cursor = differing.cursor;
    return differing.count == 0 || read_differing_messages(page, &differing, fault);
}

static bool repair_documents(struct db *tx, struct page *page, struct fault *fault)
{
    return page->batch.written_count + page->batch.gone_count == 0 ||
           feed_batch_write(tx, &page->batch, fault);
}

/* --- documents --- */

static void end_pass(struct page *page, bool too_many_orphans)
{
    page->after.phase = RECONCILE_ENDED;
    page->after.ended_at = now_wall_us();
    page->after.stopped = too_many_orphans;
}

static bool has_too_many_orphans(const struct reconcile_state *state)
{
    return state->orphans > RECONCILE_FEW && state->orphans * RECONCILE_SHARE > state->documents;
}

static bool find_orphans_in_page(struct db *tx, struct page *page, struct fault *fault)
{
    bool any;

    page->after = page->before;
    if (!reconcile_store_find_orphans_in_page(tx, &page->after, &any, fault))
        return false;
    if (any)
        return true;
    if (has_too_many_orphans(&page->before))
        end_pass(page, true);
    else
        page->after.phase = RECONCILE_ORPHANS;
    return true;
}

static bool delete_page_of_orphans(struct db *tx, struct page *page, struct fault *fault)
{
    if (!document_store_lock(tx, true, fault) ||
        !reconcile_store_delete_page_of_orphans(tx, &page->more, fault))
        return false;
    if (!page->more)
        end_pass(page, false);
    return true;
}

/* --- a pass --- */

/* Whether a new pass must begin. */
static bool is_pass_due(const struct reconcile_state *state, const struct feed_cursor *feed_end)
{
    const int64_t age = now_wall_us() - state->began_at; /* below 0: the clock was ahead */

    return !state->exists || state->of_epoch < feed_end->epoch ||
           (state->phase == RECONCILE_ENDED && (age >= PASS_US || age < 0));
}

/* Begins a pass, after the orphans of the pass before have been forgotten in pages. */
static bool begin_pass(struct db *tx, struct page *page, struct fault *fault)
{
    if (!reconcile_store_forget_page_of_orphans(tx, &page->more, fault))
        return false;
    if (page->more)
        return true;
    page->after = (struct reconcile_state){.exists = true,
                                           .phase = RECONCILE_FEED,
                                           .of_epoch = page->feed_end.epoch,
                                           .began_at = now_wall_us(),
                                           .ended_at = page->before.ended_at,
                                           .stopped = page->before.stopped};
    return true;
}

/* What each phase does in the transaction of a page. */
static bool (*const acts[])(struct db *tx, struct page *page, struct fault *fault) = {
    [RECONCILE_FEED] = repair_documents,
    [RECONCILE_DOCUMENTS] = find_orphans_in_page,
    [RECONCILE_ORPHANS] = delete_page_of_orphans,
    [RECONCILE_ENDED] = begin_pass,
};

static bool run_phase(struct db *tx, void *arg, struct fault *fault)
{
    struct page *page = arg;

    return reconcile_store_lock_state(tx, &page->before, fault) &&
           acts[page->phase](tx, page, fault) &&
           reconcile_store_write_state(tx, &page->after, fault);
}

static void log_if_stopped(const struct page *page)
{
    if (page->after.stopped && page->before.phase == RECONCILE_DOCUMENTS &&
        page->after.phase == RECONCILE_ENDED)
        LOG(LOG_ERROR, "reconcile_stopped",
            "Too many documents are missing in bot-gateway's feed; none is deleted",
            log_int("orphans", page->after.orphans), log_int("documents", page->after.documents));
}

static bool run_page(struct reconciler *reconciler, struct page *page, struct fault *fault)
{
    const bool due = is_pass_due(&page->before, &page->feed_end);

    if (page->before.phase == RECONCILE_ENDED && !due)
        return true;
    page->phase = due ? RECONCILE_ENDED : page->before.phase;
    if (page->phase == RECONCILE_FEED && !compare_feed_page(page, fault))
        return false;
    if (!db_transaction(reconciler->service->pool, run_phase, page, fault)) {
        page->more = false;
        return strcmp(fault->code, "feed_moved") == 0;
    }
    reconciler->state = page->after;
    log_if_stopped(page);
    return true;
}

bool reconciler_run_page(struct reconciler *reconciler, bool *more, struct fault *fault)
{
    struct service *service = reconciler->service;
    struct feed_progress feed;
    struct arena arena = ARENA(ROOM);
    struct page page = {.service = service, .arena = &arena};

    *more = false;
    if (!feed_store_read_progress(service->db, &feed_messages, &feed, fault) ||
        !reconcile_store_read_state(service->db, &page.before, fault))
        return false;
    reconciler->state = page.before;
    if (!feed.exists || message_consumer_lag_seconds(reconciler->consumer) == FIELD_ABSENT ||
        message_consumer_is_behind(reconciler->consumer))
        return true;
    page.after = page.before;
    page.feed_end = feed.cursor;
    const bool ok = run_page(reconciler, &page, fault);
    arena_finish(&arena);
    *more = ok && page.more;
    return ok;
}

enum reconciler_state reconciler_get_state(const struct reconciler *reconciler)
{
    if (reconciler->state.stopped)
        return RECONCILER_STOPPED;
    return reconciler->state.phase == RECONCILE_ENDED ? RECONCILER_WAITING : RECONCILER_RUNNING;
}

static bool run_reconciler(void *data, struct fault *fault)
{
    struct reconciler *reconciler = data;
    const struct service *service = reconciler->service;
    bool more = true;
    bool ok = true;

    for (int i = 0; ok && more && i < PAGES_MAX; i++)
        ok = reconciler_run_page(reconciler, &more, fault);
    ready_report(service->ready, reconciler->part, !reconciler->state.stopped,
                 loop_now_ns(service->loop));
    return ok;
}

static double get_stopped(void *data)
{
    const struct reconciler *reconciler = data;

    return reconciler->state.stopped;
}

static double get_seconds_since_last_pass(void *data)
{
    const struct reconciler *reconciler = data;

    return reconciler->state.ended_at == FIELD_ABSENT
               ? -1
               : (double)(now_wall_us() - reconciler->state.ended_at) / 1e6;
}

static void register_metrics(struct reconciler *reconciler)
{
    metric_register_gauge(
        &reconciler->stopped, "search_reconcile_stopped",
        "1: too many documents are missing in bot-gateway's feed, so none is deleted.", get_stopped,
        reconciler);
    metric_register_gauge(
        &reconciler->age, "search_reconcile_age_seconds",
        "Seconds since all documents were compared with the feed; -1: they never were.",
        get_seconds_since_last_pass, reconciler);
}

void reconciler_stop(struct reconciler *reconciler)
{
    periodic_stop(&reconciler->task);
    metric_unregister(&reconciler->stopped);
    metric_unregister(&reconciler->age);
}

void reconciler_start(struct reconciler *reconciler, struct service *service,
                      const struct message_consumer *consumer)
{
    static const struct periodic_task task = {"reconcile", run_reconciler, RECONCILE_EVERY_MS,
                                              LIMIT_MS, .at_once = true};

    *reconciler = (struct reconciler){
        .service = service,
        .consumer = consumer,
        .state = {.phase = RECONCILE_ENDED, .ended_at = FIELD_ABSENT},
    };
    register_metrics(reconciler);
    reconciler->part = ready_add(service->ready, "reconcile", false);
    periodic_start(&reconciler->task, service->loop, &task, reconciler);
}
