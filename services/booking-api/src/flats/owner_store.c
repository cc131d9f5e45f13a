// SPDX-License-Identifier: MIT
#include "api/list.h"

#include "flats/owner.h"

#define COLUMNS                                                                                    \
    "id, tenant_id, name, phone, telegram_id, payment_info, language, notify, version, "           \
    "created_at, updated_at"

/* In the order of COLUMNS. */
static const struct db_column columns[] = {
    {DB_UUID, offsetof(struct owner, id)          },
    {DB_UUID, offsetof(struct owner, tenant_id)   },
    {DB_TEXT, offsetof(struct owner, name)        },
    {DB_TEXT, offsetof(struct owner, phone)       },
    {DB_INT,  offsetof(struct owner, telegram_id) },
    {DB_TEXT, offsetof(struct owner, payment_info)},
};
enum { LANGUAGE = 6, NOTIFY, VERSION, CREATED_AT, UPDATED_AT };
_Static_assert(UPDATED_AT + 1 == (int)OWNER_COLUMNS, "all columns");

static bool keep(struct slice *text, struct arena *arena)
{
    if (text->at == NULL)
        return true;
    *text = arena_copy(arena, *text);
    return text->at != NULL;
}

void owner_store_read(const struct db_rows *rows, int row, struct owner *out)
{
    *out = (struct owner){
        .language = (int)language_of(db_get_text(rows, row, LANGUAGE)),
        .notify = db_get_bool(rows, row, NOTIFY),
        .version = db_get_int(rows, row, VERSION),
        .created_at = db_get_time(rows, row, CREATED_AT),
        .updated_at = db_get_time(rows, row, UPDATED_AT),
    };
    db_row_read(rows, row, 0, columns, sizeof columns / sizeof columns[0], out);
}

static bool find(struct db *db, const struct db_statement *statement, const struct uuid *tenant_id,
                 const struct uuid *id, struct arena *arena, struct owner *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    if (!db_query(db, statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such owner.");
    struct owner owner;
    owner_store_read(&rows, 0, &owner);
    if (!keep(&owner.name, arena) || !keep(&owner.phone, arena) ||
        !keep(&owner.payment_info, arena))
        return arena_fault(fault);
    *out = owner;
    return true;
}

bool owner_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct owner *out, struct fault *fault)
{
    static const struct db_statement statement = {
        "owner_find", "SELECT " COLUMNS " FROM owner WHERE id = $1 AND tenant_id = $2", NULL};
    return find(db, &statement, tenant_id, id, arena, out, fault);
}

bool owner_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct owner *out, struct fault *fault)
{
    static const struct db_statement statement = {
        "owner_lock",
        "SELECT " COLUMNS " FROM owner WHERE id = $1 AND tenant_id = $2 FOR NO KEY UPDATE", NULL};
    return find(tx, &statement, tenant_id, id, arena, out, fault);
}

bool owner_store_exists(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        bool *exists, struct fault *fault)
{
    static const struct db_statement statement = {
        "owner_exists", "SELECT 1 FROM owner WHERE id = $1 AND tenant_id = $2", NULL};
    auto_rows struct db_rows rows = {0};
    if (!db_query(db, &statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows, fault))
        return false;
    *exists = rows.count > 0;
    return true;
}

static void read_stored(const struct db_rows *rows, struct owner *owner)
{
    owner->version = db_get_int(rows, 0, 0);
    owner->created_at = db_get_time(rows, 0, 1);
    owner->updated_at = db_get_time(rows, 0, 2);
}

bool owner_store_insert(struct db *tx, struct owner *owner, struct fault *fault)
{
    static const struct db_statement statement = {
        "owner_insert",
        "INSERT INTO owner (id, tenant_id, name, phone, telegram_id, language, notify, "
        "payment_info)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING version, created_at, updated_at",
        NULL};
    auto_rows struct db_rows rows = {0};
    if (!db_query(tx, &statement,
                  DB_VALUES(db_uuid(&owner->id), db_uuid(&owner->tenant_id), db_text(owner->name),
                            db_text(owner->phone), db_int(owner->telegram_id),
                            db_str(language_names[owner->language]), db_bool(owner->notify),
                            db_text(owner->payment_info)),
                  &rows, fault))
        return false;
    read_stored(&rows, owner);
    return true;
}

bool owner_store_update(struct db *tx, struct owner *owner, struct fault *fault)
{
    static const struct db_statement statement = {
        "owner_update",
        "UPDATE owner SET name = $4, phone = $5, telegram_id = $6, language = $7, notify = $8,"
        " payment_info = $9"
        " WHERE id = $1 AND tenant_id = $2 AND version = $3"
        " RETURNING version, created_at, updated_at",
        NULL};
    auto_rows struct db_rows rows = {0};
    if (!db_query(tx, &statement,
                  DB_VALUES(db_uuid(&owner->id), db_uuid(&owner->tenant_id), db_int(owner->version),
                            db_text(owner->name), db_text(owner->phone), db_int(owner->telegram_id),
                            db_str(language_names[owner->language]), db_bool(owner->notify),
                            db_text(owner->payment_info)),
                  &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_PRECONDITION, "version_mismatch",
                         "The owner was changed by somebody else meanwhile.");
    read_stored(&rows, owner);
    return true;
}

bool owner_store_list(struct db *db, const struct uuid *tenant_id, const struct uuid *only,
                      const struct list_place *place, int64_t limit, struct db_rows *rows,
                      struct fault *fault)
{
    static const struct db_statement statement = {
        "owner_list",
        LIST_PAGE_OF "SELECT " COLUMNS ", octet_length(concat(name, payment_info)) AS large"
                     " FROM (SELECT * FROM owner WHERE tenant_id = $1 AND id < $2"
                     "  AND ($3::uuid IS NULL OR id = $3) ORDER BY id DESC LIMIT 101) page LIMIT "
                     "$4" LIST_PAGE_CUT,
        NULL};
    static const struct uuid last = {
        {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}
    };

    return db_query(db, &statement,
                    DB_VALUES(db_uuid(tenant_id), db_uuid(place->set ? &place->id : &last),
                              db_uuid(only), db_int(limit)),
                    rows, fault);
}
