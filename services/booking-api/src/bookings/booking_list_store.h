// SPDX-License-Identifier: MIT
/* SQL of the lists of bookings. */
#pragma once

#include "api/list.h"
#include "db/query.h"

#include "bookings/booking.h"

struct booking_filter {
    int statuses; /* bit set of enum booking_status; 0: all */
    struct uuid apartment_id;
    struct uuid owner_id;
    int64_t telegram_id; /* FIELD_ABSENT: any */
    struct slice phone;
    int32_t from; /* stays that include a night of from .. to - 1 */
    int32_t to;
    struct slice code; /* normalised by digest_base32_read() */
};

/* Reads bookings by the filter, newest first, at most `limit` (1 to LIST_LIMIT_MAX + 1), after
 * `cursor`. The rows come from a LIST_PAGE_OF statement and are for booking_store_read_row(). */
bool booking_list_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct booking_filter *filter, const struct list_cursor *cursor,
                             int64_t limit, struct db_rows *rows, struct fault *fault) MUST_CHECK;
