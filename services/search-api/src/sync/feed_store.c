// SPDX-License-Identifier: MIT
#include "sync/feed_store.h"

#include <assert.h>

#include "base/language.h"
#include "base/now.h"

enum { NEVER = 0 }; /* `read_at` of a feed that was never read to its end: 'epoch' */

// clang-format off
static const struct db_statement progress_statement = {
    .name = "feed_progress",
    .parameters = "feed text, view text",
    .sql = "SELECT p.epoch, p.tx, p.id, p.read_at, to_regclass({view}) IS NOT NULL,"
           "  pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
           " FROM (SELECT) one LEFT JOIN feed_place p ON p.feed = {feed}",
};

static const struct db_statement begin_statement = {
    .name = "feed_begin",
    .parameters = "feed text",
    .sql = "INSERT INTO feed_place (feed, epoch, tx, id, read_at)"
           " VALUES ({feed}, 0, 0, '00000000-0000-0000-0000-000000000000', 'epoch')"
           " ON CONFLICT DO NOTHING",
};

static const struct db_statement move_statement = {
    .name = "feed_move",
    .parameters = "feed text, old_epoch bigint, old_tx bigint, old_id text, epoch bigint, tx bigint,"
                  " id text, read_at timestamptz",
    .sql = "UPDATE feed_place SET epoch = {epoch}, tx = {tx}, id = {id}::uuid, read_at = {read_at}"
           " WHERE feed = {feed} AND epoch = {old_epoch} AND tx = {old_tx} AND id = {old_id}::uuid",
};

#define MESSAGES                                                                                   \
    "feed.tenant_id, feed.bot, feed.chat_id, feed.user_id, feed.language, feed.text,"              \
    " feed.sent_at, feed.version, octet_length(feed.text) AS large"                                \
    " FROM bot.feed_messages feed"

const struct feed_source feed_messages = {"bot.messages", "bot.feed_messages"};
const struct db_statement feed_messages_statement = {
    .name = "feed_messages",
    .sql = FEED_OF MESSAGES FEED_CUT,
};

static const struct db_statement rows_statement = {
    .name = "feed_rows",
    .parameters = "ids uuid[]",
    .sql = FEED_OF MESSAGES " WHERE feed.id = ANY ({ids}) ORDER BY feed.id" LIST_PAGE_CUT,
};

static const struct db_statement live_statement = {
    .name = "feed_live",
    .parameters = "tenants uuid[], ids text[]",
    .sql = "WITH page AS MATERIALIZED (SELECT tenant_id, id::uuid AS id, place"
           "  FROM unnest({tenants}, {ids}) WITH ORDINALITY AS g (tenant_id, id, place)), " FEED_KNOWN
           " SELECT EXISTS (SELECT FROM known k"
           "  WHERE k.id = p.id AND k.tenant_id = p.tenant_id AND NOT k.deleted)"
           " FROM page p ORDER BY p.place",
};

#define AT(member) offsetof(struct document, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(tenant_id), .name = "tenant_id"},
    {DB_TEXT, AT(bot), .name = "bot"},
    {DB_INT,  AT(chat_id), .name = "chat_id"},
    {DB_INT,  AT(user_id), .name = "user_id"},
    {DB_NAME, AT(language), .name = "language", .names = language_names},
    {DB_TEXT, AT(text), .name = "text"},
    {DB_TIME, AT(sent_at), .name = "sent_at"},
    {DB_INT,  AT(version), .name = "version"},
};
// clang-format on

int64_t feed_store_lag_seconds(int64_t read_at_us)
{
    const int64_t now = now_wall_us();

    if (read_at_us == FIELD_ABSENT)
        return FIELD_ABSENT;
    return now > read_at_us ? (now - read_at_us) / US_PER_S : 0;
}

int64_t feed_store_end_read(struct feed_mark *mark, const struct feed_progress *progress,
                            int64_t read_at, int64_t now_us)
{
    if (progress->oldest_open >= mark->tx) {
        read_at = mark->tx > 0 ? mark->at : now_us;
        *mark = (struct feed_mark){progress->next_tx, now_us};
    }
    return progress->oldest_open == progress->next_tx ? now_us : read_at;
}

bool feed_store_read_progress(struct db *db, const struct feed_source *source,
                              struct feed_progress *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &progress_statement, DB_VALUES(db_str(source->name), db_str(source->view)),
                  &rows, fault))
        return false;
    *out = (struct feed_progress){.read_at = FIELD_ABSENT,
                                  .exists = db_get_bool(&rows, 0, 4),
                                  .oldest_open = db_get_int(&rows, 0, 5),
                                  .next_tx = db_get_int(&rows, 0, 6)};
    if (db_is_null(&rows, 0, 0))
        return true;
    out->cursor = (struct feed_cursor){.epoch = db_get_int(&rows, 0, 0),
                                       .tx = db_get_int(&rows, 0, 1),
                                       .id = db_get_uuid(&rows, 0, 2)};
    const int64_t read_at = db_get_time(&rows, 0, 3);
    out->read_at = read_at != NEVER ? read_at : FIELD_ABSENT;
    return true;
}

bool feed_store_move_cursor(struct db *tx, const struct feed_source *source,
                            const struct feed_cursor *before, const struct feed_progress *to,
                            struct fault *fault)
{
    auto_rows struct db_rows moved = {0};
    char old_id[UUID_TEXT_LEN + 1];
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&before->id, old_id);
    uuid_format(&to->cursor.id, id);
    const struct db_value values[] = {
        db_str(source->name),
        db_int(before->epoch),
        db_int(before->tx),
        db_str(old_id),
        db_int(to->cursor.epoch),
        db_int(to->cursor.tx),
        db_str(id),
        db_time(to->read_at != FIELD_ABSENT ? to->read_at : NEVER),
    };
    const struct db_call calls[] = {
        {&begin_statement, values, 1,                 NULL  },
        {&move_statement,  values, ARRAY_LEN(values), &moved},
    };
    if (!db_query_all(tx, calls, 2, fault))
        return false;
    return moved.affected > 0 ||
           fault_set(fault, FAULT_CONFLICT, "feed_moved", "Another instance has read the feed.");
}

bool feed_store_list_rows(struct db *db, const struct db_value *ids, size_t count,
                          struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &rows_statement, DB_VALUES(db_array(DB_UUID, ids, count)), rows, fault);
}

bool feed_store_remove_deleted_from_list(struct db *db, struct document *list, size_t *count,
                                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &live_statement,
                  DB_VALUES(DB_MEMBERS(DB_UUID, list, *count, tenant_id),
                            DB_MEMBERS(DB_TEXT, list, *count, id)),
                  &rows, fault))
        return false;
    assert((size_t)rows.count == *count);
    *count = 0;
    for (int i = 0; i < rows.count; i++)
        if (db_get_bool(&rows, i, 0))
            list[(*count)++] = list[i];
    return true;
}

bool feed_store_read_document(const struct db_rows *rows, int row, const struct uuid *id,
                              struct arena *arena, struct document *out, struct fault *fault)
{
    char text[UUID_TEXT_LEN + 1];

    *out = (struct document){.language = -1};
    db_row_read(rows, row, FEED_COLUMNS, columns, ARRAY_LEN(columns), out);
    out->text.len = slice_prefix_len(out->text, DOCUMENT_TEXT_MAX);
    uuid_format(id, text);
    return arena_keep(arena, slice_of(text), &out->id, fault);
}
