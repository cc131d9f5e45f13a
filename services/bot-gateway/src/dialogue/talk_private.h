// SPDX-License-Identifier: MIT
/* How turn_step.c uses a talk. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

/* Resumes the person's dialogue if it can be read and has not ended. */
bool talk_open(struct talk *talk, const struct turn_input *input, struct arena *arena,
               struct turn_output *output, struct fault *fault) MUST_CHECK;
void talk_close(struct talk *talk);

/* Whether `words` are the text of the key (FLOW_KEY) in one of the languages. */
bool talk_is_key(const struct talk *talk, const struct flow_move *move, struct slice words);

/* Runs a move. Then shows the step, if the move went to one, and sets the replies and the state of
 * the output. */
bool talk_move(struct talk *talk, bool (*act)(struct talk *talk, struct fault *fault),
               struct fault *fault) MUST_CHECK;
/* Runs a move that only shows the current step again. */
bool talk_repeat(struct talk *talk, struct fault *fault) MUST_CHECK;
