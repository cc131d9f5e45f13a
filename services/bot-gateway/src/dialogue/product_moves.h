// SPDX-License-Identifier: MIT
/* What every product does alike, by its row. */
#pragma once

#include "dialogue/product.h"

/* Offers a search. */
void product_add_search_button(struct talk *talk);
/* Shows the step again below the reply, or offers a search and the help if there is no dialogue. */
bool product_repeat_step_or_offer_search(struct talk *talk);
/* Finds the function for a text that has the same meaning at every step: a shortcut, only a
 * greeting or thanks ("спасибо"), or what the other bot does. NULL: the text is none of these. */
flow_move_fn *product_find_function_for_text(const struct talk *talk, struct slice words);
/* Takes a file as a receipt, as struct product says. */
bool product_take_receipt_if_awaited(struct talk *talk);
/* Handles a file that product_take_receipt_if_awaited() has not taken: passes it to staff if the
 * person has a talk with them. */
bool product_handle_unexpected_file(struct talk *talk);
/* Passes a text to staff, if talk_is_text_for_staff(). Call it if the step does not understand the
 * text. */
bool product_pass_to_staff(struct talk *talk);
/* Handles a message that neither the current step nor the flow handles. */
bool product_handle_unexpected_message(struct talk *talk);
