// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "bookings/quote.h"
#include "prices/policy_row.h"

static const struct db_statement insert_statement = {
    .name = "quote_insert",
    // clang-format off
    .sql = "INSERT INTO quote AS q (id, tenant_id, apartment_id, guest_telegram_id, check_in,"
           "  check_out, guests, lines, total, deposit, cleaning, first_night, policy, policy_text,"
           "  check_in_time, timezone, expires_at)"
           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8::json, $9, $10, $11, $12,"
           "  (SELECT jsonb_build_object('policy', name, 'tiers', tiers)"
           "   FROM cancellation_policy WHERE name = $13::text),"
           "  (SELECT json_build_object('ru', text_ru, 'kz', text_kz, 'en', text_en)"
           "   FROM cancellation_policy WHERE name = $13::text),"
           "  $14::time, $15, now() + $16::bigint * interval '1 second')"
           " RETURNING q.created_at, q.expires_at, " POLICY_OF_QUOTE,
    // clang-format on
};

bool quote_store_insert(struct db *tx, struct slice policy_name, struct arena *arena,
                        struct quote *quote, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct db_value values[] = {
        db_uuid(&quote->id),
        db_uuid(&quote->tenant_id),
        db_uuid(&quote->apartment_id),
        db_int(quote->telegram_id),
        db_date(quote->check_in),
        db_date(quote->check_out),
        db_int(quote->guests),
        db_text(quote->lines),
        db_int(quote->total),
        db_int(quote->deposit),
        db_int(quote->policy_price.cleaning),
        db_int(quote->policy_price.first_night),
        db_text(policy_name),
        db_text(quote->check_in_time),
        db_text(quote->timezone),
        db_int(QUOTE_LIFE_S),
    };
    enum { COUNT = sizeof values / sizeof values[0], TIMES = 2 };

    if (!db_query(tx, &insert_statement, values, COUNT, &rows, fault) ||
        !policy_read_kept(&rows, 0, TIMES, arena, &quote->policy, fault))
        return false;
    quote->created_at = db_get_time(&rows, 0, 0);
    quote->expires_at = db_get_time(&rows, 0, 1);
    return true;
}

static const struct db_statement find_statement = {
    .name = "quote_find",
    .sql = "SELECT q.id, q.tenant_id, q.apartment_id, a.owner_id, q.guest_telegram_id, q.check_in,"
           " q.check_out, q.guests, q.lines, q.total, q.deposit, q.cleaning, q.first_night,"
           " q.check_in_time::text, q.timezone, q.created_at, q.expires_at,"
           " q.expires_at <= now(), " POLICY_OF_QUOTE
           " FROM quote q JOIN apartment a ON a.id = q.apartment_id"
           " WHERE q.id = $1 AND q.tenant_id = $2",
};

// clang-format off
#define AT(member) offsetof(struct quote, member)
static const struct db_column columns[] = {
    {.type = DB_UUID, .offset = AT(id)}, {.type = DB_UUID, .offset = AT(tenant_id)}, {.type = DB_UUID, .offset = AT(apartment_id)}, {.type = DB_UUID, .offset = AT(owner_id)},
    {.type = DB_INT, .offset = AT(telegram_id)},
    {.type = DB_DATE, .offset = AT(check_in)}, {.type = DB_DATE, .offset = AT(check_out)}, {.type = DB_INT, .offset = AT(guests)},
    {.type = DB_TEXT, .offset = AT(lines)}, {.type = DB_INT, .offset = AT(total)}, {.type = DB_INT, .offset = AT(deposit)},
    {.type = DB_INT, .offset = AT(policy_price.cleaning)}, {.type = DB_INT, .offset = AT(policy_price.first_night)},
    {.type = DB_TEXT, .offset = AT(check_in_time)}, {.type = DB_TEXT, .offset = AT(timezone)},
    {.type = DB_TIME, .offset = AT(created_at)}, {.type = DB_TIME, .offset = AT(expires_at)}, {.type = DB_BOOL, .offset = AT(expired)},
};
#undef AT
// clang-format on
enum { COLUMNS = sizeof columns / sizeof columns[0] };

bool quote_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct quote *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct quote quote = {0};

    if (!db_query(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such quote.");
    db_row_read(&rows, 0, 0, columns, COLUMNS, &quote);
    if (!policy_read_kept(&rows, 0, COLUMNS, arena, &quote.policy, fault))
        return false;
    quote.lines = arena_copy(arena, quote.lines);
    quote.check_in_time = arena_copy(arena, quote.check_in_time);
    quote.timezone = arena_copy(arena, quote.timezone);
    if (quote.lines.at == NULL || quote.check_in_time.at == NULL || quote.timezone.at == NULL)
        return arena_fault(fault);
    *out = quote;
    return true;
}

static const struct db_statement sweep_statement = {
    .name = "quote_sweep",
    .sql = "DELETE FROM quote WHERE id IN (SELECT id FROM quote WHERE"
           " expires_at < now() - $1::bigint * interval '1 second' LIMIT $2::bigint"
           " FOR UPDATE SKIP LOCKED)",
};

static const struct db_statement due_statement = {
    .name = "quote_sweep_due",
    .sql = "SELECT EXISTS (SELECT FROM quote"
           " WHERE expires_at < now() - $1::bigint * interval '1 second')",
};

bool quote_store_due(struct db *db, bool *due, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &due_statement, DB_VALUES(db_int(QUOTE_KEPT_S)), &rows, fault))
        return false;
    *due = db_get_bool(&rows, 0, 0);
    return true;
}

bool quote_store_sweep(struct db *tx, int64_t *deleted, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(tx, &sweep_statement, DB_VALUES(db_int(QUOTE_KEPT_S), db_int(QUOTE_SWEEP_MAX)),
                  &rows, fault))
        return false;
    *deleted = rows.affected;
    return true;
}
