// SPDX-License-Identifier: MIT
/* SQL of ride lists and histories. */
#pragma once

#include "api/list.h"
#include "db/query.h"

#include "rides/ride.h"

/* Reasons why a ride needs staff. */
enum ride_needs {
    RIDE_NEEDS_ANYTHING,
    RIDE_NEEDS_HELP,     /* an unanswered call for help */
    RIDE_NEEDS_SETTLING, /* ended with a fault within the settling period, not settled */
};

struct ride_filter {
    int statuses; /* bit set of enum ride_status, by the clock; 0: all */
    struct uuid trip_id;
    struct uuid driver_id; /* rides of this driver's trips, and open rides without a trip whose
                              passenger is not excluded; nil: all */
    int64_t telegram_id;   /* FIELD_ABSENT: any */
    struct slice phone;
    struct slice from; /* slugs of places */
    struct slice to;
    int64_t depart_from; /* FIELD_ABSENT: any. Rides departing in this range, */
    int64_t depart_to;   /* or open rides whose window overlaps it */
    struct slice code;   /* spelling variants are accepted; finds no open ride for a driver */
    int needs;           /* enum ride_needs */
};

/* Newest first, at most `limit` (1 to LIST_LIMIT_MAX + 1), after the cursor. Rows for
 * ride_store_read(), of a LIST_PAGE_OF statement. */
bool ride_list(struct db *db, const struct uuid *tenant_id, const struct ride_filter *filter,
               const struct list_cursor *cursor, int64_t limit, struct db_rows *rows,
               struct fault *fault) MUST_CHECK;

/* For steps_reply(). */
extern const struct db_statement ride_history_statement;
