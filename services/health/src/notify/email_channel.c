// SPDX-License-Identifier: MIT
#include "notify/email_channel.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/auto.h"
#include "base/now.h"
#include "http/smtp.h"
#include "loop/work.h"

#include "notify/mail.h"

enum { POSTS_WAITING_MAX = 4, MAIL_MAX = 32 * 1024 };

struct email_channel {
    struct work *work;
    const struct health_config *config;
    char from[MAIL_ADDRESS_MAX + 1];
    char to[MAIL_TO_MAX][MAIL_ADDRESS_MAX + 1];
    size_t to_count;
    atomic_bool stopping;
};

/* An e-mail that is being sent. The fiber that waits for the job frees it; if the fiber stops
 * waiting, it is freed after the job. */
struct outgoing_mail {
    const struct email_channel *email; /* borrowed; read in the thread */
    struct buf message;
    bool ok;
    struct fault fault;
};

/* The job that sends an e-mail; it runs in the thread. */
static void send_outgoing_mail(void *arg)
{
    struct outgoing_mail *outgoing = *(struct outgoing_mail **)arg;
    const struct email_channel *email = outgoing->email;
    const char *to[MAIL_TO_MAX + 1] = {NULL};

    for (size_t i = 0; i < email->to_count; i++)
        to[i] = email->to[i];
    outgoing->ok = smtp_send(&(const struct smtp_call){.url = email->config->smtp_url,
                                                       .user = email->config->smtp_user,
                                                       .password = email->config->smtp_password,
                                                       .from = email->from,
                                                       .to = to,
                                                       .message = buf_as_slice(&outgoing->message),
                                                       .limit_ms = EMAIL_SEND_MS,
                                                       .cancel = &email->stopping},
                             &outgoing->fault);
}

static void free_outgoing_mail(void *arg)
{
    struct outgoing_mail *outgoing = *(struct outgoing_mail **)arg;

    buf_finish(&outgoing->message);
    free(outgoing);
}

/* Sends `mail` with the sender and the recipients of the channel. */
static void send_mail(const struct email_channel *email, struct mail mail,
                      struct channel_result *result)
{
    struct outgoing_mail *outgoing = fault_calloc(sizeof *outgoing, "a mail", &result->fault);

    result->outcome = CHANNEL_UNREACHABLE;
    if (outgoing == NULL)
        return;
    outgoing->email = email;
    mail.from = email->from;
    mail.to = email->to;
    mail.to_count = email->to_count;
    mail.at_us = now_wall_us();
    buf_init(&outgoing->message, MAIL_MAX);
    mail_write(&mail, &outgoing->message);
    if (!buf_ok(&outgoing->message, &result->fault)) {
        free_outgoing_mail(&outgoing);
        return;
    }
    if (work_run(email->work, send_outgoing_mail, &outgoing, sizeof outgoing, free_outgoing_mail,
                 &result->fault)) {
        result->fault = outgoing->fault;
        result->outcome = outgoing->ok                            ? CHANNEL_SENT
                          : outgoing->fault.kind == FAULT_INVALID ? CHANNEL_REFUSED
                                                                  : CHANNEL_UNREACHABLE;
        free_outgoing_mail(&outgoing);
    }
}

static void send_story(void *self, const struct alert_story *story, struct channel_result *result)
{
    AUTO(buf_finish) struct buf subject = BUF(ALERT_SUBJECT_MAX);
    AUTO(buf_finish) struct buf body = BUF(ALERT_TEXT_MAX);
    const struct alert_story first_story = {.incident = story->incident, .event = ALERT_FIRED};
    const bool is_first = story->note != NULL || story->event == ALERT_FIRED;
    char id[NOTE_ID_MAX + 1], first[NOTE_ID_MAX + 1];

    alert_write_id(story, id);
    if (!is_first)
        alert_write_id(&first_story, first);
    alert_write_subject(story, &subject);
    if (story->note != NULL)
        buf_text(&body, story->note->text);
    else
        alert_write_plain_text(story, &body);
    result->outcome = CHANNEL_UNREACHABLE;
    if (buf_ok(&subject, &result->fault) && buf_ok(&body, &result->fault))
        send_mail(self,
                  (struct mail){.subject = buf_as_slice(&subject),
                                .body = buf_as_slice(&body),
                                .id = id,
                                .reply_to = is_first ? NULL : first},
                  result);
}

/* --- configuration --- */

static bool parse_address(struct slice text, char out[MAIL_ADDRESS_MAX + 1])
{
    const struct slice address = slice_trim(text);

    if (!mail_address_is_valid(address))
        return false;
    slice_copy(address, out, MAIL_ADDRESS_MAX + 1);
    return true;
}

static bool read_recipient(void *self, size_t index, struct slice item)
{
    struct email_channel *email = self;

    return parse_address(item, email->to[index]);
}

static bool read_configuration(struct email_channel *email, struct fault *fault)
{
    const struct health_config *config = email->config;

    if (!smtp_is_url_valid(config->smtp_url))
        return fault_set(fault, FAULT_INVALID, "bad_smtp_url",
                         "SMTP_URL must be smtp://host:port or smtps://host:port, "
                         "without user and password.");
    if (!parse_address(slice_of(config->alert_from), email->from))
        return fault_set(fault, FAULT_INVALID, "bad_alert_from",
                         "ALERT_FROM must be an e-mail address.");
    if (!channel_read_list(config->alert_emails, MAIL_TO_MAX, read_recipient, email,
                           &email->to_count))
        return fault_set(fault, FAULT_INVALID, "bad_alert_emails",
                         "ALERT_EMAILS must be 1 to %d e-mail addresses, comma-separated.",
                         (int)MAIL_TO_MAX);
    return true;
}

static void destroy_channel(void *self)
{
    struct email_channel *email = self;

    atomic_store(&email->stopping, true);
    work_destroy(email->work);
    free(email);
}

bool email_channel_open(const struct channel_tools *tools, struct channel *out, struct fault *fault)
{
    struct email_channel *email = fault_calloc(sizeof *email, "alerts by e-mail", fault);

    if (email == NULL)
        return false;
    email->config = tools->config;
    *out = (struct channel){
        .self = email, .limit_ms = EMAIL_SEND_MS, .send = send_story, .destroy = destroy_channel};
    if (!read_configuration(email, fault))
        return false;
    if (tools->service == NULL)
        return true;
    email->work =
        smtp_init(fault) ? work_create(tools->service->loop, 1, POSTS_WAITING_MAX, fault) : NULL;
    return email->work != NULL;
}
