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

struct step {
    int64_t at;
    struct slice from;
    struct slice to;
    struct slice actor;
    struct slice reason;
    int64_t version;
    int64_t fee;
    int64_t refund;
};

// clang-format off
#define AT(member) .offset = offsetof(struct step, member)
static const struct field step_items[] = {
    {.name = "at",          .type = FIELD_TIME,  AT(at)},
    {.name = "from_status", .type = FIELD_TEXT,  .flags = FIELD_NULLABLE, AT(from)},
    {.name = "to_status",   .type = FIELD_TEXT,  AT(to)},
    {.name = "actor",       .type = FIELD_TEXT,  AT(actor)},
    {.name = "reason",      .type = FIELD_TEXT,  .flags = FIELD_OMIT, AT(reason)},
    {.name = "version",     .type = FIELD_INT,   AT(version)},
    {.name = "fee",         .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(fee)},
    {.name = "refund",      .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(refund)},
};
#undef AT
// clang-format on
static const struct fields step_fields = FIELDS_OF(step_items, struct step);

/* Hides the account number of a passenger from drivers: "guest:7" becomes "guest". */
static struct slice actor_shown(struct slice actor, const struct api_caller *caller)
{
    return caller->actor == RIDE_ACTOR_DRIVER && slice_starts(actor, SLICE("guest:"))
               ? SLICE("guest")
               : actor;
}

void ride_encode_step(const struct db_rows *rows, int row, const void *data, struct buf *out,
                      struct list_cursor *cursor)
{
    const struct step step = {
        .at = db_get_time(rows, row, 0),
        .from = db_get_text(rows, row, 1),
        .to = db_get_text(rows, row, 2),
        .actor = actor_shown(db_get_text(rows, row, 3), data),
        .reason = db_get_text(rows, row, 4),
        .version = db_get_int(rows, row, 5),
        .fee = db_get_int(rows, row, 6),
        .refund = db_get_int(rows, row, 7),
    };

    fields_encode(&step_fields, &step, false, out);
    cursor->number = step.version;
}
