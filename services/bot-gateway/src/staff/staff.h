// SPDX-License-Identifier: MIT
/* What staff do in the staff chat of a bot: a group (staff_chat/staff_chat_store.h). There are no
 * dialogues in it, only commands and buttons of messages. */
#pragma once

#include "dialogue/talk.h"

/* "/staff CODE": makes the group the staff chat, and the person a member. */
bool staff_command_link(struct talk *talk, struct fault *fault);
