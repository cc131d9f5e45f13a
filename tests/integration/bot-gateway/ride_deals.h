// SPDX-License-Identifier: MIT
/* Rides of a fake booking-api inside the test, as deals.h has bookings: changes create events, and
 * the calls of notifier.h are answered from them. */
#pragma once

#include "deals.h"

enum {
    RIDE_DEALS_MAX = 128,
    RIDE_DEALS_COPIES = 2,
    /* telegram_ids: of two drivers, for both of them each request is suitable; of the passenger of
     * ride 0 */
    RIDE_DEALS_DRIVER = 500,
    RIDE_DEALS_OTHER,
    RIDE_DEALS_FIRST = 100
};
#define RIDE_DEALS_BY_DRIVER "driver:018f0010-0000-7000-8000-000000000000"

struct ride_deal {
    int trip; /* -1: none */
    const char *status;
    int guest;
    int version;
    int from_stop;
    int refund; /* tiyn */
    bool is_parcel, is_delivered;
    bool has_offer; /* that the passenger can accept */
};
extern struct ride_deal ride_deals[RIDE_DEALS_MAX];
extern int ride_deals_count;

/* The only one; it leaves on 2027-03-05 at 18:30 in Almaty, as all rides do. */
struct ride_deals_trip {
    const char *status;
    int version;
    int delay;        /* minutes */
    int delayed_by;   /* of them, in the last step; 0: the event does not tell */
    int delayed_from; /* the stop */
    bool is_closed, is_confirmed;
};
extern struct ride_deals_trip ride_deals_trip;

struct ride_deals_event {
    const char *type, *resource, *from, *status, *actor;
    int number, version;
    int64_t at_us;
};
extern int ride_deals_event_count;

/* deals_begin() with a bot for rides, and without rides. */
void ride_deals_begin(void);
/* Adds an event at the time of the test. */
void ride_deals_note(struct ride_deals_event event);
/* Add a ride, or a step of one or of the trip, with its event. That of a ride has the type
 * "ride.<status>". */
int ride_deals_make(int of_trip, const char *status, const char *actor);
void ride_deals_step(int ride, const char *status, const char *actor);
void ride_deals_step_trip(const char *type, const char *status, const char *actor);

notifier_call_fn ride_deals_ask;
void ride_deals_wait(void); /* until all events are read */
/* In a fiber: starts instances, whose calls take a while. */
extern struct notifier *ride_deals_copies[RIDE_DEALS_COPIES];
void ride_deals_start(void);
/* At this time kills an instance during its work, and waits until no reminder is due. */
void ride_deals_move_to(const char *time);
