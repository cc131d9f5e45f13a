// SPDX-License-Identifier: MIT
/* Functions of talk.c for turn_step.c. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

/* Initialises `talk`, and resumes the person's dialogue if it can be read and has not ended. */
bool talk_init_and_resume(struct talk *talk, const struct turn_input *input, struct arena *arena,
                          struct turn_output *output, struct fault *fault) MUST_CHECK;
void talk_close(struct talk *talk);

/* Finds the move of the current step that the text names by the label of its button or, if it names
 * none, by a remark of the same meaning. NULL: there is none. */
bool talk_find_said_move(struct talk *talk, const struct flow_move **out) MUST_CHECK;

/* Runs a move of a dialogue. If the move went to a step, composes the message of that step. Then
 * sets the replies and the state of the output. */
bool talk_run_move(struct talk *talk, flow_move_fn *act) MUST_CHECK;
