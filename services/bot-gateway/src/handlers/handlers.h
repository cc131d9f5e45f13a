// SPDX-License-Identifier: MIT
/* The handlers of routes.c. Each is in the file of its noun, or in the file that a comment names.
 */
#pragma once

#include "http/route.h"

http_handler get_bots;
http_handler post_bot_webhook;
http_handler post_owner_link; /* owner_link_handlers.c */

http_guard may_post_update;
http_handler post_update;
http_handler get_updates;
http_handler post_update_replay;

http_handler post_broadcast;
http_handler get_broadcasts;
http_handler get_broadcast;
http_handler post_broadcast_pause;
http_handler post_broadcast_resume;
http_handler post_broadcast_cancel;

http_handler post_forward;
http_handler get_forwards;
http_handler get_forward;
http_handler patch_forward;
http_handler delete_forward;

http_handler post_message;
http_handler get_message;
http_handler get_messages;
http_handler post_message_cancel;
http_handler post_message_resend;

http_handler get_chat_messages; /* chat_handlers.c */

http_handler get_users; /* user_handlers.c */
http_handler get_user;
http_handler delete_user;
