// SPDX-License-Identifier: MIT
/* The end of holds whose time has run out, and of stays whose check-out time has come. The sweeper
 * (maintenance/sweeper.h) ends them. A writer that meets such a hold on the nights it needs ends it
 * too, so that nights become free without a sweeper. Each statement returns the bookings it has
 * ended; history, event and audit are written in the same transaction. */
#pragma once

#include "api/change.h"
#include "db/query.h"

enum { BOOKING_EXPIRE_BATCH = 50 }; /* bookings that one transaction of the sweeper ends */

/* Records what `ended`, the rows of an expire statement, has changed. */
bool booking_expire_record(struct change *change, const struct db_rows *ended,
                           struct fault *fault) MUST_CHECK;

/* Completes at most BOOKING_EXPIRE_BATCH stays whose check-out time has come. `ended`: how many. */
bool booking_expire_complete_batch(struct change *change, int *ended,
                                   struct fault *fault) MUST_CHECK;

/* Ends at most BOOKING_EXPIRE_BATCH expired holds, without those that another transaction has
 * locked. `ended`: how many. */
bool booking_expire_batch(struct change *change, int *ended, struct fault *fault) MUST_CHECK;
