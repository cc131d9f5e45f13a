// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/change.h"
#include "api/list.h"

#include "drivers/driver.h"

// clang-format off
#define FAULTS "driver_fault_count(id, now() - interval '30 days')" /* CANCEL_DRIVER_DAYS */
#define AT(member) offsetof(struct driver, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),           .name = "id"},
    {DB_UUID, AT(tenant_id),    .name = "tenant_id"},
    {DB_TEXT, AT(name),         .name = "name", .flags = DB_WRITTEN},
    {DB_TEXT, AT(phone),        .name = "phone", .flags = DB_WRITTEN},
    {DB_INT,  AT(telegram_id),  .name = "telegram_id", .flags = DB_WRITTEN},
    {DB_TEXT, AT(payment_info), .name = "payment_info", .flags = DB_WRITTEN},
    {DB_NAME, AT(language),     .name = "language", .flags = DB_WRITTEN, .names = language_names},
    {DB_NAME, AT(status),       .name = "status", .flags = DB_WRITTEN, .names = driver_status_names},
    {DB_TEXT, AT(changed_by),   .name = "changed_by", .flags = DB_WRITTEN},
    {DB_TEXT, AT(papers),       .name = "documents", .flags = DB_WRITTEN},
    {DB_DATE, AT(papers_until), .name = "papers_until", .flags = DB_WRITTEN},
    {DB_INT,  AT(rating.sum),   .name = "rating_sum"},
    {DB_INT,  AT(rating.count), .name = "rating_count"},
    {DB_INT,  AT(trips_done),   .name = "trips_done"},
    {DB_INT,  AT(faults),       .sql = FAULTS},
    {DB_INT,  AT(version),      .name = "version"},
    {DB_TIME, AT(created_at),   .name = "created_at"},
    {DB_TIME, AT(updated_at),   .name = "updated_at"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape driver_shape = DB_SHAPE(columns, NULL);

static const struct db_constraint constraints[] = {
    {"driver_telegram", FAULT_CONFLICT, "telegram_taken", "telegram_id", "Another driver has this account."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};

#define FIND(name_, what_, lock_) {                                                                \
    .name = name_,                                                                                 \
    .sql = "SELECT " what_ " FROM driver WHERE id = {id} AND tenant_id = {tenant}"                 \
           " AND blanked_at IS NULL" lock_,                                                        \
    .parameters = "id, tenant",                                                                    \
    .shape = &driver_shape,                                                                        \
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such driver."}}
static const struct db_statement find_statement = FIND("driver_find", "{columns}", "");
static const struct db_statement lock_statement = FIND("driver_lock", "{columns}", " FOR NO KEY UPDATE");
static const struct db_statement exists_statement = FIND("driver_exists", "1", "");
static const struct db_statement insert_statement = {
    .name = "driver_insert",
    .constraints = constraints,
    .sql = "INSERT INTO driver (id, tenant_id, {written}) VALUES ({id}, {tenant}, {values})"
           " RETURNING version, created_at, updated_at",
    .parameters = "id, tenant, version bigint",
    .shape = &driver_shape,
};
static const struct db_statement update_statement = {
    .name = "driver_update",
    .constraints = constraints,
    .sql = "UPDATE driver SET ({written}) = ROW({values})"
           " WHERE id = {id} AND tenant_id = {tenant} AND version = {version}"
           " RETURNING version, created_at, updated_at",
    .parameters = "id, tenant, version bigint",
    .shape = &driver_shape,
    .no_row = {FAULT_PRECONDITION, "version_mismatch", "The driver was changed concurrently."},
};
static const struct db_statement count_trip_statement = {
    .name = "driver_count_trip",
    .sql = "UPDATE driver SET trips_done = trips_done + 1 WHERE id = {id}",
    .parameters = "id",
};
static const struct db_statement suspend_statement = {
    .name = "driver_suspend",
    .sql = "UPDATE driver SET status = 'suspended', changed_by = NULL WHERE id = {id} AND status = 'active'"
           "  AND " FAULTS " >= {most} RETURNING version",
    .parameters = "id uuid, most bigint",
};
const struct db_part driver_fit_parts[] = {
    {"looks", "r.status = 'open' AND r.trip_id IS NULL AND r.expires_at > now()"},
    /* A driver whose trip, with the pause after it, covers the whole window is busy: an offer would be refused. */
    {"suits", "EXISTS (SELECT FROM car c WHERE c.driver_id = {who} AND c.is_live AND c.seats >= r.seats)"
              " AND NOT EXISTS (SELECT FROM trip own WHERE own.driver_id = {who} AND own.status IN ('scheduled', 'started')"
              "  AND own.busy @> tstzrange(r.depart_from, r.depart_to, '[]'))"},
    {"avoids", "EXISTS (SELECT FROM rating w JOIN ride met ON met.id = w.ride_id WHERE w.stars = 1 AND w.driver_id = {who}"
               " AND met.tenant_id = {tenant} AND met.passenger_telegram_id = r.passenger_telegram_id)"},
    {NULL, NULL},
};
/* {fitting}: the drivers that the open ride {fits} suits and that have a trip between its places, in either direction
 * because a car also comes back, which departs in the future or departed in the last 30 days. */
static const struct db_part fitting_parts[] = {
    {"fitting", "SELECT t.driver_id FROM ride r JOIN trip_leg g ON g.tenant_id = r.tenant_id"
                " AND g.departs_at > now() - interval '30 days' AND ((g.from_place = r.from_place AND g.to_place = r.to_place)"
                "  OR (g.from_place = r.to_place AND g.to_place = r.from_place))"
                " JOIN trip t ON t.id = g.trip_id AND t.status <> 'cancelled'"
                " WHERE r.id = {fits} AND r.tenant_id = {tenant} AND {looks} AND {suits} AND NOT {avoids}"},
    {"who", "t.driver_id"},
    {NULL, NULL},
};
const struct db_statement driver_list_statement = {
    .name = "driver_list",
    .parts = {fitting_parts, driver_fit_parts},
    .sql = LIST_PAGE_OF
           "SELECT {columns}, octet_length(concat({texts})) AS large"
           " FROM (SELECT * FROM driver"
           "       WHERE tenant_id = {tenant} AND id < {after} AND blanked_at IS NULL AND ({only} IS NULL OR id = {only})"
           "        AND ({telegram_id} IS NULL OR telegram_id = {telegram_id})"
           "        AND ({status} IS NULL OR status = {status})"
           "        AND ({fits} IS NULL OR (status = 'active' AND id IN ({fitting}) AND papers_until >="
           "         (SELECT (greatest(depart_from, now()) AT TIME ZONE INTERVAL '+05:00')::date FROM ride WHERE id = {fits})))"
           "       ORDER BY id DESC LIMIT 101) page"
           " LIMIT {limit}"
           LIST_PAGE_CUT,
    .parameters = "tenant uuid, only uuid, telegram_id bigint, status text, fits uuid, after uuid, limit bigint",
    .shape = &driver_shape,
};
// clang-format on

void driver_store_read(const struct db_rows *rows, int row, struct driver *out)
{
    *out = (struct driver){0};
    db_row_read(rows, row, 0, columns, COLUMNS, out);
}

bool driver_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                       struct arena *arena, struct driver *out, struct fault *fault)
{
    *out = (struct driver){0};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), arena, out,
                       fault);
}

bool driver_store_lock(struct change *change, const struct uuid *id, struct driver *out,
                       struct fault *fault)
{
    *out = (struct driver){0};
    return db_find_row(change->tx, &lock_statement,
                       DB_VALUES(db_uuid(id), db_uuid(&change->caller->tenant_id)), change->arena,
                       out, fault);
}

bool driver_store_check_exists(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                               struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return db_query_row(db, &exists_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows,
                        fault);
}

bool driver_store_write(struct db *tx, struct driver *driver, struct fault *fault)
{
    enum { NAMED = 3 };
    struct db_value values[NAMED + COLUMNS] = {db_uuid(&driver->id), db_uuid(&driver->tenant_id),
                                               db_int(driver->version)};
    const size_t count = NAMED + db_row_get_values(&driver_shape, driver, values + NAMED);

    return db_write_row(tx, driver->version == 0 ? &insert_statement : &update_statement, values,
                        count, driver, fault);
}

bool driver_store_increment_trips_done(struct db *tx, const struct uuid *id, struct fault *fault)
{
    return db_query(tx, &count_trip_statement, DB_VALUES(db_uuid(id)), NULL, fault);
}

bool driver_store_suspend_for_faults(struct db *tx, const struct uuid *id, int64_t faults_min,
                                     int64_t *new_version, struct fault *fault)
{
    return db_query_number(tx, &suspend_statement, DB_VALUES(db_uuid(id), db_int(faults_min)),
                           new_version, fault);
}
