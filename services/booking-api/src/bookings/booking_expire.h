// SPDX-License-Identifier: MIT
/* Expires overdue holds and completes stays after their check-out time. The sweeper
 * (maintenance/sweeper.h) does both. A writer also expires overdue holds on the nights that it
 * needs, so nights become free even if no sweeper runs. History, event and audit are written in
 * the same transaction. */
#pragma once

#include "api/change.h"
#include "db/query.h"

enum { BOOKING_EXPIRE_BATCH = 50 }; /* bookings per transaction of the sweeper */

/* Records the steps of `ended`, the rows of an expire statement. */
bool booking_expire_record(struct change *change, const struct db_rows *ended,
                           struct fault *fault) MUST_CHECK;

/* Completes up to BOOKING_EXPIRE_BATCH stays after check-out time. `ended`: their number. */
bool booking_expire_complete_batch(struct change *change, int64_t *ended,
                                   struct fault *fault) MUST_CHECK;

/* Expires up to BOOKING_EXPIRE_BATCH overdue holds, skips locked ones. `ended`: their number. */
bool booking_expire_batch(struct change *change, int64_t *ended, struct fault *fault) MUST_CHECK;
