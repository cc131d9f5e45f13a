// SPDX-License-Identifier: MIT
/* The rule of rate_limit.h for all copies together: one script call in Redis decides for a batch of
 * messages. While Redis does not answer, each copy goes on by itself: a bot at half its rate, chats
 * and groups as always. What was sent meanwhile is remembered here, so that neither the loss of
 * Redis nor its return lets a chat have more.
 *
 * Keys: rate:telegram:<bot>, :<chat> behind it for a chat and :minute behind that for a group. */
#pragma once

#include "cache/cache.h"

#include "outbox/rate_limit.h"

struct rate_limiter;

enum { RATE_LIMITER_ASKS_MAX = 32 };

/* Returns new. */
struct rate_limiter *rate_limiter_create(struct loop *loop, struct cache *cache,
                                         struct fault *fault);
void rate_limiter_destroy(struct rate_limiter *pacer); /* takes NULL; no fiber waits in it */

/* As rate_limit_decide(), for at most RATE_LIMITER_ASKS_MAX messages of one bot. In a fiber, by one
 * fiber at a time; waits for at most CACHE_COMMAND_MS. Never fails. */
int64_t rate_limiter_decide(struct rate_limiter *pacer, struct slice bot,
                            struct rate_limit_ask *asks, size_t count);
