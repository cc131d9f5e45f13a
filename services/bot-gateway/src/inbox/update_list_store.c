// SPDX-License-Identifier: MIT
#include "inbox/update_list_store.h"

#include <stddef.h>

const char *const update_status_names[] = {"received", "done", "dead", NULL};

// clang-format off
#define AT(member) offsetof(struct update_shown, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),          .name = "id"},
    {DB_TEXT, AT(bot),         .sql = "b.name"},
    {DB_INT,  AT(update_id),   .name = "update_id"},
    {DB_TEXT, AT(kind),        .name = "kind"},
    {DB_INT,  AT(chat_id),     .name = "chat_id"},
    {DB_INT,  AT(user_id),     .name = "user_id"},
    {DB_NAME, AT(status),      .name = "status", .names = update_status_names},
    {DB_INT,  AT(tries),       .name = "tries"},
    {DB_TEXT, AT(reason),
     .sql = "CASE WHEN u.broken_key IS NULL AND u.body <> '' THEN u.reason ELSE 'unreadable: The body is no update that can be read.' END"},
    {DB_TIME, AT(received_at), .name = "received_at"},
    {DB_INT,  AT(version),     .name = "version"},
    {DB_BOOL, AT(broken),      .sql = "u.broken_key IS NOT NULL OR u.body = ''"},
    {DB_BOOL, AT(has_calls),   .sql = "u.calls IS NOT NULL"},
    {DB_TEXT, AT(replayed_by), .name = "replayed_by"},
};
#undef AT
static const struct db_shape update_shown_shape = DB_SHAPE(columns, "u");

const struct db_statement update_list_dead_statement = {
    .name = "update_list_dead",
    .parameters = "tenant uuid, after uuid, limit bigint",
    .shape = &update_shown_shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, NULL::integer AS large"
           " FROM update u JOIN bot b ON b.id = u.bot_id"
           " WHERE u.status = 'dead' AND b.tenant_id = {tenant} AND u.id < {after}"
           " ORDER BY u.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

static const struct db_statement lock_statement = {
    .name = "update_lock",
    .parameters = "tenant uuid, id uuid",
    .shape = &update_shown_shape,
    .sql = "SELECT {columns} FROM update u JOIN bot b ON b.id = u.bot_id"
           " WHERE u.id = {id} AND b.tenant_id = {tenant} FOR UPDATE OF u",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such update."},
};

static const struct db_constraint replay_constraints[] = {
    {"update_begun", FAULT_CONFLICT, "lane_busy", NULL, "Another update of the chat is under way."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};
static const struct db_statement replay_statement = {
    .name = "update_replay",
    .parameters = "id uuid, actor text",
    .constraints = replay_constraints,
    .sql = "UPDATE update SET status = 'received', tries = 0, retry_at = NULL, reason = NULL,"
           "  replayed_by = left({actor}, 200), version = version + 1"
           " WHERE id = {id}",
};
// clang-format on

bool update_store_find_and_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                                struct arena *arena, struct update_shown *out, struct fault *fault)
{
    *out = (struct update_shown){0};
    return db_find_row(tx, &lock_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), arena, out,
                       fault);
}

bool update_store_requeue_dead(struct db *tx, struct update_shown *update, struct slice actor,
                               struct fault *fault)
{
    if (!db_query(tx, &replay_statement, DB_VALUES(db_uuid(&update->id), db_text(actor)), NULL,
                  fault))
        return false;
    update->status = UPDATE_RECEIVED;
    update->tries = 0;
    update->reason = SLICE_NONE;
    update->version++;
    return true;
}
