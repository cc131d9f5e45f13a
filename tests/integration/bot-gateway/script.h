// SPDX-License-Identifier: MIT
/* A step of the tests' own: what a person writes or taps says what the turn does. */
#pragma once

#include "updates.h"

/* "go": the dialogue moves. "over": it ends. "kk": Kazakh is chosen. "from x": the source. "secret
 * x": it is not kept. "ask /path 2": two calls, then the dialogue moves, and the answers are said;
 * "look /path 2": calls that change nothing. "guess": the AI is asked, then one call changes
 * something, and both answers are said. "seek": search-api is asked, and its answer said; "seek
 * csl": so many calls in this order, of which c changes something, s asks search-api, l looks.
 * Else: "said". */
turn_step_fn script_step;
