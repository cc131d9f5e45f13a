// SPDX-License-Identifier: MIT
/* Transitions of a ride and their deadlines. Times are microseconds UTC; T (`depart_at`) is the
 * current planned departure from the passenger's stop. Pure. */
#pragma once

#include "fares/cancel.h"
#include "transitions/transition.h"

/* The first four wait until expires_at; those from held to boarded take seats. */
enum ride_status {
    RIDE_OPEN, /* without a trip: waits for offers; with one: for a free seat */
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
bool ride_status_waits(int status);
bool ride_status_takes(int status);
bool ride_status_ended(int status);

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
    RIDE_EDIT,   /* PATCH */
    RIDE_ACCEPT, /* the passenger accepts an offer */
    RIDE_HOLD,   /* a freed seat is held for it; without a URL path, as the next two */
    RIDE_EXPIRE,
    RIDE_COMPLETE, /* its trip ends */
    RIDE_ACTION_COUNT
};

/* Conditions of rows; limits are inclusive. */
enum {
    RIDE_NOTHING_DUE = 1 << 0, /* the deposit is paid, or there is none */
    RIDE_SOMETHING_DUE = 1 << 1,
    RIDE_ON_TRIP = 1 << 2,
    RIDE_WITHOUT_TRIP = 1 << 3,
    RIDE_AUTO_ACCEPT = 1 << 4, /* the first fitting offer is accepted */
    RIDE_PASSENGERS = 1 << 5,  /* seats or the whole car */
    RIDE_PARCEL = 1 << 6,
    RIDE_BOARDING_TIME = 1 << 7,  /* from T - 30 min */
    RIDE_GUEST_LATE = 1 << 8,     /* from T + 10 min */
    RIDE_DRIVER_LATE = 1 << 9,    /* from T + 15 min; from T + 30 min once the trip has started */
    RIDE_ARRIVED = 1 << 10,       /* from 3 h after the arrival at the trip's last stop */
    RIDE_TIME_OUT = 1 << 11,      /* expires_at is past */
    RIDE_ENDED_30_DAYS = 1 << 12, /* ended at most 30 days ago, or not ended */
    RIDE_ENDED_7_DAYS = 1 << 13   /* ended at most 7 days ago, or not ended */
};

struct ride_snapshot {
    int status;         /* as stored, enum ride_status */
    int64_t expires_at; /* FIELD_ABSENT: no deadline */
    bool is_parcel;
    bool auto_accept;
    bool has_trip;
    bool trip_started;
    int64_t depart_at;  /* T; FIELD_ABSENT without a trip */
    int64_t arrives_at; /* at the trip's last stop; FIELD_ABSENT without a trip */
    int64_t ended_at;   /* FIELD_ABSENT: not ended */
    int64_t deposit;    /* tiyn, like paid */
    int64_t paid;
    int64_t now;
};

/* Refusals: 403 "payment_due", "forbidden"; 409 "nothing_due", "too_early", "too_late",
 * "waits_for_seat", "needs_code" (a parcel is delivered, not dropped), "not_a_parcel", "ride_taken"
 * (an offer on a ride that is no longer open); 410 "hold_expired" (confirm, claim-payment, accept
 * of an expired ride). */
extern const struct transition_machine ride_machine;

/* The state by the clock: a ride past its deadline is expired even before the sweeper has written
 * it. */
struct transition_state ride_state(const struct ride_snapshot *ride);
int ride_status_at(int status, int64_t expires_at, int64_t now);

/* The actions available to this actor, with deadline and cost. `cancel`: cancel_terms() of a cancel
 * by this actor. Returns their number, at most RIDE_ACTION_COUNT. */
size_t ride_allowed_actions(const struct ride_snapshot *ride, unsigned actor,
                            const struct cancel_terms *cancel,
                            struct transition_allowed out[TRANSITION_ACTIONS_MAX]);

/* --- deadlines --- */

enum {
    RIDE_HOLD_S = 10 * 60,
    RIDE_FREED_HOLD_S = 15 * 60,    /* a freed seat held for a waiting ride */
    RIDE_ACCEPTED_HOLD_S = 60 * 60, /* an accepted request or offer, until its payment */
    RIDE_CLAIM_S = 3 * 3600,        /* a claimed payment; not extended */
    RIDE_REQUEST_S = 3 * 3600,
    RIDE_REQUEST_MIN_S = 10 * 60,
    RIDE_LAST_S = 30 * 60, /* requests and the waiting list end this long before T */
    RIDE_OPEN_MAX_S = 7 * 24 * 3600,
    RIDE_HOLD_MAX_MIN = 30,
    RIDE_HOLDS_MAX = 3,     /* unconfirmed rides of one passenger */
    RIDE_WAITLIST_MAX = 20, /* waiting rides of one trip */
};

/* The deadline of a hold or a claimed payment: `seconds` from now, but not after T. A T in the
 * past, possible only with test keys, does not limit it. */
int64_t ride_hold_until(int64_t now, int64_t seconds, int64_t depart_at);

/* The deadline of a request: 3 hours, at most until T - 30 min, but at least 10 minutes (even past
 * T). */
int64_t ride_request_until(int64_t now, int64_t depart_at);

/* The deadline on the waiting list of a trip: T - 30 min. False: that is past, so the ride cannot
 * wait. */
bool ride_waitlist_until(int64_t now, int64_t depart_at, int64_t *until) MUST_CHECK;

/* The deadline of an open ride without a trip: the end of its window, at most 7 days. */
int64_t ride_open_until(int64_t now, int64_t depart_to);
