// SPDX-License-Identifier: MIT
/* What staff do in the staff chat of a bot: a group (staff_chat/staff_chat_store.h). There are no
 * dialogues in it, only commands and buttons of messages. */
#pragma once

#include "dialogue/talk.h"

/* "/staff CODE": makes the group the staff chat, and the person a member. */
bool staff_command_link_chat(struct talk *talk);

/* "/help" and other commands of private chats: what the staff chat is for. */
bool staff_command_help(struct talk *talk);
/* "/today": how many guests of all apartments arrive, leave and stay. */
bool staff_command_show_today(struct talk *talk);

/* Commands of buttons about one booking; each shows the booking afterwards. The argument is the
 * booking's id as talk_put_id_button() writes it, "_" and the version that the button's message *
 * shows. If the booking has another version now, it is not changed. A person who is no member of *
 * staff gets a notice how to become one. */
bool staff_command_show_booking(struct talk *talk);
/* Approves a request, or confirms the payment. */
bool staff_command_approve(struct talk *talk);
/* Asks the member whether to decline indeed. */
bool staff_command_ask_decline(struct talk *talk);
/* Declines a request, or cancels a booking whose claimed payment has not arrived. */
bool staff_command_decline(struct talk *talk);

/* Commands of buttons about nights that a channel and ours have. The argument is the conflict's id,
 * for staff_command_give() also "_" and the shown refund in tenge, plus 1. Only for members too. */
bool staff_command_show_clash(struct talk *talk);
/* Keeps ours. */
bool staff_command_keep_ours(struct talk *talk);
/* Asks the member whether to cancel ours indeed. */
bool staff_command_ask_give(struct talk *talk);
/* Cancels ours, so that the channel keeps the nights. */
bool staff_command_give(struct talk *talk);
