// SPDX-License-Identifier: MIT
/* How long a chat or a bot backs off after 429 or a failed call. Pure: the caller passes the time
 * and random numbers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    BACKOFF_JITTER_MS = 1000, /* maximum that is added to retry_after */
    BACKOFF_SEVERAL = 3,      /* this many chats within BACKOFF_TOGETHER_MS pause their bot */
    BACKOFF_TOGETHER_MS = 1000,
    BACKOFF_RETRY_MAX_MS = 60000 /* maximum of backoff_after_failed_tries_ms() */
};

/* The backoff of a chat after HTTP 429: parameters.retry_after of the answer and a random
 * jitter. */
int64_t backoff_after_429_ms(int64_t retry_after_s, uint32_t random);

/* The backoff after `tries` failed tries (1: after the first). It doubles with each try; a random
 * jitter, at most as long as the backoff, is added; the sum is at most BACKOFF_RETRY_MAX_MS. */
int64_t backoff_after_failed_tries_ms(int64_t tries, uint32_t random);

/* The chats of a bot that were the last to back off. Initialise it with zeros. */
struct backoff_bot {
    struct {
        int64_t chat_id;
        int64_t at_ms;    /* begin of the backoff */
        int64_t until_ms; /* its end; 0: the slot is unused */
    } last[BACKOFF_SEVERAL];
};

/* Records that a chat backs off from `begin_ms` to `end_ms`. Returns true if BACKOFF_SEVERAL
 * different chats have begun to back off within BACKOFF_TOGETHER_MS: the bot must pause until
 * `*bot_pause_end_ms`, the latest end of their backoffs. */
bool backoff_bot_record_chat(struct backoff_bot *bot, int64_t chat_id, int64_t begin_ms,
                             int64_t end_ms, int64_t *bot_pause_end_ms);
