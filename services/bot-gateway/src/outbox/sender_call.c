// SPDX-License-Identifier: MIT
/* One call: made, judged, stored. */
#include <stdlib.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "outbox/sender_private.h"
#include "outbox/sent_text.h"

enum {
    FLIGHT_ARENA_MAX = 1024 * 1024,
    STORE_PAUSE_MS = 500, /* between two tries to store how a call ended */
    STORE_TRIES_MAX = 1200
};

static uint32_t chance(void)
{
    uint32_t number;

    digest_random(&number, sizeof number);
    return number;
}

/* --- what the end of a call means --- */

static void count_end(struct sender *sender, const struct call_result *result,
                      const struct outcome *verdict)
{
    static const enum sender_count counts[] = {
        [OUTBOX_QUEUED] = SENDER_AGAIN,
        [OUTBOX_SENT] = SENDER_SENT,
        [OUTBOX_UNCERTAIN] = SENDER_UNCERTAIN,
        [OUTBOX_FAILED] = SENDER_FAILED,
    };

    sender->counters[result->end == CALL_TOO_MANY ? SENDER_PARKED : counts[verdict->status]]
        .value++;
}

static void log_end(const struct sender_call *call, enum call_end end,
                    const struct outcome *verdict)
{
    char id[UUID_TEXT_LEN + 1], bot[UUID_TEXT_LEN + 1];

    if (verdict->code == NULL)
        return;
    uuid_format(&call->id, id);
    uuid_format(&call->bot_id, bot);
    LOG(end == CALL_BOT_DEAD ? LOG_ERROR : LOG_WARN, "sending_not_done",
        "A call of Telegram was not done", log_str("code", verdict->code), log_str("bot_id", bot),
        log_str("message_id", id), log_str("status", outbox_status_names[verdict->status]),
        log_int("try", call->tries));
}

static struct backoff_bot *park_of(struct sender *sender, const struct uuid *bot_id)
{
    size_t i = 0;

    while (i < BOTS_MAX - 1 && !uuid_is_nil(&sender->parks[i].bot_id) &&
           !uuid_equal(&sender->parks[i].bot_id, bot_id))
        i++;
    if (!uuid_equal(&sender->parks[i].bot_id, bot_id))
        sender->parks[i].park = (struct backoff_bot){0};
    sender->parks[i].bot_id = *bot_id;
    return &sender->parks[i].park;
}

/* A chat is parked: perhaps its bot is too. */
static void note_park(struct sender *sender, const struct sender_call *call,
                      struct outcome *verdict)
{
    const int64_t now_ms = loop_now_ns(sender->options.service->loop) / NS_PER_MS;
    int64_t until_ms;

    if (backoff_bot_add(park_of(sender, &call->bot_id), call->chat_id, now_ms,
                        now_ms + verdict->park_ms, &until_ms))
        verdict->pause_bot_ms = until_ms - now_ms;
}

static bool store(struct db *tx, void *arg, struct fault *fault)
{
    const struct sender_end *end = arg;

    return sender_store_end(tx, end, fault);
}

/* What nobody can read is not told, nor what was confided to the chat. */
static struct slice said(const struct sender_call *call, const struct outcome *verdict,
                         struct arena *arena)
{
    struct slice text;
    struct fault ignored;

    if (verdict->status != OUTBOX_SENT || call->chat_id == FIELD_ABSENT || call->confided ||
        !sent_text_read(call, arena, &text, &ignored))
        return (struct slice){NULL, 0};
    return text;
}

void sender_settle(struct sender *sender, const struct sender_call *call,
                   const struct call_result *result, const struct uuid *owner, bool lapsed)
{
    AUTO(arena_finish) struct arena arena;
    const struct call_of of = {.lane = call->lane,
                               .tries = call->tries,
                               .on_unknown = call->on_unknown,
                               .edits = outcome_edits(call->method),
                               .edits_text = outcome_edits_text(call->method),
                               .plain = call->plain,
                               .has_instead = call->has_instead};
    struct outcome verdict = outcome_of(result, &of, chance());
    struct sender_end end = {.process = owner,
                             .id = call->id,
                             .bot_id = call->bot_id,
                             .chat_id = call->chat_id,
                             .lapsed = lapsed,
                             .result = result,
                             .verdict = &verdict};
    struct fault fault;

    arena_init(&arena, FLIGHT_ARENA_MAX);
    end.said = said(call, &verdict, &arena);
    if (result->end == CALL_TOO_MANY && call->chat_id != FIELD_ABSENT)
        note_park(sender, call, &verdict);
    count_end(sender, result, &verdict);
    log_end(call, result->end, &verdict);
    for (int tries = 0; !db_transaction(sender->pool, store, &end, &fault); tries++) {
        if (tries == 0)
            log_fault(LOG_WARN, "sending_not_stored", &fault, (struct slice){NULL, 0});
        if (tries == STORE_TRIES_MAX || !fiber_sleep(STORE_PAUSE_MS * NS_PER_MS, &fault))
            return; /* the lease ends, and the message is uncertain */
    }
}

/* --- the call --- */

static void speak(struct sender_flight *flight, struct call_result *result)
{
    const struct sender_options *options = &flight->sender->options;
    char token[BOT_TOKEN_MAX + 1];
    const struct bot *bot;
    struct fault fault;

    *result = (struct call_result){.end = CALL_NOT_SENT,
                                   .message_id = FIELD_ABSENT,
                                   .text = SLICE("The bot has no token now.")};
    if (!bots_find_id(options->bots, &flight->call.bot_id, &bot, &fault) ||
        !bot_has(bot, BOT_TOKEN))
        return;
    memcpy(token, bot->token, sizeof token); /* the bots may be others after a wait */
    options->speak(options->data, token, &flight->call, &flight->arena, result);
}

static void flight_end(struct sender_flight *flight)
{
    struct sender *sender = flight->sender;

    LIST_REMOVE(flight, next);
    sender->flying--;
    arena_finish(&flight->arena);
    free(flight);
    sender_wake(sender);
}

static void fly(void *data)
{
    struct sender_flight *flight = data;
    struct call_result result;

    speak(flight, &result);
    sender_settle(flight->sender, &flight->call, &result, &flight->sender->process, false);
    flight_end(flight);
}

static struct sender_flight *flight_make(struct sender *sender, const struct sender_call *call)
{
    struct sender_flight *flight = calloc(1, sizeof *flight);

    if (flight == NULL)
        return NULL;
    flight->sender = sender;
    flight->call = *call;
    arena_init(&flight->arena, FLIGHT_ARENA_MAX);
    flight->call.method = arena_copy(&flight->arena, call->method);
    flight->call.parameters = arena_copy(&flight->arena, call->parameters);
    if (call->markup.at != NULL)
        flight->call.markup = arena_copy(&flight->arena, call->markup);
    LIST_INSERT_HEAD(&sender->flights, flight, next);
    sender->flying++;
    if (flight->call.method.at != NULL && flight->call.parameters.at != NULL &&
        (flight->call.markup.at != NULL) == (call->markup.at != NULL))
        return flight;
    flight_end(flight);
    return NULL;
}

void sender_fly(struct sender *sender, const struct sender_call *call)
{
    const struct call_result not_begun = {.end = CALL_NOT_SENT,
                                          .message_id = FIELD_ABSENT,
                                          .text = SLICE("There was no room for the call.")};
    struct sender_flight *flight = flight_make(sender, call);
    struct fault fault;

    /* Its waits all end by themselves. */
    if (flight != NULL &&
        fiber_start(sender->options.service->loop, fly, flight, INT64_MAX, "sender call", &fault))
        return;
    if (flight != NULL)
        flight_end(flight);
    sender_settle(sender, call, &not_begun, &sender->process, false);
}

struct slice sender_flying_ids(const struct sender *sender, char room[SENDER_ID_LIST])
{
    const struct sender_flight *flight;
    struct buf list;
    char id[UUID_TEXT_LEN + 1];

    buf_init_over(&list, room, SENDER_ID_LIST);
    buf_char(&list, '{');
    LIST_FOREACH (flight, &sender->flights, next) {
        if (list.len > 1)
            buf_char(&list, ',');
        uuid_format(&flight->call.id, id);
        buf_text(&list, id);
    }
    buf_char(&list, '}');
    return buf_as_slice(&list);
}
