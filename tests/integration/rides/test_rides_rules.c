// SPDX-License-Identifier: MIT
/* Rides on a real PostgreSQL: what a confirm records, what events tell, whose rides count, and what
 * an order may consist of. */
#include "asks.h"
#include "handlers/ride_handlers.h"

#define PAID(amount) "{\"paid\":{\"amount\":" #amount ",\"currency\":\"KZT\"}}"
#define CARRIES      ",\"parcel_prices\":{\"small\":{\"amount\":100000,\"currency\":\"KZT\"}}"
#define PARCEL                                                                                     \
    ",\"kind\":\"parcel\",\"parcel\":{\"size\":\"small\",\"recipient\":{\"name\":\"Ерлан\","  \
    "\"phone\":\"+77017654329\"}}"

static void begin(void)
{
    stand_begin("test_rides_rules");
}

static const char *status_of(const char *id)
{
    return stand_text("SELECT status FROM ride WHERE id = '%s'", id);
}

/* What the last event of the ride tells is what GET shows of it. */
static void check_event(const char *id, const char *type)
{
    struct answer read = stand_see(NULL, id);
    json_t *event = json_loads(stand_text("SELECT data FROM outbox WHERE resource_id = '%s'"
                                          " AND type = '%s'",
                                          id, type),
                               0, NULL);
    const char *name;
    json_t *told;

    ck_assert_msg(event != NULL, "%s of %s", type, id);
    ck_assert_uint_eq(json_object_size(event), 20);
    json_object_foreach(event, name, told)
        ck_assert_msg(json_equal(told, json_object_get(read.json, name)), "%s: %s", type, name);
    json_decref(event);
    answer_drop(&read);
}

static void events_body(void *data)
{
    (void)data;
    stand_publish(30, ",\"prepayment_percent\":20");
    const struct answer first = stand_take_status(&stand_guest, 0, 1, "", ",\"child_seats\":1");
    const struct answer second = stand_take_status(&stand_guest8, 1, 2, "", ",\"luggage\":1");
    check_event(first.id, "ride.held");
    check_event(second.id, "ride.held");
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'", first.id);
    ck_status(stand_take_status(&stand_guest, 0, 2, "", ""), 201);
    check_event(first.id, "ride.expired");
    ck_status(stand_act(confirm_ride, &stand_driver, second.id, NULL), 200);
    check_event(second.id, "ride.confirmed");
    ck_status(stand_act(cancel_ride, &stand_guest8, second.id, NULL), 200);
    check_event(second.id, "ride.cancelled");
}

START_TEST(events_tell_what_is_read)
{
    stand_run(events_body, NULL);
}
END_TEST

/* 3,000 tenge, a deposit of 600. */
static void paid_body(void *data)
{
    (void)data;
    stand_publish(30, ",\"instant_book\":false,\"prepayment_percent\":20");
    const struct answer covered = stand_take_status(&stand_guest, 0, 1, "", "");
    ck_refused(stand_act(confirm_ride, &stand_guest, covered.id, PAID(60000)), 403, "forbidden");
    ck_status(stand_act(confirm_ride, &stand_driver, covered.id, PAID(70000)), 200);
    ck_assert_str_eq(status_of(covered.id), "confirmed");
    ck_assert_int_eq(stand_number("SELECT paid FROM ride WHERE id = '%s'", covered.id), 70000);
    ck_status(stand_act(confirm_ride, &stand_driver, covered.id, NULL), 200); /* a second tap */
    const struct answer part = stand_take_status(&stand_guest8, 0, 1, "", "");
    ck_status(stand_act(confirm_ride, &stand_driver, part.id, PAID(20000)), 200);
    ck_assert_str_eq(status_of(part.id), "held");
    ck_assert_int_eq(stand_number("SELECT paid FROM ride WHERE id = '%s'", part.id), 20000);
    ck_refused(stand_act(confirm_ride, &stand_guest8, part.id, NULL), 403, "payment_due");
    /* The same driver again: the second confirm is a step of its own. */
    ck_status(stand_act(confirm_ride, &stand_driver, part.id, NULL), 200);
    ck_assert_str_eq(status_of(part.id), "confirmed");
    ck_assert_int_eq(stand_number("SELECT paid FROM ride WHERE id = '%s'", part.id), 60000);
    stand_traces();
}

START_TEST(a_confirm_records_what_was_paid)
{
    stand_run(paid_body, NULL);
}
END_TEST

/* A request that waits on past the departure; with a key of tests it can still be confirmed. */
static void late_body(void *data)
{
    (void)data;
    stand_publish(1, ",\"instant_book\":false,\"prepayment_percent\":20");
    const struct answer asked = stand_take_status(&stand_guest, 0, 2, "", "");
    stand_sql("UPDATE trip_leg SET departs_at = now() - interval '1 minute'");
    struct api_caller live = stand_driver, tester = stand_driver;
    live.test_key = false;
    tester.test_key = true;
    struct answer seen = stand_see(&live, asked.id);
    ck_assert(!stand_may(&seen, "confirm") && stand_may(&seen, "decline"));
    answer_drop(&seen);
    ck_refused(stand_act(confirm_ride, &live, asked.id, NULL), 410, "hold_expired");
    ck_assert_str_eq(status_of(asked.id), "requested");
    seen = stand_see(&tester, asked.id);
    ck_assert(stand_may(&seen, "confirm"));
    answer_drop(&seen);
    ck_status(stand_act(confirm_ride, &tester, asked.id, NULL), 200);
}

START_TEST(nobody_confirms_after_the_departure)
{
    stand_run(late_body, NULL);
}
END_TEST

/* Passenger 8 knows the phone of passenger 7 and names it as his own; so does a driver. */
static void rivals_body(void *data)
{
    static const char phone[] = ",\"phone\":\"+77017654321\"";

    (void)data;
    stand_publish(30, "");
    for (int i = 0; i < 3; i++)
        ck_status(stand_take_status(&stand_guest8, 0, 1, phone, ",\"for_other\":true"), 201);
    ck_refused(stand_take_status(&stand_guest8, 0, 1, phone, ",\"for_other\":true"), 409,
               "too_many_rides");
    ck_status(stand_take_status(&stand_guest, 0, 1, phone, ""), 201);
    stand_sql("UPDATE ride SET status = 'no_show', fault = 'passenger', ended_at = now()"
              " WHERE passenger_telegram_id = 8");
    ck_status(stand_take_status(&stand_guest, 1, 2, phone, ""), 201);
    ck_refused(stand_take_status(&stand_guest8, 1, 2, phone, ""), 403, "restricted");
    /* Whom a driver adds may ride with others at that time: he is not told. */
    ck_status(stand_take_status(&stand_driver, 1, 2, phone, ""), 201);
    ck_status(stand_take_status(&stand_driver, 1, 2, phone, ""), 201);
    ck_status(stand_take_status(&stand_guest, 0, 2, phone, ",\"for_other\":true"), 201);
    /* Without an account a phone is all that is known of him. */
    ck_refused(stand_take_status(NULL, 1, 2, phone, ""), 409, "duplicate_ride");
}

START_TEST(a_phone_of_another_spoils_nothing_for_him)
{
    stand_run(rivals_body, NULL);
}
END_TEST

static void order_body(void *data)
{
    static const char *const beside[] = {"seats", "child_seats", "luggage"};
    char more[400];

    (void)data;
    stand_publish(30, CARRIES);
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        snprintf(more, sizeof more, PARCEL ",\"%s\":1", beside[i]);
        ck_refused(stand_take_status(&stand_guest, 0, 1, "", more), 422, "not_with_parcel");
    }
    ck_status(stand_take_status(&stand_guest, 0, 1, "", PARCEL ",\"luggage\":0"), 201);
    ck_assert_str_eq(stand_loads(), "{0,0}{1,0}{0,0}");
    ck_refused(stand_take_status(&stand_guest, 0, 2, "", ",\"kind\":\"car\",\"seats\":5"), 422,
               "too_many_seats");
    ck_refused(stand_take_status(&stand_guest, 0, 1, "", ",\"note\":\"Наберите 8 701 765-43-21\""),
               422, "contact_in_text");
    ck_refused(stand_take_status(
                   &stand_guest, 0, 1, "",
                   ",\"kind\":\"parcel\",\"parcel\":{\"size\":\"small\","
                   "\"recipient\":{\"name\":\"wa.me/77017654321\",\"phone\":\"+77017654329\"}}"),
               422, "contact_in_text");
}

START_TEST(an_order_is_what_its_kind_has)
{
    stand_run(order_body, NULL);
}
END_TEST

/* What was short, and how much of it there is, on the segments that lack it. */
static void check_short(const struct answer *refused, const char *code, int from_stop, int free)
{
    const json_t *segments = json_object_get(refused->json, "segments");
    const json_t *one = json_array_get(segments, 0);

    ck_refused(*refused, 409, code);
    ck_assert_uint_eq(json_array_size(segments), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(one, "from_stop")), from_stop);
    ck_assert_int_eq(json_integer_value(json_object_get(one, "free")), free);
}

static void short_body(void *data)
{
    (void)data;
    stand_publish(30, CARRIES ",\"cargo_units\":12");
    ck_status(stand_take_status(&stand_guest, 0, 1, "", ",\"luggage\":1,\"child_seats\":1"), 201);
    struct answer cargo = stand_take(&stand_guest8, 0, 2, "", ",\"luggage\":1");
    check_short(&cargo, "cargo_full", 0, 4);
    struct answer children = stand_take(&stand_guest8, 0, 2, "", ",\"seats\":2,\"child_seats\":2");
    check_short(&children, "child_seats_taken", 0, 1);
    struct answer seats = stand_take(&stand_guest8, 0, 2, "", ",\"seats\":4");
    check_short(&seats, "seats_taken", 0, 3);
    answer_drop(&cargo);
    answer_drop(&children);
    answer_drop(&seats);
}

START_TEST(a_refusal_tells_what_is_free_of_what_was_short)
{
    stand_run(short_body, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rides_rules");
    TCase *tests = tcase_create("rules");
    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_add_test(tests, events_tell_what_is_read);
    tcase_add_test(tests, a_confirm_records_what_was_paid);
    tcase_add_test(tests, nobody_confirms_after_the_departure);
    tcase_add_test(tests, a_phone_of_another_spoils_nothing_for_him);
    tcase_add_test(tests, an_order_is_what_its_kind_has);
    tcase_add_test(tests, a_refusal_tells_what_is_free_of_what_was_short);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
