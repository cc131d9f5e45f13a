// SPDX-License-Identifier: MIT
#include "dialogues/turns.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/auto.h"
#include "base/log.h"
#include "base/metric.h"
#include "db/transaction.h"

#include "dialogues/turns_act.h"
#include "sending/sender.h"

enum {
    BATCH_MAX = 64, /* turns of a run */
    LIMIT_MS = 20000,
    KINDS = 4
};

struct worker {
    struct turns *turns;
    struct periodic *task;
    bool busy;
};

struct turns {
    struct service *service;
    struct sender *sender;
    struct worker workers[TURNS_WORKERS];
    struct metric done[KINDS];
    struct metric dead;
    struct metric oldest;
    double oldest_s;
};

static const struct {
    const char *kind;
    const char *label;
} kinds[KINDS] = {
    {"message",        "kind=\"message\""       },
    {"callback_query", "kind=\"callback_query\""},
    {"my_chat_member", "kind=\"my_chat_member\""},
    {"",               "kind=\"other\""         },
};

static void count_done(struct turns *turns, struct slice kind)
{
    int i = 0;
    while (i < KINDS - 1 && !slice_is(kind, kinds[i].kind))
        i++;
    turns->done[i].value++;
}

/* --- a turn --- */

/* PostgreSQL cannot be used: the update may be tried at any time. No memory is what one update may
 * ask too much of. */
static bool is_passing(const struct fault *fault)
{
    return (fault->kind == FAULT_UNAVAILABLE || fault->kind == FAULT_TIMEOUT) &&
           strcmp(fault->code, "out_of_memory") != 0;
}

static bool count_failure(struct turns *turns, struct turning *turning, const struct fault *why,
                          struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    turning->why = *why;
    if (!db_transaction(turns->service->pool, turning_fail, turning, fault))
        return false;
    if (!turning->counted)
        return true;
    uuid_format(&turning->update.id, id);
    LOG(LOG_WARN, turning->dead ? "update_dead" : "update_failed", "An update cannot be handled",
        log_str("update", id), log_text("kind", turning->update.kind), log_str("code", why->code),
        log_str("detail", why->detail), log_int("tries", turning->update.tries + 1));
    if (!turning->dead)
        return true;
    turns->dead.value++;
    /* Whether that can be said or not, the update is dead. */
    struct fault ignored;
    if (db_transaction(turns->service->pool, turning_apologize, turning, &ignored))
        sender_wake(turns->sender);
    return true;
}

/* One turn; `taken` is false when nothing was due. */
static bool turn(struct turns *turns, bool *taken, struct fault *fault)
{
    AUTO(turning_finish) struct turning turning;
    struct fault why;

    turning_init(&turning);
    const bool well = db_transaction(turns->service->pool, turning_act, &turning, &why);
    *taken = turning.taken;
    if (well && turning.taken) {
        count_done(turns, turning.update.kind);
        if (turning.queued)
            sender_wake(turns->sender);
    }
    if (well)
        return true;
    if (turning.taken && !is_passing(&why))
        return count_failure(turns, &turning, &why, fault);
    *fault = why;
    return false;
}

/* One that is idle; where none is, each looks once more before it rests. */
void turns_wake(void *data)
{
    struct turns *turns = data;

    if (turns == NULL)
        return;
    for (int i = 0; i < TURNS_WORKERS; i++)
        if (!turns->workers[i].busy) {
            periodic_soon(turns->workers[i].task, 0);
            return;
        }
    for (int i = 0; i < TURNS_WORKERS; i++)
        periodic_soon(turns->workers[i].task, 0);
}

static bool work(struct worker *worker, struct fault *fault)
{
    struct turns *turns = worker->turns;
    struct turn_due due;

    if (!turn_store_due(turns->service->db, &due, fault))
        return false;
    turns->oldest_s = due.oldest_s;
    bool more = due.any;
    for (int i = 0; i < BATCH_MAX && more && !turns->service->stopping; i++) {
        if (!turn(turns, &more, fault))
            return false;
        if (more && i == 0)
            turns_wake(turns); /* perhaps there is work for two */
    }
    if (more && !turns->service->stopping)
        periodic_soon(worker->task, 0);
    return true;
}

static bool run(void *data, struct fault *fault)
{
    struct worker *worker = data;

    worker->busy = true;
    const bool well = work(worker, fault);
    worker->busy = false;
    return well;
}

/* --- the whole --- */

static double read_oldest(void *data)
{
    return ((const struct turns *)data)->oldest_s;
}

static void register_metrics(struct turns *turns)
{
    for (int i = 0; i < KINDS; i++)
        turns->done[i] = (struct metric){
            .name = "updates_done_total", .help = "Updates handled.", .labels = kinds[i].label};
    turns->dead = (struct metric){.name = "updates_dead_total",
                                  .help = "Updates that could not be handled, and are left."};
    turns->oldest = (struct metric){.name = "update_oldest_seconds",
                                    .help = "How long the oldest update waits to be handled.",
                                    .type = METRIC_GAUGE,
                                    .read = read_oldest,
                                    .data = turns};
    metric_register_all(turns->done, KINDS);
    metric_register(&turns->dead);
    metric_register(&turns->oldest);
}

struct turns *turns_start(struct service *service, struct sender *sender, struct fault *fault)
{
    static const char *const names[TURNS_WORKERS] = {"turns", "turns 2", "turns 3", "turns 4"};
    struct turns *turns = fault_calloc(sizeof *turns, "dialogues", fault);

    if (turns == NULL)
        return NULL;
    turns->service = service;
    turns->sender = sender;
    register_metrics(turns);
    for (int i = 0; i < TURNS_WORKERS; i++) {
        struct worker *worker = &turns->workers[i];
        const struct periodic_options options = {.name = names[i],
                                                 .run = run,
                                                 .data = worker,
                                                 .every_ms = TURNS_POLL_MS,
                                                 .limit_ms = LIMIT_MS};
        worker->turns = turns;
        worker->task = periodic_start(service->loop, &options, fault);
        if (worker->task == NULL) {
            turns_stop(turns);
            return NULL;
        }
    }
    return turns;
}

void turns_stop(struct turns *turns)
{
    if (turns == NULL)
        return;
    for (int i = 0; i < TURNS_WORKERS; i++) {
        struct periodic *task = turns->workers[i].task;
        turns->workers[i].task = NULL; /* another run may wake it meanwhile */
        periodic_stop(task);
    }
    for (int i = 0; i < KINDS; i++)
        metric_unregister(&turns->done[i]);
    metric_unregister(&turns->dead);
    metric_unregister(&turns->oldest);
    free(turns);
}
