// SPDX-License-Identifier: MIT
/* While PostgreSQL cannot be used, updates are refused and come again (inbox.h). People are told
 * meanwhile, from memory alone and without a word in any table: a tap is answered at once, because
 * its button spins for so long, and a private chat hears once a minute that the answer comes later.
 *
 * All of it is once and bounded: one try of each call; no more than OUTAGE_REPLIES_CALLS_MAX of
 * them at once, and no more texts than half of a bot's rate. What is beyond that is silent;
 * Telegram sends the update again, which gives another chance while the message is new
 * (OUTAGE_REPLY_TEXT_MS). Each copy of the service counts for itself. */
#pragma once

#include "bots/bots.h"
#include "inbox/update.h"
#include "telegram/telegram.h"
#include "texts/texts_watch.h"

enum { OUTAGE_REPLIES_CALLS_MAX = 16, OUTAGE_REPLIES_CALL_MS = 3000 };

struct outage_replies;

/* Returns new. The others are borrowed. */
struct outage_replies *outage_replies_create(struct loop *loop, const struct bots *bots,
                                             const struct texts_watch *texts,
                                             const struct telegram *telegram, struct fault *fault);
void outage_replies_destroy(
    struct outage_replies *pauses); /* takes NULL; no call is under way any more */

/* For inbox_on_missed(): tells whom the update is from. Does not wait. */
void outage_replies_send(void *pauses, const struct update *update);
