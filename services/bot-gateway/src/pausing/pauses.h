// SPDX-License-Identifier: MIT
/* While PostgreSQL cannot be used, updates are refused and come again (intake.h). People are told
 * meanwhile, from memory alone and without a word in any table: a tap is answered at once, because
 * its button spins for so long, and a private chat hears once a minute that the answer comes later.
 *
 * All of it is once and bounded: one try of each call; no more than PAUSES_CALLS_MAX of them at
 * once, and no more texts than half of a bot's rate. What is beyond that is silent; Telegram sends
 * the update again, which gives another chance while the message is new (PAUSE_TEXT_MS). Each copy
 * of the service counts for itself. */
#pragma once

#include "bots/bots.h"
#include "intake/update.h"
#include "telegram/telegram.h"
#include "texts/texts_watch.h"

enum { PAUSES_CALLS_MAX = 16, PAUSES_CALL_MS = 3000 };

struct pauses;

/* Returns new. The others are borrowed. */
struct pauses *pauses_create(struct loop *loop, const struct bots *bots,
                             const struct texts_watch *texts, const struct telegram *telegram,
                             struct fault *fault);
void pauses_destroy(struct pauses *pauses); /* takes NULL; no call is under way any more */

/* For intake_on_missed(): tells whom the update is from. Does not wait. */
void pauses_tell(void *pauses, const struct update *update);
