// SPDX-License-Identifier: MIT
/* Feeds: calendars of other channels, read from a server that lies. */
#include <stdlib.h>

#include "calendars.h"
#include "channels/feed_reader.h"
#include "channels/ical_write.h"
#include "definition.h"

static void begin(void)
{
    stand_begin();
    calendars_begin();
}

static bool has_text(const json_t *json, const char *text)
{
    char *dump = json_dumps(json, 0);
    const bool found = strstr(dump, text) != NULL;

    free(dump);
    return found;
}

TEST_CASE("channel_feed", .setup = begin, .teardown = calendars_end, .timeout_s = 120);

FIBER_TEST(feed_blocks_its_nights)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "airbnb");

    calendar_has("10+2 20+1");
    const struct answer read = ck_status(feed_read(apartment, feed), 200);

    ck_assert_str_eq(feed_nights(apartment), "10 11 20");
    ck_assert_int_eq(json_integer_value(json_object_get(read.json, "nights")), 3);
    ck_assert_str_eq(json_string_value(json_object_get(read.json, "host")), "127.0.0.1");
    ck_assert_ptr_null(json_object_get(read.json, "url"));
    ck_assert_ptr_nonnull(json_object_get(read.json, "last_success_at"));
    ck_refused(book(&stand_guest, apartment, 9, 2), 409, "nights_taken");
    ck_book(&stand_guest, apartment, 12, 2);
    ck_rows(1, "outbox WHERE type = 'feed.ok' AND data ->> 'owner_id' IS NOT NULL"
               " AND data ->> 'channel' = 'airbnb'");
    const struct answer calendar =
        ask_get(get_calendar, .id = apartment,
                .params = textf("from=%s&to=%s", stand_day(10), stand_day(11)));
    const json_t *day = json_array_get(json_object_get(calendar.json, "days"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(day, "status")), "blocked");
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(day, "reasons"), 0)),
                     "feed:airbnb");
    ck_assert_uint_eq(json_array_size(json_object_get(day, "reasons")), 1);
}

FIBER_TEST(first_periods_of_nights_are_shown)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "airbnb");

    calendar_has("");
    struct answer read = ck_status(feed_read(apartment, feed), 200);
    ck_assert_uint_eq(json_array_size(json_object_get(read.json, "next_stays")), 0);
    calendar_has("30+1 10+2 12+1 20+3 40+1");
    read = ck_status(feed_read(apartment, feed), 200);
    ck_assert_uint_eq(json_array_size(json_object_get(read.json, "next_stays")), 3);
    ck_assert_str_eq(text_at(read.json, "next_stays.0.from"), stand_day(10));
    ck_assert_str_eq(text_at(read.json, "next_stays.0.to"), stand_day(13));
    ck_assert_str_eq(text_at(read.json, "next_stays.1.from"), stand_day(20));
    ck_assert_str_eq(text_at(read.json, "next_stays.1.to"), stand_day(23));
    ck_assert_str_eq(text_at(read.json, "next_stays.2.from"), stand_day(30));
    const struct answer shown =
        ck_status(ask_get(get_feed, .id = apartment, .second_id = feed), 200);
    ck_assert(json_equal(value_at(shown.json, "next_stays"), value_at(read.json, "next_stays")));
    const struct answer list = ck_status(ask_get(get_feeds, .id = apartment), 200);
    ck_assert_int_eq(json_integer_value(value_at(list.json, "items.0.nights")), 8);
    ck_assert_ptr_null(value_at(list.json, "items.0.next_stays"));
}

FIBER_TEST(event_names_the_status_of_the_event_before)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "airbnb");

    calendar_has("10+9");
    ck_feed(apartment, feed, "ok", NULL);
    calendar_has("");
    ck_feed(apartment, feed, "suspect", "shrunken");
    calendar_has("10+9");
    ck_feed(apartment, feed, "ok", NULL);
    ck_rows(1, "outbox WHERE type = 'feed.ok' AND data ->> 'previous_status' = 'new'");
    ck_rows(1, "outbox WHERE type = 'feed.suspect' AND data ->> 'previous_status' = 'ok'");
    ck_rows(1, "outbox WHERE type = 'feed.ok' AND data ->> 'previous_status' = 'suspect'");
}

FIBER_TEST(night_is_freed_by_two_complete_reads)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");

    calendar_has("10+5");
    ck_feed(apartment, feed, "ok", NULL);
    calendar_has("10+4");
    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_str_eq(feed_nights(apartment), "10 11 12 13 14");
    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_str_eq(feed_nights(apartment), "10 11 12 13");
    ck_book(&stand_guest, apartment, 14, 1);
}

FIBER_TEST(not_modified_repeats_the_answer_of_its_validator)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");

    calendar_has("10+5");
    ck_feed(apartment, feed, "ok", NULL);
    calendar_answers(200, "ETag: \"two\"\r\nLast-Modified: Tue, 01 Dec 2026 00:00:00 GMT\r\n",
                     calendar_text("10+4"));
    ck_feed(apartment, feed, "ok", NULL);
    calendar_answers(304, "", "");
    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_ptr_nonnull(strstr(calendar_last_request(), "If-None-Match: \"two\"\r\n"));
    ck_assert_ptr_nonnull(
        strstr(calendar_last_request(), "If-Modified-Since: Tue, 01 Dec 2026 00:00:00 GMT\r\n"));
    ck_assert_str_eq(feed_nights(apartment), "10 11 12 13");
}

// clang-format off
static const struct {
    const char *why;
    int status;
    const char *headers, *body, *verdict, *error;
} lies[] = {
    {"an error page",         200, "", "<html>Sorry</html>", "suspect", "not_a_calendar"},
    {"an empty answer",       200, "", "", "suspect", "not_a_calendar"},
    {"an empty calendar",     200, "", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "suspect", "shrunken"},
    {"a calendar cut off",    200, "", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "suspect", "incomplete"},
    {"compressed unasked",    200, "Content-Encoding: gzip\r\n", "\x1f\x8b\x08garbage", "suspect", "not_a_calendar"},
    {"not found",             404, "", "", "failing", "status_404"},
    {"an error",              500, "", "", "failing", "status_500"},
    {"no content",            204, "", "", "failing", "status_204"},
    {"a redirect to nowhere", 302, "", "", "failing", "status_302"},
    {"into a private network", 302, "Location: http://10.0.0.1/\r\n", "", "failing", "address_refused"},
    {"to another scheme",     302, "Location: file:///etc/passwd\r\n", "", "failing", "address_refused"},
    {"metadata of a cloud",   307, "Location: http://169.254.169.254/latest\r\n", "", "failing", "address_refused"},
};
// clang-format on

FIBER_TEST(lies_free_nothing)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");

    calendar_has("10+5");
    ck_feed(apartment, feed, "ok", NULL);
    for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
        calendar_has("10+5");
        ck_feed(apartment, feed, "ok", NULL);
        calendar_answers(lies[i].status, lies[i].headers, lies[i].body);
        for (int again = 0; again < 3; again++)
            ck_feed(apartment, feed, lies[i].verdict, lies[i].error);
        ck_assert_msg(strcmp(feed_nights(apartment), "10 11 12 13 14") == 0, "%s", lies[i].why);
    }
    ck_sql_text("5", "SELECT count(*) FROM outbox WHERE type = 'feed.suspect'");
}

// clang-format off
static const struct {
    const char *path, *error;
} ways[] = {
    {"/drip", "upstream_timeout"},
    {"/huge", "too_large"},
    {"/loop", "status_302"},
    {"/gone", "upstream_unreachable"},
    {"/deny", "status_403"},
};
// clang-format on

FIBER_TEST(endless_answers_are_refused_and_named)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");

    calendar_has("10+5");
    ck_feed(apartment, feed, "ok", NULL);
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        stand_sql("UPDATE channel_feed SET url = '%s' WHERE id = '%s'", calendar_url(ways[i].path),
                  feed);
        ck_feed(apartment, feed, "failing", ways[i].error);
    }
    ck_assert_str_eq(feed_nights(apartment), "10 11 12 13 14");
    stand_sql("UPDATE channel_feed SET url = '%s' WHERE id = '%s'",
              calendar_url(textf("/go?%s", calendar_url("/calendar"))), feed);
    ck_feed(apartment, feed, "ok", NULL);
}

FIBER_TEST(address_must_be_public_and_is_never_shown)
{
    static const char *const refused[] = {
        "http://example.com/a.ics",   "https://10.0.0.1/a.ics",
        "https://[::1]/a.ics",        "https://localhost.:7020/a.ics",
        "ftp://example.com/a.ics",    "https://user:word@example.com/a",
        "webcal://example.com/a.ics",
    };
    const char *apartment = stand_apartment();

    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        const struct answer answer =
            ask_post(post_feed, .id = apartment, .body = textf("{'url':'%s'}", refused[i]));
        if (strcmp(refused[i], "https://[::1]/a.ics") == 0 ||
            strncmp(refused[i], "https://localhost", 17) == 0)
            ck_status(answer, 201); /* the loopback is allowed in the demo */
        else
            ck_assert_msg(answer.status == 422, "%s: %d", refused[i], answer.status);
    }
    ck_refused(ask_post(post_feed, .id = apartment, .body = "{'url':'https://10.0.0.1/a.ics'}"),
               422, "url_not_allowed");
    const struct answer made = ck_status(
        ask_post(post_feed, .id = apartment, .body = "{'url':'https://example.com/secret.ics'}"),
        201);
    ck_assert(!has_text(made.json, "secret"));
    ck_assert(!has_text(ask_get(get_feeds, .id = apartment).json, "secret"));
    ck_rows(0, "outbox WHERE data::text LIKE '%%secret%%'");
}

static struct answer connect_to(const char *apartment, const char *path)
{
    return ask_post(post_feed, .id = apartment, .body = textf("{'url':'%s'}", calendar_url(path)));
}

FIBER_TEST(apartment_is_connected_to_an_address_once)
{
    const char *apartment = stand_apartment(), *other = stand_apartment();
    const struct answer one = ck_status(connect_to(apartment, "/calendar"), 201);
    const struct answer two = ck_status(connect_to(apartment, "/calendar?2"), 201);
    const char *body = textf("{'url':'%s'}", calendar_url("/calendar"));

    ck_refused(connect_to(apartment, "/calendar"), 409, "already_connected");
    ck_status(connect_to(other, "/calendar"), 201);
    ck_refused(ask_patch(patch_feed, .id = apartment, .second_id = two.id, .body = body), 409,
               "already_connected");
    ck_status(ask_patch(patch_feed, .id = apartment, .second_id = one.id, .body = body), 200);
    ck_status(ask_delete(delete_feed, .id = apartment, .second_id = one.id), 204);
    ck_status(ask_patch(patch_feed, .id = apartment, .second_id = two.id, .body = body), 200);
    ck_status(connect_to(apartment, "/calendar?2"), 201);
}

FIBER_TEST(our_own_calendar_is_refused)
{
    static const char *const hosts[] = {"https://api.test", "https://other.example",
                                        "http://127.0.0.1:1/base"};
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");
    const struct answer link = ck_status(
        ask_post(post_calendar_link, .id = stand_apartment(), .body = "{}", .action = true), 201);
    const char *path = strstr(text_at(link.json, "url"), "/v1/");

    for (int ended = 0; ended < 2; ended++) {
        for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
            const char *body = textf("{'url':'%s%s%s'}", hosts[i], path, i == 1 ? "?s=1" : "");
            const struct answer answer = ask_post(post_feed, .id = apartment, .body = body);
            ck_refused(answer, 422, "own_calendar");
            ck_assert_str_eq(text_at(answer.json, "errors.0.field"), "url");
            ck_refused(ask_patch(patch_feed, .id = apartment, .second_id = feed, .body = body), 422,
                       "own_calendar");
        }
        stand_sql("UPDATE calendar_link SET ended_at = now()");
    }
    ck_refused(ask_post(post_feed, .id = apartment,
                        .body = "{'url':'https://api.test/v1/calendars/wrong.ics'}"),
               422, "own_calendar");
    ck_status(ask_post(post_feed, .id = apartment,
                       .body = "{'url':'https://a.kz/v1/calendars/AAAAAAAAAAAAAAAAAAAAAA.ics'}"),
              201);
}

/* Feeds that were connected twice before the address was unique. */
FIBER_TEST(doubles_of_a_feed_become_one)
{
    const struct embed_file *migration = &booking_definition()->sets[0].files[29];
    const char *apartment = stand_apartment();
    const char *bad = feed_of(apartment, "airbnb"), *good = feed_of(apartment, "airbnb");
    const char *late = feed_of(apartment, "booking"), *apart = feed_of(apartment, "vrbo");

    ck_assert_str_eq(migration->name, "0030-feeds-once.sql");
    ck_book(&stand_guest, apartment, 10, 2);
    calendar_has("10+2 20+1");
    ck_feed(apartment, late, "ok", NULL);
    ck_feed(apartment, apart, "ok", NULL);
    calendar_has("11+1 30+1");
    ck_feed(apartment, good, "ok", NULL);
    ck_book(&stand_guest8, apartment, 40, 1);
    const char *text = calendar_text("40+1");
    calendar_answers(200, "", textf("%.*s", (int)(strstr(text, "END:VCAL") - text), text));
    ck_feed(apartment, bad, "suspect", "incomplete");
    stand_sql("UPDATE calendar_conflict SET told = true");
    stand_sql("UPDATE calendar_conflict SET status = 'kept_ours' WHERE feed_id = '%s'", late);
    stand_sql("DROP INDEX channel_feed_once");
    stand_sql("UPDATE channel_feed SET url = 'https://a.kz/1' WHERE id <> '%s'", apart);
    stand_script(migration->begin, migration->name);

    ck_rows(2, "channel_feed WHERE deleted_at IS NULL AND id IN ('%s', '%s')", good, apart);
    ck_rows(2, "channel_feed WHERE url IS NULL");
    ck_rows(0, "channel_feed_night WHERE feed_id IN ('%s', '%s')", bad, late);
    ck_assert_str_eq(feed_nights(apartment), "20 30");
    ck_rows(2, "calendar_conflict WHERE status = 'open' AND feed_id = '%s'", good);
    ck_rows(1, "calendar_conflict WHERE status = 'open' AND feed_id = '%s'", apart);
    ck_rows(1, "calendar_conflict WHERE status = 'gone' AND told_end AND feed_id = '%s'", late);
    ck_refused(ask_post(post_feed, .id = apartment, .body = "{'url':'https://a.kz/1'}"), 409,
               "already_connected");
}

FIBER_TEST(two_feeds_hold_a_night_until_both_let_go)
{
    const char *apartment = stand_apartment();
    const char *one = feed_of(apartment, "airbnb"), *two = feed_of(apartment, "booking");

    calendar_has("10+4");
    ck_feed(apartment, one, "ok", NULL);
    ck_feed(apartment, two, "ok", NULL);
    ck_sql_text("airbnb,booking", "SELECT max(reason) FROM occupancy WHERE kind = 'feed'");
    calendar_has("10+3");
    ck_feed(apartment, one, "ok", NULL);
    ck_feed(apartment, one, "ok", NULL);
    ck_assert_str_eq(feed_nights(apartment), "10 11 12 13");
    ck_sql_text("booking", "SELECT reason FROM occupancy WHERE kind = 'feed' AND check_in = '%s'",
                stand_day(13));
    ck_status(ask_delete(delete_feed, .id = apartment, .second_id = two), 204);
    ck_assert_str_eq(feed_nights(apartment), "10 11 12");
    ck_status(ask_delete(delete_feed, .id = apartment, .second_id = one), 204);
    ck_assert_str_eq(feed_nights(apartment), "");
    ck_refused(feed_read(apartment, one), 404, "not_found");
    ck_rows(0, "channel_feed WHERE url IS NOT NULL");
}

FIBER_TEST(person_accepts_a_shrunken_feed)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");

    ck_refused(ask_action(accept_feed, .id = apartment, .second_id = feed), 409,
               "nothing_to_accept");
    calendar_has("10+9");
    ck_feed(apartment, feed, "ok", NULL);
    calendar_has("10+2 30+1");
    ck_feed(apartment, feed, "suspect", "shrunken");
    ck_assert_str_eq(feed_nights(apartment), "10 11 12 13 14 15 16 17 18 30");
    ck_status(ask_action(accept_feed, .caller = &stand_owner, .id = apartment, .second_id = feed),
              200);
    ck_assert_str_eq(feed_nights(apartment), "10 11 30");
    ck_status(ask_action(accept_feed, .caller = &stand_owner, .id = apartment, .second_id = feed),
              200);
    ck_feed(apartment, feed, "ok", NULL);
    ck_rows(2, "outbox WHERE type = 'feed.ok'");
    ck_rows(1, "outbox WHERE type = 'feed.suspect'");
}

FIBER_TEST(stale_feed_turns_instant_booking_into_a_request)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");
    struct feed_reader reader = {.service = stand_service()};
    struct fault fault;

    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_str_eq(
        json_string_value(json_object_get(ck_book(&stand_guest, apartment, 10, 1).json, "status")),
        "held");
    stand_sql("UPDATE channel_feed SET stale_at = now()");
    ck_assert_str_eq(
        json_string_value(json_object_get(ck_book(&stand_guest, apartment, 20, 1).json, "status")),
        "requested");
    for (int again = 0; again < 2; again++)
        ck_assert(feed_announcer_run(&reader, &fault));
    ck_rows(1, "outbox WHERE type = 'feed.stale' AND data ->> 'status' = 'stale'");
    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_str_eq(
        json_string_value(json_object_get(ck_book(&stand_guest8, apartment, 30, 1).json, "status")),
        "held");
    ck_rows(2, "outbox WHERE type = 'feed.ok'");
    ck_sql_text("1", "SELECT (count(*) = count(DISTINCT sequence))::int FROM outbox"
                     " WHERE resource_type = 'feed'");
}

FIBER_TEST(requested_reads_are_limited_without_a_test_key)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");
    struct api_caller live = stand_staff;

    live.test_key = false;
    for (int i = 0; i < 6; i++)
        ck_status(ask_action(read_feed, .caller = &live, .id = apartment, .second_id = feed), 200);
    const struct answer refused =
        ask_action(read_feed, .caller = &live, .id = apartment, .second_id = feed);
    ck_refused(refused, 429, "rate_limited");
    ck_assert_int_eq(refused.retry_after, 1);
    stand_sql("UPDATE channel_feed SET asked_at = asked_at - interval '1 minute'");
    ck_status(ask_action(read_feed, .caller = &live, .id = apartment, .second_id = feed), 200);
    ck_status(feed_read(apartment, feed), 200);
}

FIBER_TEST(new_address_and_other_ends_begin_the_trust_anew)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");

    calendar_has("10+3 20+3");
    ck_feed(apartment, feed, "ok", NULL);
    const struct answer changed =
        ck_status(ask_patch(patch_feed, .caller = &stand_owner, .id = apartment, .second_id = feed,
                            .body = "{'ends_inclusive':true,'name':'Airbnb'}"),
                  200);
    ck_assert_str_eq(json_string_value(json_object_get(changed.json, "status")), "new");
    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_str_eq(feed_nights(apartment), "10 11 12 13 20 21 22 23");
    ck_status(ask_patch(patch_feed, .id = apartment, .second_id = feed,
                        .body = "{'ends_inclusive':false}"),
              200);
    calendar_has("40+1");
    ck_feed(apartment, feed, "ok", NULL);
    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_str_eq(feed_nights(apartment), "40");
}

FIBER_TEST(guests_and_other_tenants_have_no_access)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");
    struct api_caller other_owner;

    stand_sql("INSERT INTO owner (id, tenant_id, name) VALUES (gen_random_uuid(), '%s', 'Болат')",
              stand_tenant());
    stand_caller(&other_owner, stand_text("SELECT 'owner:' || id FROM owner WHERE name = 'Болат'"));
    other_owner.actor = stand_owner.actor;
    ck_refused(ask_action(read_feed, .caller = &stand_guest, .id = apartment, .second_id = feed),
               403, "forbidden");
    ck_refused(ask_get(get_feeds, .caller = &stand_guest, .id = apartment), 403, "forbidden");
    ck_refused(ask_action(read_feed, .caller = &stand_other, .id = apartment, .second_id = feed),
               404, "not_found");
    ck_refused(ask_get(get_feed, .caller = &stand_other, .id = apartment, .second_id = feed), 404,
               "not_found");
    ck_refused(ask_get(get_feed, .caller = &other_owner, .id = apartment, .second_id = feed), 404,
               "not_found");
    ck_assert_int_eq(calendar_requests(), 0);
}

FIBER_TEST(own_export_that_comes_back_holds_nothing)
{
    const char *apartment = stand_apartment(), *feed = feed_of(apartment, "other");
    int y, m, d;

    ck_assert_int_eq(sscanf(stand_day(10), "%d-%d-%d", &y, &m, &d), 3);
    calendar_answers(200, "",
                     textf("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x%s\r\n"
                           "DTSTART;VALUE=DATE:%04d%02d%02d\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                           ICAL_UID_DOMAIN, y, m, d));
    ck_feed(apartment, feed, "ok", NULL);
    ck_assert_str_eq(feed_nights(apartment), "");
}

FIBER_TEST(background_readers_read_each_due_feed_once)
{
    const char *apartment = stand_apartment();
    const struct booking_config config = {
        .sweep_interval_ms = 5, .feed_interval_ms = 600000, .feed_stale_ms = 3600000};
    struct feed_reader reader = {.service = NULL};

    for (int i = 0; i < 5; i++)
        feed_of(apartment, "other");
    calendar_has("10+2");
    stand_sql("UPDATE channel_feed SET due_at = now()");
    feed_reader_start(&reader, stand_service(), &config);
    wait_for("SELECT count(*) = 5 FROM channel_feed WHERE verdict = 'ok'");
    feed_reader_stop(&reader);
    ck_assert_int_eq(calendar_requests(), 5);
    ck_assert_str_eq(feed_nights(apartment), "10 11");
    ck_rows(5, "channel_feed WHERE due_at > now() + interval '9 minutes'"
               " AND due_at < now() + interval '11 minutes'");
    ck_rows(1, "channel_feed WHERE due_at = (SELECT min(due_at) FROM channel_feed)");
}
