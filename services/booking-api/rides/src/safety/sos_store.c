// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "safety/safety.h"

// clang-format off
#define AT(member) offsetof(struct sos, member)
static const struct db_column columns[] = {
    {DB_UUID,   AT(id),           .name = "id"},
    {DB_UUID,   AT(ride_id),      .name = "ride_id"},
    {DB_NAME,   AT(side),         .name = "side", .names = safety_side_names},
    {DB_DOUBLE, AT(location.lat), .name = "lat"},
    {DB_DOUBLE, AT(location.lon), .name = "lon"},
    {DB_TIME,   AT(answered_at),  .name = "answered_at"},
    {DB_TEXT,   AT(answered_by),  .name = "answered_by"},
    {DB_INT,    AT(version),      .name = "version"},
    {DB_TIME,   AT(created_at),   .name = "created_at"},
};
static const struct db_shape shape = DB_SHAPE(columns, NULL);

static const struct db_statement recent_statement = {
    .name = "sos_recent",
    .parameters = "ride uuid, side text, seconds double precision",
    .shape = &shape,
    .sql = "SELECT {columns} FROM sos WHERE ride_id = {ride} AND side = {side}"
           " AND answered_at IS NULL AND created_at > now() - make_interval(secs => {seconds})"
           " ORDER BY id DESC LIMIT 1",
};
static const struct db_statement insert_statement = {
    .name = "sos_insert",
    .parameters = "id, tenant, ride, side, lat, lon",
    .shape = &shape,
    .sql = "INSERT INTO sos (id, tenant_id, ride_id, side, lat, lon)"
           " VALUES ({id}, {tenant}, {ride}, {side}, {lat}, {lon}) RETURNING version, created_at",
};
static const struct db_statement place_statement = {
    .name = "sos_place",
    .parameters = "id, lat, lon",
    .shape = &shape,
    .sql = "UPDATE sos SET lat = {lat}, lon = {lon} WHERE id = {id} RETURNING version",
};
const struct db_statement sos_list_statement = {
    .name = "sos_list",
    .parameters = "ride uuid, most bigint",
    .shape = &shape,
    .sql = "SELECT {columns} FROM sos WHERE ride_id = {ride} ORDER BY id DESC LIMIT {most}",
};
static const struct db_statement answer_statement = {
    .name = "sos_answer",
    .parameters = "ride uuid, actor text, most bigint",
    .shape = &shape,
    .sql = "UPDATE sos SET answered_at = now(), answered_by = {actor} WHERE id IN"
           "  (SELECT id FROM sos WHERE ride_id = {ride} AND answered_at IS NULL ORDER BY id LIMIT {most} FOR UPDATE)"
           " RETURNING {columns}",
};
// clang-format on

void sos_store_read(const struct db_rows *rows, int row, struct sos *out)
{
    *out = (struct sos){0};
    db_row_read(rows, row, 0, columns, ARRAY_LEN(columns), out);
}

bool sos_store_find_recent(struct db *tx, const struct uuid *ride_id, enum safety_side side,
                           struct sos *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    *out = (struct sos){0};
    if (!db_query(
            tx, &recent_statement,
            DB_VALUES(db_uuid(ride_id), db_str(safety_side_names[side]), db_double(SOS_AGAIN_S)),
            &rows, fault))
        return false;
    if (rows.count > 0)
        sos_store_read(&rows, 0, out);
    out->answered_by = SLICE_NONE;
    return true;
}

bool sos_store_insert(struct db *tx, const struct uuid *tenant_id, struct sos *sos,
                      struct fault *fault)
{
    return db_write_row(tx, &insert_statement,
                        DB_VALUES(db_uuid(&sos->id), db_uuid(tenant_id), db_uuid(&sos->ride_id),
                                  db_str(safety_side_names[sos->side]),
                                  db_double(sos->location.lat), db_double(sos->location.lon)),
                        sos, fault);
}

bool sos_store_update_location(struct db *tx, struct sos *sos, struct fault *fault)
{
    return db_write_row(
        tx, &place_statement,
        DB_VALUES(db_uuid(&sos->id), db_double(sos->location.lat), db_double(sos->location.lon)),
        sos, fault);
}

bool sos_store_mark_answered(struct db *tx, const struct uuid *ride_id, struct slice actor,
                             int64_t calls_max, struct db_rows *answered, struct fault *fault)
{
    return db_query(tx, &answer_statement,
                    DB_VALUES(db_uuid(ride_id), db_text(actor), db_int(calls_max)), answered,
                    fault);
}
