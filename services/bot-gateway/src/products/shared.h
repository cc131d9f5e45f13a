// SPDX-License-Identifier: MIT
/* Commands and lists that several products have alike. */
#pragma once

#include "dialogue/product_moves.h"
#include "dialogue/talk.h"

/* --- commands --- */

/* "/language ru"; without an argument offers the languages. */
bool product_command_language(struct talk *talk);
/* "/privacy": shows what is stored about people, and the agreement; then the step again. */
bool product_command_privacy(struct talk *talk);
/* Ends the dialogue. Bookings that the person holds stay held until the person releases them. */
void product_end_dialogue(struct talk *talk);
/* "/person" without an argument: calls a person of staff. */
bool product_call_staff(struct talk *talk);

/* The part of a deep link's payload after the prefix; absent if the prefix differs or nothing
 * follows it. People can also type a payload, so only characters of a link are accepted. */
struct slice product_deep_link_after(const struct talk *talk, struct slice prefix);

/* --- lists of struct product --- */

extern const struct flow_command product_staff_commands[];
extern const struct flow_command product_answers[];
