// SPDX-License-Identifier: MIT
/* Arrays as parameters: PostgreSQL reads the values that were sent. */
#include "stand.h"

enum { MANY = 1000, LARGE = 1024 * 1024 };

static const struct db_statement rows_statement = {
    .name = "arrays_rows",
    .parameters = "ids uuid[], numbers bigint[], texts text[], bodies bytea[], truths boolean[],"
                  " days date[]",
    .sql = "SELECT * FROM unnest({ids}, {numbers}, {texts}, {bodies}, {truths}, {days})",
};
/* Not prepared, and PostgreSQL infers the types. */
static const struct db_statement rows_once = {
    .sql = "SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[], $5::boolean[],"
           " $6::date[])",
};
static const struct db_statement sum_statement = {
    .name = "arrays_sum",
    .parameters = "numbers bigint[], bodies bytea[]",
    .sql = "SELECT coalesce(sum(number), 0)::bigint + coalesce(sum(length(body)), 0)"
           " FROM unnest({numbers}, {bodies}) x (number, body)",
};

static void check_rows(const struct db_statement *statement)
{
    const struct uuid id = uuid_make();
    const struct slice bytes = {"\0\\x\377", 4};
    const struct db_value ids[] = {db_uuid(&id), db_null()};
    const struct db_value numbers[] = {db_int(INT64_MIN + 1), db_null()};
    const struct db_value texts[] = {db_str("Сәлем, \"{NULL}\"\\"), db_null()};
    const struct db_value bodies[] = {db_bytes(bytes), db_null()};
    const struct db_value truths[] = {db_bool(true), db_null()};
    const int32_t days[] = {20455, INT32_MIN};
    struct db_rows rows auto_rows = {0};

    ck_ok(db_query(stand.db, statement,
                   DB_VALUES(db_array(DB_UUID, ids, 2), db_array(DB_INT, numbers, 2),
                             db_array(DB_TEXT, texts, 2), db_array(DB_BYTES, bodies, 2),
                             db_array(DB_BOOL, truths, 2), DB_ITEMS(DB_DATE, days, 2)),
                   &rows, &fault));
    ck_assert_int_eq(rows.count, 2);
    const struct uuid read = db_get_uuid(&rows, 0, 0);
    ck_assert(uuid_equal(&read, &id));
    ck_assert_int_eq(db_get_int(&rows, 0, 1), INT64_MIN + 1);
    ck_assert(slice_equal(db_get_text(&rows, 0, 2), texts[0].text));
    ck_assert(slice_equal(db_get_bytes(&rows, 0, 3), bytes));
    ck_assert(db_get_bool(&rows, 0, 4));
    ck_assert_int_eq(db_get_date(&rows, 0, 5), days[0]);
    for (int column = 0; column < 6; column++)
        ck_assert(db_is_null(&rows, 1, column));
}

TEST_CASE("arrays", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(items_of_every_type_and_nulls_round_trip)
{
    check_rows(&rows_statement);
    check_rows(&rows_once);
}

FIBER_TEST(an_array_may_be_empty_long_or_large)
{
    static struct db_value numbers[MANY];
    static char large[LARGE];
    const struct db_value bodies[] = {db_bytes((struct slice){large, LARGE}), db_bytes(SLICE(""))};

    for (int64_t i = 0; i < MANY; i++)
        numbers[i] = db_int(i);
    ck_assert_int_eq(stand_int(stand.db, &sum_statement,
                               DB_VALUES(db_array(DB_INT, NULL, 0), db_array(DB_BYTES, NULL, 0))),
                     0);
    ck_assert_int_eq(
        stand_int(stand.db, &sum_statement,
                  DB_VALUES(db_array(DB_INT, numbers, MANY), db_array(DB_BYTES, bodies, 2))),
        MANY * (MANY - 1) / 2 + LARGE);
}
