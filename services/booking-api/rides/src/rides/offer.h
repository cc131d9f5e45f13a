// SPDX-License-Identifier: MIT
/* A driver's offer to an open ride that looks for a driver. The rules (offer.c) are pure: times are
 * microseconds UTC, money is in tiyn. Other files:
 *   offer_handlers.c   the routes
 *   offer_json.c       fields of JSON bodies, as visible to each caller
 *   offer_create.c     making an offer; under auto_accept it may be accepted at once
 *   offer_act.c        accept, reject, withdraw
 *   offer_accept.c     putting the ride on the offer's trip
 *   offer_store.c      SQL */
#pragma once

#include "rides/ride.h"

enum offer_status {
    OFFER_PENDING,
    OFFER_ACCEPTED,
    OFFER_LOST,       /* the ride took another offer, or ended */
    OFFER_REJECTED,   /* by the passenger */
    OFFER_WITHDRAWN,  /* by its driver, or because the driver got another trip at that time */
    OFFER_SUPERSEDED, /* by the same driver's next offer */
    OFFER_EXPIRED,
    OFFER_STATUS_COUNT
};
extern const char *const offer_status_names[]; /* NULL-terminated */

struct offer_draft {
    int64_t price;         /* for the whole ride */
    int64_t depart_at;     /* 0 or FIELD_ABSENT: the departure of the trip */
    struct uuid car_id;    /* either car_id or trip_id is given, the other one is nil */
    struct uuid trip_id;   /* a trip of the driver that serves both places */
    int64_t minutes;       /* validity of the offer; FIELD_ABSENT: OFFER_S */
    int64_t offer_seconds; /* validity instead of `minutes`; test keys only */
    bool sell_rest;        /* the remaining seats of the car are offered to others */
};

struct offer {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid ride_id;
    struct uuid driver_id;
    struct uuid car_id;
    struct uuid trip_id;     /* nil: a trip is created on acceptance */
    int status;              /* enum offer_status; see offer_apply_clock() */
    struct slice changed_by; /* the actor whose action set the stored status; absent: none */
    int64_t price;
    int64_t depart_at;
    int64_t arrive_at;
    bool sell_rest;
    int64_t expires_at;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    /* Read from the ride, the driver and the car. */
    int64_t passenger; /* telegram_id; FIELD_ABSENT: unknown */
    struct slice passenger_phone;
    bool ride_is_open; /* the ride is open, without a trip and not expired */
    bool trip_moved;   /* the trip now leaves or arrives at another time than offered */
    struct driver_view driver;
    struct car_view car;
    int64_t now; /* database time of the read */
};

/* Sets the status to that at offer->now: offer_status_at(). A pending offer on a ride that is no
 * longer open becomes `lost`. */
void offer_apply_clock(struct offer *offer);

/* Whether the caller may see the offer: the ride's passenger, the offer's driver and staff may. */
bool offer_visible(const struct offer *offer, const struct api_caller *caller);

/* Validates the fields of a struct offer_draft against each other. */
void offer_draft_check(const void *draft, struct fault_list *problems);

/* Whether the departure is after `now`, and within the passenger's window, whose limits are
 * inclusive. */
bool offer_departs_in_window(const struct ride_preferences *preferences, int64_t depart_at,
                             int64_t now);

/* Finds the ride's places among the trip's stops. False: the trip does not serve both in this
 * order. */
bool offer_find_stops(const struct trip *trip, const struct ride *ride, int64_t *from_stop,
                      int64_t *to_stop);

/* --- transitions --- */

enum offer_action {
    OFFER_ACCEPT,
    OFFER_REJECT,
    OFFER_WITHDRAW,
    OFFER_LOSE, /* the system's actions, without a URL path */
    OFFER_SUPERSEDE,
    OFFER_EXPIRE,
    OFFER_ACTION_COUNT
};

/* Accepting, rejecting or withdrawing an expired offer returns 410 "offer_expired". An offer that
 * is accepted at once under auto_accept is created as `accepted`.
 * OFFER_TRIP_UNMOVED is the only condition: without it accepting returns 409 "offer_not_valid". */
enum { OFFER_TRIP_UNMOVED = 1 << 0 };
extern const struct transition_machine offer_machine;
struct transition_state offer_state(const struct offer *offer);

/* The status at `now`. A pending offer past its deadline is expired, even if the sweeper has not
 * yet written the status. */
int offer_status_at(int status, int64_t expires_at, int64_t now);

/* Validity of an offer: the default in seconds; limits of `minutes` in a body. */
enum { OFFER_S = 15 * 60, OFFER_MINUTES_MIN = 5, OFFER_MINUTES_MAX = 60 };
/* The deadline of an offer: `seconds` from now, but not later than `depart_to`, the end of the
 * passenger's window. */
int64_t offer_valid_until(int64_t now, int64_t seconds, int64_t depart_to);
