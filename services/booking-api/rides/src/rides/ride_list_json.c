// SPDX-License-Identifier: MIT
#include "rides/ride_list_json.h"

#include "places/places_json.h"
#include "ride_callers.h"
#include "rides/ride_store.h"
#include "rides/rides_json.h"
#include "trips/trips_json.h"

/* By enum ride_needs; default: anything. */
static const char *const needs_names[] = {"anything", "help", "settling", NULL};

// clang-format off
#define AT(member) .offset = offsetof(struct ride_query, member)
static const struct field query_items[] = {
    {.name = "status",      .type = FIELD_ENUM,   .flags = FIELD_COMMA, AT(filter.statuses), .names = ride_status_names},
    {.name = "trip_id",     .type = FIELD_UUID,   AT(filter.trip_id)},
    {.name = "telegram_id", .type = FIELD_INT,    AT(filter.telegram_id), .min = 1, .max = RIDE_GUEST_MAX},
    {.name = "phone",       .type = FIELD_PHONE,  AT(filter.phone)},
    {.name = "from",        .type = FIELD_CUSTOM, AT(filter.from), .decode = place_decode},
    {.name = "to",          .type = FIELD_CUSTOM, AT(filter.to), .decode = place_decode},
    {.name = "date",        .type = FIELD_DATE,   AT(date)},
    {.name = "code",        .type = FIELD_TEXT,   AT(filter.code), .min = 1, .max = 2 * RIDE_CODE_LEN},
    {.name = "needs",       .type = FIELD_ENUM,   AT(filter.needs), .names = needs_names},
    {.name = "cursor",      .type = FIELD_RAW,    AT(page.cursor)},
    {.name = "limit",       .type = FIELD_INT,    AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
#undef AT
// clang-format on
const struct fields ride_query_fields = FIELDS_OF(query_items, struct ride_query);

void ride_query_defaults(struct ride_query *query)
{
    *query = (struct ride_query){
        .filter = {.telegram_id = FIELD_ABSENT,
                   .depart_from = FIELD_ABSENT,
                   .depart_to = FIELD_ABSENT},
        .date = FIELD_ABSENT32,
        .page = {.limit = LIST_LIMIT_DEFAULT  },
    };
}

void ride_encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                      struct list_cursor *cursor)
{
    struct ride ride;

    ride_store_read(rows, row, &ride);
    ride_encode(&ride, data, out);
    cursor->id = ride.id;
}
