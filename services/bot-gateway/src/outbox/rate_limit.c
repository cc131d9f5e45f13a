// SPDX-License-Identifier: MIT
#include "outbox/rate_limit.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/now.h"

#include "bots/bot.h"

enum { PROBES = 16 }; /* slots tried for one chat */

struct chat {
    size_t bot; /* index of the bot + 1; 0: the slot was never used */
    int64_t id;
    struct rate_limit_bucket bucket; /* when the bucket is full, the slot may be reused */
};

struct bot_bucket {
    struct uuid bot_id; /* nil: unused */
    struct rate_limit_bucket bucket;
};

struct rate_limit {
    int64_t emptied_us;               /* time of the last rate_limit_empty_all_buckets() */
    struct bot_bucket bots[BOTS_MAX]; /* the last bucket is shared if there are more bots */
    struct chat chats[RATE_LIMIT_CHATS_MAX];
};

/* --- buckets --- */

int64_t rate_limit_bucket_wait_us(const struct rate_limit_bucket *bucket, int64_t token_interval_us,
                                  int64_t burst, int64_t now_us)
{
    const int64_t wait_us = bucket->full_us - (burst - 1) * token_interval_us - now_us;

    return wait_us > 0 ? wait_us : 0;
}

void rate_limit_bucket_take_token(struct rate_limit_bucket *bucket, int64_t token_interval_us,
                                  int64_t now_us)
{
    bucket->full_us = (bucket->full_us > now_us ? bucket->full_us : now_us) + token_interval_us;
}

static struct rate_limit_bucket make_empty_bucket(int64_t token_interval_us, int64_t burst,
                                                  int64_t now_us)
{
    return (struct rate_limit_bucket){now_us + burst * token_interval_us};
}

/* --- bots and chats --- */

static size_t find_or_add_bot_index(struct rate_limit *limit, const struct uuid *id, int64_t now_us)
{
    size_t i = 0;

    while (i < BOTS_MAX - 1 && !uuid_is_nil(&limit->bots[i].bot_id) &&
           !uuid_equal(&limit->bots[i].bot_id, id))
        i++;
    if (uuid_is_nil(&limit->bots[i].bot_id))
        limit->bots[i] = (struct bot_bucket){
            *id, make_empty_bucket(RATE_LIMIT_BOT_EVERY_US, RATE_LIMIT_BOT_BURST, now_us)};
    return i;
}

static int64_t get_token_interval_us(int64_t chat_id)
{
    return chat_id < 0 ? RATE_LIMIT_GROUP_EVERY_US : RATE_LIMIT_CHAT_EVERY_US;
}

/* The slot of this chat, or else an unused slot; NULL: all slots that were tried are in use. */
static struct chat *find_chat_or_reuse_slot(struct rate_limit *limit, size_t bot_index,
                                            int64_t chat_id, int64_t now_us)
{
    const struct {
        uint64_t bot_index;
        int64_t chat_id;
    } key = {bot_index, chat_id};
    const uint64_t hash = digest_fast64((struct slice){(const char *)&key, sizeof key});
    struct chat *unused = NULL;

    for (uint64_t i = 0; i < PROBES; i++) {
        struct chat *chat = &limit->chats[(hash + i) % RATE_LIMIT_CHATS_MAX];
        if (chat->bot == bot_index + 1 && chat->id == chat_id)
            return chat;
        if (unused == NULL && chat->bucket.full_us <= now_us)
            unused = chat;
    }
    if (unused != NULL)
        *unused = (struct chat){bot_index + 1, chat_id,
                                make_empty_bucket(get_token_interval_us(chat_id),
                                                  RATE_LIMIT_CHAT_BURST, limit->emptied_us)};
    return unused;
}

/* Converts to milliseconds. Rounds up, so that the returned wait always suffices. */
static int64_t ms_from_us_rounded_up(int64_t us)
{
    return (us + US_PER_MS - 1) / US_PER_MS;
}

int64_t rate_limit_take_token_or_get_wait_ms(struct rate_limit *limit, const struct uuid *bot_id,
                                             int64_t chat_id, int64_t now_us, bool *waits_for_bot)
{
    const size_t index = find_or_add_bot_index(limit, bot_id, now_us);
    struct rate_limit_bucket *bucket = &limit->bots[index].bucket;
    struct chat *chat = find_chat_or_reuse_slot(limit, index, chat_id, now_us);
    const int64_t every_us = get_token_interval_us(chat_id);
    int64_t wait_us;

    *waits_for_bot = false;
    if (chat == NULL)
        return RATE_LIMIT_FULL_WAIT_MS;
    wait_us = rate_limit_bucket_wait_us(&chat->bucket, every_us, RATE_LIMIT_CHAT_BURST, now_us);
    if (wait_us > 0)
        return ms_from_us_rounded_up(wait_us);
    wait_us =
        rate_limit_bucket_wait_us(bucket, RATE_LIMIT_BOT_EVERY_US, RATE_LIMIT_BOT_BURST, now_us);
    *waits_for_bot = wait_us > 0;
    if (*waits_for_bot)
        return ms_from_us_rounded_up(wait_us);
    rate_limit_bucket_take_token(bucket, RATE_LIMIT_BOT_EVERY_US, now_us);
    rate_limit_bucket_take_token(&chat->bucket, every_us, now_us);
    return RATE_LIMIT_GO;
}

/* --- create and destroy --- */

void rate_limit_empty_all_buckets(struct rate_limit *limit, int64_t now_us)
{
    memset(limit, 0, sizeof *limit);
    limit->emptied_us = now_us;
}

struct rate_limit *rate_limit_create(struct fault *fault)
{
    struct rate_limit *limit = fault_calloc(sizeof *limit, "the rate limit", fault);

    if (limit != NULL)
        limit->emptied_us = -RATE_LIMIT_CHAT_BURST * (int64_t)RATE_LIMIT_GROUP_EVERY_US;
    return limit;
}

void rate_limit_destroy(struct rate_limit *limit)
{
    free(limit);
}
