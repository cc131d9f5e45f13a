// SPDX-License-Identifier: MIT
/* Lists of trips for drivers and staff on a real PostgreSQL, and nearby days of an empty search. */
#include "api/list.h"

#include "handlers/ride_handlers.h"
#include "requests.h"

struct narrow {
    const char *name;
    const char *value;
};

static struct answer list(const struct api_caller *caller, struct narrow first,
                          struct narrow second)
{
    const char *one = first.name != NULL ? textf("%s=%s", first.name, first.value) : "";
    const char *two = second.name != NULL ? textf("&%s=%s", second.name, second.value) : "";

    return ask_get(get_trips, .caller = caller, .params = textf("%s%s", one, two));
}

/* Departures of the listed trips, counted in trips from the first published: "0 1"; or the refusal.
 */
static const char *order(const struct api_caller *caller, struct narrow first, struct narrow second)
{
    static char text[128];
    struct answer page = list(caller, first, second);
    const json_t *items = json_object_get(page.json, "items");

    text[0] = '\0';
    if (page.status != 200)
        snprintf(text, sizeof text, "%s", page.code);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *id = json_object_get(json_array_get(items, i), "id");
        const size_t end = strlen(text);

        snprintf(text + end, sizeof text - end, "%s%lld", i > 0 ? " " : "",
                 stand_number("SELECT count(*) FROM trip WHERE id < '%s'", json_string_value(id)));
    }
    return text;
}

#define ANY             ((struct narrow){NULL, NULL})
#define BY(name, value) ((struct narrow){name, value})

static const char *day(int ahead)
{
    return stand_text("SELECT ((now() + interval '5 hours') AT TIME ZONE 'UTC')::date + %d", ahead);
}

TEST_CASE("rides_trip_list", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(trip_list_is_ordered_by_departure)
{
    static char second[40], third_at[32], long_ago[32];
    const struct api_caller *staff = NULL;

    publish_trip(80, "");
    publish_trip(30, "");
    snprintf(second, sizeof second, "%s", last_trip);
    publish_trip(200, "");
    snprintf(third_at, sizeof third_at, "%s", time_in(199));
    snprintf(long_ago, sizeof long_ago, "%s", time_in(-900));
    /* A trip of another driver, and one of another tenant. */
    stand_sql("INSERT INTO driver (id, tenant_id, name, phone, status, papers_until) VALUES"
              " ('018f0010-0000-7000-8000-0000000000aa', '%s', 'Ерлан', '+77770001122', 'active',"
              " now()::date + 900)",
              stand_text("SELECT tenant_id FROM driver"));
    ck_assert_str_eq(order(staff, ANY, ANY), "1 0 2");
    ck_assert_str_eq(order(&rides_driver, ANY, ANY), "1 0 2");
    ck_assert_str_eq(order(&stand_other, ANY, ANY), "");
    ck_assert_str_eq(order(&rides_guest, ANY, ANY), "required");
    ck_assert_str_eq(order(&rides_guest, BY("driver_id", rides_driver_id()), ANY), "required");
    ck_assert_str_eq(order(staff, BY("driver_id", rides_driver_id()), ANY), "1 0 2");
    ck_assert_str_eq(order(staff, BY("driver_id", "018f0010-0000-7000-8000-0000000000aa"), ANY),
                     "");
    ck_assert_str_eq(
        order(&rides_driver, BY("driver_id", "018f0010-0000-7000-8000-0000000000aa"), ANY), "");
    ck_assert_str_eq(order(staff, BY("from", "almaty"), ANY), "required");
    ck_assert_str_eq(order(staff, BY("from", "almaty"), BY("status", "started")), "invalid");
    /* By time. */
    ck_assert_str_eq(order(staff, BY("depart_from", third_at), ANY), "one_of_two");
    ck_assert_str_eq(order(staff, BY("depart_from", third_at), BY("depart_to", time_in(900))), "2");
    stand_sql(
        "UPDATE trip SET departs_at = departs_at - interval '70 hours', arrives_at ="
        " arrives_at - interval '70 hours', busy = tstzrange(departs_at - interval '70 hours',"
        " upper(busy)), status = 'finished', ended_at = now() WHERE id = '%s'",
        second);
    ck_assert_str_eq(order(&rides_driver, ANY, ANY), "1 0 2");
    ck_assert_str_eq(order(&rides_driver, BY("status", "scheduled,started"), ANY), "0 2");
    ck_assert_str_eq(order(&rides_driver, BY("status", "finished"), ANY), "1");
    ck_assert_str_eq(order(&rides_driver, BY("status", "lost"), ANY), "unknown_value");
    stand_sql("UPDATE trip SET departs_at = departs_at - interval '10 hours', busy = tstzrange("
              "departs_at - interval '10 hours', upper(busy)) WHERE id = '%s'",
              second);
    ck_assert_str_eq(order(&rides_driver, ANY, ANY), "0 2");
    ck_assert_str_eq(
        order(&rides_driver, BY("depart_from", long_ago), BY("depart_to", time_in(900))), "1 0 2");
}

FIBER_TEST(listed_trip_equals_single_trip)
{
    publish_trip(30, "");
    const struct answer made =
        ck_status(order_ride(&rides_guest, 0, 2, ",'phone':'+77017654321'", ""), 201);
    ck_status(post_action(confirm_ride, &rides_driver, made.id, NULL), 200);
    stand_sql("UPDATE trip SET status = 'started', started_at = now()");
    struct answer page = list(&rides_driver, ANY, ANY);
    struct answer one = ask_get(get_trip, .caller = &rides_driver, .id = last_trip);
    /* A confirmed passenger has not boarded, so the trip cannot be finished, in the list either. */
    ck_assert(json_equal(value_at(page.json, "items.0"), one.json));
    ck_assert(!answer_allows(&one, "finish"));
    ck_assert(answer_allows(&one, "delay"));
}

FIBER_TEST(next_page_continues_after_the_cursor)
{
    const char *cursor = "";
    int seen = 0;

    for (int i = 0; i < 5; i++)
        publish_trip(30 + 10.0 * i, "");
    while (seen < 5) {
        struct answer page =
            ask_get(get_trips, .caller = &rides_driver, .params = textf("limit=2%s", cursor));
        const json_t *items = json_object_get(page.json, "items");
        const char *next = text_at(page.json, "next_cursor");

        ck_assert_uint_eq(json_array_size(items), seen < 4 ? 2 : 1);
        for (size_t i = 0; i < json_array_size(items); i++, seen++)
            ck_assert_int_eq((int)stand_number("SELECT count(*) FROM trip WHERE id < '%s'",
                                               text_at(json_array_get(items, i), "id")),
                             seen);
        ck_assert_int_eq(next != NULL, seen < 5);
        cursor = textf("&cursor=%s", next);
    }
}

/* The hash in a cursor is no signature, so a client can write any number. */
FIBER_TEST(forged_cursor_with_an_extreme_time_is_refused)
{
    static const int64_t numbers[] = {INT64_MIN + 1, INT64_MAX};

    publish_trip(30, "");
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct list_cursor forged = {true, numbers[i], uuid_max};
        char room[LIST_CURSOR_MAX];
        struct buf text = buf_over(room, sizeof room);

        list_cursor_encode(&forged, SLICE("trips"), &text);
        ck_refused(ask_get(get_trips, .caller = &rides_driver,
                           .params = textf("cursor=%.*s", SLICE_ARG(buf_as_slice(&text)))),
                   422, "bad_cursor");
    }
}

/* Nearby days of a search: "+2:1", offset in days and trips; "-" if none are listed. */
static const char *nearby(int ahead, const char *seats)
{
    static char text[256];
    struct answer page =
        ask_get(get_trips, .caller = &rides_guest,
                .params = textf("from=almaty&to=taldykorgan&date=%s&seats=%s", day(ahead), seats));
    const json_t *days = json_object_get(page.json, "nearby");

    ck_status(page, 200);
    snprintf(text, sizeof text, "%s", days == NULL ? "-" : "");
    for (size_t i = 0; i < json_array_size(days); i++) {
        const json_t *one = json_array_get(days, i);
        const char *date = text_at(one, "date");
        const size_t end = strlen(text);

        snprintf(text + end, sizeof text - end, "%s%+lld:%lld", i > 0 ? " " : "",
                 stand_number("SELECT date '%s' - ((now() + interval '5 hours') AT TIME ZONE"
                              " 'UTC')::date - %d",
                              date, ahead),
                 (long long)number_at(one, "trips"));
    }
    return text;
}

/* Publishes a trip that leaves at noon of that day. */
static void publish_on(int ahead)
{
    publish_trip((double)stand_number(
                     "SELECT floor(extract(epoch FROM ((now() + interval '5 hours') AT TIME ZONE"
                     " 'UTC')::date + %d + interval '7 hours' - now() AT TIME ZONE 'UTC') / 3600)",
                     ahead),
                 "");
}

FIBER_TEST(empty_search_lists_nearby_days)
{
    publish_on(6);
    publish_on(9);
    publish_on(13);
    ck_assert_str_eq(nearby(9, "1"), "-");
    ck_assert_str_eq(nearby(8, "1"), "-2:1 +1:1");
    ck_assert_str_eq(nearby(10, "1"), "-1:1 +3:1");
    ck_assert_str_eq(nearby(10, "5"), "");
    ck_assert_str_eq(nearby(2, "1"), "");
    ck_assert_str_eq(nearby(3, "1"), "+3:1");
    ck_assert_str_eq(nearby(17, "1"), "");
    /* Full trips are not counted. */
    stand_sql("UPDATE trip_load SET seat_load = '{4,4}' WHERE trip_id = '%s'", last_trip);
    ck_assert_str_eq(nearby(10, "1"), "-1:1");
}
