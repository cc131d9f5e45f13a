// SPDX-License-Identifier: MIT
/* What staff do in the staff chat of a bot: a group (staff_chat/staff_chat_store.h). There are no
 * dialogues in it, only commands and buttons of messages. */
#pragma once

#include "dialogue/talk.h"

/* "/staff CODE": makes the group the staff chat, and the person a member. */
bool staff_command_link(struct talk *talk);

/* Commands about one booking, which they then show. The argument is its id as talk_put_id() writes
 * it, "_" and the version that the button's message has shown. If the booking has another version,
 * nothing is done. Persons who are no members are asked to become one. */
bool staff_command_show(struct talk *talk);
/* Approves a request, or confirms the payment. */
bool staff_command_approve(struct talk *talk);
/* Asks whether to decline. */
bool staff_command_doubt(struct talk *talk);
bool staff_command_decline(struct talk *talk);
