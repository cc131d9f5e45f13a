// SPDX-License-Identifier: MIT
/* What a driver offers to an open ride that looks for one. The rules (offer.c) are pure: times are
 * microseconds UTC, money is in tiyn. Its other files:
 *   offer_handlers.c   the routes
 *   offer_json.c       names and bounds on the wire, and what each caller is shown
 *   offer_make.c       one is made; under auto_accept it wins at once
 *   offer_act.c        accept, reject, withdraw
 *   offer_win.c        the ride comes to the offer's trip
 *   offer_store.c      SQL
 * What can be done with one is moves/offer.h. */
#pragma once

#include "moves/offer.h"
#include "rides/ride.h"

struct offer_draft {
    int64_t price;         /* of all of the ride */
    int64_t depart_at;     /* 0 or FIELD_ABSENT: that of the trip */
    struct uuid car_id;    /* one of the two */
    struct uuid trip_id;   /* of his that goes there */
    int64_t minutes;       /* it stands; FIELD_ABSENT: the default */
    int64_t offer_seconds; /* keys of tests only */
    bool sell_rest;        /* the other seats are sold, too */
};

struct offer {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid ride_id;
    struct uuid driver_id;
    struct uuid car_id;
    struct uuid trip_id; /* nil: one is made when it is accepted */
    int status;          /* enum offer_status, as stored until offer_settle() */
    int64_t price;
    int64_t depart_at;
    int64_t arrive_at;
    bool sell_rest;
    int64_t expires_at;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
    /* Of its ride, driver and car. */
    int64_t passenger; /* telegram_id; FIELD_ABSENT: unknown */
    struct slice passenger_phone;
    bool ride_is_open; /* it has no trip, and its time has not run out */
    struct slice driver_name;
    int64_t rating_sum;
    int64_t rating_count;
    int64_t trips_done;
    struct slice car_make;
    struct slice car_model;
    struct slice car_color;
    int64_t now; /* the database's, when it was read */
};

/* Makes the status what it is by the clock; a pending offer of a ride that is not open is lost. */
void offer_settle(struct offer *offer);

/* The ride's passenger, the offer's driver, staff. */
bool offer_visible(const struct offer *offer, const struct api_caller *caller);

/* What the draft's own fields must agree on. */
void offer_draft_check(const struct offer_draft *draft, struct fault_list *problems);

/* Does it leave ahead of now and in the window, borders inclusive? */
bool offer_in_window(const struct ride_wish *wish, int64_t depart_at, int64_t now);
/* When the usual road brings it there. */
int64_t offer_arrives(const struct ride *ride, int64_t depart_at);

/* Finds the ride's places among the trip's stops, in that order. */
bool offer_stops(const struct trip *trip, const struct ride *ride, int64_t *from_stop,
                 int64_t *to_stop);
