// SPDX-License-Identifier: MIT
#include "outage_replies/outage_replies.h"

#include <stdlib.h>

#include "base/now.h"
#include "loop/fiber.h"

#include "dialogue/dialogue_json.h"
#include "outage_replies/outage_reply.h"
#include "outage_replies/recent_keys.h"
#include "outbox/rate_limit.h"

enum {
    ARENA_MAX = 4 * UPDATE_BODY_MAX, /* what foreign_read() may need for such a body */
    ANSWER_MAX = 16 * 1024,
    ANSWER_ARENA_MAX = 4 * ANSWER_MAX,
    TEXT_EVERY_US = 2 * RATE_LIMIT_BOT_EVERY_US
};

struct outage_replies {
    struct loop *loop;
    const struct bots *bots;
    const struct texts_watch *texts;
    const struct telegram *telegram;
    size_t calls;                  /* under way */
    struct rate_limit_bucket pace; /* of texts */
    struct recent_keys told;
};

/* Owns its memory. */
struct call {
    struct outage_replies *pauses;
    char token[BOT_TOKEN_MAX + 1];
    struct outage_reply pause;
    struct buf body;
};

struct outage_replies *outage_replies_create(struct loop *loop, const struct bots *bots,
                                             const struct texts_watch *texts,
                                             const struct telegram *telegram, struct fault *fault)
{
    struct outage_replies *pauses = fault_calloc(sizeof *pauses, "pauses", fault);
    if (pauses == NULL)
        return NULL;
    pauses->loop = loop;
    pauses->bots = bots;
    pauses->texts = texts;
    pauses->telegram = telegram;
    return pauses;
}

void outage_replies_destroy(struct outage_replies *pauses)
{
    free(pauses);
}

static void call_end(struct call *call)
{
    call->pauses->calls--;
    buf_finish(&call->body);
    free(call);
}

static void run(void *data)
{
    struct call *call = data;
    const struct telegram_request request = {.token = call->token,
                                             .method = call->pause.method,
                                             .body = buf_as_slice(&call->body),
                                             .timeout_ms = OUTAGE_REPLIES_CALL_MS,
                                             .answer_max = ANSWER_MAX};
    struct telegram_answer answer;
    struct arena arena;
    struct fault ignored;
    arena_init(&arena, ANSWER_ARENA_MAX);
    (void)!telegram_call(call->pauses->telegram, &request, &arena, &answer, &ignored);
    arena_finish(&arena);
    call_end(call);
}

/* Decides what is said, from the update's body. */
static bool read_update(const struct update *update, const struct texts *texts, struct call *call)
{
    struct update_view view;
    struct arena arena;
    struct fault ignored;
    arena_init(&arena, ARENA_MAX);
    const bool any =
        update_view_read(update->body, &arena, &view, &ignored) &&
        outage_reply_of(&update->bot_id, &view, now_wall_us(), texts, &call->pause, &call->body) &&
        buf_ok(&call->body, &ignored);
    arena_finish(&arena);
    return any;
}

static bool is_free(struct outage_replies *pauses, const struct outage_reply *pause)
{
    const int64_t now_us = loop_now_ns(pauses->loop) / NS_PER_US;
    if (pause->is_text &&
        rate_limit_bucket_wait_us(&pauses->pace, TEXT_EVERY_US, RATE_LIMIT_BOT_BURST, now_us) > 0)
        return false;
    if (!recent_keys_add(&pauses->told, pause->key, now_us / US_PER_MS, pause->for_ms))
        return false;
    if (pause->is_text)
        rate_limit_bucket_take(&pauses->pace, TEXT_EVERY_US, now_us);
    return true;
}

void outage_replies_send(void *data, const struct update *update)
{
    struct outage_replies *pauses = data;
    const struct bot *bot;
    struct fault ignored;
    if (pauses->calls >= OUTAGE_REPLIES_CALLS_MAX || update->broken ||
        !bots_find_id(pauses->bots, &update->bot_id, &bot, &ignored) || !bot_has(bot, BOT_TOKEN))
        return;
    const struct texts *texts = texts_watch_texts(pauses->texts, (enum bot_type)bot->type);
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL)
        return;
    call->pauses = pauses;
    memcpy(call->token, bot->token, sizeof call->token);
    buf_init(&call->body, OUTAGE_REPLY_BODY_MAX);
    pauses->calls++;
    if (!read_update(update, texts, call) || !is_free(pauses, &call->pause) ||
        !fiber_start(pauses->loop, run, call, INT64_MAX, "pause", &ignored))
        call_end(call);
}
