// SPDX-License-Identifier: MIT
/* SQL of dialogues and of the persons who hold them. */
#pragma once

#include "db/query.h"

#include "dialogue/turn_store.h"

/* Stores `state` as the new state of the update's dialogue. If the stored version is no longer
 * update->state.version, `stored` is false and nothing changes. */
bool dialogue_store_set_state(struct db *tx, const struct turn_update *update,
                              const struct turn_state *state, bool *stored,
                              struct fault *fault) MUST_CHECK;

/* Moves the dialogues of the group `from_chat` to the supergroup `to_chat`, except those of persons
 * who already have one there. */
bool dialogue_store_move_group(struct db *tx, const struct uuid *bot_id, int64_t from_chat,
                               int64_t to_chat, struct fault *fault) MUST_CHECK;

/* Statement for db_batches_run(): deletes the data of dialogues that ended more than a day ago. The
 * rows stay: their versions show which buttons belong to older messages. */
extern const struct db_statement dialogue_store_clear_old;

/* The statement that inserts or updates the person of an update. Columns without a new value keep
 * the old one. A stored source is kept, and the time of the last visit changes only if it is older
 * than PERSON_SEEN. */
enum { PERSON_VALUES = 7 };
extern const struct db_statement dialogue_store_person;
/* Sets the values of dialogue_store_person. `told_language`: language of the person's app, as
 * Telegram reports it. */
void dialogue_store_fill_person_values(const struct turn_update *update,
                                       const struct turn_output *output,
                                       enum language told_language,
                                       struct db_value values[PERSON_VALUES]);
