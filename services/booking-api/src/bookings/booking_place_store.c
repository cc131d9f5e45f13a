// SPDX-License-Identifier: MIT
#include "bookings/booking_place_store.h"

#include "base/digest.h"

#include "bookings/booking_expire_store.h"
#include "bookings/booking_store.h"

enum {
    CODE_TRIES = 5,
    /* No hold lives longer (12 h requested, an hour to pay, 12 h claimed), so a guest's live holds
     * are among his bookings of the last days: ids begin with the time. */
    HOLD_LIFE_MAX_MS = 3 * 24 * 60 * 60 * 1000
};

// clang-format off
/* A limit that counts rows of a guest holds only while nobody else adds some. One lock for each
 * name of the guest; in order, so that two bookings never wait for each other. */
static const struct db_statement lock_guest_statement = {
    .name = "booking_lock_guest",
    .parameters = "account bigint, phone bigint",
    .sql = "SELECT count(pg_advisory_xact_lock(k))"
           " FROM (SELECT k FROM (VALUES ({account}), ({phone})) AS named (k)"
           "  WHERE k IS NOT NULL ORDER BY k) AS sorted",
};

/* OFFSET 0 keeps the planner from reading all live holds first: each of the guest's few bookings is
 * looked up by its id. */
static const struct db_statement count_statement = {
    .name = "booking_count_holds",
    .parameters = "tenant, telegram_id, phone, since",
    .sql = "SELECT count(*)"
           " FROM (SELECT id FROM booking"
           "   WHERE tenant_id = {tenant} AND guest_telegram_id = {telegram_id} AND id > {since}"
           "  UNION SELECT id FROM booking"
           "   WHERE tenant_id = {tenant} AND guest_phone = {phone} AND id > {since}) AS mine"
           " CROSS JOIN LATERAL (SELECT FROM occupancy o"
           "  WHERE o.id = mine.id AND occupancy_waits(o.status) AND o.expires_at > now()"
           "  OFFSET 0) AS live",
};

/* With a zone, the booking expires at the latest when the check-in day ends there. */
static const struct db_statement take_statement = {
    .name = "booking_take_nights",
    .parameters = "id, tenant, flat, status, check_in date, check_out date, buffer_days,"
                  " seconds bigint, zone text",
    .sql = "INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out,"
           "  buffer_days, expires_at)"
           " VALUES ({id}, {tenant}, {flat}, 'booking', {status}, {check_in}, {check_out},"
           "  {buffer_days}, least(now() + {seconds} * interval '1 second',"
           "   ({check_in} + 1)::timestamp AT TIME ZONE {zone}))"
           " ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING",
};

/* The new booking. No row where the nights were not taken, or where another booking has the code. */
static const struct db_statement insert_statement = {
    .name = "booking_insert",
    .parameters = "id uuid, quote uuid, policy text, check_in_time time, timezone text",
    .shape = &booking_shape,
    .sql = "WITH b AS ("
           "  INSERT INTO booking ({written}, policy, policy_text, check_in_time, timezone)"
           "  SELECT {values},"
           "   coalesce(q.policy, jsonb_build_object('policy', p.name, 'tiers', p.tiers)),"
           "   coalesce(q.policy_text,"
           "    json_build_object('ru', p.text_ru, 'kz', p.text_kz, 'en', p.text_en)),"
           "   {check_in_time}, {timezone}"
           "  FROM occupancy o"
           "  JOIN cancellation_policy p ON p.name = {policy}"
           "  LEFT JOIN quote q ON q.id = {quote}"
           "  WHERE o.id = {id}"
           "  ON CONFLICT ON CONSTRAINT booking_code DO NOTHING"
           "  RETURNING *)"
           " SELECT {made}"
           " FROM b JOIN occupancy o ON o.id = b.id JOIN apartment a ON a.id = b.apartment_id",
};

static const struct db_statement taken_statement = {
    .name = "booking_taken",
    .parameters = "flat, check_in date, until date",
    .sql = "SELECT lower(nights), upper(nights) FROM occupancy"
           " WHERE apartment_id = {flat} AND nights && daterange({check_in}, {until})"
           "  AND occupancy_blocks(status)"
           " ORDER BY 1 LIMIT 366",
};
// clang-format on

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

enum { INSERT_OWN = 5, INSERT_VALUES_MAX = INSERT_OWN + BOOKING_COLUMNS_MAX };

/* Returns how many there are. */
static size_t insert_values(const struct booking *booking, const struct booking_take *take,
                            struct db_value out[INSERT_VALUES_MAX])
{
    out[0] = db_uuid(&booking->id);
    out[1] = db_uuid(&take->quote_id);
    out[2] = db_text(take->policy_name);
    out[3] = db_clock(take->check_in_time);
    out[4] = db_text(take->timezone);
    return INSERT_OWN + db_row_values(&booking_shape, booking, out + INSERT_OWN);
}

static bool read_made(struct db_rows *rows, struct arena *arena, struct booking *booking,
                      struct fault *fault)
{
    booking_store_made(rows, 0, booking);
    return db_rows_keep(rows, arena, fault);
}

/* The nights are taken, but another booking has the code: once in many millions. */
static bool insert_again(struct db *tx, struct arena *arena, struct booking *booking,
                         const struct booking_take *take, struct fault *fault)
{
    for (int i = 0; i < CODE_TRIES; i++) {
        auto_rows struct db_rows rows = {0};
        struct db_value values[INSERT_VALUES_MAX];

        if (!make_code(booking, arena, fault) ||
            !db_query(tx, &insert_statement, values, insert_values(booking, take, values), &rows,
                      fault))
            return false;
        if (rows.count == 1)
            return read_made(&rows, arena, booking, fault);
    }
    return fault_set(fault, FAULT_UNAVAILABLE, "busy",
                     "No free booking code was found; try again.");
}

bool booking_place_store_take(struct db *tx, struct arena *arena, struct booking *booking,
                              struct booking_take *take, struct fault *fault)
{
    auto_rows struct db_rows holds = {0}, taken = {0}, written = {0};
    const int32_t end = booking->check_out + (int32_t)take->buffer_days;
    const struct uuid since = oldest_live(booking->id);
    struct db_value values[INSERT_VALUES_MAX];

    if (booking->code.at == NULL && !make_code(booking, arena, fault))
        return false;
    const size_t count = insert_values(booking, take, values);
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
    const struct db_call calls[] = {
        {&booking_expire_nights_statement, on_nights, 3,     take->ended},
        {&count_statement,                 of_guest,  4,     &holds     },
        {&take_statement,                  nights,    9,     &taken     },
        {&insert_statement,                values,    count, &written   },
    };

    if (!db_query_all(tx, calls, 4, fault))
        return false;
    take->live_holds = db_get_int(&holds, 0, 0);
    take->taken = taken.affected == 0;
    if (take->taken)
        return true;
    if (written.count == 0)
        return insert_again(tx, arena, booking, take, fault);
    return read_made(&written, arena, booking, fault);
}

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
