// SPDX-License-Identifier: MIT
/* Closed roads on a real PostgreSQL: warnings, refused orders, free cancels. */
#include "handlers/ride_handlers.h"
#include "requests.h"
#include "support/test.h"

static void begin(void)
{
    rides_begin("test_rides_closure");
}

TEST_CASE("closures", .setup = begin, .teardown = stand_end);

/* Closes a pair of places for a range of hours. */
static struct answer close_road(const struct api_caller *caller, const char *from, const char *to,
                                double first, double last)
{
    char body[512], at[2][32];

    snprintf(at[0], sizeof at[0], "%s", time_in(first));
    snprintf(at[1], sizeof at[1], "%s", time_in(last));
    snprintf(body, sizeof body,
             "{\"pairs\":[{\"from\":\"%s\",\"to\":\"%s\"}],\"from\":\"%s\",\"until\":\"%s\","
             "\"reason\":\"weather\",\"text\":\"Метель\"}",
             from, to, at[0], at[1]);
    return stand_status(&(struct ask){
        .handler = post_closure, .caller = caller, .method = HTTP_POST, .body = body});
}

static int reopen_road(const struct api_caller *caller, const char *id)
{
    return stand_status(
               &(struct ask){
                   .handler = delete_closure, .caller = caller, .method = HTTP_DELETE, .id = id})
        .status;
}

/* The number of warnings of the trip, by id and in a search; -1: they differ. */
static int warnings(void)
{
    struct answer one =
        stand_ask(&(struct ask){.handler = get_trip, .caller = &rides_guest, .id = last_trip});
    struct answer page = stand_ask(&(struct ask){
        .handler = get_trips,
        .caller = &rides_guest,
        .query = {{"from", "konaev"}, {"to", "taldykorgan"}},
    });
    const json_t *told = json_object_get(one.json, "warnings");
    const json_t *found = json_array_get(json_object_get(page.json, "items"), 0);
    const int count =
        json_equal(json_object_get(found, "warnings"), told) ? (int)json_array_size(told) : -1;

    if (count > 0) {
        const json_t *first = json_array_get(told, 0);
        ck_assert_str_eq(json_string_value(json_object_get(first, "reason")), "weather");
        ck_assert_str_eq(json_string_value(json_object_get(first, "text")), "Метель");
    }
    answer_drop(&one);
    answer_drop(&page);
    return count;
}

STAND_TEST(trip_on_closed_road_has_warning)
{
    /* Almaty at 30, Konaev at 31, Taldykorgan at 34 hours. */
    publish_trip(30, "");
    ck_assert_int_eq(warnings(), 0);
    static const struct {
        const char *from, *to;
        double first, last;
        int told;
    } cases[] = {
        {"almaty",      "konaev",      20,   29,   0},
        {"almaty",      "konaev",      20,   30.1, 1},
        {"konaev",      "almaty",      30.9, 40,   1},
        {"almaty",      "konaev",      31.1, 40,   0},
        {"taldykorgan", "almaty",      33,   40,   1},
        {"almaty",      "taldykorgan", 34.1, 40,   0},
        {"almaty",      "astana",      20,   40,   0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct answer made =
            close_road(NULL, cases[i].from, cases[i].to, cases[i].first, cases[i].last);
        ck_status(made, 201);
        ck_assert_msg(warnings() == cases[i].told, "%zu", i);
        ck_assert_int_eq(reopen_road(NULL, made.id), 204);
        ck_assert_int_eq(warnings(), 0);
    }
    ck_status(close_road(NULL, "almaty", "konaev", 20, 40), 201);
    ck_status(close_road(NULL, "konaev", "taldykorgan", 20, 40), 201);
    ck_assert_int_eq(warnings(), 2);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE resource_type = 'closure'"),
                     16);
}

STAND_TEST(closed_road_refuses_new_rides)
{
    publish_trip(30, "");
    const struct answer had =
        order_ride_status(&rides_guest, 0, 1, ",\"phone\":\"+77017654321\"", ",\"seats\":4");
    ck_status(had, 201);
    const struct answer waits =
        order_ride_status(&rides_guest8, 0, 1, ",\"phone\":\"+77017654322\"", ",\"wait\":true");
    ck_status(waits, 201);
    const struct answer closed = close_road(NULL, "konaev", "taldykorgan", 20, 40);
    ck_status(closed, 201);
    /* Konaev to Taldykorgan has free seats but the road is closed, so the waiting list is closed
     * too. */
    struct answer refused = order_ride(&rides_guest8, 1, 2, "", "");
    ck_assert_int_eq(refused.status, 409);
    ck_assert_str_eq(refused.code, "road_closed");
    ck_assert_ptr_null(json_object_get(refused.json, "segments"));
    answer_drop(&refused);
    ck_refused(order_ride_status(&rides_guest8, 1, 2, "", ",\"wait\":true"), 409, "road_closed");
    ck_refused(order_ride_status(&rides_driver, 1, 2, ",\"phone\":\"+77017654323\"", ""), 409,
               "road_closed");
    /* Freed seats are not assigned. */
    ck_status(post_action(cancel_ride, &rides_guest, had.id, NULL), 200);
    ck_assert_str_eq(stored_status(waits.id), "open");
    ck_assert_int_eq(reopen_road(NULL, closed.id), 204);
    ck_status(order_ride_status(&rides_guest, 1, 2, ",\"phone\":\"+77017654321\"", ""), 201);
    ck_ride_traces();
}

/* "paid refund fault" of the only ride. */
static const char *money(void)
{
    return stand_text("SELECT concat_ws(' ', paid, refund, fault) FROM ride");
}

static void agreed(void)
{
    publish_trip(5, ",\"policy\":\"strict\"");
    const struct answer made =
        order_ride_status(&rides_guest, 0, 2, ",\"phone\":\"+77017654321\"", "");
    ck_status(made, 201);
    ck_status(
        stand_status(&(struct ask){.handler = confirm_ride,
                                   .caller = &rides_driver,
                                   .method = HTTP_POST,
                                   .id = made.id,
                                   .body = "{\"paid\":{\"amount\":550000,\"currency\":\"KZT\"}}",
                                   .key = "confirm-1",
                                   .action = true}),
        200);
    stand_sql("UPDATE ride SET agreed_at = now() - interval '3 hours'");
    snprintf(last_ride, sizeof last_ride, "%s", made.id);
}

STAND_TEST(closed_road_makes_passenger_cancel_free)
{
    agreed();
    ck_status(close_road(NULL, "almaty", "konaev", 0, 40), 201);
    struct answer terms = stand_ask(
        &(struct ask){.handler = get_ride_cancel_preview, .caller = &rides_guest, .id = last_ride});
    ck_assert_int_eq(answer_amount(&terms, "refund"), 550000);
    answer_drop(&terms);
    ck_status(post_action(cancel_ride, &rides_guest, last_ride, NULL), 200);
    ck_assert_str_eq(money(), "550000 550000 none");
}

STAND_TEST(closed_road_makes_driver_cancel_faultless)
{
    agreed();
    ck_status(close_road(NULL, "almaty", "konaev", 0, 40), 201);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    ck_assert_str_eq(money(), "550000 550000 none");
    ck_assert_str_eq(stand_text("SELECT fault FROM trip"), "none");
}

STAND_TEST(closure_of_another_road_keeps_driver_fault)
{
    agreed();
    ck_status(close_road(NULL, "almaty", "astana", 0, 40), 201);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    ck_assert_str_eq(money(), "550000 550000 driver");
    ck_assert_str_eq(stand_text("SELECT fault FROM trip"), "driver");
}

STAND_TEST(closed_road_refuses_offer_acceptance)
{
    char body[512];

    struct answer preferences = order_open_ride(&rides_guest, 30, "");
    ck_status(preferences, 201);
    snprintf(body, sizeof body,
             "{\"price\":{\"amount\":800000,\"currency\":\"KZT\"},\"car_id\":\"%s\",\"depart_at\":"
             "\"%s\"}",
             rides_car_id(), time_in(32));
    const struct answer offer = post_action(post_offer, &rides_driver, preferences.id, body);
    ck_status(offer, 201);
    ck_status(close_road(NULL, "taldykorgan", "almaty", 20, 60), 201);
    ck_refused(stand_status(&(struct ask){.handler = accept_offer,
                                          .caller = &rides_guest,
                                          .method = HTTP_POST,
                                          .id = preferences.id,
                                          .second_id = offer.id,
                                          .key = "accept-1",
                                          .action = true}),
               409, "road_closed");
    ck_assert_str_eq(stored_status(preferences.id), "open");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM trip"), 0);
    answer_drop(&preferences);
}

STAND_TEST(staff_create_and_delete_closures)
{
    ck_refused(close_road(&rides_guest, "almaty", "konaev", 1, 2), 403, "forbidden");
    ck_refused(close_road(&rides_driver, "almaty", "konaev", 1, 2), 403, "forbidden");
    ck_refused(close_road(NULL, "almaty", "almaty", 1, 2), 422, "repeated_place");
    ck_refused(close_road(NULL, "almaty", "atlantis", 1, 2), 422, "unknown_place");
    ck_refused(close_road(NULL, "almaty", "konaev", 2, 1), 422, "bad_range");
    ck_refused(close_road(NULL, "almaty", "konaev", 1, 24.0 * 400), 422, "bad_range");
    ck_refused(close_road(NULL, "almaty", "konaev", -2, -1), 422, "in_the_past");
    const struct answer made = close_road(NULL, "алматы", "konaev", -1, 2);
    ck_status(made, 201);
    ck_status(close_road(&stand_other, "almaty", "konaev", 1, 2), 201);
    ck_assert_int_eq(reopen_road(&stand_other, made.id), 404);
    ck_assert_int_eq(reopen_road(&rides_guest, made.id), 403);
    struct answer list = stand_ask(&(struct ask){.handler = get_closures, .caller = &rides_guest});
    ck_status(list, 200);
    const json_t *items = json_object_get(list.json, "items");
    ck_assert_uint_eq(json_array_size(items), 1);
    const json_t *pair = json_array_get(json_object_get(json_array_get(items, 0), "pairs"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(pair, "from")), "almaty");
    answer_drop(&list);
    stand_sql("INSERT INTO closure (id, tenant_id, pairs, closed_from, closed_until, reason)"
              " SELECT gen_random_uuid(), tenant_id, pairs, closed_from, closed_until, reason"
              " FROM closure CROSS JOIN generate_series(1, 99) WHERE id = '%s'",
              made.id);
    ck_refused(close_road(NULL, "almaty", "konaev", 1, 2), 409, "too_many_closures");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM closure_pair"), 4);
    stand_sql("UPDATE closure SET closed_until = now() WHERE id = '%s'", made.id);
    ck_status(close_road(NULL, "almaty", "konaev", 1, 2), 201);
    ck_assert_int_eq(reopen_road(NULL, made.id), 204);
    ck_assert_int_eq(reopen_road(NULL, made.id), 404);
}
