// SPDX-License-Identifier: MIT
/* The rate limits of messages to Telegram. Pure: the caller passes the time, of any monotonic
 * clock.
 *
 * Telegram allows about one message a second to a chat with short bursts, 20 a minute to a group,
 * about 30 a second in all (core.telegram.org/bots/faq, "My bot is hitting limits, how do I avoid
 * this?"). Here each bot and each chat has a token bucket; the bucket of a group never allows more
 * than 20 messages in a minute. Chats with a negative id are groups and channels (Bot API,
 * Chat.id).
 *
 * A process that begins to send after another process starts with empty buckets, so it sends at the
 * rate of the limit, without a burst. Both together send no more than one process may send. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/uuid.h"

enum {
    RATE_LIMIT_BOT_RATE = 30, /* messages a second */
    RATE_LIMIT_BOT_BURST = 5,
    RATE_LIMIT_BOT_EVERY_US = (1000000 + RATE_LIMIT_BOT_RATE - 1) / RATE_LIMIT_BOT_RATE,
    RATE_LIMIT_CHAT_BURST = 3,
    RATE_LIMIT_CHAT_EVERY_US = 1000000,
    /* A minute, and 1 s for differing latencies, allows the burst and 17 more messages. */
    RATE_LIMIT_GROUP_EVERY_US = 61000000 / (20 - RATE_LIMIT_CHAT_BURST) + 1,
    RATE_LIMIT_CHATS_MAX = 4096,  /* chats whose bucket is not full */
    RATE_LIMIT_FULL_WAIT_MS = 100 /* delay of a chat for which there is no slot */
};

/* A token bucket, represented by the time at which it will be full. */
struct rate_limit_bucket {
    int64_t full_us;
};
/* Time until the bucket has a token; 0: it has one. */
int64_t rate_limit_bucket_wait_us(const struct rate_limit_bucket *bucket, int64_t token_interval_us,
                                  int64_t burst, int64_t now_us);
/* Takes a token from the bucket. */
void rate_limit_bucket_take_token(struct rate_limit_bucket *bucket, int64_t token_interval_us,
                                  int64_t now_us);

/* The buckets of the bots and chats to which this process sends. */
struct rate_limit;

/* Returns a new rate limit; NULL: `fault` is set. A chat begins with a full bucket, a bot with an
 * empty one. */
struct rate_limit *rate_limit_create(struct fault *fault);
void rate_limit_destroy(struct rate_limit *limit); /* takes NULL */
/* Takes all tokens from all buckets, also from those of chats that are added later: they fill from
 * now_us on. Call it when another process may have sent messages until now. */
void rate_limit_empty_all_buckets(struct rate_limit *limit, int64_t now_us);

enum { RATE_LIMIT_GO = 0 };

/* If the chat may get a message now, counts it and returns RATE_LIMIT_GO. Otherwise returns the
 * wait in ms and sets `waits_for_bot`. True: until the bot may send to any chat; false: until the
 * chat may get a message, or if there is no slot for the chat. */
int64_t rate_limit_take_token_or_get_wait_ms(struct rate_limit *limit, const struct uuid *bot_id,
                                             int64_t chat_id, int64_t now_us, bool *waits_for_bot);
