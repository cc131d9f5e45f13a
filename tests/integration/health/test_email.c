// SPDX-License-Identifier: MIT
/* Alerts by e-mail to a server that accepts, refuses, hangs, or has another identity. */

#include "http/smtp.h"
#include "loop/fiber.h"

#include "channel_fixture.h"
#include "notify/email_channel.h"
#include "support/patience.h"

#define USER     "health"
#define PASSWORD "C4nary-Password"

enum { SOON_MS = 4000 };

static const char *ca_file; /* NULL: the CA file of the system */
static int64_t limit_ms;    /* instead of EMAIL_SEND_MS */

__typeof__(smtp_send) __real_smtp_send, __wrap_smtp_send;
bool __wrap_smtp_send(const struct smtp_call *call, struct fault *fault)
{
    struct smtp_call changed = *call;

    ck_assert_int_eq(call->limit_ms, EMAIL_SEND_MS);
    changed.ca_file = ca_file;
    changed.limit_ms = (int)limit_ms;
    return __real_smtp_send(&changed, fault);
}

static void begin(void)
{
    channel_fixture_begin();
    servers_certify();
    limit_ms = patience_ms(EMAIL_SEND_MS);
}

static void make(const char *scheme, int port, const char *user, bool trusted)
{
    config.smtp_url = textf("%s://localhost:%d", scheme, port);
    config.smtp_user = user;
    config.smtp_password = user[0] != '\0' ? PASSWORD : "";
    config.alert_from = "health@tapbot.example";
    config.alert_emails = "ann@example.kz, bob@example.kz";
    ca_file = trusted ? servers_certificate : NULL;
    channel_fixture_open(email_channel_open);
}

static int64_t timed_send(void)
{
    const int64_t began_ns = now_mono_ns();

    send_now();
    return (now_mono_ns() - began_ns) / NS_PER_MS;
}

TEST_CASE("email", .setup = begin, .teardown = channel_fixture_end);

TEST(mail_arrives_complete)
{
    make("smtp", sink_start((const char *const[]){NULL}), "", false);
    send_now();
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.detail);
    const char *mail = sink_mail(1);
    ck_assert_ptr_nonnull(mail);
    ck_assert(slice_starts(slice_of(mail), SLICE("health@tapbot.example ann@example.kz "
                                                 "bob@example.kz\nFrom: <health@tapbot.example>")));
    const char *body = sink_body(mail);
    ck_has(body, "🔴 Авария: База\nЧто: ");
    ck_has(body, "https://health.example/\n");
}

TEST(later_mails_refer_to_the_first)
{
    char line[256], id[UUID_TEXT_LEN + 1];

    make("smtp", sink_start((const char *const[]){NULL}), "", false);
    story.event = ALERT_RECOVERED;
    incident.ended_us = incident.started_us + 60 * US_PER_S;
    send_now();
    uuid_format(&incident.id, id);
    snprintf(line, sizeof line, "Message-ID: <%s.recovered@tapbot.example>\n", id);
    ck_has(sink_mail(1), line);
    snprintf(line, sizeof line, "In-Reply-To: <%s.fired@tapbot.example>\n", id);
    ck_has(sink_mail(1), line);
}

TEST(note_arrives_unchanged)
{
    static const struct alert_note note = {
        .id = "report.2026-11-22", .subject = "Отчёт", .text = "Всё <в порядке>\nза сутки\n"};

    make("smtp", sink_start((const char *const[]){NULL}), "", false);
    send_note(&note);
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.detail);
    ck_has(sink_mail(1), "Message-ID: <report.2026-11-22@tapbot.example>\n");
    ck_assert_str_eq(sink_body(sink_mail(1)), note.text);
}

// clang-format off
static const struct {
    const char *why, *scheme;
    const char *options[10];
    bool tls, signs_in, trusted;
    enum channel_outcome outcome;
    int arrives; /* mails */
} cases[] = {
    {"a password over STARTTLS",             "smtp",  {"--tls", "starttls", "--user", USER, "--password", PASSWORD}, true,  true,  true,  CHANNEL_SENT,    1},
    {"a password over smtps",                "smtps", {"--tls", "implicit", "--user", USER, "--password", PASSWORD}, true,  true,  true,  CHANNEL_SENT,    1},
    {"STARTTLS if it is offered",         "smtp",  {"--tls", "starttls"},                                         true,  false, true,  CHANNEL_SENT,    1},
    {"a wrong password",                     "smtps", {"--tls", "implicit", "--user", USER, "--password", "other"},  true,  true,  true,  CHANNEL_REFUSED, 0},
    {"a password without TLS",               "smtp",  {"--user", USER, "--password", PASSWORD},                      false, true,  true,  CHANNEL_REFUSED, 0},
    {"an untrusted certificate",    "smtps", {"--tls", "implicit"},                                         true,  false, false, CHANNEL_REFUSED, 0},
    {"the same by STARTTLS",                 "smtp",  {"--tls", "starttls"},                                         true,  false, false, CHANNEL_REFUSED, 0},
    {"smtps to a server without TLS",        "smtps", {NULL},                                                        false, false, true,  CHANNEL_UNREACHABLE,    0},
    {"a busy server",                        "smtp",  {"--answer", "GREETING=421 Too busy"},                         false, false, true,  CHANNEL_UNREACHABLE,    0},
    {"a sender that is refused temporarily",           "smtp",  {"--answer", "MAIL=451 Later"},                                false, false, true,  CHANNEL_UNREACHABLE,    0},
    {"a sender that is refused",             "smtp",  {"--answer", "MAIL=550 Not you"},                              false, false, true,  CHANNEL_REFUSED, 0},
    {"refused recipients",          "smtp",  {"--answer", "RCPT=550 Nobody"},                               false, false, true,  CHANNEL_REFUSED, 0},
    {"a mail that is refused temporarily",              "smtp",  {"--answer", "DOT=452 Full"},                                  false, false, true,  CHANNEL_UNREACHABLE,    0},
    {"a mail that is refused",               "smtp",  {"--answer", "DOT=554 Spam"},                                  false, false, true,  CHANNEL_REFUSED, 0},
};
// clang-format on

TEST_ROWS_WHY(mail_outcome_is_reported, cases)
{
    const char *options[16] = {NULL};
    int count = 0;

    while (row->options[count] != NULL) {
        options[count] = row->options[count];
        count++;
    }
    if (row->tls) {
        options[count++] = "--certificate";
        options[count++] = servers_certificate;
        options[count++] = "--key";
        options[count++] = servers_key;
    }
    make(row->scheme, sink_start(options), row->signs_in ? USER : "", row->trusted);
    const int64_t took_ms = timed_send();
    ck_assert_msg(end.outcome == row->outcome, "%d %s", (int)end.outcome, end.fault.detail);
    ck_assert_msg(!is_timed() || took_ms < SOON_MS, "%lld ms", (long long)took_ms);
    ck_assert((sink_mail(1) != NULL) == (row->arrives == 1));
    if (end.outcome == CHANNEL_SENT)
        return;
    ck_lacks(end.fault.detail, USER);
}

TEST(password_is_never_sent_unencrypted)
{
    make("smtp", sink_start((const char *const[]){"--user", USER, "--password", PASSWORD, NULL}),
         USER, true);
    send_now();
    ck_assert_int_eq(end.outcome, CHANNEL_REFUSED);
    ck_assert(sink_received("EHLO"));
    ck_assert(!sink_received("AUTH"));
}

TEST(silent_server_is_unreachable)
{
    make("smtp", sink_start((const char *const[]){"--hang", "GREETING", NULL}), "", false);
    limit_ms = 300;
    const int64_t took_ms = timed_send();
    ck_assert_int_ge(took_ms, limit_ms / 3); /* the greeting is a part of connecting */
    if (is_timed())
        ck_assert_int_lt(took_ms, SOON_MS);
    ck_assert_int_eq(end.outcome, CHANNEL_UNREACHABLE);
}

TEST(closed_port_is_unreachable)
{
    const int port = sink_start((const char *const[]){NULL});

    servers_stop();
    make("smtp", port, "", false);
    const int64_t took_ms = timed_send();
    if (is_timed())
        ck_assert_int_lt(took_ms, SOON_MS);
    ck_assert_int_eq(end.outcome, CHANNEL_UNREACHABLE);
}

TEST(hanging_mail_blocks_no_loop_and_is_cancelled)
{
    make("smtp", sink_start((const char *const[]){"--hang", "EHLO", NULL}), "", false);
    ck_ok(fiber_start(loop, channel_fixture_send, NULL, now_mono_ns() + 60 * NS_PER_S, "test",
                      &fault));
    wait_by(run_loop, sink_received("EHLO"), "the server hears EHLO");
    const int64_t began_ns = now_mono_ns();
    fiber_cancel_all(loop);
    loop_finish_fibers(loop, NS_PER_S);
    channel_fixture_close();
    if (is_timed())
        ck_assert_int_lt(now_mono_ns() - began_ns, SOON_MS * NS_PER_MS);
}

static const struct {
    const char *url, *from, *to, *code;
} mistakes[] = {
    {"http://mail.example",                "a@b.kz",             "a@b.kz",          "bad_smtp_url"    },
    {"mail.example:25:25",                 "a@b.kz",             "a@b.kz",          "bad_smtp_url"    },
    {"smtp://" USER "@mail.example",       "a@b.kz",             "a@b.kz",          "bad_smtp_url"    },
    {"smtp://u:" PASSWORD "@mail.example", "a@b.kz",             "a@b.kz",          "bad_smtp_url"    },
    {"smtp://mail.example",                "",                   "a@b.kz",          "bad_alert_from"  },
    {"smtp://mail.example",                "a@b.kz\r\nBcc: x@y", "a@b.kz",          "bad_alert_from"  },
    {"smtp://mail.example",                "a@b.kz",             "",                "bad_alert_emails"},
    {"smtp://mail.example",                "a@b.kz",             "a@b.kz,",         "bad_alert_emails"},
    {"smtp://mail.example",                "a@b.kz",             "a@b.kz,b\r\nc@d", "bad_alert_emails"},
};

TEST_ROWS(invalid_options_are_refused_at_start, mistakes)
{
    config.smtp_url = row->url;
    config.smtp_user = USER;
    config.smtp_password = PASSWORD;
    config.alert_from = row->from;
    config.alert_emails = row->to;
    ck_assert_str_eq(channel_fixture_refusal(email_channel_open), row->code);
}
