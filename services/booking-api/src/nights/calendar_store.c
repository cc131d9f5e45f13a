// SPDX-License-Identifier: MIT
#include "base/date.h"
#include "db/query.h"

#include "nights/calendar.h"
#include "prices/rate.h"

extern const char calendar_find_sql[]; /* calendar_find.sql */
static const struct db_statement statement = {
    .name = "calendar_find",
    .parameters = "id uuid, tenant uuid, from date, to date, days integer, last_day date,"
                  " reach integer",
    .sql = calendar_find_sql,
};

enum { FIRST = 10, LAST, STATUS, CHECK_IN, CHECK_OUT, UNTIL, RATES };

static const struct db_column columns[] = {
    {.type = DB_UUID, .offset = offsetof(struct apartment, owner_id)            },
    {.type = DB_BOOL, .offset = offsetof(struct apartment, is_active)           },
    {.type = DB_INT,  .offset = offsetof(struct apartment, base_price)          },
    {.type = DB_INT,  .offset = offsetof(struct apartment, weekend_price)       },
    {.type = DB_INT,  .offset = offsetof(struct apartment, min_nights)          },
    {.type = DB_INT,  .offset = offsetof(struct apartment, buffer_days)         },
    {.type = DB_INT,  .offset = offsetof(struct apartment, advance_notice_hours)},
    {.type = DB_INT,  .offset = offsetof(struct apartment, booking_window_days) },
    {.type = DB_DATE, .offset = offsetof(struct apartment, local_day)           },
};

static enum calendar_status status_of(struct slice status)
{
    if (slice_is(status, "blocked"))
        return CALENDAR_BLOCKED;
    if (slice_is(status, "confirmed") || slice_is(status, "checked_in"))
        return CALENDAR_BOOKED;
    return CALENDAR_HELD;
}

bool calendar_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                         int32_t from, int32_t to, struct arena *arena, struct calendar_page *out,
                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    if (!db_query(db, &statement,
                  DB_VALUES(db_uuid(id), db_uuid(tenant_id), db_date(from), db_date(to),
                            db_int(CALENDAR_DAYS_DEFAULT), db_date(DATE_MAX),
                            db_int(STAY_NIGHTS_MAX)),
                  &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such flat.");

    struct calendar_page page = {
        .flat = apartment_defaults(),
        .from = db_get_date(&rows, 0, FIRST),
        .to = db_get_date(&rows, 0, LAST),
    };
    db_row_read(&rows, 0, 0, columns, sizeof columns / sizeof columns[0], &page.flat);
    page.flat.local_minute = (int32_t)db_get_int(&rows, 0, FIRST - 1);
    if (!rates_read(db_get_text(&rows, 0, RATES), arena, &page.flat.rates, &page.flat.rate_count,
                    fault))
        return false;

    struct calendar_taken *taken = arena_alloc(arena, (size_t)rows.count * sizeof *taken);
    if (taken == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count && !db_is_null(&rows, i, STATUS); i++) {
        taken[page.count++] = (struct calendar_taken){
            .status = status_of(db_get_text(&rows, i, STATUS)),
            .check_in = db_get_date(&rows, i, CHECK_IN),
            .check_out = db_get_date(&rows, i, CHECK_OUT),
            .until = db_get_date(&rows, i, UNTIL),
        };
    }
    page.taken = taken;
    *out = page;
    return true;
}
