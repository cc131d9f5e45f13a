// SPDX-License-Identifier: MIT
#include "notify/telegram_channel.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"
#include "base/number.h"
#include "base/parse.h"

#include "notify/ack_json.h"
#include "notify/alert_retry.h"

enum {
    BODY_MAX = 32 * 1024,
    CALL_ARENA_MAX = 512 * 1024,
    /* Maximum of a wait that Telegram demands; an alert is retried at least once an hour. */
    WAIT_MAX_S = 3600
};

/* A sent message about an incident, with the incident as the message shows it. */
struct sent_message {
    struct alert_message is; /* `message_id` 0: the slot is free */
    bool stale;              /* the message must be edited */
    int tries;               /* number of failed edits of the message */
    int64_t edit_at_ns;      /* the next edit begins no earlier */
};

struct chat {
    int64_t id;
    char note[NOTE_ID_MAX + 1]; /* id of the last note sent to the chat */
};

struct telegram_channel {
    const struct channel_tools *tools;
    struct telegram telegram; /* its client uses the proxy */
    struct chat chats[TELEGRAM_CHATS_MAX];
    size_t chat_count;
    struct sent_message sent[TELEGRAM_SENT_MAX];
    size_t next; /* index of the oldest slot */
    struct log_limit log_limit;
};

/* --- sent messages --- */

static struct sent_message *find_sent_message(struct telegram_channel *chats,
                                              const struct uuid *incident, enum alert_event event,
                                              int step, int64_t chat_id)
{
    for (size_t i = 0; i < TELEGRAM_SENT_MAX; i++) {
        const struct alert_message *one = &chats->sent[i].is;

        if (one->message_id != 0 && one->chat_id == chat_id && one->event == event &&
            one->step == step && uuid_equal(&one->incident.id, incident))
            return &chats->sent[i];
    }
    return NULL;
}

static void add_sent_message(struct telegram_channel *chats, const struct alert_message *message,
                             bool must_edit)
{
    chats->sent[chats->next] = (struct sent_message){.is = *message, .stale = must_edit};
    chats->next = (chats->next + 1) % TELEGRAM_SENT_MAX;
}

void telegram_channel_edit_later(struct telegram_channel *chats, const struct incident *incident)
{
    for (size_t i = 0; i < TELEGRAM_SENT_MAX; i++) {
        struct sent_message *sent = &chats->sent[i];

        if (sent->is.message_id == 0 || sent->is.event == ALERT_RECOVERED ||
            !uuid_equal(&sent->is.incident.id, &incident->id))
            continue;
        sent->is.incident = *incident;
        sent->stale = true;
        sent->tries = 0;
        sent->edit_at_ns = 0;
    }
}

void telegram_channel_track_message(struct telegram_channel *chats, const struct incident *incident,
                                    int64_t chat_id, int64_t message_id)
{
    for (size_t i = 0; i < TELEGRAM_SENT_MAX; i++)
        if (chats->sent[i].is.message_id == message_id && chats->sent[i].is.chat_id == chat_id)
            return;
    add_sent_message(chats,
                     &(const struct alert_message){.message_id = message_id,
                                                   .chat_id = chat_id,
                                                   .event = ALERT_FIRED,
                                                   .incident = *incident},
                     false);
}

bool telegram_channel_has_chat(const struct telegram_channel *chats, int64_t chat_id)
{
    for (size_t i = 0; i < chats->chat_count; i++)
        if (chats->chats[i].id == chat_id)
            return true;
    return false;
}

/* Loads the messages that earlier processes sent. A process may have been killed before an edit, so
 * messages of acknowledged and ended incidents are edited again. */
static bool load_sent_messages(struct telegram_channel *chats, struct fault *fault)
{
    size_t count = TELEGRAM_SENT_MAX;
    const int64_t since_us = now_wall_us() - HISTORY_HOUR_US;
    auto_free struct alert_message *found =
        fault_calloc(count * sizeof *found, "messages of alerts", fault);

    if (found == NULL ||
        !history_list_messages(chats->tools->history, since_us, found, &count, fault))
        return false;
    for (size_t i = count; i-- > 0;) {
        const struct alert_message *one = &found[i];
        const bool changed = one->incident.ended_us != 0 || one->incident.acked_by[0] != '\0';

        if (telegram_channel_has_chat(chats, one->chat_id) &&
            find_sent_message(chats, &one->incident.id, one->event, one->step, one->chat_id) ==
                NULL)
            add_sent_message(chats, one, changed && one->event != ALERT_RECOVERED);
    }
    return true;
}

/* --- one call --- */

struct message {
    const struct alert_story *story;
    int64_t chat_id;
    int64_t message_id; /* id of the message to edit; 0: a new message */
    int64_t reply_to;   /* id of the message to reply to; 0: none */
    bool plain;         /* plain text, without markup */
};

/* Writes the body of sendMessage or editMessageText (Bot API 10.2). An edit without a keyboard
 * removes the keyboard. */
static void put_request_body(const struct message *message, const struct buf *text,
                             struct buf *body)
{
    const struct incident *incident = message->story->incident;

    buf_printf(body, "{\"chat_id\":%lld,\"text\":", (long long)message->chat_id);
    buf_json_string(body, buf_as_slice(text));
    buf_text(body, ",\"link_preview_options\":{\"is_disabled\":true}");
    if (!message->plain)
        buf_text(body, ",\"parse_mode\":\"HTML\"");
    if (message->message_id != 0)
        buf_printf(body, ",\"message_id\":%lld", (long long)message->message_id);
    if (message->reply_to != 0)
        buf_printf(body,
                   ",\"reply_parameters\":{\"message_id\":%lld,"
                   "\"allow_sending_without_reply\":true}",
                   (long long)message->reply_to);
    if (incident != NULL && incident->ended_us == 0 && incident->acked_by[0] == '\0')
        ack_put_button(&incident->id, body);
    buf_char(body, '}');
}

static const enum channel_outcome outcomes[] = {
    [TELEGRAM_DONE] = CHANNEL_SENT,
    [TELEGRAM_DONE_ALREADY] = CHANNEL_SENT,
    [TELEGRAM_MIGRATED] = CHANNEL_REFUSED,
    [TELEGRAM_NO_RECIPIENT] = CHANNEL_REFUSED,
    [TELEGRAM_REFUSED] = CHANNEL_REFUSED,
    [TELEGRAM_BAD_MARKUP] = CHANNEL_REFUSED,
    [TELEGRAM_NO_MESSAGE] = CHANNEL_REFUSED,
    [TELEGRAM_NO_BOT] = CHANNEL_REFUSED,
    [TELEGRAM_THROTTLED] = CHANNEL_BUSY,
    [TELEGRAM_NOT_SENT] = CHANNEL_UNREACHABLE,
    [TELEGRAM_UNCERTAIN] = CHANNEL_UNREACHABLE,
};

/* Sets `answer`, and of `result` what follows from it. */
static void send_or_edit_message(struct telegram_channel *chats, const struct message *message,
                                 struct telegram_answer *answer, struct channel_result *result)
{
    AUTO(buf_finish) struct buf text = BUF(ALERT_TEXT_MAX);
    AUTO(buf_finish) struct buf body = BUF(BODY_MAX);
    AUTO(arena_finish) struct arena arena = ARENA(CALL_ARENA_MAX);
    struct fault ignored;

    *answer = (struct telegram_answer){.outcome = TELEGRAM_NOT_SENT};
    result->outcome = CHANNEL_UNREACHABLE;
    (message->plain ? alert_write_plain_text : alert_write_html)(message->story, &text);
    put_request_body(message, &text, &body);
    if (!buf_ok(&text, &result->fault) || !buf_ok(&body, &result->fault))
        return;
    const struct telegram_request request = {.token = chats->tools->config->alert_bot_token,
                                             .method = message->message_id != 0 ? "editMessageText"
                                                                                : "sendMessage",
                                             .body = buf_as_slice(&body),
                                             .timeout_ms = TELEGRAM_SEND_MS,
                                             .no_breaker = true};
    result->message_id = 0;
    if (telegram_call(&chats->telegram, &request, &arena, answer, &result->fault))
        (void)!telegram_read_message_id(answer->result, &arena, &result->message_id, &ignored);
    result->outcome = outcomes[answer->outcome];
    result->wait_ms = number_min(answer->retry_after_s, WAIT_MAX_S) * 1000;
}

/* --- alerts --- */

static int64_t find_first_message_id(struct telegram_channel *chats,
                                     const struct alert_story *story, int64_t chat_id)
{
    const struct sent_message *first =
        story->note == NULL
            ? find_sent_message(chats, &story->incident->id, ALERT_FIRED, 0, chat_id)
            : NULL;

    return first != NULL ? first->is.message_id : 0;
}

/* Stores a sent message in memory and in the history, for later edits. Of a note, which is not
 * edited, stores only the id, in memory. */
static void store_sent_message(struct telegram_channel *chats, const struct message *message,
                               struct chat *chat, int64_t message_id)
{
    const struct alert_story *story = message->story;
    struct fault fault;

    if (story->note != NULL)
        snprintf(chat->note, sizeof chat->note, "%s", story->note->id);
    if (story->note != NULL || message_id == 0)
        return;
    const struct alert_message sent = {.message_id = message_id,
                                       .chat_id = message->chat_id,
                                       .event = story->event,
                                       .step = story->step,
                                       .incident = *story->incident};
    add_sent_message(chats, &sent, false);
    if (chats->tools->history != NULL && !history_add_message(chats->tools->history, &sent, &fault))
        log_fault(LOG_WARN, "message_not_noted", &fault, SLICE_NONE);
}

/* Sends a message to one chat. If the group has a new id, sends it again there; if Telegram has
 * rejected the markup, again without markup. */
static void send_to_chat(struct telegram_channel *chats, const struct alert_story *story,
                         struct chat *chat, struct channel_result *result)
{
    struct message message = {.story = story,
                              .chat_id = chat->id,
                              .reply_to = find_first_message_id(chats, story, chat->id)};
    struct telegram_answer answer;

    send_or_edit_message(chats, &message, &answer, result);
    const bool migrated = answer.outcome == TELEGRAM_MIGRATED;
    if (migrated) {
        LOG(LOG_ERROR, "alert_chat_moved", "A group has a new id: replace it in ALERT_CHATS",
            log_int("old", chat->id), log_int("new", answer.new_chat_id));
        message.chat_id = chat->id = answer.new_chat_id;
    }
    message.plain = answer.outcome == TELEGRAM_BAD_MARKUP;
    if (migrated || message.plain)
        send_or_edit_message(chats, &message, &answer, result);
    if (result->outcome == CHANNEL_SENT)
        store_sent_message(chats, &message, chat, result->message_id);
}

static bool chat_has_received(struct telegram_channel *chats, const struct alert_story *story,
                              const struct chat *chat)
{
    if (story->note != NULL)
        return strcmp(chat->note, story->note->id) == 0;
    return find_sent_message(chats, &story->incident->id, story->event, story->step, chat->id) !=
           NULL;
}

/* A message for all chats. */
struct sending {
    struct telegram_channel *chats;
    const struct alert_story *story;
};

/* Sends to a chat, unless it has received the message by an earlier attempt. */
static void send_unless_received(void *data, size_t index, struct channel_result *result)
{
    const struct sending *sending = data;
    struct chat *chat = &sending->chats->chats[index];

    if (chat_has_received(sending->chats, sending->story, chat))
        result->outcome = CHANNEL_SENT;
    else
        send_to_chat(sending->chats, sending->story, chat, result);
}

static void send_story(void *self, const struct alert_story *story, struct channel_result *result)
{
    struct telegram_channel *chats = self;
    struct sending sending = {chats, story};
    const struct channel_recipients to = {.count = chats->chat_count,
                                          .send = send_unless_received,
                                          .data = &sending,
                                          .waits_longest = true};
    const size_t refuses = channel_send_and_find_refuser(&to, result);

    if (refuses < to.count &&
        log_limit_count(&chats->log_limit, now_mono_ns(), CHANNEL_LOG_MS) != 0)
        LOG(LOG_ERROR, "alert_refused", result->fault.detail, log_str("channel", "telegram"),
            log_int("chat", chats->chats[refuses].id), log_str("code", result->fault.code));
    if (story->note == NULL && result->outcome == CHANNEL_SENT &&
        (story->event == ALERT_RECOVERED || story->event == ALERT_WORSE))
        telegram_channel_edit_later(chats, story->incident);
}

/* --- edits --- */

/* Edits a message. False: Telegram is unreachable or busy. */
static bool edit_message(struct telegram_channel *chats, struct sent_message *sent)
{
    const struct alert_message is = sent->is;
    const struct alert_story story = {
        .incident = &is.incident,
        .check = plan_find(chats->tools->plan, slice_of(is.incident.check)),
        .event = is.event,
        .step = is.step,
        .now_us = now_wall_us(),
        .public_url = chats->tools->config->public_url};
    const struct message message = {
        .story = &story, .chat_id = is.chat_id, .message_id = is.message_id};
    struct channel_result result = {.took_ms = 0};
    struct telegram_answer answer;

    sent->stale = false;
    send_or_edit_message(chats, &message, &answer, &result);
    if (result.outcome == CHANNEL_SENT || result.outcome == CHANNEL_REFUSED)
        return true;
    if (sent->is.message_id == is.message_id) { /* edits are retried as alerts are */
        const struct alert_retry retry = alert_retry_decide(sent->tries++, &result, 0, 0);

        sent->stale = !retry.give_up;
        sent->edit_at_ns = now_mono_ns() + retry.pause_ms * NS_PER_MS;
    }
    return false;
}

/* Edits at most TELEGRAM_CHATS_MAX messages, so that alerts do not wait long. */
static void edit_stale_messages(void *self)
{
    struct telegram_channel *chats = self;
    int left = TELEGRAM_CHATS_MAX;

    for (size_t i = 0; i < TELEGRAM_SENT_MAX && left > 0; i++) {
        struct sent_message *sent = &chats->sent[i];

        if (sent->is.message_id != 0 && sent->stale && now_mono_ns() >= sent->edit_at_ns)
            left = edit_message(chats, sent) ? left - 1 : 0;
    }
}

/* --- configuration --- */

static bool read_chat_id(void *self, size_t index, struct slice item)
{
    struct telegram_channel *chats = self;

    return parse_i64(item, INT64_MIN, INT64_MAX, &chats->chats[index].id);
}

static bool open_http_client(struct telegram_channel *chats, struct fault *fault)
{
    const struct health_config *config = chats->tools->config;
    const struct http_client_options http = {.proxy = config->telegram_proxy};
    const struct service *service = chats->tools->service;

    if (service == NULL)
        return true;
    chats->telegram = (struct telegram){
        .client = http_client_create(service->loop, service->work, &http, fault),
        .root = config->telegram_api_root,
        .own_root = strcmp(config->telegram_api_root, TELEGRAM_ROOT) != 0,
    };
    return chats->telegram.client != NULL;
}

static void destroy_channel(void *self)
{
    struct telegram_channel *chats = self;

    http_client_destroy(chats->telegram.client);
    free(chats);
}

bool telegram_channel_open(const struct channel_tools *tools, struct channel *out,
                           struct fault *fault)
{
    struct telegram_channel *chats = fault_calloc(sizeof *chats, "alerts by Telegram", fault);

    if (chats == NULL)
        return false;
    chats->tools = tools;
    *out = (struct channel){.self = chats,
                            .limit_ms = TELEGRAM_SEND_MS,
                            .send = send_story,
                            .update = edit_stale_messages,
                            .destroy = destroy_channel};
    if (!channel_read_list(tools->config->alert_chats, TELEGRAM_CHATS_MAX, read_chat_id, chats,
                           &chats->chat_count))
        return fault_set(fault, FAULT_INVALID, "bad_alert_chats",
                         "ALERT_CHATS must be 1 to %d ids of chats, comma-separated.",
                         (int)TELEGRAM_CHATS_MAX);
    return open_http_client(chats, fault) &&
           (tools->history == NULL || load_sent_messages(chats, fault));
}

const struct telegram *telegram_channel_api(const struct telegram_channel *chats)
{
    return &chats->telegram;
}
