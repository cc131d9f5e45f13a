// SPDX-License-Identifier: MIT
#include "dialogue/turn_runner.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "dialogue/turn_run.h"
#include "outbox/sender.h"

enum {
    BATCH_MAX = 64, /* turns of a run */
    LIMIT_MS = 20000,
    /* Of a turn that waits. Its calls take TURN_CALLS_MAX * BOOKING_TIMEOUT_MS at most. */
    CALLS_LIMIT_MS = 50000,
    STORE_PAUSE_MS = 500, /* between two tries to store it */
    STOP_POLL_MS = 5,
    KINDS = 4
};
_Static_assert(TURN_CALLS_MAX *BOOKING_TIMEOUT_MS < CALLS_LIMIT_MS, "all calls can be made");

struct worker {
    struct turn_runner *turns;
    struct periodic *task;
    bool busy;
};

struct turn_runner {
    struct turn_runner_options options;
    struct worker workers[TURN_RUNNER_WORKERS];
    struct turn_places places;
    int waiting; /* turns that wait for another service, each in a fiber of its own */
    struct uuid waiting_of[TURN_RUNNER_CALLS_MAX]; /* their tenants; nil: nobody's */
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

static void count_done(struct turn_runner *turns, struct slice kind)
{
    int i = 0;
    while (i < KINDS - 1 && !slice_is(kind, kinds[i].kind))
        i++;
    turns->done[i].value++;
}

/* --- how a turn ends --- */

/* PostgreSQL cannot be used: the update may be tried at any time. No memory is what one update may
 * ask too much of. */
static bool is_passing(const struct fault *fault)
{
    return (fault->kind == FAULT_UNAVAILABLE || fault->kind == FAULT_TIMEOUT) &&
           strcmp(fault->code, "out_of_memory") != 0;
}

/* It is the turn's own failure, or of the service that it has asked. */
static bool counts(const struct turn_run *turning, const struct fault *why)
{
    return turning->taken && !fiber_was_cancelled(why) && (turning->unanswered || !is_passing(why));
}

static void log_failure(const struct turn_run *turning)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&turning->update.id, id);
    LOG(LOG_WARN, turning->dead ? "update_dead" : "update_failed", "An update cannot be handled",
        log_str("update", id), log_text("kind", turning->update.kind),
        log_str("code", turning->why.code), log_str("detail", turning->why.detail),
        log_int("tries", turning->update.tries + 1));
}

/* Where its forwards are what a dead update cannot be stored with, it is dead without them. */
static bool store_failure(struct turn_run *turning, struct db_pool *pool, struct fault *fault)
{
    turning->forgets_forwards = false;
    if (db_transaction(pool, turn_run_fail, turning, fault))
        return true;
    turning->forgets_forwards = turning->dead && !fiber_was_cancelled(fault) && !is_passing(fault);
    return turning->forgets_forwards && db_transaction(pool, turn_run_fail, turning, fault);
}

static bool count_failure(struct turn_runner *turns, struct turn_run *turning,
                          const struct fault *why, struct fault *fault)
{
    struct db_pool *pool = turns->options.service->pool;

    turning->why = *why;
    if (!store_failure(turning, pool, fault))
        return false;
    if (!turning->counted)
        return true;
    log_failure(turning);
    if (turning->dead)
        turns->dead.value++;
    else if (!turning->unanswered ||
             (turning->update.tries > 0 && turning->update.tries + 1 != TURN_TRIES_MAX))
        return true;
    /* Whether that can be said or not, it has failed. */
    struct fault ignored;
    if (db_transaction(pool, turn_run_console, turning, &ignored) && turning->queued)
        sender_wake(turns->options.sender);
    return true;
}

/* After a transaction or the calls; `well` as they ended, else `why`. */
static bool conclude(struct turn_runner *turns, struct turn_run *turning, bool well,
                     const struct fault *why, struct fault *fault)
{
    if (!well && counts(turning, why))
        return count_failure(turns, turning, why, fault);
    if (!well) {
        *fault = *why;
        return false;
    }
    if (turning->end == TURN_RUN_DONE)
        count_done(turns, turning->update.kind);
    if (turning->queued)
        sender_wake(turns->options.sender);
    return true;
}

/* --- a turn that waits --- */

/* PostgreSQL may be away for a moment: what was answered need not be asked again. */
static bool settle(struct turn_runner *turns, struct turn_run *turning, struct fault *why)
{
    struct fault ended;

    while (!db_transaction(turns->options.service->pool, turn_run_settle, turning, why))
        if (!is_passing(why) || !fiber_sleep(STORE_PAUSE_MS * NS_PER_MS, &ended))
            return false;
    return true;
}

/* Whoever cannot do that leaves the lease to its end. */
static void give_back(struct turn_run *turning)
{
    struct fault ignored;

    (void)!db_transaction(turning->options->service->pool, turn_run_release, turning, &ignored);
}

/* In the place of one that is equal to `was`; there is one. */
static void note_waiting(struct turn_runner *turns, const struct uuid *was, const struct uuid *now)
{
    int i = 0;

    while (!uuid_equal(&turns->waiting_of[i], was))
        i++;
    turns->waiting_of[i] = *now;
}

static void begin_waiting(struct turn_runner *turns, const struct turn_run *turning)
{
    note_waiting(turns, &(struct uuid){0}, &turning->update.tenant_id);
    turns->waiting++;
}

static void end_waiting(struct turn_runner *turns, const struct turn_run *turning)
{
    note_waiting(turns, &turning->update.tenant_id, &(struct uuid){0});
    turns->waiting--;
}

static void wait_for_service(void *data)
{
    struct turn_run *turning = data;
    struct turn_runner *turns = turning->turns;
    struct fault why, ignored;

    const bool well = turn_run_ask(turning, &why) && settle(turns, turning, &why);
    if (!conclude(turns, turning, well, &why, &ignored))
        give_back(turning);
    end_waiting(turns, turning);
    turn_run_destroy(turning);
    turn_runner_wake(turns);
}

/* Takes the turning. */
static void wait_aside(struct turn_run *turning)
{
    struct turn_runner *turns = turning->turns;
    struct loop *loop = turns->options.service->loop;
    const int64_t deadline_ns = loop_now_ns(loop) + CALLS_LIMIT_MS * NS_PER_MS;
    struct fault ignored;

    begin_waiting(turns, turning);
    if (fiber_start(loop, wait_for_service, turning, deadline_ns, "turn that waits", &ignored))
        return;
    end_waiting(turns, turning);
    give_back(turning);
    turn_run_destroy(turning);
}

/* --- a turn --- */

/* One turn; `taken` is false when nothing was due. */
static bool turn(struct worker *worker, bool *taken, struct fault *fault)
{
    struct turn_runner *turns = worker->turns;
    struct turn_run *turning = turn_run_create(turns, &turns->options, &turns->places, fault);
    struct fault why;

    if (turning == NULL)
        return false;
    /* Each of the workers may find one more at the same time. */
    turning->may_call = turns->waiting + TURN_RUNNER_WORKERS <= TURN_RUNNER_CALLS_MAX;
    turning->spare_only =
        turns->waiting + TURN_RUNNER_WORKERS > TURN_RUNNER_CALLS_MAX - TURN_RUNNER_CALLS_SPARE;
    turning->waiting = turns->waiting_of;
    turning->waiting_max = TURN_RUNNER_CALLS_MAX;
    const bool well = db_transaction(turns->options.service->pool, turn_run_act, turning, &why);
    *taken = turning->taken;
    const bool concluded = conclude(turns, turning, well, &why, fault);
    if (well && turning->end == TURN_RUN_WAITS)
        wait_aside(turning);
    else
        turn_run_destroy(turning);
    return concluded;
}

/* One that is idle; where none is, each looks once more before it rests. */
void turn_runner_wake(void *data)
{
    struct turn_runner *turns = data;

    if (turns == NULL)
        return;
    for (int i = 0; i < TURN_RUNNER_WORKERS; i++)
        if (!turns->workers[i].busy) {
            periodic_soon(turns->workers[i].task, 0);
            return;
        }
    for (int i = 0; i < TURN_RUNNER_WORKERS; i++)
        periodic_soon(turns->workers[i].task, 0);
}

static bool work(struct worker *worker, struct fault *fault)
{
    struct turn_runner *turns = worker->turns;
    const struct service *service = turns->options.service;
    struct turn_due due;

    if (!turn_store_due(service->db, &due, fault))
        return false;
    turns->oldest_s = due.oldest_s;
    bool more = due.any;
    for (int i = 0; i < BATCH_MAX && more && !service->stopping; i++) {
        if (!turn(worker, &more, fault))
            return false;
        if (more && i == 0)
            turn_runner_wake(turns); /* perhaps there is work for two */
    }
    if (more && !service->stopping)
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
    return ((const struct turn_runner *)data)->oldest_s;
}

static void register_metrics(struct turn_runner *turns)
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

struct turn_runner *turn_runner_start(const struct turn_runner_options *options,
                                      struct fault *fault)
{
    static const char *const names[TURN_RUNNER_WORKERS] = {"turns", "turns 2", "turns 3",
                                                           "turns 4"};
    struct turn_runner *turns = fault_calloc(sizeof *turns, "dialogues", fault);

    if (turns == NULL)
        return NULL;
    turns->options = *options;
    register_metrics(turns);
    for (int i = 0; i < TURN_RUNNER_WORKERS; i++) {
        struct worker *worker = &turns->workers[i];
        const struct periodic_options task = {.name = names[i],
                                              .run = run,
                                              .data = worker,
                                              .every_ms = TURN_RUNNER_POLL_MS,
                                              .limit_ms = LIMIT_MS};
        worker->turns = turns;
        worker->task = periodic_start(options->service->loop, &task, fault);
        if (worker->task == NULL) {
            turn_runner_stop(turns);
            return NULL;
        }
    }
    return turns;
}

static void wait_for_those_that_wait(const struct turn_runner *turns)
{
    struct fault ignored;

    while (turns->waiting > 0 && fiber_current() != NULL &&
           fiber_sleep(STOP_POLL_MS * NS_PER_MS, &ignored))
        continue;
}

void turn_runner_stop(struct turn_runner *turns)
{
    if (turns == NULL)
        return;
    for (int i = 0; i < TURN_RUNNER_WORKERS; i++) {
        struct periodic *task = turns->workers[i].task;
        turns->workers[i].task = NULL; /* another run may wake it meanwhile */
        periodic_stop(task);
    }
    wait_for_those_that_wait(turns);
    for (int i = 0; i < KINDS; i++)
        metric_unregister(&turns->done[i]);
    metric_unregister(&turns->dead);
    metric_unregister(&turns->oldest);
    free(turns);
}
