// SPDX-License-Identifier: MIT
#include "notify/webhook_channel.h"

#include <stdlib.h>

#include "api/deliver.h"
#include "base/auto.h"
#include "base/now.h"
#include "base/number.h"
#include "http/client.h"

#include "i18n/i18n.h"
#include "notify/incident_json.h"

enum { BODY_MAX = 32 * 1024, CALL_ARENA_MAX = 256 * 1024, URL_ARENA_MAX = 16 * 1024 };

struct webhook_channel {
    const char *url;
    struct http_client *client;
    struct deliver_key key;
    bool ours; /* the URL is a loopback address, and this is allowed */
    bool gone; /* the receiver has answered 410, so nothing is sent any more */
};

/* --- the body --- */

/* Writes the beginning of the body. The value of "type" is `kind` followed by `type`; both must
 * need no escaping. */
static void put_body_start(struct buf *out, const char *kind, struct slice type, int64_t at_us)
{
    char at[NOW_RFC3339_LEN + 1];

    now_format_rfc3339(at_us, at);
    buf_printf(out, "{\"type\":\"%s%.*s\",\"timestamp\":\"%s\",\"data\":{", kind, SLICE_ARG(type),
               at);
}

/* When the event occurred; for ALERT_WORSE and ALERT_REMINDED the time of sending. */
static int64_t event_time_us(const struct alert_story *story)
{
    const struct incident *incident = story->incident;

    return story->event == ALERT_FIRED                                  ? incident->started_us
           : story->event == ALERT_RECOVERED && incident->ended_us != 0 ? incident->ended_us
                                                                        : story->now_us;
}

static void put_incident_body(const struct alert_story *story, struct buf *out)
{
    put_body_start(out, "incident.", slice_of(alert_event_words[story->event]),
                   event_time_us(story));
    buf_text(out, "\"incident\":");
    incident_encode(story->incident, out);
    if (story->check != NULL) {
        buf_json_member(out, ",\"title\":", slice_of(i18n_title(story->check, LANGUAGE_RU)));
        buf_json_member(out, ",\"server\":", slice_of(story->check->server));
    }
    if (story->public_url[0] != '\0')
        buf_json_member(out, ",\"url\":", slice_of(story->public_url));
    buf_text(out, "}}");
}

static void put_note_body(const struct alert_note *note, struct buf *out)
{
    put_body_start(out, "", (struct slice){note->id, strcspn(note->id, ".-")}, now_wall_us());
    buf_json_member(out, "\"subject\":", slice_of(note->subject));
    buf_json_member(out, ",\"text\":", slice_of(note->text));
    buf_text(out, "}}");
}

/* --- the call --- */

static void set_result(struct channel_result *result, enum channel_outcome outcome,
                       const char *code, long status)
{
    channel_set_result(result, outcome, code, "The webhook", status);
}

static void set_result_from_answer(struct webhook_channel *webhook,
                                   const struct http_answer *answer, struct channel_result *result)
{
    const long status = answer->status;
    const bool busy = status == 429 || (status >= 502 && status <= 504);
    const int64_t asked_s = busy ? deliver_parse_retry_after_s(answer->retry_after) : 0;

    if (status >= 200 && status <= 299) {
        set_result(result, CHANNEL_SENT, "", status);
    } else if (status == 410) {
        set_result(result, CHANNEL_REFUSED, "webhook_gone", status);
        result->permanent = webhook->gone = true;
    } else {
        set_result(result, busy ? CHANNEL_BUSY : CHANNEL_REFUSED,
                   busy ? "webhook_busy" : "webhook_refused", status);
    }
    if (asked_s > 0)
        result->wait_ms = number_min(asked_s, WEBHOOK_WAIT_MAX_S) * 1000;
}

static void post_body(struct webhook_channel *webhook, const char *id, const struct buf *body,
                      struct channel_result *result)
{
    AUTO(arena_finish) struct arena arena = ARENA(CALL_ARENA_MAX);
    struct http_answer answer = {.sent = false};
    struct deliver_headers headers;
    struct fault ignored;

    set_result(result, CHANNEL_UNREACHABLE, "webhook_away", 0);
    if (webhook->gone) {
        set_result(result, CHANNEL_REFUSED, "webhook_gone", 0);
        result->permanent = true;
        return;
    }
    const int64_t at_s = now_wall_us() / US_PER_S;
    const struct slice content =
        arena_printf(&arena, "%s.%lld.%.*s", id, (long long)at_s, SLICE_ARG(buf_as_slice(body)));
    if (!buf_ok(body, &ignored) || content.at == NULL)
        return;
    deliver_sign_headers((struct slice){(const char *)webhook->key.bytes, webhook->key.len}, id,
                         at_s, content, &headers);
    const char *lines[] = {"Content-Type: application/json", headers.id, headers.timestamp,
                           headers.signature, NULL};
    const struct http_call call = {.method = "POST",
                                   .url = webhook->url,
                                   .headers = lines,
                                   .body = buf_as_slice(body),
                                   .timeout_ms = WEBHOOK_SEND_MS,
                                   .drops_body = true,
                                   .tries = 1,
                                   .allow_private = webhook->ours,
                                   .allow_plain = webhook->ours,
                                   .no_breaker = true};
    if (http_client_call(webhook->client, &call, &arena, &answer, &ignored))
        set_result_from_answer(webhook, &answer, result);
}

static void send_story(void *self, const struct alert_story *story, struct channel_result *result)
{
    AUTO(buf_finish) struct buf body = BUF(BODY_MAX);
    char id[NOTE_ID_MAX + 1];

    alert_write_id(story, id);
    if (story->note != NULL)
        put_note_body(story->note, &body);
    else
        put_incident_body(story, &body);
    post_body(self, id, &body, result);
}

/* --- configuration --- */

static bool read_configuration(struct webhook_channel *webhook, const struct health_config *config,
                               struct fault *fault)
{
    const char *environment = config->common.environment;
    const bool loopback = strcmp(environment, "demo") == 0 || strcmp(environment, "test") == 0;
    const struct deliver_hosts hosts = {.internal = "", .loopback = loopback};
    AUTO(arena_finish) struct arena arena = ARENA(URL_ARENA_MAX);
    struct http_url url;

    if (!http_url_parse(webhook->url, &arena, &url, fault) ||
        !deliver_url_check(&hosts, slice_of(webhook->url), &arena, fault))
        return fault_set(fault, FAULT_INVALID, "bad_webhook_url",
                         "ALERT_WEBHOOK_URL must be an https:// address that is not private.");
    if (!deliver_secret_read(slice_of(config->webhook_secret), &webhook->key, fault))
        return fault_set(fault, FAULT_INVALID, "bad_webhook_secret",
                         "ALERT_WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes.");
    webhook->ours = loopback && url.is_loopback;
    return true;
}

static void destroy_channel(void *self)
{
    struct webhook_channel *webhook = self;

    explicit_bzero(&webhook->key, sizeof webhook->key);
    free(webhook);
}

bool webhook_channel_open(const struct channel_tools *tools, struct channel *out,
                          struct fault *fault)
{
    struct webhook_channel *webhook = fault_calloc(sizeof *webhook, "alerts by webhook", fault);

    if (webhook == NULL)
        return false;
    webhook->url = tools->config->webhook_url;
    webhook->client = tools->web;
    *out = (struct channel){.self = webhook,
                            .limit_ms = WEBHOOK_SEND_MS,
                            .send = send_story,
                            .destroy = destroy_channel};
    return read_configuration(webhook, tools->config, fault);
}
