// SPDX-License-Identifier: MIT
/* A trip: a car on its way over 2 to 10 stops. The rules (trip.c) are pure: the time is given, in
 * microseconds UTC; money is in tiyn. Its other files:
 *   trip_handlers.c       the routes
 *   trip_json.c           names and bounds on the wire
 *   trip_make.c           a trip is published
 *   trip_record.c         history, event and audit of a change
 *   trip_store.c          SQL by id; trip_search_store.c searches
 * What can be done with one is moves/trip.h; what that does to its rides, rides/trip_act.c. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

#include "fares/cancel.h"
#include "fares/fare.h"
#include "moves/trip.h"

enum {
    TRIP_STOPS_MAX = FARE_STOPS_MAX,
    TRIPS_LIVE_MAX = 20, /* of one driver */
    TRIP_CARGO_DEFAULT = 16,
    TRIP_CARGO_MAX = 64,
    TRIP_CHILD_SEATS_MAX = 4,
    TRIP_KM_PER_HOUR_MAX = 110, /* of great circle */
    TRIP_WINDOW_DAYS = 60
};
#define TRIP_STOP_GAP_US   (INT64_C(5) * 60 * 1000000)
#define TRIP_NOTICE_US     (INT64_C(15) * 60 * 1000000)
#define TRIP_LONGEST_US    (INT64_C(48) * 3600 * 1000000)
#define TRIP_TEST_PAST_US  (INT64_C(48) * 3600 * 1000000) /* for keys of tests */
#define TRIP_TURNAROUND_US (INT64_C(30) * 60 * 1000000)   /* busy so long behind the arrival */

struct trip_stop {
    struct slice place; /* a slug of places/place.h; absent where it was refused */
    int64_t at;         /* departure, of the last stop arrival; 0 where it was refused */
    struct slice point; /* "у Саяхата" */
    struct field_geo location;
};

struct trip_price {
    int64_t amount;
    int currency; /* KZT is the only one */
};

struct trip {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid driver_id;
    struct uuid car_id;
    int status;                /* enum trip_status */
    struct field_list stops;   /* struct trip_stop */
    struct field_list prices;  /* struct trip_price, of a body: a seat's on each segment */
    int64_t seat_price;        /* of a body: a seat's over the whole way */
    struct fare_tariff tariff; /* what it comes to */
    struct slice stops_text;   /* as stored */
    struct slice prices_text;  /* as stored: [tiyn, ...] */
    int64_t departs_at;        /* from the first stop */
    int64_t arrives_at;        /* at the last */
    int64_t busy_until;        /* the driver */
    int64_t seats;
    int64_t cargo_units;
    int64_t child_seats;
    bool instant_book;
    int policy; /* enum cancel_policy */
    struct slice note;
    int64_t confirmed_at;
    int64_t started_at;
    int64_t delay_minutes;
    int64_t free_cancel_at;
    int64_t ended_at; /* finished or cancelled */
    int fault;        /* enum cancel_fault of a cancelled one; -1: it was not cancelled */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    /* Of its driver and car, as strangers see them. */
    struct slice driver_name;
    int64_t rating_sum;
    int64_t rating_count;
    int64_t trips_done;
    struct slice car_make;
    struct slice car_model;
    struct slice car_color;
    /* What is sold on each segment by the clock: JSON as read, and read. */
    struct slice loads_text;
    struct field_ints seat_load;
    struct field_ints cargo_load;
    struct field_ints child_load;
    struct slice warnings;   /* as read: JSON, "[]" of an open road; absent of one not stored yet */
    int64_t confirmed_rides; /* that neither boarded nor ended; 0 where nobody counted */
    int64_t now;             /* the database's, when it was read */
};

/* What the stops must agree on: unknown or repeated places, stops_order, too_fast, too_long. */
void trip_stops_check(const struct trip_stop *stops, size_t count, struct fault_list *problems);

/* What a body's fields must agree on beside: prices (exactly one of the two, one for each segment),
 * contact_in_text, whole tenge. */
void trip_check(const struct trip *trip, struct fault_list *problems);

/* The same of a change, in which absent stops and prices stay as they are: prices of segments that
 * are as many as before, too. */
void trip_edit_check(const struct trip *trip, struct fault_list *problems);

/* When it may begin: too_soon, beyond_window. With a key of tests the past is allowed. */
void trip_judge_start(const struct trip *trip, int64_t now, bool test_key,
                      struct fault_list *problems);
/* What the car has room for: too_many_seats. */
void trip_judge_seats(const struct trip *trip, int64_t car_seats, struct fault_list *problems);

/* Sets what follows from the stops: departs_at, arrives_at, busy_until. */
void trip_set_times(struct trip *trip);
/* The same, and the tariff, which follows from stops and prices. */
void trip_settle(struct trip *trip);

/* A road on its way is shut then. */
bool trip_is_closed(const struct trip *trip);

/* As it was read, its confirmed_rides counted. */
struct trip_moment trip_moment_of(const struct trip *trip);

/* The first word of a name. */
struct slice trip_first_name(struct slice name);
/* Days since 1970-01-01 of an instant in Kazakhstan, whose one zone is UTC+5 (since 2024-03-01). */
int32_t trip_local_day(int64_t at);
