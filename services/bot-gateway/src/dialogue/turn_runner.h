// SPDX-License-Identifier: MIT
/* Handles updates: takes the next update of a lane (queue partition), runs its turn (turn.h) and
 * stores the output.
 *
 * A turn without calls of other services is one transaction: it locks the update's row, queues the
 * replies, changes the dialogue and sets the update to done. If the process dies, nothing is
 * stored, and the update is taken again.
 *
 * A turn runs in a fiber, from top to bottom, inside that transaction (api/queue.h). Its first call
 * ends the transaction: it leases the update and answers a tap. From then on the turn holds neither
 * locks nor a connection, waits for its calls, and a second transaction stores the output if the
 * lease is still held. So only a turn that makes calls pays for a second commit. A transaction that
 * fails by a conflict is retried, with the whole turn, only if no call was made. If the process
 * dies, the lease expires and the turn starts again. If the dialogue has changed meanwhile, the
 * turn starts again at once.
 *
 * Each try uses the same Idempotency-Keys. A call that changes something is therefore stored with
 * the update before it is made, and a retry repeats it with the stored body, even if texts,
 * settings or the dialogue have changed. If the retry wants another method or path, it makes that
 * call instead. An answer of the AI is stored with such a call and reused by retries, because the
 * AI may answer differently.
 *
 * A failure of the turn, or of a service that it calls, is counted, and the update is retried:
 * TURN_TRIES_MAX tries in five minutes. Its lane waits, other lanes do not. While an update waits
 * for another service, the person is informed, at most once in a minute of the clock. If a call
 * that may have changed something is not answered, the update is retried for TURN_ACTED_S, and the
 * person is informed a second time. After the last try the update is dead, its lane goes on, and
 * the person is informed, at most once in an hour of the clock. Only in a private chat is the
 * person informed. While PostgreSQL is not available, no failure is counted. */
#pragma once

#include "api/service.h"

#include "clients/booking_client.h"
#include "dialogue/turn.h"

struct gateway_app;
struct turn_runner;

enum {
    TURN_RUNNER_WORKERS = 4,     /* turns without calls that a process runs at once */
    TURN_RUNNER_CALLS_MAX = 20,  /* slots: turns that wait for calls, besides the workers */
    TURN_RUNNER_CALLS_SPARE = 4, /* slots of these that are kept for tenants without a slot */
    TURN_RUNNER_POLL_MS = 1000   /* time between searches for updates that other instances stored */
};

/* turn_handle_update(), or the function of a test that replaces it. */
typedef bool turn_handle_update_fn(const struct turn_input *input, struct arena *arena,
                                   struct turn_output *out, struct fault *fault);

/* Returns new, and starts to handle updates with the members of the app, which must outlive the
 * runner. app->sender is woken when a message was queued. Each of sender, places, ai and search may
 * be NULL; without places phrases are not parsed. */
struct turn_runner *turn_runner_start(const struct gateway_app *app, turn_handle_update_fn *step,
                                      struct fault *fault);
/* Stops handling updates. In a fiber, waits for the running turns until the fiber's deadline; if
 * some still run then, frees nothing. Takes NULL. */
void turn_runner_stop(struct turn_runner *runner);

/* Starts a round at once, because an update was stored; for inbox_set_stored_callback(). Takes
 * NULL. */
void turn_runner_wake(void *runner);
