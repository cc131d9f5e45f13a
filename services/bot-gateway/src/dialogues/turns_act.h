// SPDX-License-Identifier: MIT
/* The inside of turns.h: the transactions of a turn. Each may run more than once. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

#include "dialogues/turn_store.h"

struct turning {
    struct arena arena;
    struct db_rows rows;
    struct turn_update update; /* borrowed from `rows` */
    int language;              /* enum language, of the person */
    bool taken;                /* there was an update */
    bool queued;               /* something is to be sent */
    struct fault why;          /* set by the caller of turning_fail() */
    bool counted;
    bool dead;
};

void turning_init(struct turning *turning);
void turning_finish(struct turning *turning);

/* The turn: takes an update, decides, stores. */
bool turning_act(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;
/* Counts the failure `why`; sets `counted` and `dead`. */
bool turning_fail(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;
/* Says a polite word to a person whose update is dead; sets `queued`. */
bool turning_apologize(struct db *tx, void *turning, struct fault *fault) MUST_CHECK;
