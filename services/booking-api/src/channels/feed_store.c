// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "api/list.h"
#include "db/transaction.h"

#include "channels/feed.h"

enum { NIGHTS_KEPT_DAYS = 30 }; /* rows of past nights are deleted after so long */

const char *const feed_verdict_names[] = {"new", "ok", "suspect", "failing", NULL};
const char *const feed_answer_names[] = {"none", "complete", "incomplete", "not_a_calendar", NULL};
const char *const feed_ends_names[] = {"unknown", "exclusive", "inclusive", NULL};

// clang-format off
#define TODAY "(now() AT TIME ZONE a.timezone)::date"
#define AT(member) offsetof(struct feed, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(id),              .name = "id", .flags = DB_WRITTEN},
    {DB_UUID, AT(tenant_id),       .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_UUID, AT(apartment_id),    .name = "apartment_id", .flags = DB_WRITTEN},
    {DB_TEXT, AT(url),             .name = "url", .flags = DB_WRITTEN},
    {DB_TEXT, AT(host),            .name = "host", .flags = DB_WRITTEN},
    {DB_NAME, AT(channel),         .name = "channel", .flags = DB_WRITTEN, .names = calendar_channel_names},
    {DB_TEXT, AT(name),            .name = "name", .flags = DB_WRITTEN},
    {DB_BOOL, AT(ends_inclusive),  .name = "ends_inclusive", .flags = DB_WRITTEN},
    {DB_NAME, AT(ends_guess),      .name = "ends_guess", .names = feed_ends_names},
    {DB_NAME, AT(verdict),         .name = "verdict", .names = feed_verdict_names},
    {DB_NAME, AT(last),            .name = "last_answer", .names = feed_answer_names},
    {DB_BOOL, AT(trusted),         .name = "trusted"},
    {DB_NAME, AT(announced),       .name = "announced", .names = feed_status_names},
    {DB_TEXT, AT(last_error),      .name = "last_error"},
    {DB_INT,  AT(reads),           .name = "reads"},
    {DB_TIME, AT(last_read_at),    .name = "last_read_at"},
    {DB_TIME, AT(last_success_at), .name = "last_success_at"},
    {DB_TEXT, AT(etag),            .name = "etag"},
    {DB_TEXT, AT(last_modified),   .name = "last_modified"},
    {DB_INT,  AT(version),         .name = "version"},
    {DB_TIME, AT(created_at),      .name = "created_at"},
    {DB_TIME, AT(updated_at),      .name = "updated_at"},
    {DB_NAME, AT(status),          .name = "status", .names = feed_status_names,
     .sql = "CASE WHEN f.stale_at <= now() THEN 'stale' ELSE f.verdict END"},
    {DB_UUID, AT(owner_id),        .name = "owner_id", .sql = "a.owner_id"},
    {DB_TEXT, AT(timezone),        .name = "timezone", .sql = "a.timezone"},
    {DB_DATE, AT(today),           .name = "today", .sql = TODAY},
    {DB_DATE, AT(day),             .name = "day", .sql = "(f.answered_at AT TIME ZONE a.timezone)::date"},
    {DB_INT,  AT(nights),          .name = "nights",
     .sql = "(SELECT count(*) FROM channel_feed_night n WHERE n.feed_id = f.id AND n.night >= " TODAY ")"},
};
enum { COLUMNS = ARRAY_LEN(columns) };
const struct db_shape feed_shape = DB_SHAPE(columns, "f");
static const struct db_shape insert_shape = DB_SHAPE(columns, NULL);

#define FROM_FEED " FROM channel_feed f JOIN apartment a ON a.id = f.apartment_id"
#define NO_FEED {FAULT_NOT_FOUND, "not_found", "There is no such feed."}
#define FIND(name_, lock_) {                                                                       \
    .name = name_,                                                                                 \
    .parameters = "apartment, id",                                                                 \
    .shape = &feed_shape,                                                                          \
    .sql = "SELECT {columns}" FROM_FEED                                                            \
           " WHERE f.id = {id} AND f.apartment_id = {apartment} AND f.deleted_at IS NULL" lock_,   \
    .no_row = NO_FEED}
static const struct db_statement find_statement = FIND("channel_feed_find", "");
static const struct db_statement lock_statement = FIND("channel_feed_lock", " FOR NO KEY UPDATE OF f");

/* Periods of nights without a gap: nights of a period have the same distance to their numbers. */
static const struct db_statement next_stays_statement = {
    .name = "channel_feed_next_stays",
    .parameters = "id uuid, today date, most integer",
    .sql = "SELECT coalesce(json_agg(json_build_object('from', p.first, 'to', p.last + 1) ORDER BY p.first), '[]')::text"
           " FROM (SELECT min(r.night) AS first, max(r.night) AS last"
           "  FROM (SELECT n.night, n.night - (row_number() OVER (ORDER BY n.night))::integer AS period"
           "   FROM channel_feed_night n WHERE n.feed_id = {id} AND n.night >= {today}) r"
           "  GROUP BY r.period ORDER BY 1 LIMIT {most}) p",
};

const struct db_statement feed_list_statement = {
    .name = "channel_feed_list",
    .parameters = "apartment, after uuid, limit bigint",
    .shape = &feed_shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, coalesce(octet_length(f.name), 0) + coalesce(octet_length(f.url), 0) AS large"
           FROM_FEED
           " WHERE f.apartment_id = {apartment} AND f.deleted_at IS NULL AND f.id < {after}"
           " ORDER BY f.id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};

static const struct db_constraint once_constraints[] = {
    {"channel_feed_once", FAULT_CONFLICT, "already_connected", "url", "This calendar is connected to the apartment already."},
    {NULL, FAULT_INTERNAL, NULL, NULL, NULL},
};

/* The first read is due only after a while, because most clients request it at once. */
static const struct db_statement insert_statement = {
    .name = "channel_feed_insert",
    .constraints = once_constraints,
    .parameters = "most bigint, due_s bigint, stale_s bigint, of_apartment uuid",
    .shape = &insert_shape,
    .sql = "INSERT INTO channel_feed (due_at, stale_at, {written})"
           " SELECT now() + {due_s} * interval '1 second', now() + {stale_s} * interval '1 second',"
           "  {values}"
           " WHERE (SELECT count(*) FROM channel_feed"
           "  WHERE apartment_id = {of_apartment} AND deleted_at IS NULL) < {most}",
};

static const struct db_statement update_statement = {
    .name = "channel_feed_update",
    .constraints = once_constraints,
    .parameters = "id uuid, url text, host text, channel text, name text, ends_inclusive boolean,"
                  " is_new boolean",
    .sql = "UPDATE channel_feed SET url = {url}, host = {host}, channel = {channel}, name = {name},"
           "  ends_inclusive = {ends_inclusive}, version = version + 1, updated_at = now(),"
           "  verdict = CASE WHEN {is_new} THEN 'new' ELSE verdict END,"
           "  last_answer = CASE WHEN {is_new} THEN 'none' ELSE last_answer END,"
           "  last_error = CASE WHEN {is_new} THEN NULL ELSE last_error END,"
           "  answered_at = CASE WHEN {is_new} THEN NULL ELSE answered_at END,"
           "  ends_guess = CASE WHEN {is_new} THEN 'unknown' ELSE ends_guess END,"
           "  etag = CASE WHEN {is_new} THEN NULL ELSE etag END,"
           "  last_modified = CASE WHEN {is_new} THEN NULL ELSE last_modified END,"
           "  trusted = trusted AND NOT {is_new},"
           "  due_at = CASE WHEN {is_new} THEN now() ELSE due_at END"
           " WHERE id = {id}",
};
static const struct db_statement forget_statement = {
    .name = "channel_feed_forget",
    .parameters = "id uuid",
    .sql = "UPDATE channel_feed_night SET said = false, missed = false"
           " WHERE feed_id = {id} AND (said OR missed)",
};

static const struct db_statement delete_nights_statement = {
    .name = "channel_feed_delete_nights",
    .parameters = "id uuid",
    .sql = "DELETE FROM channel_feed_night WHERE feed_id = {id}",
};
static const struct db_statement delete_statement = {
    .name = "channel_feed_delete",
    .parameters = "id uuid",
    .sql = "UPDATE channel_feed SET url = NULL, etag = NULL, last_modified = NULL,"
           "  deleted_at = now(), updated_at = now(), version = version + 1 WHERE id = {id}",
};

static const struct db_statement asked_statement = {
    .name = "channel_feed_asked",
    .parameters = "id uuid, most integer",
    .sql = "UPDATE channel_feed SET"
           "  asked_at = CASE WHEN asked_at > now() - interval '1 minute' THEN asked_at ELSE now() END,"
           "  asked_count = CASE WHEN asked_at > now() - interval '1 minute' THEN asked_count + 1 ELSE 1 END"
           " WHERE id = {id} AND NOT (coalesce(asked_at > now() - interval '1 minute', false)"
           "  AND asked_count >= {most})",
};

#define IS_DUE "deleted_at IS NULL AND due_at <= now()"
static const struct db_statement take_due_statement = {
    .name = "channel_feed_take_due",
    .parameters = "lease_s bigint",
    .shape = &feed_shape,
    .sql = "WITH f AS (UPDATE channel_feed SET due_at = now() + {lease_s} * interval '1 second'"
           "  WHERE id = (SELECT id FROM channel_feed WHERE " IS_DUE
           "   ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
           "  RETURNING *)"
           " SELECT {columns} FROM f JOIN apartment a ON a.id = f.apartment_id",
};
static const struct db_statement has_due_statement = {
    .name = "channel_feed_has_due",
    .sql = "SELECT EXISTS (SELECT FROM channel_feed WHERE " IS_DUE ")",
};

static const struct db_column night_columns[] = {
    {DB_DATE, offsetof(struct feed_night, night),  .name = "night"},
    {DB_BOOL, offsetof(struct feed_night, said),   .name = "said"},
    {DB_BOOL, offsetof(struct feed_night, missed), .name = "missed"},
};
static const struct db_statement nights_statement = {
    .name = "channel_feed_nights",
    .parameters = "id uuid",
    .sql = "SELECT night, said, missed FROM channel_feed_night WHERE feed_id = {id} ORDER BY night",
};
static const struct db_statement drop_nights_statement = {
    .name = "channel_feed_drop_nights",
    .parameters = "id uuid, nights date[]",
    .sql = "DELETE FROM channel_feed_night WHERE feed_id = {id} AND night <> ALL ({nights})",
};
static const struct db_statement put_nights_statement = {
    .name = "channel_feed_put_nights",
    .parameters = "id uuid, apartment uuid, nights date[], said boolean[], missed boolean[]",
    .sql = "INSERT INTO channel_feed_night (feed_id, apartment_id, night, said, missed)"
           " SELECT {id}, {apartment}, * FROM unnest({nights}, {said}, {missed})"
           " ON CONFLICT ON CONSTRAINT channel_feed_night_once"
           " DO UPDATE SET said = excluded.said, missed = excluded.missed"
           " WHERE (channel_feed_night.said, channel_feed_night.missed)"
           "  IS DISTINCT FROM (excluded.said, excluded.missed)",
};

/* The next read is due after the interval, more or less by a twentieth that depends on the id, so
 * that feeds that were created together are not read together for ever. */
static const struct db_statement write_statement = {
    .name = "channel_feed_write",
    .parameters = "id uuid, verdict text, error text, answer text, trusted boolean, announced text,"
                  " is_read boolean, is_answered boolean, sets_answer boolean, etag text,"
                  " last_modified text, ends_guess text, interval_s bigint, stale_s bigint",
    .sql = "UPDATE channel_feed SET"
           "  version = version + (verdict <> {verdict} OR last_error IS DISTINCT FROM {error}"
           "   OR stale_at <= now() OR announced <> {announced})::integer,"
           "  updated_at = CASE WHEN verdict <> {verdict} OR last_error IS DISTINCT FROM {error}"
           "   OR stale_at <= now() THEN now() ELSE updated_at END,"
           "  verdict = {verdict}, last_error = {error}, last_answer = {answer}, trusted = {trusted},"
           "  announced = {announced},"
           "  reads = reads + {is_read}::integer,"
           "  last_read_at = CASE WHEN {is_read} THEN now() ELSE last_read_at END,"
           "  answered_at = CASE WHEN {is_answered} THEN now() ELSE answered_at END,"
           "  last_success_at = CASE WHEN {verdict} = 'ok' THEN now() ELSE last_success_at END,"
           "  stale_at = CASE WHEN {verdict} = 'ok' THEN now() + {stale_s} * interval '1 second'"
           "   ELSE stale_at END,"
           "  etag = CASE WHEN {sets_answer} THEN {etag} ELSE etag END,"
           "  last_modified = CASE WHEN {sets_answer} THEN {last_modified} ELSE last_modified END,"
           "  ends_guess = CASE WHEN {sets_answer} THEN {ends_guess} ELSE ends_guess END,"
           "  due_at = CASE WHEN {is_read} THEN now() + {interval_s} * interval '1 second'"
           "   * (0.95 + 0.1 * (hashtext(id::text) & 1023) / 1023.0) ELSE due_at END"
           " WHERE id = {id}",
};

static const struct db_statement find_stale_statement = {
    .name = "channel_feed_find_stale",
    .shape = &feed_shape,
    .sql = "SELECT {columns}" FROM_FEED
           " WHERE f.deleted_at IS NULL AND f.announced <> 'stale' AND f.stale_at <= now()"
           " ORDER BY f.stale_at LIMIT 1",
};
static const struct db_statement write_stale_statement = {
    .name = "channel_feed_write_stale",
    .parameters = "id uuid",
    .shape = &insert_shape,
    .sql = "UPDATE channel_feed SET announced = 'stale', version = version + 1, updated_at = now()"
           " WHERE id = {id} RETURNING version, updated_at",
};
// clang-format on

bool feed_store_find(struct db *db, const struct uuid *apartment_id, const struct uuid *id,
                     struct arena *arena, struct feed *out, struct fault *fault)
{
    *out = (struct feed){0};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(apartment_id), db_uuid(id)), arena,
                       out, fault);
}

bool feed_store_read_next_stays(struct db *db, struct feed *feed, struct arena *arena,
                                struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return db_query_row(
               db, &next_stays_statement,
               DB_VALUES(db_uuid(&feed->id), db_date(feed->today), db_int(FEED_NEXT_STAYS)), &rows,
               fault) &&
           arena_keep(arena, db_get_text(&rows, 0, 0), &feed->next_stays, fault);
}

bool feed_store_lock(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                     struct arena *arena, struct feed *out, struct fault *fault)
{
    *out = (struct feed){0};
    return db_find_row(tx, &lock_statement, DB_VALUES(db_uuid(apartment_id), db_uuid(id)), arena,
                       out, fault);
}

bool feed_store_insert(struct db *tx, const struct feed *feed, int64_t stale_s, struct fault *fault)
{
    enum { NAMED = 4 };
    struct db_value values[NAMED + COLUMNS] = {db_int(FEEDS_PER_APARTMENT),
                                               db_int(FEED_FIRST_READ_S), db_int(stale_s),
                                               db_uuid(&feed->apartment_id)};
    const size_t count = NAMED + db_row_get_values(&insert_shape, feed, values + NAMED);
    bool inserted;

    return db_query_one(tx, &insert_statement, values, count, &inserted, fault) &&
           (inserted || fault_set(fault, FAULT_CONFLICT, "too_many_feeds",
                                  "An apartment has at most %d feeds.", FEEDS_PER_APARTMENT));
}

bool feed_store_update(struct db *tx, const struct feed *feed, bool is_new, struct fault *fault)
{
    const struct db_value values[] = {
        db_uuid(&feed->id),  db_text(feed->url),
        db_text(feed->host), db_str(calendar_channel_names[feed->channel]),
        db_text(feed->name), db_bool(feed->ends_inclusive),
        db_bool(is_new),
    };
    const struct db_call calls[] = {
        {&update_statement, values, ARRAY_LEN(values), NULL},
        {&forget_statement, values, 1,                 NULL},
    };

    return db_query_all(tx, calls, is_new ? 2 : 1, fault);
}

bool feed_store_delete(struct db *tx, const struct feed *feed, struct fault *fault)
{
    const struct db_value id[] = {db_uuid(&feed->id)};
    const struct db_call calls[] = {
        {&delete_nights_statement, id, 1, NULL},
        {&delete_statement,        id, 1, NULL},
    };

    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

bool feed_store_count_asked(struct db_pool *pool, const struct uuid *id, bool *allowed,
                            struct fault *fault)
{
    struct db_rows rows = {0};
    const bool done =
        db_execute(pool, &asked_statement, DB_VALUES(db_uuid(id), db_int(FEED_ASKED_PER_MINUTE)),
                   &rows, fault);

    *allowed = done && rows.affected == 1;
    db_rows_finish(&rows);
    return done;
}

/* Reads the feed of a result with one row or none. */
static bool read_found(struct db_rows *rows, struct arena *arena, struct feed *out, bool *found,
                       struct fault *fault)
{
    *found = rows->count > 0;
    *out = (struct feed){0};
    if (*found)
        db_row_read(rows, 0, 0, columns, COLUMNS, out);
    return db_rows_keep(rows, arena, fault);
}

bool feed_store_take_due(struct db_pool *pool, struct arena *arena, struct feed *out, bool *found,
                         struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return db_execute(pool, &take_due_statement, DB_VALUES(db_int(FEED_LEASE_S)), &rows, fault) &&
           read_found(&rows, arena, out, found, fault);
}

bool feed_store_has_due(struct db *db, int64_t *due, struct fault *fault)
{
    return db_query_number(db, &has_due_statement, DB_NO_VALUES, due, fault);
}

bool feed_store_read_nights(struct db *tx, const struct feed *feed, struct arena *arena,
                            struct feed_state *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct feed_night *nights;

    if (!db_query(tx, &nights_statement, DB_VALUES(db_uuid(&feed->id)), &rows, fault))
        return false;
    nights = arena_alloc(arena, ((size_t)rows.count + 1) * sizeof *nights);
    if (nights == NULL)
        return arena_fault(fault);
    for (int i = 0; i < rows.count; i++)
        db_row_read(&rows, i, 0, night_columns, ARRAY_LEN(night_columns), &nights[i]);
    *out = (struct feed_state){.nights = nights,
                               .count = (size_t)rows.count,
                               .last = (enum feed_answer)feed->last,
                               .trusted = feed->trusted,
                               .day = feed->day};
    return true;
}

/* Writes the nights of the state, without those that are long past. */
static bool write_nights(struct db *tx, const struct feed *feed, const struct feed_state *state,
                         struct fault *fault)
{
    const struct feed_night *nights = state->nights;
    size_t count = state->count;

    for (; count > 0 && nights->night < feed->today - NIGHTS_KEPT_DAYS; count--)
        nights++;
    const struct db_value put[] = {
        db_uuid(&feed->id),
        db_uuid(&feed->apartment_id),
        DB_MEMBERS(DB_DATE, nights, count, night),
        DB_MEMBERS(DB_BOOL, nights, count, said),
        DB_MEMBERS(DB_BOOL, nights, count, missed),
    };
    const struct db_value drop[] = {put[0], put[2]};
    const struct db_call calls[] = {
        {&drop_nights_statement, drop, ARRAY_LEN(drop), NULL},
        {&put_nights_statement,  put,  ARRAY_LEN(put),  NULL},
    };

    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

bool feed_store_write(struct db *tx, const struct feed *feed, const struct feed_written *written,
                      struct fault *fault)
{
    const struct feed_judgement *judgement = written->judgement;
    const struct feed_state *state = &judgement->state;
    const int announced = written->is_announced ? (int)judgement->verdict : feed->announced;
    const bool is_answered =
        written->is_read && state->last != FEED_ANSWER_NONE && judgement->verdict != FEED_FAILING;

    if (judgement->is_changed && !write_nights(tx, feed, state, fault))
        return false;
    return db_query(tx, &write_statement,
                    DB_VALUES(db_uuid(&feed->id), db_str(feed_verdict_names[judgement->verdict]),
                              judgement->error != NULL ? db_str(judgement->error) : db_null(),
                              db_str(feed_answer_names[state->last]), db_bool(state->trusted),
                              db_str(feed_status_names[announced]), db_bool(written->is_read),
                              db_bool(is_answered), db_bool(written->sets_answer),
                              db_text(written->etag), db_text(written->last_modified),
                              db_str(feed_ends_names[written->ends_guess]),
                              db_int(written->interval_s), db_int(written->stale_s)),
                    NULL, fault);
}

bool feed_store_find_stale(struct db *db, struct arena *arena, struct feed *out, bool *found,
                           struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return db_query(db, &find_stale_statement, DB_NO_VALUES, &rows, fault) &&
           read_found(&rows, arena, out, found, fault);
}

bool feed_store_write_stale(struct db *tx, struct feed *feed, struct fault *fault)
{
    return db_write_row(tx, &write_stale_statement, DB_VALUES(db_uuid(&feed->id)), feed, fault);
}
