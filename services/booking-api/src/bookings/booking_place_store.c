// SPDX-License-Identifier: MIT
#include "bookings/booking_place_store.h"

#include "base/digest.h"

#include "bookings/booking_expire.h"
#include "bookings/booking_store.h"
#include "nights/occupancy.h"
#include "prices/policy_row.h"

enum {
    CODE_TRIES = 5,
    /* No hold lives longer (12 h requested, an hour to pay, 12 h claimed), so a guest's live holds
     * are among his bookings of the last days: ids begin with the time. */
    HOLD_LIFE_MAX_MS = 3 * 24 * 60 * 60 * 1000
};

/* A limit that counts rows of a guest holds only while nobody else adds some: one lock per name he
 * goes by, in order, so that two names never wait for each other. */
static const struct db_statement lock_guest_statement = {
    .name = "booking_lock_guest",
    .sql = "SELECT count(pg_advisory_xact_lock(k))"
           " FROM (SELECT k FROM (VALUES ($1::bigint), ($2::bigint)) AS named (k)"
           "       WHERE k IS NOT NULL ORDER BY k) AS sorted",
};

/* The advisory lock's number for one name of a guest in one tenant. */
static int64_t guest_lock(const struct uuid *tenant_id, const char *kind, struct slice name,
                          struct arena *arena)
{
    char tenant[UUID_TEXT_LEN + 1];
    struct slice text;

    if (name.at == NULL)
        return FIELD_ABSENT;
    uuid_format(tenant_id, tenant);
    text = arena_printf(arena, "booking:%s:%s:%.*s", tenant, kind, SLICE_ARG(name));
    /* A full arena: the next allocation reports it. Never the absent value. */
    return text.at == NULL ? 0 : (int64_t)(digest_fast64(text) >> 1);
}

bool booking_place_store_lock(struct db *tx, const struct uuid *tenant_id,
                              const struct booking_draft *draft, struct arena *arena,
                              struct apartment *flat, struct fault *fault)
{
    const struct slice telegram =
        draft->guest.telegram_id == FIELD_ABSENT
            ? (struct slice){0}
            : arena_printf(arena, "%lld", (long long)draft->guest.telegram_id);
    const struct db_value values[] = {
        db_int(guest_lock(tenant_id, "telegram", telegram, arena)),
        db_int(guest_lock(tenant_id, "phone", draft->guest.phone, arena)),
    };
    const struct db_call guest = {&lock_guest_statement, values, 2, NULL};

    return apartment_store_lock_after(tx, &guest, tenant_id, &draft->apartment_id, arena, flat,
                                      fault);
}

/* OFFSET 0: looked up for each of the guest's few bookings, and never the other way round through
 * all that are held. */
static const struct db_statement count_statement = {
    .name = "booking_count_holds",
    .sql = "SELECT count(*) FROM (SELECT id FROM booking WHERE tenant_id = $1"
           "   AND guest_telegram_id = $2 AND id > $4"
           "  UNION SELECT id FROM booking WHERE tenant_id = $1 AND guest_phone = $3 AND id > $4)"
           " AS mine CROSS JOIN LATERAL (SELECT 1 FROM occupancy o WHERE o.id = mine.id"
           "  AND o.status IN " OCCUPANCY_WAITING " AND o.expires_at > now() OFFSET 0) AS live",
};

/* $8 is seconds. A request waits at most to the end of the check-in day in the flat's zone. */
static const struct db_statement take_statement = {
    .name = "booking_take_nights",
    .sql = "INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out,"
           " buffer_days, expires_at) VALUES ($1, $2, $3, 'booking', $4, $5::date, $6::date, $7,"
           " least(now() + $8::bigint * interval '1 second',"
           "       ($5::date + 1)::timestamp AT TIME ZONE $9::text))"
           " ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING"
           " RETURNING expires_at, created_at",
};

/* Nothing where the nights were not had. A code somebody has already: nothing either, and another
 * is tried. */
static const struct db_statement insert_statement = {
    .name = "booking_insert",
    .sql = "INSERT INTO booking AS b (id, tenant_id, code, apartment_id, owner_id, guest_name,"
           " guest_phone, guest_telegram_id, guest_language, note, guests, lines, total, deposit,"
           " cleaning, first_night, policy, policy_text, check_in_time, timezone, source)"
           " SELECT $1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid, $6::text, $7::text,"
           " $8::bigint, $9::text, $10::text, $11::integer, $12::json, $13::bigint, $14::bigint,"
           " $15::bigint, $16::bigint,"
           " coalesce((SELECT policy FROM quote WHERE id = $17::uuid), " POLICY_FROZEN(
               "$18::text") "),"
                            " coalesce((SELECT policy_text FROM quote WHERE id = "
                            "$17::uuid), " POLICY_FROZEN_TEXT(
                                "$18::text") "),"
                                             " $19::time, $20::text, $22::text"
                                             " WHERE EXISTS (SELECT FROM occupancy WHERE id = "
                                             "$1::uuid)"
                                             " ON CONFLICT ON CONSTRAINT booking_code DO NOTHING "
                                             "RETURNING " POLICY_COLUMNS("b", "$21::date"),
};

/* What a new booking tells of its flat and owner. */
// clang-format off
static const struct db_statement told_statement = {
    .name = "booking_told",
    .sql = "SELECT " BOOKING_CHECK_IN_AT("$2::date") ", " BOOKING_CHECK_OUT_AT("$3::date") ", "
           BOOKING_PAYMENT_INFO("a") " FROM apartment a WHERE a.id = $1",
};
// clang-format on

static bool read_told(const struct db_rows *told, struct arena *arena, struct booking *booking,
                      struct fault *fault)
{
    const struct slice payment_info = db_get_text(told, 0, 2);

    booking->clock.check_in = db_get_time(told, 0, 0);
    booking->clock.check_out = db_get_time(told, 0, 1);
    if (payment_info.at == NULL)
        return true;
    booking->payment_info = arena_copy(arena, payment_info);
    return booking->payment_info.at != NULL || arena_fault(fault);
}

enum { INSERT_VALUES = 22 };

static void insert_values(const struct booking *booking, const struct booking_take *take,
                          struct db_value out[INSERT_VALUES])
{
    const struct booking_guest *guest = &booking->guest;
    const struct db_value values[INSERT_VALUES] = {
        db_uuid(&booking->id),
        db_uuid(&booking->tenant_id),
        db_text(booking->code),
        db_uuid(&booking->apartment_id),
        db_uuid(&booking->owner_id),
        db_text(guest->name),
        db_text(guest->phone),
        db_int(guest->telegram_id),
        db_str(language_names[guest->language]),
        db_text(booking->note),
        db_int(booking->guests),
        db_text(booking->lines),
        db_int(booking->total),
        db_int(booking->deposit),
        db_int(booking->policy_price.cleaning),
        db_int(booking->policy_price.first_night),
        db_uuid(&take->quote_id),
        db_text(take->policy_name),
        db_text(take->check_in_time),
        db_text(take->timezone),
        db_date(booking->check_in),
        db_text(booking->source),
    };

    memcpy(out, values, sizeof values);
}

/* Before all ids made since then. */
static struct uuid oldest_live(struct uuid id)
{
    uint64_t ms = 0;

    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    ms = ms > HOLD_LIFE_MAX_MS ? ms - HOLD_LIFE_MAX_MS : 0;
    id = (struct uuid){0};
    for (int i = 5; i >= 0; i--, ms >>= 8)
        id.bytes[i] = (uint8_t)ms;
    id.bytes[15] = 1; /* nil would be NULL */
    return id;
}

static bool make_code(struct booking *booking, struct arena *arena, struct fault *fault)
{
    char code[BOOKING_CODE_LEN + 1];

    booking_code_make(code);
    booking->code = arena_copy(arena, slice_of(code));
    return booking->code.at != NULL || arena_fault(fault);
}

/* The nights are ours but the code was somebody's: once in many millions. */
static bool insert_again(struct db *tx, struct arena *arena, struct booking *booking,
                         const struct booking_take *take, struct fault *fault)
{
    for (int i = 0; i < CODE_TRIES; i++) {
        auto_rows struct db_rows rows = {0};
        struct db_value values[INSERT_VALUES];

        if (!make_code(booking, arena, fault))
            return false;
        insert_values(booking, take, values);
        if (!db_query(tx, &insert_statement, values, INSERT_VALUES, &rows, fault))
            return false;
        if (rows.count == 1)
            return policy_read_kept(&rows, 0, 0, arena, &booking->policy, fault);
    }
    return fault_set(fault, FAULT_UNAVAILABLE, "busy",
                     "No free booking code was found; try again.");
}

bool booking_place_store_take(struct db *tx, struct arena *arena, struct booking *booking,
                              struct booking_take *take, struct fault *fault)
{
    auto_rows struct db_rows holds = {0}, taken = {0}, written = {0}, told = {0};
    const int32_t end = booking->check_out + (int32_t)take->buffer_days;
    const struct uuid since = oldest_live(booking->id);
    struct db_value values[INSERT_VALUES];

    if (booking->code.at == NULL && !make_code(booking, arena, fault))
        return false;
    insert_values(booking, take, values);
    const struct db_value on_nights[] = {db_uuid(&booking->apartment_id),
                                         db_date(booking->check_in), db_date(end)};
    const struct db_value of_guest[] = {db_uuid(&booking->tenant_id),
                                        db_int(booking->guest.telegram_id),
                                        db_text(booking->guest.phone), db_uuid(&since)};
    const struct db_value nights[] = {db_uuid(&booking->id),
                                      db_uuid(&booking->tenant_id),
                                      db_uuid(&booking->apartment_id),
                                      db_str(booking_status_names[booking->status]),
                                      db_date(booking->check_in),
                                      db_date(booking->check_out),
                                      db_int(take->buffer_days),
                                      db_int(take->wait_s),
                                      db_text(take->zone)};
    const struct db_value of_stay[] = {db_uuid(&booking->apartment_id), db_date(booking->check_in),
                                       db_date(booking->check_out)};
    const struct db_call calls[] = {
        {&booking_expire_nights_statement, on_nights, 3,             take->ended},
        {&count_statement,                 of_guest,  4,             &holds     },
        {&take_statement,                  nights,    9,             &taken     },
        {&insert_statement,                values,    INSERT_VALUES, &written   },
        {&told_statement,                  of_stay,   3,             &told      },
    };

    if (!db_query_all(tx, calls, 5, fault))
        return false;
    take->live_holds = db_get_int(&holds, 0, 0);
    take->taken = taken.count == 0;
    if (take->taken)
        return true;
    booking->expires_at = db_get_time(&taken, 0, 0);
    booking->created_at = db_get_time(&taken, 0, 1);
    booking->updated_at = booking->created_at;
    booking->version = 1;
    booking->clock.now = booking->created_at;
    if (!read_told(&told, arena, booking, fault))
        return false;
    if (written.count == 0)
        return insert_again(tx, arena, booking, take, fault);
    return policy_read_kept(&written, 0, 0, arena, &booking->policy, fault);
}

static const struct db_statement taken_statement = {
    .name = "booking_taken",
    .sql = "SELECT lower(nights), upper(nights) FROM occupancy WHERE apartment_id = $1"
           " AND nights && daterange($2::date, $3::date) AND status IN " OCCUPANCY_BLOCKING
           " ORDER BY 1 LIMIT 366",
};

bool booking_place_store_taken(struct db *tx, const struct uuid *apartment_id, int32_t check_in,
                               int32_t end, struct arena *arena, struct booking_taken **taken,
                               size_t *count, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct booking_taken *list;

    if (!db_query(tx, &taken_statement,
                  DB_VALUES(db_uuid(apartment_id), db_date(check_in), db_date(end)), &rows, fault))
        return false;
    list = arena_alloc(arena, ((size_t)rows.count + 1) * sizeof *list);
    if (list == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count; i++)
        list[i] = (struct booking_taken){db_get_date(&rows, i, 0), db_get_date(&rows, i, 1)};
    *taken = list;
    *count = (size_t)rows.count;
    return true;
}
