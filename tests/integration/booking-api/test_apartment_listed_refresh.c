// SPDX-License-Identifier: MIT
/* What of the apartments' kept JSON is to be written anew, as the table tells it: its index, and
 * which changes are changes of an apartment. */
#include "apartments/apartment_listed.h"
#include "stand.h"

static void begin(void)
{
    stand_begin("test_apartment_listed_refresh");
}

/* Apartments whose kept JSON is up to date. */
static void make_kept(int count)
{
    char owner[UUID_TEXT_LEN + 1], tenant[UUID_TEXT_LEN + 1];

    uuid_format(&stand_owner.actor_id, owner);
    uuid_format(&stand_owner.tenant_id, tenant);
    stand_sql("INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, city, rooms,"
              " max_guests, included_guests, base_price, listed, listed_version, listed_shape)"
              " SELECT gen_random_uuid(), '%s', '%s', 'R' || n, 'Студия', 'almaty', 1, 2, 2,"
              " 1000000, '\"rooms\":1', 1, " APARTMENT_SHAPE " FROM generate_series(1, %d) n",
              tenant, owner, count);
}

static bool look(struct db *tx, void *arg, struct fault *fault)
{
    /* How often this transaction has read the table from end to end. */
    static const struct db_statement reads = {
        .name = "whole_reads",
        .sql = "SELECT pg_stat_get_xact_numscans('apartment'::regclass)",
    };
    struct db_rows before auto_rows = {0}, after auto_rows = {0};
    bool due = true;

    if (!db_query(tx, &reads, DB_NO_VALUES, &before, fault) ||
        !apartment_listed_store_refresh_due(tx, &due, fault) ||
        !db_query(tx, &reads, DB_NO_VALUES, &after, fault))
        return false;
    ck_assert(!due);
    *(int64_t *)arg = db_get_int(&after, 0, 0) - db_get_int(&before, 0, 0);
    return true;
}

static void look_body(void *data)
{
    struct fault fault = {0};

    ck_assert_msg(db_transaction(stand_app()->service->pool, look, data, &fault), "%s",
                  fault.detail);
}

/* Each second, among however many apartments. */
START_TEST(refresh_check_does_not_scan_the_table)
{
    int64_t whole_reads = -1;

    make_kept(2000);
    stand_sql("VACUUM ANALYZE apartment");
    stand_run(look_body, &whole_reads);
    ck_assert_int_eq(whole_reads, 0);
}
END_TEST

/* A column that is added later is of the apartment too. */
START_TEST(change_of_any_other_column_is_a_change_of_the_apartment)
{
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'apartment'::regclass"
                     " AND tgname IN ('apartment_changed', 'apartment_fed')"),
        2);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM pg_trigger t, pg_attribute a"
                     " WHERE t.tgrelid = 'apartment'::regclass AND a.attrelid = t.tgrelid"
                     " AND t.tgname IN ('apartment_changed', 'apartment_fed')"
                     " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
                     " AND (a.attnum = ANY (t.tgattr::int2[])) = (a.attname LIKE 'listed%%')"),
        0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("apartment_listed_refresh");
    TCase *tests = tcase_create("table");
    tcase_add_checked_fixture(tests, begin, stand_end);
    tcase_add_test(tests, refresh_check_does_not_scan_the_table);
    tcase_add_test(tests, change_of_any_other_column_is_a_change_of_the_apartment);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
