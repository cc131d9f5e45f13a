// SPDX-License-Identifier: MIT
/* A state machine written out once more, as people read it: a row for each action and the actors
 * who have it, a word for each status.
 *
 *   conf        it leads to the status that begins so
 *   conf/held   to the first when nothing is due, else to the second
 *   *conf       where the needs of the row hold; else the code of the first that does not
 *   -           403 forbidden: others can
 *   .           409 already_<status>: nobody can
 *   anything else is the code of the refusal
 *
 * Needs: "fact:code fact:code". An actor without a row for an action may never take it. */
#pragma once

#include <check.h>

#include "moves/move.h"

/* The words of the rows. Departure is at 0, arrival at ARRIVES. */
#define MINUTE  (INT64_C(60) * 1000000)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)
#define ARRIVES (5 * HOUR)

enum {
    GUEST = MOVE_BY_GUEST,
    DRIVER = MOVE_BY_DRIVER,
    STAFF = MOVE_BY_STAFF,
    SYSTEM = MOVE_BY_SYSTEM
};

struct matrix_row {
    int action;
    unsigned who;
    const char *needs;
    const char *words;
};

struct matrix_fact {
    const char *name;
    bool holds;
};

struct matrix {
    const struct move_machine *machine;
    const struct matrix_row *rows;
    size_t row_count;
    int status_count;
};

/* The status or the code that the matrix says; `facts` end with a NULL name. The fact "paid"
 * chooses between two statuses. The result is good until the next call. */
const char *matrix_says(const struct matrix *matrix, int action, int status, unsigned who,
                        const struct matrix_fact *facts);

/* Compares what move_judge() and move_allowed() say of every action from this status with the
 * matrix, for each actor. `state` has the status and the conditions that the facts amount to; `why`
 * is for the message. */
void matrix_compare(const struct matrix *matrix, int status, struct move_state state,
                    const struct matrix_fact *facts, const char *why);
