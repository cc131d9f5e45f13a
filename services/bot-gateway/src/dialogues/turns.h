// SPDX-License-Identifier: MIT
/* Handles updates: takes the next one of a lane, lets the step decide (turn.h), and stores what it
 * decided.
 *
 * A turn is one transaction: the update's row is locked, what is to be sent is queued, the update
 * is done. A process that dies in the middle leaves nothing behind, and the update is taken again.
 * No step needs an outside call, so no lease is needed either: one comes with the first step that
 * waits for somebody else.
 *
 * A turn that fails for a reason of its own is counted and tried again, TURN_TRIES_MAX times in
 * five minutes. Its lane waits for it, other lanes do not. Then the update is dead, its lane goes
 * on, and the person is told so, at most once in an hour of the clock. While PostgreSQL cannot be
 * used nothing is counted. */
#pragma once

#include "api/service.h"

struct sender;
struct turns;

enum {
    TURNS_WORKERS = 4,   /* turns at once in a process */
    TURNS_POLL_MS = 1000 /* how soon an update is seen that another copy has stored */
};

/* Returns new. `sender` is woken when something was queued; NULL: nobody is. */
struct turns *turns_start(struct service *service, struct sender *sender, struct fault *fault);
/* Takes NULL. Called outside of fibers when no turn is under way, or in a fiber, which then waits
 * for the turns. */
void turns_stop(struct turns *turns);

/* An update was stored: a worker looks at once. As a callback of intake_on_stored() too. Takes
 * NULL. */
void turns_wake(void *turns);
