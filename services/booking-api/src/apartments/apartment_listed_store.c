// SPDX-License-Identifier: MIT
#include "base/auto.h"

#include "apartments/apartment_listed.h"
#include "apartments/apartment_row.h"

// clang-format off
#define AT(member) offsetof(struct apartment, member)
#define SENT(column) "CASE WHEN {sent} THEN a." column " END"
static const struct db_column columns[] = {
    {DB_UUID, AT(id),               .name = "id"},
    {DB_INT,  AT(base_price),       .name = "base_price"},
    {DB_INT,  AT(prepayment_percent), .name = "prepayment_percent"},
    {DB_TEXT, AT(check_in_info.ru), .name = "check_in_info_ru", .sql = SENT("check_in_info_ru")},
    {DB_TEXT, AT(check_in_info.kz), .name = "check_in_info_kz", .sql = SENT("check_in_info_kz")},
    {DB_TEXT, AT(check_in_info.en), .name = "check_in_info_en", .sql = SENT("check_in_info_en")},
    {DB_INT,  AT(check_in_info_hours), .name = "check_in_info_hours"},
    {DB_TEXT, AT(listed),           .name = "listed",
     .sql = "CASE WHEN {sent} AND " APARTMENT_IS_LISTED " THEN a.listed END"},
    {DB_UUID, AT(owner_id),         .name = "owner_id"},
    {DB_BOOL, AT(is_active),        .name = "is_active"},
    {DB_INT,  AT(version),          .name = "version"},
    {DB_TEXT, AT(description.ru),   .name = "description_ru"},
    {DB_TEXT, AT(description.kz),   .name = "description_kz"},
    {DB_TEXT, AT(description.en),   .name = "description_en"},
    {DB_TEXT, AT(address_kz),       .name = "address_kz"},
    {DB_TEXT, AT(address_en),       .name = "address_en"},
    {DB_TEXT, AT(house_rules.ru),   .name = "house_rules_ru"},
    {DB_TEXT, AT(house_rules.kz),   .name = "house_rules_kz"},
    {DB_TEXT, AT(house_rules.en),   .name = "house_rules_en"},
};
#undef SENT
/* Lists read the first LIST_COLUMNS columns; reads of one apartment omit the first
 * LIST_ONLY_COLUMNS. */
enum { LIST_COLUMNS = 8, LIST_ONLY_COLUMNS = 3, COLUMNS = ARRAY_LEN(columns) };
const struct db_shape apartment_listed_shape = {columns, LIST_COLUMNS, "a"};
static const struct db_shape find_shape = {columns + LIST_ONLY_COLUMNS, COLUMNS - LIST_ONLY_COLUMNS, "a"};

static const struct db_part always_sent[] = {
    {"sent", "true"},
    {0},
};
static const struct db_statement find_statement = {
    .name = "apartment_shown",
    .sql = "SELECT {columns} FROM apartment a WHERE id = {id} AND tenant_id = {tenant}",
    .parameters = "id, tenant",
    .parts = {always_sent},
    .shape = &find_shape,
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such apartment."},
};
static const struct db_statement find_brief_statement = {
    .name = "apartment_find_brief",
    .sql = "SELECT {brief} FROM apartment a WHERE id = ANY ({ids}) AND tenant_id = {tenant}",
    .parameters = "ids uuid[], tenant",
    .shape = &apartment_row_shape,
};

#define OUTDATED                                                                                    \
    "apartment_listed_as(a.version, a.listed_version, a.listed_shape) < "                          \
    APARTMENT_SHAPE
#define BY_SHAPE " ORDER BY apartment_listed_as(a.version, a.listed_version, a.listed_shape), a.id"
/* Returns a row if stored JSON is outdated. ORDER BY with LIMIT makes the planner use the index.
 * For EXISTS the planner would scan the table, because it has no statistics on the function and
 * expects an early match. */
static const struct db_statement due_statement = {
    .name = "apartment_relist_due",
    .sql = "SELECT FROM apartment a WHERE " OUTDATED BY_SHAPE " LIMIT 1",
};
/* Apartments whose stored JSON is outdated. JSON of a higher shape is not outdated: a newer version
 * of the service has written it. */
static const struct db_statement outdated_statement = {
    .name = "apartment_relist_find",
    .sql = "SELECT {columns} FROM apartment a WHERE " OUTDATED BY_SHAPE
           " LIMIT {most} FOR NO KEY UPDATE SKIP LOCKED",
    .parameters = "most bigint",
    .shape = &apartment_row_shape,
};
static const struct db_statement refresh_statement = {
    .name = "apartment_relist",
    .sql = "UPDATE apartment a SET listed = new.listed, listed_version = a.version,"
           "  listed_shape = " APARTMENT_SHAPE
           " FROM unnest({ids}, {texts}) AS new (id, listed) WHERE a.id = new.id",
    .parameters = "ids uuid[], texts text[]",
};
static const struct db_statement last_statement = {
    .name = "apartment_listed_last",
    .sql = "SELECT {columns}, CASE WHEN " APARTMENT_IS_LISTED " THEN a.listed END FROM apartment a"
           " ORDER BY a.feed_epoch DESC, a.feed_tx DESC, a.id DESC LIMIT {limit} OFFSET {offset}",
    .parameters = "limit bigint, offset bigint",
    .shape = &apartment_row_shape,
};
// clang-format on

bool apartment_set_stored_json_for_write(struct apartment *apartment, int64_t now_us,
                                         struct arena *arena, struct fault *fault)
{
    struct apartment next = *apartment;

    next.version = apartment->version == FIELD_ABSENT ? 1 : apartment->version + 1;
    next.updated_at = now_us;
    if (apartment->created_at == FIELD_ABSENT)
        next.created_at = now_us;
    return apartment_encode_stored_json(&next, arena, &apartment->listed, fault);
}

bool apartment_store_find_with_stored_json(struct db *db, const struct uuid *tenant_id,
                                           const struct uuid *id, struct arena *arena,
                                           struct apartment *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, &find_statement, DB_VALUES(db_uuid(id), db_uuid(tenant_id)), &rows,
                      fault))
        return false;
    struct apartment apartment = apartment_defaults();
    db_row_read(&rows, 0, 0, find_shape.columns, find_shape.count, &apartment);
    if (apartment.listed.at == NULL)
        return apartment_store_find(db, tenant_id, id, arena, out, fault);
    *out = apartment;
    return db_rows_keep(&rows, arena, fault);
}

bool apartment_store_find_brief_by_ids(struct db *db, const struct uuid *tenant_id,
                                       const struct uuid *ids, size_t count, struct arena *arena,
                                       struct apartment *out, size_t *found, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &find_brief_statement,
                  DB_VALUES(DB_ITEMS(DB_UUID, ids, count), db_uuid(tenant_id)), &rows, fault))
        return false;
    *found = (size_t)rows.count;
    for (int i = 0; i < rows.count; i++)
        if (!apartment_row_read(&rows, i, arena, &out[i], fault))
            return false;
    return db_rows_keep(&rows, arena, fault);
}

bool apartment_store_has_outdated_json(struct db *db, bool *outdated, struct fault *fault)
{
    return db_query_one(db, &due_statement, DB_NO_VALUES, outdated, fault);
}

bool apartment_store_refresh_json_batch(struct change *change, int64_t *written,
                                        struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct db_value ids[APARTMENT_LISTED_BATCH], texts[APARTMENT_LISTED_BATCH];

    if (!db_query(change->tx, &outdated_statement, DB_VALUES(db_int(APARTMENT_LISTED_BATCH)), &rows,
                  fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        struct apartment apartment;
        struct slice text;
        if (!apartment_row_read(&rows, i, change->arena, &apartment, fault) ||
            !apartment_encode_stored_json(&apartment, change->arena, &text, fault))
            return false;
        ids[i] = db_uuid(&apartment.id);
        texts[i] = db_text(text);
    }
    *written = rows.count;
    const size_t count = (size_t)rows.count;

    return count == 0 ||
           db_query(change->tx, &refresh_statement,
                    DB_VALUES(db_array(DB_UUID, ids, count), db_array(DB_TEXT, texts, count)), NULL,
                    fault);
}

static bool compare_stored_json(const struct db_rows *rows, int row, struct arena *arena,
                                bool *differs, struct fault *fault)
{
    const struct slice stored = db_get_text(rows, row, (int)apartment_row_shape.count);
    struct apartment apartment;
    struct slice text;

    if (!apartment_row_read(rows, row, arena, &apartment, fault) ||
        !apartment_encode_stored_json(&apartment, arena, &text, fault))
        return false;
    *differs = stored.at != NULL && !slice_equal(text, stored);
    return true;
}

bool apartment_store_count_wrong_json(struct db *tx, int64_t apartments_max, int64_t *wrong,
                                      struct fault *fault)
{
    enum { PAGE = 50, PAGE_ARENA = 2 * 1024 * 1024 };

    *wrong = 0;
    for (int64_t offset = 0; offset < apartments_max; offset += PAGE) {
        auto_rows struct db_rows rows = {0};
        AUTO(arena_finish) struct arena arena = ARENA(PAGE_ARENA);
        if (!db_query(tx, &last_statement, DB_VALUES(db_int(PAGE), db_int(offset)), &rows, fault))
            return false;
        for (int i = 0; i < rows.count; i++) {
            bool one;
            if (!compare_stored_json(&rows, i, &arena, &one, fault))
                return false;
            *wrong += one;
        }
    }
    return true;
}
