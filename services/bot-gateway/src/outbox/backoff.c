// SPDX-License-Identifier: MIT
#include "outbox/backoff.h"

#include <stddef.h>

#include "base/retry.h"

int64_t backoff_after_429_ms(int64_t retry_after_s, uint32_t random)
{
    return retry_after_s * 1000 + (int64_t)(random % (BACKOFF_JITTER_MS + 1));
}

int64_t backoff_after_failed_tries_ms(int64_t tries, uint32_t random)
{
    static const struct retry_policy policy = {
        .waits_ms = {1000, 2000, 4000, 8000, 16000, BACKOFF_RETRY_MAX_MS / 2}
    };
    const int64_t least_ms = retry_wait_ms(&policy, tries, 0);

    return least_ms + (int64_t)(random % (uint32_t)(least_ms + 1));
}

/* The slot of this chat, or the oldest slot. */
static size_t find_slot_or_oldest(const struct backoff_bot *bot, int64_t chat_id)
{
    size_t oldest = 0;

    for (size_t i = 0; i < BACKOFF_SEVERAL; i++) {
        if (bot->last[i].until_ms != 0 && bot->last[i].chat_id == chat_id)
            return i;
        if (bot->last[i].at_ms < bot->last[oldest].at_ms)
            oldest = i;
    }
    return oldest;
}

bool backoff_bot_record_chat(struct backoff_bot *bot, int64_t chat_id, int64_t begin_ms,
                             int64_t end_ms, int64_t *bot_pause_end_ms)
{
    const size_t slot = find_slot_or_oldest(bot, chat_id);
    int64_t latest_ms = end_ms;

    bot->last[slot].chat_id = chat_id;
    bot->last[slot].at_ms = begin_ms;
    bot->last[slot].until_ms = end_ms;
    for (size_t i = 0; i < BACKOFF_SEVERAL; i++) {
        if (bot->last[i].until_ms == 0 || begin_ms - bot->last[i].at_ms >= BACKOFF_TOGETHER_MS)
            return false;
        if (bot->last[i].until_ms > latest_ms)
            latest_ms = bot->last[i].until_ms;
    }
    *bot_pause_end_ms = latest_ms;
    return true;
}
