// SPDX-License-Identifier: MIT
#include "notify/ack_listener.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"

#include "notify/ack_json.h"
#include "telegram/poll.h"

enum { ANSWER_MS = 4000, ANSWER_BODY_MAX = 2048, ACK_ARENA_MAX = 256 * 1024 };
#define SHARED_NS (600 * NS_PER_S)

/* Calls answerCallbackQuery of the Bot API, which stops the button's progress indicator. Ignores a
 * failure. */
static void answer_button_tap(const struct ack_listener *listener, const struct ack *ack,
                              const char *text)
{
    AUTO(buf_finish) struct buf body = BUF(ANSWER_BODY_MAX);
    AUTO(arena_finish) struct arena arena = ARENA(ACK_ARENA_MAX);
    struct telegram_answer ignored;
    struct fault fault;

    if (ack->query_id.at == NULL)
        return;
    buf_json_member(&body, "{\"callback_query_id\":", ack->query_id);
    buf_json_member(&body, ",\"text\":", slice_of(text));
    buf_char(&body, '}');
    const struct telegram_request request = {.token = listener->tools->config->alert_bot_token,
                                             .method = "answerCallbackQuery",
                                             .body = buf_as_slice(&body),
                                             .timeout_ms = ANSWER_MS,
                                             .no_breaker = true};
    if (buf_ok(&body, &fault))
        (void)!telegram_call(telegram_channel_api(listener->chats), &request, &arena, &ignored,
                             &fault);
}

static const char *acknowledge_and_choose_reply(const struct ack_listener *listener,
                                                const struct ack *ack)
{
    struct incident incident;
    struct fault fault;

    if (!telegram_channel_has_chat(listener->chats, ack->chat_id))
        return "Нет прав";
    if (uuid_is_nil(&ack->incident))
        return "Непонятная кнопка";
    if (!history_incident_ack(listener->tools->history, &ack->incident, ack->who, now_wall_us(),
                              &incident, &fault)) {
        if (fault.kind == FAULT_NOT_FOUND)
            return "Такого инцидента на этом сервере нет. Если серверов два, у каждого должен быть "
                   "свой бот оповещений";
        log_fault(LOG_WARN, "ack_failed", &fault, SLICE_NONE);
        return "Не записалось, нажмите ещё раз";
    }
    telegram_channel_track_message(listener->chats, &incident, ack->chat_id, ack->message_id);
    telegram_channel_edit_later(listener->chats, &incident);
    listener->acked(listener->data);
    return incident.ended_us != 0 ? "Уже закончилось" : "Принято";
}

/* Handles updates. Telegram does not repeat them, so if an acknowledgement fails, the reply asks
 * the person to tap again. */
static bool acknowledge_by_updates(void *data, const struct telegram_update *updates, size_t count,
                                   struct fault *fault)
{
    const struct ack_listener *listener = data;

    (void)fault;
    for (size_t i = 0; i < count; i++) {
        AUTO(arena_finish) struct arena arena = ARENA(ACK_ARENA_MAX);
        struct ack ack;

        if (ack_read_update(updates[i].raw, &arena, &ack))
            answer_button_tap(listener, &ack, acknowledge_and_choose_reply(listener, &ack));
    }
    return true;
}

static void record_poll_state(void *data, enum telegram_poll_state state, const struct fault *fault)
{
    struct ack_listener *listener = data;

    if (state == TELEGRAM_POLL_OTHER) {
        listener->interrupted_before_ns = listener->interrupted_ns;
        listener->interrupted_ns = now_mono_ns();
    }
    if (fault != NULL)
        LOG(LOG_WARN, "polling_fails", fault->detail, log_str("bot", "alerts"),
            log_str("state", telegram_poll_state_name(state)), log_str("code", fault->code));
    else
        LOG(LOG_INFO, "polling_works", "Telegram is polled for acknowledgements",
            log_str("bot", "alerts"));
}

bool ack_listener_start(struct ack_listener *listener, const struct channel_tools *tools,
                        struct telegram_channel *chats, ack_listener_fn *acked, void *data,
                        struct fault *fault)
{
    *listener = (struct ack_listener){.tools = tools, .chats = chats, .acked = acked, .data = data};
    const struct telegram_poll_options poll = {.telegram = *telegram_channel_api(chats),
                                               .token = tools->config->alert_bot_token,
                                               .allowed_updates = ack_updates,
                                               .store = acknowledge_by_updates,
                                               .changed = record_poll_state,
                                               .data = listener};
    listener->poll = telegram_poll_start(tools->service->loop, &poll, fault);
    return listener->poll != NULL;
}

bool ack_listener_bot_is_shared(const struct ack_listener *listener)
{
    return listener->interrupted_before_ns != 0 &&
           now_mono_ns() - listener->interrupted_before_ns < SHARED_NS;
}

void ack_listener_stop(struct ack_listener *listener)
{
    telegram_poll_stop(listener->poll);
}
