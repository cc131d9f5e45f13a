// SPDX-License-Identifier: MIT
#include "requests.h"

#include "handlers/ride_handlers.h"

char last_trip[40];
char last_ride[40];

const char *time_in(double hours)
{
    return stand_text("SELECT to_char((now() + %f * interval '1 hour') AT TIME ZONE 'UTC',"
                      " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                      hours);
}

double hours_to_noon(void)
{
    return (double)stand_number(
               "SELECT extract(epoch FROM date_trunc('day', now() + interval '2 days 5 hours')"
               " + interval '7 hours' - now()) / 60") /
           60;
}

struct answer order_open_ride(const struct api_caller *caller, double hours, const char *more)
{
    const char *body =
        textf("{'from':'almaty','to':'taldykorgan','depart_from':'%s','depart_to':'%s',"
              "'passenger':{'name':'Айгуль Серикова'}%s}",
              time_in(hours), time_in(hours + 4), more);

    return ask_post(post_ride, .caller = caller, .body = body);
}

void publish_trip(double hours, const char *more)
{
    char body[2048], at[3][32];

    /* One clock reading, so that the stops are whole hours apart. */
    snprintf(at[0], sizeof at[0], "%s", time_in(hours));
    for (int i = 1; i < 3; i++)
        snprintf(at[i], sizeof at[0], "%s",
                 stand_text("SELECT to_char((timestamptz '%s' + interval '%d hours')"
                            " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                            at[0], i == 1 ? 1 : 4));
    snprintf(
        body, sizeof body,
        "{'car_id':'%s','stops':[{'place':'almaty','at':'%s'},{'place':'konaev','at':'%s'},{'place'"
        ":'taldykorgan','at':'%s'}],'seats':4,'seat_prices':[KZT(300000),KZT(250000)],'child_seats'"
        ":2,'child_seat_price':KZT(50000),'luggage_price':KZT(100000),'car_price':KZT(1800000)%s}",
        rides_car_id(), at[0], at[1], at[2], more);
    const struct answer made =
        ck_status(ask_post(post_trip, .caller = &rides_driver, .body = body), 201);
    snprintf(last_trip, sizeof last_trip, "%s", made.id);
}

struct answer order_ride(const struct api_caller *caller, int from, int to, const char *passenger,
                         const char *more)
{
    const char *body = textf("{'trip_id':'%s','from_stop':%d,'to_stop':%d,"
                             "'passenger':{'name':'Айгуль Серикова'%s}%s}",
                             last_trip, from, to, passenger, more);

    return ask_post(post_ride, .caller = caller, .body = body);
}

struct answer order_confirmed_ride(const struct api_caller *guest, int from, int to)
{
    const struct answer made = ck_status(order_ride(guest, from, to, "", ""), 201);

    ck_status(post_action(confirm_ride, guest, made.id, NULL), 200);
    return made;
}

struct api_caller new_passenger(int64_t telegram_id, char text[PASSENGER_TEXT])
{
    struct api_caller guest = rides_guest;

    snprintf(text, PASSENGER_TEXT, "guest:%lld", (long long)telegram_id);
    guest.actor_number = telegram_id;
    guest.actor_text = slice_of(text);
    return guest;
}

const char *stored_status(const char *id)
{
    return stand_text("SELECT status FROM ride WHERE id = '%s'", id);
}

void order_new_ride(double hours)
{
    publish_trip(hours, "");
    const struct answer made =
        ck_status(order_ride(&rides_guest, 1, 2, ",'phone':'+77017654321'", ""), 201);
    snprintf(last_ride, sizeof last_ride, "%s", made.id);
}

void confirm_last_ride(void)
{
    ck_status(post_action(confirm_ride, &rides_driver, last_ride, "{}"), 200);
}

struct answer post_action(http_handler *verb, const struct api_caller *caller, const char *id,
                          const char *body)
{
    return ask_action(verb, .caller = caller, .id = id, .body = body);
}

struct answer view_ride(const struct api_caller *caller, const char *id)
{
    return ask_get(get_ride, .caller = caller, .id = id);
}

bool is_free_to_cancel(const struct answer *ride)
{
    return json_is_true(json_object_get(view_ride(&rides_guest, ride->id).json, "free_cancel"));
}

bool answer_allows(const struct answer *answer, const char *action)
{
    const json_t *allowed = json_object_get(answer->json, "allowed_actions");

    for (size_t i = 0; i < json_array_size(allowed); i++)
        if (strcmp(text_at(json_array_get(allowed, i), "action"), action) == 0)
            return true;
    return false;
}

const char *trip_loads(void)
{
    return stand_text("SELECT concat(seat_load, cargo_load, child_load) FROM trip_load"
                      " WHERE trip_id = '%s'",
                      last_trip);
}

void ck_ride_traces(void)
{
    ck_rows(0, "trip_load l, generate_series(1, l.segments) s"
               " WHERE l.seat_load[s] <> (SELECT coalesce(sum(seat_load), 0) FROM ride r"
               "  WHERE r.trip_id = l.trip_id AND ride_takes(r.status)"
               "   AND r.from_stop < s AND r.to_stop >= s)");
    /* Ids of events have version 7, and their time. */
    ck_rows(0, "outbox WHERE substr(event_id::text, 15, 1) <> '7' OR"
               " abs(('x0000' || replace(left(event_id::text, 13), '-', ''))::bit(64)::bigint"
               "  - extract(epoch FROM occurred_at) * 1000) > 60000");
    ck_rows(0, "ride r WHERE version <>"
               " (SELECT count(*) FROM ride_history WHERE ride_id = r.id) OR version <>"
               " (SELECT count(*) FROM outbox WHERE resource_id = r.id"
               "  AND type <> 'ride.matched') OR version <>"
               " (SELECT count(*) FROM audit WHERE resource_id = r.id)");
}
