// SPDX-License-Identifier: MIT
#include "import/import_store.h"

#include "base/auto.h"

#include "apartments/apartment_row.h"

bool import_store_tenant(struct db *db, struct slice name, struct uuid *out, struct fault *fault)
{
    static const struct db_statement statement = {
        .name = "import_tenant",
        .parameters = "name text",
        .sql = "SELECT id FROM tenant WHERE {name} IS NULL OR name = {name} LIMIT 2",
    };
    auto_rows struct db_rows rows = {0};
    if (!db_query(db, &statement, DB_VALUES(db_text(name)), &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "no_tenant", "There is no such tenant.");
    if (rows.count > 1)
        return fault_set(fault, FAULT_NOT_FOUND, "which_tenant",
                         "There are several tenants: --tenant NAME.");
    *out = db_get_uuid(&rows, 0, 0);
    return true;
}

bool import_store_lock_tenant(struct db *tx, const struct uuid *tenant_id, struct fault *fault)
{
    static const struct db_statement lock = {
        .name = "import_alone",
        .parameters = "tenant uuid",
        .sql = "SELECT pg_try_advisory_xact_lock(hashtextextended('import:' || {tenant}, 0))",
    };
    /* Plans may be made while the tables are empty and then be kept for thousands of rows. */
    static const struct db_statement by_index = {
        .name = "import_by_index",
        .sql = "SET LOCAL enable_seqscan TO off",
    };
    auto_rows struct db_rows rows = {0};
    const struct db_value id = db_uuid(tenant_id);
    const struct db_call calls[] = {
        {&by_index, NULL, 0, NULL },
        {&lock,     &id,  1, &rows}
    };
    if (!db_query_all(tx, calls, 2, fault))
        return false;
    return db_get_bool(&rows, 0, 0) || fault_set(fault, FAULT_CONFLICT, "import_running",
                                                 "Another import of this tenant is running.");
}

bool import_store_apartment(struct db *tx, const struct uuid *tenant_id, struct slice code,
                            struct arena *arena, struct apartment *out, struct fault *fault)
{
    /* Not prepared: a plan made for an empty table may use any of the tenant's indexes. */
    static const struct db_statement statement = {
        .sql = "SELECT {columns} FROM apartment a WHERE tenant_id = {tenant} AND code = {code}",
        .parameters = "tenant, code",
        .shape = &apartment_row_shape,
    };
    auto_rows struct db_rows rows = {0};
    if (!db_query(tx, &statement, DB_VALUES(db_uuid(tenant_id), db_text(code)), &rows, fault))
        return false;
    if (rows.count > 0)
        return apartment_row_read(&rows, 0, arena, out, fault) && db_rows_keep(&rows, arena, fault);
    *out = apartment_defaults();
    return true;
}

bool import_store_owner(struct db *tx, const struct uuid *tenant_id, const struct owner *wanted,
                        struct uuid *id, struct fault *fault)
{
    static const struct db_statement by_phone = {
        .name = "import_owner_by_phone",
        .parameters = "tenant, phone",
        .sql = "SELECT id FROM owner WHERE tenant_id = {tenant} AND phone = {phone}"
               " ORDER BY id LIMIT 1",
    };
    static const struct db_statement by_name = {
        .name = "import_owner_by_name",
        .parameters = "tenant, name",
        .sql = "SELECT id FROM owner WHERE tenant_id = {tenant} AND lower(name) = lower({name})"
               " LIMIT 2",
    };
    auto_rows struct db_rows rows = {0};
    bool phone = wanted->phone.at != NULL;
    if (!db_query(tx, phone ? &by_phone : &by_name,
                  DB_VALUES(db_uuid(tenant_id), db_text(phone ? wanted->phone : wanted->name)),
                  &rows, fault))
        return false;
    if (rows.count > 1)
        return fault_set(fault, FAULT_CONFLICT, "several_owners", "Several owners have this name.");
    *id = rows.count > 0 ? db_get_uuid(&rows, 0, 0) : (struct uuid){0};
    return true;
}

bool import_store_lock_apartments(struct db *tx, const struct uuid *tenant_id,
                                  const struct uuid *ids, size_t count, struct fault *fault)
{
    static const struct db_statement statement = {
        .name = "import_lock_apartments",
        .parameters = "tenant, ids text",
        .sql = "WITH locked AS MATERIALIZED (SELECT id FROM apartment"
               "  WHERE tenant_id = {tenant} AND id = ANY ({ids}::uuid[])"
               "  ORDER BY id FOR NO KEY UPDATE)"
               " SELECT count(*) FROM locked",
    };
    AUTO(buf_finish) struct buf text;
    auto_rows struct db_rows rows = {0};

    buf_init(&text, (UUID_TEXT_LEN + 1) * count + 2);
    apartment_row_ids_text(ids, count, &text);
    return buf_ok(&text, fault) &&
           db_query(tx, &statement, DB_VALUES(db_uuid(tenant_id), db_text(buf_as_slice(&text))),
                    &rows, fault);
}
