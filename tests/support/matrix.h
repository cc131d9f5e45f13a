// SPDX-License-Identifier: MIT
/* A state machine written out a second time in readable form: a row for each action and its actors,
 * a word for each status.
 *
 *   conf        leads to the status with this prefix
 *   conf/held   to the first if nothing is due, else to the second
 *   *conf       if the needs of the row hold; else the code of the first that does not
 *   .           409 already_<status>: the actor can from another status
 *   other       the code of the refusal
 *
 * Needs: "fact:code fact:code". An actor without a row for an action may never take it: 403
 * forbidden. */
#pragma once

#include <check.h>

#include "api/transition.h"

struct matrix_row {
    int action;
    unsigned actor;
    const char *needs;
    const char *words;
};

struct matrix_fact {
    const char *name;
    bool holds;
};

struct matrix {
    const struct transition_machine *machine;
    const struct matrix_row *rows;
    size_t row_count;
    int status_count;
    unsigned actors[2]; /* beside staff and the system */
};

/* The expected status or code. `facts` end with a NULL name. The fact "paid" chooses between two
 * statuses. The result is valid until the next call. */
const char *matrix_expected(const struct matrix *matrix, int action, int status, unsigned actor,
                            const struct matrix_fact *facts);

/* Compares transition_check() and transition_allowed() with the matrix for every action from this
 * status and each actor. `state` has the status and the conditions of `facts`; `why` is for the
 * message. */
void matrix_compare(const struct matrix *matrix, int status, struct transition_state state,
                    const struct matrix_fact *facts, const char *why);
