// SPDX-License-Identifier: MIT
#include "sync/apartment_copy_store.h"

#include <assert.h>

#include "db/transaction.h"

#include "text/words.h"

const struct feed_source feed_apartments = {"booking.apartments", "booking.feed_apartments"};

// clang-format off
static const struct db_part texts[] = {
    {"head", "concat_ws(E'\\n', feed.title_ru, feed.title_kz, feed.title_en, feed.district, feed.address)"},
    {"body", "concat_ws(E'\\n', feed.description_ru, feed.description_kz, feed.description_en)"},
    {NULL, NULL}
};

const struct db_statement feed_apartments_statement = {
    .name = "feed_apartments",
    .parts = {texts},
    .sql = FEED_OF
           "{head} AS head, {body} AS body, octet_length({head}) + octet_length({body}) AS large FROM booking.feed_apartments feed"
           FEED_CUT,
};

static const struct db_statement copy_statement = {
    .name = "apartment_copy",
    .parameters = "ids uuid[], deleted boolean[], txs bigint[], terms text[], normaliser bigint",
    .sql = "INSERT INTO flat AS f (id, tenant_id, epoch, version, is_active, title_ru, title_kz, title_en,"
           "  description_ru, description_kz, description_en, city, district, address, lat, lon, rooms,"
           "  max_guests, included_guests, amenities, base_price, weekend_price, min_nights, max_nights,"
           "  terms, normaliser)"
           " SELECT feed.id, feed.tenant_id, feed.epoch, feed.version, feed.is_active, feed.title_ru,"
           "  feed.title_kz, feed.title_en, feed.description_ru, feed.description_kz, feed.description_en,"
           "  feed.city, feed.district, feed.address, feed.lat, feed.lon, feed.rooms, feed.max_guests,"
           "  feed.included_guests, feed.amenities, feed.base_price, feed.weekend_price, feed.min_nights,"
           "  feed.max_nights, g.terms::tsvector, {normaliser}::smallint"
           " FROM unnest({ids}, {deleted}, {txs}, {terms}) AS g (id, deleted, tx, terms)"
           "  JOIN booking.feed_apartments feed ON feed.id = g.id AND feed.tx::text::bigint = g.tx"
           " WHERE NOT g.deleted AND NOT feed.deleted ORDER BY feed.id"
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
    .name = "apartment_delete",
    .parameters = "ids uuid[], deleted boolean[]",
    .sql = "DELETE FROM flat WHERE id = ANY (ARRAY("
           "SELECT g.id FROM unnest({ids}, {deleted}) AS g (id, deleted) WHERE g.deleted))",
};

static const struct db_statement missing_statement = {
    .name = "apartment_delete_missing",
    .parameters = "epoch bigint",
    .sql = "DELETE FROM flat WHERE epoch < {epoch} AND NOT EXISTS ("
           "SELECT FROM booking.feed_apartments feed WHERE feed.id = flat.id AND NOT feed.deleted)",
};

static const struct db_statement rewind_statement = {
    .name = "apartment_rewind",
    .parameters = "normaliser bigint",
    .sql = "UPDATE feed_place SET epoch = 0, tx = 0, id = '00000000-0000-0000-0000-000000000000'"
           " WHERE feed = 'booking.apartments'"
           "  AND EXISTS (SELECT FROM flat WHERE normaliser < {normaliser}::smallint)",
};

static const struct db_statement outdated_statement = {
    .name = "apartment_outdated",
    .parameters = "normaliser bigint",
    .sql = "SELECT FROM flat WHERE normaliser <> {normaliser}::smallint LIMIT 1",
};
// clang-format on

void apartment_copy_store_read_row(const struct db_rows *rows, int row, struct apartment_copy *out)
{
    struct feed_cursor cursor;

    feed_read_row(rows, row, &cursor, &out->deleted);
    out->id = cursor.id;
    out->tx = cursor.tx;
    out->head = db_get_text(rows, row, FEED_COLUMNS);
    out->body = db_get_text(rows, row, FEED_COLUMNS + 1);
}

bool apartment_copy_store_write_and_delete(struct db *tx, const struct apartment_copy *list,
                                           size_t count, struct fault *fault)
{
    assert(count <= APARTMENT_COPY_MAX);
    const struct db_value values[] = {
        DB_MEMBERS(DB_UUID, list, count, id),
        DB_MEMBERS(DB_BOOL, list, count, deleted),
        DB_MEMBERS(DB_INT, list, count, tx),
        DB_MEMBERS(DB_TEXT, list, count, terms),
        db_int(WORDS_VERSION),
    };
    const struct db_call calls[] = {
        {&copy_statement,   values, ARRAY_LEN(values),    NULL},
        {&delete_statement, values, 2 /* ids, deleted */, NULL},
    };
    return db_query_all(tx, calls, ARRAY_LEN(calls), fault);
}

bool apartment_copy_store_delete_before_epoch(struct db_pool *pool, int64_t epoch,
                                              struct fault *fault)
{
    return db_execute(pool, &missing_statement, DB_VALUES(db_int(epoch)), NULL, fault);
}

bool apartment_copy_store_rewind_feed_if_outdated(struct db_pool *pool, struct fault *fault)
{
    return db_execute(pool, &rewind_statement, DB_VALUES(db_int(WORDS_VERSION)), NULL, fault);
}

bool apartment_copy_store_check_outdated(struct db *db, bool *outdated, struct fault *fault)
{
    return db_query_one(db, &outdated_statement, DB_VALUES(db_int(WORDS_VERSION)), outdated, fault);
}
