// SPDX-License-Identifier: MIT
/* What can be done with a trip. Times are microseconds UTC; T is the planned departure from the
 * first stop as it stands now. Pure. */
#pragma once

#include "moves/move.h"

/* The first two occupy the driver. */
enum trip_status { TRIP_SCHEDULED, TRIP_STARTED, TRIP_FINISHED, TRIP_CANCELLED, TRIP_STATUS_COUNT };
extern const char *const trip_status_names[]; /* NULL-terminated */

enum trip_action {
    TRIP_CONFIRM, /* the driver says that he goes */
    TRIP_DELAY,
    TRIP_START,  /* the first `board` starts it, too */
    TRIP_FINISH, /* completes who is in the car */
    TRIP_CANCEL,
    TRIP_EDIT, /* PATCH */
    TRIP_ACTION_COUNT
};

#define TRIP_CONFIRM_FROM_US (INT64_C(6) * 3600 * 1000000)
#define TRIP_START_FROM_US   (INT64_C(30) * 60 * 1000000)
#define TRIP_FINISH_AFTER_US (INT64_C(3) * 3600 * 1000000)
#define TRIP_CANCEL_AFTER_US (INT64_C(60) * 60 * 1000000)

/* Conditions of rows; borders are inclusive. */
enum {
    TRIP_CONFIRM_TIME = 1 << 0, /* from T - 6 h */
    TRIP_UNCONFIRMED = 1 << 1,  /* the driver has not said so yet */
    TRIP_START_TIME = 1 << 2,   /* from T - 30 min */
    TRIP_SETTLED = 1 << 3,      /* no confirmed ride is left */
    TRIP_ARRIVED = 1 << 4,      /* from 3 h after the arrival at the last stop */
    TRIP_NOT_GONE = 1 << 5      /* from T + 60 min */
};

struct trip_moment {
    int status; /* enum trip_status */
    int64_t departs_at;
    int64_t arrives_at;
    int64_t driver_confirmed; /* FIELD_ABSENT: not yet */
    int64_t confirmed_rides;  /* that neither boarded nor ended */
    int64_t now;
};

/* Refusals: 409 "too_early", "already_confirmed", "unsettled_rides". */
extern const struct move_machine trip_machine;
struct move_state trip_state(const struct trip_moment *trip);

/* --- a delay --- */

enum { TRIP_DELAY_MIN_MINUTES = 5, TRIP_DELAY_MAX_MINUTES = 720 };

/* The first stop that a delay moves: of a scheduled trip the first; of a started one the first
 * whose planned time lies ahead, or the last where none does. `at`: times of `count` stops,
 * ascending. */
size_t trip_delay_from(enum trip_status status, const int64_t *at, size_t count, int64_t now);

/* Moves the stops from `from_stop` on by so many minutes. */
void trip_delay(int64_t *at, size_t count, size_t from_stop, int64_t minutes);
