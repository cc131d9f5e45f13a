// SPDX-License-Identifier: MIT
/* Rides on a real PostgreSQL: taken, confirmed, declined, cancelled; nobody sees more than he may,
 * no segment is oversold. */
#include "asks.h"
#include "handlers/ride_handlers.h"

static void begin(void)
{
    stand_begin("test_rides_ride");
}

/* The example of the contract: 12,500 tenge, 20 % of it 2,500; of 2,501 paid, ten hours ahead 1,251
 * are kept. */
static void money_body(void *data)
{
    (void)data;
    stand_publish(10, ",\"prepayment_percent\":20");
    struct answer made =
        stand_take(&stand_guest, 0, 2, "", ",\"seats\":2,\"child_seats\":1,\"luggage\":1");
    ck_status(made, 201);
    ck_assert_int_eq(stand_amount(&made, "total"), 1250000);
    ck_assert_int_eq(stand_amount(&made, "deposit"), 250000);
    ck_assert_str_eq(stand_loads(), "{2,2}{8,8}{1,1}");
    ck_refused(stand_act(confirm_ride, &stand_guest, made.id, NULL), 403, "payment_due");
    ck_status(stand_act(confirm_ride, &stand_driver, made.id,
                        "{\"paid\":{\"amount\":250100,\"currency\":\"KZT\"}}"),
              200);
    /* Not within the grace of half an hour. */
    stand_sql("UPDATE ride SET agreed_at = now() - interval '1 hour'");
    ck_refused(stand_act(cancel_ride, &stand_guest, made.id,
                         "{\"expected_refund\":{\"amount\":250100,\"currency\":\"KZT\"}}"),
               409, "refund_changed");
    ck_status(stand_act(cancel_ride, &stand_guest, made.id,
                        "{\"expected_refund\":{\"amount\":125000,\"currency\":\"KZT\"}}"),
              200);
    struct answer read = stand_see(&stand_guest, made.id);
    ck_assert_int_eq(stand_amount(&read, "fee"), 125100);
    ck_assert_int_eq(stand_amount(&read, "refund"), 125000);
    ck_assert_str_eq(json_string_value(json_object_get(read.json, "fault")), "none");
    ck_assert_str_eq(stand_loads(), "{0,0}{0,0}{0,0}");
    answer_drop(&made);
    answer_drop(&read);
}

START_TEST(a_ride_costs_and_gives_back_what_the_contract_says)
{
    stand_run(money_body, NULL);
}
END_TEST

static void contacts_body(void *data)
{
    (void)data;
    stand_publish(30, "");
    struct answer made = stand_take(&stand_guest, 0, 1, ",\"phone\":\"+77017654321\"", "");
    ck_status(made, 201);
    ck_assert_ptr_null(stand_word(&made, "driver", "phone"));
    ck_assert_ptr_null(stand_word(&made, "car", "plate"));
    ck_assert_str_eq(stand_word(&made, "driver", "name"), "Асхат");
    ck_assert(stand_may(&made, "confirm") && stand_may(&made, "cancel"));
    struct answer driver = stand_see(&stand_driver, made.id);
    ck_assert_ptr_null(stand_word(&driver, "passenger", "phone"));
    ck_assert_str_eq(stand_word(&driver, "passenger", "name"), "Айгуль");
    ck_assert_str_eq(stand_word(&driver, "driver", "phone"), "+77010000001"); /* his own */
    answer_drop(&driver);
    ck_status(stand_act(confirm_ride, &stand_guest, made.id, NULL), 200);
    ck_status(stand_act(confirm_ride, &stand_guest, made.id, NULL), 200); /* a second tap */
    driver = stand_see(&stand_driver, made.id);
    ck_assert_str_eq(stand_word(&driver, "passenger", "phone"), "+77017654321");
    ck_assert_ptr_null(json_object_get(json_object_get(driver.json, "passenger"), "telegram_id"));
    answer_drop(&driver);
    struct answer guest = stand_see(&stand_guest, made.id);
    ck_assert_str_eq(stand_word(&guest, "driver", "phone"), "+77010000001");
    ck_assert_str_eq(stand_word(&guest, "car", "plate"), "777ABC05");
    answer_drop(&guest);
    for (size_t i = 0; i < 2; i++) {
        struct answer hidden = stand_see(i == 0 ? &stand_guest8 : &stand_other, made.id);
        ck_refused(hidden, 404, "not_found");
        ck_refused(stand_act(cancel_ride, i == 0 ? &stand_guest8 : &stand_other, made.id, NULL),
                   404, "not_found");
        answer_drop(&hidden);
    }
    ck_status(stand_act(cancel_ride, &stand_guest, made.id, NULL), 200);
    guest = stand_see(&stand_guest, made.id);
    driver = stand_see(&stand_driver, made.id);
    ck_assert_ptr_null(stand_word(&guest, "driver", "phone"));
    ck_assert_ptr_null(stand_word(&guest, "car", "plate"));
    ck_assert_ptr_null(stand_word(&driver, "passenger", "phone"));
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE data::text ~"
                                  " '(Айгуль|Асхат|[+]7701|777ABC05)'"),
                     0);
    stand_traces();
    answer_drop(&made);
    answer_drop(&guest);
    answer_drop(&driver);
}

static void staff_body(void *data)
{
    (void)data;
    stand_publish(30, "");
    const struct answer made =
        stand_take_status(&stand_guest, 0, 1, ",\"phone\":\"+77017654321\"", "");
    struct answer staff = stand_see(NULL, made.id);
    ck_assert_str_eq(stand_word(&staff, "passenger", "phone"), "+77017654321");
    ck_assert_str_eq(stand_word(&staff, "driver", "phone"), "+77010000001");
    ck_assert_str_eq(stand_word(&staff, "car", "plate"), "777ABC05");
    answer_drop(&staff);
    stand_sql("UPDATE ride SET status = 'completed', ended_at = now() - interval '181 days'");
    staff = stand_see(NULL, made.id);
    ck_assert_ptr_null(stand_word(&staff, "passenger", "phone"));
    ck_assert_str_eq(stand_word(&staff, "passenger", "name"), "Айгуль");
    ck_assert_ptr_null(json_object_get(json_object_get(staff.json, "passenger"), "telegram_id"));
    ck_assert_ptr_null(stand_word(&staff, "driver", "phone"));
    ck_assert_ptr_null(stand_word(&staff, "car", "plate"));
    answer_drop(&staff);
}

START_TEST(staff_see_contacts_for_180_days)
{
    stand_run(staff_body, NULL);
}
END_TEST

START_TEST(phones_and_plate_are_seen_while_a_ride_is_agreed)
{
    stand_run(contacts_body, NULL);
}
END_TEST

static void request_body(void *data)
{
    (void)data;
    stand_publish(30, ",\"instant_book\":false");
    const struct answer first = stand_take_status(&stand_guest, 0, 2, "", "");
    const struct answer second = stand_take_status(&stand_guest8, 0, 2, "", "");
    ck_assert_str_eq(stand_text("SELECT status FROM ride WHERE id = '%s'", first.id), "requested");
    ck_refused(stand_act(confirm_ride, &stand_guest, first.id, NULL), 403, "forbidden");
    ck_status(stand_act(confirm_ride, &stand_driver, first.id, NULL), 200);
    ck_status(stand_act(decline_ride, &stand_driver, second.id, "{\"reason\":\"Багаж\"}"), 200);
    ck_refused(stand_act(cancel_ride, &stand_guest8, second.id, NULL), 409, "already_declined");
    ck_assert_str_eq(stand_loads(), "{1,1}{0,0}{0,0}");
    stand_traces();
}

START_TEST(a_request_waits_for_the_driver)
{
    stand_run(request_body, NULL);
}
END_TEST

static void refused_body(void *data)
{
    (void)data;
    stand_publish(30, "");
    ck_refused(stand_take_status(&stand_guest, 0, 3, "", ""), 422, "stops_order");
    ck_refused(stand_take_status(&stand_guest, 1, 1, "", ""), 422, "stops_order");
    ck_refused(stand_take_status(&stand_guest, 0, 1, "", ",\"kind\":\"car\""), 422, "not_offered");
    ck_refused(stand_take_status(&stand_guest, 0, 1, "", ",\"kind\":\"parcel\""), 422, "required");
    ck_refused(stand_take_status(&stand_guest, 0, 1, ",\"telegram_id\":8", ""), 403, "forbidden");
    ck_refused(stand_take_status(&stand_guest, 0, 1, "",
                                 ",\"expected_total\":{\"amount\":100,\"currency\":\"KZT\"}"),
               409, "total_changed");
    ck_refused(stand_take_status(&stand_other, 0, 1, "", ""), 422, "unknown_trip");
    const struct answer car = stand_take_status(&stand_guest, 0, 2, "", ",\"kind\":\"car\"");
    ck_status(car, 201);
    ck_assert_str_eq(stand_loads(), "{4,4}{16,16}{0,0}");
    ck_refused(stand_take_status(&stand_guest8, 1, 2, "", ""), 409, "seats_taken");
    ck_status(stand_act(cancel_ride, &stand_guest, car.id, NULL), 200);
    const struct answer one = stand_take_status(&stand_guest, 0, 1, "", ",\"seats\":3");
    ck_status(one, 201);
    struct answer again = stand_take(&stand_guest, 0, 1, "", "");
    ck_refused(again, 409, "duplicate_ride");
    ck_assert_str_eq(json_string_value(json_object_get(again.json, "ride_id")), one.id);
    answer_drop(&again);
    ck_refused(stand_take_status(&stand_guest8, 0, 2, "", ",\"kind\":\"car\""), 409,
               "car_not_free");
    struct answer full = stand_take(&stand_guest8, 0, 2, "", ",\"seats\":2");
    ck_refused(full, 409, "seats_taken");
    const json_t *segments = json_object_get(full.json, "segments");
    ck_assert_uint_eq(json_array_size(segments), 1);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(segments, 0), "free")), 1);
    answer_drop(&full);
    ck_status(stand_take_status(&stand_guest, 0, 1, "", ",\"for_other\":true"), 201);
    ck_refused(stand_take_status(&stand_guest8, 1, 2, "", ",\"seats\":3,\"child_seats\":3"), 409,
               "child_seats_taken");
    ck_status(stand_take_status(&stand_guest, 1, 2, "", ""), 201);
    ck_refused(stand_take_status(&stand_guest, 1, 2, "", ",\"for_other\":true"), 409,
               "too_many_rides");
    stand_traces();
    stand_sql("UPDATE ride SET status = 'no_show', fault = 'passenger', ended_at = now()"
              " WHERE passenger_telegram_id = 7 AND status <> 'cancelled'");
    ck_refused(stand_take_status(&stand_guest, 0, 1, "", ""), 403, "restricted");
    ck_status(stand_take_status(NULL, 0, 1, ",\"telegram_id\":7", ""), 201);
}

START_TEST(what_cannot_be_had_is_refused)
{
    stand_run(refused_body, NULL);
}
END_TEST

/* The hold has run out; who comes next has the seat, and the ride reads expired at once. */
static void expiry_body(void *data)
{
    (void)data;
    stand_publish(30, "");
    const struct answer held = stand_take_status(&stand_guest, 0, 2, "", ",\"seats\":4");
    ck_status(held, 201);
    ck_refused(stand_take_status(&stand_guest8, 0, 1, "", ""), 409, "seats_taken");
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second'");
    struct answer read = stand_see(&stand_guest, held.id);
    ck_assert_str_eq(json_string_value(json_object_get(read.json, "status")), "expired");
    answer_drop(&read);
    ck_refused(stand_act(confirm_ride, &stand_guest, held.id, NULL), 410, "hold_expired");
    ck_status(stand_take_status(&stand_guest8, 0, 1, "", ""), 201);
    ck_assert_str_eq(stand_text("SELECT status FROM ride WHERE id = '%s'", held.id), "expired");
    ck_assert_str_eq(stand_loads(), "{1,0}{0,0}{0,0}");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE type = 'ride.expired'"), 1);
}

START_TEST(a_hold_that_ran_out_holds_nothing)
{
    stand_run(expiry_body, NULL);
}
END_TEST

static int won, lost;

static void race_one(void *data)
{
    char text[PASSENGER_TEXT];
    const struct api_caller guest = stand_passenger(100 + (intptr_t)data, text);

    const struct answer answer = stand_take_status(&guest, (int)((intptr_t)data % 2), 2, "", "");
    won += answer.status == 201;
    lost += answer.status == 409 && strcmp(answer.code, "seats_taken") == 0;
}

static void race_body(void *data)
{
    (void)data;
    stand_publish(30, "");
    ck_status(stand_take_status(&stand_guest, 0, 2, "", ",\"seats\":3"), 201);
    for (intptr_t i = 0; i < 20; i++)
        stand_go(race_one, (void *)i);
}

START_TEST(of_twenty_who_want_the_last_seat_one_has_it)
{
    won = lost = 0;
    stand_run(race_body, NULL);
    ck_assert_int_eq(won, 1);
    ck_assert_int_eq(lost, 19);
    ck_assert_int_eq(stand_number("SELECT max(load) FROM trip_load, unnest(seat_load) load"), 4);
    stand_traces();
}
END_TEST

static void driver_body(void *data)
{
    (void)data;
    stand_publish(30, "");
    ck_refused(
        stand_take_status(&stand_driver, 0, 2, ",\"phone\":\"+77017654321\",\"telegram_id\":7", ""),
        422, "unknown_field");
    ck_refused(stand_take_status(&stand_driver, 0, 2, "", ""), 422, "contact_missing");
    const struct answer found =
        stand_take_status(&stand_driver, 0, 2, ",\"phone\":\"+77017654321\"", "");
    ck_status(found, 201);
    ck_assert_str_eq(stand_text("SELECT status FROM ride WHERE id = '%s'", found.id), "confirmed");
    ck_status(stand_act(cancel_ride, &stand_driver, found.id, NULL), 200);
    stand_traces();
}

START_TEST(a_driver_adds_a_passenger_he_found_himself)
{
    stand_run(driver_body, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rides_ride");
    TCase *tests = tcase_create("rides");
    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_add_test(tests, a_ride_costs_and_gives_back_what_the_contract_says);
    tcase_add_test(tests, phones_and_plate_are_seen_while_a_ride_is_agreed);
    tcase_add_test(tests, staff_see_contacts_for_180_days);
    tcase_add_test(tests, a_request_waits_for_the_driver);
    tcase_add_test(tests, what_cannot_be_had_is_refused);
    tcase_add_test(tests, a_hold_that_ran_out_holds_nothing);
    tcase_add_test(tests, of_twenty_who_want_the_last_seat_one_has_it);
    tcase_add_test(tests, a_driver_adds_a_passenger_he_found_himself);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
