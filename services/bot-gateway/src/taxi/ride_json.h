// SPDX-License-Identifier: MIT
/* The data of the dialogue "ride", stored as JSON between updates. */
#pragma once

#include "base/value.h"

#include "clients/ride_answers_json.h"
#include "phrases/phrase.h"

struct fields;

/* A stop between the first and the last one of a trip that a driver publishes. */
struct drive_stop {
    struct slice place; /* slug */
    int64_t minutes;    /* from the trip's departure to this stop, as shown before publishing */
};
enum { RIDE_PASSED_MAX = RIDE_STOP_MAX - 1 /* maximum number of such stops */ };

/* The price of a trip of the page that is shown. */
struct ride_price {
    struct uuid trip;
    int64_t price; /* as in struct ride_found */
};

struct ride {
    struct slice from; /* slugs; absent: not known yet */
    struct slice to;
    int32_t day;   /* of the departure; 0: not known yet */
    int64_t after; /* bounds of the departure in minutes of the day, as the passenger wants; while a
                      driver bids, those of the request. Both 0: any time */
    int64_t before;      /* may be on the next day: more than 24 * 60 */
    int64_t seats;       /* 0: not known yet */
    int64_t child_seats; /* that the passenger needs */
    bool asks_price;     /* the reply names the usual price once the route is known */
    bool whole_car;
    bool parcel;                  /* a parcel is sent: size and recipient instead of seats */
    int64_t size;                 /* of the parcel, as in ride_size_names; 0: not known yet */
    struct slice recipient;       /* the recipient's name; absent: not known, or already ordered */
    struct slice recipient_phone; /* absent: not known, or already ordered */
    /* The argument of the button of the trip chosen last; absent: the passenger chose a ride that
     * looks for a driver. */
    struct slice choice;
    struct field_list prices; /* struct ride_price, of the trips that the passenger can order */
    struct slice cursor; /* of the shown page of trips, or of a trip's passengers; absent: the first
                            page */
    struct slice next;   /* cursor of the next page; absent: none */
    struct uuid trip;    /* passenger: the trip chosen last; nil: a ride that looks for a driver.
                            Driver: the trip that is shown */
    int64_t from_stop;   /* indices of the stops chosen with `trip` */
    int64_t to_stop;
    struct uuid order; /* the ride that is shown; nil: nothing ordered yet */
    int64_t refund;    /* shown when the passenger was asked whether to cancel; so is: */
    bool is_faulty;    /* the passenger is at fault */
    bool publishes;    /* a driver publishes a trip: the members above describe it */
    bool carries;      /* the trip that is published takes parcels */
    bool bids;         /* a driver offers an own price and time for the request `order` */
    int64_t clock;   /* departure of the trip or offer, minutes of the day; PHRASE_MIDNIGHT: 00:00;
                        0: not known yet */
    int64_t price;   /* of a seat of the trip, or of the offer; passenger: the total that was shown
                        for `trip`; 0: not known */
    int64_t minutes; /* duration of the trip, as shown before publishing */
    struct uuid car; /* of the driver, for the trip or offer; nil: to be chosen, or none */
    struct field_list stops; /* struct drive_stop: between `from` and `to` */
    /* Only while one update is handled, not stored: */
    bool clashes;              /* an order was refused because it duplicates or overlaps `order` */
    int says;                  /* enum text shown before the question for a place; 0: none */
    int64_t version;           /* of `order` in the tapped button of a driver; 0: any */
    struct slice answered;     /* last answer with the shown ride or trip; absent: to be read */
    struct ride_share share;   /* the link made in this update; .token absent: none */
    bool pages;                /* the list of the step shows its next page */
    bool sets_clock;           /* the person has chosen `clock` */
    bool is_off;               /* booking-api has no rides (404) */
    struct ride_driver driver; /* .id nil: the person is no driver; .status absent: not read yet */
};

extern const struct fields ride_fields; /* of struct ride */

/* Options of an order. */
struct ride_wishes {
    bool for_other; /* the order may duplicate or overlap another ride of the passenger */
    bool wait;      /* if the trip is full, the ride waits for free seats */
};

/* The kind of ride that is ordered, as booking-api names it: "seat", "car" or "parcel". */
const char *ride_kind_name(const struct ride *ride);
