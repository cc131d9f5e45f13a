// SPDX-License-Identifier: MIT
/* Rides on a real PostgreSQL: recorded payments, events, passenger limits, allowed combinations of
 * an order. */
#include "handlers/ride_handlers.h"
#include "requests.h"

#define PAID(amount) "{'paid':{'amount':" #amount ",'currency':'KZT'}}"
#define CARRIES      ",'parcel_prices':{'small':KZT(100000)}"

#define STEP(from, to, actor)                                                                      \
    "{\"from\":" from ",\"to\":\"" to "\",\"actor\":\"" actor "\",\"has_reason\":false}"

/* The last event of the ride equals what GET returns, beside its step. */
static void check_event(const char *id, const char *type, const char *step)
{
    struct answer read = view_ride(NULL, id);
    json_t *event = parsed(stand_text("SELECT data FROM outbox WHERE resource_id = '%s'"
                                      " AND type = '%s'",
                                      id, type));
    const char *name;
    json_t *told;

    ck_assert_msg(json_equal(json_object_get(event, "step"), parsed(step)), "%s", type);
    (void)json_object_del(event, "step");
    ck_assert_uint_eq(json_object_size(event), 20);
    json_object_foreach(event, name, told)
        ck_assert_msg(json_equal(told, json_object_get(read.json, name)), "%s: %s", type, name);
}

TEST_CASE("rides_rules", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(events_equal_the_ride_as_read)
{
    publish_trip(30, ",'prepayment_percent':20");
    const struct answer first = order_ride(&rides_guest, 0, 1, "", ",'child_seats':1");
    const struct answer second = order_ride(&rides_guest8, 1, 2, "", ",'luggage':1");
    check_event(first.id, "ride.held", STEP("null", "held", "guest"));
    check_event(second.id, "ride.held", STEP("null", "held", "guest"));
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second' WHERE id = '%s'", first.id);
    ck_status(order_ride(&rides_guest, 0, 2, "", ""), 201);
    check_event(first.id, "ride.expired", STEP("\"held\"", "expired", "system"));
    ck_status(post_action(confirm_ride, &rides_driver, second.id, NULL), 200);
    check_event(second.id, "ride.confirmed", STEP("\"held\"", "confirmed", "driver"));
    ck_status(post_action(cancel_ride, &rides_guest8, second.id, NULL), 200);
    check_event(second.id, "ride.cancelled", STEP("\"confirmed\"", "cancelled", "guest"));
}

/* 3,000 tenge, a deposit of 600. */
FIBER_TEST(confirm_records_payment)
{
    publish_trip(30, ",'instant_book':false,'prepayment_percent':20");
    const struct answer covered = order_ride(&rides_guest, 0, 1, "", "");
    ck_refused(post_action(confirm_ride, &rides_guest, covered.id, PAID(60000)), 409,
               "already_requested");
    ck_status(post_action(confirm_ride, &rides_driver, covered.id, PAID(70000)), 200);
    ck_assert_str_eq(stored_status(covered.id), "confirmed");
    ck_sql(70000, "SELECT paid FROM ride WHERE id = '%s'", covered.id);
    ck_status(post_action(confirm_ride, &rides_driver, covered.id, NULL), 200); /* repeated */
    ck_refused(post_action(confirm_ride, &rides_driver, covered.id, PAID(300000)), 409,
               "already_confirmed");
    ck_sql(70000, "SELECT paid FROM ride WHERE id = '%s'", covered.id);
    const struct answer part = order_ride(&rides_guest8, 0, 1, "", "");
    ck_status(post_action(confirm_ride, &rides_driver, part.id, PAID(20000)), 200);
    ck_assert_str_eq(stored_status(part.id), "held");
    ck_sql(20000, "SELECT paid FROM ride WHERE id = '%s'", part.id);
    ck_refused(post_action(confirm_ride, &rides_guest8, part.id, NULL), 409, "payment_due");
    /* The same driver again: a double tap records no money, a confirm with an amount does. */
    ck_status(post_action(confirm_ride, &rides_driver, part.id, NULL), 200);
    ck_assert_str_eq(stored_status(part.id), "held");
    ck_sql(20000, "SELECT paid FROM ride WHERE id = '%s'", part.id);
    ck_status(post_action(confirm_ride, &rides_driver, part.id, PAID(60000)), 200);
    ck_assert_str_eq(stored_status(part.id), "confirmed");
    ck_sql(60000, "SELECT paid FROM ride WHERE id = '%s'", part.id);
    ck_ride_traces();
}

FIBER_TEST(driver_names_only_a_missing_phone)
{
    publish_trip(30, ",'instant_book':false");
    const struct answer known =
        ck_status(order_ride(&rides_guest, 0, 1, ",'phone':'+77017654321'", ""), 201);
    ck_refused(post_action(confirm_ride, &rides_driver, known.id, "{'phone':'+77017654399'}"), 403,
               "forbidden");
    ck_sql_text("+77017654321", "SELECT passenger_phone FROM ride WHERE id = '%s'", known.id);
    ck_assert_str_eq(stored_status(known.id), "requested");
    ck_status(post_action(confirm_ride, NULL, known.id, "{'phone':'+77017654399'}"), 200);
    const struct answer unknown = ck_status(order_ride(&rides_guest8, 0, 1, "", ""), 201);
    ck_status(post_action(confirm_ride, &rides_driver, unknown.id, "{'phone':'+77017654322'}"),
              200);
    ck_sql_text("+77017654399 +77017654322",
                "SELECT string_agg(passenger_phone, ' ' ORDER BY id) FROM ride");
    ck_ride_traces();
}

/* The deposit is not covered in time. */
FIBER_TEST(payment_of_expired_ride_is_refunded)
{
    publish_trip(30, ",'instant_book':false,'prepayment_percent':20");
    const struct answer part = order_ride(&rides_guest, 0, 1, "", "");
    ck_status(post_action(confirm_ride, &rides_driver, part.id, PAID(20000)), 200);
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second'");
    const struct answer overdue = view_ride(&rides_guest, part.id);
    ck_text(overdue.json, "status", "expired");
    ck_number(overdue.json, "refund.amount", 20000);
    ck_status(order_ride(&rides_guest8, 0, 1, "", ""), 201);
    ck_sql_text("expired 0 20000",
                "SELECT concat_ws(' ', status, fee, refund) FROM ride WHERE id = '%s'", part.id);
    check_event(part.id, "ride.expired", STEP("\"held\"", "expired", "system"));
}

/* A request valid past the departure; only a test key can still confirm it. */
FIBER_TEST(confirm_after_departure_is_refused)
{
    publish_trip(1, ",'instant_book':false,'prepayment_percent':20");
    const struct answer asked = order_ride(&rides_guest, 0, 2, "", "");
    stand_sql("UPDATE trip_leg SET departs_at = now() - interval '1 minute'");
    struct api_caller live = rides_driver, tester = rides_driver;
    live.test_key = false;
    tester.test_key = true;
    struct answer seen = view_ride(&live, asked.id);
    ck_assert(!answer_allows(&seen, "confirm") && answer_allows(&seen, "decline"));
    ck_refused(post_action(confirm_ride, &live, asked.id, NULL), 410, "hold_expired");
    ck_assert_str_eq(stored_status(asked.id), "requested");
    seen = view_ride(&tester, asked.id);
    ck_assert(answer_allows(&seen, "confirm"));
    ck_status(post_action(confirm_ride, &tester, asked.id, NULL), 200);
}

/* Passenger 8 gives the phone of passenger 7 as the own; so does a driver. */
FIBER_TEST(foreign_phone_does_not_count_against_its_owner)
{
    static const char phone[] = ",'phone':'+77017654321'";

    publish_trip(30, "");
    for (int i = 0; i < 3; i++)
        ck_status(order_ride(&rides_guest8, 0, 1, phone, ",'for_other':true"), 201);
    ck_refused(order_ride(&rides_guest8, 0, 1, phone, ",'for_other':true"), 409, "too_many_rides");
    ck_status(order_ride(&rides_guest, 0, 1, phone, ""), 201);
    stand_sql("UPDATE ride SET status = 'no_show', fault = 'passenger', ended_at = now()"
              " WHERE passenger_telegram_id = 8");
    ck_status(order_ride(&rides_guest, 1, 2, phone, ""), 201);
    ck_refused(order_ride(&rides_guest8, 1, 2, phone, ""), 403, "restricted");
    /* A passenger added by a driver may have overlapping rides: the driver must not learn of them.
     */
    ck_status(order_ride(&rides_driver, 1, 2, phone, ""), 201);
    ck_status(order_ride(&rides_driver, 1, 2, phone, ""), 201);
    ck_status(order_ride(&rides_guest, 0, 2, phone, ",'for_other':true"), 201);
    /* Without an account the phone identifies the passenger. */
    ck_refused(order_ride(NULL, 1, 2, phone, ""), 409, "duplicate_ride");
}

/* The account may order an eleventh ride only if the ride needs a prepayment. */
FIBER_TEST(confirmed_rides_without_payment_are_limited)
{
    struct answer made = {0}, waits = {0};

    publish_trip(30, "");
    waits = ck_status(order_ride(&rides_guest, 0, 1, "", ""), 201);
    for (int i = 0; i < RIDE_UNPAID_MAX; i++) {
        if (i % 4 == 2) /* a trip has four seats */
            publish_trip(50 + 6 * i, "");
        made = ck_status(order_ride(&rides_guest, i % 2, 2, "", ",'for_other':true"), 201);
        ck_status(post_action(confirm_ride, &rides_guest, made.id, NULL), 200);
    }
    ck_refused(order_ride(&rides_guest, 0, 1, "", ",'for_other':true"), 409, "too_many_unpaid");
    ck_refused(order_open_ride(&rides_guest, 80, ""), 409, "too_many_unpaid");
    ck_refused(post_action(confirm_ride, &rides_guest, waits.id, NULL), 409, "too_many_unpaid");
    ck_status(order_ride(&rides_guest8, 0, 1, "", ""), 201);
    publish_trip(110, ",'prepayment_percent':20");
    ck_status(order_ride(&rides_guest, 0, 1, "", ""), 201);
    /* Staff and drivers are not limited. */
    ck_status(order_ride(NULL, 1, 2, ",'telegram_id':7", ""), 201);
    ck_status(post_action(confirm_ride, &rides_driver, waits.id, NULL), 200);
    ck_status(post_action(cancel_ride, &rides_guest, waits.id, NULL), 200);
    /* A paid ride does not count. */
    publish_trip(140, "");
    stand_sql("UPDATE ride SET paid = 100000 WHERE id = '%s'", made.id);
    made = ck_status(order_ride(&rides_guest, 0, 1, "", ""), 201);
    ck_status(post_action(confirm_ride, &rides_guest, made.id, NULL), 200);
}

FIBER_TEST(driver_is_no_passenger_of_the_own_trip)
{
    publish_trip(30, "");
    stand_sql("UPDATE driver SET telegram_id = 7");
    ck_refused(order_ride(&rides_guest, 0, 1, "", ""), 409, "own_trip");
    ck_refused(order_ride(&rides_guest, 0, 2, "", ",'for_other':true,'wait':true"), 409,
               "own_trip");
    ck_refused(order_ride(NULL, 0, 1, ",'telegram_id':7", ""), 409, "own_trip");
    ck_rows(0, "ride");
    ck_status(order_ride(&rides_guest8, 0, 1, "", ""), 201);
    ck_status(order_ride(&rides_driver, 0, 1, ",'phone':'+77017654321'", ""), 201);
}

/* The other side reads it in the history. */
FIBER_TEST(reason_of_an_action_contains_no_contact)
{
    static const char reason[] = "{'reason':'Пишите мне, 8 701 765-43-21'}";

    publish_trip(30, ",'instant_book':false");
    const struct answer made = ck_status(order_ride(&rides_guest, 0, 1, "", ""), 201);
    ck_refused(post_action(decline_ride, &rides_driver, made.id, reason), 422, "contact_in_text");
    ck_refused(post_action(cancel_ride, &rides_guest, made.id, "{'reason':'t.me/aigul'}"), 422,
               "contact_in_text");
    ck_status(post_action(cancel_ride, &rides_guest, made.id, NULL), 200);
    ck_refused(post_action(settle_ride, NULL, made.id,
                           "{'fault':'none','refund':KZT(0),'reason':'Звонила с +77017654321'}"),
               422, "contact_in_text");
    ck_rows(0, "ride_history WHERE reason IS NOT NULL");
}

FIBER_TEST(order_fields_match_the_kind)
{
    static const char *const beside[] = {"seats", "child_seats", "luggage"};

    publish_trip(30, CARRIES);
    for (size_t i = 0; i < ARRAY_LEN(beside); i++)
        ck_refused(order_ride(&rides_guest, 0, 1, "", textf(PARCEL ",'%s':1", beside[i])), 422,
                   "not_with_parcel");
    ck_status(order_ride(&rides_guest, 0, 1, "", PARCEL ",'luggage':0"), 201);
    ck_assert_str_eq(trip_loads(), "{0,0}{1,0}{0,0}");
    ck_refused(order_ride(&rides_guest, 0, 2, "", ",'kind':'car','seats':5"), 422,
               "too_many_seats");
    ck_refused(order_ride(&rides_guest, 0, 1, "", ",'note':'Наберите 8 701 765-43-21'"), 422,
               "contact_in_text");
    const struct answer named =
        ck_refused(order_ride(&rides_guest, 0, 1, "",
                              ",'kind':'parcel','parcel':{'size':'small',"
                              "'recipient':{'name':'wa.me/77017654321','phone':'+77017654329'}}"),
                   422, "contact_in_text");
    ck_text(named.json, "errors.0.field", "parcel/recipient/name");
    const struct answer held = ck_refused(
        order_ride(&rides_guest, 0, 1, "", ",'hold_minutes':1,'hold_seconds':1"), 422, "invalid");
    ck_text(held.json, "errors.0.field", "hold_minutes");
    ck_text(held.json, "errors.1.field", "hold_seconds");
}

/* Checks the short segments and their free capacity. */
static void check_short(const struct answer *refused, const char *code, int from_stop, int free)
{
    ck_refused(*refused, 409, code);
    ck_count(refused->json, "segments", 1);
    ck_number(refused->json, "segments.0.from_stop", from_stop);
    ck_number(refused->json, "segments.0.free", free);
}

FIBER_TEST(refusal_lists_short_segments)
{
    publish_trip(30, CARRIES ",'cargo_units':12");
    ck_status(order_ride(&rides_guest, 0, 1, "", ",'luggage':1,'child_seats':1"), 201);
    struct answer cargo = order_ride(&rides_guest8, 0, 2, "", ",'luggage':1");
    check_short(&cargo, "cargo_full", 0, 4);
    struct answer children = order_ride(&rides_guest8, 0, 2, "", ",'seats':2,'child_seats':2");
    check_short(&children, "child_seats_taken", 0, 1);
    struct answer seats = order_ride(&rides_guest8, 0, 2, "", ",'seats':4");
    check_short(&seats, "seats_taken", 0, 3);
}

/* A delay of later stops keeps the departure as agreed, and so does a delay before the agreement.
 */
FIBER_TEST(driver_is_judged_by_the_agreed_departure)
{
    publish_trip(25, "");
    const struct answer ride = order_confirmed_ride(&rides_guest, 1, 2),
                        other = order_confirmed_ride(&rides_guest8, 0, 1);
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':300,'from_stop':2}"),
              200);
    ck_status(post_action(cancel_ride, &rides_driver, ride.id, NULL), 200);
    ck_sql_text("none", "SELECT fault FROM ride WHERE id = '%s'", ride.id);
    ck_status(post_action(cancel_trip, &rides_driver, last_trip, NULL), 200);
    ck_sql_text("none", "SELECT fault FROM ride WHERE id = '%s'", other.id);

    publish_trip(20, "");
    ck_status(post_action(delay_trip, &rides_driver, last_trip, "{'minutes':300}"), 200);
    const struct answer later = order_confirmed_ride(&rides_guest, 0, 1);
    ck_status(post_action(cancel_ride, &rides_driver, later.id, NULL), 200);
    ck_sql_text("none", "SELECT fault FROM ride WHERE id = '%s'", later.id);
}
