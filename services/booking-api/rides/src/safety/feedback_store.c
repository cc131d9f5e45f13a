// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "safety/safety.h"

// clang-format off
#define AT(member) offsetof(struct rating, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),         .name = "id"},
    {DB_NAME, AT(side),       .name = "side", .names = safety_side_names},
    {DB_INT,  AT(stars),      .name = "stars"},
    {DB_TEXT, AT(tags_text),  .name = "tags"},
    {DB_TEXT, AT(text),       .name = "text"},
    {DB_TIME, AT(created_at), .name = "created_at"},
};
#undef AT
static const struct db_shape shape = DB_SHAPE(columns, NULL);

static const struct db_constraint constraints[] = {
    {"rating_once", FAULT_CONFLICT, "already_rated", NULL, "The ride is rated already."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
static const struct db_statement insert_statement = {
    .name = "rating_insert",
    .constraints = constraints,
    .shape = &shape,
    .parameters = "id, tenant, ride, driver, side, stars, tags, text",
    .sql = "INSERT INTO rating (id, tenant_id, ride_id, driver_id, side, stars, tags, text)"
           " VALUES ({id}, {tenant}, {ride}, {driver}, {side}, {stars}, {tags}, {text}) RETURNING created_at",
};
static const struct db_statement list_statement = {
    .name = "rating_list",
    .parameters = "ride",
    .shape = &shape,
    .sql = "SELECT {columns} FROM rating WHERE ride_id = {ride}",
};
/* Adds passengers' ratings to the drivers' averages once they are visible: both sides have rated, or the ride ended a
 * week ago. */
static const struct db_statement count_statement = {
    .name = "rating_count",
    .parameters = "ride uuid, most bigint",
    .sql = "WITH due AS (SELECT r.id, r.driver_id, r.stars FROM rating r JOIN ride i ON i.id = r.ride_id"
           "   WHERE NOT r.is_counted AND r.side = 'guest' AND ({ride} IS NULL OR r.ride_id = {ride})"
           "    AND (i.ended_at <= now() - interval '7 days'"
           "     OR EXISTS (SELECT FROM rating o WHERE o.ride_id = r.ride_id AND o.side = 'driver'))"
           "   ORDER BY r.id LIMIT {most} FOR UPDATE OF r SKIP LOCKED),"
           " counted AS (UPDATE rating SET is_counted = true FROM due WHERE rating.id = due.id),"
           " sums AS (SELECT driver_id, sum(stars) AS stars, count(*) AS ratings FROM due GROUP BY driver_id),"
           " rated AS (UPDATE driver SET rating_sum = rating_sum + sums.stars, rating_count = rating_count + sums.ratings"
           "   FROM sums WHERE driver.id = sums.driver_id)"
           " SELECT count(*) FROM due",
};

#define AT(member) offsetof(struct complaint, member)
static const struct db_column complaint_columns[] = {
    {DB_UUID, AT(id),         .name = "id"},
    {DB_NAME, AT(side),       .name = "side", .names = safety_side_names},
    {DB_NAME, AT(about),      .name = "about", .names = complaint_about_names},
    {DB_TEXT, AT(text),       .name = "text"},
    {DB_TIME, AT(created_at), .name = "created_at"},
};
#undef AT
static const struct db_shape complaint_shape = DB_SHAPE(complaint_columns, NULL);

static const struct db_constraint complaint_constraints[] = {
    {"complaint_number", FAULT_CONFLICT, "changed_meanwhile", NULL, "Another complaint came at the same moment."},
    {"complaint_number_check", FAULT_CONFLICT, "too_many_complaints", NULL, "The ride has enough complaints of this side."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
static const struct db_statement complain_statement = {
    .name = "complaint_insert",
    .constraints = complaint_constraints,
    .shape = &complaint_shape,
    .parameters = "id, tenant, ride uuid, side, about, text",
    .sql = "INSERT INTO complaint (id, tenant_id, ride_id, side, about, text, number)"
           " VALUES ({id}, {tenant}, {ride}, {side}, {about}, {text},"
           "  (SELECT count(*) + 1 FROM complaint WHERE ride_id = {ride} AND side = {side})) RETURNING created_at",
};
const struct db_statement complaint_list_statement = {
    .name = "complaint_list",
    .parameters = "ride",
    .shape = &complaint_shape,
    .sql = "SELECT {columns} FROM complaint WHERE ride_id = {ride} ORDER BY id",
};
// clang-format on

bool rating_store_insert(struct db *tx, const struct ride *ride, struct rating *rating,
                         struct fault *fault)
{
    return db_write_row(tx, &insert_statement,
                        DB_VALUES(db_uuid(&rating->id), db_uuid(&ride->tenant_id),
                                  db_uuid(&ride->id), db_uuid(&ride->driver_id),
                                  db_str(safety_side_names[rating->side]), db_int(rating->stars),
                                  db_text(rating->tags_text), db_text(rating->text)),
                        rating, fault);
}

bool rating_store_list(struct db *db, const struct uuid *ride_id, struct db_rows *rows,
                       struct fault *fault)
{
    return db_query(db, &list_statement, DB_VALUES(db_uuid(ride_id)), rows, fault);
}

void rating_store_read(const struct db_rows *rows, int row, struct rating *out)
{
    *out = (struct rating){0};
    db_row_read(rows, row, 0, columns, ARRAY_LEN(columns), out);
    out->tags.json = out->tags_text;
}

bool rating_store_add_visible_to_driver_averages(struct db *tx, const struct uuid *ride_id_or_nil,
                                                 int64_t ratings_max, struct fault *fault)
{
    return db_query(tx, &count_statement, DB_VALUES(db_uuid(ride_id_or_nil), db_int(ratings_max)),
                    NULL, fault);
}

bool complaint_store_insert(struct db *tx, const struct ride *ride, struct complaint *complaint,
                            struct fault *fault)
{
    return db_write_row(tx, &complain_statement,
                        DB_VALUES(db_uuid(&complaint->id), db_uuid(&ride->tenant_id),
                                  db_uuid(&ride->id), db_str(safety_side_names[complaint->side]),
                                  db_str(complaint_about_names[complaint->about]),
                                  db_text(complaint->text)),
                        complaint, fault);
}
