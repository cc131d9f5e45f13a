// SPDX-License-Identifier: MIT
#include "maintenance/edits.h"

static const struct db_statement next_statement = {
    .name = "apartment_edited_next",
    .sql = "SELECT e.apartment_id, (SELECT tenant_id FROM apartment a WHERE a.id = e.apartment_id)"
           " FROM apartment_edited e ORDER BY e.edited_at, e.apartment_id LIMIT 1",
};
static const struct db_statement take_statement = {
    .name = "apartment_edited_take",
    .parameters = "id uuid",
    .sql = "DELETE FROM apartment_edited WHERE apartment_id = {id}",
};

bool edits_store_find_next(struct db *db, struct apartment_edit *out, bool *found,
                           struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &next_statement, DB_NO_VALUES, &rows, fault))
        return false;
    *found = rows.count > 0;
    if (*found)
        *out = (struct apartment_edit){db_get_uuid(&rows, 0, 0), db_get_uuid(&rows, 0, 1)};
    return true;
}

bool edits_store_take(struct db *tx, const struct uuid *apartment_id, bool *taken,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &take_statement, DB_VALUES(db_uuid(apartment_id)), &rows, fault))
        return false;
    *taken = rows.affected > 0;
    return true;
}
