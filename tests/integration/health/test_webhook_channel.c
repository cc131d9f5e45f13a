// SPDX-License-Identifier: MIT
/* Alerts to a webhook: signature, single delivery, and the outcome of each answer. */

#include "api/deliver.h"

#include "channel_fixture.h"
#include "notify/webhook_channel.h"

#define SECRET "whsec_QzRuYXJ5QzRuYXJ5QzRuYXJ5QzRuYXJ5"

static const struct alert_note note = {
    .id = "report.2026-11-22", .subject = "Отчёт", .text = "всё\nхорошо\n"};

static void begin(void)
{
    channel_fixture_begin();
    incident.started_us = INT64_C(1795338300) * US_PER_S;
    check.title[0] = "\"База\"";
    config.webhook_secret = SECRET;
}

static void make(const char *const *answers)
{
    config.webhook_url = sink_url(answers, "/hook");
    channel_fixture_open(webhook_channel_open);
}

static void header(const char *request, const char *name, char out[200])
{
    const char *at = strstr(request, name);

    ck_assert_msg(at != NULL, "%s in %s", name, request);
    at += strlen(name);
    snprintf(out, 200, "%.*s", (int)strcspn(at, "\n"), at);
}

/* Recomputes the signature from the request. */
static void is_signed(const char *request)
{
    static char content[16 * 1024];
    char id[200], at[200], signature[200], made[DELIVER_SIGNATURE_LEN + 1];
    struct deliver_key key;

    header(request, "webhook-id: ", id);
    header(request, "webhook-timestamp: ", at);
    header(request, "webhook-signature: ", signature);
    snprintf(content, sizeof content, "%s.%s.%s", id, at, strstr(request, "\n\n") + 2);
    ck_ok(deliver_secret_read(SLICE(SECRET), &key, &fault));
    deliver_sign((struct slice){(const char *)key.bytes, key.len}, slice_of(content), made);
    ck_assert_str_eq(signature, made);
    ck_assert_int_le(llabs(atoll(at) - now_wall_us() / US_PER_S), 60);
}

TEST_CASE("webhook_channel", .setup = begin, .teardown = channel_fixture_end);

TEST(incident_arrives_signed_and_complete)
{
    char id[UUID_TEXT_LEN + 1], line[512];

    make((const char *const[]){"200", NULL});
    send_now();
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.code);
    const char *request = http_sink_request(1);
    ck_assert(slice_starts(slice_of(request), SLICE("POST /hook HTTP/1.1\n")));
    is_signed(request);
    uuid_format(&incident.id, id);
    snprintf(line, sizeof line, "\nwebhook-id: %s.fired\n", id);
    ck_has(request, line);
    snprintf(line, sizeof line,
             "\n\n{\"type\":\"incident.fired\",\"timestamp\":\"2026-11-22T09:05:00.000Z\","
             "\"data\":{\"incident\":{\"id\":\"%s\",\"check\":\"postgres\",\"status\":\"red\","
             "\"severity\":\"critical\",\"trouble\":\"refused\"",
             id);
    ck_has(request, line);
    ck_has(request,
           "\"allowed_actions\":[{\"action\":\"ack\",\"label\":{\"ru\":\"Вижу, занимаюсь\"");
    ck_has(request, "\"title\":\"\\\"База\\\"\",\"server\":\"server2\","
                    "\"url\":\"https://health.example/\"}}");
}

TEST(note_has_its_kind_as_type)
{
    make((const char *const[]){"204", NULL});
    send_note(&note);
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.code);
    const char *request = http_sink_request(1);
    is_signed(request);
    ck_has(request, "\nwebhook-id: report.2026-11-22\n");
    ck_has(request, "\n\n{\"type\":\"report\",\"timestamp\":\"");
    ck_has(request, "\"data\":{\"subject\":\"Отчёт\",\"text\":\"всё\\nхорошо\\n\"}}");
}

// clang-format off
static const struct {
    const char *why, *answer;
    enum channel_outcome outcome;
    const char *code;
    int64_t wait_ms;
} cases[] = {
    {"taken",                 "202",                                        CHANNEL_SENT,    "",                0},
    {"too many",              "429|Retry-After: 7|",                        CHANNEL_BUSY,    "webhook_busy",    7000},
    {"unavailable, with a wait",     "503|Retry-After: 99999|",                    CHANNEL_BUSY,    "webhook_busy",    WEBHOOK_WAIT_MAX_S * 1000},
    {"unavailable, with a date",     "503|Retry-After: Sun, 22 Nov 2026 09:05:00 GMT|", CHANNEL_BUSY, "webhook_busy",  0},
    {"behind a proxy",        "502",                                        CHANNEL_BUSY,    "webhook_busy",    0},
    {"a server error",    "500",                                        CHANNEL_REFUSED, "webhook_refused", 0},
    {"no server listens",     "404",                                        CHANNEL_REFUSED, "webhook_refused", 0},
    {"a redirect",            "307|Location: http://127.0.0.1:1/|",         CHANNEL_REFUSED, "webhook_refused", 0},
    {"no answer",             "CUT",                                        CHANNEL_UNREACHABLE,    "webhook_away",    0},
};
// clang-format on

TEST_ROWS_WHY(answer_is_mapped_to_outcome, cases)
{
    make((const char *const[]){row->answer, NULL});
    send_now();
    ck_assert_int_eq(end.outcome, row->outcome);
    ck_assert_int_eq(end.wait_ms, row->wait_ms);
    if (end.outcome != CHANNEL_SENT)
        ck_assert_str_eq(end.fault.code, row->code);
    ck_assert(!end.permanent);
    ck_assert_ptr_null(http_sink_request(2));
}

TEST(no_call_after_status_410)
{
    make((const char *const[]){"410", NULL});
    for (int i = 0; i < 2; i++) {
        send_now();
        ck_assert_int_eq(end.outcome, CHANNEL_REFUSED);
        ck_assert_str_eq(end.fault.code, "webhook_gone");
        ck_assert(end.permanent);
    }
    ck_assert_ptr_null(http_sink_request(2));
}

TEST(retry_has_the_same_webhook_id)
{
    char first[200], second[200];

    make((const char *const[]){"503", "200", NULL});
    send_now();
    send_now();
    header(http_sink_request(1), "webhook-id: ", first);
    header(http_sink_request(2), "webhook-id: ", second);
    ck_assert_str_eq(first, second);
}

static const struct {
    const char *url, *secret;
    bool loopback;
    const char *code; /* "": accepted */
} mistakes[] = {
    {"https://hooks.example/x?key=C4nary", SECRET,           false, ""                  },
    {"http://127.0.0.1:8000/x",            SECRET,           true,  ""                  },
    {"http://127.0.0.1:8000/x",            SECRET,           false, "bad_webhook_url"   },
    {"http://hooks.example/C4nary",        SECRET,           false, "bad_webhook_url"   },
    {"http://hooks.example/C4nary",        SECRET,           true,  "bad_webhook_url"   },
    {"https://10.0.0.1/C4nary",            SECRET,           true,  "bad_webhook_url"   },
    {"C4nary",                             SECRET,           false, "bad_webhook_url"   },
    {"https://hooks.example/",             "",               false, "bad_webhook_secret"},
    {"https://hooks.example/",             "C4nary",         false, "bad_webhook_secret"},
    {"https://hooks.example/",             "whsec_QzRuYXJ5", false, "bad_webhook_secret"},
};

TEST_ROWS(invalid_options_are_refused_at_start, mistakes)
{
    config.webhook_url = row->url;
    config.webhook_secret = row->secret;
    config.common.environment = row->loopback ? "test" : "production";
    ck_assert_str_eq(channel_fixture_refusal(webhook_channel_open), row->code);
}
