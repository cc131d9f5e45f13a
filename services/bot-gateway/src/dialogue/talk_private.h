// SPDX-License-Identifier: MIT
/* Functions of talk.c for turn_step.c. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

/* Initialises `talk`, and resumes the person's dialogue if it can be read and has not ended. */
bool talk_init_and_resume(struct talk *talk, const struct turn_input *input, struct arena *arena,
                          struct turn_output *output, struct fault *fault) MUST_CHECK;
void talk_close(struct talk *talk);

/* The current step's function for the event; `words` are a tap's action, or the person's text.
 * NULL: the step has none, or there is no dialogue. */
flow_move_fn *talk_find_move(const struct talk *talk, enum flow_event on, struct slice words);

/* Runs a move of a dialogue. If the move went to a step, composes the message of that step. Then
 * sets the replies and the state of the output. */
bool talk_run_move(struct talk *talk, flow_move_fn *act) MUST_CHECK;
