// SPDX-License-Identifier: MIT
/* A ride: seats, a whole car or a parcel. The rules (ride.c) are pure: the caller supplies the
 * time, in microseconds UTC. Money is in tiyn. Other files:
 *   ride_handlers.c     the routes
 *   ride_json.c         fields of JSON bodies, as visible to each caller
 *   ride_transitions.c  the state machine and the deadlines
 *   ride_create.c       ordering a ride
 *   ride_waitlist.c     assigning freed seats to waiting rides
 *   ride_act.c          actions: confirm, board, cancel, settle and others; editing an open ride
 *   ride_store.c        SQL; ride_list_store.c has the SQL of lists */
#pragma once

#include <stdint.h>

#include "fares/cancel.h"
#include "fares/fare.h"
#include "trips/trip.h"

enum { RIDE_CODE_LEN = 8, RIDE_TEXT_MAX = 500 };

/* The departure window of an open ride: its maximum length, and how far ahead it may begin at most.
 */
#define RIDE_WINDOW_US (INT64_C(24) * 3600 * 1000000)
#define RIDE_AHEAD_US  (TRIP_WINDOW_DAYS * INT64_C(24) * 3600 * 1000000)

/* Rides in the first four statuses wait until expires_at. Rides in the statuses from held to
 * boarded take seats. */
enum ride_status {
    RIDE_OPEN, /* without a trip: waits for offers; with a trip: waits for a free seat */
    RIDE_HELD,
    RIDE_REQUESTED,
    RIDE_PAYMENT_CLAIMED,
    RIDE_CONFIRMED,
    RIDE_BOARDED,
    RIDE_COMPLETED,
    RIDE_EXPIRED,
    RIDE_DECLINED,
    RIDE_CANCELLED,
    RIDE_NO_SHOW,
    RIDE_STATUS_COUNT
};
extern const char *const ride_status_names[]; /* NULL-terminated */
/* The three groups of the statuses: waiting, with seats (the first two overlap), ended. */
bool ride_status_waits(int status);
bool ride_status_takes_seats(int status);
bool ride_status_ended(int status);

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
    int64_t depart_from; /* not given: 0 in a draft, FIELD_ABSENT in a ride; so is depart_to */
    int64_t depart_to;
    int64_t price;    /* for the whole ride; FIELD_ABSENT: drivers propose a price */
    bool auto_accept; /* the first offer that fits is accepted at once */
};

/* An order, either of stops of a trip, or of places and a departure window. */
struct ride_draft {
    struct uuid trip_id; /* nil: an order of places and a window */
    struct slice from;   /* slugs */
    struct slice to;
    struct ride_preferences preferences;
    struct fare_order order;
    struct ride_passenger passenger;
    struct ride_recipient recipient; /* of a parcel */
    bool for_other;                  /* may overlap other rides of the passenger */
    bool wait;                       /* if the trip is full: join its waiting list */
    struct slice note;
    int64_t hold_minutes;   /* FIELD_ABSENT: RIDE_HOLD_S */
    int64_t hold_seconds;   /* instead of hold_minutes; test keys only */
    int64_t expected_total; /* the order is refused if its total differs; FIELD_ABSENT: any total */
};

struct ride {
    struct uuid id;
    struct uuid tenant_id;
    struct slice code;
    int kind;            /* enum fare_kind */
    int status;          /* enum ride_status; ride_apply_clock() turns overdue into expired */
    struct uuid trip_id; /* nil: no trip, and the stops are FIELD_ABSENT */
    int64_t from_stop;
    int64_t to_stop;
    struct slice from_place;
    struct slice to_place;
    struct ride_preferences preferences;
    int64_t seats;
    int64_t child_seats;
    int64_t luggage;
    int parcel_size; /* enum fare_size; -1: not a parcel */
    struct ride_recipient recipient;
    struct slice delivery_code; /* of a parcel; absent after the erasure of the ride's contacts */
    int64_t delivery_tries;     /* number of wrong delivery codes so far */
    bool delivered;             /* completed by RIDE_DELIVER, not by the end of the trip */
    int64_t seat_load;
    int64_t cargo_load;
    int64_t child_load;
    struct ride_passenger passenger;
    bool for_other; /* may overlap other rides of the passenger */
    struct slice note;
    struct slice lines; /* of the fare, as JSON: ride_encode_fare_lines() */
    int64_t total;
    int64_t deposit;
    int64_t paid;
    int64_t fee; /* FIELD_ABSENT, like refund, before a cancel, decline, no-show or settlement */
    int64_t refund;
    int fault;         /* enum cancel_fault; -1 while fee is FIELD_ABSENT */
    int policy;        /* enum cancel_policy */
    int64_t agreed_at; /* when the ride was confirmed */
    int64_t ended_at;
    int64_t expires_at;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    /* Current values of the ride's trip; absent if the ride has no trip. */
    int64_t depart_at;
    int64_t arrive_at;
    int64_t trip_departs_at;
    int64_t trip_arrives_at;
    int trip_status;
    int64_t trip_confirmed_at;
    int64_t trip_free_cancel_at;
    int64_t delay_minutes; /* of depart_at since the ride was agreed; 0 without a trip */
    bool road_closed;      /* a road of the trip is closed when the trip passes */
    bool driver_blocked;
    struct uuid driver_id;
    struct driver_view driver;
    struct car_view car;
    int64_t now; /* database time of the read */
    /* The passenger's confirmed rides ahead without any payment; only for a passenger who acts on
     * the ride, else 0. */
    int64_t unpaid_rides;
    /* Only if locked for an action, else 0: */
    int64_t status_since; /* when the ride got its status */
    bool settled;         /* staff have settled the ride, last for `settled_reason` */
    struct slice settled_reason;
};

bool ride_has_trip(const struct ride *ride);

/* Sets the status to that at ride->now: ride_status_at(). Of an expired ride everything paid is
 * refunded. */
void ride_apply_clock(struct ride *ride);

/* Whether the passenger may cancel the confirmed ride now without cost and fault: a road is closed,
 * or cancel_is_free(). */
bool ride_can_cancel_free(const struct ride *ride);
/* The facts that decide cost and fault of a cancel by the caller now. */
struct cancel_case ride_build_cancel_case(const struct ride *ride, const struct api_caller *caller);

/* Whether the caller may see the ride: its passenger, the driver of its trip and staff may; any
 * driver while the ride is open without a trip. */
bool ride_visible(const struct ride *ride, const struct api_caller *caller);
/* Whether the ride shows how to pay the driver: the prepayment is due, held or claimed. */
bool ride_shows_payment_info(const struct ride *ride);
/* Sets FAULT_NOT_FOUND "not_found", for a ride that does not exist or is hidden from the caller.
 * Returns false. */
bool ride_refuse_unknown(struct fault *fault);
/* Whether the departure is past, so that the ride cannot be confirmed. Always false with a test
 * key. */
bool ride_is_too_late_to_confirm(const struct ride *ride, const struct api_caller *caller);

/* The seats of an order; if not given, 1, or 0 for a parcel. */
int64_t ride_seats_of_order(const struct fare_order *order);
/* Validates the fields of a struct ride_draft against each other, without reading a trip. */
void ride_draft_check(const void *draft, struct fault_list *problems);
/* Validates price and note of an edited struct ride: "one_of_two", "required", "contact_in_text".
 */
void ride_edit_check(const void *ride, struct fault_list *problems);
/* Validates the departure window of an open ride: "too_soon", "beyond_window". */
void ride_window_check(const struct ride_preferences *preferences, int64_t now,
                       struct fault_list *problems);

/* Sets seats, child seats and the load on each segment of the ride. */
void ride_set_loads(struct ride *ride, const struct trip *trip, const struct fare_order *order);

/* The segments on which a trip has no room for a ride. */
struct ride_shortage {
    unsigned segments;             /* bit set of segments without enough free capacity */
    const struct field_ints *load; /* load of each segment, borrowed from the trip */
    int64_t most;                  /* capacity of each segment */
};

/* Whether the trip has room for the ride. Requires trip_decode_stored_json(). FAULT_CONFLICT
 * "seats_taken", "cargo_full", "child_seats_taken" or "car_not_free": `shortage` is set.
 * FAULT_CONFLICT "road_closed": `shortage` is empty. */
bool ride_has_room(const struct trip *trip, const struct ride *ride, struct ride_shortage *shortage,
                   struct fault *fault) MUST_CHECK;

/* --- transitions (ride_transitions.c); T is the current departure from the passenger's stop --- */

enum ride_action {
    RIDE_CONFIRM,
    RIDE_DECLINE,
    RIDE_CLAIM_PAYMENT,
    RIDE_BOARD,
    RIDE_DROP,    /* of a passenger */
    RIDE_DELIVER, /* of a parcel */
    RIDE_MARK_NO_SHOW,
    RIDE_DRIVER_NO_SHOW,
    RIDE_CANCEL,
    RIDE_SHARE,
    RIDE_SOS,
    RIDE_RATE,
    RIDE_COMPLAIN,
    RIDE_OFFER,  /* a driver makes an offer */
    RIDE_SETTLE, /* staff set fault and refund of an ended ride */
    RIDE_EDIT,   /* PATCH /v1/rides/{id} */
    RIDE_ACCEPT, /* the passenger accepts an offer */
    RIDE_HOLD,   /* a freed seat is held for a waiting ride; no URL path, as the next two */
    RIDE_EXPIRE,
    RIDE_COMPLETE, /* the trip of the ride ends */
    RIDE_ACTION_COUNT
};

/* Conditions of the rows of ride_machine. A condition "from" an instant also holds at it. */
enum {
    RIDE_NOTHING_DUE = 1 << 0, /* the deposit is paid, or there is none */
    RIDE_SOMETHING_DUE = 1 << 1,
    RIDE_ON_TRIP = 1 << 2,
    RIDE_WITHOUT_TRIP = 1 << 3,
    RIDE_AUTO_ACCEPT = 1 << 4, /* the first offer that fits is accepted at once */
    RIDE_PASSENGERS = 1 << 5,  /* seats or the whole car */
    RIDE_PARCEL = 1 << 6,
    RIDE_BOARDING_TIME = 1 << 7,  /* from T - 30 min */
    RIDE_GUEST_LATE = 1 << 8,     /* from T + 10 min */
    RIDE_DRIVER_LATE = 1 << 9,    /* from T + 15 min; from T + 30 min once the trip has started */
    RIDE_ARRIVED = 1 << 10,       /* from 3 h after the arrival at the trip's last stop */
    RIDE_TIME_OUT = 1 << 11,      /* from expires_at */
    RIDE_ENDED_30_DAYS = 1 << 12, /* ended at most 30 days ago, or not ended */
    RIDE_ENDED_7_DAYS = 1 << 13,  /* ended at most 7 days ago, or not ended */
    RIDE_DRIVER_NOT_BLOCKED = 1 << 14,
    RIDE_CODE_TRIES_LEFT = 1 << 15 /* fewer than DELIVERY_TRIES_MAX wrong codes */
};

/* Refusals: 403 "forbidden"; 409 "driver_blocked", "payment_due", "nothing_due", "too_early",
 * "too_late", "waits_for_seat", "no_driver", "needs_code" (a parcel is delivered, not dropped),
 * "not_a_parcel", "code_locked", "ride_taken" (an offer on a ride that is no longer open); 410
 * "hold_expired" (confirm, claim-payment, accept of an expired ride). */
extern const struct transition_machine ride_machine;

/* The state at ride->now. A ride past its deadline is expired, even if the sweeper has not yet
 * written the status. */
struct transition_state ride_state(const struct ride *ride);
/* The status at `now` of a ride stored with these values: `expired` if it is past its deadline. */
int ride_status_at(int status, int64_t expires_at, int64_t now);

/* The actions that this actor (a bit of ride_callers.h) may take now, with deadline and cost.
 * `cancel`: cancel_compute_terms() of a cancel by this actor. Returns the number of actions, at
 * most RIDE_ACTION_COUNT. */
size_t ride_allowed_actions(const struct ride *ride, unsigned actor,
                            const struct cancel_terms *cancel,
                            struct transition_allowed out[TRANSITION_ACTIONS_MAX]);

/* --- deadlines --- */

enum {
    RIDE_HOLD_S = 10 * 60,
    RIDE_FREED_HOLD_S = 15 * 60,    /* a freed seat held for a waiting ride */
    RIDE_ACCEPTED_HOLD_S = 60 * 60, /* an accepted request or offer, until its payment */
    RIDE_CLAIM_S = 3 * 3600,        /* a claimed payment; another claim does not extend it */
    RIDE_REQUEST_S = 3 * 3600,      /* a request, until the driver's answer */
    RIDE_REQUEST_MIN_S = 10 * 60,   /* minimum of a request, even if RIDE_LAST_S cuts it */
    RIDE_LAST_S = 30 * 60,          /* requests and the waiting list end this long before T */
    RIDE_HOLD_MAX_MIN = 30,         /* maximum of hold_minutes in an order */
    RIDE_HOLDS_MAX = 3,             /* unconfirmed rides of one passenger */
    RIDE_WAITLIST_MAX = 20,         /* waiting rides of one trip */
    /* Confirmed rides ahead without any payment that a passenger may order: a week's way to work
     * and back. Without a limit one account could take all seats of all trips. */
    RIDE_UNPAID_MAX = 10,
};

/* The deadline of a hold or a claimed payment: `seconds` from now, but not after T. A T in the
 * past, possible only with test keys, does not limit it. */
int64_t ride_hold_until(int64_t now, int64_t seconds, int64_t depart_at);

/* The deadline of a request: 3 hours from now, but not after T - 30 min. If that leaves less than
 * 10 minutes, the deadline is 10 minutes from now, even if this is after T. */
int64_t ride_request_until(int64_t now, int64_t depart_at);

/* The deadline on the waiting list of a trip: T - 30 min. False: the deadline is past, so the ride
 * cannot wait. */
bool ride_waitlist_find_deadline(int64_t now, int64_t depart_at, int64_t *until) MUST_CHECK;
