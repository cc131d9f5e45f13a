// SPDX-License-Identifier: MIT
#include "broadcasts/broadcaster.h"

#include "db/transaction.h"

#include "app.h"
#include "broadcasts/broadcaster_store.h"
#include "outbox/sender.h"

enum { IDLE_MS = 1000, RUN_MS = 20000 };

struct step {
    struct uuid id;
    enum broadcast_step done;
};

/* Does the next step of a broadcast. Another instance may have done a step meanwhile, so the state
 * is read again under the lock. */
static bool run_next_step(struct db *tx, void *arg, struct fault *fault)
{
    struct step *step = arg;
    struct broadcast_state state;
    bool locked;

    step->done = BROADCAST_WAIT;
    if (!broadcaster_store_try_lock(tx, &step->id, &locked, &state, fault))
        return false;
    if (!locked)
        return true;
    step->done = broadcast_next_step(&state);
    switch (step->done) {
    case BROADCAST_WAIT:
        return true;
    case BROADCAST_FIND:
        return broadcaster_store_find_next_people(tx, &step->id, fault);
    case BROADCAST_QUEUE:
        return broadcaster_store_queue_messages(tx, &step->id, broadcast_count_queueable(&state),
                                                fault);
    case BROADCAST_CLEAR:
        return broadcaster_store_remove_people(tx, &step->id, fault);
    case BROADCAST_FINISH:
        return broadcaster_store_finish(tx, &step->id, fault);
    }
    return true;
}

/* Does one step of each broadcast, so that a long broadcast does not delay others. */
static bool run_step_of_each_broadcast(void *data, struct fault *fault)
{
    struct gateway_app *app = data;
    auto_rows struct db_rows rows = {0};
    bool more = false;

    if (app->service->stopping)
        return true;
    if (!broadcaster_store_list_unfinished(app->service->db, &rows, fault))
        return false;
    for (int row = 0; row < rows.count; row++) {
        struct broadcast_state state;
        struct step step;
        broadcaster_store_read_row(&rows, row, &step.id, &state);
        if (broadcast_next_step(&state) == BROADCAST_WAIT)
            continue;
        if (!db_transaction(app->service->pool, run_next_step, &step, fault))
            return false;
        more = more || step.done == BROADCAST_FIND || step.done == BROADCAST_QUEUE;
        if (step.done == BROADCAST_QUEUE)
            sender_wake(app->sender);
    }
    if (rows.count > 0)
        periodic_run_soon(&app->broadcaster, more ? 0 : BROADCASTER_POLL_MS);
    return true;
}

void broadcaster_wake(void *app)
{
    periodic_run_soon(&((struct gateway_app *)app)->broadcaster, 0);
}

void broadcaster_start(struct gateway_app *app)
{
    static const struct periodic_task task = {"broadcasts", run_step_of_each_broadcast, IDLE_MS,
                                              RUN_MS, .at_once = true};

    periodic_start(&app->broadcaster, app->service->loop, &task, app);
}
