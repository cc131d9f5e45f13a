// SPDX-License-Identifier: MIT
/* An independent model of rides, written from the contract without the service's code. It receives
 * a trip's capacity and the steps of its rides in the order of the trip's lock, and reports
 * impossible steps. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ORACLE_SEGMENTS = 9, ORACLE_RIDES = 4096, ORACLE_TEXT = 256 };
enum oracle_load { ORACLE_SEATS, ORACLE_CARGO, ORACLE_CHILDREN, ORACLE_LOADS };

/* The load of one order on each segment from `from` to before `to`. */
struct oracle_order {
    int from, to;
    int load[ORACLE_LOADS];
};

struct oracle_ride {
    struct oracle_order order;
    char status[16]; /* "": not created yet */
    int version;
    const char *id; /* ordered by age */
};

struct oracle_trip {
    int room[ORACLE_LOADS];
    int taken[ORACLE_LOADS][ORACLE_SEGMENTS];
    struct oracle_ride rides[ORACLE_RIDES];
    size_t count;
    char wrong[ORACLE_TEXT]; /* the first impossible step; "": none */
};

struct oracle_step {
    size_t ride;
    int version;
    const char *from, *to,
        *actor; /* statuses, "" at creation; guest, driver, staff or client, system */
};

/* False: the step is impossible; trip->wrong has the reason. */
bool oracle_step(struct oracle_trip *trip, const struct oracle_step *step);
/* After a transaction: were freed seats assigned in it? False: a ride that fits still waits. */
bool oracle_is_filled(struct oracle_trip *trip);
bool oracle_fits(const struct oracle_trip *trip, const struct oracle_order *order);

/* The amount kept of a cancelled ride, in tiyn. */
struct oracle_cancel {
    const char *policy, *actor, *from; /* from: the previous status */
    double hours;                      /* until the departure */
    double agreed_hours;               /* since the confirmation */
    int64_t paid, total;
};
int64_t oracle_kept(const struct oracle_cancel *cancel);
