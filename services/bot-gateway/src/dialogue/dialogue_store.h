// SPDX-License-Identifier: MIT
/* SQL of where dialogues stand, and of the persons they are with. */
#pragma once

#include "db/query.h"

#include "dialogue/turn_store.h"

/* The dialogue of the update stands at `state` from now on. `kept` is false, and nothing has
 * changed, when its version is not that of update->state any more. */
bool dialogue_store_move(struct db *tx, const struct turn_update *update,
                         const struct turn_state *state, bool *kept,
                         struct fault *fault) MUST_CHECK;

/* Dialogues in the group `from` go on in the supergroup that it has become, unless others are
 * there.
 */
bool dialogue_store_migrate(struct db *tx, const struct uuid *bot_id, int64_t from, int64_t to,
                            struct fault *fault) MUST_CHECK;

/* Is there a dialogue whose time has been over for a day, so that its data may be forgotten? */
bool dialogue_store_forgettable(struct db *db, bool *any, struct fault *fault) MUST_CHECK;
/* Forgets the data of at most DIALOGUE_FORGET_MAX. Their versions stay: older buttons are stale.
 * `more`: perhaps there are others. */
enum { DIALOGUE_FORGET_MAX = 500 };
bool dialogue_store_forget(struct db *tx, bool *more, struct fault *fault) MUST_CHECK;

/* Makes or changes the person of an update, and notes that he was seen. As the values of
 * person_statement; what is known of him stays where the turn has heard nothing. */
enum { PERSON_VALUES = 6 };
extern const struct db_statement person_statement;
void person_values(const struct turn_update *update, const struct turn_output *output,
                   enum language told_language, struct db_value values[PERSON_VALUES]);
