// SPDX-License-Identifier: MIT
#include "apartments/apartment_store.h"

enum {
    CANDIDATES_BYTES_MAX = 256 * 1024, /* bytes of one answer: db/db.h */
    ROOMS_MAX = 64                     /* bits of criteria.rooms */
};

// clang-format off
static const struct db_part counts[] = {
    {"broken",
     "({city} IS NOT NULL AND f.city <> {city})::int"
     " + ({guests} IS NOT NULL AND f.max_guests < {guests})::int"
     " + (cardinality({rooms}) > 0 AND f.rooms <> ALL ({rooms}))::int"
     " + ({max_price} IS NOT NULL AND f.base_price > {max_price})::int"
     " + ({min_price} IS NOT NULL AND f.base_price < {min_price})::int"
     " + (SELECT count(*) FROM unnest({must}) a WHERE NOT f.amenities ? a)"},
    {"worth",
     "(SELECT count(*) FROM unnest({preferred}) a WHERE f.amenities ? a)"
     " + coalesce(f.district = {district}, false)::int + bit_count(m.matched::bit(64))"},
    {"flat",
     "f.id, f.title_ru, f.title_kz, f.title_en, f.city, f.district, f.address, f.lat, f.lon, f.rooms,"
     " f.max_guests, f.base_price, f.amenities::text AS amenities"},
    {NULL, NULL}
};

/* Not prepared, because the best plan depends on the filter. The WITH clause parses the words once,
 * not for each apartment. */
static const struct db_statement candidates_statement = {
    .parameters = "tenant uuid, city text, guests bigint, rooms bigint[], min_price bigint, max_price bigint, must text[],"
                  " preferred text[], district text, words text[], without uuid, limit bigint, room bigint",
    .parts = {counts},
    .sql = "WITH word AS MATERIALIZED (SELECT terms::tsquery, 1::bigint << (at - 1)::int AS bit"
           "  FROM unnest({words}) WITH ORDINALITY AS w (terms, at))"
           " SELECT * FROM (SELECT *, sum(400 + octet_length(concat(title_ru, title_kz, title_en, address)))"
           "   OVER (ROWS UNBOUNDED PRECEDING) AS bytes FROM ("
           "  SELECT {flat}, m.matched FROM flat f CROSS JOIN LATERAL"
           "   (SELECT coalesce(sum(bit), 0)::bigint AS matched FROM word w WHERE f.terms @@ w.terms) m"
           "  WHERE f.tenant_id = {tenant} AND f.is_active AND ({without} IS NULL OR f.id <> {without})"
           "   AND {broken} <= 1"
           "  ORDER BY {broken}, {worth} DESC, f.base_price, f.id LIMIT {limit}) best) cut"
           " WHERE bytes <= {room}",
};

static const struct db_statement find_statement = {
    .name = "apartment_find",
    .parameters = "tenant uuid, id uuid",
    .parts = {counts},
    .sql = "SELECT {flat}, 0::bigint FROM flat f WHERE f.tenant_id = {tenant} AND f.id = {id}",
    .no_row = {FAULT_NOT_FOUND, "not_found", "There is no such apartment."},
};

static const struct db_statement stamp_statement = {
    .name = "apartment_stamp",
    .parameters = "tenant uuid",
    .sql = "SELECT coalesce(max(tx::text::bigint), 0), count(*) FROM flat WHERE tenant_id = {tenant}",
};

static const struct db_statement names_statement = {
    .name = "apartment_names",
    .parameters = "tenant uuid, limit bigint",
    .sql = "SELECT district, title_ru, address FROM flat WHERE tenant_id = {tenant} AND is_active"
           " ORDER BY id DESC LIMIT {limit}",
};

#define AT(member) offsetof(struct apartment, member)
static const struct db_column apartment_columns[] = {
    {DB_UUID,   AT(id),         .name = "id"},
    {DB_TEXT,   AT(title.ru),   .name = "title_ru"},
    {DB_TEXT,   AT(title.kz),   .name = "title_kz"},
    {DB_TEXT,   AT(title.en),   .name = "title_en"},
    {DB_TEXT,   AT(city),       .name = "city"},
    {DB_TEXT,   AT(district),   .name = "district"},
    {DB_TEXT,   AT(address),    .name = "address"},
    {DB_DOUBLE, AT(place.lat),  .name = "lat"},
    {DB_DOUBLE, AT(place.lon),  .name = "lon"},
    {DB_INT,    AT(rooms),      .name = "rooms"},
    {DB_INT,    AT(max_guests), .name = "max_guests"},
    {DB_INT,    AT(base_price), .name = "base_price"},
    {DB_TEXT,   AT(amenities),  .name = "amenities"},
    {DB_INT,    AT(matched),    .name = "matched"},
};
// clang-format on

static void read_apartment(const struct db_rows *rows, int row, struct apartment *out)
{
    *out = (struct apartment){.total = FIELD_ABSENT};
    db_row_read(rows, row, 0, apartment_columns, ARRAY_LEN(apartment_columns), out);
}

bool apartment_store_list_candidates(struct db *db, const struct uuid *tenant_id,
                                     const struct criteria *criteria, const struct slice *tsqueries,
                                     struct arena *arena, struct db_rows *rows,
                                     struct apartment **out, size_t *count, struct fault *fault)
{
    const struct phrase_list *preferred = &criteria->amenities;
    struct db_value rooms[ROOMS_MAX];
    struct apartment *apartments =
        arena_alloc(arena, APARTMENT_CANDIDATES_MAX * sizeof *apartments);
    size_t room_count = 0;

    if (apartments == NULL)
        return arena_fault(fault);
    for (int64_t i = 0; i < ROOMS_MAX; i++)
        if ((criteria->rooms >> i & 1) != 0)
            rooms[room_count++] = db_int(i);
    /* With dates the price depends on the nights, so it is checked when booking-api has reported
     * the total. */
    const bool judges_price = !criteria_has_dates(criteria);
    if (!db_query(db, &candidates_statement,
                  DB_VALUES(db_uuid(tenant_id), db_text(criteria->city), db_int(criteria->guests),
                            db_array(DB_INT, rooms, room_count),
                            db_int(judges_price ? criteria->min_price : FIELD_ABSENT),
                            db_int(judges_price ? criteria->max_price : FIELD_ABSENT),
                            DB_ITEMS(DB_TEXT, criteria->must, criteria->must_count),
                            DB_ITEMS(DB_TEXT, preferred->items, preferred->count),
                            db_text(criteria->district),
                            DB_ITEMS(DB_TEXT, tsqueries, criteria->word_count),
                            criteria->like != NULL ? db_uuid(&criteria->like->id) : db_null(),
                            db_int(APARTMENT_CANDIDATES_MAX), db_int(CANDIDATES_BYTES_MAX)),
                  rows, fault))
        return false;
    for (int i = 0; i < rows->count; i++)
        read_apartment(rows, i, &apartments[i]);
    *out = apartments;
    *count = (size_t)rows->count;
    return true;
}

bool apartment_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                          struct arena *arena, struct apartment *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query_row(db, &find_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), &rows,
                      fault))
        return false;
    read_apartment(&rows, 0, out);
    return db_rows_keep(&rows, arena, fault);
}

bool apartment_store_read_change_stamp(struct db *db, const struct uuid *tenant_id,
                                       struct apartment_stamp *out, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &stamp_statement, DB_VALUES(db_uuid(tenant_id)), &rows, fault))
        return false;
    *out = (struct apartment_stamp){db_get_int(&rows, 0, 0), db_get_int(&rows, 0, 1)};
    return true;
}

bool apartment_store_list_place_texts(struct db *db, const struct uuid *tenant_id, int64_t limit,
                                      struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &names_statement, DB_VALUES(db_uuid(tenant_id), db_int(limit)), rows,
                    fault);
}
