// SPDX-License-Identifier: MIT
/* Webhooks as the Bot API writes them. */
#pragma once

#include "base/arena.h"

#include "webhooks/webhook.h"

/* The result of getWebhookInfo; borrows from it and the arena. */
bool webhook_info_read(struct slice result, struct arena *arena, struct webhook_info *out,
                       struct fault *fault) MUST_CHECK;

/* User.username of getMe's result; absent: there is none. Borrows likewise. */
bool webhook_username_read(struct slice result, struct arena *arena, struct slice *out,
                           struct fault *fault) MUST_CHECK;

/* The parameters of setWebhook. */
void webhook_set_encode(struct slice url, const char *secret, struct buf *out);
