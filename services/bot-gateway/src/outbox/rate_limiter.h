// SPDX-License-Identifier: MIT
/* The limits of rate_limit.h shared by all instances: one script call in Redis checks a batch of
 * messages. While Redis does not answer, each instance limits by itself: a bot at half its rate,
 * chats and groups as usual. Each instance also counts locally what it sends, so chats stay within
 * their limits when Redis fails or returns.
 *
 * Keys: rate:telegram:<bot>; with :<chat> appended for a chat, and :minute after that for a group.
 */
#pragma once

#include "cache/cache.h"

#include "outbox/rate_limit.h"

struct rate_limiter;

enum { RATE_LIMITER_BATCH_MAX = 32 };

/* Returns new. */
struct rate_limiter *rate_limiter_create(struct loop *loop, struct cache *cache,
                                         struct fault *fault);
void rate_limiter_destroy(struct rate_limiter *limiter); /* takes NULL; no fiber may wait in it */

/* As rate_limit_check(), for at most RATE_LIMITER_BATCH_MAX messages of one bot. Runs in a fiber,
 * one at a time; waits at most CACHE_COMMAND_MS. Never fails. */
int64_t rate_limiter_check(struct rate_limiter *limiter, struct slice bot,
                           struct rate_limit_request *requests, size_t count);
