// SPDX-License-Identifier: MIT
/* A scripted step function: the text or the data of a callback query determines what the turn
 * does. */
#pragma once

#include "updates.h"

/* "go": the dialogue advances. "over": it ends. "kk": sets the language to Kazakh. "from x": sets
 * the source. "secret x": the message is confided. "what x": x was not understood, as in "secret
 * x". "ask /path 2": makes two calls, advances the dialogue and replies with the answers; "look
 * /path 2": the same with GET. "guess": calls the AI, then makes a change, and replies with both
 * answers. "seek": calls search-api and replies with its answer; "seek csl": makes these calls in
 * order: c changes something, s searches, l reads. Anything else: replies "said". */
turn_handle_update_fn script_step;
