// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "bookings/quote.h"

// clang-format off
/* The columns of a quote. The policy's text has a column of its own, because converting jsonb to
 * text would take most of the time of a read. policy_until() (schema/0011-functions.sql) computes
 * the deadlines whenever a quote is read. */
#define AT(member) offsetof(struct quote, member)
static const struct db_column columns[] = {
    {DB_UUID,  AT(id),                           .name = "id", .flags = DB_WRITTEN},
    {DB_UUID,  AT(tenant_id),                    .name = "tenant_id", .flags = DB_WRITTEN},
    {DB_UUID,  AT(apartment_id),                 .name = "apartment_id", .flags = DB_WRITTEN},
    {DB_UUID,  AT(owner_id),                     .sql = "(SELECT owner_id FROM apartment WHERE id = q.apartment_id)"},
    {DB_INT,   AT(telegram_id),                  .name = "guest_telegram_id", .flags = DB_WRITTEN},
    {DB_DATE,  AT(check_in),                     .name = "check_in", .flags = DB_WRITTEN},
    {DB_DATE,  AT(check_out),                    .name = "check_out", .flags = DB_WRITTEN},
    {DB_INT,   AT(guests),                       .name = "guests", .flags = DB_WRITTEN},
    {DB_TEXT,  AT(lines),                        .name = "lines", .flags = DB_WRITTEN},
    {DB_INT,   AT(total),                        .name = "total", .flags = DB_WRITTEN},
    {DB_INT,   AT(deposit),                      .name = "deposit", .flags = DB_WRITTEN},
    {DB_INT,   AT(policy_price.cleaning),        .name = "cleaning", .flags = DB_WRITTEN},
    {DB_INT,   AT(policy_price.first_night),     .name = "first_night", .flags = DB_WRITTEN},
    {DB_CLOCK, AT(check_in_time),                .name = "check_in_time", .flags = DB_WRITTEN},
    {DB_TEXT,  AT(timezone),                     .name = "timezone", .flags = DB_WRITTEN},
    {DB_TIME,  AT(created_at),                   .name = "created_at"},
    {DB_TIME,  AT(expires_at),                   .name = "expires_at"},
    {DB_BOOL,  AT(expired),                      .sql = "q.expires_at <= now()"},
    {DB_TEXT,  AT(policy.name),                  .sql = "q.policy ->> 'policy'"},
    {DB_TEXT,  AT(policy.text),                  .name = "policy_text"},
    {DB_INT,   AT(policy.tier_count),            .sql = "jsonb_array_length(q.policy -> 'tiers')"},
    {DB_INT,   AT(policy.tiers[0].keep_percent), .sql = "policy_keep_percent(q.policy, 0)"},
    {DB_INT,   AT(policy.tiers[1].keep_percent), .sql = "policy_keep_percent(q.policy, 1)"},
    {DB_INT,   AT(policy.tiers[2].keep_percent), .sql = "policy_keep_percent(q.policy, 2)"},
    {DB_INT,   AT(policy.tiers[3].keep_percent), .sql = "policy_keep_percent(q.policy, 3)"},
    {DB_TIME,  AT(policy.tiers[0].until),        .sql = "policy_until(q.policy, 0, q.check_in, q.check_in_time, q.timezone)"},
    {DB_TIME,  AT(policy.tiers[1].until),        .sql = "policy_until(q.policy, 1, q.check_in, q.check_in_time, q.timezone)"},
    {DB_TIME,  AT(policy.tiers[2].until),        .sql = "policy_until(q.policy, 2, q.check_in, q.check_in_time, q.timezone)"},
};
enum { COLUMNS = ARRAY_LEN(columns), INSERT_OWN = 2 };
static const struct db_shape shape = DB_SHAPE(columns, "q");

static const struct db_statement insert_statement = {
    .name = "quote_insert",
    .parameters = "frozen text, life_s bigint",
    .shape = &shape,
    .sql = "INSERT INTO quote AS q ({written}, policy, policy_text, expires_at)"
           " VALUES ({values},"
           "  (SELECT jsonb_build_object('policy', name, 'tiers', tiers)"
           "   FROM cancellation_policy WHERE name = {frozen}),"
           "  (SELECT json_build_object('ru', text_ru, 'kz', text_kz, 'en', text_en)"
           "   FROM cancellation_policy WHERE name = {frozen}),"
           "  now() + {life_s} * interval '1 second')"
           " RETURNING {generated}",
};

static const struct db_statement find_statement = {
    .name = "quote_find",
    .parameters = "id, tenant",
    .shape = &shape,
    .sql = "SELECT {columns} FROM quote q WHERE q.id = {id} AND q.tenant_id = {tenant}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such quote."},
};

#define OLD "quote WHERE expires_at < now() - interval '24 hours'"
_Static_assert(QUOTE_RETENTION_S == 24 * 60 * 60, "OLD");

const struct db_statement quote_store_delete_old = {
    .name = "quote_sweep",
    .parameters = "limit bigint",
    .sql = "DELETE FROM quote WHERE id IN (SELECT id FROM " OLD " LIMIT {limit} FOR UPDATE SKIP LOCKED)",
};

static const struct db_statement due_statement = {
    .name = "quote_sweep_due",
    .sql = "SELECT EXISTS (SELECT FROM " OLD ")",
};
// clang-format on

bool quote_store_insert(struct db *tx, struct slice policy_name, struct arena *arena,
                        struct quote *quote, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct db_value values[INSERT_OWN + COLUMNS] = {db_text(policy_name), db_int(QUOTE_LIFE_S)};
    const size_t count = INSERT_OWN + db_row_get_values(&shape, quote, values + INSERT_OWN);

    if (!db_query(tx, &insert_statement, values, count, &rows, fault))
        return false;
    quote->policy.tiers[POLICY_TIERS_MAX - 1].until = FIELD_ABSENT;
    db_row_read_generated(&rows, 0, 0, &shape, quote); /* what the INSERT has computed */
    return db_rows_keep(&rows, arena, fault);
}

bool quote_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                      struct arena *arena, struct quote *out, struct fault *fault)
{
    *out = (struct quote){.policy.tiers[POLICY_TIERS_MAX - 1].until = FIELD_ABSENT};
    return db_find_row(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), arena, out,
                       fault);
}

bool quote_store_has_old(struct db *db, int64_t *due, struct fault *fault)
{
    return db_query_number(db, &due_statement, DB_NO_VALUES, due, fault);
}
