// SPDX-License-Identifier: MIT
#include "flats/flat_store.h"

#include <assert.h>

#include "words/words.h"

enum { CANDIDATES_BYTES_MAX = 256 * 1024 /* of one answer: db/db.h */ };

const struct feed_source feed_flats = {"booking.apartments", "booking.feed_apartments"};

// clang-format off
static const struct db_part texts[] = {
    {"head", "concat_ws(E'\\n', feed.title_ru, feed.title_kz, feed.title_en, feed.district, feed.address)"},
    {"body", "concat_ws(E'\\n', feed.description_ru, feed.description_kz, feed.description_en)"},
    {NULL, NULL}
};

const struct db_statement feed_flats_statement = {
    .name = "feed_flats",
    .parts = {texts},
    .sql = FEED_OF
           "{head} AS head, {body} AS body, octet_length({head}) + octet_length({body}) AS large FROM booking.feed_apartments feed"
           FEED_CUT,
};

static const struct db_statement copy_statement = {
    .name = "flat_copy",
    .parameters = "normaliser bigint, ids uuid[], txs bigint[], terms text[]",
    .sql = "INSERT INTO flat AS f (id, tenant_id, epoch, version, is_active, title_ru, title_kz, title_en,"
           "  description_ru, description_kz, description_en, city, district, address, lat, lon, rooms,"
           "  max_guests, included_guests, amenities, base_price, weekend_price, min_nights, max_nights,"
           "  terms, normaliser)"
           " SELECT feed.id, feed.tenant_id, feed.epoch, feed.version, feed.is_active, feed.title_ru,"
           "  feed.title_kz, feed.title_en, feed.description_ru, feed.description_kz, feed.description_en,"
           "  feed.city, feed.district, feed.address, feed.lat, feed.lon, feed.rooms, feed.max_guests,"
           "  feed.included_guests, feed.amenities, feed.base_price, feed.weekend_price, feed.min_nights,"
           "  feed.max_nights, g.terms::tsvector, {normaliser}::smallint"
           " FROM unnest({ids}, {txs}, {terms}) AS g (id, tx, terms)"
           "  JOIN booking.feed_apartments feed ON feed.id = g.id AND feed.tx::text::bigint = g.tx"
           " WHERE NOT feed.deleted ORDER BY feed.id"
           " ON CONFLICT (id) DO UPDATE SET tenant_id = EXCLUDED.tenant_id, epoch = EXCLUDED.epoch,"
           "  version = EXCLUDED.version, is_active = EXCLUDED.is_active, title_ru = EXCLUDED.title_ru,"
           "  title_kz = EXCLUDED.title_kz, title_en = EXCLUDED.title_en,"
           "  description_ru = EXCLUDED.description_ru, description_kz = EXCLUDED.description_kz,"
           "  description_en = EXCLUDED.description_en, city = EXCLUDED.city,"
           "  district = EXCLUDED.district, address = EXCLUDED.address, lat = EXCLUDED.lat,"
           "  lon = EXCLUDED.lon, rooms = EXCLUDED.rooms, max_guests = EXCLUDED.max_guests,"
           "  included_guests = EXCLUDED.included_guests, amenities = EXCLUDED.amenities,"
           "  base_price = EXCLUDED.base_price, weekend_price = EXCLUDED.weekend_price,"
           "  min_nights = EXCLUDED.min_nights, max_nights = EXCLUDED.max_nights,"
           "  terms = EXCLUDED.terms, normaliser = EXCLUDED.normaliser, tx = pg_current_xact_id()",
};

static const struct db_statement delete_statement = {
    .name = "flat_delete",
    .parameters = "ids uuid[]",
    .sql = "DELETE FROM flat WHERE id = ANY ({ids})",
};

static const struct db_statement sweep_statement = {
    .name = "flat_sweep",
    .parameters = "epoch bigint",
    .sql = "DELETE FROM flat WHERE epoch < {epoch}",
};

static const struct db_statement renew_statement = {
    .name = "flat_renew",
    .parameters = "normaliser bigint",
    .sql = "UPDATE feed_place SET epoch = 0, tx = 0, id = '00000000-0000-0000-0000-000000000000'"
           " WHERE feed = 'booking.apartments'"
           "  AND EXISTS (SELECT FROM flat WHERE normaliser < {normaliser}::smallint)",
};

static const struct db_statement outdated_statement = {
    .name = "flat_outdated",
    .parameters = "normaliser bigint",
    .sql = "SELECT EXISTS (SELECT FROM flat WHERE normaliser <> {normaliser}::smallint)",
};

static const struct db_part counts[] = {
    {"broken",
     "({city} IS NOT NULL AND f.city <> {city})::int"
     " + ({guests} IS NOT NULL AND f.max_guests < {guests})::int"
     " + (cardinality({rooms}) > 0 AND f.rooms <> ALL ({rooms}))::int"
     " + ({max_price} IS NOT NULL AND f.base_price > {max_price})::int"
     " + (SELECT count(*) FROM unnest({must}) a WHERE NOT f.amenities ? a)"},
    {"worth",
     "(SELECT count(*) FROM unnest({wanted}) a WHERE f.amenities ? a)"
     " + ({district} IS NOT NULL AND f.district = {district})::int + bit_count(m.matched::bit(64))"},
    {"flat",
     "f.id, f.title_ru, f.title_kz, f.title_en, f.city, f.district, f.address, f.lat, f.lon, f.rooms,"
     " f.max_guests, f.base_price, f.amenities::text AS amenities"},
    {NULL, NULL}
};

/* Not prepared: the plan depends on what is asked for. Words are parsed once, and not for each
 * flat. */
static const struct db_statement candidates_statement = {
    .parameters = "tenant uuid, city text, guests bigint, rooms bigint[], max_price bigint, must text[],"
                  " wanted text[], district text, words text[], without uuid, limit bigint, room bigint",
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
    .name = "flat_find",
    .parameters = "tenant uuid, id uuid",
    .parts = {counts},
    .sql = "SELECT {flat}, 0::bigint FROM flat f WHERE f.tenant_id = {tenant} AND f.id = {id}",
};

static const struct db_statement stamp_statement = {
    .name = "flat_stamp",
    .parameters = "tenant uuid",
    .sql = "SELECT coalesce(max(tx::text::bigint), 0), count(*) FROM flat WHERE tenant_id = {tenant}",
};

static const struct db_statement names_statement = {
    .name = "flat_names",
    .parameters = "tenant uuid, limit bigint",
    .sql = "SELECT district, title_ru, address FROM flat WHERE tenant_id = {tenant} AND is_active"
           " ORDER BY id DESC LIMIT {limit}",
};

#define AT(member) offsetof(struct flat, member)
static const struct db_column flat_columns[] = {
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
#undef AT
// clang-format on

void flat_store_read(const struct db_rows *rows, int row, struct flat_read *out)
{
    struct feed_place place;

    feed_row(rows, row, &place, &out->deleted);
    out->id = place.id;
    out->tx = place.tx;
    out->head = db_get_text(rows, row, FEED_COLUMNS);
    out->body = db_get_text(rows, row, FEED_COLUMNS + 1);
}

bool flat_store_copy(struct db *tx, const struct flat_read *list, size_t count, struct arena *arena,
                     struct fault *fault)
{
    assert(count <= FLATS_READ_MAX);
    enum { LISTS = 4 };
    auto_rows struct db_rows rows = {0};
    struct db_value *ids = arena_alloc(arena, (LISTS * count + 1) * sizeof *ids);
    size_t there = 0;
    size_t gone = 0;

    if (ids == NULL)
        return arena_fault(fault);
    struct db_value *txs = ids + count, *terms = txs + count, *lost = terms + count;
    for (size_t i = 0; i < count; i++) {
        if (list[i].deleted) {
            lost[gone++] = db_uuid(&list[i].id);
            continue;
        }
        ids[there] = db_uuid(&list[i].id);
        txs[there] = db_int(list[i].tx);
        terms[there++] = db_text(list[i].terms);
    }
    const struct db_call calls[] = {
        {&copy_statement,
         DB_VALUES(db_int(WORDS_VERSION), db_array(DB_UUID, ids, there),
         db_array(DB_INT, txs, there), db_array(DB_TEXT, terms, there)),
         &rows},
        {&delete_statement,            DB_VALUES(db_array(DB_UUID,                    lost,                    gone)),                  NULL                },
    };
    return db_query_all(tx, calls, sizeof calls / sizeof calls[0], fault);
}

bool flat_store_sweep(struct db *tx, int64_t epoch, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return db_query(tx, &sweep_statement, DB_VALUES(db_int(epoch)), &rows, fault);
}

bool flat_store_renew(struct db *tx, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    return db_query(tx, &renew_statement, DB_VALUES(db_int(WORDS_VERSION)), &rows, fault);
}

bool flat_store_outdated(struct db *db, bool *outdated, struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &outdated_statement, DB_VALUES(db_int(WORDS_VERSION)), &rows, fault))
        return false;
    *outdated = db_get_bool(&rows, 0, 0);
    return true;
}

static void read_flat(const struct db_rows *rows, int row, struct flat *out)
{
    *out = (struct flat){.total = FIELD_ABSENT};
    db_row_read(rows, row, 0, flat_columns, sizeof flat_columns / sizeof flat_columns[0], out);
}

static bool put_texts(const struct slice *list, size_t count, struct arena *arena,
                      struct db_value *out, struct fault *fault)
{
    struct db_value *values = arena_alloc(arena, (count + 1) * sizeof *values);

    if (values == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < count; i++)
        values[i] = db_text(list[i]);
    *out = db_array(DB_TEXT, values, count);
    return true;
}

bool flat_store_candidates(struct db *db, const struct uuid *tenant_id,
                           const struct flat_filter *filter, struct arena *arena,
                           struct db_rows *rows, struct flat **out, size_t *count,
                           struct fault *fault)
{
    struct db_value must, wanted, words;
    struct db_value *rooms = arena_alloc(arena, (filter->room_count + 1) * sizeof *rooms);
    struct flat *flats = arena_alloc(arena, FLATS_MAX * sizeof *flats);

    if (rooms == NULL || flats == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < filter->room_count; i++)
        rooms[i] = db_int(filter->rooms[i]);
    if (!put_texts(filter->must, filter->must_count, arena, &must, fault) ||
        !put_texts(filter->wanted, filter->wanted_count, arena, &wanted, fault) ||
        !put_texts(filter->words, filter->word_count, arena, &words, fault) ||
        !db_query(db, &candidates_statement,
                  DB_VALUES(db_uuid(tenant_id), db_text(filter->city), db_int(filter->guests),
                            db_array(DB_INT, rooms, filter->room_count), db_int(filter->max_price),
                            must, wanted, db_text(filter->district), words,
                            db_uuid(&filter->without), db_int(FLATS_MAX),
                            db_int(CANDIDATES_BYTES_MAX)),
                  rows, fault))
        return false;
    for (int i = 0; i < rows->count; i++)
        read_flat(rows, i, &flats[i]);
    *out = flats;
    *count = (size_t)rows->count;
    return true;
}

bool flat_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                     struct db_rows *rows, struct flat *out, bool *found, struct fault *fault)
{
    if (!db_query(db, &find_statement, DB_VALUES(db_uuid(tenant_id), db_uuid(id)), rows, fault))
        return false;
    *found = rows->count > 0;
    if (*found)
        read_flat(rows, 0, out);
    return true;
}

bool flat_store_stamp(struct db *db, const struct uuid *tenant_id, struct flats_stamp *out,
                      struct fault *fault)
{
    auto_rows struct db_rows rows = {0};

    if (!db_query(db, &stamp_statement, DB_VALUES(db_uuid(tenant_id)), &rows, fault))
        return false;
    *out = (struct flats_stamp){db_get_int(&rows, 0, 0), db_get_int(&rows, 0, 1)};
    return true;
}

bool flat_store_names(struct db *db, const struct uuid *tenant_id, int64_t limit,
                      struct db_rows *rows, struct fault *fault)
{
    return db_query(db, &names_statement, DB_VALUES(db_uuid(tenant_id), db_int(limit)), rows,
                    fault);
}
