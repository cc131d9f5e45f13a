// SPDX-License-Identifier: MIT
/* Turns that wait for booking-api. */

#include "booking.h"
#include "script.h"

TEST_CASE("turns_wait", .setup = sends_begin_with_key, .teardown = sends_finish, .timeout_s = 60);

static struct turn_runner *start(void)
{
    stand_look();
    return updates_start(NULL, script_step, booking_url());
}

static void start_booking(int status, int ms)
{
    booking_start(&(struct booking_says){status, ms, NULL}, 1);
}

/* The text of the n-th message of a chat, from 1. */
static const char *said(int chat, int n)
{
    return stand_text("SELECT payload -> 0 ->> 'text' FROM sending WHERE chat_id = %d"
                      " ORDER BY id LIMIT 1 OFFSET %d",
                      chat, n - 1);
}

#define TRIED  "EXISTS (SELECT FROM update WHERE tries > 0 AND leased_by IS NULL)"
#define LEASED "EXISTS (SELECT FROM update WHERE leased_until >= received_at + interval '7 s')"

/* --- calls --- */

FIBER_TEST(calls_are_made_as_the_person_and_stored)
{
    start_booking(201, 0);
    start();
    handle_text(41, 7, "en", "ask /v1/x?a=b 2");
    ck_assert_str_eq(said(7, 1), "201 {\"n\":2}");
    ck_assert_int_eq(booking_asked(), 2);
    for (int n = 0; n < 2; n++) {
        const char *request = booking_request(n);
        const char *key = textf("\r\nIdempotency-Key: tg:taxi:41:%d\r\n", n);
        const char *body = textf("\r\n\r\n{\"version\":0,\"call\":%d}", n);
        ck_begins(request, "POST /v1/x?a=b HTTP/1.1\r\n");
        ck_has(request, key);
        ck_has(request, body);
        ck_has(request, "\r\nX-Actor: guest:7\r\n");
        ck_has(request, "\r\nX-API-Key: tb_test_");
        ck_has(request, "\r\nX-Request-Id: tg:taxi:41:");
    }
    ck_sql_text("[{\"body\": \"{\\\"version\\\":0,\\\"call\\\":0}\", \"path\": \"/v1/x?a=b\","
                " \"answer\": \"{\\\"n\\\":1}\", \"method\": \"POST\", \"status\": 201},"
                " {\"body\": \"{\\\"version\\\":0,\\\"call\\\":1}\", \"path\": \"/v1/x?a=b\","
                " \"answer\": \"{\\\"n\\\":2}\", \"method\": \"POST\", \"status\": 201}]",
                "SELECT calls::text FROM update");
    ck_rows(1, "update WHERE leased_by IS NULL AND leased_until IS NULL AND tries = 0");
    ck_sql(1, "SELECT version FROM dialogue");
}

/* Case: Callback. */
FIBER_TEST(callback_query_is_answered_before_the_call)
{
    start_booking(200, 0);
    start();
    booking_hold(true);
    deliver_tap(1, 7, "ask /v1/x 1");
    wait_asked(1);
    ck_sql(1, "SELECT (" LEASED ")::int");
    ck_sql_text("[{\"callback_query_id\": \"1001\"}]",
                "SELECT string_agg(payload::text, ',') FROM sending");
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_rows(2, "sending");
    ck_sql_text("editMessageText[{\"text\": \"200 {\\\"n\\\":1}\", \"message_id\": 9,"
                " \"parse_mode\": \"HTML\"}]",
                "SELECT concat(method, payload) FROM sending WHERE lane = 1");
    /* A turn without calls has its own notice. */
    deliver_tap(2, 7, "go");
    wait_for(NOTHING_LEFT);
    ck_sql_text("[{\"text\": \"notice\", \"callback_query_id\": \"1002\"}]",
                "SELECT payload FROM sending WHERE lane = 0 ORDER BY id DESC");
}

/* --- failures of booking-api --- */

static const struct booking_says down[] = {
    {503, 0, NULL}
};
static const struct {
    struct booking_says says;
    const char *reason;
    int wait_ms; /* minimum delay of the retry */
} failures[] = {
    {{503, 0, NULL},                             "booking_failed: booking-api answered 503.", 0   },
    {{500, 0, NULL},                             "booking_failed: booking-api answered 500.", 0   },
    {{429, 0, NULL},                             "booking_failed: booking-api answered 429.", 0   },
    {{401, 0, NULL},                             "booking_failed: booking-api answered 401.", 0   },
    {{403, 0, NULL},                             "booking_failed: booking-api answered 403.", 0   },
    {{403, 0, "{\"code\":\"scope_missing\"}"},   "booking_failed: booking-api answered 403.", 0   },
    {{400, 0, NULL},                             "booking_failed: booking-api answered 400.", 0   },
    {{302, 0, NULL},                             "booking_failed: booking-api answered 302.", 0   },
    {{409, 0, "{\"code\":\"key_in_progress\"}"}, "booking_failed: booking-api answered 409.", 0   },
    {{422, 0, "{\"code\":\"key_reused\"}"},      "booking_failed: booking-api answered 422.", 0   },
    {{0, 0, NULL},                               "upstream_unreachable: ",                    0   },
    {{200, 6000, NULL},                          "upstream_timeout: ",                        4900},
};

FIBER_TEST_ROWS(failure_is_reported_once_and_the_call_repeated_with_its_key, failures)
{
    booking_start(&row->says, 1);
    struct turn_runner *turns = start();
    const int64_t began = sends_now_ms();
    deliver_text(1, 7, "en", "ask /v1/x 1");
    wait_for(TRIED);
    ck_assert_int_ge(sends_now_ms() - began, row->wait_ms);
    /* On a slow machine the next try has failed too; it was not made earlier than its time. */
    ck_rows(1, "update WHERE retry_at >= received_at + tries * interval '5 s' AND"
               " (tries > 1 OR retry_at <= now() + interval '5 s')");
    const char *reason = stand_text("SELECT reason FROM update");
    ck_begins(reason, row->reason);
    wait_for("EXISTS (SELECT FROM sending WHERE dedupe_key LIKE 'pause:7:%%')");
    booking_say(&(struct booking_says){200, 0, "{\"well\":1}"}, 1);
    stand_sleep(UPDATES_OPEN_MS);
    retry_now(turns);
    wait_for(NOTHING_LEFT);
    ck_assert_str_eq(said(7, 2), "200 {\"well\":1}");
    ck_assert_int_eq(booking_effects(), 1);
    ck_rows(2, "sending");
}

static const struct booking_says facts[] = {
    {200, 0, NULL                         },
    {204, 0, ""                           },
    {409, 0, "{\"code\":\"payment_due\"}" },
    {404, 0, NULL                         },
    {409, 0, "{\"code\":\"nights_taken\"}"},
    {410, 0, NULL                         },
    {412, 0, NULL                         },
    {422, 0, NULL                         },
};
enum { FACTS = ARRAY_LEN(facts) };

FIBER_TEST(result_statuses_reach_the_step)
{
    booking_start(facts, FACTS);
    start();
    for (int i = 0; i < FACTS; i++) {
        handle_text(i, 7, "en", "ask /v1/x 1");
        const char *status = textf("%d ", facts[i].status);
        ck_begins(said(7, i + 1), status);
    }
    ck_assert_int_eq(booking_asked(), FACTS);
}

static int minute(void)
{
    return (int)(now_wall_us() / US_PER_S / 60);
}

FIBER_TEST(person_is_asked_to_wait_once_a_minute)
{
    booking_start(down, 1);
    start();
    const int first = minute();
    for (int i = 0; i < 3; i++) {
        deliver_text(i, 7, "en", "ask /v1/x 1");
        wait_forf("(SELECT count(*) FROM update WHERE tries > 0 AND leased_by IS NULL) = %d",
                  i + 1);
        wait_for("EXISTS (SELECT FROM sending WHERE chat_id = 7)");
        stand_sleep(50); /* time for another call, which must not come */
        stand_sql("UPDATE update SET status = 'done', retry_at = NULL");
    }
    const int pauses = (int)stand_number("SELECT count(*) FROM sending WHERE chat_id = 7");
    ck_assert_int_le(pauses, 1 + minute() - first);
    deliver_text(8, 8, "en", "ask /v1/x 1");
    wait_for("EXISTS (SELECT FROM sending WHERE dedupe_key LIKE 'pause:8:%%')");
    ck_sql(
        60,
        "SELECT extract(epoch FROM expires_at - created_at)::int FROM sending WHERE chat_id = 8");
    /* Groups get no apology. */
    deliver("{\"update_id\":9,\"message\":{\"message_id\":1,\"from\":{\"id\":8},"
            "\"chat\":{\"id\":-5,\"type\":\"group\"},\"text\":\"ask /v1/x 1\"}}");
    wait_for("EXISTS (SELECT FROM update WHERE chat_id = -5 AND tries = 1)");
    stand_sleep(50);
    ck_rows(0, "sending WHERE chat_id = -5");
}

FIBER_TEST(lane_continues_after_five_failures)
{
    booking_start(down, 1);
    struct turn_runner *turns = start();
    deliver_text(1, 7, "en", "ask /v1/x 1");
    deliver_text(2, 7, "en", "hi");
    for (int tries = 1; tries < 5; tries++) {
        wait_forf("EXISTS (SELECT FROM update WHERE tries = %d AND leased_by IS NULL)", tries);
        ck_rows(0, "update WHERE status = 'done'");
        stand_sleep(50);
        retry_now(turns);
    }
    wait_for(NOTHING_LEFT);
    ck_rows(1, "update WHERE status = 'dead' AND tries = 5 AND leased_by IS NULL");
    /* Beside an apology and "said" there is one wait notice for each minute that this lasts. */
    wait_for("(SELECT count(*) FROM sending WHERE dedupe_key IS NULL OR"
             " dedupe_key NOT LIKE 'pause:%%') = 2");
    wait_for("EXISTS (SELECT FROM sending WHERE dedupe_key LIKE 'pause:7:%%')");
    ck_rows(1, "sending WHERE dedupe_key LIKE 'sorry:%%'");
    ck_assert_int_eq(booking_effects(), 0);
}

/* --- leases --- */

/* Case: Restart with queued rows. The process that made the call is dead as far as the database
 * shows: its lease has expired. */
FIBER_TEST(turn_with_an_expired_lease_is_repeated_and_counts_once)
{
    start_booking(201, 0);
    booking_hold(true);
    struct turn_runner *turns = start();
    deliver_text(1, 7, "en", "ask /v1/x 1");
    deliver_text(2, 7, "en", "hi");
    wait_asked(1);
    stand_sql("UPDATE update SET leased_until = now() WHERE leased_by IS NOT NULL");
    turn_runner_wake(turns);
    wait_asked(2); /* the turn is repeated while the first one is still running */
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(booking_effects(), 1);
    ck_assert_str_eq(said(7, 1), "201 {\"n\":2}");
    stand_stop(turns);
    ck_rows(2, "sending");
    ck_sql(1, "SELECT version FROM dialogue");
    ck_sql(0, "SELECT sum(tries) FROM update");
}

FIBER_TEST(several_instances_share_lanes_with_calls_in_order)
{
    start_booking(200, 20);
    for (int i = 0; i < 3; i++)
        start();
    for (int i = 0; i < 60; i++)
        handle_text(i, i % 6 + 1, "en", i % 2 == 0 ? "ask /v1/x 2" : "hi");
    ck_assert_int_eq(booking_effects(), 60);
    ck_assert_int_eq(booking_asked(), 60);
    ck_rows(60, "sending");
    ck_sql(30, "SELECT sum(version) FROM dialogue");
    ck_rows(0, "(SELECT u.id, lag(u.id) OVER (PARTITION BY u.chat_id ORDER BY s.id) AS before FROM "
               "sending s JOIN update u ON s.dedupe_key = u.id || ':0') pairs WHERE before > id");
}

/* Case: Double tap on "Book", two devices. An older update becomes visible now and changes the
 * dialogue: the result of the call is reported nevertheless. */
FIBER_TEST(repeated_turn_starts_from_its_stored_state)
{
    start_booking(200, 0);
    start();
    handle_text(1, 7, "en", "go");
    booking_hold(true);
    deliver_text(2, 7, "en", "ask /v1/x 1");
    wait_asked(1);
    stand_sql("UPDATE dialogue SET version = 20, data = '\"x\"'");
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(booking_asked(), 2);
    ck_assert_int_eq(booking_effects(), 1);
    ck_has(booking_request(1), "{\"version\":1,");
    ck_assert_str_eq(said(7, 2), "200 {\"n\":2} 1+19");
    ck_sql_text("{\"before\": {\"before\": null}} 21",
                "SELECT concat_ws(' ', data, version) FROM dialogue");
    ck_sql(0, "SELECT sum(tries) FROM update");
    ck_rows(2, "sending");
}

/* Without the key the service would give another answer to a repeated call. */
FIBER_TEST(repeated_turn_repeats_its_calls_unchanged)
{
    static const struct booking_says says[] = {
        {201, 0, NULL},
        {503, 0, NULL},
        {201, 0, NULL},
    };

    booking_start(says, 2);
    struct turn_runner *turns = start();
    deliver_text(1, 7, "en", "go");
    deliver_text(2, 7, "en", "ask /v1/x?a=b 2");
    wait_for(TRIED);
    ck_sql_text("[{\"body\": \"{\\\"version\\\":1,\\\"call\\\":0}\","
                " \"path\": \"/v1/x?a=b\", \"method\": \"POST\"},"
                " {\"body\": \"{\\\"version\\\":1,\\\"call\\\":1}\","
                " \"path\": \"/v1/x?a=b\", \"method\": \"POST\"}]",
                "SELECT calls::text FROM update WHERE update_id = 2");
    const int before = booking_asked(); /* the client retries after 503 */
    booking_say(&says[2], 1);
    stand_sql("UPDATE dialogue SET version = 20");
    stand_sleep(UPDATES_OPEN_MS);
    retry_now(turns);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(booking_asked(), before + 2);
    for (int n = 0; n < 2; n++)
        ck_assert_str_eq(booking_request(before + n), booking_request(n));
    ck_sql(21, "SELECT version FROM dialogue");
}

/* Case: Restart with queued rows. */
FIBER_TEST(stopping_service_releases_its_leases)
{
    start_booking(200, 300);
    struct turn_runner *turns = start();
    booking_hold(true);
    deliver_text(1, 7, "en", "ask /v1/x 2");
    wait_asked(1);
    stand_service()->stopping = true;
    booking_hold(false);
    stand_stop(turns);
    ck_assert_int_eq(booking_asked(), 1);
    ck_rows(1, "update WHERE status = 'received' AND leased_by IS NULL AND tries = 0");
    stand_service()->stopping = false;
    turns = start();
    turn_runner_wake(turns);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(booking_asked(), 3);
    ck_assert_int_eq(booking_effects(), 2);
}

FIBER_TEST(stop_frees_nothing_while_a_turn_waits)
{
    const int64_t deadline_ns = fiber_deadline_ns(fiber_current());

    start_booking(201, 0);
    struct turn_runner *turns = start();
    booking_hold(true);
    deliver_text(1, 7, "en", "ask /v1/x 1");
    wait_asked(1);
    fiber_set_deadline(fiber_current(), loop_now_ns(stand_loop()) + 20 * NS_PER_MS);
    turn_runner_stop(turns);
    fiber_set_deadline(fiber_current(), deadline_ns);
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(booking_effects(), 1);
}

/* --- other chats --- */

static int compare(const void *a, const void *b)
{
    return (int)(*(const int64_t *)a - *(const int64_t *)b);
}

enum { OTHERS = 60, SLOW_CHATS = 40 };

/* The time of 19 of 20 other chats. A chat whose call is held never ends. */
static int64_t others_ms(int first)
{
    int64_t took[OTHERS];

    for (int i = 0; i < OTHERS; i++) {
        const int64_t began = sends_now_ms();
        deliver_text(first + i, first + i, "en", "hi");
        wait_forf("EXISTS (SELECT FROM update WHERE update_id = %d AND"
                  " status = 'done')",
                  first + i);
        took[i] = sends_now_ms() - began;
    }
    qsort(took, OTHERS, sizeof took[0], compare);
    return took[OTHERS * 19 / 20 - 1];
}

FIBER_TEST(waiting_chats_do_not_delay_other_chats)
{
    start_booking(200, 0);
    start();
    const int64_t alone_ms = others_ms(1000);
    booking_hold(true);
    const int64_t held_ns = now_mono_ns();
    deliver_text(1, 1, "en", "ask /v1/x 1");
    wait_asked(1);
    const int64_t beside_one_ms = others_ms(2000);
    for (int i = 2; i <= SLOW_CHATS; i++)
        deliver_text(i, i, "en", "ask /v1/x 1");
    wait_asked(TURN_RUNNER_CALLS_MAX - TURN_RUNNER_CALLS_SPARE - TURN_RUNNER_WORKERS);
    const int64_t beside_many_ms = others_ms(3000);
    booking_hold(false);
    const int64_t held_ms = (now_mono_ns() - held_ns) / NS_PER_MS;
    fprintf(stderr, "of 20 others, 19 took %lld ms alone, %lld ms beside one, %lld beside %d\n",
            (long long)alone_ms, (long long)beside_one_ms, (long long)beside_many_ms, SLOW_CHATS);
    if (is_timed()) {
        ck_assert_int_lt(beside_one_ms, alone_ms + 1000);
        ck_assert_int_lt(beside_many_ms, alone_ms + 1000);
    }
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(booking_effects(), SLOW_CHATS);
    if (held_ms < BOOKING_TIMEOUT_MS)
        ck_sql(0, "SELECT sum(tries) FROM update");
}
