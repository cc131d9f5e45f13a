// SPDX-License-Identifier: MIT
/* The dialogue in which people write to each other through the bot: guest and owner about a
 * booking, anybody with staff. dialogue/relay.h has the rules. */
#pragma once

#include "dialogue/flow.h"
#include "dialogue/talk.h"

extern const struct flow relay_flow;

/* The command "write" of a button: the argument is the booking's id as talk_put_id_button() writes
 * it, and
 * "_g" for its guest or "_o" for its owner, who writes. Asks for the message. */
bool relay_command_ask_message(struct talk *talk);
/* The command "/person": calls a person of staff. The argument is empty, or as that of the command
 * "write" if the person asks about a booking. */
bool relay_command_call_staff(struct talk *talk);

/* The person has answered (in Telegram) a message with the button "write" or "person": pass the
 * answer on at once. An answer to staff opens a talk if there is none. */
bool relay_pass_answer_to_other_person(struct talk *talk);
bool relay_pass_answer_to_staff(struct talk *talk);

/* Passes a message to staff. Call it if the sender has a talk with staff and has written something
 * that no dialogue expects. A file must not be an awaited receipt
 * (product_take_receipt_if_awaited()). */
bool relay_pass_message_to_staff(struct talk *talk);

/* Passes on the new text of a message that the person has passed on before (struct relay_edited),
 * to the same addressee. */
bool relay_pass_on_edit(struct talk *talk);

/* Called in the staff chat; the argument is the id of a talk as talk_put_id_button() writes it.
 * Passes on an answer, or an edit of it, to a message of the talk. */
bool relay_pass_on_staff_answer(struct talk *talk);
/* Ends the talk; the argument is as that of relay_pass_on_staff_answer(). */
bool relay_command_close_talk(struct talk *talk);
