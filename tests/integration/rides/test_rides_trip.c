// SPDX-License-Identifier: MIT
/* Trips on a real PostgreSQL: publishing, reading, search, no overlapping trips of a driver. */
#include "api/list.h"

#include "handlers/ride_handlers.h"
#include "rides_fixture.h"

/* An instant in `offset` hours, as in a body. */
static const char *hours(double offset)
{
    return stand_text("SELECT to_char((now() + %f * interval '1 hour') AT TIME ZONE 'UTC',"
                      " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                      offset);
}

/* Publishes Almaty, Konaev an hour later, Taldykorgan four hours later; `more` begins with a comma.
 */
static struct answer publish(const struct api_caller *caller, double from, const char *more)
{
    const char *body = textf(
        "{'car_id':'%s','stops':[{'place':'Алматы','at':'%s','point':'Саяхат'},{'place':'konaev',"
        "'at':'%s'},{'place':'taldykorgan','at':'%s'}],'seats':4%s}",
        rides_car_id(), hours(from), hours(from + 1), hours(from + 4), more);

    return ask_post(post_trip, .caller = caller, .body = body);
}

#define PRICE "'seat_price':KZT(500000)"

TEST_CASE("rides_trip", .setup = rides_begin, .teardown = stand_end);

FIBER_TEST(published_trip_can_be_read)
{
    struct answer made = ck_status(publish(&rides_driver, 24, "," PRICE), 201);
    struct answer read = ck_status(ask_get(get_trip, .id = made.id), 200);

    ck_assert(json_equal(read.json, made.json));
    ck_count(read.json, "stops", 3);
    ck_text(read.json, "stops.0.place", "almaty");
    ck_count(read.json, "segments", 2);
    /* The shares add up, and each segment has the car's seats. */
    json_int_t sum = 0;
    for (size_t i = 0; i < 2; i++) {
        const json_t *segment = json_array_get(json_object_get(read.json, "segments"), i);
        ck_number(segment, "free_seats", 4);
        ck_number(segment, "free_cargo", 16);
        sum += number_at(segment, "price.amount");
    }
    ck_assert_int_eq(sum, 500000);
    struct answer guest = ck_status(ask_get(get_trip, .caller = &rides_guest, .id = made.id), 200);
    ck_assert_ptr_null(json_object_get(guest.json, "driver_id"));
    ck_text(guest.json, "driver.name", "Асхат");
    ck_rows(3, "trip_leg WHERE trip_id = '%s'", made.id);
    ck_sql(500000,
           "SELECT seat_price FROM trip_leg WHERE trip_id = '%s' AND from_stop = 0 AND to_stop = 2",
           made.id);
    ck_rows(1,
            "outbox WHERE resource_id = '%s'"
            " AND type = 'trip.scheduled' AND data::text NOT LIKE '%%Асхат%%'",
            made.id);
    ck_refused(ask_get(get_trip, .caller = &stand_other, .id = made.id), 404, "not_found");
}

FIBER_TEST(invalid_trip_is_refused)
{
    struct api_caller live = rides_driver;

    live.test_key = false;
    rides_driver.test_key = false;
    ck_refused(publish(&live, 0.1, "," PRICE), 422, "too_soon");
    ck_refused(publish(&live, 24.0 * 61, "," PRICE), 422, "beyond_window");
    ck_refused(publish(&live, 24, ""), 422, "one_of_two");
    ck_refused(publish(&live, 24, "," PRICE ",'note':'Звоните 8 701 123 45 67'"), 422,
               "contact_in_text");
    ck_refused(publish(&live, 24, ",'seat_prices':[KZT(100000)]"), 422, "wrong_count");
    const struct answer tiyn = ck_refused(
        publish(&live, 24, ",'seat_prices':[KZT(100000),KZT(100050)]"), 422, "not_whole_tenge");
    ck_text(tiyn.json, "errors.0.field", "seat_prices/1/amount");
    ck_refused(publish(&rides_guest, 24, "," PRICE), 403, "forbidden");
    ck_refused(publish(NULL, 24, "," PRICE), 422, "required");
    const char *more = textf("," PRICE ",'driver_id':'%s'", "018f0000-0000-7000-8000-000000000009");
    ck_refused(publish(NULL, 24, more), 422, "unknown_driver");
    ck_refused(publish(&live, 24, more), 403, "forbidden");
    stand_sql("UPDATE car SET seats = 3");
    ck_refused(publish(&live, 24, "," PRICE), 422, "too_many_seats");
    stand_sql("UPDATE car SET seats = 4");
    stand_sql("UPDATE driver SET papers_until = now()::date");
    ck_refused(publish(&live, 36, "," PRICE), 403, "document_expired");
    stand_sql("UPDATE driver SET status = 'suspended'");
    ck_refused(publish(&live, 24, "," PRICE), 403, "driver_suspended");
    stand_sql("UPDATE driver SET status = 'pending'");
    ck_refused(publish(&live, 24, "," PRICE), 403, "driver_not_active");
    ck_rows(0, "trip");
}

/* Other problems of stops: unit/rides/test_stops.c. */
FIBER_TEST(places_and_times_of_stops_are_validated)
{
    const char *body = textf("{'car_id':'%s','seats':1," PRICE ",'stops':[{'place':'almaty',"
                             "'at':'%s'},{'place':'atlantis','at':'%s'}]}",
                             rides_car_id(), hours(24), hours(26));

    ck_refused(ask_post(post_trip, .caller = &rides_driver, .body = body), 422, "unknown_place");
    body = textf("{'car_id':'%s','seats':1," PRICE ",'stops':[{'place':'almaty','at':'%s'},"
                 "{'place':'astana','at':'%s'}]}",
                 rides_car_id(), hours(24), hours(27));
    ck_refused(ask_post(post_trip, .caller = &rides_driver, .body = body), 422, "too_fast");
}

FIBER_TEST(driver_has_no_overlapping_trips_and_at_most_twenty)
{
    const struct answer first = ck_status(publish(&rides_driver, 24, "," PRICE), 201);
    struct answer second = ck_refused(publish(&rides_driver, 27, "," PRICE), 409, "driver_busy");

    ck_text(second.json, "trip_id", first.id);
    ck_refused(publish(&rides_driver, 28.4, "," PRICE), 409, "driver_busy");
    ck_status(publish(&rides_driver, 28.6, "," PRICE), 201);
    for (int i = 0; i < 18; i++)
        ck_status(publish(&rides_driver, 48 + 6 * i, "," PRICE), 201);
    ck_refused(publish(&rides_driver, 300, "," PRICE), 409, "too_many_trips");
}

static int made;

static void race_one(void *data)
{
    made += publish(&rides_driver, 24, "," PRICE).status == 201;
}

FIBER_TEST(concurrent_overlapping_trips_one_succeeds)
{
    made = 0;
    stand_race(8, race_one);
    ck_assert_int_eq(made, 1);
    ck_rows(1, "trip");
}

static size_t count_items(struct answer answer)
{
    const size_t count = count_at(answer.json, "items");

    ck_status(answer, 200);
    return count;
}

static size_t found(const char *from, const char *to, const char *name, const char *value)
{
    return count_items(ask_get(get_trips, .caller = &rides_guest,
                               .params = textf("from=%s&to=%s&depart_from=%s&depart_to=%s&%s=%s",
                                               from, to, hours(20), hours(40), name, value)));
}

/* Searches the whole car over the whole trip. */
static size_t found_car(const char *name, const char *value, const char *second, const char *count)
{
    const char *more = second != NULL ? textf("&%s=%s", second, count) : "";

    return found("almaty", "taldykorgan", "kind", textf("car&%s=%s%s", name, value, more));
}

#define RIDE                                                                                       \
    "INSERT INTO ride (id, tenant_id, code, kind, status, trip_id, from_stop, to_stop,"            \
    " from_place, to_place, seats, seat_load, cargo_load, child_load, passenger_name, lines,"      \
    " total, deposit, policy, expires_at) SELECT gen_random_uuid(), tenant_id,"                    \
    " md5(random()::text), 'seat', 'held', id, 0, 1, 'almaty', 'konaev', 3, 3, 0, 0, 'А',"        \
    " '[]', 0, 0, 'moderate', now() + interval '%s' FROM trip"

FIBER_TEST(search_finds_stop_pairs_with_free_seats)
{
    ck_status(publish(&rides_driver, 24, "," PRICE), 201);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "seats", "4"), 1);
    ck_assert_uint_eq(found("Алматы", "конаев", "seats", "4"), 1);
    ck_assert_uint_eq(found("konaev", "taldykorgan", "seats", "4"), 1);
    ck_assert_uint_eq(found("taldykorgan", "almaty", "seats", "1"), 0);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "car"), 0);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "parcel"), 0);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "max_price", "500000"), 1);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "max_price", "499900"), 0);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "instant", "false"), 0);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "child_seats", "1"), 0);
    /* Three seats of the first segment are held. */
    stand_sql(RIDE, "10 minutes");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "seats", "1"), 1);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "seats", "2"), 0);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "full", "true"), 1);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "full", "true&seats=4"), 1);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "full", "true&seats=5"), 0);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "full", "true&child_seats=1"), 0);
    ck_assert_uint_eq(found("konaev", "taldykorgan", "seats", "4"), 1);
    /* The hold has expired but is not ended yet. */
    stand_sql("UPDATE ride SET expires_at = now() - interval '1 second'");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "seats", "4"), 1);
    struct answer read = ask_get(get_trip, .id = stand_text("SELECT id FROM trip"));
    ck_number(read.json, "segments.0.free_seats", 4);
    ck_refused(ask_get(get_trips, .caller = &rides_guest), 422, "required");
    struct api_caller owner = rides_guest;
    owner.actor = ACTOR_OWN + 1;
    ck_refused(
        ask_get(get_trips, .caller = &owner, .params = "from=almaty&to=konaev&date=2030-01-01"),
        403, "forbidden");
    ck_refused(ask_get(get_trip, .caller = &owner, .id = stand_text("SELECT id FROM trip")), 404,
               "not_found");
}

FIBER_TEST(search_finds_whole_cars_and_parcels)
{
    ck_status(publish(&rides_driver, 24, "," PRICE), 201);
    stand_sql("UPDATE trip SET car_price = 1500000, parcel_medium = 200000, child_seats = 2");
    stand_sql("UPDATE trip_load SET child_seats = 2");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "car"), 1);
    ck_assert_uint_eq(found("almaty", "konaev", "kind", "car"), 0);
    ck_assert_uint_eq(found_car("seats", "4", "child_seats", "2"), 1);
    ck_assert_uint_eq(found_car("seats", "5", "child_seats", "2"), 0);
    ck_assert_uint_eq(found_car("seats", "4", "child_seats", "3"), 0);
    /* A medium parcel, which has a price, takes 4 units; 12 of 16 are taken. */
    stand_sql("UPDATE trip_load SET cargo_load = '{12,12}'");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "parcel"), 1);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "car"), 0);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "seat"), 1);
    stand_sql("UPDATE trip_load SET cargo_load = '{13,12}'");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "parcel"), 0);
    ck_assert_uint_eq(found("konaev", "taldykorgan", "kind", "parcel"), 1);
    stand_sql("UPDATE trip SET parcel_small = 100000");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "parcel"), 1);
    stand_sql("UPDATE trip SET parcel_small = NULL, parcel_medium = NULL, parcel_large = 300000");
    stand_sql("UPDATE trip_load SET cargo_load = '{8,8}'");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "parcel"), 1);
    stand_sql("UPDATE trip_load SET cargo_load = '{9,8}'");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "parcel"), 0);
}

FIBER_TEST(search_for_a_parcel_of_a_size_has_its_price_and_room)
{
    static const struct {
        const char *params;
        int64_t price; /* 0: not found */
    } cases[] = {
        {"kind=parcel",             100000},
        {"kind=parcel&size=small",  100000},
        {"kind=parcel&size=medium", 200000},
        {"kind=parcel&size=large",  0     },
        {"kind=seat&size=large",    500000},
    };

    ck_status(publish(&rides_driver, 24, "," PRICE), 201);
    stand_sql("UPDATE trip SET parcel_small = 100000, parcel_medium = 200000");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct answer read =
            ask_get(get_trips, .caller = &rides_guest,
                    .params = textf("from=almaty&to=taldykorgan&depart_from=%s&depart_to=%s&%s",
                                    hours(20), hours(40), cases[i].params));
        ck_assert_uint_eq(count_items(read), cases[i].price > 0);
        if (cases[i].price > 0)
            ck_number(read.json, "items.0.price.amount", cases[i].price);
    }
    stand_sql("UPDATE trip_load SET cargo_load = '{13,13}'");
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "parcel&size=small"), 1);
    ck_assert_uint_eq(found("almaty", "taldykorgan", "kind", "parcel&size=medium"), 0);
    ck_refused(ask_get(get_trips, .caller = &rides_guest,
                       .params = "from=almaty&to=konaev&kind=parcel&size=huge"),
               422, "unknown_value");
}

FIBER_TEST(next_search_page_continues_after_the_cursor)
{
    static const char *const sorts[] = {"departure", "price"};

    const char *begin_at = textf("%s", hours(20));
    const char *end_at = textf("%s", hours(40));
    for (int i = 0; i < 3; i++)
        ck_status(
            publish(&rides_driver, 21 + 5 * i, i == 1 ? "," PRICE : ",'seat_price':KZT(700000)"),
            201);
    for (size_t s = 0; s < 2; s++) {
        char cursor[LIST_CURSOR_MAX + 1] = "";
        json_int_t last = 0;
        char at[40] = "", trips[3][40] = {"", "", ""};
        for (int page = 0; page < 3; page++) {
            struct answer answer = ck_status(
                ask_get(get_trips, .params = textf("from=almaty&to=taldykorgan&depart_from=%s"
                                                   "&depart_to=%s&sort=%s&limit=1%s%s",
                                                   begin_at, end_at, sorts[s],
                                                   page > 0 ? "&cursor=" : "", cursor)),
                200);
            json_t *items = json_object_get(answer.json, "items");
            ck_assert_uint_eq(json_array_size(items), 1);
            const json_int_t price = number_at(items, "0.price.amount");
            const char *departs = text_at(items, "0.depart_at");
            ck_assert(s == 0 ? strcmp(departs, at) > 0 : price >= last);
            snprintf(at, sizeof at, "%s", departs);
            snprintf(trips[page], sizeof trips[0], "%s", text_at(items, "0.trip_id"));
            for (int before = 0; before < page; before++)
                ck_assert_str_ne(trips[page], trips[before]);
            last = price;
            const char *next = text_at(answer.json, "next_cursor");
            ck_assert_int_eq(next != NULL, page < 2);
            snprintf(cursor, sizeof cursor, "%s", next != NULL ? next : "");
        }
    }
}
