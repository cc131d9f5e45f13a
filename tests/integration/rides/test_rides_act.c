// SPDX-License-Identifier: MIT
/* What is done with a ride on a real PostgreSQL: paid for, boarded, ended well and badly, settled;
 * what that does to its trip and its driver. */
#include "asks.h"
#include "handlers/ride_handlers.h"

#define KZT(amount) "{\"amount\":" #amount ",\"currency\":\"KZT\"}"

static void begin(void)
{
    stand_begin("test_rides_act");
    stand_driver.test_key = stand_guest.test_key = stand_guest8.test_key = true;
}

static struct answer taken(const struct api_caller *guest, const char *more)
{
    const struct answer made = stand_take_status(guest, 0, 2, "", more);

    ck_status(made, 201);
    return made;
}

static struct answer agreed(const struct api_caller *guest, const char *more)
{
    const struct answer made = taken(guest, more);

    ck_status(stand_act(confirm_ride, &stand_driver, made.id, NULL), 200);
    return made;
}

static const char *trip_status(void)
{
    return stand_text("SELECT status FROM trip WHERE id = '%s'", stand_trip);
}

static bool sees(const struct api_caller *caller, const char *id, const char *action)
{
    struct answer seen = stand_see(caller, id);
    const bool may = stand_may(&seen, action);

    answer_drop(&seen);
    return may;
}

static void claim_body(void *data)
{
    (void)data;
    stand_publish(10, "");
    const struct answer free = taken(&stand_guest8, "");
    ck_refused(stand_act(claim_ride_payment, &stand_guest8, free.id, NULL), 409, "nothing_due");
    stand_publish(20, ",\"prepayment_percent\":20");
    const struct answer made = taken(&stand_guest, "");
    ck_assert(sees(&stand_guest, made.id, "claim-payment"));
    ck_refused(stand_act(claim_ride_payment, &stand_driver, made.id, NULL), 403, "forbidden");
    ck_status(stand_act(claim_ride_payment, &stand_guest, made.id, NULL), 200);
    ck_status(stand_act(claim_ride_payment, &stand_guest, made.id, NULL), 200); /* a second tap */
    ck_assert_str_eq(stand_ride_status(made.id), "payment_claimed");
    ck_assert_int_eq(stand_number("SELECT round(extract(epoch FROM expires_at - now()) / 60)"
                                  " FROM ride WHERE id = '%s'",
                                  made.id),
                     180);
    ck_refused(stand_act(confirm_ride, &stand_guest, made.id, NULL), 403, "forbidden");
    ck_status(stand_act(confirm_ride, &stand_driver, made.id, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT paid FROM ride WHERE id = '%s'", made.id), 110000);
    stand_traces();
    /* The clock of a claim ends with the departure, and then nobody claims. */
    const struct answer near = taken(&stand_guest8, ",\"for_other\":true");
    stand_sql("UPDATE trip_leg SET departs_at = now() + interval '1 hour' WHERE trip_id = '%s'",
              stand_trip);
    ck_status(stand_act(claim_ride_payment, &stand_guest8, near.id, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT round(extract(epoch FROM expires_at - now()) / 60)"
                                  " FROM ride WHERE id = '%s'",
                                  near.id),
                     60);
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'", near.id);
    ck_refused(stand_act(confirm_ride, &stand_driver, near.id, NULL), 410, "hold_expired");
}

START_TEST(a_claimed_payment_waits_three_hours)
{
    stand_run(claim_body, NULL);
}
END_TEST

static void board_body(void *data)
{
    (void)data;
    stand_publish(2, "");
    const struct answer early = agreed(&stand_guest, "");
    ck_refused(stand_act(board_ride, &stand_driver, early.id, NULL), 409, "too_early");
    ck_assert(!sees(&stand_driver, early.id, "board"));
    ck_assert_str_eq(trip_status(), "scheduled");
    ck_status(stand_act(cancel_trip, NULL, stand_trip, NULL), 200);

    stand_publish(0.4, "");
    const struct answer one = agreed(&stand_guest, ""), other = agreed(&stand_guest8, "");
    ck_assert(sees(&stand_driver, one.id, "board"));
    ck_refused(stand_act(drop_ride, &stand_driver, one.id, NULL), 409, "already_confirmed");
    ck_refused(stand_act(board_ride, &stand_guest, one.id, NULL), 403, "forbidden");
    ck_refused(stand_act(board_ride, &stand_other, one.id, NULL), 404, "not_found");
    ck_status(stand_act(board_ride, &stand_driver, one.id, NULL), 200);
    ck_status(stand_act(board_ride, &stand_driver, one.id, NULL), 200); /* a second tap */
    ck_assert_str_eq(trip_status(), "started");
    ck_status(stand_act(board_ride, &stand_driver, other.id, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM trip_history WHERE trip_id = '%s'"
                                  " AND to_status = 'started'",
                                  stand_trip),
                     1);
    ck_refused(stand_act(cancel_ride, &stand_guest, one.id, NULL), 409, "already_boarded");
    ck_refused(stand_act(deliver_ride, &stand_driver, one.id, NULL), 409, "not_a_parcel");
    ck_status(stand_act(drop_ride, &stand_driver, one.id, NULL), 200);
    ck_assert_str_eq(stand_ride_status(one.id), "completed");
    ck_assert_str_eq(stand_loads(), "{1,1}{0,0}{0,0}");
    ck_status(stand_act(drop_ride, &stand_driver, other.id, NULL), 200);
    /* The trip carried two, although none is in the car when it ends. */
    ck_status(stand_act(finish_trip, &stand_driver, stand_trip, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT trips_done FROM driver"), 1);
    stand_traces();
}

START_TEST(who_boards_first_starts_the_trip)
{
    stand_run(board_body, NULL);
}
END_TEST

/* How many passengers the caller is told of; -1: none of his business. */
static int passengers(const struct api_caller *caller, const char **phone)
{
    struct answer list =
        stand_ask(&(struct ask){.handler = get_passengers, .caller = caller, .id = stand_trip});
    const json_t *items = json_object_get(list.json, "items");
    const json_t *first = json_object_get(json_array_get(items, 0), "passenger");
    static char text[32];
    const char *told = json_string_value(json_object_get(first, "phone"));

    snprintf(text, sizeof text, "%s", told == NULL ? "" : told);
    *phone = text;
    const int count = list.status == 200 ? (int)json_array_size(items) : -1;
    answer_drop(&list);
    return count;
}

static void passengers_body(void *data)
{
    const char *phone;

    (void)data;
    stand_publish(10, "");
    ck_assert_int_eq(passengers(&stand_driver, &phone), 0);
    const struct answer gone = taken(&stand_guest, "");
    ck_status(stand_act(cancel_ride, &stand_guest, gone.id, NULL), 200);
    const struct answer made =
        stand_take_status(&stand_guest8, 0, 1, ",\"phone\":\"+77017654321\"", ",\"seats\":4");
    ck_status(made, 201);
    ck_status(stand_take_status(&stand_guest, 0, 1, "", ",\"wait\":true"), 201);
    ck_assert_int_eq(passengers(&stand_driver, &phone), 1);
    ck_assert_str_eq(phone, "");
    ck_status(stand_act(confirm_ride, &stand_guest8, made.id, NULL), 200);
    ck_assert_int_eq(passengers(&stand_driver, &phone), 1);
    ck_assert_str_eq(phone, "+77017654321");
    ck_assert_int_eq(passengers(NULL, &phone), 1);
    ck_assert_int_eq(passengers(&stand_guest8, &phone), -1);
    ck_assert_int_eq(passengers(&stand_other, &phone), -1);
}

START_TEST(driver_and_staff_see_who_rides_along)
{
    stand_run(passengers_body, NULL);
}
END_TEST

/* The code that this caller is shown; "" where he is shown none. */
static const char *code_for(const struct api_caller *caller, const char *id)
{
    static char code[16];
    struct answer seen = stand_see(caller, id);
    const char *text = json_string_value(json_object_get(seen.json, "delivery_code"));

    snprintf(code, sizeof code, "%s", text == NULL ? "" : text);
    answer_drop(&seen);
    return code;
}

static struct answer deliver(const struct api_caller *caller, const char *id, const char *code)
{
    char body[64];

    snprintf(body, sizeof body, "{\"delivery_code\":\"%s\"}", code);
    return stand_act(deliver_ride, caller, id, body);
}

#define PARCEL                                                                                     \
    ",\"kind\":\"parcel\",\"parcel\":{\"size\":\"small\",\"recipient\":{\"name\":\"Дана\","    \
    "\"phone\":\"+77011112233\"}}"

static void parcel_body(void *data)
{
    enum { TRIES = 5 };
    char code[16], wrong[16];

    (void)data;
    stand_publish(0.4, ",\"parcel_prices\":{\"small\":" KZT(100000) "}");
    const struct answer first = agreed(&stand_guest, PARCEL),
                        second = agreed(&stand_guest8, PARCEL);
    snprintf(code, sizeof code, "%s", code_for(&stand_guest, first.id));
    ck_assert_uint_eq(strlen(code), 6);
    ck_assert_str_eq(code_for(NULL, first.id), code);
    ck_assert_str_eq(code_for(&stand_driver, first.id), "");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox WHERE data::text ~ '\"%s\"'", code),
                     0);
    ck_status(stand_act(board_ride, &stand_driver, first.id, NULL), 200);
    ck_status(stand_act(board_ride, &stand_driver, second.id, NULL), 200);
    ck_refused(stand_act(drop_ride, &stand_driver, first.id, NULL), 409, "needs_code");
    snprintf(wrong, sizeof wrong, "%s", code);
    wrong[5] = wrong[5] == '0' ? '1' : '0';
    ck_refused(deliver(&stand_driver, first.id, wrong), 422, "wrong_code");
    ck_assert_int_eq(stand_number("SELECT delivery_tries FROM ride WHERE id = '%s'", first.id), 1);
    ck_assert_str_eq(stand_ride_status(first.id), "boarded");
    ck_status(deliver(&stand_driver, first.id, code), 200);
    ck_assert_str_eq(stand_ride_status(first.id), "completed");
    ck_assert_str_eq(code_for(&stand_guest, first.id), "");
    /* Nobody guesses for long. */
    snprintf(code, sizeof code, "%s", code_for(&stand_guest8, second.id));
    snprintf(wrong, sizeof wrong, "%s", code);
    wrong[0] = wrong[0] == '9' ? '8' : '9';
    for (int i = 0; i < TRIES; i++)
        ck_refused(deliver(&stand_driver, second.id, wrong), 422, "wrong_code");
    ck_refused(deliver(&stand_driver, second.id, code), 403, "forbidden");
    ck_status(stand_act(deliver_ride, NULL, second.id, NULL), 200);
    stand_traces();
}

START_TEST(a_parcel_is_delivered_for_its_code)
{
    stand_run(parcel_body, NULL);
}
END_TEST

/* The trip's times, and those of its legs, so many minutes earlier. */
static void earlier(int minutes)
{
    char by[48];

    snprintf(by, sizeof by, "- interval '%d minutes'", minutes);
    stand_sql("UPDATE trip SET departs_at = departs_at %s, arrives_at = arrives_at %s,"
              " busy = tstzrange(lower(busy) %s, upper(busy) %s) WHERE id = '%s'",
              by, by, by, by, stand_trip);
    stand_sql("UPDATE trip_leg SET departs_at = departs_at %s, arrives_at = arrives_at %s"
              " WHERE trip_id = '%s'",
              by, by, stand_trip);
}

static void no_show_body(void *data)
{
    (void)data;
    stand_publish(0.4, ",\"prepayment_percent\":20");
    const struct answer made = agreed(&stand_guest, ""), other = agreed(&stand_guest8, "");
    ck_refused(stand_act(no_show_ride, &stand_driver, made.id, NULL), 409, "too_early");
    stand_sql("UPDATE trip SET confirmed_at = now()");
    earlier(24 + 9);
    ck_refused(stand_act(no_show_ride, &stand_driver, made.id, NULL), 409, "too_early");
    ck_refused(stand_act(driver_no_show_ride, &stand_guest8, other.id, NULL), 409, "too_early");
    earlier(2);
    ck_refused(stand_act(no_show_ride, &stand_guest, made.id, NULL), 403, "forbidden");
    ck_status(stand_act(no_show_ride, &stand_driver, made.id, "{\"reason\":\"Не вышла\"}"), 200);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', status, fault, fee, refund) FROM ride"
                                " WHERE id = '%s'",
                                made.id),
                     "no_show passenger 110000 0");
    ck_refused(stand_act(driver_no_show_ride, &stand_guest8, other.id, NULL), 409, "too_early");
    earlier(5);
    ck_status(stand_act(start_trip, &stand_driver, stand_trip, NULL), 200);
    /* Once he is on his way he is waited for longer. */
    ck_refused(stand_act(driver_no_show_ride, &stand_guest8, other.id, NULL), 409, "too_early");
    ck_assert(!sees(&stand_guest8, other.id, "driver-no-show"));
    earlier(15);
    ck_refused(stand_act(driver_no_show_ride, &stand_driver, other.id, NULL), 403, "forbidden");
    ck_assert(sees(&stand_guest8, other.id, "driver-no-show"));
    ck_status(stand_act(driver_no_show_ride, &stand_guest8, other.id, NULL), 200);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', status, fault, fee, refund) FROM ride"
                                " WHERE id = '%s'",
                                other.id),
                     "cancelled driver 0 110000");
    ck_assert_str_eq(stand_loads(), "{0,0}{0,0}{0,0}");
    stand_traces();
}

START_TEST(who_does_not_come_is_at_fault)
{
    stand_run(no_show_body, NULL);
}
END_TEST

static struct answer settle(const struct api_caller *caller, const char *id, const char *body)
{
    return stand_act(settle_ride, caller, id, body);
}

static void settle_body(void *data)
{
    (void)data;
    stand_publish(10, ",\"prepayment_percent\":20");
    const struct answer made = agreed(&stand_guest, "");
    ck_refused(settle(NULL, made.id, "{\"fault\":\"none\",\"refund\":" KZT(0) "}"), 409,
               "already_confirmed");
    stand_sql("UPDATE ride SET agreed_at = now() - interval '1 hour'");
    ck_status(stand_act(cancel_ride, &stand_guest, made.id, NULL), 200);
    ck_assert_int_eq(stand_number("SELECT fee FROM ride WHERE id = '%s'", made.id), 55000);
    ck_refused(settle(&stand_guest, made.id, "{\"fault\":\"none\",\"refund\":" KZT(0) "}"), 403,
               "forbidden");
    ck_refused(settle(&stand_driver, made.id, "{\"fault\":\"none\",\"refund\":" KZT(0) "}"), 403,
               "forbidden");
    ck_refused(settle(NULL, made.id, "{\"fault\":\"none\"}"), 422, "required");
    ck_refused(settle(NULL, made.id, "{\"fault\":\"none\",\"refund\":" KZT(110100) "}"), 422,
               "more_than_paid");
    ck_status(settle(NULL, made.id,
                     "{\"fault\":\"none\",\"refund\":" KZT(110000) ",\"reason\":\"Болела\"}"),
              200);
    ck_assert_str_eq(stand_text("SELECT concat_ws(' ', status, fault, fee, refund) FROM ride"
                                " WHERE id = '%s'",
                                made.id),
                     "cancelled none 0 110000");
    ck_status(settle(NULL, made.id, "{\"fault\":\"passenger\",\"refund\":" KZT(0) "}"), 200);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM ride_history WHERE ride_id = '%s'"
                                  " AND from_status = to_status AND reason = 'Болела'"
                                  " AND refund = 110000",
                                  made.id),
                     1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'ride.settle'"), 2);
    stand_sql("UPDATE ride SET ended_at = now() - interval '31 days'");
    ck_refused(settle(NULL, made.id, "{\"fault\":\"none\",\"refund\":" KZT(0) "}"), 409,
               "too_late");
}

START_TEST(staff_settle_what_has_ended)
{
    stand_run(settle_body, NULL);
}
END_TEST

/* The third fault within 30 days, each made in another way. */
static void suspended_body(void *data)
{
    (void)data;
    stand_publish(10, "");
    const struct answer late = agreed(&stand_guest, "");
    ck_status(stand_act(cancel_ride, &stand_driver, late.id, NULL), 200);
    const struct answer absent = agreed(&stand_guest, "");
    stand_sql("UPDATE trip SET confirmed_at = now()");
    earlier(600 + 16);
    ck_status(stand_act(driver_no_show_ride, &stand_guest, absent.id, NULL), 200);
    ck_assert_str_eq(stand_text("SELECT status FROM driver"), "active");
    const struct answer old = taken(&stand_guest8, "");
    ck_status(stand_act(cancel_ride, &stand_guest8, old.id, NULL), 200);
    ck_status(settle(NULL, old.id, "{\"fault\":\"driver\",\"refund\":" KZT(0) "}"), 200);
    ck_assert_str_eq(stand_text("SELECT status FROM driver"), "suspended");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM audit WHERE action = 'driver.suspend'"), 1);
    ck_assert_str_eq(trip_status(), "scheduled");
}

START_TEST(a_driver_with_three_faults_is_suspended)
{
    stand_run(suspended_body, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rides_act");
    TCase *tests = tcase_create("rides_act");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_add_test(tests, a_claimed_payment_waits_three_hours);
    tcase_add_test(tests, who_boards_first_starts_the_trip);
    tcase_add_test(tests, driver_and_staff_see_who_rides_along);
    tcase_add_test(tests, a_parcel_is_delivered_for_its_code);
    tcase_add_test(tests, who_does_not_come_is_at_fault);
    tcase_add_test(tests, staff_settle_what_has_ended);
    tcase_add_test(tests, a_driver_with_three_faults_is_suspended);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
