// SPDX-License-Identifier: MIT
/* Every use case loses its connection at each of its database calls (torture.h). Add a row for each
 * new route. */

#include "handlers/ride_handlers.h"
#include "integration/torture.h"
#include "rides_fixture.h"

/* The state before the use case, besides a driver and a car. */
enum { GIVEN_TRIP = 1, GIVEN_REQUEST, GIVEN_RIDE, GIVEN_OPEN, GIVEN_AUTO, GIVEN_OFFER };

static char trip[40], ride[40], closure[40], other_car[40], second[40], now_at[32], from_at[32],
    to_at[32];

static const char *word(const char *at, int *len)
{
    const struct torture_word words[] = {
        {"$trip", trip},
        {"$now",       now_at},
        {"$from",from_at},
        {"$to", to_at},
        {"$car",       rides_car_id()},
        {0 }
    };
    const char *value = torture_word(words, at, len);

    ck_assert_msg(value != NULL, "no such word: %s", at);
    return value;
}

#define TRIP(more)                                                                                 \
    "{'car_id':'$car','stops':[{'place':'almaty','at':'$from'},"                                   \
    "{'place':'taldykorgan','at':'$to'}],'seats':4,'seat_price':KZT(500000)" more "}"
#define RIDE "{'trip_id':'$trip','from_stop':0,'to_stop':1,'passenger':{'name':'Айгуль'}}"
#define OPEN(more)                                                                                 \
    "{'from':'almaty','to':'taldykorgan','depart_from':'$from','depart_to':'$to',"                 \
    "'passenger':{'name':'Айгуль'}" more "}"
#define AUTO  ",'auto_accept':true,'price':KZT(800000)"
#define OFFER "{'price':KZT(800000),'car_id':'$car','depart_at':'$from'}"
#define CAR                                                                                        \
    "{'make':'Kia','model':'K5','color':'серый','plate':'123ABC02','seats':4,'doors':4,"      \
    "'steering':'left','year':2021}"

#define CLOSURE                                                                                    \
    "{'pairs':[{'from':'almaty','to':'astana'}],'from':'2030-01-01T00:00:00Z','until':"            \
    "'2030-01-02T00:00:00Z','reason':'weather'}"

static const struct torture_service tortured;

static void post(http_handler *handler, const struct api_caller *caller, const char *id,
                 const char *text, char into[40])
{
    char body[TORTURE_BODY];
    const struct answer made =
        ask_post(handler, .caller = caller, .id = id, .body = torture_fill(&tortured, text, body));

    ck_status(made, 201);
    snprintf(into, 40, "%.39s", made.id);
}

/* Whole days ahead, because a time range is compared exactly. */
static const char *hours(int offset)
{
    return stand_text(
        "SELECT to_char((date_trunc('day', now()) + %d * interval '1 hour') AT TIME ZONE 'UTC',"
        " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        offset);
}

static void make(const struct torture_case *row)
{
    snprintf(
        now_at, sizeof now_at, "%s",
        stand_text("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"));
    snprintf(from_at, sizeof from_at, "%s", hours(54));
    snprintf(to_at, sizeof to_at, "%s", hours(58));
    rides_insert_driver();
    post(post_car, &rides_driver, rides_driver_id(), CAR, other_car);
    stand_sql("UPDATE car SET plate = '500AAA07' WHERE id = '%s'", other_car);
    snprintf(second, sizeof second, "%s",
             strstr(row->route, "/v1/routes/") != NULL ? "taldykorgan" : other_car);
    if (strstr(row->route, "/v1/closures/") != NULL)
        post(post_closure, NULL, NULL, CLOSURE, closure);
    if (row->given >= GIVEN_OPEN) {
        post(post_ride, &rides_guest, NULL, row->given == GIVEN_AUTO ? OPEN(AUTO) : OPEN(""), ride);
        if (row->given == GIVEN_OFFER)
            post(post_offer, &rides_driver, ride, OFFER, second);
        return;
    }
    if (row->given >= GIVEN_TRIP)
        post(post_trip, &rides_driver, NULL,
             row->given == GIVEN_REQUEST ? TRIP(",'instant_book':false") : TRIP(""), trip);
    if (row->given >= GIVEN_REQUEST)
        post(post_ride, &rides_guest, NULL, RIDE, ride);
}

static void begin(const char *schema)
{
    char tenant[UUID_TEXT_LEN + 1];

    rides_begin();
    uuid_format(&rides_driver.tenant_id, tenant);
    stand_sql("INSERT INTO tenant VALUES ('%s', 'one')", tenant);
}

static char driver_id[40];

static const struct torture_word subjects[] = {
    {"/v1/closures/:id", closure},
    {"/v1/drivers/:id",                  driver_id},
    {"/v1/rides/:id",ride},
    {"/v1/routes/:from",    "almaty"},
    {"/v1/trips/:id",                  trip},
    {0      }
};

static void begin_all(const char *schema)
{
    begin(schema);
    snprintf(driver_id, sizeof driver_id, "%s", rides_driver_id());
}

static const struct torture_service tortured = {
    .definition = rides_definition,
    .begin = begin_all,
    .end = stand_end,
    .make = make,
    .subjects = subjects,
    .second_id = second,
    .word = word,
};

#define PAPERS "{'documents':[{'kind':'licence','last4':'0001','expires_on':'2040-01-01'}]}"
#define HOLD_OVER                                                                                  \
    "UPDATE ride SET expires_at = now() - interval '1 second', passenger_telegram_id = 9"
/* The departure is near. */
#define SOON                                                                                       \
    "UPDATE trip SET departs_at = date_trunc('day', now()),"                                       \
    " busy = tstzrange(date_trunc('day', now()), upper(busy))"

#define COMPLETED "UPDATE ride SET status = 'completed', expires_at = NULL, ended_at = now()"
#define RATED                                                                                      \
    "INSERT INTO rating (id, tenant_id, ride_id, driver_id, side, stars) SELECT "                  \
    "gen_random_uuid(),"                                                                           \
    " r.tenant_id, r.id, t.driver_id, 'driver', 5 FROM ride r JOIN trip t ON t.id = r.trip_id"
#define CONFIRMED "UPDATE ride SET status = 'confirmed', expires_at = NULL"

/* The trip left its stop hours ago. */
#define LEFT     "UPDATE trip_leg SET departs_at = date_trunc('day', now()) - interval '1 hour'"
#define BOARDED  "UPDATE ride SET status = 'boarded', expires_at = NULL"
#define A_PARCEL "kind = 'parcel', parcel_size = 'small', delivery_code = '042917'"

#define WAIT                                                                                       \
    "{'trip_id':'$trip','from_stop':0,'to_stop':1,'wait':true,'passenger':{'name':'Айгуль'}}"
#define TAKEN "UPDATE ride SET seats = 4, seat_load = 4, passenger_telegram_id = 9"
/* A second passenger, equal to the first except name and status. */
#define WAITS                                                                                      \
    "INSERT INTO ride SELECT (jsonb_populate_record(r, jsonb_build_object("                        \
    "'id', gen_random_uuid(), 'code', 'WAITS', 'status', 'open', 'seat_load', 1, 'version', 1,"    \
    " 'expires_at', now() + interval '1 hour'))).* FROM ride r"

// clang-format off
static const struct torture_case rows[] = {
    CASE("driver", "POST /v1/drivers", .body = "{'name':'Ерлан','phone':'+77011234567'}"),
    CASE("closures", "GET /v1/closures"),
    CASE("closure", "POST /v1/closures", .body = CLOSURE),
    CASE("closure gone", "DELETE /v1/closures/:id"),
    CASE("driver changed", "PATCH /v1/drivers/:id", .body = PAPERS),
    CASE("one driver", "GET /v1/drivers/:id"),
    CASE("drivers", "GET /v1/drivers"),
    CASE("driver activated", "POST /v1/drivers/:id/activate", .then = "UPDATE driver SET status = 'pending'"),
    CASE("driver suspended", "POST /v1/drivers/:id/suspend"),
    CASE("driver blocked", "POST /v1/drivers/:id/block"),
    CASE("driver erased", "DELETE /v1/drivers/:id", .given = GIVEN_OFFER),
    CASE("car", "POST /v1/drivers/:id/cars", .body = CAR),
    CASE("cars", "GET /v1/drivers/:id/cars"),
    CASE("car deleted", "DELETE /v1/drivers/:id/cars/:car_id"),

    CASE("where the car is", "PUT /v1/drivers/:id/location", .given = GIVEN_TRIP, .then = SOON ", status = 'started'", .caller = &rides_driver,
         .body = "{'location':{'lat':43.2567,'lon':76.9286},'at':'$now'}"),

    CASE("places", "GET /v1/places", .params = "q=алм"),
    CASE("road", "GET /v1/routes", .params = "from=almaty&to=taldykorgan"),
    CASE("road set", "PUT /v1/routes/:from/:to", .body = "{'km':270,'minutes':240,'seat_price':{'typical':KZT(500000)},'car_price':KZT(2000000)}"),

    CASE("trip", "POST /v1/trips", .caller = &rides_driver, .body = TRIP("")),
    CASE("trip changed", "PATCH /v1/trips/:id", .given = GIVEN_TRIP, .caller = &rides_driver, .body = "{'seats':3,'note':'С вещами'}"),
    CASE("one trip", "GET /v1/trips/:id", .given = GIVEN_TRIP),
    CASE("trips", "GET /v1/trips", .given = GIVEN_TRIP, .params = "from=almaty&to=taldykorgan"),
    CASE("trip confirmed", "POST /v1/trips/:id/confirm", .given = GIVEN_TRIP, .then = SOON, .caller = &rides_driver),
    CASE("trip delayed", "POST /v1/trips/:id/delay", .given = GIVEN_TRIP, .caller = &rides_driver, .body = "{'minutes':10}"),
    CASE("trip started", "POST /v1/trips/:id/start", .given = GIVEN_TRIP, .then = SOON, .caller = &rides_driver),
    CASE("trip finished", "POST /v1/trips/:id/finish", .given = GIVEN_RIDE, .then = "UPDATE trip SET status = 'started'", .caller = &rides_driver),
    CASE("trip cancelled", "POST /v1/trips/:id/cancel", .given = GIVEN_RIDE, .caller = &rides_driver),
    CASE("passengers", "GET /v1/trips/:id/passengers", .given = GIVEN_RIDE),
    CASE("steps of a trip", "GET /v1/trips/:id/history", .given = GIVEN_TRIP),

    CASE("ride", "POST /v1/rides", .given = GIVEN_TRIP, .caller = &rides_guest, .body = RIDE),
    CASE("ride over a hold that is over", "POST /v1/rides", .given = GIVEN_RIDE, .then = HOLD_OVER, .caller = &rides_guest, .body = RIDE),
    CASE("ride that waits", "POST /v1/rides", .given = GIVEN_RIDE, .then = TAKEN, .caller = &rides_guest, .body = WAIT),
    CASE("open ride", "POST /v1/rides", .given = GIVEN_TRIP, .caller = &rides_guest, .body = OPEN("")),
    CASE("matches", "GET /v1/rides/:id/matches", .given = GIVEN_OPEN),
    CASE("offer", "POST /v1/rides/:id/offers", .given = GIVEN_OPEN, .caller = &rides_driver, .body = OFFER),
    CASE("offer that wins", "POST /v1/rides/:id/offers", .given = GIVEN_AUTO, .caller = &rides_driver, .body = OFFER),
    CASE("offers", "GET /v1/rides/:id/offers", .given = GIVEN_OFFER),
    CASE("offer accepted", "POST /v1/rides/:id/offers/:offer_id/accept", .given = GIVEN_OFFER),
    CASE("offer rejected", "POST /v1/rides/:id/offers/:offer_id/reject", .given = GIVEN_OFFER, .caller = &rides_guest),
    CASE("offer withdrawn", "POST /v1/rides/:id/offers/:offer_id/withdraw", .given = GIVEN_OFFER, .caller = &rides_driver),
    CASE("open ride cancelled", "POST /v1/rides/:id/cancel", .given = GIVEN_OFFER),
    CASE("one ride", "GET /v1/rides/:id", .given = GIVEN_RIDE),
    CASE("rides", "GET /v1/rides", .given = GIVEN_RIDE),
    CASE("rides of a driver", "GET /v1/rides", .given = GIVEN_OPEN, .caller = &rides_driver),
    CASE("open ride changed", "PATCH /v1/rides/:id", .given = GIVEN_OPEN, .caller = &rides_guest, .body = "{'note':'С вещами'}"),
    CASE("steps of a ride", "GET /v1/rides/:id/history", .given = GIVEN_RIDE),
    CASE("what a cancel costs", "GET /v1/rides/:id/cancel-preview", .given = GIVEN_RIDE, .caller = &rides_guest),
    CASE("confirm", "POST /v1/rides/:id/confirm", .given = GIVEN_RIDE, .caller = &rides_guest),
    CASE("cancel", "POST /v1/rides/:id/cancel", .given = GIVEN_RIDE, .caller = &rides_guest),
    CASE("where the car of a ride is", "GET /v1/rides/:id/location", .given = GIVEN_RIDE,
         .then = "INSERT INTO trip_location (trip_id, tenant_id, lat, lon, at) SELECT id, tenant_id, 43, 76, now() FROM trip"),
    CASE("stars", "POST /v1/rides/:id/rating", .given = GIVEN_RIDE, .then = COMPLETED, .caller = &rides_guest, .body = "{'stars':5}"),
    CASE("stars of both", "POST /v1/rides/:id/rating", .given = GIVEN_RIDE, .then = COMPLETED "; " RATED, .caller = &rides_guest, .body = "{'stars':1}"),
    CASE("stars seen", "GET /v1/rides/:id/rating", .given = GIVEN_RIDE, .then = COMPLETED),
    CASE("complaint", "POST /v1/rides/:id/complaints", .given = GIVEN_RIDE, .then = COMPLETED, .caller = &rides_guest,
         .body = "{'about':'driving','text':'Гнал'}"),
    CASE("complaints", "GET /v1/rides/:id/complaints", .given = GIVEN_RIDE, .then = COMPLETED),
    CASE("link to follow", "POST /v1/rides/:id/share", .given = GIVEN_RIDE, .then = CONFIRMED, .caller = &rides_guest),
    CASE("links end", "DELETE /v1/rides/:id/share", .given = GIVEN_RIDE,
         .then = "INSERT INTO ride_share (id, tenant_id, ride_id, token_hash) SELECT gen_random_uuid(), tenant_id, id, sha256('x') FROM ride", .caller = &rides_guest),
    CASE("help", "POST /v1/rides/:id/sos", .given = GIVEN_RIDE, .then = CONFIRMED, .caller = &rides_guest),
    CASE("calls for help", "GET /v1/rides/:id/sos", .given = GIVEN_RIDE),
    CASE("help answered", "POST /v1/rides/:id/sos/answer", .given = GIVEN_RIDE,
         .then = "INSERT INTO sos (id, tenant_id, ride_id, side) SELECT gen_random_uuid(), tenant_id, id, 'guest' FROM ride"),
    CASE("cancel, and somebody waits", "POST /v1/rides/:id/cancel", .given = GIVEN_RIDE, .then = TAKEN ";" WAITS),
    CASE("decline", "POST /v1/rides/:id/decline", .given = GIVEN_REQUEST, .caller = &rides_driver),
    CASE("payment claimed", "POST /v1/rides/:id/claim-payment", .given = GIVEN_RIDE, .then = "UPDATE ride SET deposit = 100", .caller = &rides_guest),
    CASE("on board, and the trip starts", "POST /v1/rides/:id/board", .given = GIVEN_RIDE, .then = CONFIRMED "; " SOON "; " LEFT, .caller = &rides_driver),
    CASE("dropped", "POST /v1/rides/:id/drop", .given = GIVEN_RIDE, .then = BOARDED, .caller = &rides_driver),
    CASE("delivered", "POST /v1/rides/:id/deliver", .given = GIVEN_RIDE, .then = BOARDED ", " A_PARCEL, .caller = &rides_driver, .body = "{'delivery_code':'042917'}"),
    CASE("passenger did not come", "POST /v1/rides/:id/no-show", .given = GIVEN_RIDE, .then = CONFIRMED "; " LEFT, .caller = &rides_driver),
    CASE("driver did not come", "POST /v1/rides/:id/driver-no-show", .given = GIVEN_RIDE, .then = CONFIRMED "; " LEFT, .caller = &rides_guest),
    CASE("settled", "POST /v1/rides/:id/settle", .given = GIVEN_RIDE, .then = COMPLETED, .body = "{'fault':'driver','refund':KZT(0)}"),
};
// clang-format on

int main(void)
{
    return torture_main(&tortured, "test_rides_torture", rows, ARRAY_LEN(rows));
}
