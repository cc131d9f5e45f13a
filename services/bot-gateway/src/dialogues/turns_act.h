// SPDX-License-Identifier: MIT
/* The inside of turns.h: a turn, its transactions and its calls. A transaction may run more than
 * once. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

#include "dialogues/turn_store.h"
#include "dialogues/turns.h"
#include "sending/sending.h"
#include "texts/texts_watch.h"

enum turning_end {
    TURNING_NOTHING, /* there was no update */
    TURNING_DONE,
    TURNING_WAITS, /* leased: turning_ask() and turning_settle() are next */
    TURNING_LATER, /* it has been put off, without a try being counted */
    TURNING_LOST   /* it belongs to somebody else */
};

struct turning {
    struct turns *turns;
    const struct turns_options *options;
    struct turn_places *places;
    bool may_call;              /* set by the caller: there is room for a turn that waits */
    bool spare_only;            /* likewise: for one of a tenant of which none waits */
    const struct uuid *waiting; /* likewise: the tenants of those that wait, nil: of nobody */
    size_t waiting_max;
    struct arena arena;
    struct db_rows rows;
    struct turn_update update; /* borrowed from `rows` */
    struct turn_input input;
    struct turn_output output;
    const struct turn_called *asked; /* in earlier tries */
    size_t asked_count;
    struct turn_call calls[TURN_CALLS_MAX]; /* of this one, with the one that is next */
    struct turn_record journal;             /* what is to be stored before it; absent: nothing */
    struct turn_answer answers[TURN_CALLS_MAX];
    int64_t leased_ns;         /* when the lease was made, or made longer */
    struct arena_mark decided; /* the arena, when the step needs no more calls */
    enum turning_end end;
    bool taken;       /* there was an update */
    bool queued;      /* something is to be sent */
    bool unanswered;  /* another service did not answer */
    bool acted;       /* a call has changed something, or may have, in this try or before */
    struct fault why; /* set by the caller of turning_fail(), as the next one */
    bool forgets_forwards;
    bool counted;
    bool dead;
};

/* Returns new. What it is given is borrowed for its life. */
struct turning *turning_create(struct turns *turns, const struct turns_options *options,
                               struct turn_places *places, struct fault *fault);
void turning_destroy(struct turning *turning); /* takes NULL */

/* The turn: takes an update, decides, stores; or leases it, or puts it off. */
bool turning_act(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;

/* Keeps the words of an update that is handled with this one. */
bool turning_keep_line(struct db *tx, const struct turning *turning, const struct update_view *view,
                       struct fault *fault) MUST_CHECK;

/* Of one that was leased, in a fiber and outside of transactions: makes the calls until the step
 * needs none. False also when the service stops: FAULT_UNAVAILABLE "stopping"; or when the update
 * belongs to somebody else: FAULT_UNAVAILABLE "lost". */
bool turning_ask(struct turning *turning, struct fault *fault) MUST_CHECK;
/* Stores what was decided, and gives the lease back. May be tried any number of times. */
bool turning_settle(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;
/* Gives the lease back; the turn is done again soon. */
bool turning_release(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;

/* Counts the failure `why`; sets `counted` and `dead`. One that is dead is placed for its forwards,
 * unless it `forgets_forwards`. */
bool turning_fail(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;
/* Says a word to a person whose update has failed: that it is dead, or that another service lets it
 * wait; nothing to one who was erased since then. Sets `queued`. */
bool turning_console(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;

/* --- what the files of these functions share --- */

/* Makes the call of the step: in a fiber, outside of transactions. */
bool turning_call(struct turning *turning, struct fault *fault) MUST_CHECK;

/* The tables of texts may be others after a wait. */
const struct texts *turning_texts(const struct turning *turning);
/* Queues a message of the turn. Sets its id, tenant and bot, and `queued`. */
bool turning_place(struct db *tx, struct turning *turning, struct sending *sending,
                   struct fault *fault) MUST_CHECK;
/* The update is due for the forwards of its bot. */
bool turning_place_forwards(struct db *tx, const struct turning *turning,
                            struct fault *fault) MUST_CHECK;
