// SPDX-License-Identifier: MIT
#include "api/log_key_store_private.h"
#include "base/digest.h"

#define TODAY "(now() AT TIME ZONE 'UTC')::date"

static const struct db_statement sql_list = {
    .name = "log_key_list",
    .sql = "SELECT day, key, day >= " TODAY " FROM api.log_key"
           " WHERE day BETWEEN " TODAY " - 1 AND " TODAY " + 1",
};

static bool read_list(const struct db_rows *rows, struct log_key_list *out, struct fault *fault)
{
    struct log_key_list list = {.count = (size_t)rows->count};
    int ahead = 0;

    for (int i = 0; i < rows->count; i++) {
        const struct slice key = db_get_bytes(rows, i, 1);

        if (key.len != LOG_PERSON_KEY_LEN)
            return fault_set(fault, FAULT_INTERNAL, "bad_log_key",
                             "A key of persons in logs has another length.");
        list.keys[i].day = db_get_date(rows, i, 0);
        memcpy(list.keys[i].key, key.at, key.len);
        ahead += db_get_bool(rows, i, 2);
    }
    list.complete = ahead == 2;
    *out = list;
    return true;
}

bool log_key_store_list(struct db *db, struct log_key_list *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return db_query(db, &sql_list, DB_NO_VALUES, &rows, fault) && read_list(&rows, out, fault);
}

bool log_key_store_renew(struct db *tx, struct log_key_list *out, struct fault *fault)
{
    static const struct db_statement sql_insert = {
        .name = "log_key_insert",
        .sql = "INSERT INTO api.log_key (day, key)"
               " VALUES (" TODAY ", {today}), (" TODAY " + 1, {tomorrow})"
               " ON CONFLICT (day) DO NOTHING",
        .parameters = "today bytea, tomorrow bytea",
    };
    static const struct db_statement sql_delete = {
        .name = "log_key_delete",
        .sql = "DELETE FROM api.log_key WHERE day < " TODAY " - 1",
    };
    uint8_t random[2][LOG_PERSON_KEY_LEN];
    const struct db_value keys[] = {
        db_bytes((struct slice){(const char *)random[0], sizeof(random[0])}),
        db_bytes((struct slice){(const char *)random[1], sizeof(random[1])}),
    };
    auto_rows struct db_rows rows = {0};
    const struct db_call calls[] = {
        {&sql_insert, keys, 2, NULL },
        {&sql_delete, NULL, 0, NULL },
        {&sql_list,   NULL, 0, &rows},
    };

    digest_random(random, sizeof(random));
    return db_query_all(tx, calls, ARRAY_LEN(calls), fault) && read_list(&rows, out, fault);
}
