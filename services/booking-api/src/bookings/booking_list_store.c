// SPDX-License-Identifier: MIT
#include "bookings/booking_list_store.h"

#include "base/arena.h"

#include "bookings/booking_store.h"
#include "nights/occupancy.h"

/* A booking whose time ran out is expired to every reader, swept or not. */
#define STATUS_NOW                                                                                 \
    "CASE WHEN o.status IN " OCCUPANCY_WAITING " AND o.expires_at <= now()"                        \
    " THEN 'expired' ELSE o.status END"

/* One statement for each way into the table, since a plan is made for a text and not for the
 * filters that happen to be set; what is left over is judged row by row, in the order of the index.
 * $2 is the way's own value. */
#define LIST(way)                                                                                  \
    LIST_PAGE_OF "SELECT " BOOKING_COLUMNS ", octet_length(concat(b.lines, b.note, b.receipt,"     \
                 " a.check_in_info_ru, a.check_in_info_kz, a.check_in_info_en)) AS large"          \
                 " FROM booking b JOIN occupancy o ON o.id = b.id"                                 \
                 " JOIN apartment a ON a.id = o.apartment_id"                                      \
                 " WHERE b.tenant_id = $1::uuid AND " way " AND b.id < $3::uuid"                   \
                 " AND ($4::text IS NULL OR " STATUS_NOW                                           \
                 " = ANY (string_to_array($4::text, ',')))"                                        \
                 " AND ($5::uuid IS NULL OR b.apartment_id = $5::uuid)"                            \
                 " AND ($6::uuid IS NULL OR b.owner_id = $6::uuid)"                                \
                 " AND ($7::bigint IS NULL OR b.guest_telegram_id = $7::bigint)"                   \
                 " AND ($8::text IS NULL OR b.guest_phone = $8::text)"                             \
                 " AND ($9::date IS NULL OR o.check_out > $9::date)"                               \
                 " AND ($10::date IS NULL OR o.check_in < $10::date)"                              \
                 " ORDER BY b.id DESC LIMIT $11::bigint" LIST_PAGE_CUT

static const struct db_statement by_code = {
    .name = "booking_list_by_code",
    .sql = LIST("b.code = $2::text"),
};
static const struct db_statement by_telegram = {
    .name = "booking_list_by_telegram",
    .sql = LIST("b.guest_telegram_id = $2::bigint"),
};
static const struct db_statement by_phone = {
    .name = "booking_list_by_phone",
    .sql = LIST("b.guest_phone = $2::text"),
};
static const struct db_statement by_apartment = {
    .name = "booking_list_by_apartment",
    .sql = LIST("b.apartment_id = $2::uuid"),
};
static const struct db_statement by_owner = {
    .name = "booking_list_by_owner",
    .sql = LIST("b.owner_id = $2::uuid"),
};
/* The few of these statuses, among all that ever were: each has an index of its own. */
#define AMONG(statuses) LIST("o.tenant_id = $2::uuid AND o.id < $3::uuid AND o.status IN " statuses)
static const struct db_statement by_waiting = {
    .name = "booking_list_waiting",
    .sql = AMONG(OCCUPANCY_WAITING),
};
static const struct db_statement by_staying = {
    .name = "booking_list_staying",
    .sql = AMONG(OCCUPANCY_STAYING),
};
static const struct db_statement by_called_off = {
    .name = "booking_list_called_off",
    .sql = AMONG(OCCUPANCY_CALLED_OFF),
};
static const struct db_statement by_tenant = {
    .name = "booking_list_all",
    .sql = LIST("b.tenant_id = $2::uuid"),
};

/* By the statuses that are asked for; "expired" may still be stored as one that waits. */
static const struct {
    int statuses;
    const struct db_statement *statement;
} by_status[] = {
    {1 << BOOKING_HELD | 1 << BOOKING_REQUESTED | 1 << BOOKING_PAYMENT_CLAIMED, &by_waiting   },
    {1 << BOOKING_CONFIRMED | 1 << BOOKING_CHECKED_IN,                          &by_staying   },
    {1 << BOOKING_DECLINED | 1 << BOOKING_CANCELLED | 1 << BOOKING_NO_SHOW,     &by_called_off},
};

/* The narrowest way in for these filters. */
static const struct db_statement *
choose(const struct uuid *tenant_id, const struct booking_filter *filter, struct db_value *value)
{
    /* What waits is few even of a whole tenant; of the rest an owner has fewer. */
    const size_t ways = uuid_is_nil(&filter->owner_id) ? sizeof by_status / sizeof by_status[0] : 1;

    if (filter->code.at != NULL) {
        *value = db_text(filter->code);
        return &by_code;
    }
    if (filter->telegram_id != FIELD_ABSENT) {
        *value = db_int(filter->telegram_id);
        return &by_telegram;
    }
    if (filter->phone.at != NULL) {
        *value = db_text(filter->phone);
        return &by_phone;
    }
    if (!uuid_is_nil(&filter->apartment_id)) {
        *value = db_uuid(&filter->apartment_id);
        return &by_apartment;
    }
    *value = db_uuid(tenant_id);
    for (size_t i = 0; filter->statuses != 0 && i < ways; i++) {
        if ((filter->statuses & ~by_status[i].statuses) == 0)
            return by_status[i].statement;
    }
    if (uuid_is_nil(&filter->owner_id))
        return &by_tenant;
    *value = db_uuid(&filter->owner_id);
    return &by_owner;
}

enum { STATUSES_MAX = 128 }; /* all names with commas */

/* "held,confirmed"; absent for all. */
static struct slice statuses_text(int statuses, char out[STATUSES_MAX])
{
    size_t len = 0;

    if (statuses == 0)
        return (struct slice){0};
    for (int i = 0; i < BOOKING_STATUS_COUNT; i++) {
        const struct slice name = slice_of(booking_status_names[i]);
        if ((statuses & 1 << i) == 0)
            continue;
        if (len > 0)
            out[len++] = ',';
        memcpy(out + len, name.at, name.len);
        len += name.len;
    }
    return (struct slice){out, len};
}

/* Newest first begins here; a place that is always there lets the index begin at it. */
static struct uuid behind_all(void)
{
    struct uuid last;

    memset(last.bytes, 0xff, sizeof last.bytes);
    return last;
}

bool booking_list(struct db *db, const struct uuid *tenant_id, const struct booking_filter *filter,
                  const struct list_place *place, int64_t limit, struct db_rows *rows,
                  struct fault *fault)
{
    char statuses[STATUSES_MAX];
    struct db_value way;
    const struct db_statement *statement = choose(tenant_id, filter, &way);
    const struct uuid after = place->set ? place->id : behind_all();

    return db_query(db, statement,
                    DB_VALUES(db_uuid(tenant_id), way, db_uuid(&after),
                              db_text(statuses_text(filter->statuses, statuses)),
                              db_uuid(&filter->apartment_id), db_uuid(&filter->owner_id),
                              db_int(filter->telegram_id), db_text(filter->phone),
                              db_date(filter->from), db_date(filter->to), db_int(limit)),
                    rows, fault);
}
