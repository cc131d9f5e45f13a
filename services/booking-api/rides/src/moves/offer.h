// SPDX-License-Identifier: MIT
/* What can be done with a driver's offer on an open ride. Pure. */
#pragma once

#include "moves/move.h"

enum offer_status {
    OFFER_PENDING,
    OFFER_ACCEPTED,
    OFFER_LOST,       /* the ride went to another offer, or ended */
    OFFER_REJECTED,   /* by the passenger */
    OFFER_WITHDRAWN,  /* by its driver, or because he drives elsewhere then */
    OFFER_SUPERSEDED, /* by the same driver's next one */
    OFFER_EXPIRED,
    OFFER_STATUS_COUNT
};
extern const char *const offer_status_names[]; /* NULL-terminated */

enum offer_action {
    OFFER_ACCEPT,
    OFFER_REJECT,
    OFFER_WITHDRAW,
    OFFER_LOSE, /* these three have no path */
    OFFER_SUPERSEDE,
    OFFER_EXPIRE,
    OFFER_ACTION_COUNT
};

/* Who accepts, rejects or withdraws an offer whose time ran out gets 410 "offer_expired". An offer
 * that wins by auto_accept is made as `accepted`. No conditions: move_state.holds is 0. */
extern const struct move_machine offer_machine;

/* The status by the clock: a pending offer whose time ran out is expired, swept or not. */
int offer_status_at(int status, int64_t expires_at, int64_t now);

/* An offer stands for 15 minutes, or as long as its driver says (bounds of a body; keys of tests
 * may say seconds), at most until `depart_to`, the end of the passenger's window. */
enum { OFFER_S = 15 * 60, OFFER_MINUTES_MIN = 5, OFFER_MINUTES_MAX = 60 };
int64_t offer_until(int64_t now, int64_t seconds, int64_t depart_to);
