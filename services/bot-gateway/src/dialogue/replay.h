// SPDX-License-Identifier: MIT
/* Replays the turns of a chat with the dialogues of this program, from their stored records, and
 * prints where the bot would answer differently. Calls nothing and writes nothing.
 *
 * The first turn of a user starts with its recorded state, each later one with the state that the
 * replay has reached; language and source come from the record until the replay sets them. Calls
 * are answered from the record if method, path and body are equal; calls that were made twice get
 * their answers in order. Answers to calls for owners and for the bot are not stored, so such a
 * turn stops at that call. A turn without a stored body is skipped. The apartments and cities of
 * that time are not known: the phrases of the replay command name none, and a phrase that did is
 * printed as different. If a turn makes a call that is not recorded, it stops there, and the next
 * turn starts with its recorded state. */
#pragma once

#include <stdio.h>

#include "dialogue/replay_store.h"
#include "dialogue/turn_runner.h"
#include "texts/text_tables.h"

struct replay {
    struct db_pool *pool;
    turn_step_fn *step;
    const struct text_tables *texts;
    const struct phrase_words *words; /* NULL: phrases are not parsed */
    uint8_t button_key[BUTTON_KEY_LEN];
    struct replay_query query;
    FILE *out; /* differences, for people to read */
    /* Set by replay_chat(): */
    size_t turns;
    size_t different; /* of those */
};

/* Call it in a fiber. */
bool replay_chat(struct replay *replay, struct fault *fault) MUST_CHECK;

/* --replay BOT CHAT [--user ID] [--from TIME], for struct service_command. Exit code 0: no
 * difference, 1: some, or failed. */
int replay_command(const struct service_definition *definition, int argc, char **argv);
