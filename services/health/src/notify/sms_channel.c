// SPDX-License-Identifier: MIT
#include "notify/sms_channel.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/auto.h"
#include "base/log.h"
#include "base/now.h"
#include "base/text.h"

#include "notify/sms_answer.h"

enum {
    SENT_MAX = 64, /* texts of each phone that are remembered */
    BODY_MAX = 8 * 1024,
    ANSWER_MAX = 16 * 1024,
    CALL_ARENA_MAX = 128 * 1024
};

/* What is known of a text that was sent to one phone. */
struct sent {
    char id[NOTE_ID_MAX + 1]; /* id of the alert or note; "": the slot is free */
    bool delivered;
    int uncertain; /* sends whose outcome is unknown */
};

struct phone {
    char digits[SMS_DIGITS_MAX + 1];
    struct sent sent[SENT_MAX];
    size_t next; /* index of the oldest slot */
};

struct sms_channel {
    struct sms_options options;
    struct phone phones[SMS_PHONES_MAX];
    size_t phone_count;
    struct hourly_limit sends;
    struct log_limit log_limit;
};

struct text {
    const char *id;
    struct slice line;
    size_t reserved; /* hourly slots that this text must leave to others */
};

static struct sent *find_sent(struct phone *phone, const char *id)
{
    for (size_t i = 0; i < SENT_MAX; i++)
        if (strcmp(phone->sent[i].id, id) == 0)
            return &phone->sent[i];
    return NULL;
}

/* Replaces the oldest remembered text. A text that waits for an hourly slot is not remembered. */
static struct sent *add_sent(struct phone *phone, const char *id)
{
    struct sent *sent = &phone->sent[phone->next];

    phone->next = (phone->next + 1) % SENT_MAX;
    *sent = (struct sent){0};
    snprintf(sent->id, sizeof sent->id, "%s", id);
    return sent;
}

/* A quarter of the hourly slots is reserved for the beginning of critical incidents. */
static size_t reserved_slots(const struct sms_channel *sms)
{
    return sms->sends.most / 4;
}

static bool is_critical_start(const struct alert_story *story)
{
    return story->note == NULL && (story->event == ALERT_FIRED || story->event == ALERT_WORSE) &&
           story->incident->level == LEVEL_RED && story->incident->severity == SEVERITY_CRITICAL;
}

/* --- one call --- */

/* Appends a field as application/x-www-form-urlencoded. */
static void put_form(struct buf *out, const char *name, struct slice value)
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

static struct sms_result call(struct sms_channel *sms, const struct phone *phone, struct slice line)
{
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded", NULL};
    const struct sms_result away = {CHANNEL_UNREACHABLE, "sms_away", 0};
    AUTO(arena_finish) struct arena arena;
    AUTO(buf_finish) struct buf body;
    struct http_answer answer = {.sent = false};
    struct fault ignored;

    arena_init(&arena, CALL_ARENA_MAX);
    buf_init(&body, BODY_MAX);
    put_form(&body, "api_id", slice_of(sms->options.api_id));
    put_form(&body, "to", slice_of(phone->digits));
    put_form(&body, "msg", line);
    buf_text(&body, "json=1");
    const struct slice url = arena_printf(&arena, "%s/sms/send", sms->options.root);
    if (!buf_ok(&body, &ignored) || url.at == NULL)
        return away;
    const struct http_call http = {.method = "POST",
                                   .url = url.at,
                                   .headers = headers,
                                   .body = buf_as_slice(&body),
                                   .timeout_ms = SMS_SEND_MS,
                                   .answer_max = ANSWER_MAX,
                                   .tries = 1,
                                   .allow_private = sms->options.own_root,
                                   .allow_plain = sms->options.own_root,
                                   .no_breaker = true};
    if (!http_client_call(sms->options.client, &http, &arena, &answer, &ignored))
        return answer.sent ? (struct sms_result){CHANNEL_UNREACHABLE, "sms_uncertain", 0} : away;
    return sms_answer_read(answer.status, answer.body, phone->digits, &arena);
}

/* --- one text --- */

static void set_result(struct channel_result *result, const struct sms_result *reply)
{
    result->outcome = reply->outcome;
    if (reply->outcome != CHANNEL_SENT)
        fault_set(
            &result->fault, reply->outcome == CHANNEL_REFUSED ? FAULT_INVALID : FAULT_UNAVAILABLE,
            reply->code, "SMS.ru does not accept the message (%lld).", (long long)reply->number);
}

static void refuse_permanently(struct channel_result *result, const char *code)
{
    set_result(result, &(const struct sms_result){CHANNEL_REFUSED, code, 0});
    result->permanent = true;
}

/* Postpones a text without an hourly slot; other texts may still have one. */
static void wait_for_slot(struct channel_result *result, int64_t wait_ms)
{
    set_result(result, &(const struct sms_result){CHANNEL_BUSY, "sms_hourly", 0});
    result->wait_ms = wait_ms;
    result->only_this = true;
}

static void send_to(struct sms_channel *sms, struct phone *phone, const struct text *text,
                    struct channel_result *result)
{
    struct sent *sent = find_sent(phone, text->id);

    if (sent != NULL && sent->delivered) {
        result->outcome = CHANNEL_SENT;
        return;
    }
    if (sent != NULL && sent->uncertain >= SMS_SENDS_MAX) {
        refuse_permanently(result, "sms_uncertain");
        return;
    }
    const int64_t wait_ms = hourly_limit_take(&sms->sends, text->reserved, now_mono_ns());

    if (wait_ms > 0) {
        wait_for_slot(result, wait_ms);
        return;
    }
    if (sent == NULL)
        sent = add_sent(phone, text->id);
    const struct sms_result reply = call(sms, phone, text->line);

    set_result(result, &reply);
    sent->delivered = reply.outcome == CHANNEL_SENT;
    if (strcmp(reply.code, "sms_uncertain") == 0 && ++sent->uncertain >= SMS_SENDS_MAX)
        refuse_permanently(result, reply.code);
}

/* Logs, at most hourly, a phone that refuses a text that other phones accepted, without its
 * number. */
static void log_refusal(struct sms_channel *sms, size_t phone, const struct fault *fault)
{
    if (log_limit_count(&sms->log_limit, now_mono_ns(), CHANNEL_LOG_MS) == 0)
        return;
    LOG(LOG_ERROR, "alert_refused", fault->detail, log_str("channel", "sms"),
        log_int("phone", (int64_t)phone + 1), log_str("code", fault->code));
}

/* Sends a text to all phones. It counts as sent if at least one phone has it, and each of the
 * others has it or refuses it. */
static void send_all(struct sms_channel *sms, const struct text *text,
                     struct channel_result *result)
{
    struct channel_result accepted = {.outcome = CHANNEL_REFUSED}, busy = accepted,
                          refused = accepted;
    size_t refuses = SMS_PHONES_MAX;

    for (size_t i = 0; i < sms->phone_count; i++) {
        struct channel_result one = {.outcome = CHANNEL_UNREACHABLE};

        send_to(sms, &sms->phones[i], text, &one);
        if (one.outcome == CHANNEL_UNREACHABLE) {
            *result = one;
            return;
        }
        if (one.outcome == CHANNEL_SENT) {
            accepted = one;
        } else if (one.outcome == CHANNEL_BUSY) {
            if (busy.outcome != CHANNEL_BUSY || one.wait_ms < busy.wait_ms)
                busy = one;
        } else if (refuses == SMS_PHONES_MAX || !one.permanent) {
            refused = one; /* the alert is retried while at least one phone may still accept it */
            refuses = i;
        }
    }
    *result = busy.outcome == CHANNEL_BUSY       ? busy
              : accepted.outcome == CHANNEL_SENT ? accepted
                                                 : refused;
    if (result->outcome == CHANNEL_SENT && refuses != SMS_PHONES_MAX)
        log_refusal(sms, refuses, &refused.fault);
}

static void send_story(void *self, const struct alert_story *story, struct channel_result *result)
{
    char id[NOTE_ID_MAX + 1], room[ALERT_LINE_MAX];
    struct buf line;

    buf_init_over(&line, room, sizeof room);
    alert_write_id(story, id);
    alert_write_line(story, &line);
    const struct text text = {id, buf_as_slice(&line),
                              is_critical_start(story) ? 0 : reserved_slots(self)};
    send_all(self, &text, result);
}

/* --- configuration --- */

/* Reads a phone number. Only "+77012345678" is accepted, because SMS cost money, so that other
 * spellings are not guessed. */
static bool read_phone(struct slice text, char out[SMS_DIGITS_MAX + 1])
{
    char phone[PHONE_MAX + 1];

    if (!slice_starts(text, SLICE("+")) || !text_phone(text, phone) || !slice_is(text, phone))
        return false;
    snprintf(out, SMS_DIGITS_MAX + 1, "%s", phone + 1);
    return true;
}

static bool read_phones(struct sms_channel *sms, const char *text)
{
    struct slice rest = slice_of(text);

    while (rest.at != NULL) {
        const struct slice one = slice_trim(slice_cut(&rest, ','));

        if (sms->phone_count == SMS_PHONES_MAX ||
            !read_phone(one, sms->phones[sms->phone_count].digits))
            return false;
        sms->phone_count++;
    }
    return sms->phone_count > 0;
}

struct sms_channel *sms_channel_create(const struct sms_options *options, struct fault *fault)
{
    struct sms_channel *sms = fault_calloc(sizeof *sms, "alerts by SMS", fault);

    if (sms == NULL)
        return NULL;
    assert(options->hourly >= 1 && options->hourly <= SMS_HOURLY_MAX);
    sms->options = *options;
    sms->sends.most = (size_t)options->hourly;
    if (read_phones(sms, options->phones))
        return sms;
    free(sms);
    fault_set(fault, FAULT_INVALID, "bad_alert_phones",
              "ALERT_PHONES must be 1 to %d phones like +77012345678, comma-separated.",
              (int)SMS_PHONES_MAX);
    return NULL;
}

void sms_channel_destroy(struct sms_channel *sms)
{
    free(sms);
}

struct channel sms_channel(struct sms_channel *sms)
{
    /* Two sends: a slow phone, and one that does not answer, after which none is tried. */
    return (struct channel){.self = sms, .limit_ms = 2 * SMS_SEND_MS, .send = send_story};
}
