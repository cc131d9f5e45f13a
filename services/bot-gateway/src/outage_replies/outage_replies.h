// SPDX-License-Identifier: MIT
/* Replies to people while PostgreSQL is unavailable, so that updates cannot be stored (inbox.h).
 * They use memory only and store nothing: a callback query is answered at once, so that its button
 * stops spinning, and a private chat receives one message a minute, saying that the answer comes
 * later.
 *
 * Each call of Telegram is tried once. At most OUTAGE_REPLIES_CALLS_MAX run at once, and texts use
 * at most half of the rate of one bot; beyond that nothing is sent. Telegram sends the update
 * again, which gives another chance while the message is new (OUTAGE_REPLY_TEXT_MS). The limits
 * apply to each instance separately. */
#pragma once

#include "app.h"
#include "inbox/update.h"

enum { OUTAGE_REPLIES_CALLS_MAX = 16, OUTAGE_REPLIES_CALL_MS = 3000 };

struct outage_replies;

/* Creates the sender of replies; NULL: `fault` is set. */
struct outage_replies *outage_replies_create(const struct gateway_app *app, struct fault *fault);
/* Takes NULL; no call may be running. */
void outage_replies_destroy(struct outage_replies *replies);

/* Replies to an update that could not be stored; does not wait. For inbox_set_missed_callback(). */
void outage_replies_send(void *replies, const struct update *update);
