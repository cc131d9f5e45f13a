// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/digest.h"
#include "db/transaction.h"

#include "bookings/booking_store.h"

enum {
    /* The counts of count_statement skip a paid booking older than this, because it can hardly be
     * a hold: a hold normally ends within 25 hours (12 h for the owner to accept, 1 h to pay, 12 h
     * to verify a claimed payment). An unpaid one may still be a confirmed stay, so it is read. */
    HOLD_LIFE_MAX_MS = 3 * 24 * 60 * 60 * 1000
};

// clang-format off
/* Serialises bookings and confirmations of one guest, because the counts of count_statement are
 * only valid while no other transaction books or confirms for the guest. Locks the keys of account
 * and phone in ascending order, so that two transactions cannot deadlock. Also returns the last
 * verified phone of {guest}: one that the guest typed may be another person's. */
static const struct db_statement lock_guest_statement = {
    .name = "booking_lock_guest",
    .parameters = "account bigint, phone bigint, tenant uuid, guest bigint",
    .sql = "SELECT count(pg_advisory_xact_lock(k)), (SELECT guest_phone FROM booking"
           "  WHERE tenant_id = {tenant} AND guest_telegram_id = {guest}"
           "   AND guest_phone IS NOT NULL AND guest_phone_verified ORDER BY id DESC LIMIT 1)"
           " FROM (SELECT k FROM (VALUES ({account}), ({phone})) AS named (k)"
           "  WHERE k IS NOT NULL ORDER BY k) AS sorted",
};

/* Counts the guest's pending bookings that are not overdue and whose stay is not over, and the
 * confirmed stays from today on for which nothing was paid; also returns how many such stays the tenant allows. A booking by
 * another guest with an unverified phone does not count: who types another person's phone does not
 * affect that person's limits. OFFSET 0 makes the planner start with the guest's few bookings
 * instead of all holds. */
static const struct db_statement count_statement = {
    .name = "booking_count_of_guest",
    .parameters = "tenant, telegram_id, phone, since",
    .sql = "SELECT count(*) FILTER (WHERE live.held), count(*) FILTER (WHERE live.unpaid),"
           "  coalesce((SELECT unpaid_stays_max FROM tenant_settings WHERE tenant_id = {tenant}), 2)"
           " FROM (SELECT id, paid FROM booking"
           "   WHERE tenant_id = {tenant} AND guest_telegram_id = {telegram_id}"
           "    AND (id > {since} OR paid = 0)"
           "  UNION SELECT id, paid FROM booking"
           "   WHERE tenant_id = {tenant} AND guest_phone = {phone} AND guest_phone_verified"
           "    AND (id > {since} OR paid = 0)) AS mine"
           " CROSS JOIN LATERAL (SELECT"
           "   occupancy_waits(o.status) AND NOT occupancy_is_over(o.status, o.expires_at)"
           "    AND (o.check_out + a.check_out_time) AT TIME ZONE a.timezone > now() AS held,"
           "   o.status = 'confirmed' AND mine.paid = 0"
           "    AND o.check_in >= (now() AT TIME ZONE a.timezone)::date AS unpaid"
           "  FROM occupancy o JOIN apartment a ON a.id = o.apartment_id WHERE o.id = mine.id"
           "  OFFSET 0) AS live",
};

/* The parts of a new booking that PostgreSQL computes: instants in the apartment's time zone; the
 * policy, its check-in time and its time zone, which are those of the quote or the current ones;
 * check_in_info and payment_info. OFFSET 0 keeps the planner from building the policy once per
 * column. */
static const struct db_statement basis_statement = {
    .name = "booking_basis",
    .parameters = "tenant, apartment, quote uuid, check_in date, check_out date",
    .shape = &booking_store_shape,
    .sql = "SELECT b.policy, b.check_in_time, b.timezone,"
           "  EXISTS (SELECT FROM channel_feed s WHERE s.apartment_id = a.id AND s.deleted_at IS NULL"
           "   AND s.stale_at <= now()), {generated}"
           " FROM apartment a"
           " JOIN cancellation_policy p ON p.name = a.cancellation_policy"
           " LEFT JOIN quote q ON q.id = {quote}"
           " CROSS JOIN (SELECT {check_in} AS check_in, {check_out} AS check_out,"
           "   NULL::uuid AS id, NULL AS status, NULL::timestamptz AS expires_at, 1::bigint AS version,"
           "   now() AS created_at, now() AS updated_at) AS o"
           " CROSS JOIN LATERAL (SELECT a.owner_id,"
           "   coalesce(q.policy, jsonb_build_object('policy', p.name, 'tiers', p.tiers)) AS policy,"
           "   coalesce(q.policy_text,"
           "    json_build_object('ru', p.text_ru, 'kz', p.text_kz, 'en', p.text_en)) AS policy_text,"
           "   coalesce(q.check_in_time, a.check_in_time) AS check_in_time,"
           "   coalesce(q.timezone, a.timezone) AS timezone,"
           "   NULL AS receipt, 0::bigint AS paid, 0::bigint AS claimed, NULL::bigint AS fee,"
           "   NULL::bigint AS refund, NULL::integer AS rating"
           "   OFFSET 0) AS b"
           " WHERE a.id = {apartment} AND a.tenant_id = {tenant}",
};

static const struct db_constraint take_constraints[] = {
    {"booking_code", FAULT_CONFLICT, "code_taken", NULL, "Another booking has this code."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};

/* Inserts the nights and the booking, or neither if any night is taken. */
static const struct db_statement take_statement = {
    .name = "booking_take",
    .constraints = take_constraints,
    .parameters = "id, tenant, apartment, status, check_in, check_out, buffer_days, expires_at,"
                  " policy jsonb, policy_text json, check_in_time time, timezone text",
    .shape = &booking_store_shape,
    .sql = "WITH taken AS ("
           "  INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in, check_out,"
           "   buffer_days, expires_at)"
           "  VALUES ({id}, {tenant}, {apartment}, 'booking', {status}, {check_in}, {check_out},"
           "   {buffer_days}, {expires_at})"
           "  ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING"
           "  RETURNING id)"
           " INSERT INTO booking ({written}, policy, policy_text, check_in_time, timezone)"
           " SELECT {values}, {policy}, {policy_text}, {check_in_time}, {timezone} FROM taken",
};

static const struct db_statement taken_statement = {
    .name = "booking_taken",
    .parameters = "apartment, check_in date, until date",
    .sql = "SELECT lower(nights), upper(nights) FROM occupancy"
           " WHERE apartment_id = {apartment} AND nights && daterange({check_in}, {until})"
           "  AND occupancy_blocks(status)"
           " ORDER BY 1 LIMIT 366",
};
// clang-format on

static bool read_basis(struct db_rows *guest_rows, struct db_rows *basis_rows, struct arena *arena,
                       struct booking_basis *basis, struct fault *fault)
{
    *basis = (struct booking_basis){
        .known_phone = db_get_text(guest_rows, 0, 1),
        .policy = db_get_text(basis_rows, 0, 0),
        .check_in_time = db_get_clock(basis_rows, 0, 1),
        .timezone = db_get_text(basis_rows, 0, 2),
        .is_feed_stale = db_get_bool(basis_rows, 0, 3),
        .booking.policy.tiers[POLICY_TIERS_MAX - 1].until = FIELD_ABSENT,
    };
    db_row_read_generated(basis_rows, 0, 4, &booking_store_shape, &basis->booking);
    return db_rows_keep(guest_rows, arena, fault) && db_rows_keep(basis_rows, arena, fault);
}

enum { LOCK_VALUES = 4 };

/* Sets the values of lock_guest_statement. If `reads_last_phone`, the statement also reads the
 * account's last verified phone. */
static void set_lock_values(const struct change *change, const struct booking_guest *guest,
                            bool reads_last_phone, struct db_value out[LOCK_VALUES])
{
    out[0] = db_int(change_person_lock_key(change, "booking", guest->telegram_id, SLICE_NONE));
    out[1] = db_int(change_person_lock_key(change, "booking", FIELD_ABSENT, guest->phone));
    out[2] = db_uuid(&change->caller->tenant_id);
    out[3] = reads_last_phone ? db_int(guest->telegram_id) : db_null();
}

bool booking_place_store_lock_guest(struct change *change, const struct booking_guest *guest,
                                    struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct db_value values[LOCK_VALUES];

    set_lock_values(change, guest, false, values);
    return db_query(change->tx, &lock_guest_statement, values, LOCK_VALUES, &rows, fault);
}

bool booking_place_store_lock_and_read_basis(struct change *change,
                                             const struct booking_draft *draft,
                                             struct apartment *apartment,
                                             struct booking_basis *basis, struct fault *fault)
{
    auto_rows struct db_rows known = {0}, rows = {0};
    const bool asks_phone = draft->by_guest && draft->guest.phone.at == NULL;
    struct db_value values[LOCK_VALUES];
    const struct db_value stay[] = {db_uuid(&change->caller->tenant_id),
                                    db_uuid(&draft->apartment_id), db_uuid(&draft->quote_id),
                                    db_date(draft->check_in), db_date(draft->check_out)};
    const struct db_call guest = {&lock_guest_statement, values, LOCK_VALUES, &known};
    const struct db_call after = {&basis_statement, stay, 5, &rows};

    set_lock_values(change, &draft->guest, asks_phone, values);
    return apartment_store_lock_with(change, &guest, &after, &draft->apartment_id, apartment,
                                     fault) &&
           read_basis(&known, &rows, change->arena, basis, fault);
}

/* The smallest id that a booking created HOLD_LIFE_MAX_MS before the booking `id` can have: ids
 * begin with the creation time. */
static struct uuid oldest_possible_hold_id(struct uuid id)
{
    uint64_t ms = 0;

    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.bytes[i];
    ms = ms > HOLD_LIFE_MAX_MS ? ms - HOLD_LIFE_MAX_MS : 0;
    id = (struct uuid){0};
    for (int i = 5; i >= 0; i--, ms >>= 8)
        id.bytes[i] = (uint8_t)ms;
    id.bytes[15] = 1; /* a nil id would be sent as NULL */
    return id;
}

static struct booking_counts read_counts(const struct db_rows *rows)
{
    return (struct booking_counts){db_get_int(rows, 0, 0), db_get_int(rows, 0, 1),
                                   db_get_int(rows, 0, 2)};
}

bool booking_place_store_count_for_guest(struct db *tx, const struct booking *booking,
                                         struct booking_counts *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct uuid since = oldest_possible_hold_id(booking->id);

    if (!db_query(tx, &count_statement,
                  DB_VALUES(db_uuid(&booking->tenant_id), db_int(booking->guest.telegram_id),
                            db_text(booking->guest.phone), db_uuid(&since)),
                  &rows, fault))
        return false;
    *out = read_counts(&rows);
    return true;
}

static bool generate_code(struct booking *booking, struct arena *arena, struct fault *fault)
{
    char code[BOOKING_CODE_LEN + 1];

    digest_base32_random(code, BOOKING_CODE_LEN);
    return arena_keep(arena, slice_of(code), &booking->code, fault);
}

/* After a failed INSERT: retries the transaction if another booking has the generated code (once in
 * many millions). Returns false. */
static bool retry_if_code_taken(struct db *tx, struct fault *fault)
{
    if (strcmp(fault->code, take_constraints[0].code) != 0)
        return false;
    (void)!fault_set(fault, FAULT_UNAVAILABLE, "busy",
                     "No free booking code was found; try again.");
    return db_request_retry(tx, fault);
}

bool booking_place_store_insert(struct db *tx, struct arena *arena, struct booking *booking,
                                struct booking_take *take, struct fault *fault)
{
    enum { OWN = 12 };
    auto_rows struct db_rows counts = {0}, taken = {0}, freed = {0};
    const int32_t end = booking->check_out + (int32_t)take->buffer_days;
    const struct uuid since = oldest_possible_hold_id(booking->id);

    if (booking->code.at == NULL && !generate_code(booking, arena, fault))
        return false;
    const struct db_value on_nights[] = {db_uuid(&booking->apartment_id),
                                         db_date(booking->check_in), db_date(end)};
    const struct db_value of_guest[] = {db_uuid(&booking->tenant_id),
                                        db_int(booking->guest.telegram_id), db_text(take->phone),
                                        db_uuid(&since)};
    struct db_value values[OWN + BOOKING_COLUMNS_MAX] = {
        db_uuid(&booking->id),
        db_uuid(&booking->tenant_id),
        db_uuid(&booking->apartment_id),
        db_str(booking_status_names[booking->status]),
        db_date(booking->check_in),
        db_date(booking->check_out),
        db_int(take->buffer_days),
        db_time(booking->expires_at),
        db_text(take->basis->policy),
        db_text(booking->policy.text),
        db_clock(take->basis->check_in_time),
        db_text(take->basis->timezone),
    };
    const size_t count = OWN + db_row_get_values(&booking_store_shape, booking, values + OWN);
    const struct db_call first[] = {
        {&count_statement, of_guest, 4,     &counts},
        {&take_statement,  values,   count, &taken },
    };
    const struct db_call second[] = {
        {&booking_expire_store_nights_statement, on_nights, 3,     take->ended},
        {&take_statement,                        values,    count, &freed     },
    };

    if (!db_query_all(tx, first, 2, fault))
        return retry_if_code_taken(tx, fault);
    take->counts = read_counts(&counts);
    if (taken.affected == 0 && !db_query_all(tx, second, 2, fault))
        return retry_if_code_taken(tx, fault);
    take->taken = taken.affected + freed.affected == 0;
    return true;
}

bool booking_place_store_find_taken_ranges(struct db *tx, const struct uuid *apartment_id,
                                           int32_t check_in, int32_t end, struct arena *arena,
                                           struct booking_taken **taken, size_t *count,
                                           struct fault *fault)
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
