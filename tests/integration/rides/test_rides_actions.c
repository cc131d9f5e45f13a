// SPDX-License-Identifier: MIT
/* Actions on rides on a real PostgreSQL: payment, boarding, delivery, no-shows, settling; their
 * effects on trip and driver. */
#include "handlers/ride_handlers.h"
#include "requests.h"

#define KZT(amount) "{'amount':" #amount ",'currency':'KZT'}"

static struct answer taken(const struct api_caller *guest, const char *more)
{
    const struct answer made = ck_status(order_ride(guest, 0, 2, "", more), 201);

    return made;
}

static struct answer agreed(const struct api_caller *guest, const char *more)
{
    const struct answer made = taken(guest, more);

    ck_status(post_action(confirm_ride, &rides_driver, made.id, NULL), 200);
    return made;
}

static bool sees(const struct api_caller *caller, const char *id, const char *action)
{
    struct answer seen = view_ride(caller, id);
    const bool may = answer_allows(&seen, action);

    return may;
}

TEST_CASE("rides_actions", .setup = rides_begin_with_test_keys, .teardown = stand_end);

FIBER_TEST(claimed_payment_waits_three_hours)
{
    publish_trip(10, "");
    const struct answer free = taken(&rides_guest8, "");
    ck_refused(post_action(claim_ride_payment, &rides_guest8, free.id, NULL), 409, "nothing_due");
    publish_trip(20, ",'prepayment_percent':20");
    stand_sql("UPDATE driver SET payment_info = 'Kaspi'");
    const struct answer made = taken(&rides_guest, "");
    ck_text(made.json, "driver.payment_info", "Kaspi");
    ck_assert(sees(&rides_guest, made.id, "claim-payment"));
    ck_refused(post_action(claim_ride_payment, &rides_driver, made.id, NULL), 403, "forbidden");
    ck_refused(post_action(claim_ride_payment, &rides_guest, made.id, "{'phone':'8 701'}"), 422,
               "bad_phone");
    ck_status(post_action(claim_ride_payment, &rides_guest, made.id, "{'phone':'8 701 765 43 99'}"),
              200);
    ck_status(post_action(claim_ride_payment, &rides_guest, made.id, NULL), 200); /* repeated */
    ck_assert_str_eq(stored_status(made.id), "payment_claimed");
    ck_sql(180,
           "SELECT round(extract(epoch FROM expires_at - now()) / 60) FROM ride WHERE id = '%s'",
           made.id);
    ck_refused(post_action(confirm_ride, &rides_guest, made.id, NULL), 409,
               "already_payment_claimed");
    ck_status(post_action(confirm_ride, &rides_driver, made.id, NULL), 200);
    ck_sql(110000, "SELECT paid FROM ride WHERE id = '%s'", made.id);
    struct answer agreed = view_ride(&rides_driver, made.id);
    ck_text(agreed.json, "passenger.phone", "+77017654399");
    ck_assert_ptr_null(text_at(agreed.json, "driver.payment_info"));
    ck_ride_traces();
    /* A claim expires at the departure, after which payments cannot be claimed. */
    const struct answer near = taken(&rides_guest8, ",'for_other':true");
    stand_sql("UPDATE trip_leg SET departs_at = now() + interval '1 hour' WHERE trip_id = '%s'",
              last_trip);
    ck_status(post_action(claim_ride_payment, &rides_guest8, near.id, NULL), 200);
    ck_sql(60,
           "SELECT round(extract(epoch FROM expires_at - now()) / 60) FROM ride WHERE id = '%s'",
           near.id);
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'", near.id);
    ck_refused(post_action(confirm_ride, &rides_driver, near.id, NULL), 410, "hold_expired");
    /* Staff record the payment that the driver did not confirm. */
    ck_refused(post_action(settle_ride, &rides_driver, near.id,
                           "{'fault':'none','paid':" KZT(110000) ",'refund':" KZT(0) "}"),
               403, "forbidden");
    ck_refused(post_action(settle_ride, NULL, near.id,
                           "{'fault':'none','paid':" KZT(110000) ",'refund':" KZT(110100) "}"),
               422, "more_than_paid");
    ck_status(post_action(settle_ride, NULL, near.id,
                          "{'fault':'none','paid':" KZT(110000) ",'refund':" KZT(110000) "}"),
              200);
    ck_sql_text("expired none 110000 0 110000",
                "SELECT concat_ws(' ', status, fault, paid, fee, refund) FROM ride WHERE id = '%s'",
                near.id);
}

/* The driver confirms twice. The passenger keeps the right that the delay gave, except after a
 * claim of the payment, which is a step of the passenger. */
FIBER_TEST(request_paid_after_the_delay_is_free_to_cancel)
{
    static const char paid[] = "{'paid':" KZT(110000) "}";

    publish_trip(10, ",'instant_book':false,'prepayment_percent':20");
    const struct answer ride = taken(&rides_guest, ""),
                        claimed = taken(&rides_guest, ",'for_other':true");
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':61}"), 200);
    const struct answer later = taken(&rides_guest, ",'for_other':true");
    ck_status(post_action(confirm_ride, &rides_driver, ride.id, NULL), 200);
    ck_status(post_action(confirm_ride, &rides_driver, claimed.id, NULL), 200);
    ck_status(post_action(confirm_ride, &rides_driver, later.id, NULL), 200);
    ck_assert_str_eq(stored_status(ride.id), "held");
    ck_status(post_action(claim_ride_payment, &rides_guest, claimed.id, NULL), 200);
    ck_status(post_action(confirm_ride, &rides_driver, ride.id, paid), 200);
    ck_status(post_action(confirm_ride, &rides_driver, claimed.id, paid), 200);
    ck_status(post_action(confirm_ride, &rides_driver, later.id, paid), 200);
    ck_assert(is_free_to_cancel(&ride));
    ck_assert(!is_free_to_cancel(&claimed));
    ck_assert(!is_free_to_cancel(&later));
}

FIBER_TEST(first_boarding_starts_the_trip)
{
    publish_trip(2, "");
    const struct answer early = agreed(&rides_guest, "");
    ck_refused(post_action(board_ride, &rides_driver, early.id, NULL), 409, "too_early");
    ck_assert(!sees(&rides_driver, early.id, "board"));
    ck_sql_text("scheduled", "SELECT status FROM trip WHERE id = '%s'", last_trip);
    ck_status(post_action(cancel_trip, NULL, last_trip, NULL), 200);

    publish_trip(0.4, "");
    const struct answer one = agreed(&rides_guest, ""), other = agreed(&rides_guest8, "");
    ck_assert(sees(&rides_driver, one.id, "board"));
    ck_refused(post_action(drop_ride, &rides_driver, one.id, NULL), 409, "already_confirmed");
    ck_refused(post_action(board_ride, &rides_guest, one.id, NULL), 403, "forbidden");
    ck_refused(post_action(board_ride, &stand_other, one.id, NULL), 404, "not_found");
    ck_status(post_action(board_ride, &rides_driver, one.id, NULL), 200);
    ck_status(post_action(board_ride, &rides_driver, one.id, NULL), 200); /* repeated */
    ck_sql_text("started", "SELECT status FROM trip WHERE id = '%s'", last_trip);
    ck_status(post_action(board_ride, &rides_driver, other.id, NULL), 200);
    ck_rows(1, "trip_history WHERE trip_id = '%s' AND to_status = 'started'", last_trip);
    ck_refused(post_action(cancel_ride, &rides_guest, one.id, NULL), 409, "already_boarded");
    ck_refused(post_action(deliver_ride, &rides_driver, one.id, NULL), 409, "not_a_parcel");
    ck_status(post_action(drop_ride, &rides_driver, one.id, NULL), 200);
    ck_assert_str_eq(stored_status(one.id), "completed");
    ck_assert_str_eq(trip_loads(), "{1,1}{0,0}{0,0}");
    ck_status(post_action(drop_ride, &rides_driver, other.id, NULL), 200);
    /* The trip carried two passengers, who left the car before its end. */
    ck_status(post_action(finish_trip, &rides_driver, last_trip, NULL), 200);
    ck_sql(1, "SELECT trips_done FROM driver");
    ck_ride_traces();
}

/* The number of passengers visible to the caller; -1: not found. */
static int passengers(const struct api_caller *caller, const char **phone)
{
    struct answer list = ask_get(get_passengers, .caller = caller, .id = last_trip);
    const json_t *items = json_object_get(list.json, "items");
    const json_t *first = value_at(items, "0.passenger");
    const char *told = text_at(first, "phone");

    *phone = told == NULL ? "" : told;
    return list.status == 200 ? (int)json_array_size(items) : -1;
}

FIBER_TEST(driver_and_staff_list_passengers)
{
    const char *phone;

    publish_trip(10, "");
    ck_assert_int_eq(passengers(&rides_driver, &phone), 0);
    const struct answer gone = taken(&rides_guest, "");
    ck_status(post_action(cancel_ride, &rides_guest, gone.id, NULL), 200);
    const struct answer made =
        ck_status(order_ride(&rides_guest8, 0, 1, ",'phone':'+77017654321'", ",'seats':4"), 201);
    ck_status(order_ride(&rides_guest, 0, 1, "", ",'wait':true"), 201);
    ck_assert_int_eq(passengers(&rides_driver, &phone), 1);
    ck_assert_str_eq(phone, "");
    ck_status(post_action(confirm_ride, &rides_guest8, made.id, NULL), 200);
    ck_assert_int_eq(passengers(&rides_driver, &phone), 1);
    ck_assert_str_eq(phone, "+77017654321");
    ck_assert_int_eq(passengers(NULL, &phone), 1);
    ck_assert_int_eq(passengers(&rides_guest8, &phone), -1);
    ck_assert_int_eq(passengers(&stand_other, &phone), -1);
}

/* The delivery code visible to this caller; "" if hidden. */
static const char *code_for(const struct api_caller *caller, const char *id)
{
    const char *code = text_at(view_ride(caller, id).json, "delivery_code");

    return code == NULL ? "" : code;
}

static struct answer deliver(const struct api_caller *caller, const char *id, const char *code)
{
    return post_action(deliver_ride, caller, id, textf("{'delivery_code':'%s'}", code));
}

static struct answer try_action(http_handler *verb, const struct api_caller *caller, const char *id)
{
    return ck_status(ask_action(verb, .caller = caller, .id = id, .params = "dry_run=true"), 200);
}

/* The result of a dry run is "confirmed", which shows contacts once it is stored. */
static void ck_would_hide(struct answer would)
{
    static const char *const hidden[] = {"driver.phone", "car.plate", "passenger.phone"};
    const json_t *ride = json_object_get(would.json, "would");

    ck_text(ride, "status", "confirmed");
    for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
        ck_assert_ptr_null(text_at(ride, hidden[i]));
}

FIBER_TEST(dry_run_of_an_agreement_shows_no_contacts)
{
    publish_trip(30, "");
    const struct answer made = taken(&rides_guest, "");
    struct answer would = try_action(confirm_ride, &rides_guest, made.id);
    ck_would_hide(would);
    ck_text(would.json, "would.driver.name", "Асхат");
    stand_sql("UPDATE ride SET passenger_phone = '+77017654321'");
    would = try_action(confirm_ride, &rides_driver, made.id);
    ck_text(would.json, "would.passenger.name", "Айгуль");
    ck_assert_ptr_null(text_at(would.json, "would.passenger.phone"));
    would = try_action(confirm_ride, NULL, made.id);
    ck_text(would.json, "would.driver.phone", "+77010000001");
    ck_text(would.json, "would.passenger.phone", "+77017654321");

    const struct answer open = ck_status(order_open_ride(&rides_guest8, 60, ""), 201);
    const struct answer offer =
        ck_status(post_action(post_offer, &rides_driver, open.id,
                              textf("{'price':" KZT(800000) ",'car_id':'%s','depart_at':'%s'}",
                                    rides_car_id(), time_in(61))),
                  201);
    ck_would_hide(ck_status(ask_action(accept_offer, .caller = &rides_guest8, .id = open.id,
                                       .second_id = offer.id, .params = "dry_run=true"),
                            200));
}

/* Otherwise anyone could collect the accounts of drivers without holding a seat. */
FIBER_TEST(dry_run_of_an_order_shows_payment_info_to_staff_only)
{
    publish_trip(30, ",'prepayment_percent':20");
    stand_sql("UPDATE driver SET payment_info = 'Kaspi'");
    const char *body = textf("{'trip_id':'%s','from_stop':0,'to_stop':2,"
                             "'passenger':{'name':'Айгуль'}}",
                             last_trip);
    struct answer would = ck_status(
        ask_post(post_ride, .caller = &rides_guest, .body = body, .params = "dry_run=true"), 200);
    ck_text(would.json, "would.status", "held");
    ck_assert_ptr_null(text_at(would.json, "would.driver.payment_info"));
    would = ck_status(ask_post(post_ride, .body = body, .params = "dry_run=true"), 200);
    ck_text(would.json, "would.driver.payment_info", "Kaspi");
}

static bool is_delivered(struct answer ride)
{
    return json_is_true(json_object_get(ride.json, "delivered"));
}

FIBER_TEST(parcel_is_delivered_with_its_code)
{
    enum { TRIES = 5 };
    char code[16], wrong[16];

    publish_trip(0.4, ",'parcel_prices':{'small':" KZT(100000) "}");
    const struct answer first = agreed(&rides_guest, PARCEL),
                        second = agreed(&rides_guest8, PARCEL);
    snprintf(code, sizeof code, "%s", code_for(&rides_guest, first.id));
    ck_assert_uint_eq(strlen(code), 6);
    ck_assert_str_eq(code_for(NULL, first.id), code);
    ck_assert_str_eq(code_for(&rides_driver, first.id), "");
    ck_rows(0, "outbox WHERE data::text ~ '\"%s\"'", code);
    ck_status(post_action(board_ride, &rides_driver, first.id, NULL), 200);
    ck_status(post_action(board_ride, &rides_driver, second.id, NULL), 200);
    ck_refused(post_action(drop_ride, &rides_driver, first.id, NULL), 409, "needs_code");
    snprintf(wrong, sizeof wrong, "%s", code);
    wrong[5] = wrong[5] == '0' ? '1' : '0';
    /* Otherwise it would be a way to try all codes. */
    ck_status(ask_action(deliver_ride, .caller = &rides_driver, .id = first.id,
                         .body = textf("{'delivery_code':'%s'}", wrong), .params = "dry_run=true"),
              200);
    const struct answer refused =
        ck_refused(deliver(&rides_driver, first.id, wrong), 422, "wrong_code");
    ck_text(refused.json, "errors.0.field", "delivery_code");
    ck_sql(1, "SELECT delivery_tries FROM ride WHERE id = '%s'", first.id);
    ck_assert_str_eq(stored_status(first.id), "boarded");
    ck_assert(is_delivered(ck_status(deliver(&rides_driver, first.id, code), 200)));
    ck_status(deliver(&rides_driver, first.id, code), 200); /* repeated */
    ck_refused(post_action(drop_ride, &rides_driver, first.id, NULL), 409, "already_completed");
    ck_assert_str_eq(stored_status(first.id), "completed");
    ck_assert_str_eq(code_for(&rides_guest, first.id), "");
    /* The number of guesses is limited. */
    snprintf(code, sizeof code, "%s", code_for(&rides_guest8, second.id));
    snprintf(wrong, sizeof wrong, "%s", code);
    wrong[0] = wrong[0] == '9' ? '8' : '9';
    for (int i = 0; i < TRIES; i++)
        ck_refused(deliver(&rides_driver, second.id, wrong), 422, "wrong_code");
    ck_refused(deliver(&rides_driver, second.id, code), 409, "code_locked");
    ck_assert(!sees(&rides_driver, second.id, "deliver") && sees(NULL, second.id, "deliver"));
    ck_status(post_action(deliver_ride, NULL, second.id, NULL), 200);
    ck_status(post_action(finish_trip, &rides_driver, last_trip, NULL), 200);
    ck_assert(is_delivered(view_ride(&rides_guest, first.id)));
    ck_assert(is_delivered(view_ride(&rides_guest8, second.id)));
    ck_ride_traces();
}

FIBER_TEST(parcel_that_ends_with_the_trip_is_not_delivered)
{
    publish_trip(0.4, ",'parcel_prices':{'small':" KZT(100000) "}");
    const struct answer parcel = agreed(&rides_guest, PARCEL);
    ck_status(post_action(board_ride, &rides_driver, parcel.id, NULL), 200);
    ck_status(post_action(finish_trip, &rides_driver, last_trip, NULL), 200);
    ck_assert_str_eq(stored_status(parcel.id), "completed");
    ck_assert(!is_delivered(view_ride(&rides_guest, parcel.id)));
    ck_refused(deliver(&rides_driver, parcel.id, "000000"), 409, "already_completed");
    ck_refused(post_action(drop_ride, &rides_driver, parcel.id, NULL), 409, "already_completed");
}

/* Moves the times of the trip and its legs earlier. */
static void shift_earlier(int minutes)
{
    const char *by = textf("- interval '%d minutes'", minutes);

    stand_sql("UPDATE trip SET departs_at = departs_at %s, arrives_at = arrives_at %s,"
              " busy = tstzrange(lower(busy) %s, upper(busy) %s) WHERE id = '%s'",
              by, by, by, by, last_trip);
    stand_sql("UPDATE trip_leg SET departs_at = departs_at %s, arrives_at = arrives_at %s"
              " WHERE trip_id = '%s'",
              by, by, last_trip);
}

FIBER_TEST(no_show_is_a_fault)
{
    publish_trip(0.4, ",'prepayment_percent':20");
    const struct answer made = agreed(&rides_guest, ""), other = agreed(&rides_guest8, "");
    ck_refused(post_action(no_show_ride, &rides_driver, made.id, NULL), 409, "too_early");
    stand_sql("UPDATE trip SET confirmed_at = now()");
    shift_earlier(24 + 9);
    ck_refused(post_action(no_show_ride, &rides_driver, made.id, NULL), 409, "too_early");
    ck_refused(post_action(driver_no_show_ride, &rides_guest8, other.id, NULL), 409, "too_early");
    shift_earlier(2);
    ck_refused(post_action(no_show_ride, &rides_guest, made.id, NULL), 403, "forbidden");
    ck_status(post_action(no_show_ride, &rides_driver, made.id, "{'reason':'Не вышла'}"), 200);
    ck_sql_text("no_show passenger 110000 0",
                "SELECT concat_ws(' ', status, fault, fee, refund) FROM ride WHERE id = '%s'",
                made.id);
    ck_refused(post_action(driver_no_show_ride, &rides_guest8, other.id, NULL), 409, "too_early");
    shift_earlier(5);
    ck_status(post_action(start_trip, &rides_driver, last_trip, NULL), 200);
    /* The driver of a started trip is waited for longer. */
    ck_refused(post_action(driver_no_show_ride, &rides_guest8, other.id, NULL), 409, "too_early");
    ck_assert(!sees(&rides_guest8, other.id, "driver-no-show"));
    shift_earlier(15);
    ck_refused(post_action(driver_no_show_ride, &rides_driver, other.id, NULL), 403, "forbidden");
    ck_assert(sees(&rides_guest8, other.id, "driver-no-show"));
    ck_status(post_action(driver_no_show_ride, &rides_guest8, other.id, NULL), 200);
    ck_sql_text("cancelled driver 0 110000",
                "SELECT concat_ws(' ', status, fault, fee, refund) FROM ride WHERE id = '%s'",
                other.id);
    ck_assert_str_eq(trip_loads(), "{0,0}{0,0}{0,0}");
    ck_ride_traces();
}

FIBER_TEST(cancel_and_driver_no_show_do_not_repeat_each_other)
{
    publish_trip(0.4, "");
    const struct answer left = agreed(&rides_guest, ""), reported = agreed(&rides_guest8, "");
    stand_sql("UPDATE trip SET confirmed_at = now()");
    shift_earlier(24 + 16);
    ck_status(post_action(cancel_ride, &rides_guest, left.id, NULL), 200);
    ck_status(post_action(cancel_ride, &rides_guest, left.id, NULL), 200);
    ck_refused(post_action(driver_no_show_ride, &rides_guest, left.id, NULL), 409,
               "already_cancelled");
    ck_status(post_action(driver_no_show_ride, &rides_guest8, reported.id, NULL), 200);
    ck_status(post_action(driver_no_show_ride, &rides_guest8, reported.id, NULL), 200);
    ck_refused(post_action(cancel_ride, &rides_guest8, reported.id, NULL), 409,
               "already_cancelled");
    ck_sql(1, "SELECT count(*) FROM ride WHERE fault = 'driver'");
    ck_ride_traces();
}

static struct answer settle(const struct api_caller *caller, const char *id, const char *body)
{
    return post_action(settle_ride, caller, id, body);
}

FIBER_TEST(staff_settle_ended_ride)
{
    publish_trip(10, ",'prepayment_percent':20");
    const struct answer made = agreed(&rides_guest, "");
    ck_refused(settle(NULL, made.id, "{'fault':'none','refund':" KZT(0) "}"), 409,
               "already_confirmed");
    stand_sql("UPDATE ride SET agreed_at = now() - interval '1 hour'");
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_sql(55000, "SELECT fee FROM ride WHERE id = '%s'", made.id);
    ck_refused(settle(&rides_guest, made.id, "{'fault':'none','refund':" KZT(0) "}"), 403,
               "forbidden");
    ck_refused(settle(&rides_driver, made.id, "{'fault':'none','refund':" KZT(0) "}"), 403,
               "forbidden");
    ck_refused(settle(NULL, made.id, "{'fault':'none'}"), 422, "required");
    ck_refused(settle(NULL, made.id, "{'fault':'none','refund':" KZT(110100) "}"), 422,
               "more_than_paid");
    /* At most the price is kept. */
    ck_refused(settle(NULL, made.id,
                      "{'fault':'none','paid':" KZT(100000000) ",'refund':" KZT(99449900) "}"),
               422, "out_of_range");
    ck_status(settle(NULL, made.id,
                     "{'fault':'none','paid':" KZT(100000000) ",'refund':" KZT(99450000) "}"),
              200);
    ck_sql(550000, "SELECT fee FROM ride WHERE id = '%s'", made.id);
    stand_sql("UPDATE ride SET paid = 110000 WHERE id = '%s'", made.id);
    ck_status(settle(NULL, made.id, "{'fault':'none','refund':" KZT(110000) ",'reason':'Болела'}"),
              200);
    ck_sql_text("cancelled none 0 110000",
                "SELECT concat_ws(' ', status, fault, fee, refund) FROM ride WHERE id = '%s'",
                made.id);
    ck_status(settle(NULL, made.id, "{'fault':'passenger','refund':" KZT(0) "}"), 200);
    ck_rows(1,
            "ride_history WHERE ride_id = '%s' AND from_status = to_status AND reason = 'Болела'"
            " AND refund = 110000",
            made.id);
    ck_rows(3, "audit WHERE action = 'ride.settle'");
    ck_rows(3, "outbox WHERE type = 'ride.settled' AND resource_id = '%s'", made.id);
    stand_sql("UPDATE ride SET ended_at = now() - interval '31 days'");
    ck_refused(settle(NULL, made.id, "{'fault':'none','refund':" KZT(0) "}"), 409, "too_late");
}

/* Each part of a settlement that differs makes it another one. */
FIBER_TEST(same_settlement_again_has_no_effect)
{
    static const char *const settlements[] = {
        "{'fault':'none','refund':" KZT(110000) "}",
        "{'fault':'driver','refund':" KZT(110000) "}",
        "{'fault':'driver','refund':" KZT(100000) "}",
        "{'fault':'driver','refund':" KZT(100000) ",'reason':'Болела'}",
        "{'fault':'driver','refund':" KZT(100000) ",'reason':'Снег'}",
        "{'fault':'driver','paid':" KZT(120000) ",'refund':" KZT(100000) ",'reason':'Снег'}",
    };

    publish_trip(10, ",'prepayment_percent':20");
    const struct answer made = agreed(&rides_guest, "");
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);

    for (size_t i = 0; i < ARRAY_LEN(settlements); i++)
        for (int times = 0; times < 3; times++) {
            ck_status(settle(NULL, made.id, settlements[i]), 200);
            ck_rows((int)i + 1, "ride_history WHERE ride_id = '%s' AND from_status = to_status",
                    made.id);
            ck_rows((int)i + 1, "audit WHERE action = 'ride.settle'");
            ck_rows((int)i + 1, "outbox WHERE type = 'ride.settled' AND resource_id = '%s'",
                    made.id);
        }
    /* A repetition needs the same right. */
    ck_refused(settle(&rides_driver, made.id, settlements[ARRAY_LEN(settlements) - 1]), 403,
               "forbidden");
}

/* Before the sweeper has ended it. */
FIBER_TEST(staff_settle_overdue_ride)
{
    publish_trip(10, ",'prepayment_percent':20");
    const struct answer held = taken(&rides_guest, ",'seats':4");
    const struct answer waits = taken(&rides_guest8, ",'wait':true");
    const struct answer open = ck_status(order_open_ride(&rides_guest, 60, ""), 201);
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id IN ('%s', '%s')",
              held.id, open.id);
    ck_assert(sees(NULL, held.id, "settle"));
    ck_status(settle(NULL, held.id, "{'fault':'passenger','refund':" KZT(0) "}"), 200);
    ck_sql_text("expired passenger t",
                "SELECT concat_ws(' ', status, fault, ended_at IS NOT NULL) FROM ride"
                " WHERE id = '%s'",
                held.id);
    ck_assert_str_eq(stored_status(waits.id), "held");
    ck_status(settle(NULL, open.id, "{'fault':'none','refund':" KZT(0) "}"), 200);
    ck_assert_str_eq(stored_status(open.id), "expired");
    ck_assert_str_eq(trip_loads(), "{1,1}{0,0}{0,0}");
}

/* The third fault within 30 days, each of another kind. The first two are faults although the
 * passenger may cancel freely: the trip is late, and its driver has not confirmed it. */
FIBER_TEST(three_ride_faults_suspend_driver)
{
    publish_trip(40, "");
    const struct answer old = taken(&rides_guest8, "");
    ck_status(post_action(cancel_ride, &rides_guest8, old.id, NULL), 200);
    ck_status(settle(NULL, old.id, "{'fault':'driver','refund':" KZT(0) "}"), 200);
    publish_trip(20, "");
    const struct answer late = agreed(&rides_guest, "");
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':61}"), 200);
    ck_status(post_action(cancel_ride, &rides_driver, late.id, NULL), 200);
    publish_trip(9, "");
    const struct answer absent = agreed(&rides_guest, "");
    stand_sql("UPDATE ride SET agreed_at = agreed_at - interval '1 day'");
    shift_earlier(540 + 17);
    ck_assert(is_free_to_cancel(&absent));
    ck_sql_text("active", "SELECT status FROM driver");
    ck_status(post_action(driver_no_show_ride, &rides_guest, absent.id, NULL), 200);
    ck_sql_text("suspended", "SELECT status FROM driver");
    ck_rows(1, "audit WHERE action = 'driver.suspend'");
    ck_refused(post_action(suspend_driver, NULL, rides_driver_id(), NULL), 409,
               "already_suspended"); /* staff did not take this action */
    ck_sql_text("scheduled", "SELECT status FROM trip WHERE id = '%s'", last_trip);
}
