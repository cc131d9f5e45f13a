// SPDX-License-Identifier: MIT
/* SQL of the lists of rides, and of their histories. */
#pragma once

#include "api/list.h"
#include "db/query.h"

#include "rides/ride.h"

/* What staff looks for. */
enum ride_needs {
    RIDE_NEEDS_ANYTHING,
    RIDE_NEEDS_HELP,     /* somebody has called for help, and nobody has answered */
    RIDE_NEEDS_SETTLING, /* it ended by a fault within the days in which it is settled, and is not
                          */
};

struct ride_filter {
    int statuses; /* bit set of enum ride_status, by the clock; 0: all */
    struct uuid trip_id;
    struct uuid driver_id; /* rides of his trips, and open ones that look for a driver and whose
                              passenger he may meet; nil: all */
    int64_t telegram_id;   /* FIELD_ABSENT: any */
    struct slice phone;
    struct slice from; /* slugs of places */
    struct slice to;
    int64_t depart_from; /* FIELD_ABSENT: any. With depart_to: it departs then, or may, where it */
    int64_t depart_to;   /* looks for a trip */
    struct slice code;   /* as people type it; of open rides a driver's finds none */
    int needs;           /* enum ride_needs */
};

/* Newest first, at most `limit` (1 to LIST_LIMIT_MAX + 1), after `place`. Rows for
 * ride_store_read(), of a LIST_PAGE_OF statement. */
bool ride_list(struct db *db, const struct uuid *tenant_id, const struct ride_filter *filter,
               const struct list_place *place, int64_t limit, struct db_rows *rows,
               struct fault *fault) MUST_CHECK;

/* Steps of a ride behind `after`, oldest first, at most `limit`: rows for ride_encode_step(). */
bool ride_history(struct db *db, const struct uuid *id, int64_t after, int64_t limit,
                  struct db_rows *rows, struct fault *fault) MUST_CHECK;
