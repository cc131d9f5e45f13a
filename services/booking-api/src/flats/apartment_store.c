// SPDX-License-Identifier: MIT
#include "base/buf.h"
#include "base/parse.h"
#include "base/text.h"

#include "flats/apartment.h"
#include "flats/apartment_row.h"
#include "flats/owner.h"
#include "flats/rate_store.h"

static const struct db_constraint constraints[] = {
    {"apartment_code",               FAULT_CONFLICT, "code_taken", "code", "Another flat has this code."},
    {"apartment_timezone",                  FAULT_INVALID, "unknown_timezone", "timezone", "No such time zone."},
    {"apartment_owner_id_fkey", FAULT_INVALID, "unknown_owner", "owner_id", "No such owner."},
    {"apartment_photos_check",           FAULT_INVALID, "bad_url", "photos", "A photo's URL is not one."},
    {0           }
};

static bool read_found(const struct db_rows *rows, bool with_clock, struct arena *arena,
                       struct apartment *out, struct fault *fault)
{
    struct apartment flat;
    if (rows->count == 0)
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such flat.");
    if (!apartment_row_read(rows, 0, arena, &flat, fault))
        return false;
    if (with_clock) {
        flat.local_day = db_get_date(rows, 0, APARTMENT_ROW_COLUMNS);
        flat.local_minute = (int32_t)db_get_int(rows, 0, APARTMENT_ROW_COLUMNS + 1);
        if (!rates_read(db_get_text(rows, 0, APARTMENT_ROW_COLUMNS + 2), arena, &flat.rates,
                        &flat.rate_count, fault))
            return false;
    }
    *out = flat;
    return true;
}

bool apartment_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out, struct fault *fault)
{
    static const struct db_statement statement = {
        "apartment_find",
        "SELECT " APARTMENT_ROW " FROM apartment a WHERE id = $1 AND tenant_id = $2", NULL};
    auto_rows struct db_rows rows = {0};
    return db_query(db, &statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows, fault) &&
           read_found(&rows, false, arena, out, fault);
}

static const struct db_statement lock_statement = {
    "apartment_lock",
    "SELECT " APARTMENT_ROW ", " APARTMENT_CLOCK ", " APARTMENT_RATES
    " FROM apartment a WHERE id = $1 AND tenant_id = $2 FOR NO KEY UPDATE",
    NULL};

bool apartment_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    return db_query(tx, &lock_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows,
                    fault) &&
           read_found(&rows, true, arena, out, fault);
}

bool apartment_store_look(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out, struct fault *fault)
{
    static const struct db_statement statement = {
        "apartment_look",
        "SELECT " APARTMENT_ROW ", " APARTMENT_CLOCK ", " APARTMENT_RATES
        " FROM apartment a WHERE id = $1 AND tenant_id = $2",
        NULL};
    auto_rows struct db_rows rows = {0};
    return db_query(db, &statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows, fault) &&
           read_found(&rows, true, arena, out, fault);
}

bool apartment_store_lock_after(struct db *tx, const struct db_call *first,
                                const struct uuid *tenant_id, const struct uuid *id,
                                struct arena *arena, struct apartment *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    const struct db_value values[] = {db_uuid(id), db_uuid(tenant_id)};
    const struct db_call calls[] = {
        *first, {&lock_statement, values, 2, &rows}
    };
    return db_query_all(tx, calls, 2, fault) && read_found(&rows, true, arena, out, fault);
}

/* What INSERT and UPDATE write: columns, their parameters from $4 on, the parameter after them. */
enum { WRITTEN_FROM = 3, WRITTEN = 37 };
#define WRITTEN_COLUMNS                                                                            \
    "code, title_ru, title_kz, title_en, description_ru, description_kz, description_en, city,"    \
    " district, address, lat, lon, rooms, max_guests, included_guests, amenities, photos,"         \
    " base_price, weekend_price, extra_guest_fee, cleaning_fee, prepayment_percent, min_nights,"   \
    " max_nights, check_in_time, check_out_time, buffer_days, advance_notice_hours,"               \
    " booking_window_days, instant_book, cancellation_policy, timezone, is_active,"                \
    " included_follows_max, check_in_info_ru, check_in_info_kz, check_in_info_en"
#define WRITTEN_VALUES                                                                             \
    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19::jsonb, $20::jsonb," \
    " $21, $22, $23, $24, $25, $26, $27, $28::time, $29::time, $30, $31, $32, $33, $34, $35, $36," \
    " $37, $38, $39, $40"
#define AFTER_WRITTEN "$41"

static struct slice clock_text(int32_t minutes, struct arena *arena)
{
    return arena_printf(arena, "%02d:%02d", minutes / 60, minutes % 60);
}

enum { LIST_TEXT_MAX = 65536 }; /* 100 slugs of 64, 20 URLs of 500 */

static struct slice list_text(const struct field_texts *list, struct arena *arena)
{
    struct buf json;
    struct fault ignored;
    buf_init(&json, LIST_TEXT_MAX);
    buf_char(&json, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_char(&json, ',');
        buf_json_string(&json, list->items[i]);
    }
    buf_char(&json, ']');
    struct slice text = {0};
    if (buf_ok(&json, &ignored))
        text = arena_copy(arena, buf_as_slice(&json));
    buf_finish(&json);
    return text;
}

/* The values after the first three, in the order of WRITTEN_COLUMNS. */
static bool written_values(const struct apartment *flat, struct arena *arena,
                           struct db_value *values, struct fault *fault)
{
    struct slice amenities = list_text(&flat->amenities, arena);
    struct slice photos = list_text(&flat->photos, arena);
    struct slice check_in = clock_text(flat->check_in_time, arena);
    struct slice check_out = clock_text(flat->check_out_time, arena);
    if (amenities.at == NULL || photos.at == NULL || check_in.at == NULL || check_out.at == NULL)
        return arena_fault(fault);
    const struct db_value all[] = {
        db_text(flat->code),
        db_text(flat->title.ru),
        db_text(flat->title.kz),
        db_text(flat->title.en),
        db_text(flat->description.ru),
        db_text(flat->description.kz),
        db_text(flat->description.en),
        db_text(flat->city),
        db_text(flat->district),
        db_text(flat->address),
        db_double(flat->location.lat),
        db_double(flat->location.lon),
        db_int(flat->rooms),
        db_int(flat->max_guests),
        db_int(apartment_included_guests(flat)),
        db_text(amenities),
        db_text(photos),
        db_int(flat->base_price),
        db_int(flat->weekend_price),
        db_int(flat->extra_guest_fee),
        db_int(flat->cleaning_fee),
        db_int(flat->prepayment_percent),
        db_int(flat->min_nights),
        db_int(flat->max_nights),
        db_text(check_in),
        db_text(check_out),
        db_int(flat->buffer_days),
        db_int(flat->advance_notice_hours),
        db_int(flat->booking_window_days),
        db_bool(flat->instant_book),
        db_str(apartment_policy_names[flat->cancellation_policy]),
        db_text(flat->timezone),
        db_bool(flat->is_active),
        db_bool(flat->included_guests == FIELD_ABSENT),
        db_text(flat->check_in_info.ru),
        db_text(flat->check_in_info.kz),
        db_text(flat->check_in_info.en),
    };
    _Static_assert(sizeof all / sizeof all[0] == WRITTEN, "WRITTEN_COLUMNS");
    memcpy(values, all, sizeof all);
    return true;
}

static void read_stored(const struct db_rows *rows, struct apartment *flat)
{
    flat->version = db_get_int(rows, 0, 0);
    flat->created_at = db_get_time(rows, 0, 1);
    flat->updated_at = db_get_time(rows, 0, 2);
}

/* A made code that is taken by chance (one in a billion per flat) is made again. */
static bool insert_made(struct db *tx, struct arena *arena, struct apartment *flat,
                        struct db_value *values, struct fault *fault)
{
    static const struct db_statement statement = {
        "apartment_insert_made",
        "INSERT INTO apartment (id, tenant_id, owner_id, " WRITTEN_COLUMNS ")"
        " VALUES ($1, $2, $3, " WRITTEN_VALUES ")"
        " ON CONFLICT ON CONSTRAINT apartment_code DO NOTHING"
        " RETURNING version, created_at, updated_at",
        constraints};
    enum { TRIES = 3 };
    for (int i = 0; i < TRIES; i++) {
        auto_rows struct db_rows rows = {0};
        struct uuid seed = uuid_make();
        struct slice code = apartment_code_make(&seed, flat->city, arena);
        if (code.at == NULL)
            return arena_fault(fault);
        values[WRITTEN_FROM] = db_text(code);
        if (!db_query(tx, &statement, values, WRITTEN_FROM + WRITTEN, &rows, fault))
            return false;
        if (rows.count > 0) {
            flat->code = code;
            read_stored(&rows, flat);
            return true;
        }
    }
    return fault_set(fault, FAULT_CONFLICT, "code_taken", "No free code was found.");
}

bool apartment_store_insert(struct db *tx, struct arena *arena, struct apartment *flat,
                            struct fault *fault)
{
    static const struct db_statement statement = {
        "apartment_insert",
        "INSERT INTO apartment (id, tenant_id, owner_id, " WRITTEN_COLUMNS ")"
        " VALUES ($1, $2, $3, " WRITTEN_VALUES ") RETURNING version, created_at, updated_at",
        constraints};
    auto_rows struct db_rows rows = {0};
    struct db_value values[WRITTEN_FROM + WRITTEN] = {db_uuid(&flat->id), db_uuid(&flat->tenant_id),
                                                      db_uuid(&flat->owner_id)};
    if (!written_values(flat, arena, values + WRITTEN_FROM, fault))
        return false;
    if (flat->code.at == NULL)
        return insert_made(tx, arena, flat, values, fault);
    if (!db_query(tx, &statement, values, WRITTEN_FROM + WRITTEN, &rows, fault))
        return false;
    read_stored(&rows, flat);
    return true;
}

bool apartment_store_update(struct db *tx, struct arena *arena, struct apartment *flat,
                            struct fault *fault)
{
    static const struct db_statement statement = {
        "apartment_update",
        "UPDATE apartment SET owner_id = $3, (" WRITTEN_COLUMNS ") = ROW(" WRITTEN_VALUES ")"
        " WHERE id = $1 AND tenant_id = $2 AND version = " AFTER_WRITTEN
        " RETURNING version, created_at, updated_at",
        constraints};
    auto_rows struct db_rows rows = {0};
    struct db_value values[WRITTEN_FROM + WRITTEN + 1] = {
        db_uuid(&flat->id), db_uuid(&flat->tenant_id), db_uuid(&flat->owner_id)};
    if (!written_values(flat, arena, values + WRITTEN_FROM, fault))
        return false;
    values[WRITTEN_FROM + WRITTEN] = db_int(flat->version);
    if (!db_query(tx, &statement, values, WRITTEN_FROM + WRITTEN + 1, &rows, fault))
        return false;
    if (rows.count == 0)
        return fault_set(fault, FAULT_PRECONDITION, "version_mismatch",
                         "The flat was changed by somebody else meanwhile.");
    read_stored(&rows, flat);
    /* Percentages are of prices that may be other ones now. */
    return flat->rate_count == 0 || rate_store_spell(tx, flat, fault);
}
