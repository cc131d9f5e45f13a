// SPDX-License-Identifier: MIT
#include "notify/sms_channel.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"
#include "base/text.h"
#include "http/client.h"

#include "notify/hourly_limit.h"
#include "notify/sms_answer.h"

#define SMS_ROOT "https://sms.ru"
enum {
    SENT_MAX = 64, /* number of the last texts that are stored for each phone */
    BODY_MAX = 8 * 1024,
    ANSWER_MAX = 16 * 1024,
    CALL_ARENA_MAX = 128 * 1024
};

/* A text that was sent to one phone. */
struct sent {
    char id[NOTE_ID_MAX + 1]; /* id of the alert or note; "": the slot is free */
    bool delivered;           /* SMS.ru has accepted the text */
    int uncertain;            /* number of sends whose outcome is unknown */
};

struct phone {
    char digits[SMS_DIGITS_MAX + 1];
    struct sent sent[SENT_MAX];
    size_t next; /* index of the oldest slot */
};

struct sms_channel {
    const struct health_config *config;
    struct http_client *client;
    struct phone phones[SMS_PHONES_MAX];
    size_t phone_count;
    struct hourly_limit sends;
    struct log_limit log_limit;
};

static struct sent *find_sent_text(struct phone *phone, const char *id)
{
    for (size_t i = 0; i < SENT_MAX; i++)
        if (strcmp(phone->sent[i].id, id) == 0)
            return &phone->sent[i];
    return NULL;
}

/* Records a text in place of the oldest one. Call it only after
 * hourly_limit_take_slot_or_get_wait_ms() has allowed to send the text. */
static struct sent *add_sent_text(struct phone *phone, const char *id)
{
    struct sent *sent = &phone->sent[phone->next];

    phone->next = (phone->next + 1) % SENT_MAX;
    *sent = (struct sent){0};
    snprintf(sent->id, sizeof sent->id, "%s", id);
    return sent;
}

static bool is_critical_start(const struct alert_story *story)
{
    return story->note == NULL && (story->event == ALERT_FIRED || story->event == ALERT_WORSE) &&
           story->incident->level == LEVEL_RED && story->incident->severity == SEVERITY_CRITICAL;
}

/* --- one call --- */

/* Appends a field as application/x-www-form-urlencoded. */
static void put_form_field(struct buf *out, const char *name, struct slice value)
{
    buf_printf(out, "%s=", name);
    for (size_t i = 0; i < value.len; i++) {
        const unsigned char c = (unsigned char)value.at[i];
        const bool plain = ascii_is_alnum(c) || c == '-';

        if (plain)
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
    buf_char(out, '&');
}

static struct sms_result send_sms(const struct sms_channel *sms, const struct phone *phone,
                                  struct slice line)
{
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded", NULL};
    const struct sms_result away = {CHANNEL_UNREACHABLE, "sms_away", 0};
    AUTO(arena_finish) struct arena arena = ARENA(CALL_ARENA_MAX);
    AUTO(buf_finish) struct buf body = BUF(BODY_MAX);
    struct http_answer answer = {.sent = false};
    struct fault ignored;

    put_form_field(&body, "api_id", slice_of(sms->config->sms_api_id));
    put_form_field(&body, "to", slice_of(phone->digits));
    put_form_field(&body, "msg", line);
    buf_text(&body, "json=1");
    const char *root = sms->config->sms_api_root;
    const struct slice url = arena_printf(&arena, "%s/sms/send", root);
    /* Another root is our own server, which may have a private address and no TLS. */
    const bool own = strcmp(root, SMS_ROOT) != 0;
    if (!buf_ok(&body, &ignored) || url.at == NULL)
        return away;
    const struct http_call http = {.method = "POST",
                                   .url = url.at,
                                   .headers = headers,
                                   .body = buf_as_slice(&body),
                                   .timeout_ms = SMS_SEND_MS,
                                   .answer_max = ANSWER_MAX,
                                   .tries = 1,
                                   .allow_private = own,
                                   .allow_plain = own,
                                   .no_breaker = true};
    if (!http_client_call(sms->client, &http, &arena, &answer, &ignored))
        return answer.sent ? (struct sms_result){CHANNEL_UNREACHABLE, "sms_uncertain", 0} : away;
    return sms_answer_read(answer.status, answer.body, phone->digits, &arena);
}

/* --- one text --- */

static void set_result_from_reply(struct channel_result *result, const struct sms_result *reply)
{
    channel_set_result(result, reply->outcome, reply->code, "SMS.ru", (long long)reply->number);
}

static void refuse_permanently(struct channel_result *result, const char *code)
{
    set_result_from_reply(result, &(const struct sms_result){CHANNEL_REFUSED, code, 0});
    result->permanent = true;
}

/* A text for all phones. */
struct sending {
    struct sms_channel *sms;
    const char *id;
    struct slice line;
    size_t reserved; /* part of the hourly limit that must remain for other texts */
};

static void send_to_phone_unless_delivered(void *data, size_t index, struct channel_result *result)
{
    const struct sending *sending = data;
    struct sms_channel *sms = sending->sms;
    struct phone *phone = &sms->phones[index];
    struct sent *sent = find_sent_text(phone, sending->id);

    if (sent != NULL && sent->delivered) {
        result->outcome = CHANNEL_SENT;
        return;
    }
    if (sent != NULL && sent->uncertain >= SMS_SENDS_MAX) {
        refuse_permanently(result, "sms_uncertain");
        return;
    }
    const int64_t wait_ms =
        hourly_limit_take_slot_or_get_wait_ms(&sms->sends, sending->reserved, now_mono_ns());

    if (wait_ms > 0) { /* the limit may still allow a text with a smaller `reserved` */
        set_result_from_reply(result, &(const struct sms_result){CHANNEL_BUSY, "sms_hourly", 0});
        result->wait_ms = wait_ms;
        result->only_this = true;
        return;
    }
    if (sent == NULL)
        sent = add_sent_text(phone, sending->id);
    const struct sms_result reply = send_sms(sms, phone, sending->line);

    set_result_from_reply(result, &reply);
    sent->delivered = reply.outcome == CHANNEL_SENT;
    if (strcmp(reply.code, "sms_away") == 0) /* nothing was sent, so it costs nothing */
        hourly_limit_return_slot(&sms->sends);
    if (strcmp(reply.code, "sms_uncertain") == 0 && ++sent->uncertain >= SMS_SENDS_MAX)
        refuse_permanently(result, reply.code);
}

static void send_story(void *self, const struct alert_story *story, struct channel_result *result)
{
    struct sms_channel *sms = self;
    char id[NOTE_ID_MAX + 1], room[ALERT_LINE_MAX];
    struct buf line = buf_over(room, sizeof room);

    alert_write_id(story, id);
    alert_write_sms_line(story, &line);
    /* A quarter of the hourly limit is reserved for the beginning of critical incidents. */
    struct sending sending = {sms, id, buf_as_slice(&line),
                              is_critical_start(story) ? 0 : sms->sends.max / 4};
    const struct channel_recipients phones = {
        .count = sms->phone_count, .send = send_to_phone_unless_delivered, .data = &sending};
    const size_t refuses = channel_send_and_find_refuser(&phones, result);

    /* The log has the phone's position in ALERT_PHONES, not its number. */
    if (refuses < phones.count &&
        log_limit_count(&sms->log_limit, now_mono_ns(), CHANNEL_LOG_MS) != 0)
        LOG(LOG_ERROR, "alert_refused", result->fault.detail, log_str("channel", "sms"),
            log_int("phone", (int64_t)refuses + 1), log_str("code", result->fault.code));
}

/* --- configuration --- */

/* Reads a phone number. Only the form "+77012345678" is accepted: an SMS costs money, so other
 * forms are not guessed. */
static bool read_phone(void *self, size_t index, struct slice text)
{
    struct sms_channel *sms = self;
    char phone[PHONE_MAX + 1];

    if (!slice_starts(text, SLICE("+")) || !text_normalize_phone(text, phone) ||
        !slice_is(text, phone))
        return false;
    snprintf(sms->phones[index].digits, SMS_DIGITS_MAX + 1, "%s", phone + 1);
    return true;
}

bool sms_channel_open(const struct channel_tools *tools, struct channel *out, struct fault *fault)
{
    struct sms_channel *sms = fault_calloc(sizeof *sms, "alerts by SMS", fault);

    if (sms == NULL)
        return false;
    sms->config = tools->config;
    sms->client = tools->web;
    sms->sends.max = (size_t)tools->config->sms_hourly;
    /* A message usually takes at most two sends: a slow one, and one without an answer, after which
     * no other phone is tried. */
    *out = (struct channel){
        .self = sms, .limit_ms = 2 * SMS_SEND_MS, .send = send_story, .destroy = free};
    return channel_read_list(tools->config->alert_phones, SMS_PHONES_MAX, read_phone, sms,
                             &sms->phone_count) ||
           fault_set(fault, FAULT_INVALID, "bad_alert_phones",
                     "ALERT_PHONES must be 1 to %d phones like +77012345678, comma-separated.",
                     (int)SMS_PHONES_MAX);
}
