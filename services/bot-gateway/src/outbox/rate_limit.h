// SPDX-License-Identifier: MIT
/* How fast messages leave for Telegram: the rule by itself. Pure: the time is given, on any clock
 * that only goes forward.
 *
 * Telegram says: about one message a second to a chat with short bursts, 20 a minute to a group,
 * about 30 a second in all (core.telegram.org/bots/faq, "My bot is hitting limits, how do I avoid
 * this?"). Here a bot and a chat have a bucket each, and a group a window that slides. Chats with a
 * negative id are groups and channels (Bot API, Chat.id). */
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
    RATE_LIMIT_GROUP_MOST = 20,
    RATE_LIMIT_GROUP_US = 61000000, /* a second more than the minute of Telegram, because one
                                 message is longer on its way than another */
    RATE_LIMIT_BOTS_MAX = 257,      /* one of them stands for all beyond that */
    RATE_LIMIT_BOT_NAME_MAX = 32,   /* bytes */
    RATE_LIMIT_CHATS_MAX = 4096,  /* of which a message was sent in the last RATE_LIMIT_GROUP_US */
    RATE_LIMIT_ROOM_WAIT_MS = 100 /* what a chat waits that found no room among them */
};

/* A bucket is known by the time at which it will be full. */
struct rate_limit_bucket {
    int64_t full_us;
};
void rate_limit_bucket_empty(struct rate_limit_bucket *bucket, int64_t every_us, int64_t burst,
                             int64_t now_us);
/* Until the next token; 0: there is one. */
int64_t rate_limit_bucket_wait_us(const struct rate_limit_bucket *bucket, int64_t every_us,
                                  int64_t burst, int64_t now_us);
void rate_limit_bucket_take(struct rate_limit_bucket *bucket, int64_t every_us, int64_t now_us);

enum { RATE_LIMIT_GO = 0, RATE_LIMIT_BOT = -1 };

/* One message that would go now. The chats of one question differ. */
struct rate_limit_ask {
    int64_t chat_id;
    int64_t wait_ms; /* the answer: RATE_LIMIT_GO, RATE_LIMIT_BOT (the bot's bucket is empty), or
                        how long this chat waits */
};

/* What this process has sent. Owns about 1 MB, of which the system gives only what is used. */
struct rate_limit;

/* Returns new. A bot's bucket gets a token every `bot_every_us`. */
struct rate_limit *rate_limit_create(int64_t bot_every_us, struct fault *fault);
void rate_limit_destroy(struct rate_limit *pace); /* takes NULL */

/* The chat's part of the rule alone: how long it waits, in ms; 0: it may go. */
int64_t rate_limit_chat_wait_ms(struct rate_limit *pace, struct slice bot, int64_t chat_id,
                                int64_t now_us);
/* A message goes to the chat now, whoever has decided it. */
void rate_limit_chat_sent(struct rate_limit *pace, struct slice bot, int64_t chat_id,
                          int64_t now_us);

/* Answers all of `asks`, in their order, and counts those that go. A bot that is met for the first
 * time has an empty bucket. Returns after how many ms the bot has its next token. */
int64_t rate_limit_decide(struct rate_limit *pace, struct slice bot, struct rate_limit_ask *asks,
                          size_t count, int64_t now_us);

/* Empties the buckets of all bots: what was sent for them meanwhile is not known here. */
void rate_limit_bots_empty(struct rate_limit *pace, int64_t now_us);
