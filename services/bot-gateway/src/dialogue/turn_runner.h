// SPDX-License-Identifier: MIT
/* Handles updates: takes the next one of a lane, lets the step decide (turn.h), and stores what it
 * decided.
 *
 * A turn that needs no other service is one transaction: the update's row is locked, what is to be
 * sent is queued, the dialogue moves on, the update is done. A process that dies in the middle
 * leaves nothing behind, and the update is taken again.
 *
 * A turn that waits for another service is leased in a first transaction, which also answers a tap.
 * A fiber of its own then makes the calls, outside of any transaction, and a last transaction
 * stores the whole turn if the lease is still its own. When the process dies, the lease ends, and
 * the turn is done again from the beginning. When the dialogue was changed meanwhile, it is done
 * again at once.
 *
 * The calls of a turn that is done again have the same Idempotency-Keys. What changes something is
 * therefore stored with the update before it is asked for, and asked for again with the same body,
 * whatever texts, settings or the dialogue are by then. Where the step then asks for another
 * method or path, that is asked for. What an AI has answered is stored with such a call, and is its
 * answer in later tries: it might understand the same words otherwise.
 *
 * A turn that fails for a reason of its own, or because another service does not answer, is counted
 * and tried again, TURN_TRIES_MAX times in five minutes. Its lane waits for it, other lanes do not.
 * Where it waits for another service, the person is told once, at most once in a minute of the
 * clock. One whose calls have changed something, or may have, while the service does not answer, is
 * tried for TURN_ACTED_S, and the person is told a second time that it waits. In the end the update
 * is dead, its lane goes on, and the person is told so, at most once in an hour of the clock. While
 * PostgreSQL cannot be used nothing is counted. */
#pragma once

#include "api/service.h"

#include "clients/booking_client.h"
#include "dialogue/turn.h"

struct ai_client;
struct bots;
struct places_watch;
struct search_client;
struct sender;
struct texts_watch;
struct turn_runner;

enum {
    TURN_RUNNER_WORKERS = 4,     /* turns at once in a process */
    TURN_RUNNER_CALLS_MAX = 20,  /* beside those: turns that wait for another service */
    TURN_RUNNER_CALLS_SPARE = 4, /* of these, for tenants of which none waits */
    TURN_RUNNER_POLL_MS = 1000   /* how soon an update is seen that another copy has stored */
};

/* turn_step(), or a test's own. */
typedef bool turn_step_fn(const struct turn_input *input, struct arena *arena,
                          struct turn_output *out, struct fault *fault);

struct turn_runner_options {
    struct service *service;
    struct sender *sender; /* woken when something was queued; NULL: nobody is */
    const struct bots *bots;
    struct booking_client booking;
    turn_step_fn *step;
    const struct texts_watch *texts;   /* NULL: what is built in */
    const struct places_watch *places; /* NULL: no phrases are read */
    struct ai_client *ai;              /* NULL: there is none */
    struct search_client *search;      /* likewise */
};

/* Returns new. */
struct turn_runner *turn_runner_start(const struct turn_runner_options *options,
                                      struct fault *fault);
/* Takes NULL. Called outside of fibers when no turn is under way, or in a fiber, which then waits
 * for the turns. */
void turn_runner_stop(struct turn_runner *turns);

/* An update was stored: a worker looks at once. As a callback of inbox_on_stored() too. Takes
 * NULL. */
void turn_runner_wake(void *turns);
