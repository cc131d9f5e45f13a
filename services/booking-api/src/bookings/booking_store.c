// SPDX-License-Identifier: MIT
#include "bookings/booking_store.h"

#include <stddef.h>

// clang-format off
#define AT(member) offsetof(struct booking, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),                           .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),                    .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_TEXT, AT(code),                         .name = "code", .flags = DB_WRITTEN},
    {DB_UUID, AT(apartment_id),                 .name = "apartment_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(owner_id),                     .name = "owner_id", .flags = DB_WRITTEN},
    {DB_NAME, AT(status),                       .sql = "o.status", .names = booking_status_names},
    {DB_DATE, AT(check_in),                     .sql = "o.check_in"},
    {DB_DATE, AT(check_out),                    .name = "check_out", .sql = "o.check_out"},
    {DB_INT,  AT(guests),                       .name = "guests", .flags = DB_WRITTEN},
    {DB_TEXT, AT(guest.name),                   .name = "guest_name", .flags = DB_WRITTEN},
    {DB_TEXT, AT(guest.phone),                  .name = "guest_phone", .flags = DB_WRITTEN},
    {DB_BOOL, AT(guest.phone_verified),         .name = "guest_phone_verified", .flags = DB_WRITTEN},
    {DB_INT,  AT(guest.telegram_id),            .name = "guest_telegram_id", .flags = DB_WRITTEN},
    {DB_NAME, AT(guest.language),               .name = "guest_language", .flags = DB_WRITTEN, .names = language_names},
    {DB_TEXT, AT(note),                         .name = "note", .flags = DB_WRITTEN},
    {DB_TEXT, AT(source),                       .name = "source", .flags = DB_WRITTEN},
    {DB_TEXT, AT(receipt),                      .name = "receipt"},
    {DB_TEXT, AT(lines),                        .name = "lines", .flags = DB_WRITTEN},
    {DB_INT,  AT(total),                        .name = "total", .flags = DB_WRITTEN},
    {DB_INT,  AT(deposit),                      .name = "deposit", .flags = DB_WRITTEN},
    {DB_INT,  AT(policy_price.cleaning),        .name = "cleaning", .flags = DB_WRITTEN},
    {DB_INT,  AT(policy_price.first_night),     .name = "first_night", .flags = DB_WRITTEN},
    {DB_INT,  AT(paid),                         .name = "paid"},
    {DB_INT,  AT(claimed),                      .name = "claimed"},
    {DB_INT,  AT(fee),                          .name = "fee"},
    {DB_INT,  AT(refund),                       .name = "refund"},
    {DB_INT,  AT(rating),                       .name = "rating"},
    {DB_TIME, AT(expires_at),                   .name = "expires_at", .sql = "o.expires_at"},
    {DB_TEXT, AT(expired_from),                 .sql = "CASE WHEN o.status = 'expired' THEN (SELECT from_status"
                                                       " FROM booking_history WHERE booking_id = o.id"
                                                       " AND to_status = 'expired' AND from_status <> to_status"
                                                       " ORDER BY version DESC LIMIT 1) END"},
    {DB_INT,  AT(version),                      .name = "version", .sql = "o.version"},
    {DB_TIME, AT(created_at),                   .name = "created_at", .sql = "o.created_at"},
    {DB_TIME, AT(updated_at),                   .name = "updated_at", .sql = "o.updated_at"},
    {DB_TIME, AT(clock.now),                    .sql = "now()"},
    {DB_TIME, AT(clock.arrival_day),            .sql = "o.check_in::timestamp AT TIME ZONE a.timezone"},
    {DB_TIME, AT(clock.arrival_day_end),        .sql = "(o.check_in + 1)::timestamp AT TIME ZONE a.timezone"},
    {DB_TIME, AT(clock.check_in),               .sql = "(o.check_in + a.check_in_time) AT TIME ZONE a.timezone"},
    {DB_TIME, AT(clock.check_in_info),          .sql = "(o.check_in + a.check_in_time) AT TIME ZONE a.timezone"
                                                       " - a.check_in_info_hours * interval '1 hour'"},
    {DB_TIME, AT(clock.check_out),              .name = "check_out_at", .sql = "(o.check_out + a.check_out_time) AT TIME ZONE a.timezone"},
    {DB_TEXT, AT(check_in_info.ru),             .sql = "a.check_in_info_ru"},
    {DB_TEXT, AT(check_in_info.kz),             .sql = "a.check_in_info_kz"},
    {DB_TEXT, AT(check_in_info.en),             .sql = "a.check_in_info_en"},
    {DB_TEXT, AT(apartment.title.ru),           .sql = "a.title_ru"},
    {DB_TEXT, AT(apartment.title.kz),           .sql = "a.title_kz"},
    {DB_TEXT, AT(apartment.title.en),           .sql = "a.title_en"},
    {DB_TEXT, AT(apartment.address),            .sql = "a.address"},
    {DB_TEXT, AT(apartment.address_kz),         .sql = "a.address_kz"},
    {DB_TEXT, AT(apartment.address_en),         .sql = "a.address_en"},
    {DB_DOUBLE, AT(apartment.location.lat),     .sql = "a.lat"},
    {DB_DOUBLE, AT(apartment.location.lon),     .sql = "a.lon"},
    {DB_INT,  AT(apartment.security_deposit),   .sql = "a.security_deposit"},
    {DB_UUID, AT(apartment.owner_id),           .sql = "a.owner_id"},
    {DB_BOOL, AT(apartment.is_active),          .sql = "a.is_active"},
    {DB_TEXT, AT(payment_info),                 .sql = "(SELECT payment_info FROM owner WHERE id = b.owner_id)"},
    {DB_TEXT, AT(policy.name),                  .sql = "b.policy ->> 'policy'"},
    {DB_TEXT, AT(policy.text),                  .name = "policy_text"},
    {DB_INT,  AT(policy.tier_count),            .sql = "jsonb_array_length(b.policy -> 'tiers')"},
    {DB_INT,  AT(policy.tiers[0].keep_percent), .sql = "policy_keep_percent(b.policy, 0)"},
    {DB_INT,  AT(policy.tiers[1].keep_percent), .sql = "policy_keep_percent(b.policy, 1)"},
    {DB_INT,  AT(policy.tiers[2].keep_percent), .sql = "policy_keep_percent(b.policy, 2)"},
    {DB_INT,  AT(policy.tiers[3].keep_percent), .sql = "policy_keep_percent(b.policy, 3)"},
    {DB_TIME, AT(policy.tiers[0].until),        .sql = "policy_until(b.policy, 0, o.check_in, b.check_in_time, b.timezone)"},
    {DB_TIME, AT(policy.tiers[1].until),        .sql = "policy_until(b.policy, 1, o.check_in, b.check_in_time, b.timezone)"},
    {DB_TIME, AT(policy.tiers[2].until),        .sql = "policy_until(b.policy, 2, o.check_in, b.check_in_time, b.timezone)"},
};

const struct db_shape booking_store_shape = DB_SHAPE(columns, "b");
_Static_assert(ARRAY_LEN(columns) <= BOOKING_COLUMNS_MAX, "columns");

static const struct db_statement find_statement = {
    .name = "booking_find",
    .parameters = "id, tenant",
    .shape = &booking_store_shape,
    .sql = "SELECT {columns}"
           " FROM occupancy o"
           " JOIN booking b ON b.id = o.id"
           " JOIN apartment a ON a.id = o.apartment_id"
           " WHERE b.id = {id} AND b.tenant_id = {tenant}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such booking."},
};

/* SQL that restricts a statement to bookings that the caller may see. A hidden booking is then not
 * locked, and a request for it fails as fast as one for an unknown id. {telegram_id} is NULL unless
 * the caller is a guest, {owner} is NULL unless the caller is an owner. */
#define LOCK_PARAMETERS "id uuid, tenant uuid, telegram_id bigint, owner uuid"
#define SEEN_BY_CALLER                                                                             \
    " b.id = {id} AND b.tenant_id = {tenant}"                                                      \
    "  AND ({telegram_id} IS NULL OR b.guest_telegram_id = {telegram_id})"                         \
    "  AND ({owner} IS NULL OR b.owner_id = {owner})"

/* Locks the apartment of a booking. Writers lock it before they update a row under the exclusion
 * constraint, because two such updates without the lock may deadlock. */
static const struct db_statement lock_apartment_statement = {
    .name = "booking_lock_apartment",
    .parameters = LOCK_PARAMETERS,
    .sql = "SELECT id FROM apartment"
           " WHERE id = (SELECT apartment_id FROM booking b WHERE" SEEN_BY_CALLER ")"
           " FOR NO KEY UPDATE",
};

/* The last column: whether the owner has been asked. A status alone does not tell, because a request
 * that was accepted is a hold until it is paid. */
static const struct db_statement lock_statement = {
    .name = "booking_lock",
    .parameters = LOCK_PARAMETERS,
    .shape = &booking_store_shape,
    .sql = "SELECT {columns}, h.from_status, h.to_status, h.actor,"
           "  (SELECT actor FROM booking_history"
           "   WHERE booking_id = b.id AND version = o.version AND from_status = to_status),"
           "  EXISTS (SELECT FROM occupancy n WHERE n.apartment_id = o.apartment_id"
           "   AND n.status = 'checked_in' AND n.id <> o.id),"
           "  EXISTS (SELECT FROM booking_history"
           "   WHERE booking_id = b.id AND from_status = 'requested')"
           " FROM occupancy o"
           " JOIN booking b ON b.id = o.id"
           " JOIN apartment a ON a.id = o.apartment_id"
           " LEFT JOIN LATERAL ("
           "   SELECT from_status, to_status, actor FROM booking_history"
           "   WHERE booking_id = b.id AND from_status IS DISTINCT FROM to_status"
           "   ORDER BY version DESC LIMIT 1) h ON true"
           " WHERE" SEEN_BY_CALLER
           " FOR UPDATE OF o, b",
};

const struct db_constraint booking_store_nights_constraints[] = {
    {"occupancy_no_overlap", FAULT_CONFLICT, "nights_taken", NULL, "These nights are taken."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};

#define CHANGED {FAULT_CONFLICT, "changed_meanwhile", "The booking changed at the same moment."}
static const struct db_statement move_statement = {
    .name = "booking_move",
    .constraints = booking_store_nights_constraints,
    .parameters = "id, version, before, after, seconds bigint",
    .sql = "UPDATE occupancy"
           " SET status = {after}, version = version + 1, updated_at = now(),"
           "  expires_at = CASE WHEN status = {after} THEN expires_at"
           "   ELSE now() + {seconds} * interval '1 second' END"
           " WHERE id = {id} AND version = {version} AND status = {before}"
           "  AND NOT occupancy_is_over(status, expires_at)"
           " RETURNING version, updated_at, expires_at",
    .shape = &booking_store_shape,
    .no_row = CHANGED,
};

static const struct db_statement leave_statement = {
    .name = "booking_leave",
    .parameters = "id, version, before",
    .sql = "WITH ended AS (UPDATE occupancy o"
           "  SET status = 'completed', version = o.version + 1, updated_at = now(),"
           "   check_out = least(o.check_out,"
           "    greatest(o.check_in + 1, (now() AT TIME ZONE a.timezone)::date))"
           "  FROM apartment a"
           "  WHERE a.id = o.apartment_id AND o.id = {id} AND o.version = {version}"
           "   AND o.status = {before}"
           "  RETURNING o.*, (o.check_out + a.check_out_time) AT TIME ZONE a.timezone AS check_out_at)"
           BOOKING_STORE_KEEP_NIGHTS
           " SELECT version, updated_at, check_out, check_out_at FROM ended",
    .shape = &booking_store_shape,
    .no_row = CHANGED,
};

static const struct db_statement details_statement = {
    .name = "booking_write_details",
    .parameters = "id, phone, verified, receipt, paid, claimed, fee, refund, rating",
    .sql = "UPDATE booking SET guest_phone = {phone}, guest_phone_verified = {verified},"
           "  receipt = {receipt}, paid = {paid}, claimed = {claimed}, fee = {fee},"
           "  refund = {refund}, rating = {rating}"
           " WHERE id = {id}",
};

const struct db_statement booking_step_statement = STEP_WRITE_PAID("booking");
const struct db_statement booking_history_statement = STEP_LIST("booking", &step_shape);

static const struct db_statement steps_statement = {
    .name = "booking_write_steps",
    .parameters = CHANGE_TRACE_PARAMETERS ", moved jsonb, event text, action text",
    .sql = "WITH moved AS (SELECT * FROM jsonb_to_recordset({moved}) AS moved (event_id uuid,"
           "  id uuid, tenant_id uuid, version bigint, was text, data jsonb)),"
           " steps AS (INSERT INTO booking_history"
           "  (booking_id, version, from_status, to_status, actor)"
           "  SELECT id, version, was, data ->> 'status', {actor} FROM moved),"
           " audits AS (INSERT INTO audit (tenant_id, client_id, key_id, actor, request_id, route,"
           "   action, resource_type, resource_id, resource_version)"
           "  SELECT tenant_id, {client}, {key}, {actor}, {request_id}, {route},"
           "   {action}, 'booking', id, version FROM moved)"
           " INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
           "  resource_version, tenant_id, data)"
           " SELECT event_id, {event}, 'booking-api', version, 'booking', id,"
           "  version, tenant_id, data || jsonb_build_object('was_requested', EXISTS (SELECT FROM booking_history"
           "    WHERE booking_id = moved.id AND from_status = 'requested'),"
           "   'step', jsonb_build_object('from', was, 'to', data ->> 'status',"
           "    'actor', split_part({actor}, ':', 1), 'has_reason', false)) FROM moved",
};
// clang-format on

/* The members that no column sets. */
static const struct booking unread = {
    .status = -1,
    .policy.tiers[POLICY_TIERS_MAX - 1].until = FIELD_ABSENT,
};

void booking_store_read_row(const struct db_rows *rows, int row, struct booking *out)
{
    *out = unread;
    db_row_read(rows, row, 0, booking_store_shape.columns, booking_store_shape.count, out);
    booking_apply_clock(out, out->clock.now);
}

static bool refuse_unknown_booking(struct fault *fault)
{
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such booking.");
}

bool booking_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct booking *out, struct fault *fault)
{
    *out = unread;
    if (!db_find_row(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), arena, out,
                     fault))
        return false;
    booking_apply_clock(out, out->clock.now);
    return true;
}

bool booking_store_find_visible(struct db *db, const struct api_caller *caller,
                                const struct uuid *id, struct arena *arena, struct booking *out,
                                struct fault *fault)
{
    return booking_store_find(db, &caller->tenant_id, id, arena, out, fault) &&
           (booking_visible(out, caller) || refuse_unknown_booking(fault));
}

bool booking_refuse_changed(struct fault *fault)
{
    return fault_set(fault, FAULT_CONFLICT, "changed_meanwhile",
                     "The booking changed at the same moment.");
}

/* Reads the locked booking. Retries the transaction if the booking is no longer in the locked
 * apartment, or if there is no row: it moved while the statement waited for the lock. */
static bool read_locked_booking(struct change *change, struct db_rows *rows,
                                const struct uuid *apartment_id, struct booking *out,
                                struct booking_step *last, struct fault *fault)
{
    const int step = (int)booking_store_shape.count;

    if (rows->count == 0) {
        (void)!refuse_unknown_booking(fault);
        return db_request_retry(change->tx, fault);
    }
    booking_store_read_row(rows, 0, out);
    if (!uuid_equal(&out->apartment_id, apartment_id)) {
        (void)!booking_refuse_changed(fault);
        return db_request_retry(change->tx, fault);
    }
    *last = (struct booking_step){step_last_read(rows, step), db_get_text(rows, 0, step + 3),
                                  db_get_bool(rows, 0, step + 4)};
    out->was_requested = db_get_bool(rows, 0, step + 5);
    return db_rows_keep(rows, change->arena, fault);
}

bool booking_store_lock(struct change *change, const struct uuid *id, struct booking *out,
                        struct booking_step *last, struct fault *fault)
{
    auto_rows struct db_rows apartment = {0}, rows = {0};
    struct db_value values[CHANGE_LOCK_VALUES];
    const struct db_call calls[] = {
        {&lock_apartment_statement, values, CHANGE_LOCK_VALUES, &apartment},
        {&lock_statement,           values, CHANGE_LOCK_VALUES, &rows     },
    };

    change_set_lock_values(change, id, ACTOR_GUEST, ACTOR_OWNER, values);
    if (!db_query_all(change->tx, calls, 2, fault))
        return false;
    if (apartment.count == 0)
        return refuse_unknown_booking(fault);
    const struct uuid apartment_id = db_get_uuid(&apartment, 0, 0);
    return read_locked_booking(change, &rows, &apartment_id, out, last, fault);
}

bool booking_store_lock_in_apartment(struct change *change, const struct uuid *id,
                                     const struct uuid *apartment_id, struct booking *out,
                                     struct booking_step *last, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct db_value values[CHANGE_LOCK_VALUES];

    change_set_lock_values(change, id, ACTOR_GUEST, ACTOR_OWNER, values);
    return db_query(change->tx, &lock_statement, values, CHANGE_LOCK_VALUES, &rows, fault) &&
           read_locked_booking(change, &rows, apartment_id, out, last, fault);
}

bool booking_store_set_status(struct db *tx, struct booking *booking, enum booking_status to,
                              int64_t expires_in_s, struct fault *fault)
{
    if (!db_write_row(tx, &move_statement,
                      DB_VALUES(db_uuid(&booking->id), db_int(booking->version),
                                db_str(booking_status_names[booking->status]),
                                db_str(booking_status_names[to]), db_int(expires_in_s)),
                      booking, fault))
        return false;
    booking->status = (int)to;
    booking_apply_clock(booking, booking->clock.now);
    return true;
}

bool booking_store_check_out(struct db *tx, struct booking *booking, struct fault *fault)
{
    if (!db_write_row(tx, &leave_statement,
                      DB_VALUES(db_uuid(&booking->id), db_int(booking->version),
                                db_str(booking_status_names[booking->status])),
                      booking, fault))
        return false;
    booking->status = BOOKING_COMPLETED;
    return true;
}

void booking_store_write_details(struct change *change, const struct booking *booking)
{
    change_write(change, &details_statement,
                 DB_VALUES(db_uuid(&booking->id), db_text(booking->guest.phone),
                           db_bool(booking->guest.phone_verified), db_text(booking->receipt),
                           db_int(booking->paid), db_int(booking->claimed), db_int(booking->fee),
                           db_int(booking->refund), db_int(booking->rating)));
}

bool booking_store_write_steps(struct change *change, bool by_caller, struct slice records,
                               const char *event, const char *action, struct fault *fault)
{
    struct db_value values[CHANGE_TRACES + 3] = {db_null(), db_null(), db_str("system"), db_null(),
                                                 db_str("")};

    if (by_caller && !change_get_trace(change, values, fault))
        return false;
    values[CHANGE_TRACES] = db_text(records);
    values[CHANGE_TRACES + 1] = db_str(event);
    values[CHANGE_TRACES + 2] = db_str(action);
    return db_query(change->tx, &steps_statement, values, ARRAY_LEN(values), NULL, fault);
}
