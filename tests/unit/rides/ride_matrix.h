// SPDX-License-Identifier: MIT
/* Actors and instants of the matrices of rides: the departure is at 0, the arrival at ARRIVES. */
#pragma once

#include "ride_callers.h"
#include "support/matrix.h"

#define MINUTE  (INT64_C(60) * 1000000)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)
#define ARRIVES (5 * HOUR)

enum {
    GUEST = RIDE_BY_GUEST,
    DRIVER = RIDE_BY_DRIVER,
    STAFF = TRANSITION_BY_STAFF,
    SYSTEM = TRANSITION_BY_SYSTEM
};
