// SPDX-License-Identifier: MIT
/* Does the turns of a chat again with the dialogues of this program, out of what is stored of them,
 * and tells what the bot would say otherwise than it did. Nothing is called, and nothing is
 * written.
 *
 * The first turn of a user begins with what was known then, each following one where the replay has
 * left the dialogue; a language or source that the replay has not set is as it was known. Calls are
 * answered from the record of the turn, where method, path and body are the same; one that was made
 * twice has its answers in their order. Answers to calls for an owner or the bot are not kept, and
 * such a turn is left where it asks; one whose body is not kept is passed over. What flats and
 * cities there were nobody knows any more: phrases of the replay command name none, and where one
 * did, the turn is told as different. A dialogue that asks something else cannot be answered: its
 * turn is left there, and the next one begins again with what was known. */
#pragma once

#include <stdio.h>

#include "dialogue/replay_store.h"
#include "dialogue/turn_runner.h"
#include "texts/text_tables.h"

struct replay {
    struct db_pool *pool;
    turn_step_fn *step;
    const struct text_tables *texts;
    const struct phrase_words *words; /* NULL: phrases are not read */
    uint8_t button_key[BUTTON_KEY_LEN];
    struct replay_query query;
    FILE *out; /* differences, as people read them */
    /* Set by replay_chat(): */
    size_t turns;
    size_t different; /* of those */
};

/* In a fiber. */
bool replay_chat(struct replay *replay, struct fault *fault) MUST_CHECK;

/* --replay BOT CHAT [--user ID] [--from TIME]: exit code 0 no difference, 1 some, or failed. For
 * struct service_command. */
int replay_command(const struct service_definition *definition, int argc, char **argv);
