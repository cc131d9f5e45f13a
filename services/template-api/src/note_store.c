// SPDX-License-Identifier: MIT
#include "note.h"

bool note_store_insert(struct db *tx, const struct uuid *tenant_id, const struct note *note,
                       struct fault *fault)
{
    static const struct db_statement statement = {
        .name = "note_insert",
        .sql = "INSERT INTO note (id, tenant_id, text) VALUES ($1, $2, $3)",
    };
    auto_rows struct db_rows rows = {0};

    return db_query(tx, &statement,
                    DB_VALUES(db_uuid(&note->id), db_uuid(tenant_id), db_text(note->text)), &rows,
                    fault);
}

bool note_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct note *out, struct fault *fault)
{
    static const struct db_statement statement = {
        .name = "note_find",
        .sql = "SELECT text, version FROM note WHERE id = $1 AND tenant_id = $2",
    };
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such note.");
    struct slice text = arena_copy(arena, db_get_text(&rows, 0, 0));
    if (text.at == NULL)
        return arena_fault(fault);
    *out = (struct note){.id = *id, .text = text, .version = db_get_int(&rows, 0, 1)};
    return true;
}
