// SPDX-License-Identifier: MIT
/* When Telegram says "too many", or cannot be reached: how long a chat, and when a whole bot, is
 * left alone. Pure: time and chance are given. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    BACKOFF_JITTER_MS = 1000, /* on top of retry_after, at most */
    BACKOFF_SEVERAL = 3,      /* so many chats within BACKOFF_TOGETHER_MS park their bot */
    BACKOFF_TOGETHER_MS = 1000,
    BACKOFF_RETRY_MS = 1000, /* after the first failure, at least */
    BACKOFF_RETRY_MAX_MS = 60000
};

/* How long a chat is parked whose call was answered with 429: parameters.retry_after (Bot API,
 * ResponseParameters), which is never cut, and some milliseconds by chance. */
int64_t backoff_chat_ms(int64_t retry_after_s, uint32_t chance);

/* How long to wait after the `tries`-th try (1: the first) that failed for the moment: a time that
 * doubles with each try, and up to as much again by chance; at most BACKOFF_RETRY_MAX_MS. */
int64_t backoff_retry_ms(int64_t tries, uint32_t chance);

/* The chats of a bot that were parked last; zeroed: none. */
struct backoff_bot {
    struct {
        int64_t chat_id;
        int64_t at_ms;
        int64_t until_ms;
    } last[BACKOFF_SEVERAL];
};

/* Notes that a chat is parked from `at_ms` to `until_ms`. True when it is one of BACKOFF_SEVERAL
 * different ones: the bot is parked until `*bot_until_ms`, the latest of their times. */
bool backoff_bot_add(struct backoff_bot *bot, int64_t chat_id, int64_t at_ms, int64_t until_ms,
                     int64_t *bot_until_ms);
