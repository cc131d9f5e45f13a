// SPDX-License-Identifier: MIT
/* A trip: a car that drives over 2 to 10 stops. The rules (trip.c) are pure: the caller supplies
 * the time, in microseconds UTC. Money is in tiyn. Other files:
 *   trip_handlers.c       the routes
 *   trip_json.c           fields of JSON bodies
 *   trip_transitions.c    the state machine; its effect on rides is rides/trip_act.c
 *   trip_create.c         publishing and recording a trip
 *   trip_store.c          SQL by id, and lists; trip_search_store.c searches */
#pragma once

#include <stdint.h>

#include "api/transition.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

#include "drivers/car.h"
#include "drivers/driver.h"
#include "fares/cancel.h"
#include "fares/fare.h"
#include "ride_callers.h"

enum {
    TRIP_STOPS_MAX = FARE_STOPS_MAX,
    TRIPS_LIVE_MAX = 20, /* scheduled and started trips of one driver */
    TRIP_CARGO_DEFAULT = 16,
    TRIP_CARGO_MAX = 64,
    TRIP_CHILD_SEATS_MAX = 4,
    TRIP_KM_PER_HOUR_MAX = 110, /* over the great circle from stop to stop */
    TRIP_WINDOW_DAYS = 60       /* a trip departs at most this many days ahead */
};
#define TRIP_STOP_GAP_US  (INT64_C(5) * 60 * 1000000)    /* minimum from stop to stop */
#define TRIP_NOTICE_US    (INT64_C(15) * 60 * 1000000)   /* minimum from creation to departure */
#define TRIP_LONGEST_US   (INT64_C(48) * 3600 * 1000000) /* maximum from departure to arrival */
#define TRIP_TEST_PAST_US (INT64_C(48) * 3600 * 1000000) /* with a test key: oldest departure */
#define TRIP_TURNAROUND_US                                                                         \
    (INT64_C(30) * 60 * 1000000) /* the driver stays busy this long after the arrival */

/* A scheduled or started trip occupies the driver. */
enum trip_status { TRIP_SCHEDULED, TRIP_STARTED, TRIP_FINISHED, TRIP_CANCELLED, TRIP_STATUS_COUNT };
extern const char *const trip_status_names[]; /* NULL-terminated */

struct trip_stop {
    struct slice place; /* slug of places/place.h; absent if invalid */
    int64_t at;         /* departure; at the last stop, arrival; 0 if invalid */
    struct slice point; /* where the car stops, in the driver's words: "у Саяхата" */
    struct field_geo location;
};

struct trip_price {
    int64_t amount;
    int currency; /* only KZT */
};

struct trip {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid driver_id;
    struct uuid car_id;
    int status;                /* enum trip_status */
    struct field_list stops;   /* struct trip_stop */
    struct field_list prices;  /* struct trip_price, of a body: a seat on each segment */
    int64_t seat_price;        /* of a body, instead of `prices`: a seat over the whole trip */
    struct fare_tariff tariff; /* computed from stops, prices and seat_price */
    struct slice stops_text;   /* the stops as stored: JSON */
    struct slice prices_text;  /* the seat prices as stored: [tiyn, ...] */
    int64_t departs_at;        /* from the first stop */
    int64_t arrives_at;        /* at the last stop */
    int64_t busy_until;        /* end of the driver's occupation */
    int64_t seats;
    int64_t cargo_units;
    int64_t child_seats;
    bool instant_book;
    int policy; /* enum cancel_policy */
    struct slice note;
    int64_t confirmed_at;
    int64_t started_at;
    int64_t delay_minutes;
    int64_t delayed_from; /* the first stop that this step delays; FIELD_ABSENT: no delay */
    int64_t delayed_by;   /* minutes by which this step delays; FIELD_ABSENT: no delay */
    int64_t free_cancel_at;
    int64_t ended_at; /* when the trip was finished or cancelled */
    int fault;        /* enum cancel_fault; -1: not cancelled */
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    struct driver_view driver;
    bool driver_blocked; /* the trip is hidden from passengers and takes no new rides */
    struct car_view car;
    /* The load of each segment without expired holds: as JSON in loads_text, decoded below. */
    struct slice loads_text;
    struct field_ints seat_load;
    struct field_ints cargo_load;
    struct field_ints child_load;
    struct slice warnings;   /* JSON, "[]" if no road is closed; absent before the trip is stored */
    int64_t confirmed_rides; /* rides in status `confirmed`; 0 if not counted */
    int64_t now;             /* database time of the read */
};

/* Validates the stops: "too_short", "repeated_place", "stops_order", "too_fast", "too_long". */
void trip_stops_check(const struct trip_stop *stops, size_t count, struct fault_list *problems);

/* Validates the body of a new trip: the stops; either `prices`, one for each segment, or
 * `seat_price`; prices in whole tenge; no contacts in texts. */
void trip_draft_check(const void *trip, struct fault_list *problems);

/* Validates the body of an edit like trip_draft_check(), but absent stops and prices keep their
 * values. If the number of segments changes, prices are required. */
void trip_edit_check(const void *trip, struct fault_list *problems);

/* Validates the departure: "too_soon", "beyond_window". With a test key the departure may be up to
 * TRIP_TEST_PAST_US ago. */
void trip_departure_check(const struct trip *trip, int64_t now, bool test_key,
                          struct fault_list *problems);
/* Validates the seats against those of the car: "too_many_seats". */
void trip_seats_check(const struct trip *trip, int64_t car_seats, struct fault_list *problems);

/* Sets departs_at, arrives_at and busy_until from the stops. */
void trip_set_times(struct trip *trip);
/* Sets what trip_set_times() sets, and the tariff from stops and prices. */
void trip_set_times_and_tariff(struct trip *trip);

/* Whether a road of the trip is closed. */
bool trip_has_closed_road(const struct trip *trip);

struct slice trip_first_name(struct slice full_name);
#define TRIP_DAY_US  (INT64_C(24) * 3600 * 1000000)
#define TRIP_ZONE_US (INT64_C(5) * 3600 * 1000000)
/* Days since 1970-01-01 of an instant in Kazakhstan, whose only time zone is UTC+5 (since
 * 2024-03-01). */
int32_t trip_local_day(int64_t at);

/* --- transitions (trip_transitions.c); T is the current departure from the first stop --- */

enum trip_action {
    TRIP_CONFIRM, /* the driver confirms the departure */
    TRIP_DELAY,
    TRIP_START,  /* the first boarding of a ride also starts the trip */
    TRIP_FINISH, /* completes the boarded rides */
    TRIP_CANCEL,
    TRIP_EDIT, /* PATCH /v1/trips/{id} */
    TRIP_ACTION_COUNT
};

#define TRIP_CONFIRM_FROM_US (INT64_C(6) * 3600 * 1000000)
#define TRIP_START_FROM_US   (INT64_C(30) * 60 * 1000000)
#define TRIP_FINISH_AFTER_US (INT64_C(3) * 3600 * 1000000)
#define TRIP_CANCEL_AFTER_US (INT64_C(60) * 60 * 1000000)

/* Conditions of the rows of trip_machine. A condition "from" an instant also holds at it. */
enum {
    TRIP_CONFIRM_TIME = 1 << 0, /* from T - 6 h */
    TRIP_UNCONFIRMED = 1 << 1,  /* the driver has not confirmed */
    TRIP_START_TIME = 1 << 2,   /* from T - 30 min */
    TRIP_SETTLED = 1 << 3,      /* no confirmed ride is left */
    TRIP_ARRIVED = 1 << 4,      /* from 3 h after the arrival at the last stop */
    TRIP_NOT_GONE = 1 << 5,     /* from T + 60 min; for scheduled trips: the trip did not start */
    TRIP_DELAY_LEFT = 1 << 6    /* the shortest delay is still possible */
};

/* Refusals: 409 "too_early", "already_confirmed", "unsettled_rides", "too_many_delays". */
extern const struct transition_machine trip_machine;
/* The state at trip->now. trip->confirmed_rides must be set. */
struct transition_state trip_state(const struct trip *trip);

/* --- delays --- */

/* The maximum is that of all delays of a trip together: without it a driver could always delay
 * again before passengers may report the absence. */
enum { TRIP_DELAY_MIN_MINUTES = 5, TRIP_DELAY_MAX_MINUTES = 720 };

/* The index of the first stop that a delay moves. Scheduled trip: the first stop. Started trip:
 * `waiting_stop`, the first stop at which passengers still wait (FIELD_ABSENT: none), or an earlier
 * stop whose planned time is after trip->now; if there is neither, the last stop. */
size_t trip_first_delayed_stop(const struct trip *trip, int64_t waiting_stop);
