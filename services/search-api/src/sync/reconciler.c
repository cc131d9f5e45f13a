// SPDX-License-Identifier: MIT
#include "sync/reconciler.h"

#include <stdlib.h>
#include <string.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"

#include "sync/feed_batch.h"
#include "sync/message_consumer.h"
#include "sync/reconcile_store.h"

enum { LIMIT_MS = 60000, PAGES_MAX = 100, ROOM = 16 * 1024 * 1024 };
#define PASS_US (INT64_C(24) * 3600 * 1000000)

enum repair { REPAIR_WRITTEN, REPAIR_DELETED, REPAIR_ORPHANED, REPAIRS };

struct reconciler {
    struct service *service;
    const struct message_consumer *message_consumer;
    struct periodic *periodic;
    size_t part;                 /* of readiness */
    struct reconcile_state seen; /* when it was last looked at */
    struct metric repairs[REPAIRS];
    struct metric stopped;
    struct metric age;
};

/* One page. */
struct turn {
    struct service *service;
    struct arena *arena;
    struct feed_place feed_end; /* of the message_consumer */
    struct reconcile_state before;
    struct reconcile_state after;
    struct feed_batch batch;         /* what is repaired */
    struct reconcile_documents list; /* orphans */
    int64_t repaired[REPAIRS];
    bool more;
};

/* --- the feed --- */

static bool repair(struct turn *turn, const struct reconcile_differing *differing,
                   struct fault *fault)
{
    const size_t count = differing->count < RECONCILE_REPAIR ? differing->count : RECONCILE_REPAIR;
    auto_rows struct db_rows rows = {0};

    if (!feed_store_rows(turn->service->db, differing->ids, count, &rows, fault) ||
        !feed_batch_read(turn->service->work, &rows, turn->arena, &turn->batch, fault) ||
        !db_rows_keep(&rows, turn->arena, fault))
        return false;
    turn->more = true;
    if (turn->batch.written_count + turn->batch.gone_count < differing->count)
        turn->after.place = turn->before.place;
    return true;
}

static bool see_feed(struct turn *turn, struct fault *fault)
{
    struct reconcile_differing differing;

    if (!reconcile_store_compare(turn->service->db, &turn->before.place, &turn->feed_end,
                                 turn->arena, &differing, fault))
        return false;
    if (!differing.any) {
        turn->after.phase = RECONCILE_DOCUMENTS;
        return true;
    }
    turn->after.place = differing.place;
    return differing.count == 0 || repair(turn, &differing, fault);
}

static bool do_feed(struct db *tx, struct turn *turn, struct fault *fault)
{
    if (turn->batch.written_count + turn->batch.gone_count == 0)
        return true;
    turn->repaired[REPAIR_DELETED] = (int64_t)turn->batch.gone_count;
    return feed_batch_write(tx, &turn->batch, &turn->repaired[REPAIR_WRITTEN], fault);
}

/* --- documents --- */

static void end(struct turn *turn, bool stopped)
{
    turn->after.phase = RECONCILE_ENDED;
    turn->after.ended_at = now_wall_us();
    turn->after.stopped = stopped;
}

static bool is_a_mistake(const struct reconcile_state *state)
{
    return state->orphans > RECONCILE_FEW && state->orphans * RECONCILE_SHARE > state->documents;
}

static bool see_documents(struct turn *turn, struct fault *fault)
{
    int64_t looked_at;

    if (!reconcile_store_unknown(turn->service->db, turn->before.number, turn->arena, &looked_at,
                                 &turn->list, fault))
        return false;
    if (turn->list.any) {
        turn->after.number = turn->list.last;
        turn->after.documents += looked_at;
        turn->after.orphans += (int64_t)turn->list.count;
    } else if (is_a_mistake(&turn->before))
        end(turn, true);
    else
        turn->after.phase = RECONCILE_ORPHANS;
    return true;
}

static bool do_documents(struct db *tx, struct turn *turn, struct fault *fault)
{
    return turn->list.count == 0 || reconcile_store_suspect(tx, &turn->list, fault);
}

/* --- orphans --- */

static bool see_orphans(struct turn *turn, struct fault *fault)
{
    if (!reconcile_store_orphans(turn->service->db, turn->arena, &turn->list, fault))
        return false;
    turn->more = turn->list.any;
    if (!turn->list.any)
        end(turn, false);
    return true;
}

static bool do_orphans(struct db *tx, struct turn *turn, struct fault *fault)
{
    return !turn->list.any ||
           (document_store_lock(tx, true, fault) &&
            reconcile_store_forget(tx, &turn->list, &turn->repaired[REPAIR_ORPHANED], fault) &&
            reconcile_store_clear(tx, turn->list.last, fault));
}

/* --- a pass --- */

static bool is_due(const struct reconcile_state *state, const struct feed_place *feed_end)
{
    return !state->set || state->of_epoch < feed_end->epoch ||
           (state->phase == RECONCILE_ENDED && now_wall_us() - state->began_at >= PASS_US);
}

static bool see_beginning(struct turn *turn, struct fault *fault)
{
    (void)fault;
    turn->after = (struct reconcile_state){.set = true,
                                           .phase = RECONCILE_FEED,
                                           .of_epoch = turn->feed_end.epoch,
                                           .began_at = now_wall_us(),
                                           .ended_at = turn->before.ended_at,
                                           .stopped = turn->before.stopped};
    return true;
}

static bool do_beginning(struct db *tx, struct turn *turn, struct fault *fault)
{
    (void)turn;
    return reconcile_store_clear(tx, INT64_MAX, fault);
}

/* What a page sees before the transaction, and what it does in it. */
struct phase {
    bool (*see)(struct turn *turn, struct fault *fault);
    bool (*act)(struct db *tx, struct turn *turn, struct fault *fault);
};
static const struct phase phases[] = {
    [RECONCILE_FEED] = {see_feed,      do_feed     },
    [RECONCILE_DOCUMENTS] = {see_documents, do_documents},
    [RECONCILE_ORPHANS] = {see_orphans,   do_orphans  },
    [RECONCILE_ENDED] = {see_beginning, do_beginning},
};

static const struct phase *phase_of(const struct turn *turn)
{
    const bool due = is_due(&turn->before, &turn->feed_end);

    if (turn->before.phase == RECONCILE_ENDED && !due)
        return NULL;
    return &phases[due ? RECONCILE_ENDED : turn->before.phase];
}

struct act {
    struct turn *turn;
    const struct phase *phase;
};

static bool act(struct db *tx, void *arg, struct fault *fault)
{
    const struct act *act = arg;

    memset(act->turn->repaired, 0, sizeof act->turn->repaired);
    return reconcile_store_lock(tx, &act->turn->before, fault) &&
           act->phase->act(tx, act->turn, fault) &&
           reconcile_store_set(tx, &act->turn->after, fault);
}

static void tell(struct reconciler *reconciler, const struct turn *turn)
{
    for (size_t i = 0; i < REPAIRS; i++)
        reconciler->repairs[i].value += (double)turn->repaired[i];
    if (turn->after.stopped && turn->before.phase == RECONCILE_DOCUMENTS &&
        turn->after.phase == RECONCILE_ENDED)
        LOG(LOG_ERROR, "reconcile_stopped",
            "More documents than can be garbage are not in bot-gateway's feed; none is deleted",
            log_int("orphans", turn->after.orphans), log_int("documents", turn->after.documents));
}

static bool run_page(struct reconciler *reconciler, struct turn *turn, struct fault *fault)
{
    const struct phase *phase = phase_of(turn);
    struct act page = {turn, phase};

    if (phase == NULL)
        return true;
    if (!phase->see(turn, fault))
        return false;
    if (!db_transaction(reconciler->service->pool, act, &page, fault)) {
        turn->more = false;
        return strcmp(fault->code, "feed_moved") == 0;
    }
    reconciler->seen = turn->after;
    tell(reconciler, turn);
    return true;
}

bool reconciler_run(struct reconciler *reconciler, bool *more, struct fault *fault)
{
    struct service *service = reconciler->service;
    struct feed_progress feed;
    struct arena arena;
    struct turn turn = {.service = service, .arena = &arena};

    *more = false;
    if (!feed_store_progress(service->db, &feed_messages, &feed, fault) ||
        !reconcile_store_state(service->db, &turn.before, fault))
        return false;
    reconciler->seen = turn.before;
    if (!feed.there || message_consumer_lag_seconds(reconciler->message_consumer) == FIELD_ABSENT ||
        message_consumer_is_behind(reconciler->message_consumer))
        return true;
    turn.after = turn.before;
    turn.feed_end = feed.place;
    arena_init(&arena, ROOM);
    const bool ok = run_page(reconciler, &turn, fault);
    arena_finish(&arena);
    *more = ok && turn.more;
    return ok;
}

enum reconciler_state reconciler_state(const struct reconciler *reconciler)
{
    if (reconciler->seen.stopped)
        return RECONCILER_STOPPED;
    return reconciler->seen.phase == RECONCILE_ENDED ? RECONCILER_WAITING : RECONCILER_RUNNING;
}

int64_t reconciler_ended_at(const struct reconciler *reconciler)
{
    return reconciler->seen.ended_at;
}

static bool run(void *data, struct fault *fault)
{
    struct reconciler *reconciler = data;
    const struct service *service = reconciler->service;
    bool more = true;
    bool ok = true;

    for (int i = 0; ok && more && i < PAGES_MAX; i++)
        ok = reconciler_run(reconciler, &more, fault);
    ready_report(service->ready, reconciler->part, !reconciler->seen.stopped,
                 loop_now_ns(service->loop));
    return ok;
}

static double read_stopped(void *data)
{
    const struct reconciler *reconciler = data;

    return reconciler->seen.stopped;
}

static double read_age(void *data)
{
    const struct reconciler *reconciler = data;

    return reconciler->seen.ended_at == FIELD_ABSENT
               ? -1
               : (double)(now_wall_us() - reconciler->seen.ended_at) / 1e6;
}

static void register_metrics(struct reconciler *reconciler)
{
    static const char *const labels[REPAIRS] = {"kind=\"written\"", "kind=\"deleted\"",
                                                "kind=\"orphaned\""};

    for (size_t i = 0; i < REPAIRS; i++) {
        reconciler->repairs[i] = (struct metric){
            .name = "search_reconcile_repaired_total",
            .help = "Documents that were not as bot-gateway's feed tells, and are now.",
            .labels = labels[i]};
        metric_register(&reconciler->repairs[i]);
    }
    reconciler->stopped = (struct metric){
        .name = "search_reconcile_stopped",
        .help = "1: so many documents are not in bot-gateway's feed that none of them is deleted.",
        .type = METRIC_GAUGE,
        .read = read_stopped,
        .data = reconciler};
    metric_register(&reconciler->stopped);
    reconciler->age = (struct metric){
        .name = "search_reconcile_age_seconds",
        .help = "How long ago all documents had been compared with the feed; -1: they never were.",
        .type = METRIC_GAUGE,
        .read = read_age,
        .data = reconciler};
    metric_register(&reconciler->age);
}

void reconciler_stop(struct reconciler *reconciler)
{
    if (reconciler == NULL)
        return;
    periodic_stop(reconciler->periodic);
    for (size_t i = 0; i < REPAIRS; i++)
        metric_unregister(&reconciler->repairs[i]);
    metric_unregister(&reconciler->stopped);
    metric_unregister(&reconciler->age);
    free(reconciler);
}

struct reconciler *reconciler_create(struct service *service,
                                     const struct message_consumer *message_consumer,
                                     struct fault *fault)
{
    struct reconciler *reconciler = fault_calloc(sizeof *reconciler, "the reconciler", fault);

    if (reconciler == NULL)
        return NULL;
    reconciler->service = service;
    reconciler->message_consumer = message_consumer;
    reconciler->seen = (struct reconcile_state){.phase = RECONCILE_ENDED, .ended_at = FIELD_ABSENT};
    register_metrics(reconciler);
    return reconciler;
}

bool reconciler_start(struct reconciler *reconciler, struct fault *fault)
{
    const struct periodic_options options = {.name = "reconcile",
                                             .run = run,
                                             .data = reconciler,
                                             .every_ms = RECONCILE_EVERY_MS,
                                             .limit_ms = LIMIT_MS,
                                             .at_once = true};

    reconciler->part = ready_add(reconciler->service->ready, "reconcile", false);
    reconciler->periodic = periodic_start(reconciler->service->loop, &options, fault);
    return reconciler->periodic != NULL;
}
