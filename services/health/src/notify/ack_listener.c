// SPDX-License-Identifier: MIT
#include "notify/ack_listener.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"

#include "notify/ack_json.h"
#include "notify/telegram_channel.h"
#include "telegram/poll.h"

enum { ANSWER_MS = 4000, ANSWER_BODY_MAX = 2048, TAP_ARENA_MAX = 256 * 1024 };

struct taps {
    struct taps_options options;
    struct telegram_poll *poll;
};

/* Bot API, answerCallbackQuery: without it the button goes on turning. Nobody minds its failure. */
static void answer(const struct taps *taps, const struct tap *tap, const char *words)
{
    AUTO(buf_finish) struct buf body;
    AUTO(arena_finish) struct arena arena;
    struct telegram_answer ignored;
    struct fault fault;

    buf_init(&body, ANSWER_BODY_MAX);
    arena_init(&arena, TAP_ARENA_MAX);
    if (tap->query_id.at == NULL)
        return;
    buf_text(&body, "{\"callback_query_id\":");
    buf_json_string(&body, tap->query_id);
    buf_text(&body, ",\"text\":");
    buf_json_string(&body, slice_of(words));
    buf_char(&body, '}');
    const struct telegram_request request = {.token = taps->options.token,
                                             .method = "answerCallbackQuery",
                                             .body = buf_as_slice(&body),
                                             .timeout_ms = ANSWER_MS,
                                             .no_breaker = true};
    if (buf_ok(&body, &fault))
        (void)!telegram_call(&taps->options.telegram, &request, &arena, &ignored, &fault);
}

static const char *acknowledge(const struct taps *taps, const struct tap *tap)
{
    struct incident incident;
    struct fault fault;

    if (!telegram_channel_has(taps->options.chats, tap->chat_id))
        return "Нет прав";
    if (uuid_is_nil(&tap->incident))
        return "Непонятная кнопка";
    if (!history_incident_ack(taps->options.history, &tap->incident, tap->who, now_wall_us(),
                              &incident, &fault)) {
        if (fault.kind == FAULT_NOT_FOUND)
            return "Такого инцидента нет";
        log_fault(LOG_WARN, "ack_failed", &fault, (struct slice){0});
        return "Не записалось, нажмите ещё раз";
    }
    telegram_channel_seen(taps->options.chats, &incident, tap->chat_id, tap->message_id);
    telegram_channel_changed(taps->options.chats, &incident);
    taps->options.acked(taps->options.data, &incident);
    return incident.ended_us != 0 ? "Уже закончилось" : "Принято";
}

/* Telegram does not repeat what was handled: an acknowledgement that failed is made anew by the
 * person, who was told. */
static bool handle(void *data, const struct telegram_update *updates, size_t count,
                   struct fault *fault)
{
    const struct taps *taps = data;

    (void)fault;
    for (size_t i = 0; i < count; i++) {
        AUTO(arena_finish) struct arena arena;
        struct tap tap;

        arena_init(&arena, TAP_ARENA_MAX);
        if (tap_read(updates[i].raw, &arena, &tap))
            answer(taps, &tap, acknowledge(taps, &tap));
    }
    return true;
}

static void changed(void *data, enum telegram_poll_state state, const struct fault *fault)
{
    (void)data;
    if (fault != NULL)
        LOG(LOG_WARN, "polling_fails", fault->detail, log_str("bot", "alerts"),
            log_str("state", telegram_poll_state_name(state)), log_str("code", fault->code));
    else
        LOG(LOG_INFO, "polling_works", "Telegram is asked for acknowledgements",
            log_str("bot", "alerts"));
}

struct taps *taps_start(const struct taps_options *options, struct fault *fault)
{
    struct taps *taps = fault_calloc(sizeof *taps, "acknowledgements", fault);

    if (taps == NULL)
        return NULL;
    taps->options = *options;
    const struct telegram_poll_options poll = {.telegram = options->telegram,
                                               .token = options->token,
                                               .allowed_updates = tap_updates,
                                               .store = handle,
                                               .changed = changed,
                                               .data = taps};
    taps->poll = telegram_poll_start(options->loop, &poll, fault);
    if (taps->poll != NULL)
        return taps;
    free(taps);
    return NULL;
}

void taps_stop(struct taps *taps)
{
    if (taps == NULL)
        return;
    telegram_poll_stop(taps->poll);
    free(taps);
}
