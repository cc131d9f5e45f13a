// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/list.h"
#include "db/transaction.h"

#include "channels/calendar_link.h"

// clang-format off
#define AT(member) offsetof(struct calendar_link, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),           .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),    .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(apartment_id), .name = "apartment_id", .flags = DB_WRITTEN},
    {DB_NAME, AT(channel),      .name = "channel", .flags = DB_WRITTEN, .names = calendar_channel_names},
    {DB_TEXT, AT(name),         .name = "name", .flags = DB_WRITTEN},
    {DB_TIME, AT(last_read_at), .name = "last_read_at"},
    {DB_TIME, AT(closed_at),    .name = "closed_at"},
    {DB_INT,  AT(version),      .name = "version"},
    {DB_TIME, AT(created_at),   .name = "created_at"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
static const struct db_shape shape = DB_SHAPE(columns, NULL);

static const struct db_statement insert_statement = {
    .name = "calendar_link_insert",
    .parameters = "most bigint, hash bytea, of_apartment uuid",
    .shape = &shape,
    .sql = "INSERT INTO calendar_link (token_hash, {written})"
           " SELECT {hash}, {values}"
           " WHERE (SELECT count(*) FROM calendar_link"
           "  WHERE apartment_id = {of_apartment} AND ended_at IS NULL) < {most}"
           " RETURNING version, created_at",
    .no_row = {FAULT_CONFLICT, "too_many_links", "The apartment has too many links: delete one."},
};

static const struct db_statement end_statement = {
    .name = "calendar_link_end",
    .parameters = "id uuid, apartment uuid",
    .sql = "UPDATE calendar_link SET ended_at = now(), version = version + 1"
           " WHERE id = {id} AND apartment_id = {apartment} AND ended_at IS NULL"
           " RETURNING version",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such link."},
};

static const struct db_statement close_statement = {
    .name = "calendar_link_close",
    .parameters = "id uuid, apartment uuid, as_of timestamptz",
    .shape = &shape,
    .sql = "UPDATE calendar_link SET version = version + 1,"
           "  closed_at = greatest(closed_at, least({as_of}, now()))"
           " WHERE id = {id} AND apartment_id = {apartment} AND ended_at IS NULL"
           " RETURNING {columns}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such link."},
};

const struct db_statement calendar_link_list_statement = {
    .name = "calendar_link_list",
    .parameters = "apartment uuid, after uuid, limit bigint",
    .shape = &shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, coalesce(octet_length(name), 0) AS large"
           " FROM calendar_link"
           " WHERE apartment_id = {apartment} AND ended_at IS NULL AND id < {after}"
           " ORDER BY id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

/* One row at least: if nothing is taken, with NULL from `id` on. `reason` of a feed's night names
 * its channels, separated by commas. "other" is not one channel, so it is sent everything. */
static const struct db_statement find_statement = {
    .name = "calendar_link_find",
    .parameters = "hash bytea, read_every_s integer, most integer",
    .sql = "SELECT l.id, coalesce(l.last_read_at > now() - {read_every_s} * interval '1 second', false),"
           "  a.title_ru, o.id, o.check_in, upper(o.nights), o.kind = 'booking', o.version, o.updated_at"
           " FROM calendar_link l"
           " JOIN apartment a ON a.id = l.apartment_id"
           " LEFT JOIN occupancy o ON o.apartment_id = l.apartment_id AND occupancy_takes(o.status, o.expires_at)"
           "  AND o.check_out + o.buffer_days > (now() AT TIME ZONE a.timezone)::date"
           "  AND NOT (o.kind = 'feed' AND l.channel <> 'other' AND o.reason IS NOT DISTINCT FROM l.channel)"
           " WHERE l.token_hash = {hash} AND l.ended_at IS NULL"
           " ORDER BY o.check_in LIMIT {most}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such calendar."},
};
enum { LINK_ID, READ_LATELY, TITLE, ID, FROM, TO, IS_STAY, VERSION, CHANGED_AT };

static const struct db_statement knows_statement = {
    .name = "calendar_link_knows",
    .parameters = "hash bytea",
    .sql = "SELECT count(*) FROM calendar_link WHERE token_hash = {hash}",
};

static const struct db_statement touch_statement = {
    .name = "calendar_link_touch",
    .parameters = "id uuid, read_every_s integer",
    .sql = "UPDATE calendar_link SET last_read_at = now()"
           " WHERE id = {id} AND (last_read_at IS NULL"
           "  OR last_read_at <= now() - {read_every_s} * interval '1 second')",
};
// clang-format on

static struct db_value hash_of(struct slice token, uint8_t hash[DIGEST_SHA256_LEN])
{
    digest_sha256(token, hash);
    return db_bytes((struct slice){(const char *)hash, DIGEST_SHA256_LEN});
}

bool calendar_link_store_insert(struct db *tx, struct calendar_link *link, struct fault *fault)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    struct db_value values[3 + COLUMNS] = {db_int(CALENDAR_LINKS_MAX), hash_of(link->token, hash),
                                           db_uuid(&link->apartment_id)};
    const size_t count = 3 + db_row_get_values(&shape, link, values + 3);

    return db_write_row(tx, &insert_statement, values, count, link, fault);
}

bool calendar_link_store_end(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                             int64_t *version, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(tx, &end_statement, DB_VALUES(db_uuid(id), db_uuid(apartment_id)), &rows,
                      fault))
        return false;
    *version = db_get_int(&rows, 0, 0);
    return true;
}

bool calendar_link_store_close(struct db *tx, const struct uuid *apartment_id,
                               const struct uuid *id, int64_t as_of, struct arena *arena,
                               struct calendar_link *out, struct fault *fault)
{
    *out = (struct calendar_link){0};
    return db_find_row(tx, &close_statement,
                       DB_VALUES(db_uuid(id), db_uuid(apartment_id), db_time(as_of)), arena, out,
                       fault);
}

static struct ical_entry read_entry(const struct db_rows *rows, int row)
{
    return (struct ical_entry){
        .id = db_get_uuid(rows, row, ID),
        .from = db_get_date(rows, row, FROM),
        .to = db_get_date(rows, row, TO),
        .is_stay = db_get_bool(rows, row, IS_STAY),
        .version = db_get_int(rows, row, VERSION),
        .changed_at = db_get_time(rows, row, CHANGED_AT),
    };
}

bool calendar_link_store_find(struct db *db, struct slice token, struct arena *arena,
                              struct calendar_export *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    uint8_t hash[DIGEST_SHA256_LEN];
    struct calendar_export found = {0};

    if (!db_query_row(db, &find_statement,
                      DB_VALUES(hash_of(token, hash), db_int(CALENDAR_LINK_READ_EVERY_S),
                                db_int(CALENDAR_ENTRIES_MAX)),
                      &rows, fault))
        return false;
    found.link_id = db_get_uuid(&rows, 0, LINK_ID);
    found.was_read_lately = db_get_bool(&rows, 0, READ_LATELY);
    if (!arena_keep(arena, db_get_text(&rows, 0, TITLE), &found.title, fault))
        return false;
    found.entries = arena_alloc(arena, (size_t)rows.count * sizeof *found.entries);
    if (found.entries == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count && !db_is_null(&rows, i, ID); i++)
        found.entries[found.count++] = read_entry(&rows, i);
    *out = found;
    return true;
}

bool calendar_link_store_knows(struct db *db, struct slice token, bool *known, struct fault *fault)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    int64_t count;

    if (!db_query_number(db, &knows_statement, DB_VALUES(hash_of(token, hash)), &count, fault))
        return false;
    *known = count > 0;
    return true;
}

bool calendar_link_store_touch(struct db_pool *pool, const struct uuid *id, struct fault *fault)
{
    return db_execute(pool, &touch_statement,
                      DB_VALUES(db_uuid(id), db_int(CALENDAR_LINK_READ_EVERY_S)), NULL, fault);
}
