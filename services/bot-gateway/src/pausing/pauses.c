// SPDX-License-Identifier: MIT
#include "pausing/pauses.h"

#include <stdlib.h>

#include "base/now.h"
#include "loop/fiber.h"

#include "dialogues/dialogues_json.h"
#include "pausing/pause.h"
#include "pausing/told.h"
#include "sending/pace.h"

enum {
    ARENA_MAX = 4 * UPDATE_BODY_MAX, /* what foreign_read() may need for such a body */
    ANSWER_MAX = 16 * 1024,
    ANSWER_ARENA_MAX = 4 * ANSWER_MAX,
    TEXT_EVERY_US = 2 * PACE_BOT_EVERY_US
};

struct pauses {
    struct loop *loop;
    const struct bots *bots;
    const struct texts_watch *texts;
    const struct telegram *telegram;
    size_t calls;            /* under way */
    struct pace_bucket pace; /* of texts */
    struct told told;
};

/* Owns its memory. */
struct call {
    struct pauses *pauses;
    char token[BOT_TOKEN_MAX + 1];
    struct pause pause;
    struct buf body;
};

struct pauses *pauses_create(struct loop *loop, const struct bots *bots,
                             const struct texts_watch *texts, const struct telegram *telegram,
                             struct fault *fault)
{
    struct pauses *pauses = fault_calloc(sizeof *pauses, "pauses", fault);
    if (pauses == NULL)
        return NULL;
    pauses->loop = loop;
    pauses->bots = bots;
    pauses->texts = texts;
    pauses->telegram = telegram;
    return pauses;
}

void pauses_destroy(struct pauses *pauses)
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
                                             .timeout_ms = PAUSES_CALL_MS,
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
        pause_of(&update->bot_id, &view, now_wall_us(), texts, &call->pause, &call->body) &&
        buf_ok(&call->body, &ignored);
    arena_finish(&arena);
    return any;
}

static bool is_free(struct pauses *pauses, const struct pause *pause)
{
    const int64_t now_us = loop_now_ns(pauses->loop) / NS_PER_US;
    if (pause->is_text &&
        pace_bucket_wait_us(&pauses->pace, TEXT_EVERY_US, PACE_BOT_BURST, now_us) > 0)
        return false;
    if (!told_first(&pauses->told, pause->key, now_us / US_PER_MS, pause->for_ms))
        return false;
    if (pause->is_text)
        pace_bucket_take(&pauses->pace, TEXT_EVERY_US, now_us);
    return true;
}

void pauses_tell(void *data, const struct update *update)
{
    struct pauses *pauses = data;
    const struct bot *bot;
    struct fault ignored;
    if (pauses->calls >= PAUSES_CALLS_MAX || update->broken ||
        !bots_find_id(pauses->bots, &update->bot_id, &bot, &ignored) || !bot_has(bot, BOT_TOKEN))
        return;
    const struct texts *texts = texts_watch_texts(pauses->texts, (enum bot_type)bot->type);
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL)
        return;
    call->pauses = pauses;
    memcpy(call->token, bot->token, sizeof call->token);
    buf_init(&call->body, PAUSE_BODY_MAX);
    pauses->calls++;
    if (!read_update(update, texts, call) || !is_free(pauses, &call->pause) ||
        !fiber_start(pauses->loop, run, call, INT64_MAX, "pause", &ignored))
        call_end(call);
}
