// SPDX-License-Identifier: MIT
/* The rate limits of messages to Telegram. Pure: the caller passes the time, of any monotonic
 * clock.
 *
 * Telegram allows about one message a second to a chat with short bursts, 20 a minute to a group,
 * about 30 a second in all (core.telegram.org/bots/faq, "My bot is hitting limits, how do I avoid
 * this?"). Here each bot and each chat has a token bucket, and each group a sliding window as well.
 * Chats with a negative id are groups and channels (Bot API, Chat.id). */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    RATE_LIMIT_BOT_RATE = 30,
    RATE_LIMIT_BOT_BURST = 5,
    RATE_LIMIT_BOT_EVERY_US = (1000000 + RATE_LIMIT_BOT_RATE - 1) / RATE_LIMIT_BOT_RATE,
    RATE_LIMIT_CHAT_BURST = 3,
    RATE_LIMIT_CHAT_EVERY_US = 1000000,
    RATE_LIMIT_GROUP_MAX = 20,
    RATE_LIMIT_GROUP_US = 61000000, /* Telegram's minute, and 1 s for differing latencies */
    RATE_LIMIT_BOTS_MAX = 257,      /* the first is shared by all bots that found no slot */
    RATE_LIMIT_BOT_NAME_MAX = 32,   /* bytes */
    RATE_LIMIT_CHATS_MAX = 4096,    /* with a message in the last RATE_LIMIT_GROUP_US */
    RATE_LIMIT_FULL_WAIT_MS = 100   /* delay of a chat that found no slot among them */
};

/* A token bucket, represented by the time at which it will be full. */
struct rate_limit_bucket {
    int64_t full_us;
};
/* Time until the next token; 0: there is one. */
int64_t rate_limit_bucket_wait_us(const struct rate_limit_bucket *bucket, int64_t every_us,
                                  int64_t burst, int64_t now_us);
void rate_limit_bucket_take(struct rate_limit_bucket *bucket, int64_t every_us, int64_t now_us);

enum { RATE_LIMIT_GO = 0, RATE_LIMIT_BOT = -1 };

/* One message to send now. The chats of one batch differ. */
struct rate_limit_request {
    int64_t chat_id;
    /* Result: RATE_LIMIT_GO, RATE_LIMIT_BOT (the bucket of the bot is empty), or the delay of this
     * chat. */
    int64_t wait_ms;
};

/* The messages that this process has sent. Reserves about 1 MB of virtual memory. */
struct rate_limit;

/* Returns new. A bot's bucket gets a token every `bot_every_us`. */
struct rate_limit *rate_limit_create(int64_t bot_every_us, struct fault *fault);
void rate_limit_destroy(struct rate_limit *limit); /* takes NULL */

/* The limits of the chat only: its delay in ms; 0: send now. */
int64_t rate_limit_chat_wait_ms(struct rate_limit *limit, struct slice bot, int64_t chat_id,
                                int64_t now_us);
/* Counts a message that is sent to the chat now. */
void rate_limit_chat_sent(struct rate_limit *limit, struct slice bot, int64_t chat_id,
                          int64_t now_us);

/* Checks all of `requests` in their order and counts those that are sent. An unknown bot starts
 * with an empty bucket. Returns the ms until the next token of the bot. */
int64_t rate_limit_check(struct rate_limit *limit, struct slice bot,
                         struct rate_limit_request *requests, size_t count, int64_t now_us);

/* Empties the buckets of all bots, for use after messages that were counted elsewhere. */
void rate_limit_empty_bots(struct rate_limit *limit, int64_t now_us);
