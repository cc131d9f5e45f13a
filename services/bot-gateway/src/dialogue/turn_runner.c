// SPDX-License-Identifier: MIT
#include "dialogue/turn_runner.h"

#include <stdlib.h>

#include "api/queue.h"
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "dialogue/turn_runner_private.h"
#include "outbox/sender.h"

enum {
    BATCH_MAX = 64, /* turns without calls that a fiber runs before it ends */
    ROUND_MS = 20000,
    TURN_MS = 20000, /* limit of a turn without calls */
    /* Limit of a turn with calls, which wait at most TURN_CALLS_MAX * BOOKING_TIMEOUT_MS. */
    CALLS_LIMIT_MS = 50000,
    STORE_PAUSE_MS = 500 /* between two tries to store the output */
};
_Static_assert(TURN_CALLS_MAX *BOOKING_TIMEOUT_MS < CALLS_LIMIT_MS, "all calls can be made");

struct turn_runner {
    struct queue queue; /* each struct queue_call of it is a fiber that runs turns */
    const struct gateway_app *app;
    turn_handle_update_fn *step;
    struct turn_cursor cursor;
    struct turn_slots slots;
    bool failed; /* a turn has failed with `failure`, which its update does not count */
    struct fault failure;
    struct metric dead;
};

/* --- the end of a turn --- */

/* Whether PostgreSQL is unavailable, so that the update may be retried at any time. Lack of memory
 * is not temporary, because the update itself may need too much. */
static bool is_database_unavailable(const struct fault *fault)
{
    return (fault->kind == FAULT_UNAVAILABLE || fault->kind == FAULT_TIMEOUT) &&
           strcmp(fault->code, "out_of_memory") != 0;
}

/* Whether the failure counts as a try of the update. A failure of the turn or of a called service
 * counts; a failure of PostgreSQL does not. */
static bool must_count_failure(const struct turn_run *run, const struct fault *why)
{
    return run->taken && !fiber_was_cancelled(why) &&
           (run->unanswered || !is_database_unavailable(why));
}

static void log_failure(const struct turn_run *run)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&run->update.id, id);
    LOG(run->dead ? LOG_ERROR : LOG_WARN, run->dead ? "update_dead" : "update_failed",
        "An update cannot be handled", log_str("update", id), log_text("kind", run->update.kind),
        log_str("code", run->failure.code), log_str("detail", run->failure.detail),
        log_int("tries", run->update.tries + 1));
}

/* Stores the failure with the update. If that fails for a dead update, tries without forwards. */
static bool store_failed_try(struct turn_run *run, struct db_pool *pool, struct fault *fault)
{
    run->skips_forwards = false;
    if (db_transaction(pool, turn_run_count_failure, run, fault))
        return true;
    run->skips_forwards =
        run->dead && !fiber_was_cancelled(fault) && !is_database_unavailable(fault);
    return run->skips_forwards && db_transaction(pool, turn_run_count_failure, run, fault);
}

/* Informs the person of a failure, which counts even if that fails. */
static void inform_person(struct turn_runner *runner, struct turn_run *run,
                          db_transaction_fn *inform)
{
    struct fault ignored;

    if (db_transaction(runner->app->service->pool, inform, run, &ignored) && run->queued)
        sender_wake(runner->app->sender);
}

static bool store_and_report_failure(struct turn_runner *runner, struct turn_run *run,
                                     struct fault *fault)
{
    struct db_pool *pool = runner->app->service->pool;

    run->failure = *fault;
    if (!store_failed_try(run, pool, fault))
        return false;
    if (!run->counted)
        return true;
    log_failure(run);
    if (run->input.update.about == ABOUT_TAP && !run->leased)
        inform_person(runner, run, turn_run_answer_failed_tap);
    if (run->dead)
        runner->dead.value++;
    else if (!run->unanswered || (run->update.tries > 0 && run->update.tries + 1 != TURN_TRIES_MAX))
        return true;
    inform_person(runner, run, turn_run_notify_person_of_failure);
    return true;
}

/* Counts a turn that has ended. If it failed (`succeeded` is false), `fault` says why. Returns
 * false, with `fault`, if the failure does not count as a try of the update. */
static bool record_turn_result(struct turn_runner *runner, struct turn_run *run, bool succeeded,
                               struct fault *fault)
{
    static const char *const kinds[] = {"message", "callback_query", "my_chat_member"};

    if (!succeeded)
        return must_count_failure(run, fault) && store_and_report_failure(runner, run, fault);
    if (run->done)
        runner->queue.counters[slice_find(run->update.kind, kinds, ARRAY_LEN(kinds))].value++;
    if (run->queued)
        sender_wake(runner->app->sender);
    return true;
}

/* --- a turn --- */

/* Makes the next round fail for this reason, so that the reason is logged and a pause follows. */
static void fail_next_round(struct turn_runner *runner, const struct fault *why)
{
    runner->failed = true;
    runner->failure = *why;
}

static void set_fiber_deadline(const struct turn_run *run, int64_t limit_ms)
{
    fiber_set_deadline(fiber_current(),
                       loop_now_ns(run->app->service->loop) + limit_ms * NS_PER_MS);
}

void turn_runner_start_next(struct turn_run *run)
{
    set_fiber_deadline(run, CALLS_LIMIT_MS);
    if (run->queued)
        sender_wake(run->app->sender);
    queue_wake(run->runner);
}

/* Stores the output of a turn with calls. While PostgreSQL is unavailable, retries the transaction
 * only: the calls are already answered. */
static bool store_output_with_retries(struct db_pool *pool, struct turn_run *run, struct fault *why)
{
    struct fault ended;

    while (!db_transaction(pool, turn_run_store_output, run, why))
        if (!is_database_unavailable(why) || !fiber_sleep(STORE_PAUSE_MS * NS_PER_MS, &ended))
            return false;
    return true;
}

/* Runs the next turn. False if this fiber must end: no update is due, the turn has failed, or the
 * turn has waited for calls, so that another fiber has taken over. */
static bool run_next_turn(struct turn_runner *runner)
{
    struct db_pool *pool = runner->app->service->pool;
    struct fault fault;
    struct turn_run *run =
        turn_run_create(runner->app, runner->step, &runner->cursor, &runner->slots, &fault);

    if (run == NULL) {
        fail_next_round(runner, &fault);
        return false;
    }
    run->runner = runner;
    set_fiber_deadline(run, TURN_MS);
    bool ok = db_transaction(pool, turn_run_handle_next_update, run, &fault) &&
              (!run->leased || store_output_with_retries(pool, run, &fault));
    ok = record_turn_result(runner, run, ok, &fault);
    const bool more = ok && run->taken && !run->leased;
    if (run->leased) {
        /* If the release fails, the lease simply expires. */
        (void)!(ok || db_transaction(pool, turn_run_release_update, run, &fault));
        turn_run_free_slot(run);
    } else if (!ok) {
        fail_next_round(runner, &fault);
    }
    turn_run_destroy(run);
    return more;
}

static void run_turns(struct queue_call *call)
{
    struct turn_runner *runner = (struct turn_runner *)call->queue;

    for (int i = 0; i < BATCH_MAX && !runner->queue.service->stopping && run_next_turn(runner); i++)
        if (i == 0)
            queue_wake(runner); /* there may be work for a second fiber */
}

/* --- a round --- */

static bool start_turns_fiber(struct turn_runner *runner, struct fault *fault)
{
    struct queue_call *call = queue_call_create(&runner->queue, sizeof *call, fault);

    if (call == NULL)
        return false;
    if (queue_call_start(call, fault))
        return true;
    queue_call_free(call);
    return false;
}

/* Starts a fiber if an update is due. While TURN_RUNNER_WORKERS fibers are busy, starts none: each
 * takes the next update itself. */
static bool start_fiber_if_due(void *data, struct fault *fault)
{
    struct turn_runner *runner = data;
    const struct service *service = runner->queue.service;
    const size_t busy = runner->queue.call_count - (size_t)runner->slots.count;
    struct turn_backlog backlog;

    if (runner->failed) {
        runner->failed = false;
        *fault = runner->failure;
        return false;
    }
    if (service->stopping || busy >= TURN_RUNNER_WORKERS)
        return true;
    if (!turn_store_read_backlog(service->db, &backlog, fault))
        return false;
    runner->queue.oldest.value = backlog.oldest_s;
    return !backlog.any || start_turns_fiber(runner, fault);
}

/* --- start and stop --- */

static const struct queue_kind kind = {
    .round = {"turns", start_fiber_if_due, TURN_RUNNER_POLL_MS,      ROUND_MS,                         .at_once = false},
    .call = "turn",
    .run = run_turns,
    .counter = "updates_done_total",
    .counter_help = "Updates handled.",
    .labels = {"kind=\"message\"",       "kind=\"callback_query\"",        "kind=\"my_chat_member\"",
              "kind=\"other\""},
    .oldest = "update_oldest_seconds",
    .oldest_help = "Age of the oldest update that waits to be handled.",
};

struct turn_runner *turn_runner_start(const struct gateway_app *app, turn_handle_update_fn *step,
                                      struct fault *fault)
{
    struct turn_runner *runner = fault_calloc(sizeof *runner, "dialogues", fault);

    if (runner == NULL)
        return NULL;
    runner->app = app;
    runner->step = step;
    metric_register_counter(&runner->dead, "updates_dead_total",
                            "Updates that could not be handled and are dead.", NULL);
    queue_start(&runner->queue, &kind, app->service);
    return runner;
}

void turn_runner_stop(struct turn_runner *runner)
{
    if (runner == NULL || !queue_stop(&runner->queue))
        return;
    metric_unregister(&runner->dead);
    free(runner);
}

void turn_runner_wake(void *runner)
{
    queue_wake(runner);
}
