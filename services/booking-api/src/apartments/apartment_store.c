// SPDX-License-Identifier: MIT
#include "apartments/apartment_listed.h"
#include "apartments/apartment_row.h"
#include "apartments/owner.h"
#include "apartments/rate_store.h"

static const struct db_constraint constraints[] = {
    {"apartment_code",                    FAULT_CONFLICT, "code_taken", "code", "Another apartment has this code."},
    {"apartment_timezone",                       FAULT_INVALID, "unknown_timezone", "timezone", "No such time zone."},
    {"apartment_owner_id_fkey", FAULT_INVALID, "unknown_owner", "owner_id", "No such owner."},
    {"apartment_photos_check",                FAULT_INVALID, "bad_url", "photos", "A photo is not a valid URL."},
    {0                }
};

static bool read_apartment(struct db_rows *rows, bool with_rates_and_clock, struct arena *arena,
                           struct apartment *out, struct fault *fault)
{
    const int clock = (int)apartment_row_shape.count;
    struct apartment apartment;

    if (rows->count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such apartment.");
    if (!apartment_row_read(rows, 0, arena, &apartment, fault))
        return false;
    if (with_rates_and_clock) {
        apartment.local_day = db_get_date(rows, 0, clock);
        apartment.local_minute = db_get_clock(rows, 0, clock + 1);
        if (!rates_decode_column(db_get_text(rows, 0, clock + 2), arena, &apartment.rates,
                                 &apartment.rate_count, fault))
            return false;
    }
    *out = apartment;
    return db_rows_keep(rows, arena, fault);
}

#define FOUND "FROM apartment a WHERE id = {id} AND tenant_id = {tenant}"
static const struct db_statement find_statement = {
    .name = "apartment_find",
    .sql = "SELECT {columns} " FOUND,
    .parameters = "id, tenant",
    .shape = &apartment_row_shape,
};
static const struct db_statement find_with_clock_statement = {
    .name = "apartment_look",
    .sql = "SELECT {columns}, " APARTMENT_CLOCK ", " APARTMENT_RATES " " FOUND,
    .parameters = "id, tenant",
    .shape = &apartment_row_shape,
};
static const struct db_statement lock_statement = {
    .name = "apartment_lock",
    .sql = "SELECT {columns}, " APARTMENT_CLOCK ", " APARTMENT_RATES " " FOUND " FOR NO KEY UPDATE",
    .parameters = "id, tenant",
    .shape = &apartment_row_shape,
};

static bool find_apartment(struct db *db, const struct db_statement *statement,
                           const struct uuid *tenant_id, const struct uuid *id, struct arena *arena,
                           struct apartment *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return db_query(db, statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows, fault) &&
           read_apartment(&rows, statement != &find_statement, arena, out, fault);
}

bool apartment_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out, struct fault *fault)
{
    return find_apartment(db, &find_statement, tenant_id, id, arena, out, fault);
}

bool apartment_store_lock(struct change *change, const struct uuid *id, struct apartment *out,
                          struct fault *fault)
{
    return find_apartment(change->tx, &lock_statement, &change->caller->tenant_id, id,
                          change->arena, out, fault);
}

bool apartment_store_find_with_rates_and_clock(struct change *change, const struct uuid *id,
                                               struct apartment *out, struct fault *fault)
{
    return find_apartment(change->tx, &find_with_clock_statement, &change->caller->tenant_id, id,
                          change->arena, out, fault);
}

bool apartment_store_lock_with(struct change *change, const struct db_call *before,
                               const struct db_call *after, const struct uuid *id,
                               struct apartment *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct db_value values[] = {db_uuid(id), db_uuid(&change->caller->tenant_id)};
    const struct db_call calls[] = {
        *before, {&lock_statement, values, 2, &rows},
         *after
    };

    return db_query_all(change->tx, calls, 3, fault) &&
           read_apartment(&rows, true, change->arena, out, fault);
}

// clang-format off
#define INSERT                                                                          \
    "INSERT INTO apartment (id, tenant_id, included_guests, included_follows_max, listed,"  \
    "  listed_version, listed_shape, {written})"                                            \
    " VALUES ({id}, {tenant}, {included}, {follows_max}, {listed}, 1, "                     \
    APARTMENT_SHAPE ", {values})"
#define STORED " RETURNING version, created_at, updated_at"
#define PARAMETERS "id uuid, tenant uuid, included integer, follows_max boolean, version bigint, listed text"
static const struct db_statement insert_statement = {
    .name = "apartment_insert",
    .sql = INSERT STORED,
    .constraints = constraints,
    .parameters = PARAMETERS,
    .shape = &apartment_row_shape,
};
static const struct db_statement insert_generated_statement = {
    .name = "apartment_insert_made",
    .sql = INSERT " ON CONFLICT ON CONSTRAINT apartment_code DO NOTHING" STORED,
    .constraints = constraints,
    .parameters = PARAMETERS,
    .shape = &apartment_row_shape,
};
static const struct db_statement update_statement = {
    .name = "apartment_update",
    .sql =
        "UPDATE apartment SET included_guests = {included}, included_follows_max = {follows_max},"
        " " APARTMENT_LISTED_SET ", ({written}) = ROW({values})"
        " WHERE id = {id} AND tenant_id = {tenant} AND version = {version}" STORED,
    .constraints = constraints,
    .parameters = PARAMETERS,
    .shape = &apartment_row_shape,
};
// clang-format on

/* Runs an INSERT or UPDATE with PARAMETERS. If it returns a row, sets `written`, version and
 * times. */
static bool write_apartment(struct change *change, const struct db_statement *statement,
                            struct apartment *apartment, bool *written, struct fault *fault)
{
    enum { NAMED = 6 };
    auto_rows struct db_rows rows = {0};
    struct arena *arena = change->arena;

    if (!apartment_set_stored_json_for_write(apartment, change->now_us, arena, fault))
        return false;
    struct apartment row = *apartment;
    struct db_value values[NAMED + APARTMENT_COLUMNS_MAX] = {
        db_uuid(&apartment->id),
        db_uuid(&apartment->tenant_id),
        db_int(apartment_included_guests(apartment)),
        db_bool(apartment->included_guests == FIELD_ABSENT),
        db_int(apartment->version),
        db_text(apartment->listed),
    };
    if (!apartment_row_encode_list(&apartment->amenities, arena, &row.amenities.json, fault) ||
        !apartment_row_encode_list(&apartment->photos, arena, &row.photos.json, fault))
        return false;
    const size_t count = NAMED + db_row_get_values(&apartment_row_shape, &row, values + NAMED);
    if (!db_query(change->tx, statement, values, count, &rows, fault))
        return false;
    *written = rows.count > 0;
    if (!*written)
        return true;
    db_row_read_returned(&rows, 0, &apartment_row_shape, apartment);
    return true;
}

/* Inserts an apartment with a generated code. If another apartment has the code (a chance of one in
 * a billion per apartment), tries the next code. */
static bool insert_with_generated_code(struct change *change, struct apartment *apartment,
                                       struct fault *fault)
{
    enum { TRIES = 3 };

    for (int i = 0; i < TRIES; i++) {
        struct uuid seed = uuid_make();
        struct apartment generated = *apartment;
        bool written;
        generated.code = apartment_code_generate(&seed, apartment->city, change->arena);
        if (generated.code.at == NULL)
            return arena_fault(fault);
        if (!write_apartment(change, &insert_generated_statement, &generated, &written, fault))
            return false;
        if (written) {
            *apartment = generated;
            return true;
        }
    }
    return fault_set(fault, FAULT_CONFLICT, "code_taken", "No free code was found.");
}

bool apartment_store_insert(struct change *change, struct apartment *apartment, struct fault *fault)
{
    bool written;

    if (apartment->code.at == NULL)
        return insert_with_generated_code(change, apartment, fault);
    return write_apartment(change, &insert_statement, apartment, &written, fault);
}

bool apartment_store_update(struct change *change, struct apartment *apartment, struct fault *fault)
{
    bool written;

    if (!write_apartment(change, &update_statement, apartment, &written, fault))
        return false;
    if (!written)
        return fault_set(fault, FAULT_PRECONDITION, "version_mismatch",
                         "The apartment was changed by another request.");
    /* Nights with a season's percentage depend on prices that may have changed. */
    return apartment->rate_count == 0 ||
           rate_store_replace_nights(change->tx, apartment, NULL, fault);
}
