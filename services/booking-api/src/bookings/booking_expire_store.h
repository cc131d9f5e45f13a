// SPDX-License-Identifier: MIT
/* SQL of holds whose time has run out, and of stays whose check-out time has come
 * (booking_expire.h). A statement that ends some returns them: the booking, then the status it had.
 */
#pragma once

#include "db/query.h"

/* Ends expired holds on the nights of {apartment} from {from} to {until} - 1. For stores that send
 * it together with their own statements. */
extern const struct db_statement booking_expire_store_nights_statement;

/* True when a hold has expired or a check-out time has come. */
bool booking_expire_store_due(struct db *db, bool *due, struct fault *fault) MUST_CHECK;

/* End at most `most` of them, without those that another transaction has locked. */
bool booking_expire_store_expire(struct db *tx, int64_t most, struct db_rows *ended,
                                 struct fault *fault) MUST_CHECK;
bool booking_expire_store_complete(struct db *tx, int64_t most, struct db_rows *ended,
                                   struct fault *fault) MUST_CHECK;
