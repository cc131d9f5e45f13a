// SPDX-License-Identifier: MIT
/* JSON of the search for trips. */
#include "drivers/drivers_json.h"
#include "places/places_json.h"
#include "trips/trips_json.h"

static const char *const bools[] = {"true", "false", NULL};
static const char *const sorts[] = {"departure", "price", NULL};

#define AT(member) .offset = offsetof(struct trip_query, member)
// clang-format off
static const struct field query_items[] = {
    {.name = "from",        .type = FIELD_CUSTOM, AT(from), .decode = place_decode},
    {.name = "to",          .type = FIELD_CUSTOM, AT(to), .decode = place_decode},
    {.name = "driver_id",   .type = FIELD_UUID,   AT(driver_id)},
    {.name = "status",      .type = FIELD_ENUM,   .flags = FIELD_COMMA, AT(statuses), .names = trip_status_names},
    {.name = "date",        .type = FIELD_DATE,   AT(date)},
    {.name = "depart_from", .type = FIELD_CUSTOM, AT(depart_from), .decode = field_decode_time},
    {.name = "depart_to",   .type = FIELD_CUSTOM, AT(depart_to), .decode = field_decode_time},
    {.name = "seats",       .type = FIELD_INT,    AT(seats), .min = 1, .max = FARE_SEATS_MAX},
    {.name = "child_seats", .type = FIELD_INT,    AT(child_seats), .min = 0, .max = TRIP_CHILD_SEATS_MAX},
    {.name = "kind",        .type = FIELD_ENUM,   AT(kind), .names = fare_kind_names},
    {.name = "size",        .type = FIELD_ENUM,   AT(size), .names = fare_size_names},
    {.name = "max_price",   .type = FIELD_INT,    AT(max_price), .min = 0, .max = FARE_SEATS_MAX * FARE_PRICE_MAX},
    {.name = "instant",     .type = FIELD_ENUM,   AT(instant), .names = bools},
    {.name = "full",        .type = FIELD_ENUM,   AT(full), .names = bools},
    {.name = "sort",        .type = FIELD_ENUM,   AT(sort), .names = sorts},
    {.name = "cursor",      .type = FIELD_RAW,    AT(page.cursor)},
    {.name = "limit",       .type = FIELD_INT,    AT(page.limit), .min = 1, .max = LIST_LIMIT_MAX},
};
// clang-format on
#undef AT

/* Accepts two places (a search) or filters of a list, but not both; and a day, a window or neither.
 * The window of a search is at most a week. */
static void check_trip_query(const void *value, struct fault_list *problems)
{
    const struct trip_query *query = value;
    const bool begins = query->depart_from != FIELD_ABSENT;
    const bool ends = query->depart_to != FIELD_ABSENT;
    const bool window = begins && ends;
    const bool search = query->from.at != NULL || query->to.at != NULL;

    if (search && query->from.at == NULL)
        fault_list_add(problems, "from", "required", "From where.");
    if (search && query->to.at == NULL)
        fault_list_add(problems, "to", "required", "Where to.");
    if (search && (!uuid_is_nil(&query->driver_id) || query->statuses != 0))
        fault_list_add(problems, "from", "one_of_two",
                       "Either from and to, or driver_id and status.");
    if (query->from.at != NULL && slice_equal(query->from, query->to))
        fault_list_add(problems, "to", "repeated_place", "Two places.");
    if ((query->date != FIELD_ABSENT32 && window) || begins != ends)
        fault_list_add(problems, "date", "one_of_two", "date, or depart_from and depart_to.");
    else if (window && (query->depart_to <= query->depart_from ||
                        (search && query->depart_to - query->depart_from > TRIP_SEARCH_US)))
        fault_list_add(problems, "depart_to", "bad_range", "A search's window is at most 7 days.");
}

const struct fields trip_query_fields =
    FIELDS_CHECKED(query_items, struct trip_query, check_trip_query);

#define AT(member) .offset = offsetof(struct trip_found, member)
// clang-format off
static const struct field found_items[] = {
    {.name = "trip_id",      .type = FIELD_UUID,   AT(trip_id)},
    {.name = "from_stop",    .type = FIELD_INT,    AT(from_stop)},
    {.name = "to_stop",      .type = FIELD_INT,    AT(to_stop)},
    {.name = "depart_at",    .type = FIELD_TIME,   AT(depart_at)},
    {.name = "arrive_at",    .type = FIELD_TIME,   AT(arrive_at)},
    {.name = "free_seats",   .type = FIELD_INT,    AT(free_seats)},
    {.name = "price",        .type = FIELD_MONEY,  AT(price)},
    {.name = "driver",       .type = FIELD_OBJECT, AT(driver), .table = &driver_view_fields},
    {.name = "car",          .type = FIELD_OBJECT, AT(car), .table = &car_view_fields},
    {.name = "instant_book", .type = FIELD_BOOL,   AT(instant_book)},
    {.name = "warnings",     .type = FIELD_RAW,    AT(warnings)},
};
// clang-format on
#undef AT
static const struct fields found_fields = FIELDS_OF(found_items, struct trip_found);

void trip_found_encode(const struct db_rows *rows, int row, const void *data, struct buf *out,
                       struct list_cursor *cursor)
{
    const struct trip_query *query = data;
    struct trip_found found;

    trip_found_read(rows, row, &found);
    cursor->number = query->sort == TRIP_BY_PRICE ? found.price : found.depart_at;
    cursor->id = found.trip_id;
    found.driver.name = trip_first_name(found.driver.name);
    fields_encode(&found_fields, &found, false, out);
}

// clang-format off
static const struct field nearby_items[] = {
    {.name = "date",  .type = FIELD_DATE, .offset = offsetof(struct trip_nearby, date)},
    {.name = "trips", .type = FIELD_INT,  .offset = offsetof(struct trip_nearby, trips)},
};
// clang-format on
static const struct fields nearby_fields = FIELDS_OF(nearby_items, struct trip_nearby);

void trip_nearby_encode_page(const struct trip_nearby *days, size_t count, struct buf *out)
{
    buf_text(out, "{\"items\":[],\"nearby\":");
    fields_encode_list(&nearby_fields, days, count, false, out);
    buf_text(out, ",\"next_cursor\":null}");
}
