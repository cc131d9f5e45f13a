// SPDX-License-Identifier: MIT
#include "bookings/booking_store.h"

#include <stddef.h>

#include "flats/owner.h"
#include "nights/occupancy.h"

/* What a row is read into: the booking, and words that become numbers. */
struct booking_row {
    struct booking booking;
    struct slice status;
    struct slice language;
};

// clang-format off
#define AT(member) offsetof(struct booking_row, booking.member)
static const struct db_column row_columns[BOOKING_OWN_COLUMNS] = {
    {DB_UUID, AT(id)},
    {DB_UUID, AT(tenant_id)},
    {DB_TEXT, AT(code)},
    {DB_UUID, AT(apartment_id)},
    {DB_UUID, AT(owner_id)},
    {DB_TEXT, offsetof(struct booking_row, status)},
    {DB_DATE, AT(check_in)},
    {DB_DATE, AT(check_out)},
    {DB_INT, AT(guests)},
    {DB_TEXT, AT(guest.name)},
    {DB_TEXT, AT(guest.phone)},
    {DB_INT, AT(guest.telegram_id)},
    {DB_TEXT, offsetof(struct booking_row, language)},
    {DB_TEXT, AT(note)},
    {DB_TEXT, AT(lines)},
    {DB_INT, AT(total)},
    {DB_INT, AT(deposit)},
    {DB_INT, AT(paid)},
    {DB_TIME, AT(expires_at)},
    {DB_INT, AT(version)},
    {DB_TIME, AT(created_at)},
    {DB_TIME, AT(updated_at)},
    {DB_TEXT, AT(receipt)},
    {DB_TIME, AT(clock.now)},
    {DB_TIME, AT(clock.arrival_day)},
    {DB_TIME, AT(clock.arrival_day_end)},
    {DB_TIME, AT(clock.check_in)},
    {DB_TIME, AT(clock.check_out)},
    {DB_TEXT, AT(source)},
    {DB_TEXT, AT(check_in_info.ru)},
    {DB_TEXT, AT(check_in_info.kz)},
    {DB_TEXT, AT(check_in_info.en)},
    {DB_TEXT, AT(payment_info)},
    {DB_INT, AT(policy_price.cleaning)},
    {DB_INT, AT(policy_price.first_night)},
    {DB_INT, AT(fee)},
    {DB_INT, AT(refund)},
    {DB_BOOL, AT(flat_is_active)},
};
#undef AT
// clang-format on

static int status_of(struct slice text)
{
    enum booking_status status = BOOKING_EXPIRED;

    return booking_status_parse(text, &status) ? (int)status : -1;
}

void booking_store_read(const struct db_rows *rows, int row, struct booking *out)
{
    struct booking_row read = {0};

    db_row_read(rows, row, 0, row_columns, BOOKING_OWN_COLUMNS, &read);
    policy_read(rows, row, BOOKING_OWN_COLUMNS, &read.booking.policy);
    read.booking.status = status_of(read.status);
    read.booking.guest.language = (int)language_of(read.language);
    booking_settle(&read.booking, read.booking.clock.now);
    *out = read.booking;
}

static const struct db_statement find_statement = {
    .name = "booking_find",
    .sql = "SELECT " BOOKING_COLUMNS " FROM occupancy o" BOOKING_OF_OCCUPANCY
           " WHERE b.id = $1 AND b.tenant_id = $2",
};

static bool not_found(struct fault *fault)
{
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such booking.");
}

bool booking_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct fault *fault)
{
    if (!db_query(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), rows, fault))
        return false;
    if (rows->count == 0)
        return not_found(fault);
    booking_store_read(rows, 0, out);
    return true;
}

/* $3, $4: as whom a guest or owner may see it. Who may not, locks nothing and is told as soon. */
#define OF_CALLER                                                                                  \
    " AND ($3::bigint IS NULL OR b.guest_telegram_id = $3::bigint)"                                \
    " AND ($4::uuid IS NULL OR b.owner_id = $4::uuid)"

/* Whoever moves a row within the exclusion constraint locks the flat first: two such updates
 * without it run into deadlocks. */
static const struct db_statement lock_flat_statement = {
    .name = "booking_lock_flat",
    .sql = "SELECT id FROM apartment WHERE id = (SELECT apartment_id FROM booking b"
           " WHERE b.id = $1 AND b.tenant_id = $2" OF_CALLER ") FOR NO KEY UPDATE",
};

static const struct db_statement lock_statement = {
    .name = "booking_lock",
    .sql = "SELECT " BOOKING_COLUMNS ", h.from_status, h.to_status, h.actor,"
           " (SELECT actor FROM booking_history WHERE booking_id = b.id AND version = o.version"
           "   AND from_status = to_status)"
           " FROM occupancy o" BOOKING_OF_OCCUPANCY
           " LEFT JOIN LATERAL (SELECT from_status, to_status, actor FROM booking_history"
           "   WHERE booking_id = b.id AND from_status IS DISTINCT FROM to_status"
           "   ORDER BY version DESC LIMIT 1) h ON true"
           " WHERE b.id = $1 AND b.tenant_id = $2" OF_CALLER " FOR UPDATE OF o, b",
};

static bool changed_meanwhile(struct fault *fault)
{
    return fault_set(fault, FAULT_CONFLICT, "changed_meanwhile",
                     "The booking changed at the same moment.");
}

enum { LOCK_VALUES = 4 };

static void lock_values(const struct api_caller *caller, const struct uuid *id,
                        struct db_value out[LOCK_VALUES])
{
    out[0] = db_uuid(id);
    out[1] = db_uuid(&caller->tenant_id);
    out[2] = caller->actor == ACTOR_GUEST ? db_int(caller->actor_number) : db_null();
    out[3] = caller->actor == ACTOR_OWNER ? db_uuid(&caller->actor_id) : db_null();
}

/* What was locked, if it is where it was seen. It was there: of a row that moves to another flat
 * while its lock is waited for, the join above shows nothing. */
static bool read_locked(struct db *tx, const struct db_rows *rows, const struct uuid *flat_id,
                        struct booking *out, struct booking_step *last, struct fault *fault)
{
    struct booking booking;

    if (rows->count == 0) {
        (void)!not_found(fault);
        return db_again(tx, fault);
    }
    booking_store_read(rows, 0, &booking);
    if (!uuid_equal(&booking.apartment_id, flat_id)) {
        (void)!changed_meanwhile(fault);
        return db_again(tx, fault);
    }
    *out = booking;
    *last = (struct booking_step){
        .from = status_of(db_get_text(rows, 0, BOOKING_COLUMN_COUNT)),
        .to = status_of(db_get_text(rows, 0, BOOKING_COLUMN_COUNT + 1)),
        .actor = db_get_text(rows, 0, BOOKING_COLUMN_COUNT + 2),
        .changed_by = db_get_text(rows, 0, BOOKING_COLUMN_COUNT + 3),
    };
    return true;
}

bool booking_store_lock(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct booking_step *last,
                        struct fault *fault)
{
    auto_rows struct db_rows flat = {0};
    struct db_value values[LOCK_VALUES];
    const struct db_call calls[] = {
        {&lock_flat_statement, values, LOCK_VALUES, &flat},
        {&lock_statement,      values, LOCK_VALUES, rows },
    };

    lock_values(caller, id, values);
    if (!db_query_all(tx, calls, 2, fault))
        return false;
    if (flat.count == 0)
        return not_found(fault);
    const struct uuid flat_id = db_get_uuid(&flat, 0, 0);
    return read_locked(tx, rows, &flat_id, out, last, fault);
}

bool booking_store_lock_in(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                           const struct uuid *flat_id, struct db_rows *rows, struct booking *out,
                           struct booking_step *last, struct fault *fault)
{
    struct db_value values[LOCK_VALUES];

    lock_values(caller, id, values);
    return db_query(tx, &lock_statement, values, LOCK_VALUES, rows, fault) &&
           read_locked(tx, rows, flat_id, out, last, fault);
}

/* None of these can happen while the flat is locked; should somebody write around us, it is a
 * conflict and no fault of ours. */
static const struct db_constraint move_constraints[] = {
    {"occupancy_no_overlap", FAULT_CONFLICT, "nights_taken", NULL, "These nights are taken."},
    {NULL,                   FAULT_INTERNAL, NULL,           NULL, NULL                     },
};

static const struct db_statement move_statement = {
    .name = "booking_move",
    .constraints = move_constraints,
    .sql = "UPDATE occupancy SET status = $4, version = version + 1, updated_at = now(),"
           " expires_at = now() + $5::bigint * interval '1 second'"
           " WHERE id = $1 AND version = $2 AND status = $3"
           " AND (status NOT IN " OCCUPANCY_WAITING " OR expires_at > now())"
           " RETURNING version, updated_at, expires_at",
};

bool booking_store_move(struct db *tx, struct booking *booking, enum booking_status to,
                        int64_t wait_s, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &move_statement,
                  DB_VALUES(db_uuid(&booking->id), db_int(booking->version),
                            db_str(booking_status_names[booking->status]),
                            db_str(booking_status_names[to]), db_int(wait_s)),
                  &rows, fault))
        return false;
    if (rows.count == 0)
        return changed_meanwhile(fault);
    booking->status = (int)to;
    booking->version = db_get_int(&rows, 0, 0);
    booking->updated_at = db_get_time(&rows, 0, 1);
    booking->expires_at = db_get_time(&rows, 0, 2);
    return true;
}

static const struct db_statement leave_statement = {
    .name = "booking_leave",
    .sql = "UPDATE occupancy o SET status = 'completed', version = o.version + 1,"
           " updated_at = now(), check_out = least(o.check_out,"
           "  greatest(o.check_in + 1, (now() AT TIME ZONE a.timezone)::date))"
           " FROM apartment a WHERE a.id = o.apartment_id AND o.id = $1 AND o.version = $2"
           " AND o.status = $3 RETURNING o.version, o.updated_at, o.check_out,"
           " " BOOKING_CHECK_OUT_AT("o.check_out"),
};

bool booking_store_leave(struct db *tx, struct booking *booking, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &leave_statement,
                  DB_VALUES(db_uuid(&booking->id), db_int(booking->version),
                            db_str(booking_status_names[booking->status])),
                  &rows, fault))
        return false;
    if (rows.count == 0)
        return changed_meanwhile(fault);
    booking->status = BOOKING_COMPLETED;
    booking->version = db_get_int(&rows, 0, 0);
    booking->updated_at = db_get_time(&rows, 0, 1);
    booking->check_out = db_get_date(&rows, 0, 2);
    booking->clock.check_out = db_get_time(&rows, 0, 3);
    return true;
}

static const struct db_statement receipt_statement = {
    .name = "booking_write_receipt",
    .sql = "UPDATE booking SET receipt = $2 WHERE id = $1",
};

void booking_store_write_receipt(struct change *change, const struct booking *booking)
{
    change_write(change, &receipt_statement,
                 DB_VALUES(db_uuid(&booking->id), db_text(booking->receipt)));
}

static const struct db_statement contact_statement = {
    .name = "booking_write_contact",
    .sql = "UPDATE booking SET guest_phone = coalesce($2, guest_phone), paid = $3 WHERE id = $1",
};

void booking_store_write_contact(struct change *change, const struct booking *booking,
                                 struct slice phone)
{
    change_write(change, &contact_statement,
                 DB_VALUES(db_uuid(&booking->id), db_text(phone), db_int(booking->paid)));
}

static const struct db_statement refund_statement = {
    .name = "booking_write_refund",
    .sql = "UPDATE booking SET fee = $2, refund = $3 WHERE id = $1",
};

void booking_store_write_refund(struct change *change, const struct booking *booking)
{
    change_write(change, &refund_statement,
                 DB_VALUES(db_uuid(&booking->id), db_int(booking->fee), db_int(booking->refund)));
}

static const struct db_constraint step_constraints[] = {
    {"booking_history_step", FAULT_CONFLICT, "changed_meanwhile", NULL,
     "The booking changed at the same moment."                              },
    {NULL,                   FAULT_INTERNAL, NULL,                NULL, NULL},
};

static const struct db_statement step_statement = {
    .name = "booking_write_step",
    .constraints = step_constraints,
    .sql =
        "INSERT INTO booking_history (booking_id, version, from_status, to_status, actor, reason,"
        " fee, refund) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
};

void booking_store_write_step(struct change *change, const struct booking *booking, int from,
                              struct slice reason)
{
    change_write(change, &step_statement,
                 DB_VALUES(db_uuid(&booking->id), db_int(booking->version),
                           db_str(from < 0 ? NULL : booking_status_names[from]),
                           db_str(booking_status_names[booking->status]),
                           db_text(change->caller->actor_text), db_text(reason),
                           db_int(booking->fee), db_int(booking->refund)));
}

static const struct db_statement history_statement = {
    .name = "booking_history",
    .sql = "SELECT at, from_status, to_status, actor, reason, version, fee, refund FROM "
           "booking_history"
           " WHERE booking_id = $1 AND version > $2 ORDER BY version LIMIT $3",
};

bool booking_store_history(struct db *db, const struct uuid *id, int64_t after, int64_t limit,
                           struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &history_statement, DB_VALUES(db_uuid(id), db_int(after), db_int(limit)),
                    rows, fault);
}
