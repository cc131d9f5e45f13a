// SPDX-License-Identifier: MIT
#include "outbox/rate_limit.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/now.h"

enum { PROBES = 16 }; /* slots tried for one chat */

struct chat {
    uint32_t bot;    /* its index + 1; 0: the slot was never used */
    uint32_t newest; /* of `sent_us` */
    int64_t id;
    struct rate_limit_bucket bucket;
    int64_t idle_us;                       /* from then on the slot may be reused */
    int64_t sent_us[RATE_LIMIT_GROUP_MAX]; /* ring, for groups only; 0: none */
};

struct bot {
    char name[RATE_LIMIT_BOT_NAME_MAX];
    size_t name_len;
    struct rate_limit_bucket bucket;
};

struct rate_limit {
    int64_t bot_every_us;
    uint32_t bot_count;
    struct bot bots[RATE_LIMIT_BOTS_MAX]; /* the first is shared by bots without a slot */
    struct chat chats[RATE_LIMIT_CHATS_MAX];
};

/* --- buckets --- */

static void empty_bucket(struct rate_limit_bucket *bucket, int64_t every_us, int64_t burst,
                         int64_t now_us)
{
    bucket->full_us = now_us + burst * every_us;
}

int64_t rate_limit_bucket_wait_us(const struct rate_limit_bucket *bucket, int64_t every_us,
                                  int64_t burst, int64_t now_us)
{
    const int64_t wait_us = bucket->full_us - (burst - 1) * every_us - now_us;
    return wait_us > 0 ? wait_us : 0;
}

void rate_limit_bucket_take(struct rate_limit_bucket *bucket, int64_t every_us, int64_t now_us)
{
    bucket->full_us = (bucket->full_us > now_us ? bucket->full_us : now_us) + every_us;
}

/* --- bots --- */

static uint32_t bot_index(struct rate_limit *limit, struct slice name, int64_t now_us)
{
    for (uint32_t i = 1; i <= limit->bot_count; i++)
        if (slice_equal((struct slice){limit->bots[i].name, limit->bots[i].name_len}, name))
            return i;
    if (name.len > RATE_LIMIT_BOT_NAME_MAX || limit->bot_count == RATE_LIMIT_BOTS_MAX - 1)
        return 0;
    struct bot *bot = &limit->bots[++limit->bot_count];
    if (name.len > 0)
        memcpy(bot->name, name.at, name.len);
    bot->name_len = name.len;
    empty_bucket(&bot->bucket, limit->bot_every_us, RATE_LIMIT_BOT_BURST, now_us);
    return limit->bot_count;
}

/* --- chats --- */

static bool is_group(int64_t chat_id)
{
    return chat_id < 0;
}

/* The slot of this chat, or an unused one; NULL: all are in use. */
static struct chat *chat_find(struct rate_limit *limit, uint32_t bot, int64_t id, int64_t now_us)
{
    const struct {
        int64_t bot, id;
    } key = {bot, id};
    const uint64_t hash = digest_fast64((struct slice){(const char *)&key, sizeof(key)});
    struct chat *unused = NULL;

    for (uint64_t i = 0; i < PROBES; i++) {
        struct chat *chat = &limit->chats[(hash + i) % RATE_LIMIT_CHATS_MAX];
        if (chat->bot == bot + 1 && chat->id == id)
            return chat;
        if (unused == NULL && chat->idle_us <= now_us)
            unused = chat;
    }
    if (unused != NULL)
        *unused = (struct chat){.bot = bot + 1, .id = id};
    return unused;
}

static int64_t chat_wait_us(const struct chat *chat, int64_t now_us)
{
    int64_t wait_us = rate_limit_bucket_wait_us(&chat->bucket, RATE_LIMIT_CHAT_EVERY_US,
                                                RATE_LIMIT_CHAT_BURST, now_us);
    const int64_t oldest_us = chat->sent_us[(chat->newest + 1) % RATE_LIMIT_GROUP_MAX];

    if (oldest_us != 0 && oldest_us + RATE_LIMIT_GROUP_US - now_us > wait_us)
        wait_us = oldest_us + RATE_LIMIT_GROUP_US - now_us;
    return wait_us;
}

static void chat_sent(struct chat *chat, int64_t now_us)
{
    rate_limit_bucket_take(&chat->bucket, RATE_LIMIT_CHAT_EVERY_US, now_us);
    chat->idle_us = chat->bucket.full_us;
    if (!is_group(chat->id))
        return;
    chat->newest = (chat->newest + 1) % RATE_LIMIT_GROUP_MAX;
    chat->sent_us[chat->newest] = now_us;
    chat->idle_us = now_us + RATE_LIMIT_GROUP_US;
}

/* Rounds up, so that the returned wait always suffices. */
static int64_t ms_of(int64_t us)
{
    return (us + US_PER_MS - 1) / US_PER_MS;
}

static int64_t wait_ms_of(const struct chat *chat, int64_t now_us)
{
    return chat != NULL ? ms_of(chat_wait_us(chat, now_us)) : RATE_LIMIT_FULL_WAIT_MS;
}

int64_t rate_limit_chat_wait_ms(struct rate_limit *limit, struct slice bot, int64_t chat_id,
                                int64_t now_us)
{
    return wait_ms_of(chat_find(limit, bot_index(limit, bot, now_us), chat_id, now_us), now_us);
}

void rate_limit_chat_sent(struct rate_limit *limit, struct slice bot, int64_t chat_id,
                          int64_t now_us)
{
    struct chat *chat = chat_find(limit, bot_index(limit, bot, now_us), chat_id, now_us);

    if (chat != NULL)
        chat_sent(chat, now_us);
}

/* --- requests --- */

int64_t rate_limit_check(struct rate_limit *limit, struct slice bot,
                         struct rate_limit_request *requests, size_t count, int64_t now_us)
{
    const uint32_t index = bot_index(limit, bot, now_us);
    const int64_t every_us = limit->bot_every_us;
    struct rate_limit_bucket *bucket = &limit->bots[index].bucket;

    for (size_t i = 0; i < count; i++) {
        struct chat *chat = chat_find(limit, index, requests[i].chat_id, now_us);
        requests[i].wait_ms = wait_ms_of(chat, now_us);
        if (requests[i].wait_ms != RATE_LIMIT_GO)
            continue;
        if (rate_limit_bucket_wait_us(bucket, every_us, RATE_LIMIT_BOT_BURST, now_us) > 0) {
            requests[i].wait_ms = RATE_LIMIT_BOT;
            continue;
        }
        rate_limit_bucket_take(bucket, every_us, now_us);
        chat_sent(chat, now_us);
    }
    return ms_of(rate_limit_bucket_wait_us(bucket, every_us, RATE_LIMIT_BOT_BURST, now_us));
}

void rate_limit_empty_bots(struct rate_limit *limit, int64_t now_us)
{
    for (uint32_t i = 0; i <= limit->bot_count; i++)
        empty_bucket(&limit->bots[i].bucket, limit->bot_every_us, RATE_LIMIT_BOT_BURST, now_us);
}

struct rate_limit *rate_limit_create(int64_t bot_every_us, struct fault *fault)
{
    struct rate_limit *limit = fault_calloc(sizeof(*limit), "the rate limit", fault);

    if (limit != NULL)
        limit->bot_every_us = bot_every_us;
    return limit;
}

void rate_limit_destroy(struct rate_limit *limit)
{
    free(limit);
}
