// SPDX-License-Identifier: MIT
/* Table apartment_night stores the seasons' rules day by day, because a search has to check and
 * price apartments before it reads their rules. Rules and days are written in one transaction. */
#include "apartments/rate_store.h"

#include "base/auto.h"
#include "base/date.h"

#include "apartments/apartment_listed.h"
#include "apartments/apartment_row.h"
#include "prices/stay_price.h"

// clang-format off
#define AT(member) offsetof(struct apartment, member)
static const struct db_column columns[] = {
    {DB_UUID, AT(owner_id),  .name = "owner_id"},
    {DB_BOOL, AT(is_active), .name = "is_active"},
    {DB_INT,  AT(version),   .name = "version"},
};
static const struct db_shape shape = DB_SHAPE(columns, "a");

static const struct db_statement find_statement = {
    .name = "rate_find",
    .parameters = "id, tenant",
    .shape = &shape,
    .sql = "SELECT {columns}, " APARTMENT_RATES
           " FROM apartment a WHERE a.id = {id} AND a.tenant_id = {tenant}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such apartment."},
};

static const struct db_statement update_statement = {
    .name = "rate_update",
    .parameters = "id, tenant, rates jsonb, version bigint, listed text",
    .sql = "UPDATE apartment SET rates = {rates}, " APARTMENT_LISTED_SET
           " WHERE id = {id} AND tenant_id = {tenant}"
           " RETURNING version, updated_at",
};

static const struct db_statement delete_nights_statement = {
    .name = "rate_nights_forget",
    .parameters = "id",
    .sql = "DELETE FROM apartment_night WHERE apartment_id = {id}",
};

static const struct db_statement nights_statement = {
    .name = "rate_nights_write",
    .parameters = "id uuid, days date[], prices bigint[], min_nights bigint[],"
                  " no_arrival boolean[], no_departure boolean[]",
    .sql = "INSERT INTO apartment_night (apartment_id, day, price, min_nights, closed_to_arrival,"
           "  closed_to_departure)"
           " SELECT {id}, night.*"
           " FROM unnest({days}, {prices}, {min_nights}, {no_arrival}, {no_departure}) AS night",
};
// clang-format on

bool rate_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct arena *arena, struct apartment *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct apartment apartment = apartment_defaults();

    if (!db_query_row(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows,
                      fault) ||
        !rates_decode_column(db_get_text(&rows, 0, (int)shape.count), arena, &apartment.rates,
                             &apartment.rate_count, fault))
        return false;
    db_row_read(&rows, 0, 0, shape.columns, shape.count, &apartment);
    *out = apartment;
    return true;
}

struct night {
    int32_t day;
    struct rate_night rule;
};

/* Lists the days that have a rule, from today to RATE_NIGHTS_MAX days ahead. */
static size_t list_nights_with_rule(const struct apartment *apartment,
                                    struct night out[RATE_NIGHTS_MAX])
{
    const struct tariff tariff = apartment_tariff(apartment);
    int32_t first = DATE_MAX;
    int32_t end = DATE_MIN;
    size_t count = 0;

    for (size_t i = 0; i < apartment->rate_count; i++) {
        first = apartment->rates[i].from < first ? apartment->rates[i].from : first;
        end = apartment->rates[i].to > end ? apartment->rates[i].to : end;
    }
    if (first < apartment->local_day)
        first = apartment->local_day;
    if (end > apartment->local_day + RATE_NIGHTS_MAX)
        end = apartment->local_day + RATE_NIGHTS_MAX;
    for (int32_t day = first; day < end; day++) {
        enum stay_line_kind kind;
        const struct rate_night rule = rate_apply_to_night(
            apartment->rates, apartment->rate_count, day, stay_price_ordinary(&tariff, day, &kind));
        if (rate_night_has_rule(&rule))
            out[count++] = (struct night){day, rule};
    }
    return count;
}

bool rate_store_replace_nights(struct db *tx, const struct apartment *apartment,
                               const struct db_call *first_or_null, struct fault *fault)
{
    auto_free struct night *nights =
        fault_calloc(RATE_NIGHTS_MAX * sizeof *nights, "the nights of an apartment", fault);
    struct db_call calls[3];
    size_t count = 0;

    if (nights == NULL)
        return false;
    const size_t made = list_nights_with_rule(apartment, nights);
    const struct db_value values[] = {
        db_uuid(&apartment->id),
        DB_MEMBERS(DB_DATE, nights, made, day),
        DB_MEMBERS(DB_INT, nights, made, rule.price),
        DB_MEMBERS(DB_INT, nights, made, rule.min_nights),
        DB_MEMBERS(DB_BOOL, nights, made, rule.closed_to_arrival),
        DB_MEMBERS(DB_BOOL, nights, made, rule.closed_to_departure),
    };
    if (first_or_null != NULL)
        calls[count++] = *first_or_null;
    calls[count++] = (struct db_call){&delete_nights_statement, values, 1, NULL};
    calls[count++] = (struct db_call){&nights_statement, values, ARRAY_LEN(values), NULL};
    return db_query_all(tx, calls, count, fault);
}

bool rate_store_update(struct change *change, struct apartment *apartment, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct arena *arena = change->arena;
    struct slice text;

    if (!rates_encode_column(apartment->rates, apartment->rate_count, arena, &text, fault) ||
        !apartment_set_stored_json_for_write(apartment, change->now_us, arena, fault))
        return false;
    const struct db_value values[] = {db_uuid(&apartment->id), db_uuid(&apartment->tenant_id),
                                      db_text(text), db_int(apartment->version),
                                      db_text(apartment->listed)};
    const struct db_call update = {&update_statement, values, 5, &rows};
    if (!rate_store_replace_nights(change->tx, apartment, &update, fault))
        return false;
    apartment->version = db_get_int(&rows, 0, 0);
    apartment->updated_at = db_get_time(&rows, 0, 1);
    return true;
}
