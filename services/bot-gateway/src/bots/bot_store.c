// SPDX-License-Identifier: MIT
#include "bots/bot_store.h"

#include "base/text.h"
#include "db/transaction.h"

enum { SUPPORT_MAX = 200 }; /* characters; the same limit as in texts/bot_settings.c */

// clang-format off
#define AT(member) offsetof(struct bot, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),         .name = "id"},
    {DB_UUID, AT(tenant_id),  .name = "tenant_id"},
    {DB_NAME, AT(type),       .name = "bot_type", .names = bot_type_names},
    {DB_NAME, AT(intake),     .name = "intake", .names = bot_intake_names},
    {DB_BOOL, AT(is_active),  .name = "is_active"},
    {DB_INT,  AT(version),    .name = "version"},
    {DB_TIME, AT(created_at), .name = "created_at"},
    {DB_TIME, AT(updated_at), .name = "updated_at"},
    {DB_NAME, AT(polling),    .name = "polling",    .sql = "p.state",    .names = bot_polling_names},
    {DB_TIME, AT(polling_at), .name = "polling_at", .sql = "p.state_at"},
};
#undef AT
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape shape = DB_SHAPE(columns, "b");

static const struct db_statement list_statement = {
    .name = "bot_list",
    .sql = "SELECT {columns}, b.name,"
           " (SELECT t.name FROM tenant t WHERE t.id = b.tenant_id), b.username,"
           " EXISTS (SELECT FROM staff_chat s WHERE s.bot_id = b.id),"
           " EXISTS (SELECT FROM staff_chat s JOIN recipient r ON r.bot_id = s.bot_id AND r.chat_id = s.chat_id"
           "  WHERE s.bot_id = b.id AND r.unreachable_since IS NOT NULL),"
           " b.bot_type = 'flow' OR EXISTS (SELECT FROM bot_settings s WHERE s.bot_type = b.bot_type AND s.setting_key = 'support'"
           "  AND s.is_active AND s.setting_value #>> '{}' <> '')"
           " FROM bot b LEFT JOIN poller p"
           "  ON p.bot_id = b.id AND b.intake = 'poll' AND p.leased_until > now() AND p.state IS NOT NULL"
           " ORDER BY b.name COLLATE \"C\" LIMIT {limit}",
    .parameters = "limit bigint",
    .shape = &shape,
};
static const struct db_constraint constraints[] = {
    {"bot_username_check", FAULT_INVALID, "bad_username", NULL, "That is no name of a bot."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
static const struct db_statement set_username_statement = {
    .name = "bot_set_username",
    .sql = "UPDATE bot SET username = {username} WHERE id = {id}",
    .parameters = "id uuid, username text",
    .constraints = constraints,
};
static const struct db_statement sees_all_statement = {
    .name = "bot_sees_all",
    .sql = "SELECT FROM tenant WHERE id = {tenant} AND name = 'system'",
    .parameters = "tenant uuid",
};
static const struct db_statement set_support_statement = {
    .name = "bot_set_support",
    .sql = "INSERT INTO bot_settings AS s (setting_key, bot_type, setting_value, built_in)"
           " SELECT 'support', bot_type, to_jsonb({support}), '\"\"' FROM bot WHERE name = {name} AND bot_type <> 'flow'"
           " ON CONFLICT (setting_key, bot_type) DO UPDATE SET setting_value = excluded.setting_value, is_active = true",
    .parameters = "name text, support text",
};
/* Inserts a bot unless its name exists. Returns the id of the tenant {tenant}; the tenant of the
 * inserted row, NULL if the bot existed; tenant and type of the existing row, NULL if inserted. */
static const struct db_statement ensure_statement = {
    .name = "bot_ensure",
    .sql = "WITH owner AS (SELECT id FROM tenant WHERE name = {tenant}),"
           " made AS (INSERT INTO bot (id, name, tenant_id, bot_type) SELECT {id}, {name}, owner.id, {type} FROM owner"
           "          ON CONFLICT (name) DO NOTHING RETURNING tenant_id)"
           " SELECT owner.id, (SELECT tenant_id FROM made),"
           "        (SELECT tenant_id FROM bot WHERE name = {name}), (SELECT bot_type FROM bot WHERE name = {name})"
           " FROM owner",
    .parameters = "id uuid, name text, tenant text, type text",
    .no_row = {FAULT_NOT_FOUND, "tenant_unknown", "There is no such tenant."},
};
// clang-format on

static void read_row(const struct db_rows *rows, int row, struct bot *bot)
{
    const struct slice name = db_get_text(rows, row, COLUMNS);
    const struct slice username = db_get_text(rows, row, COLUMNS + 2);

    *bot = (struct bot){.polling = -1};
    db_row_read(rows, row, 0, columns, COLUMNS, bot);
    if (name.len <= BOT_NAME_MAX)
        memcpy(bot->name, name.at, name.len);
    if (username.at != NULL && username.len <= BOT_USERNAME_MAX)
        memcpy(bot->username, username.at, username.len);
}

bool bot_store_list(struct db *db, struct bot *bots, size_t *count, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &list_statement, DB_VALUES(db_int(BOTS_MAX)), &rows, fault))
        return false;
    for (int row = 0; row < rows.count; row++)
        read_row(&rows, row, &bots[row]);
    *count = (size_t)rows.count;
    return true;
}

bool bot_store_print_all(struct db *db,
                         void (*print)(const struct bot *bot, const struct bot_row *row),
                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &list_statement, DB_VALUES(db_int(BOTS_MAX)), &rows, fault))
        return false;
    for (int row = 0; row < rows.count; row++) {
        struct bot bot;
        read_row(&rows, row, &bot);
        print(&bot, &(struct bot_row){.tenant = db_get_text(&rows, row, COLUMNS + 1),
                                      .has_staff_chat = db_get_bool(&rows, row, COLUMNS + 3),
                                      .is_staff_lost = db_get_bool(&rows, row, COLUMNS + 4),
                                      .has_support = db_get_bool(&rows, row, COLUMNS + 5)});
    }
    return true;
}

bool bot_store_set_username(struct db_pool *pool, const struct uuid *id, struct slice username,
                            struct fault *fault)
{
    return db_execute(pool, &set_username_statement, DB_VALUES(db_uuid(id), db_text(username)),
                      NULL, fault);
}

bool bot_store_set_support_of_type(struct db *tx, struct slice bot_name, struct slice support,
                                   struct fault *fault)
{
    if (!text_is_utf8(support) || text_has_control(support) || text_length(support) > SUPPORT_MAX)
        return fault_set(fault, FAULT_INVALID, "bad_support",
                         "The support is a line of at most %d characters.", SUPPORT_MAX);
    return db_query(tx, &set_support_statement, DB_VALUES(db_text(bot_name), db_text(support)),
                    NULL, fault);
}

bool bot_store_tenant_sees_all(struct db *db, const struct uuid *tenant_id, bool *sees_all,
                               struct fault *fault)
{
    return db_query_one(db, &sees_all_statement, DB_VALUES(db_uuid(tenant_id)), sees_all, fault);
}

bool bot_store_insert_unless_exists(struct db *tx, struct slice name, struct slice tenant, int type,
                                    bool *inserted, struct fault *fault)
{
    const struct uuid id = uuid_make();
    const char *const wanted = bot_type_names[type < 0 ? BOT_APARTMENTS : type];
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(tx, &ensure_statement,
                      DB_VALUES(db_uuid(&id), db_text(name), db_text(tenant), db_str(wanted)),
                      &rows, fault))
        return false;
    const struct uuid owner = db_get_uuid(&rows, 0, 0);
    const struct uuid before = db_get_uuid(&rows, 0, 2);
    if (!uuid_is_nil(&before) && !uuid_equal(&before, &owner))
        return fault_set(fault, FAULT_CONFLICT, "bot_taken", "The bot belongs to another tenant.");
    const struct slice is = db_get_text(&rows, 0, 3);
    if (type >= 0 && is.at != NULL && !slice_is(is, wanted))
        return fault_set(fault, FAULT_CONFLICT, "bot_type_differs",
                         "The bot is of the type %.*s, not %s.", SLICE_ARG(is), wanted);
    *inserted = !db_is_null(&rows, 0, 1);
    return true;
}
