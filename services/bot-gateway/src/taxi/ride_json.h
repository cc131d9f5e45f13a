// SPDX-License-Identifier: MIT
/* The data of the dialogue "ride". */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/value.h"

#include "clients/ride_answers_json.h"

/* A place on the way of a trip that a driver publishes. */
struct drive_stop {
    struct slice place; /* slug */
    int64_t minutes;    /* after the departure, as shown before publishing */
};
enum { RIDE_PASSED_MAX = RIDE_STOP_MAX - 1 };

struct ride {
    struct slice from; /* slugs; absent: not known yet */
    struct slice to;
    int32_t day;    /* 0: not known yet */
    int64_t after;  /* of the departure, minutes of the day; 0, 0: any time. While a driver bids,
                       of the passenger's window */
    int64_t before; /* may exceed a day */
    int64_t seats;  /* 0: not known yet */
    bool whole_car;
    bool parcel;                  /* instead of seats */
    int64_t size;                 /* of the parcel, as in ride_size_names; 0: not known yet */
    struct slice recipient;       /* of the parcel, the name; absent: not known yet, or ordered */
    struct slice recipient_phone; /* likewise */
    struct slice choice; /* the tapped trip while the recipient is asked for: the argument of its
                            button; absent: a ride that looks for a driver */
    struct slice cursor; /* of the page of trips, or of a trip's passengers, that is shown; absent:
                            the first */
    struct slice next;   /* of the page after it */
    struct uuid trip;    /* the trip and stops that the passenger chose last; nil: any driver. Of
                            a driver the trip that is shown */
    int64_t from_stop;
    int64_t to_stop;
    struct uuid order; /* the ride that is shown; nil: the phone is asked for before the order */
    int64_t refund;    /* that was shown before cancelling */
    bool publishes;    /* a driver publishes a trip; the answers above are for it */
    bool carries;      /* the trip that is published takes parcels */
    bool bids;         /* price and time for the request that is shown are the driver's own */
    int64_t clock;     /* of its departure, minutes of the day; 0: not known yet */
    int64_t price;     /* of its seat; 0: not known yet */
    int64_t minutes;   /* to its arrival, as shown before publishing */
    struct uuid car;   /* the driver's only one */
    struct field_list stops; /* struct drive_stop: between from and to */
    /* Only while one update is handled, not stored: */
    bool clashes;            /* the order is in the way of another one */
    int says;                /* enum text before the question for a place; 0: none */
    struct slice answered;   /* the ride or the driver's trip, as booking-api answered last; absent:
                                to be read */
    struct ride_share share; /* a link made just now; .token absent: none */
    bool is_off;             /* booking-api has no rides */
    struct ride_driver driver; /* the person; .id nil: none, or not read yet */
};

/* Read and write the dialogue's data; functions for struct flow. */
bool ride_read(struct slice json, struct arena *arena, void *data, struct fault *fault) MUST_CHECK;
void ride_write(const void *data, struct buf *json);

/* Whether the order may clash with other rides of the passenger, and whether it waits for room. */
struct ride_wishes {
    bool for_other;
    bool wait;
};

/* What is ordered, as booking-api names it. */
const char *ride_kind(const struct ride *ride);
