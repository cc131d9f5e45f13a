// SPDX-License-Identifier: MIT
/* Editing trips on a real PostgreSQL. */
#include "handlers/ride_handlers.h"
#include "requests.h"
#include "support/test.h"

static void begin(void)
{
    rides_begin("test_rides_trip_edit");
}

TEST_CASE("edit", .setup = begin, .teardown = stand_end);

static struct answer edit(const struct api_caller *caller, const char *body)
{
    return stand_status(&(struct ask){.handler = patch_trip,
                                      .caller = caller,
                                      .method = HTTP_PATCH,
                                      .id = last_trip,
                                      .body = body});
}

static const char *trip_text(const char *columns)
{
    return stand_text("SELECT concat_ws(' ', %s) FROM trip WHERE id = '%s'", columns, last_trip);
}

/* The price of a seat from the first stop to the second, and over the whole trip. */
static const char *leg_prices(void)
{
    return stand_text("SELECT string_agg(seat_price::text, ' ' ORDER BY to_stop) FROM trip_leg"
                      " WHERE trip_id = '%s' AND from_stop = 0",
                      last_trip);
}

static void plain_body(void *data)
{
    (void)data;
    publish_trip(30, ",\"note\":\"Рано\"");
    ck_status(edit(&rides_driver, "{\"note\":\"С вещами\",\"policy\":\"strict\","
                                  "\"parcel_prices\":{\"small\":{\"amount\":150000,"
                                  "\"currency\":\"KZT\"}}}"),
              200);
    ck_assert_str_eq(trip_text("note, policy, parcel_small, car_price, seats, version"),
                     "С вещами strict 150000 1800000 4 2");
    ck_status(edit(NULL, "{\"note\":null}"), 200);
    ck_assert_str_eq(trip_text("coalesce(note, '-')"), "-");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE resource_id = '%s' AND type ="
                                  " 'trip.changed' AND data::text NOT LIKE '%%вещами%%'",
                                  last_trip),
                     2);
    ck_refused(edit(&rides_guest, "{\"note\":\"Я\"}"), 403, "forbidden");
    ck_refused(edit(&stand_other, "{\"note\":\"Я\"}"), 404, "not_found");
    ck_refused(edit(&rides_driver, "{\"note\":\"+7 701 123 45 67\"}"), 422, "contact_in_text");
    ck_refused(edit(&rides_driver, "{\"seats\":null}"), 422, "required");
    ck_refused(edit(&rides_driver, "{\"driver_id\":null}"), 422, "unknown_field");
    ck_refused(edit(&rides_driver, "{\"seats\":5}"), 422, "too_many_seats");
    ck_refused(edit(&rides_driver, "{\"car_id\":\"018f0000-0000-7000-8000-000000000009\"}"), 422,
               "unknown_car");
    ck_refused(stand_status(&(struct ask){.handler = patch_trip,
                                          .caller = &rides_driver,
                                          .method = HTTP_PATCH,
                                          .id = last_trip,
                                          .if_match = "\"1\"",
                                          .body = "{\"note\":\"Я\"}"}),
               412, "version_mismatch");
    stand_sql("UPDATE trip SET status = 'started'");
    ck_refused(edit(&rides_driver, "{\"note\":\"Я\"}"), 409, "already_started");
}

TEST(edit_changes_only_given_fields)
{
    stand_run(plain_body, NULL);
}

STAND_TEST(edited_prices_apply_to_new_rides)
{
    publish_trip(30, "");
    const struct answer old = order_ride_status(&rides_guest, 0, 2, "", "");
    ck_status(old, 201);
    ck_status(edit(&rides_driver, "{\"seat_prices\":[{\"amount\":310000,\"currency\":\"KZT\"},"
                                  "{\"amount\":260000,\"currency\":\"KZT\"}]}"),
              200);
    ck_assert_str_eq(leg_prices(), "310000 570000");
    const struct answer made = order_ride_status(&rides_guest8, 0, 2, "", "");
    ck_status(made, 201);
    ck_assert_str_eq(stand_text("SELECT string_agg(total::text, ' ' ORDER BY id) FROM ride"),
                     "550000 570000");
    ck_status(edit(&rides_driver, "{\"seat_price\":{\"amount\":600000,\"currency\":\"KZT\"}}"),
              200);
    ck_assert_str_eq(stand_text("SELECT seat_price FROM trip_leg WHERE from_stop = 0 AND to_stop"
                                " = 2"),
                     "600000");
    ck_refused(edit(&rides_driver, "{\"seat_prices\":[{\"amount\":310000,\"currency\":\"KZT\"}]}"),
               422, "wrong_count");
    ck_refused(edit(&rides_driver, "{\"seat_price\":{\"amount\":600000,\"currency\":\"KZT\"},"
                                   "\"seat_prices\":[{\"amount\":310000,\"currency\":\"KZT\"},"
                                   "{\"amount\":310000,\"currency\":\"KZT\"}]}"),
               422, "one_of_two");
    ck_ride_traces();
}

STAND_TEST(edit_cannot_remove_sold_capacity)
{
    publish_trip(30, ",\"cargo_units\":16");
    ck_status(order_ride_status(&rides_guest, 0, 1, "", ",\"seats\":3"), 201);
    ck_refused(edit(&rides_driver, "{\"seats\":2}"), 409, "has_passengers");
    ck_status(edit(&rides_driver, "{\"seats\":3,\"cargo_units\":8,\"child_seats\":0}"), 200);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', seats, cargo_units, child_seats)"
                                " FROM trip_load"),
                     "3 8 0");
    const struct answer waits =
        order_ride_status(&rides_guest8, 0, 1, ",\"phone\":\"+77017654321\"", ",\"wait\":true");
    ck_status(waits, 201);
    ck_assert_str_eq(stored_status(waits.id), "open");
    /* An added seat is held for the waiting ride. */
    ck_status(edit(&rides_driver, "{\"seats\":4}"), 200);
    ck_assert_str_eq(stored_status(waits.id), "held");
    ck_assert_str_eq(trip_loads(), "{4,0}{0,0}{0,0}");
    ck_ride_traces();
    /* An expired hold does not count. */
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second'");
    stand_sql("UPDATE trip_load SET next_expiry = now() - interval '1 second'");
    ck_status(edit(&rides_driver, "{\"seats\":1}"), 200);
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
}

STAND_TEST(car_change_allows_free_cancel)
{
    publish_trip(30, "");
    ck_status(edit(&rides_driver, "{\"seats\":3}"), 200);
    const struct answer made =
        order_ride_status(&rides_guest, 0, 2, ",\"phone\":\"+77017654321\"", ",\"kind\":\"car\"");
    ck_status(made, 201);
    /* No seats can be added beside a whole car. */
    ck_refused(edit(&rides_driver, "{\"seats\":4}"), 409, "has_passengers");
    ck_refused(edit(&rides_driver, "{\"child_seats\":1}"), 409, "has_passengers");
    ck_status(post_action(confirm_ride, &rides_driver, made.id, NULL), 200);
    stand_sql("UPDATE ride SET agreed_at = now() - interval '3 hours', paid = total");
    stand_sql("UPDATE trip SET policy = 'strict'");
    stand_sql("UPDATE ride SET policy = 'strict'");
    stand_sql("INSERT INTO car (id, tenant_id, driver_id, make, model, color, plate, seats, doors,"
              " year) SELECT gen_random_uuid(), tenant_id, driver_id, 'Kia', 'Rio', 'red',"
              " '111KIA05', 3, 4, 2020 FROM car");
    char body[128];
    snprintf(body, sizeof body, "{\"car_id\":\"%s\"}",
             stand_text("SELECT id FROM car WHERE make = 'Kia'"));
    ck_status(edit(&rides_driver, body), 200);
    ck_assert_str_eq(trip_text("free_cancel_at IS NOT NULL"), "t");
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', refund = paid, fault) FROM ride"), "t none");
}

static const char *stops(double first, const char *to, double hours)
{
    static char text[512];
    char at[2][32];

    snprintf(at[0], sizeof at[0], "%s", time_in(first));
    snprintf(at[1], sizeof at[1], "%s", time_in(first + hours));
    snprintf(text, sizeof text,
             "\"stops\":[{\"place\":\"almaty\",\"at\":\"%s\"},{\"place\":\"%s\",\"at\":\"%s\"}]",
             at[0], to, at[1]);
    return text;
}

static struct answer row(const char *stops, const char *more)
{
    char body[1024];

    snprintf(body, sizeof body, "{%s%s}", stops, more);
    return edit(&rides_driver, body);
}

#define PRICE ",\"seat_price\":{\"amount\":500000,\"currency\":\"KZT\"}"

STAND_TEST(stops_are_editable_until_first_ride)
{
    char first[40];

    publish_trip(60, "");
    snprintf(first, sizeof first, "%s", last_trip);
    publish_trip(30, "");
    ck_refused(row("\"stops\":[]", PRICE), 422, "too_short");
    ck_refused(row(stops(33, "taldykorgan", 4), ""), 422, "one_of_two");
    ck_refused(row(stops(33, "astana", 4), PRICE), 422, "too_fast");
    struct answer busy = stand_ask(
        &(struct ask){.handler = patch_trip,
                      .caller = &rides_driver,
                      .method = HTTP_PATCH,
                      .id = last_trip,
                      .body = stand_text("SELECT '{%s" PRICE "}'", stops(57, "taldykorgan", 4))});
    ck_assert_int_eq(busy.status, 409);
    ck_assert_str_eq(json_string_value(json_object_get(busy.json, "trip_id")), first);
    answer_drop(&busy);
    stand_sql("UPDATE trip SET confirmed_at = now(), delay_minutes = 30 WHERE id = '%s'",
              last_trip);
    ck_status(row(stops(33, "taldykorgan", 4), PRICE), 200);
    ck_assert_str_eq(leg_prices(), "500000");
    ck_assert_str_eq(trip_text("confirmed_at IS NULL, delay_minutes"), "t 0");
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', segments, seat_load, child_load)"
                                " FROM trip_load WHERE trip_id = '%s'",
                                last_trip),
                     "1 {0} {0}");
    const struct answer made =
        order_ride_status(&rides_guest, 0, 1, ",\"phone\":\"+77017654321\"", "");
    ck_status(made, 201);
    ck_refused(row(stops(34, "taldykorgan", 4), PRICE), 409, "has_passengers");
    /* The cancelled ride still refers to these stops. */
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_refused(row(stops(34, "taldykorgan", 4), PRICE), 409, "has_passengers");
    struct api_caller live = rides_driver;
    live.test_key = false;
    publish_trip(90, "");
    char body[1024];
    snprintf(body, sizeof body, "{%s" PRICE "}", stops(0.1, "taldykorgan", 4));
    ck_refused(edit(&live, body), 422, "too_soon");
    stand_sql("UPDATE driver SET papers_until = now()::date + 1");
    ck_refused(row(stops(93, "taldykorgan", 4), PRICE), 403, "document_expired");
}
