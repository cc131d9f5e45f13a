// SPDX-License-Identifier: MIT
/* Expires holds and completes stays. Rows: each ended booking, then its previous status. */
#pragma once

#include "db/query.h"

/* Expires overdue holds on the nights {from} .. {until} - 1 of {apartment}. Other stores send it
 * in one round trip with their own statements. */
extern const struct db_statement booking_expire_store_nights_statement;

/* Sets `due` if a hold is overdue or a check-out time has passed. */
bool booking_expire_store_due(struct db *db, bool *due, struct fault *fault) MUST_CHECK;

/* End at most `most` bookings each and skip locked ones. */
bool booking_expire_store_expire(struct db *tx, int64_t most, struct db_rows *ended,
                                 struct fault *fault) MUST_CHECK;
bool booking_expire_store_complete(struct db *tx, int64_t most, struct db_rows *ended,
                                   struct fault *fault) MUST_CHECK;
