// SPDX-License-Identifier: MIT
/* Alerts to a webhook: signature, single delivery, and the outcome of each answer. */
#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include "base/now.h"

#include "notify/webhook_channel.h"
#include "servers.h"

#define SECRET "whsec_QzRuYXJ5QzRuYXJ5QzRuYXJ5QzRuYXJ5"

static struct http_client *http;
static struct webhook_channel *webhook;
static struct incident incident;
static struct check check;
static struct alert_story story;
static struct alert_note note;
static struct channel_result end;

static void begin(void)
{
    struct fault fault = {.detail = ""};

    servers_begin();
    http = http_client_create(loop, work, &(const struct http_client_options){0}, &fault);
    ck_assert_msg(http != NULL, "%s", fault.detail);
    incident = (struct incident){.id = uuid_make(),
                                 .check = "postgres",
                                 .level = LEVEL_RED,
                                 .severity = SEVERITY_CRITICAL,
                                 .trouble = TROUBLE_REFUSED,
                                 .reading = {.measure = MEASURES},
                                 .started_us = INT64_C(1795338300) * US_PER_S};
    check = (struct check){
        .name = "postgres", .server = "server2", .title = {"\"База\"", "", ""}
    };
    story = (struct alert_story){.incident = &incident,
                                 .check = &check,
                                 .now_us = now_wall_us(),
                                 .public_url = "https://health.example/"};
    note =
        (struct alert_note){.id = "report.2026-11-22", .subject = "Отчёт", .text = "всё\nхорошо\n"};
}

static void make(const char *const *answers)
{
    static char url[64];
    const char *options[16] = {NULL};
    struct fault fault = {.detail = ""};

    for (int i = 0; answers[i] != NULL; i++) {
        options[2 * i] = "--answer";
        options[2 * i + 1] = answers[i];
    }
    snprintf(url, sizeof url, "http://127.0.0.1:%d/hook", http_sink_start(options));
    const struct webhook_options made = {
        .client = http, .url = url, .secret = SECRET, .loopback = true};
    webhook = webhook_channel_create(&made, &fault);
    ck_assert_msg(webhook != NULL, "%s", fault.detail);
}

static void finish(void)
{
    webhook_channel_destroy(webhook);
    webhook = NULL;
    http_client_destroy(http);
    servers_end();
}

static void send_body(void *data)
{
    const struct channel channel = webhook_channel(webhook);

    end = (struct channel_result){
        .outcome = CHANNEL_UNREACHABLE, .fault = {.code = "", .detail = ""}
    };
    channel.send(channel.self, data != NULL ? &(const struct alert_story){.note = data} : &story,
                 &end);
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
    struct fault fault;

    header(request, "webhook-id: ", id);
    header(request, "webhook-timestamp: ", at);
    header(request, "webhook-signature: ", signature);
    snprintf(content, sizeof content, "%s.%s.%s", id, at, strstr(request, "\n\n") + 2);
    ck_assert(deliver_secret_read(SLICE(SECRET), &key, &fault));
    deliver_sign((struct slice){(const char *)key.bytes, key.len}, slice_of(content), made);
    ck_assert_str_eq(signature, made);
    ck_assert_int_le(llabs(atoll(at) - now_wall_us() / US_PER_S), 60);
}

TEST_CASE("webhook_channel", .setup = begin, .teardown = finish);

TEST(incident_arrives_signed_and_complete)
{
    char id[UUID_TEXT_LEN + 1], line[512];

    make((const char *const[]){"200", NULL});
    run_fiber(send_body, NULL);
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.code);
    const char *request = http_sink_request(1);
    ck_assert(slice_starts(slice_of(request), SLICE("POST /hook HTTP/1.1\n")));
    is_signed(request);
    uuid_format(&incident.id, id);
    snprintf(line, sizeof line, "\nwebhook-id: %s.fired\n", id);
    ck_assert_ptr_nonnull(strstr(request, line));
    snprintf(line, sizeof line,
             "\n\n{\"type\":\"incident.fired\",\"timestamp\":\"2026-11-22T09:05:00.000Z\","
             "\"data\":{\"incident\":{\"id\":\"%s\",\"check\":\"postgres\",\"status\":\"red\","
             "\"severity\":\"critical\",\"trouble\":\"refused\"",
             id);
    ck_assert_msg(strstr(request, line) != NULL, "%s", request);
    ck_assert_ptr_nonnull(strstr(request, "\"title\":\"\\\"База\\\"\",\"server\":\"server2\","
                                          "\"url\":\"https://health.example/\"}}"));
}

TEST(note_has_its_kind_as_type)
{
    make((const char *const[]){"204", NULL});
    run_fiber(send_body, &note);
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.code);
    const char *request = http_sink_request(1);
    is_signed(request);
    ck_assert_ptr_nonnull(strstr(request, "\nwebhook-id: report.2026-11-22\n"));
    ck_assert_ptr_nonnull(strstr(request, "\n\n{\"type\":\"report\",\"timestamp\":\""));
    ck_assert_ptr_nonnull(
        strstr(request, "\"data\":{\"subject\":\"Отчёт\",\"text\":\"всё\\nхорошо\\n\"}}"));
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

TEST_ROWS(answer_is_mapped_to_outcome, cases)
{
    make((const char *const[]){row->answer, NULL});
    run_fiber(send_body, NULL);
    ck_assert_msg(end.outcome == row->outcome, "%s: %d", row->why, (int)end.outcome);
    ck_assert_msg(end.wait_ms == row->wait_ms, "%s: %lld", row->why, (long long)end.wait_ms);
    if (end.outcome != CHANNEL_SENT)
        ck_assert_str_eq(end.fault.code, row->code);
    ck_assert(!end.permanent);
    ck_assert_ptr_null(http_sink_request(2));
}

TEST(no_call_after_status_410)
{
    make((const char *const[]){"410", NULL});
    for (int i = 0; i < 2; i++) {
        run_fiber(send_body, NULL);
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
    run_fiber(send_body, NULL);
    run_fiber(send_body, NULL);
    header(http_sink_request(1), "webhook-id: ", first);
    header(http_sink_request(2), "webhook-id: ", second);
    ck_assert_str_eq(first, second);
}

// clang-format off
static const struct {
    const char *url, *secret;
    bool loopback;
    const char *code; /* NULL: accepted */
} mistakes[] = {
    {"https://hooks.example/x?key=C4nary", SECRET,          false, NULL},
    {"http://127.0.0.1:8000/x",            SECRET,          true,  NULL},
    {"http://127.0.0.1:8000/x",            SECRET,          false, "bad_webhook_url"},
    {"http://hooks.example/C4nary",        SECRET,          false, "bad_webhook_url"},
    {"http://hooks.example/C4nary",        SECRET,          true,  "bad_webhook_url"},
    {"https://10.0.0.1/C4nary",            SECRET,          true,  "bad_webhook_url"},
    {"C4nary",                             SECRET,          false, "bad_webhook_url"},
    {"https://hooks.example/",             "",              false, "bad_webhook_secret"},
    {"https://hooks.example/",             "C4nary",        false, "bad_webhook_secret"},
    {"https://hooks.example/",             "whsec_QzRuYXJ5", false, "bad_webhook_secret"},
};
// clang-format on

TEST_ROWS(invalid_options_are_refused_at_start, mistakes)
{
    struct fault fault = {.code = "", .detail = ""};
    const struct webhook_options made = {
        .client = http, .url = row->url, .secret = row->secret, .loopback = row->loopback};

    webhook = webhook_channel_create(&made, &fault);
    ck_assert_msg((webhook != NULL) == (row->code == NULL), "%s %s", row->url, fault.detail);
    if (row->code != NULL)
        ck_assert_str_eq(fault.code, row->code);
    ck_assert_ptr_null(strstr(fault.detail, "C4nary"));
}
