// SPDX-License-Identifier: MIT
/* How a turn drives its talk. */
#pragma once

#include "dialogue/flow.h"

/* Takes up the dialogue that is under way, if it can be read and its time is not over. */
bool talk_open(struct talk *talk, const struct turn_input *input, struct arena *arena,
               struct turn_output *output, struct fault *fault) MUST_CHECK;
void talk_close(struct talk *talk);

/* Are these the words of the key (FLOW_KEY), in one of the languages? */
bool talk_is_key(const struct talk *talk, const struct flow_move *move, struct slice words);

/* Does a move. Then shows where the dialogue stands, if it went somewhere, and puts the message and
 * the state into the output. */
bool talk_move(struct talk *talk, bool (*act)(struct talk *talk, struct fault *fault),
               struct fault *fault) MUST_CHECK;
/* A move that only shows anew where the dialogue stands. */
bool talk_again(struct talk *talk, struct fault *fault) MUST_CHECK;
