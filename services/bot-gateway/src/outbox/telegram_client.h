// SPDX-License-Identifier: MIT
/* The sender's calls of the Bot API. */
#pragma once

#include "outbox/sender.h"
#include "telegram/telegram.h"

/* The sender_send_fn that calls Telegram; `data` is a struct telegram. */
void telegram_client_send(void *data, const char *token, const struct sender_call *call,
                          struct arena *arena, struct call_result *result);
