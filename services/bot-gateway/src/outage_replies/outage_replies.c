// SPDX-License-Identifier: MIT
#include "outage_replies/outage_replies.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "bots/bots.h"
#include "dialogue/dialogue_json.h"
#include "outage_replies/outage_reply.h"
#include "outbox/rate_limit.h"
#include "telegram/telegram.h"
#include "texts/texts_watch.h"

enum {
    ANSWER_MAX = 16 * 1024,
    ANSWER_ARENA_MAX = 4 * ANSWER_MAX,
    TEXT_EVERY_US = 2 * RATE_LIMIT_BOT_EVERY_US /* half of the rate of one bot */
};

struct outage_replies {
    const struct gateway_app *app;
    size_t calls;                   /* number of running calls */
    struct rate_limit_bucket limit; /* rate limit of texts; answers to taps have none */
    struct outage_reply_keys recent;
};

/* A call of the Bot API, run in a fiber of its own, which frees it. */
struct call {
    struct outage_replies *replies;
    char token[BOT_TOKEN_MAX + 1];
    struct outage_reply reply;
    struct buf body;
};

struct outage_replies *outage_replies_create(const struct gateway_app *app, struct fault *fault)
{
    struct outage_replies *replies = fault_calloc(sizeof *replies, "outage replies", fault);

    if (replies != NULL)
        replies->app = app;
    return replies;
}

void outage_replies_destroy(struct outage_replies *replies)
{
    free(replies);
}

static void free_call(struct call *call)
{
    call->replies->calls--;
    buf_finish(&call->body);
    free(call);
}

static void send_reply_and_free_call(void *data)
{
    struct call *call = data;
    const struct telegram_request request = {.token = call->token,
                                             .method = call->reply.method,
                                             .body = buf_as_slice(&call->body),
                                             .timeout_ms = OUTAGE_REPLIES_CALL_MS,
                                             .answer_max = ANSWER_MAX};
    AUTO(arena_finish) struct arena arena = ARENA(ANSWER_ARENA_MAX);
    struct telegram_answer answer;
    struct fault ignored;

    (void)!telegram_call(call->replies->app->telegram, &request, &arena, &answer, &ignored);
    free_call(call);
}

/* Makes the reply to an update. False: there is none, or the update cannot be read. */
static bool make_reply(const struct update *update, const struct texts *texts, struct call *call)
{
    AUTO(arena_finish) struct arena arena = ARENA(UPDATE_ARENA_MAX);
    struct update_view view;
    struct fault ignored;

    return update_view_read(update->body, &arena, &view, &ignored) &&
           outage_reply_make(&update->bot_id, &view, now_wall_us(), texts, &call->reply,
                             &call->body) &&
           buf_ok(&call->body, &ignored);
}

/* Whether the limits allow to send the reply; if they do, counts the reply. */
static bool count_if_allowed(struct outage_replies *replies, const struct outage_reply *reply)
{
    const int64_t now_us = loop_now_ns(replies->app->service->loop) / NS_PER_US;

    if (reply->is_text &&
        rate_limit_bucket_wait_us(&replies->limit, TEXT_EVERY_US, RATE_LIMIT_BOT_BURST, now_us) > 0)
        return false;
    if (!outage_reply_keys_add_if_absent(&replies->recent, reply->key, now_us / US_PER_MS,
                                         reply->for_ms))
        return false;
    if (reply->is_text)
        rate_limit_bucket_take_token(&replies->limit, TEXT_EVERY_US, now_us);
    return true;
}

void outage_replies_send(void *data, const struct update *update)
{
    struct outage_replies *replies = data;
    const struct bot *bot;
    struct fault ignored;

    if (replies->calls >= OUTAGE_REPLIES_CALLS_MAX || update->broken ||
        !bots_find_active_by_id(replies->app->bots, &update->bot_id, &bot, &ignored) ||
        !bot_has_part(bot, BOT_TOKEN) || !bot_type_has_dialogue(bot->type))
        return;
    const struct texts *texts = texts_watch_texts(replies->app->texts, (enum bot_type)bot->type);
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL)
        return;
    call->replies = replies;
    memcpy(call->token, bot->token, sizeof call->token);
    buf_init(&call->body, OUTAGE_REPLY_BODY_MAX);
    replies->calls++;
    if (!make_reply(update, texts, call) || !count_if_allowed(replies, &call->reply) ||
        !fiber_start(replies->app->service->loop, send_reply_and_free_call, call, INT64_MAX,
                     "pause", &ignored))
        free_call(call);
}
