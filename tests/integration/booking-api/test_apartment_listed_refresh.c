// SPDX-License-Identifier: MIT
/* Refreshing listed JSON: its index, and which updates count as changes of an apartment. */
#include "apartments/apartment_listed.h"
#include "stand.h"

static bool check_due(struct db *tx, void *arg, struct fault *fault)
{
    /* The number of sequential scans of the table in this transaction. */
    static const struct db_statement reads = {
        .name = "whole_reads",
        .sql = "SELECT pg_stat_get_xact_numscans('apartment'::regclass)",
    };
    struct db_rows before auto_rows = {0}, after auto_rows = {0};
    bool due = true;

    if (!db_query(tx, &reads, DB_NO_VALUES, &before, fault) ||
        !apartment_store_has_outdated_json(tx, &due, fault) ||
        !db_query(tx, &reads, DB_NO_VALUES, &after, fault))
        return false;
    ck_assert(!due);
    *(int64_t *)arg = db_get_int(&after, 0, 0) - db_get_int(&before, 0, 0);
    return true;
}

TEST_CASE("apartment_listed_refresh", .setup = stand_begin, .teardown = stand_end);

/* The check runs every second, over any number of apartments. */
FIBER_TEST(refresh_check_does_not_scan_the_table)
{
    int64_t whole_reads = -1;

    /* Creates apartments whose listed JSON is up to date. */
    char owner[UUID_TEXT_LEN + 1], tenant[UUID_TEXT_LEN + 1];
    uuid_format(&stand_owner.actor_id, owner);
    uuid_format(&stand_owner.tenant_id, tenant);
    stand_sql("INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, city, rooms,"
              " max_guests, included_guests, base_price, listed, listed_version,"
              " listed_shape) SELECT gen_random_uuid(), '%s', '%s', 'R' || n, 'Студия', 'almaty',"
              " 1, 2, 2, 1000000, '\"rooms\":1', 1, " APARTMENT_SHAPE
              " FROM generate_series(1, %d) n",
              tenant, owner, 2000);
    stand_sql("VACUUM ANALYZE apartment");
    ck_ok(db_transaction(stand_app()->service->pool, check_due, &whole_reads, &fault));
    ck_assert_int_eq(whole_reads, 0);
}

/* Columns added later count as well. */
TEST(change_of_any_other_column_is_a_change_of_the_apartment)
{
    ck_rows(2, "pg_trigger WHERE tgrelid = 'apartment'::regclass"
               " AND tgname IN ('apartment_changed', 'apartment_fed')");
    ck_rows(0, "pg_trigger t, pg_attribute a"
               " WHERE t.tgrelid = 'apartment'::regclass AND a.attrelid = t.tgrelid"
               " AND t.tgname IN ('apartment_changed', 'apartment_fed')"
               " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
               " AND (a.attnum = ANY (t.tgattr::int2[])) = (a.attname LIKE 'listed%%')");
}

TEST(set_shape_watches_new_columns_and_rebuilds_the_index)
{
    stand_sql("BEGIN; ALTER TABLE apartment ADD COLUMN another integer;"
              " SELECT apartment_set_shape(77)");
    ck_rows(2, "pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid"
               " AND a.attnum = ANY (t.tgattr::int2[])"
               " WHERE t.tgrelid = 'apartment'::regclass AND a.attname = 'another'");
    ck_rows(1, "pg_index WHERE indexrelid = 'apartment_listed_as'::regclass"
               " AND pg_get_expr(indpred, indrelid) LIKE '%%<> 77%%'");
    stand_sql("ROLLBACK");
}
