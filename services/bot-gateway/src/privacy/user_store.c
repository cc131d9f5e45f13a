// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "base/language.h"

#include "privacy/user.h"

// clang-format off
#define AT(member) offsetof(struct user, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),                .name = "id"},
    {DB_INT,  AT(user_id),           .name = "user_id"},
    {DB_NAME, AT(language),          .sql = "coalesce(p.language, p.told_language)", .names = language_names},
    {DB_TEXT, AT(source),            .name = "source"},
    {DB_BOOL, AT(reachable),         .sql = "r.unreachable_since IS NULL"},
    {DB_TIME, AT(unreachable_since), .sql = "r.unreachable_since"},
    {DB_TEXT, AT(consent.version),   .name = "consent_version"},
    {DB_TIME, AT(consent.at),        .name = "consent_at"},
    {DB_TIME, AT(first_seen_at),     .name = "first_seen_at"},
    {DB_TIME, AT(last_seen_at),      .name = "last_seen_at"},
    {DB_INT,  AT(version),           .name = "version"},
};
#undef AT
static const struct db_shape user_shape = DB_SHAPE(columns, "p");

/* Joins the chat of each person: the id of a private chat is the id of its user (Bot API, Chat). */
#define OF_BOT                                                                                     \
    " FROM person p LEFT JOIN recipient r ON r.bot_id = p.bot_id AND r.chat_id = p.user_id"        \
    " WHERE p.bot_id = {bot}"

const struct db_statement user_list_statement = {
    .name = "user_list",
    .parameters = "bot uuid, seen timestamptz, after uuid, limit bigint",
    .shape = &user_shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, NULL::integer AS large" OF_BOT
           " AND (p.first_seen_at, p.id) < (coalesce({seen}, 'infinity'), {after})"
           " ORDER BY p.first_seen_at DESC, p.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

static const struct db_statement find_statement = {
    .name = "user_find",
    .parameters = "bot uuid, person bigint",
    .shape = &user_shape,
    .sql = "SELECT {columns}" OF_BOT " AND p.user_id = {person}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such user."},
};
// clang-format on

bool user_store_find(struct db *db, const struct uuid *bot_id, int64_t user_id, struct arena *arena,
                     struct user *out, struct fault *fault)
{
    *out = (struct user){0};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(bot_id), db_int(user_id)), arena, out,
                       fault);
}
