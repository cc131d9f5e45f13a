// SPDX-License-Identifier: MIT
/* What can be done with a ride, and until when. Times are microseconds UTC; T (`depart_at`) is the
 * planned departure from the passenger's stop as it stands now. Pure. */
#pragma once

#include "fares/cancel.h"
#include "moves/move.h"

/* The first four wait for somebody until expires_at; those from held to boarded take seats. */
enum ride_status {
    RIDE_OPEN, /* without a trip it waits for offers, with one for room */
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
    RIDE_DROP,    /* a passenger */
    RIDE_DELIVER, /* a parcel */
    RIDE_MARK_NO_SHOW,
    RIDE_DRIVER_NO_SHOW,
    RIDE_CANCEL,
    RIDE_SHARE,
    RIDE_SOS,
    RIDE_RATE,
    RIDE_COMPLAIN,
    RIDE_OFFER,  /* a driver makes one */
    RIDE_SETTLE, /* fault and refund of a ride that ended */
    RIDE_EDIT,   /* PATCH */
    RIDE_ACCEPT, /* one of its offers */
    RIDE_HOLD,   /* a freed seat is held for it; this and the next have no path */
    RIDE_EXPIRE,
    RIDE_COMPLETE, /* by the end of its trip */
    RIDE_ACTION_COUNT
};

/* Conditions of rows; borders are inclusive. */
enum {
    RIDE_NOTHING_DUE = 1 << 0, /* the deposit is paid, or there is none */
    RIDE_SOMETHING_DUE = 1 << 1,
    RIDE_ON_TRIP = 1 << 2,
    RIDE_WITHOUT_TRIP = 1 << 3,
    RIDE_AUTO_ACCEPT = 1 << 4, /* the passenger takes the first fitting offer */
    RIDE_PASSENGERS = 1 << 5,  /* seats or the whole car */
    RIDE_PARCEL = 1 << 6,
    RIDE_BOARDING_TIME = 1 << 7,  /* from T - 30 min */
    RIDE_GUEST_LATE = 1 << 8,     /* from T + 10 min */
    RIDE_DRIVER_LATE = 1 << 9,    /* from T + 15 min; from T + 30 min once the trip has started */
    RIDE_ARRIVED = 1 << 10,       /* from 3 h after the arrival at the trip's last stop */
    RIDE_TIME_OUT = 1 << 11,      /* expires_at has come */
    RIDE_ENDED_30_DAYS = 1 << 12, /* it ended at most 30 days ago */
    RIDE_ENDED_7_DAYS = 1 << 13   /* it ended at most 7 days ago, or has not ended */
};

struct ride_moment {
    int status;         /* as stored, enum ride_status */
    int64_t expires_at; /* FIELD_ABSENT where nobody waits */
    bool is_parcel;
    bool auto_accept;
    bool has_trip;
    bool trip_started;
    int64_t depart_at;  /* T; FIELD_ABSENT without a trip */
    int64_t arrives_at; /* of the trip at its last stop; FIELD_ABSENT without a trip */
    int64_t ended_at;   /* FIELD_ABSENT before */
    int64_t deposit;    /* tiyn, as paid */
    int64_t paid;
    int64_t now;
};

/* Refusals: 403 "payment_due", "forbidden"; 409 "nothing_due", "too_early", "too_late",
 * "waits_for_seat", "needs_code" (a parcel is delivered, not dropped), "not_a_parcel", "ride_taken"
 * (an offer on a ride that is not open any more); 410 "hold_expired" (confirm, claim-payment,
 * accept of a ride whose time ran out). */
extern const struct move_machine ride_machine;

/* The state by the clock: a ride whose time ran out is expired, swept or not. */
struct move_state ride_state(const struct ride_moment *ride);
int ride_status_at(int status, int64_t expires_at, int64_t now);

/* What this actor can do now, until when and what it costs. `cancel`: cancel_terms() of a cancel by
 * him. Returns how many, at most RIDE_ACTION_COUNT. */
size_t ride_allowed_actions(const struct ride_moment *ride, unsigned who,
                            const struct cancel_terms *cancel,
                            struct move_allowed out[MOVE_ACTIONS_MAX]);

/* --- how long a ride waits --- */

enum {
    RIDE_HOLD_S = 10 * 60,
    RIDE_FREED_HOLD_S = 15 * 60,    /* a freed seat, for who waited */
    RIDE_ACCEPTED_HOLD_S = 60 * 60, /* a request or an offer that is agreed to, for its payment */
    RIDE_CLAIM_S = 3 * 3600,        /* a claimed payment, once */
    RIDE_REQUEST_S = 3 * 3600,
    RIDE_REQUEST_MIN_S = 10 * 60,
    RIDE_LAST_S = 30 * 60, /* requests and the waiting list end so long before T */
    RIDE_OPEN_MAX_S = 7 * 24 * 3600,
    RIDE_HOLD_MAX_MIN = 30,
    RIDE_HOLDS_MAX = 3,     /* live rides of one passenger that are not confirmed */
    RIDE_WAITLIST_MAX = 20, /* rides that wait for one trip */
};

/* A hold or a claimed payment: so many seconds, never past T. A T that is over, which only keys of
 * tests meet, is no limit. */
int64_t ride_hold_until(int64_t now, int64_t seconds, int64_t depart_at);

/* A request: 3 hours, at most until T - 30 min, but at least 10 minutes (then even past T). */
int64_t ride_request_until(int64_t now, int64_t depart_at);

/* On the waiting list of a trip: until T - 30 min. False where that is over: nobody waits then. */
bool ride_wait_until(int64_t now, int64_t depart_at, int64_t *until) MUST_CHECK;

/* Without a trip: until the end of its window, at most 7 days. */
int64_t ride_open_until(int64_t now, int64_t depart_to);
