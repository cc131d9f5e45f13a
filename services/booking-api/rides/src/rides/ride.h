// SPDX-License-Identifier: MIT
/* A ride: seats, a whole car or a parcel. The rules (ride.c) are pure: the caller supplies the
 * time, in microseconds UTC. Money is in tiyn. Other files:
 *   ride_handlers.c   the routes
 *   ride_json.c       fields of JSON bodies, as visible to each caller
 *   ride_create.c     ordering a ride
 *   ride_waitlist.c   assigning freed seats to waiting rides
 *   ride_act.c        actions: confirm, board, cancel, settle and others
 *   ride_edit.c       editing price and note of an open ride
 *   ride_list_*.c     lists and histories
 *   ride_store.c      SQL
 * The transitions are transitions/ride.h. */
#pragma once

#include <stdint.h>

#include "fares/cancel.h"
#include "fares/fare.h"
#include "transitions/reveal.h"
#include "transitions/ride.h"
#include "trips/trip.h"

enum { RIDE_CODE_LEN = 8, RIDE_TEXT_MAX = 500 };
/* Contacts stay visible this long after completion: reveal_snapshot.linger_us. */
#define RIDE_CONTACT_LINGER_US (INT64_C(24) * 3600 * 1000000)

/* Limits of an open ride's departure window: its length, and how far ahead it may begin. */
#define RIDE_WINDOW_US (INT64_C(24) * 3600 * 1000000)
#define RIDE_AHEAD_US  (TRIP_WINDOW_DAYS * INT64_C(24) * 3600 * 1000000)

struct ride_passenger {
    struct slice name;
    struct slice phone;  /* E.164; may be absent */
    int64_t telegram_id; /* FIELD_ABSENT: unknown */
    int language;        /* enum language */
};

struct ride_recipient {
    struct slice name;
    struct slice phone;
};

/* Preferences of an open ride without a trip. */
struct ride_preferences {
    int64_t depart_from; /* absent: 0 in a draft, FIELD_ABSENT in a ride */
    int64_t depart_to;
    int64_t price; /* for the whole ride; FIELD_ABSENT: drivers propose */
    bool auto_accept;
};

/* An order: stops of a trip, or places and a window. */
struct ride_draft {
    struct uuid trip_id; /* nil: places and a window */
    struct slice from;   /* slugs */
    struct slice to;
    struct ride_preferences preferences;
    struct fare_order order;
    struct ride_passenger passenger;
    struct ride_recipient recipient; /* of a parcel */
    bool for_other;
    bool wait; /* wait if the trip is full */
    struct slice note;
    int64_t hold_minutes;   /* FIELD_ABSENT: the default */
    int64_t hold_seconds;   /* test keys only */
    int64_t expected_total; /* FIELD_ABSENT: any */
};

struct ride {
    struct uuid id;
    struct uuid tenant_id;
    struct slice code;
    int kind;            /* enum fare_kind */
    int status;          /* enum ride_status, as stored until ride_apply_clock() */
    struct uuid trip_id; /* nil: none, and the stops are FIELD_ABSENT */
    int64_t from_stop;
    int64_t to_stop;
    struct slice from_place;
    struct slice to_place;
    struct ride_preferences preferences;
    int64_t seats;
    int64_t child_seats;
    int64_t luggage;
    int parcel_size; /* enum fare_size; -1: no parcel */
    struct ride_recipient recipient;
    struct slice delivery_code; /* of a parcel; absent after the erasure of its contacts */
    int64_t delivery_tries;     /* wrong codes so far */
    int64_t seat_load;
    int64_t cargo_load;
    int64_t child_load;
    struct ride_passenger passenger;
    bool for_other; /* may overlap other rides of the passenger */
    struct slice note;
    struct slice lines; /* JSON */
    int64_t total;
    int64_t deposit;
    int64_t paid;
    int64_t fee; /* FIELD_ABSENT: not ended */
    int64_t refund;
    int fault;  /* enum cancel_fault; -1: not ended */
    int policy; /* enum cancel_policy */
    int64_t agreed_at;
    int64_t ended_at;
    int64_t expires_at;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    /* Of its trip, current values; absent without one. */
    int64_t depart_at;
    int64_t arrive_at;
    int64_t trip_departs_at;
    int64_t trip_arrives_at;
    int trip_status;
    int64_t trip_confirmed_at;
    int64_t trip_free_cancel_at;
    bool road_closed; /* a road of the trip is closed at that time */
    struct uuid driver_id;
    struct slice driver_name;
    struct slice driver_phone;
    int64_t rating_sum;
    int64_t rating_count;
    int64_t trips_done;
    struct slice car_make;
    struct slice car_model;
    struct slice car_color;
    struct slice car_plate;
    int64_t now; /* database time of the read */
};

bool ride_has_trip(const struct ride *ride);

void ride_apply_clock(struct ride *ride);

struct ride_snapshot ride_snapshot_of(const struct ride *ride);
bool ride_is_free(const struct ride *ride);
/* The facts that decide cost and fault of a cancel by the caller now. */
struct cancel_case ride_cancel_case(const struct ride *ride, const struct api_caller *caller);

/* May the caller see the ride? The passenger, the driver of its trip, staff; any driver while it is
 * open without a trip. */
bool ride_visible(const struct ride *ride, const struct api_caller *caller);
/* The contacts visible to the caller now: bits of reveal(). */
unsigned ride_reveal(const struct ride *ride, const struct api_caller *caller);
/* Is the departure past, so that the ride cannot be confirmed? Never for test keys. */
bool ride_confirms_late(const struct ride *ride, const struct api_caller *caller);

/* The seats of an order: 1 by default, 0 for a parcel. */
int64_t ride_seats(const struct fare_order *order);
/* Validates the fields of the draft against each other, without reading a trip. */
void ride_draft_check(const struct ride_draft *draft, struct fault_list *problems);
/* Validates the window of an open ride: too_soon, beyond_window. */
void ride_preferences_check(const struct ride_preferences *preferences, int64_t now,
                            struct fault_list *problems);

/* Sets seats, child seats and the load on each segment of the ride. */
void ride_set_loads(struct ride *ride, const struct trip *trip, const struct fare_order *order);

struct ride_shortage {
    unsigned segments;             /* bit set of segments without enough capacity */
    const struct field_ints *load; /* load of each segment, borrowed from the trip */
    int64_t most;                  /* capacity of each segment */
};

/* Does the trip, whose loads are decoded, have room for the ride? FAULT_CONFLICT "seats_taken",
 * "cargo_full", "child_seats_taken" or "car_not_free", with `shortage` set; "road_closed" with an
 * empty shortage. */
bool ride_has_room(const struct trip *trip, const struct ride *ride, struct ride_shortage *shortage,
                   struct fault *fault) MUST_CHECK;
