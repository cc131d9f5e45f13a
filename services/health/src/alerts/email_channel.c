// SPDX-License-Identifier: MIT
#include "alerts/email_channel.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <curl/curl.h>

#include "base/auto.h"
#include "base/now.h"
#include "loop/fiber.h"
#include "loop/work.h"

#include "alerts/mail.h"

enum { POSTS_WAITING_MAX = 4, MAIL_MAX = 32 * 1024, BRACKETED_MAX = MAIL_ADDRESS_MAX + 3 };

struct email_channel {
    struct work *work;
    const char *url, *user, *password, *ca_file;
    char from[MAIL_ADDRESS_MAX + 1];
    char to[MAIL_TO_MAX][MAIL_ADDRESS_MAX + 1];
    size_t to_count;
    atomic_bool stopping;
};

/* --- in the thread --- */

/* A mail on its way: the fiber's, then the job's until it is over. */
struct post {
    struct email_channel *email; /* lives longer; only read here */
    struct buf message;
    size_t at;
    CURLcode code;
    long answer; /* of the server: 250, 550; 0: none */
};

static size_t read_message(char *to, size_t size, size_t count, void *data)
{
    struct post *post = data;
    const size_t left = post->message.len - post->at;
    const size_t len = left < size * count ? left : size * count;

    memcpy(to, post->message.data + post->at, len);
    post->at += len;
    return len;
}

static int is_stopping(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct post *post = data;

    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return atomic_load(&post->email->stopping) ? 1 : 0;
}

static bool add_recipient(struct curl_slist **list, const char *address)
{
    char text[BRACKETED_MAX];

    snprintf(text, sizeof text, "<%s>", address);
    struct curl_slist *longer = curl_slist_append(*list, text);
    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

static void set_options(CURL *curl, struct post *post, struct curl_slist *to)
{
    const struct email_channel *email = post->email;
    const bool signs_in = email->user[0] != '\0';
    char from[BRACKETED_MAX];

    snprintf(from, sizeof from, "<%s>", email->from);
    curl_easy_setopt(curl, CURLOPT_URL, email->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)EMAIL_CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)EMAIL_LIMIT_MS);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(signs_in ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (email->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, email->ca_file);
    if (signs_in) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, email->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, email->password);
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, post);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_stopping);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, post);
}

static void run_post(void *arg)
{
    struct post *post = *(struct post **)arg;
    struct curl_slist *to = NULL;
    CURL *curl = curl_easy_init();
    bool ok = curl != NULL;

    for (size_t i = 0; ok && i < post->email->to_count; i++)
        ok = add_recipient(&to, post->email->to[i]);
    post->code = CURLE_OUT_OF_MEMORY;
    if (ok) {
        set_options(curl, post, to);
        post->code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &post->answer);
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(to);
}

static void post_free(void *arg)
{
    struct post *post = *(struct post **)arg;

    buf_finish(&post->message);
    free(post);
}

/* --- in the loop --- */

static enum channel_outcome outcome_of(const struct post *post)
{
    switch (post->code) {
    case CURLE_OK:
        return CHANNEL_TOLD;
    case CURLE_USE_SSL_FAILED: /* it has no STARTTLS */
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return CHANNEL_REFUSED;
    case CURLE_LOGIN_DENIED:
        return post->answer / 100 == 4 ? CHANNEL_AWAY : CHANNEL_REFUSED;
    default:
        return post->answer / 100 == 5 ? CHANNEL_REFUSED : CHANNEL_AWAY;
    }
}

/* In curl's words for its codes: what the server says may repeat what it was told. */
static void read_end(const struct post *post, struct channel_end *end)
{
    end->outcome = outcome_of(post);
    if (end->outcome == CHANNEL_REFUSED)
        fault_set(&end->fault, FAULT_INVALID, "email_refused", "%s (%ld).",
                  curl_easy_strerror(post->code), post->answer);
    else if (end->outcome == CHANNEL_AWAY)
        fault_set(&end->fault, FAULT_UNAVAILABLE, "email_away", "%s (%ld).",
                  curl_easy_strerror(post->code), post->answer);
}

static bool write_mail(const struct email_channel *email, const struct alert_story *story,
                       struct buf *out, struct fault *fault)
{
    static const char *const events[] = {
        [ALERT_FIRED] = "fired", [ALERT_WORSE] = "worse", [ALERT_RECOVERED] = "recovered"};
    AUTO(buf_finish) struct buf subject;
    AUTO(buf_finish) struct buf body;
    char incident[UUID_TEXT_LEN + 1], id[64], first[64];

    uuid_format(&story->incident->id, incident);
    snprintf(id, sizeof id, "%s.%s", incident, events[story->event]);
    snprintf(first, sizeof first, "%s.%s", incident, events[ALERT_FIRED]);
    buf_init(&subject, ALERT_SUBJECT_MAX);
    buf_init(&body, ALERT_TEXT_MAX);
    alert_subject(story, &subject);
    alert_plain(story, &body);
    if (!buf_ok(&subject, fault) || !buf_ok(&body, fault))
        return false;
    mail_write(&(const struct mail){.from = email->from,
                                    .to = email->to,
                                    .to_count = email->to_count,
                                    .subject = buf_as_slice(&subject),
                                    .body = buf_as_slice(&body),
                                    .at_us = story->now_us,
                                    .id = id,
                                    .reply_to = story->event == ALERT_FIRED ? NULL : first},
               out);
    return buf_ok(out, fault);
}

static void send_mail(void *self, const struct alert_story *story, struct channel_end *end)
{
    struct email_channel *email = self;
    struct post *post = fault_calloc(sizeof *post, "a mail", &end->fault);

    end->outcome = CHANNEL_AWAY;
    if (post == NULL)
        return;
    post->email = email;
    buf_init(&post->message, MAIL_MAX);
    if (!write_mail(email, story, &post->message, &end->fault)) {
        post_free(&post);
        return;
    }
    if (work_run(email->work, run_post, &post, sizeof post, post_free, &end->fault)) {
        read_end(post, end);
        post_free(&post);
    } else if (end->fault.kind != FAULT_TIMEOUT && !fiber_was_cancelled(&end->fault)) {
        post_free(&post); /* it was never queued */
    }
}

/* --- configuration --- */

/* Whether it is smtp:// or smtps://, and has neither user nor password. */
static bool url_ok(const char *url)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *user = NULL;
    const bool ok = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
                    curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                    (strcmp(scheme, "smtp") == 0 || strcmp(scheme, "smtps") == 0) &&
                    curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;

    curl_free(scheme);
    curl_free(user);
    curl_url_cleanup(parts);
    return ok;
}

static bool read_address(struct slice text, char out[MAIL_ADDRESS_MAX + 1])
{
    const struct slice address = slice_trim(text);

    if (!mail_address_ok(address))
        return false;
    memcpy(out, address.at, address.len);
    out[address.len] = '\0';
    return true;
}

static bool read_to(struct email_channel *email, const char *to)
{
    struct slice rest = slice_of(to);

    while (rest.at != NULL) {
        if (email->to_count == MAIL_TO_MAX ||
            !read_address(slice_cut(&rest, ','), email->to[email->to_count]))
            return false;
        email->to_count++;
    }
    return email->to_count > 0;
}

static bool configure(struct email_channel *email, const struct email_options *options,
                      struct fault *fault)
{
    email->url = options->url;
    email->user = options->user;
    email->password = options->password;
    email->ca_file = options->ca_file;
    if (!url_ok(options->url))
        return fault_set(fault, FAULT_INVALID, "bad_smtp_url",
                         "SMTP_URL must be smtp://host:port or smtps://host:port, "
                         "without user and password.");
    if (!read_address(slice_of(options->from), email->from))
        return fault_set(fault, FAULT_INVALID, "bad_alert_from",
                         "ALERT_FROM must be an e-mail address.");
    if (!read_to(email, options->to))
        return fault_set(fault, FAULT_INVALID, "bad_alert_emails",
                         "ALERT_EMAILS must be 1 to %d e-mail addresses, comma-separated.",
                         (int)MAIL_TO_MAX);
    return true;
}

struct email_channel *email_channel_create(struct loop *loop, const struct email_options *options,
                                           struct fault *fault)
{
    struct email_channel *email = fault_calloc(sizeof *email, "alerts by e-mail", fault);

    if (email == NULL)
        return NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        fault_set(fault, FAULT_INTERNAL, "curl_init", "curl does not start.");
    else if (configure(email, options, fault))
        email->work = work_create(loop, 1, POSTS_WAITING_MAX, fault);
    if (email->work != NULL)
        return email;
    free(email);
    return NULL;
}

void email_channel_destroy(struct email_channel *email)
{
    if (email == NULL)
        return;
    atomic_store(&email->stopping, true);
    work_destroy(email->work);
    free(email);
}

struct channel email_channel(struct email_channel *email)
{
    return (struct channel){.self = email, .limit_ms = EMAIL_LIMIT_MS, .send = send_mail};
}
