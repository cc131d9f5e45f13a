// SPDX-License-Identifier: MIT
/* Transitions of a trip. Times are microseconds UTC; T is the current planned departure from the
 * first stop. Pure. */
#pragma once

#include "transitions/transition.h"

/* The first two occupy the driver. */
enum trip_status { TRIP_SCHEDULED, TRIP_STARTED, TRIP_FINISHED, TRIP_CANCELLED, TRIP_STATUS_COUNT };
extern const char *const trip_status_names[]; /* NULL-terminated */

enum trip_action {
    TRIP_CONFIRM, /* the driver confirms the departure */
    TRIP_DELAY,
    TRIP_START,  /* the first `board` starts the trip too */
    TRIP_FINISH, /* completes the boarded rides */
    TRIP_CANCEL,
    TRIP_EDIT, /* PATCH */
    TRIP_ACTION_COUNT
};

#define TRIP_CONFIRM_FROM_US (INT64_C(6) * 3600 * 1000000)
#define TRIP_START_FROM_US   (INT64_C(30) * 60 * 1000000)
#define TRIP_FINISH_AFTER_US (INT64_C(3) * 3600 * 1000000)
#define TRIP_CANCEL_AFTER_US (INT64_C(60) * 60 * 1000000)

/* Conditions of rows; limits are inclusive. */
enum {
    TRIP_CONFIRM_TIME = 1 << 0, /* from T - 6 h */
    TRIP_UNCONFIRMED = 1 << 1,  /* the driver has not confirmed */
    TRIP_START_TIME = 1 << 2,   /* from T - 30 min */
    TRIP_SETTLED = 1 << 3,      /* no confirmed ride is left */
    TRIP_ARRIVED = 1 << 4,      /* from 3 h after the arrival at the last stop */
    TRIP_NOT_GONE = 1 << 5      /* from T + 60 min */
};

struct trip_snapshot {
    int status; /* enum trip_status */
    int64_t departs_at;
    int64_t arrives_at;
    int64_t driver_confirmed; /* FIELD_ABSENT: not yet */
    int64_t confirmed_rides;  /* rides in status `confirmed` */
    int64_t now;
};

/* Refusals: 409 "too_early", "already_confirmed", "unsettled_rides". */
extern const struct transition_machine trip_machine;
struct transition_state trip_state(const struct trip_snapshot *trip);

/* --- delays --- */

enum { TRIP_DELAY_MIN_MINUTES = 5, TRIP_DELAY_MAX_MINUTES = 720 };

/* The first stop that a delay moves. Scheduled trip: the first stop. Started trip: the first stop
 * whose planned time is ahead, or the last stop if none is. `at`: times of `count` stops,
 * ascending. */
size_t trip_first_delayed_stop(enum trip_status status, const int64_t *at, size_t count,
                               int64_t now);

/* Delays the stops from `from_stop` on by `minutes`. */
void trip_delay(int64_t *at, size_t count, size_t from_stop, int64_t minutes);
