// SPDX-License-Identifier: MIT
/* Transitions of a driver's offer on an open ride. Pure. */
#pragma once

#include "transitions/transition.h"

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
 * auto_accept takes is created as `accepted`. There are no conditions: transition_state.conditions
 * is 0. */
extern const struct transition_machine offer_machine;

/* The status by the clock: a pending offer past its deadline is expired even before the sweeper has
 * written it. */
int offer_status_at(int status, int64_t expires_at, int64_t now);

/* The deadline of an offer: 15 minutes, or the duration that its driver gave (limits of a body;
 * test keys may give seconds), but never later than `depart_to`, the end of the passenger's window.
 */
enum { OFFER_S = 15 * 60, OFFER_MINUTES_MIN = 5, OFFER_MINUTES_MAX = 60 };
int64_t offer_until(int64_t now, int64_t seconds, int64_t depart_to);
