// SPDX-License-Identifier: MIT
/* The sender's calls of the Bot API: how an outcome of common/telegram ends a call. */
#pragma once

#include "outbox/sender.h"
#include "telegram/telegram.h"

/* A sender_speak_fn; `data`: a struct telegram. */
void telegram_client_speak(void *data, const char *token, const struct sender_call *call,
                           struct arena *arena, struct call_result *result);

/* How a call ends that had this outcome. */
enum call_end telegram_client_end(enum telegram_outcome outcome);
