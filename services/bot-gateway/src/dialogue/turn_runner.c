// SPDX-License-Identifier: MIT
#include "dialogue/turn_runner.h"

#include <stdlib.h>

#include "api/periodic.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "dialogue/turn_runner_private.h"
#include "outbox/sender.h"

enum {
    BATCH_MAX = 64, /* updates of a periodic run */
    LIMIT_MS = 20000,
    /* Of a turn with calls, which take TURN_CALLS_MAX * BOOKING_TIMEOUT_MS at most. */
    CALLS_LIMIT_MS = 50000,
    STORE_PAUSE_MS = 500, /* between two tries to store the output */
    STOP_POLL_MS = 5,
    KINDS = 4
};
_Static_assert(TURN_CALLS_MAX *BOOKING_TIMEOUT_MS < CALLS_LIMIT_MS, "all calls can be made");

struct worker {
    struct turn_runner *runner;
    struct periodic task;
    bool busy;
};

struct turn_runner {
    struct turn_runner_options options;
    struct worker workers[TURN_RUNNER_WORKERS];
    struct turn_cursor cursor;
    struct turn_slots slots;
    int turns; /* fibers of turns */
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

static void count_done(struct turn_runner *runner, struct slice kind)
{
    int i = 0;
    while (i < KINDS - 1 && !slice_is(kind, kinds[i].kind))
        i++;
    runner->done[i].value++;
}

/* --- the end of a turn --- */

/* PostgreSQL is not available: the update may be retried at any time. Lack of memory is not
 * temporary, because the update itself may need too much. */
static bool is_temporary(const struct fault *fault)
{
    return (fault->kind == FAULT_UNAVAILABLE || fault->kind == FAULT_TIMEOUT) &&
           strcmp(fault->code, "out_of_memory") != 0;
}

/* Whether the failure is the turn's own or of a called service. */
static bool counts(const struct turn_run *run, const struct fault *why)
{
    return run->taken && !fiber_was_cancelled(why) && (run->unanswered || !is_temporary(why));
}

static void log_failure(const struct turn_run *run)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&run->update.id, id);
    LOG(LOG_WARN, run->dead ? "update_dead" : "update_failed", "An update cannot be handled",
        log_str("update", id), log_text("kind", run->update.kind),
        log_str("code", run->failure.code), log_str("detail", run->failure.detail),
        log_int("tries", run->update.tries + 1));
}

/* If storing the forwards fails, the update becomes dead without them. */
static bool store_failure(struct turn_run *run, struct db_pool *pool, struct fault *fault)
{
    run->skips_forwards = false;
    if (db_transaction(pool, turn_run_fail, run, fault))
        return true;
    run->skips_forwards = run->dead && !fiber_was_cancelled(fault) && !is_temporary(fault);
    return run->skips_forwards && db_transaction(pool, turn_run_fail, run, fault);
}

static bool count_failure(struct turn_runner *runner, struct turn_run *run, struct fault *fault)
{
    struct db_pool *pool = runner->options.service->pool;

    run->failure = *fault;
    if (!store_failure(run, pool, fault))
        return false;
    if (!run->counted)
        return true;
    log_failure(run);
    if (run->dead)
        runner->dead.value++;
    else if (!run->unanswered || (run->update.tries > 0 && run->update.tries + 1 != TURN_TRIES_MAX))
        return true;
    /* The failure counts even if the person cannot be informed. */
    struct fault ignored;
    if (db_transaction(pool, turn_run_notify, run, &ignored) && run->queued)
        sender_wake(runner->options.sender);
    return true;
}

/* If the turn failed, `fault` says why. False with `fault` if that is not counted. */
static bool conclude(struct turn_runner *runner, struct turn_run *run, bool ok, struct fault *fault)
{
    if (!ok)
        return counts(run, fault) && count_failure(runner, run, fault);
    if (run->done)
        count_done(runner, run->update.kind);
    if (run->queued)
        sender_wake(runner->options.sender);
    return true;
}

/* --- a turn --- */

/* A worker waits for the first transaction of a turn. */
struct turn_wait {
    struct fiber *worker;
    bool *taken;
    struct fault *fault; /* set unless `ok` */
    bool ok;
    bool over;
};

/* Lets the worker go on, if it still waits. */
static void end_wait(struct turn_run *run, bool ok, const struct fault *why)
{
    struct turn_wait *wait = run->wait;

    run->wait = NULL;
    if (wait == NULL)
        return;
    *wait->taken = run->taken;
    if (!ok)
        *wait->fault = *why;
    wait->ok = ok;
    wait->over = true;
    fiber_wake(wait->worker);
}

void turn_runner_go_on(struct turn_run *run)
{
    const struct loop *loop = run->options->service->loop;

    fiber_set_deadline(fiber_current(), loop_now_ns(loop) + CALLS_LIMIT_MS * NS_PER_MS);
    if (run->queued)
        sender_wake(run->options->sender);
    end_wait(run, true, NULL);
}

/* While PostgreSQL is not available, retries the transaction only: the calls are already
 * answered. */
static bool store_result(struct db_pool *pool, struct turn_run *run, struct fault *why)
{
    struct fault ended;

    while (!db_transaction(pool, turn_run_store, run, why))
        if (!is_temporary(why) || !fiber_sleep(STORE_PAUSE_MS * NS_PER_MS, &ended))
            return false;
    return true;
}

/* The fiber of a turn. If the release fails, the lease simply expires. */
static void run_in_fiber(void *data)
{
    struct turn_run *run = data;
    struct turn_runner *runner = run->runner;
    struct db_pool *pool = runner->options.service->pool;
    struct fault fault;

    run->fiber = fiber_current();
    bool ok = db_transaction(pool, turn_run_step, run, &fault) &&
              (!run->leased || store_result(pool, run, &fault));
    ok = conclude(runner, run, ok, &fault);
    end_wait(run, ok, &fault);
    if (run->leased) {
        (void)!(ok || db_transaction(pool, turn_run_release, run, &fault));
        turn_run_leave_slot(run);
        turn_runner_wake(runner);
    }
    turn_run_destroy(run);
    runner->turns--;
}

/* Runs a turn until its first transaction has ended, which has the deadline of the worker. `taken`
 * is false if no update was due. */
static bool run_turn(struct turn_runner *runner, bool *taken, struct fault *fault)
{
    struct turn_wait wait = {.worker = fiber_current(), .taken = taken, .fault = fault};
    struct turn_run *run =
        turn_run_create(&runner->options, &runner->cursor, &runner->slots, fault);

    if (run == NULL)
        return false;
    run->runner = runner;
    run->wait = &wait;
    if (!fiber_start(runner->options.service->loop, run_in_fiber, run,
                     fiber_deadline_ns(wait.worker), "turn", fault)) {
        turn_run_destroy(run);
        return false;
    }
    runner->turns++;
    while (!wait.over && fiber_park(0, fault))
        continue;
    if (wait.over)
        return wait.ok;
    run->wait = NULL;
    if (run->fiber != NULL)
        fiber_cancel(run->fiber);
    return false;
}

/* Wakes an idle worker or, if all are busy, makes each poll once more. */
void turn_runner_wake(void *data)
{
    struct turn_runner *runner = data;

    if (runner == NULL)
        return;
    for (int i = 0; i < TURN_RUNNER_WORKERS; i++)
        if (!runner->workers[i].busy) {
            periodic_soon(&runner->workers[i].task, 0);
            return;
        }
    for (int i = 0; i < TURN_RUNNER_WORKERS; i++)
        periodic_soon(&runner->workers[i].task, 0);
}

static bool run_turns(struct worker *worker, struct fault *fault)
{
    struct turn_runner *runner = worker->runner;
    const struct service *service = runner->options.service;
    struct turn_due due;

    if (!turn_store_due(service->db, &due, fault))
        return false;
    runner->oldest_s = due.oldest_s;
    bool more = due.any;
    for (int i = 0; i < BATCH_MAX && more && !service->stopping; i++) {
        if (!run_turn(runner, &more, fault))
            return false;
        if (more && i == 0)
            turn_runner_wake(runner); /* there may be work for a second worker */
    }
    if (more && !service->stopping)
        periodic_soon(&worker->task, 0);
    return true;
}

static bool run(void *data, struct fault *fault)
{
    struct worker *worker = data;

    worker->busy = true;
    const bool ok = run_turns(worker, fault);
    worker->busy = false;
    return ok;
}

/* --- start and stop --- */

static double read_oldest(void *data)
{
    return ((const struct turn_runner *)data)->oldest_s;
}

static void register_metrics(struct turn_runner *runner)
{
    for (int i = 0; i < KINDS; i++)
        runner->done[i] = (struct metric){
            .name = "updates_done_total", .help = "Updates handled.", .labels = kinds[i].label};
    runner->dead = (struct metric){.name = "updates_dead_total",
                                   .help = "Updates that could not be handled and are dead."};
    runner->oldest = (struct metric){.name = "update_oldest_seconds",
                                     .help = "Age of the oldest update that waits to be handled.",
                                     .type = METRIC_GAUGE,
                                     .read = read_oldest,
                                     .data = runner};
    metric_register_all(runner->done, KINDS);
    metric_register(&runner->dead);
    metric_register(&runner->oldest);
}

struct turn_runner *turn_runner_start(const struct turn_runner_options *options,
                                      struct fault *fault)
{
    static const char *const names[TURN_RUNNER_WORKERS] = {"turns", "turns 2", "turns 3",
                                                           "turns 4"};
    struct turn_runner *runner = fault_calloc(sizeof *runner, "dialogues", fault);

    if (runner == NULL)
        return NULL;
    runner->options = *options;
    register_metrics(runner);
    for (int i = 0; i < TURN_RUNNER_WORKERS; i++) {
        struct worker *worker = &runner->workers[i];
        const struct periodic_task task = {names[i], run, TURN_RUNNER_POLL_MS, LIMIT_MS,
                                           .at_once = false};
        worker->runner = runner;
        periodic_start(&worker->task, options->service->loop, &task, worker);
    }
    return runner;
}

static void wait_for_turns(const struct turn_runner *runner)
{
    struct fault ignored;

    while (runner->turns > 0 && fiber_current() != NULL &&
           fiber_sleep(STOP_POLL_MS * NS_PER_MS, &ignored))
        continue;
}

void turn_runner_stop(struct turn_runner *runner)
{
    if (runner == NULL)
        return;
    for (int i = 0; i < TURN_RUNNER_WORKERS; i++)
        periodic_stop(&runner->workers[i].task);
    wait_for_turns(runner);
    metric_unregister_all(runner->done, KINDS);
    metric_unregister(&runner->dead);
    metric_unregister(&runner->oldest);
    free(runner);
}
