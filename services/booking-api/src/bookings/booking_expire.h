// SPDX-License-Identifier: MIT
/* Time ran out. Two see to it: the sweeper (sweeper.c), and a writer that trips on a hold which is
 * over, so that a dead sweeper never blocks a night. Both flip with a statement that gives back the
 * bookings it ended, and record them here: history, event and audit, in the same transaction. */
#pragma once

#include "api/change.h"
#include "db/query.h"

enum { BOOKING_EXPIRE_BATCH = 50 }; /* the sweeper's, per transaction */

/* $1 flat, $2 first night, $3 end: ends what is over there. Rows: booking, then the status it had.
 */
extern const struct db_statement booking_expire_nights_statement;

/* Rows of an expire statement. */
bool booking_expire_record(struct change *change, const struct db_rows *ended,
                           struct fault *fault) MUST_CHECK;

/* Rows of stays whose check-out time has come, as many as BOOKING_EXPIRE_BATCH: become completed.
 */
bool booking_complete_batch(struct change *change, int *ended, struct fault *fault) MUST_CHECK;

/* Is anything over, or has a check-out time come? A read, so that looking for nothing writes
 * nothing. */
bool booking_expire_due(struct db *db, bool *due, struct fault *fault) MUST_CHECK;

/* Ends at most BOOKING_EXPIRE_BATCH holds that nobody else is at; says how many. */
bool booking_expire_batch(struct change *change, int *ended, struct fault *fault) MUST_CHECK;
