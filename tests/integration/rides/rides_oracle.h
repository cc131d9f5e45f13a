// SPDX-License-Identifier: MIT
/* What rides may do, written from the rules of rides alone and knowing nothing of the service's
 * code. It is told what a trip has, which steps its rides took, in the order of the trip's lock,
 * and says what of it could not be. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ORACLE_SEGMENTS = 9, ORACLE_RIDES = 4096, ORACLE_TEXT = 256 };
enum oracle_load { ORACLE_SEATS, ORACLE_CARGO, ORACLE_CHILDREN, ORACLE_LOADS };

/* What one order takes of each segment from `from` to before `to`. */
struct oracle_order {
    int from, to;
    int load[ORACLE_LOADS];
};

struct oracle_ride {
    struct oracle_order order;
    char status[16]; /* "": not made yet */
    int version;
    const char *id; /* the older one has the lesser */
};

struct oracle_trip {
    int room[ORACLE_LOADS];
    int taken[ORACLE_LOADS][ORACLE_SEGMENTS];
    struct oracle_ride rides[ORACLE_RIDES];
    size_t count;
    char wrong[ORACLE_TEXT]; /* the first thing that could not be; "": nothing */
};

struct oracle_step {
    size_t ride;
    int version;
    const char *from, *to,
        *actor; /* statuses, "" where it was made; guest, driver, staff or client, system */
};

/* False: trip->wrong says why. */
bool oracle_step(struct oracle_trip *trip, const struct oracle_step *step);
/* After a transaction: what was freed in it was given away in it. False: somebody waits in vain. */
bool oracle_is_filled(struct oracle_trip *trip);
bool oracle_fits(const struct oracle_trip *trip, const struct oracle_order *order);

/* What is kept of a ride that was cancelled, in tiyn. */
struct oracle_cancel {
    const char *policy, *actor, *from; /* from: the status before */
    double hours;                      /* until the departure */
    double agreed_hours;               /* since it was confirmed */
    int64_t paid, total;
};
int64_t oracle_kept(const struct oracle_cancel *cancel);
