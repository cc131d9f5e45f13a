// SPDX-License-Identifier: MIT
/* A ride on a trip: seats, the whole car or a parcel. The rules (ride.c) are pure: the time is
 * given, in microseconds UTC; money is in tiyn. Its other files:
 *   ride_handlers.c   the routes
 *   ride_json.c       names and bounds on the wire, and what each caller is shown
 *   ride_take.c       a ride is made
 *   ride_wait.c       what becomes free is held for who waits
 *   ride_act.c        what is done with it: confirm, board, cancel, settle and their like
 *   ride_edit.c       price and note of an open one
 *   ride_list_*.c     lists and histories
 *   ride_store.c      SQL
 * What can be done with one is moves/ride.h. */
#pragma once

#include <stdint.h>

#include "fares/cancel.h"
#include "fares/fare.h"
#include "moves/reveal.h"
#include "moves/ride.h"
#include "trips/trip.h"

enum { RIDE_CODE_LEN = 8, RIDE_TEXT_MAX = 500 };
/* Phones and the plate are shown so long after the ride was completed: reveal_moment.linger_us. */
#define RIDE_CONTACT_LINGER_US (INT64_C(24) * 3600 * 1000000)

/* An open ride looks for a departure within so long, at most so far ahead. */
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

/* What an open ride without a trip wishes. */
struct ride_wish {
    int64_t depart_from; /* 0 in a draft, FIELD_ABSENT in a ride: none */
    int64_t depart_to;
    int64_t price; /* of all of it; FIELD_ABSENT: the drivers say */
    bool auto_accept;
};

/* What somebody asks for: a trip's stops, or places and a window. */
struct ride_draft {
    struct uuid trip_id; /* nil: */
    struct slice from;   /* slugs */
    struct slice to;
    struct ride_wish wish;
    struct fare_order order;
    struct ride_passenger passenger;
    struct ride_recipient recipient; /* of a parcel */
    bool for_other;
    bool wait; /* where there is no room */
    struct slice note;
    int64_t hold_minutes;   /* FIELD_ABSENT: the default */
    int64_t hold_seconds;   /* keys of tests only */
    int64_t expected_total; /* FIELD_ABSENT: whatever it costs */
};

struct ride {
    struct uuid id;
    struct uuid tenant_id;
    struct slice code;
    int kind;            /* enum fare_kind */
    int status;          /* enum ride_status, as stored until ride_settle() */
    struct uuid trip_id; /* nil: none yet; then the stops are FIELD_ABSENT */
    int64_t from_stop;
    int64_t to_stop;
    struct slice from_place;
    struct slice to_place;
    struct ride_wish wish;
    int64_t seats;
    int64_t child_seats;
    int64_t luggage;
    int parcel_size; /* enum fare_size; -1: no parcel */
    struct ride_recipient recipient;
    struct slice delivery_code; /* of a parcel; absent once its people are blanked */
    int64_t delivery_tries;     /* wrong ones that were told */
    int64_t seat_load;
    int64_t cargo_load;
    int64_t child_load;
    struct ride_passenger passenger;
    bool for_other; /* it may overlap with others of the passenger */
    struct slice note;
    struct slice lines; /* JSON */
    int64_t total;
    int64_t deposit;
    int64_t paid;
    int64_t fee; /* FIELD_ABSENT before it ended */
    int64_t refund;
    int fault;  /* enum cancel_fault; -1 before it ended */
    int policy; /* enum cancel_policy */
    int64_t agreed_at;
    int64_t ended_at;
    int64_t expires_at;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    /* Of its trip, as it stands now; absent without one. */
    int64_t depart_at;
    int64_t arrive_at;
    int64_t trip_departs_at;
    int64_t trip_arrives_at;
    int trip_status;
    int64_t trip_confirmed_at;
    int64_t trip_free_cancel_at;
    bool road_closed; /* on its way, then */
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
    int64_t now; /* the database's, when it was read */
};

bool ride_has_trip(const struct ride *ride);

/* Makes the status what it is by the clock. */
void ride_settle(struct ride *ride);

struct ride_moment ride_moment_of(const struct ride *ride);
bool ride_is_free(const struct ride *ride);
/* What a cancel by him costs now, and whose fault it would be. */
struct cancel_case ride_cancel_case(const struct ride *ride, const struct api_caller *caller);

/* May he see it? The passenger, its trip's driver, staff; every driver while it is open and looks
 * for one. */
bool ride_visible(const struct ride *ride, const struct api_caller *caller);
/* What of its contacts this caller is shown now: bits of reveal(). */
unsigned ride_reveal(const struct ride *ride, const struct api_caller *caller);
/* Nobody confirms a ride whose departure is over, but for keys of tests. */
bool ride_confirms_late(const struct ride *ride, const struct api_caller *caller);

/* The seats of an order: 1 where it does not say, 0 for a parcel. */
int64_t ride_seats(const struct fare_order *order);
/* What the draft's own fields must agree on, before any trip is read. */
void ride_draft_check(const struct ride_draft *draft, struct fault_list *problems);
/* When an open ride may begin: too_soon, beyond_window. */
void ride_wish_judge(const struct ride_wish *wish, int64_t now, struct fault_list *problems);

/* Sets seats, child seats and what the ride takes of each of its segments. */
void ride_set_loads(struct ride *ride, const struct trip *trip, const struct fare_order *order);

/* What a trip has too little of. */
struct ride_short {
    unsigned segments;             /* bit set */
    const struct field_ints *load; /* of each segment, borrowed from the trip */
    int64_t most;                  /* of each segment; most - load is free */
};

/* Is there room on the trip, whose loads are read? FAULT_CONFLICT "seats_taken", "cargo_full",
 * "child_seats_taken", "car_not_free", and `short_of` is set; "road_closed": of nothing too little.
 */
bool ride_has_room(const struct trip *trip, const struct ride *ride, struct ride_short *short_of,
                   struct fault *fault) MUST_CHECK;
