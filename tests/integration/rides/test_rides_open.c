// SPDX-License-Identifier: MIT
/* Open rides on a real PostgreSQL: creation, visibility to drivers, matching trips. */
#include "handlers/ride_handlers.h"
#include "requests.h"
#include "support/test.h"
#include "transitions/ride.h"

static void begin(void)
{
    rides_begin("test_rides_open");
}

TEST_CASE("open", .setup = begin, .teardown = stand_end);

static struct answer post_open_ride(const struct api_caller *caller, double hours, const char *more)
{
    struct answer made = order_open_ride(caller, hours, more);

    answer_drop(&made);
    return made;
}

static bool is_null(const struct answer *answer, const char *name)
{
    return json_is_null(json_object_get(answer->json, name));
}

#define PRICE ",\"price\":{\"amount\":800000,\"currency\":\"KZT\"}"

STAND_TEST(open_ride_is_visible_to_drivers_and_cancelled_free)
{
    struct answer made = order_open_ride(
        &rides_guest, 30, PRICE ",\"seats\":2,\"auto_accept\":true,\"note\":\"С вещами\"");
    ck_status(made, 201);
    ck_assert(is_null(&made, "trip_id") && is_null(&made, "depart_at") &&
              is_null(&made, "driver") && is_null(&made, "car") && is_null(&made, "cancellation"));
    ck_assert_int_eq(answer_amount(&made, "price"), 800000);
    ck_assert_int_eq(answer_amount(&made, "total"), 0);
    ck_assert(json_is_true(json_object_get(made.json, "auto_accept")));
    ck_assert(answer_allows(&made, "cancel") && !answer_allows(&made, "confirm"));
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM ride WHERE status = 'open' AND expires_at = depart_to"),
        1);
    /* Any driver sees what an offer needs. */
    stand_sql("UPDATE ride SET passenger_phone = '+77017654321'");
    struct answer driver = view_ride(&rides_driver, made.id);
    ck_status(driver, 200);
    ck_assert_str_eq(answer_text(&driver, "passenger", "name"), "Айгуль");
    ck_assert_ptr_null(answer_text(&driver, "passenger", "phone"));
    ck_assert_ptr_null(json_object_get(json_object_get(driver.json, "passenger"), "telegram_id"));
    ck_assert_ptr_nonnull(json_object_get(driver.json, "depart_to"));
    ck_assert(!answer_allows(&driver, "cancel"));
    answer_drop(&driver);
    ck_refused(post_action(cancel_ride, &rides_driver, made.id, NULL), 404, "not_found");
    struct answer hidden = view_ride(&rides_guest8, made.id);
    ck_refused(hidden, 404, "not_found");
    answer_drop(&hidden);
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    driver = view_ride(&rides_driver, made.id);
    ck_refused(driver, 404, "not_found");
    answer_drop(&driver);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', status, fee, refund, fault) FROM ride"),
                     "cancelled 0 0 none");
    answer_drop(&made);
}

STAND_TEST(invalid_open_ride_is_refused)
{
    ck_refused(post_open_ride(&rides_driver, 30, ""), 403, "forbidden");
    ck_refused(post_open_ride(&rides_guest, -5, ""), 422, "too_soon");
    ck_refused(post_open_ride(&rides_guest, 61 * 24, ""), 422, "beyond_window");
    ck_refused(post_open_ride(&rides_guest, 30, ",\"auto_accept\":true"), 422, "required");
    ck_refused(post_open_ride(&rides_guest, 30, ",\"wait\":true"), 422, "one_of_two");
    ck_refused(post_open_ride(&rides_guest, 30, ",\"from_stop\":0"), 422, "one_of_two");
    ck_refused(post_open_ride(&rides_guest, 30, ",\"note\":\"+77017654321\""), 422,
               "contact_in_text");
    const struct ask wide = {
        .handler = post_ride,
        .caller = &rides_guest,
        .method = HTTP_POST,
        .body = "{\"from\":\"almaty\",\"to\":\"almaty\",\"passenger\":{\"name\":\"А\"},"
                "\"depart_from\":\"2040-01-01T00:00:00Z\",\"depart_to\":\"2040-01-02T00:00:01Z\"}"};
    struct answer many = stand_ask(&wide);
    ck_status(many, 422);
    ck_assert_uint_eq(json_array_size(json_object_get(many.json, "errors")), 2);
    answer_drop(&many);
    ck_status(post_open_ride(&rides_guest, 30, ""), 201);
    ck_status(post_open_ride(&rides_guest, 30, ""), 201);
    ck_status(post_open_ride(&rides_guest, 200, ""), 201);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM ride WHERE expires_at < depart_to"
                                  " AND expires_at = created_at + interval '7 days'"),
                     1);
    ck_refused(post_open_ride(&rides_guest, 30, ""), 409, "too_many_rides");
    publish_trip(30, "");
    ck_refused(order_ride_status(&rides_guest, 0, 2, "", ""), 409, "too_many_rides");
    ck_status(order_ride_status(&rides_guest8, 0, 2, "", ""), 201);
    ck_ride_traces();
}

static size_t matches(const struct api_caller *caller, const char *id, int status)
{
    struct answer list =
        stand_ask(&(struct ask){.handler = get_matches, .caller = caller, .id = id});
    const size_t count = json_array_size(json_object_get(list.json, "items"));

    ck_status(list, status);
    answer_drop(&list);
    return count;
}

STAND_TEST(matching_trips_of_open_ride_are_listed)
{
    const struct answer made = post_open_ride(&rides_guest, 30, ",\"seats\":3");
    ck_assert_uint_eq(matches(&rides_guest, made.id, 200), 0);
    publish_trip(31, "");
    publish_trip(44, "");
    ck_assert_uint_eq(matches(&rides_guest, made.id, 200), 1);
    ck_assert_uint_eq(matches(&rides_guest8, made.id, 404), 0);
    ck_assert_uint_eq(matches(&rides_driver, made.id, 404), 0);
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_assert_uint_eq(matches(NULL, made.id, 200), 0);
}

STAND_TEST(full_trip_refusal_lists_alternatives)
{
    char other[40];

    /* From noon on, on one local day. */
    const double noon =
        (double)stand_number(
            "SELECT extract(epoch FROM date_trunc('day', now() + interval '2 days 5 hours')"
            " + interval '7 hours' - now()) / 60") /
        60;
    publish_trip(noon, "");
    snprintf(other, sizeof other, "%s", last_trip);
    publish_trip(noon + 30, "");
    publish_trip(noon + 5, "");
    ck_status(order_ride_status(&rides_guest, 0, 2, "", ",\"seats\":4"), 201);
    struct answer full = order_ride(&rides_guest8, 0, 2, "", "");
    ck_refused(full, 409, "seats_taken");
    const json_t *found = json_object_get(full.json, "alternatives");
    ck_assert_uint_eq(json_array_size(found), 1);
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(found, 0), "trip_id")),
                     other);
    ck_assert_uint_eq(json_array_size(json_object_get(full.json, "segments")), 2);
    answer_drop(&full);
}
