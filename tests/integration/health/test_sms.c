// SPDX-License-Identifier: MIT
/* Alerts by SMS to a server that accepts, refuses, is busy, or leaves the outcome unknown. */

#include "channel_fixture.h"
#include "notify/sms_channel.h"

#define KEY "C4nary-Api-Id"
#define OK_ANN                                                                                     \
    "200|{\"status\":\"OK\",\"status_code\":100,\"sms\":{\"77010000001\":{\"status_code\":100}}}"
#define OK_BOB                                                                                     \
    "200|{\"status\":\"OK\",\"status_code\":100,\"sms\":{\"77010000002\":{\"status_code\":100}}}"
#define SAYS(code) "200|{\"status\":\"ERROR\",\"status_code\":" #code "}"
#define OF_ANN(code)                                                                               \
    "200|{\"status\":\"OK\",\"status_code\":100,\"sms\":{\"77010000001\":{\"status_code\":" #code  \
    "}}}"

static void begin(void)
{
    channel_fixture_begin();
    check.title[0] = "База & данные";
    config.sms_api_id = KEY;
}

static void make(const char *phones, int64_t hourly, const char *const *answers)
{
    config.sms_api_root = sink_url(answers, "");
    config.alert_phones = phones;
    config.sms_hourly = hourly;
    channel_fixture_open(sms_channel_open);
}

static void send_text(void)
{
    send_now();
    ck_lacks(end.fault.detail, "770100"); /* a port has five digits */
}

static int requests(void)
{
    int count = 0;

    while (http_sink_request(count + 1) != NULL)
        count++;
    return count;
}

TEST_CASE("sms", .setup = begin, .teardown = channel_fixture_end);

TEST(each_phone_gets_one_form_request)
{
    make("+77010000001, +77010000002", 20, (const char *const[]){OK_ANN, OK_BOB, NULL});
    send_text();
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.code);
    ck_assert_int_eq(requests(), 2);
    const char *first = http_sink_request(1);
    ck_assert(slice_starts(slice_of(first), SLICE("POST /sms/send HTTP/1.1\n")));
    ck_has(first, "Content-Type: application/x-www-form-urlencoded");
    /* "Авария: База & данные (server2) с " */
    ck_has(first, "\n\napi_id=" KEY "&to=77010000001&msg=%D0%90%D0%B2%D0%B0%D1%80%D0%B8%D1%8F%3A"
                  "%20%D0%91%D0%B0%D0%B7%D0%B0%20%26%20");
    ck_has(first, "&json=1");
    ck_has(http_sink_request(2), "&to=77010000002&");
}

TEST(phone_with_text_gets_no_repeat_for_another_phone)
{
    make("+77010000001,+77010000002", 20, (const char *const[]){OK_ANN, SAYS(220), OK_BOB, NULL});
    send_text();
    ck_assert_int_eq(end.outcome, CHANNEL_BUSY);
    send_text();
    ck_assert_int_eq(end.outcome, CHANNEL_SENT);
    ck_assert_int_eq(requests(), 3);
    send_text();
    ck_assert_int_eq(requests(), 3);
    story.event = ALERT_RECOVERED;
    send_text();
    ck_assert_int_gt(requests(), 3);
}

static const struct {
    const char *why, *answer;
    enum channel_outcome outcome;
    const char *code;
} cases[] = {
    {"no money",                               SAYS(201),    CHANNEL_REFUSED,     "sms_no_money" },
    {"a wrong key",                            SAYS(200),    CHANNEL_REFUSED,     "sms_bad_key"  },
    {"a wrong login",                          SAYS(301),    CHANNEL_REFUSED,     "sms_bad_key"  },
    {"no route to the phone",                  OF_ANN(207),  CHANNEL_REFUSED,     "sms_bad_phone"},
    {"too many today",                         OF_ANN(230),  CHANNEL_REFUSED,     "sms_limit"    },
    {"an unknown code",                        SAYS(999),    CHANNEL_REFUSED,     "sms_refused"  },
    {"the same text, from an earlier attempt", OF_ANN(231),  CHANNEL_SENT,        ""             },
    {"an unavailable service",                 SAYS(220),    CHANNEL_BUSY,        "sms_busy"     },
    {"too many requests",                      "429",        CHANNEL_BUSY,        "sms_busy"     },
    {"a blocking proxy",                       "403|<html>", CHANNEL_REFUSED,     "sms_refused"  },
    {"a server error",                         SAYS(500),    CHANNEL_UNREACHABLE, "sms_uncertain"},
    {"an HTML error page",                     "502|<html>", CHANNEL_UNREACHABLE, "sms_uncertain"},
    {"no JSON",                                "200|OK",     CHANNEL_UNREACHABLE, "sms_uncertain"},
    {"another phone's",                        OK_BOB,       CHANNEL_UNREACHABLE, "sms_uncertain"},
    {"no answer",                              "CUT",        CHANNEL_UNREACHABLE, "sms_uncertain"},
};

TEST_ROWS_WHY(answer_is_mapped_to_outcome, cases)
{
    make("+77010000001", 20, (const char *const[]){row->answer, NULL});
    send_text();
    ck_assert_int_eq(end.outcome, row->outcome);
    if (end.outcome != CHANNEL_SENT)
        ck_assert_str_eq(end.fault.code, row->code);
    ck_assert(!end.permanent);
}

TEST(uncertain_text_is_sent_once_more)
{
    make("+77010000001,+77010000002", 20, (const char *const[]){"CUT", "CUT", OK_BOB, NULL});
    send_text();
    ck_assert_int_eq(end.outcome, CHANNEL_UNREACHABLE);
    ck_assert(!end.permanent);
    send_text();
    ck_assert_int_eq(end.outcome, CHANNEL_SENT); /* by the other phone */
    ck_assert_int_eq(requests(), 3);
    send_text();
    ck_assert_int_eq(requests(), 3);
}

TEST(uncertain_text_at_only_phone_is_permanently_refused)
{
    make("+77010000001", 20, (const char *const[]){"CUT", NULL});
    send_text();
    send_text();
    ck_assert_int_eq(end.outcome, CHANNEL_REFUSED);
    ck_assert(end.permanent);
    send_text();
    ck_assert(end.permanent);
    ck_assert_int_eq(requests(), 2);
}

/* The text of a new incident. */
static void send_next(enum alert_event event)
{
    incident.id = uuid_make();
    story.event = event;
    send_text();
}

static void assert_waits(void)
{
    ck_assert_int_eq(end.outcome, CHANNEL_BUSY);
    ck_assert_str_eq(end.fault.code, "sms_hourly");
    ck_assert(!end.permanent && end.only_this);
    ck_assert_int_gt(end.wait_ms, 0);
    ck_assert_int_le(end.wait_ms, 3600 * 1000);
}

TEST(unreachable_sends_take_no_slot)
{
    make("+77010000001", 3, (const char *const[]){OK_ANN, NULL});
    const char *root = config.sms_api_root;
    config.sms_api_root = "http://127.0.0.1:1";
    for (int i = 0; i < 5; i++) {
        send_next(ALERT_FIRED);
        ck_assert_int_eq(end.outcome, CHANNEL_UNREACHABLE);
        ck_assert_str_eq(end.fault.code, "sms_away");
    }
    config.sms_api_root = root;
    for (int i = 0; i < 4; i++) {
        send_next(ALERT_FIRED);
        if (i < 3)
            ck_assert_int_eq(end.outcome, CHANNEL_SENT);
        else
            assert_waits();
    }
    ck_assert_int_eq(requests(), 3);
}

TEST(quarter_of_slots_is_reserved_for_new_critical_incidents)
{
    make("+77010000001", 8, (const char *const[]){OK_ANN, NULL});
    for (int i = 0; i < 6; i++)
        send_next(ALERT_RECOVERED);
    ck_assert_int_eq(end.outcome, CHANNEL_SENT);
    send_next(ALERT_RECOVERED);
    assert_waits();
    send_next(ALERT_REMINDED);
    assert_waits();
    incident.severity = SEVERITY_WARNING;
    send_next(ALERT_FIRED);
    assert_waits();
    send_note(&(const struct alert_note){.id = "test.1", .subject = "Проверка связи", .text = ""});
    assert_waits();
    incident.severity = SEVERITY_CRITICAL;
    send_next(ALERT_FIRED);
    ck_assert_int_eq(end.outcome, CHANNEL_SENT);
    send_next(ALERT_WORSE);
    ck_assert_int_eq(end.outcome, CHANNEL_SENT);
    send_next(ALERT_FIRED);
    assert_waits();
    ck_assert_int_eq(requests(), 8);
}

TEST(phone_without_slot_waits_and_others_get_no_repeat)
{
    make("+77010000001,+77010000002", 1, (const char *const[]){OK_ANN, NULL});
    send_next(ALERT_FIRED);
    assert_waits();
    send_text();
    assert_waits();
    ck_assert_int_eq(requests(), 1);
}

TEST(closed_port_is_unreachable_and_not_uncertain)
{
    make("+77010000001", 20, (const char *const[]){OK_ANN, NULL});
    servers_stop();
    for (int i = 0; i < 4; i++) {
        send_text();
        ck_assert_int_eq(end.outcome, CHANNEL_UNREACHABLE);
        ck_assert_str_eq(end.fault.code, "sms_away");
    }
}

static const char *const bad_phones[] = {
    "",
    ",",
    "77010000001",
    "+7701000000 1",
    "87010000001",
    "+7701",
    "+77010000001,",
    "+77010000001;+77010000002",
    "+7701000000x",
    "+770100000011223344",
    "+71,+72,+73,+74,+75,+76,+77,+78,+79",
};

TEST_ROWS(invalid_phones_are_refused_at_start, bad_phones)
{
    config.sms_hourly = 1;
    config.alert_phones = *row;
    ck_assert_str_eq(channel_fixture_refusal(sms_channel_open), "bad_alert_phones");
}
