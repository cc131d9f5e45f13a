// SPDX-License-Identifier: MIT
#include "booking_expire.h"

#include "base/auto.h"

#include "booking_json.h"
#include "booking_store.h"
#include "occupancy.h"

enum { RECORD_MAX = 512 * 1024 }; /* JSON of one batch */

/* The status before comes from a second look at the same row: RETURNING knows the new one only. */
#define END(as, which)                                                                             \
    "WITH ended AS (UPDATE occupancy o SET status = '" as "', version = o.version + 1,"            \
    " updated_at = now() FROM occupancy was WHERE was.id = o.id AND " which                        \
    " RETURNING o.*, was.status AS was_status)"                                                    \
    " SELECT " BOOKING_COLUMNS ", o.was_status FROM ended o" BOOKING_OF_OCCUPANCY
#define EXPIRE(which)                                                                              \
    END("expired", "o.status IN " OCCUPANCY_WAITING " AND o.expires_at <= now() AND " which)

/* OFFSET 0: found by the nights, of which there are few, and not by the clock, which may have ended
 * thousands elsewhere while no sweeper ran. */
const struct db_statement booking_expire_nights_statement = {
    .name = "booking_expire_nights",
    .sql = EXPIRE("o.id IN (SELECT id FROM occupancy WHERE apartment_id = $1"
                  "  AND nights && daterange($2::date, $3::date) AND status IN " OCCUPANCY_BLOCKING
                  "  OFFSET 0)"),
};

/* Rows that somebody works on are his: skipped, so that sweepers of many processes and writers
 * never wait for each other. */
static const struct db_statement expire_batch_statement = {
    .name = "booking_expire_batch",
    .sql = EXPIRE("o.id IN (SELECT id FROM occupancy WHERE"
                  "  status IN " OCCUPANCY_WAITING " AND expires_at <= now()"
                  "  ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)"),
};

/* Stays whose check-out time has come, where the flat is. The dates alone choose by index; no zone
 * is more than 14 hours ahead. */
#define CHECK_OUT_PASSED                                                                           \
    "occupancy s JOIN apartment f ON f.id = s.apartment_id WHERE s.status IN " OCCUPANCY_STAYING   \
    " AND s.check_out <= (now() AT TIME ZONE 'UTC' + interval '14 hours')::date"                   \
    " AND (s.check_out + f.check_out_time) AT TIME ZONE f.timezone <= now()"

static const struct db_statement complete_batch_statement = {
    .name = "booking_complete_batch",
    .sql = END("completed", "o.id IN (SELECT s.id FROM " CHECK_OUT_PASSED
                            "  ORDER BY s.check_out LIMIT $1 FOR UPDATE OF s SKIP LOCKED)"),
};

/* What such an end is called. */
struct ending {
    const char *status;
    const char *event;
    const char *action;
};
static const struct ending expired = {"expired", "booking.expired", "booking.expire"};
static const struct ending completed = {"completed", "booking.completed", "booking.complete"};

/* As many rows as ended, in one statement whatever their number. */
static const struct db_statement record_statement = {
    .name = "booking_ended_record",
    .sql = "WITH ended AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS ended (event_id uuid,"
           "  id uuid, tenant_id uuid, version bigint, was text, data jsonb)),"
           " steps AS (INSERT INTO booking_history (booking_id, version, from_status, to_status,"
           "  actor) SELECT id, version, was, $2, 'system' FROM ended),"
           " audits AS (INSERT INTO audit (tenant_id, actor, route, action, resource_type,"
           "  resource_id, resource_version) SELECT tenant_id, 'system', '', $4,"
           "  'booking', id, version FROM ended)"
           " INSERT INTO outbox (event_id, type, source, sequence, resource_type, resource_id,"
           "  resource_version, tenant_id, data) SELECT event_id, $3,"
           "  'booking-api', version, 'booking', id, version, tenant_id, data FROM ended",
};

static void uuid_member(struct buf *out, const char *name, const struct uuid *id)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    buf_printf(out, "\"%s\":\"%s\",", name, text);
}

static void encode_ended(const struct db_rows *ended, int row, struct buf *out)
{
    const struct uuid event_id = uuid_make();
    struct booking booking;

    booking_store_read(ended, row, &booking);
    buf_char(out, '{');
    uuid_member(out, "event_id", &event_id);
    uuid_member(out, "id", &booking.id);
    uuid_member(out, "tenant_id", &booking.tenant_id);
    buf_printf(out, "\"version\":%lld,\"was\":", (long long)booking.version);
    buf_json_string(out, db_get_text(ended, row, BOOKING_COLUMN_COUNT));
    buf_text(out, ",\"data\":");
    booking_encode_event(&booking, out);
    buf_char(out, '}');
}

static bool record(struct change *change, const struct db_rows *ended, const struct ending *as,
                   struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct slice text;

    buf_init(&json, RECORD_MAX);
    if (ended->count == 0)
        return true;
    buf_char(&json, '[');
    for (int i = 0; i < ended->count; i++) {
        if (i > 0)
            buf_char(&json, ',');
        encode_ended(ended, i, &json);
    }
    buf_char(&json, ']');
    if (!buf_ok(&json, fault))
        return false;
    text = arena_copy(change->arena, buf_as_slice(&json));
    if (text.at == NULL)
        return arena_fault(fault);
    change_write(
        change, &record_statement,
        DB_VALUES(db_text(text), db_str(as->status), db_str(as->event), db_str(as->action)));
    return true;
}

bool booking_expire_record(struct change *change, const struct db_rows *ended, struct fault *fault)
{
    return record(change, ended, &expired, fault);
}

static const struct db_statement due_statement = {
    .name = "booking_expire_due",
    .sql = "SELECT EXISTS (SELECT FROM occupancy WHERE status IN " OCCUPANCY_WAITING
           " AND expires_at <= now()) OR EXISTS (SELECT FROM " CHECK_OUT_PASSED ")",
};

bool booking_expire_due(struct db *db, bool *due, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *due = db_get_bool(&rows, 0, 0);
    return true;
}

static bool end_batch(struct change *change, const struct db_statement *statement,
                      const struct ending *as, int *ended, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(change->tx, statement, DB_VALUES(db_int(BOOKING_EXPIRE_BATCH)), &rows, fault) ||
        !record(change, &rows, as, fault))
        return false;
    *ended = rows.count;
    return true;
}

bool booking_expire_batch(struct change *change, int *ended, struct fault *fault)
{
    return end_batch(change, &expire_batch_statement, &expired, ended, fault);
}

bool booking_complete_batch(struct change *change, int *ended, struct fault *fault)
{
    return end_batch(change, &complete_batch_statement, &completed, ended, fault);
}
