// SPDX-License-Identifier: MIT
/* The rule of pace.h for all copies together: one script call in Redis decides for a batch of
 * messages. While Redis does not answer, each copy goes on by itself: a bot at half its rate, chats
 * and groups as always. What was sent meanwhile is remembered here, so that neither the loss of
 * Redis nor its return lets a chat have more.
 *
 * Keys: rate:telegram:<bot>, :<chat> behind it for a chat and :minute behind that for a group. */
#pragma once

#include "cache/cache.h"

#include "sending/pace.h"

struct pacer;

enum { PACER_ASKS_MAX = 32 };

/* Returns new. */
struct pacer *pacer_create(struct loop *loop, struct cache *cache, struct fault *fault);
void pacer_destroy(struct pacer *pacer); /* takes NULL; no fiber waits in it */

/* As pace_decide(), for at most PACER_ASKS_MAX messages of one bot. In a fiber, by one fiber at a
 * time; waits for at most CACHE_COMMAND_MS. Never fails. */
int64_t pacer_decide(struct pacer *pacer, struct slice bot, struct pace_ask *asks, size_t count);
