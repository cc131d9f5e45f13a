// SPDX-License-Identifier: MIT
#include "base/date.h"
#include "db/query.h"

#include "calendar/calendar.h"
#include "prices/rate.h"

// clang-format off
#define AT(member) offsetof(struct calendar_page, member)
static const struct db_column columns[] = {
    {DB_UUID,  AT(apartment.owner_id),             .name = "owner_id"},
    {DB_BOOL,  AT(apartment.is_active),            .name = "is_active"},
    {DB_INT,   AT(apartment.base_price),           .name = "base_price"},
    {DB_INT,   AT(apartment.weekend_price),        .name = "weekend_price"},
    {DB_INT,   AT(apartment.min_nights),           .name = "min_nights"},
    {DB_INT,   AT(apartment.buffer_days),          .name = "buffer_days"},
    {DB_INT,   AT(apartment.advance_notice_hours), .name = "advance_notice_hours"},
    {DB_INT,   AT(apartment.booking_window_days),  .name = "booking_window_days"},
    {DB_DATE,  AT(apartment.local_day),            .name = "local_day"},
    {DB_CLOCK, AT(apartment.local_minute),         .name = "local_time"},
    {DB_DATE,  AT(from),                      .name = "first"},
    {DB_DATE,  AT(to),                        .name = "last"},
};
// clang-format on
static const struct db_shape shape = DB_SHAPE(columns, "f");
enum { STATUS = ARRAY_LEN(columns), CHECK_IN, CHECK_OUT, UNTIL, CHANNELS, RATES };

extern const char calendar_find_sql[]; /* calendar_find.sql */
static const struct db_statement statement = {
    .name = "calendar_find",
    .parameters = "id uuid, tenant uuid, from date, to date, days integer, last_day date,"
                  " reach integer",
    .shape = &shape,
    .sql = calendar_find_sql,
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such apartment."},
};

static enum calendar_status calendar_status_from_occupancy(struct slice status)
{
    if (slice_is(status, "blocked"))
        return CALENDAR_BLOCKED;
    if (slice_is(status, "buffer"))
        return CALENDAR_BUFFER;
    if (slice_is(status, "confirmed") || slice_is(status, "checked_in"))
        return CALENDAR_BOOKED;
    return CALENDAR_HELD;
}

/* The reasons of a night that feeds of these channels hold: "airbnb,booking". */
static unsigned reasons_of_channels(struct slice channels)
{
    unsigned reasons = 0;

    while (channels.len > 0)
        reasons |=
            1u << (CALENDAR_FEED_SHIFT + slice_find(slice_cut(&channels, ','),
                                                    calendar_channel_names, CALENDAR_CHANNELS));
    return reasons;
}

bool calendar_store_find(struct db *db, const struct uuid *tenant_id,
                         const struct uuid *apartment_id, int32_t from, int32_t to_exclusive,
                         struct arena *arena, struct calendar_page *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, &statement,
                      DB_VALUES(db_uuid(apartment_id), db_uuid(tenant_id), db_date(from),
                                db_date(to_exclusive), db_int(CALENDAR_DAYS_DEFAULT),
                                db_date(DATE_MAX), db_int(STAY_NIGHTS_MAX)),
                      &rows, fault))
        return false;
    struct calendar_page page = {.apartment = apartment_defaults()};
    db_row_read(&rows, 0, 0, shape.columns, shape.count, &page);
    if (!rates_decode_column(db_get_text(&rows, 0, RATES), arena, &page.apartment.rates,
                             &page.apartment.rate_count, fault))
        return false;

    struct calendar_taken *taken = arena_alloc(arena, (size_t)rows.count * sizeof *taken);
    if (taken == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count && !db_is_null(&rows, i, STATUS); i++) {
        taken[page.count++] = (struct calendar_taken){
            .status = calendar_status_from_occupancy(db_get_text(&rows, i, STATUS)),
            .check_in = db_get_date(&rows, i, CHECK_IN),
            .check_out = db_get_date(&rows, i, CHECK_OUT),
            .until = db_get_date(&rows, i, UNTIL),
            .feeds = reasons_of_channels(db_get_text(&rows, i, CHANNELS)),
        };
    }
    page.taken = taken;
    *out = page;
    return true;
}
