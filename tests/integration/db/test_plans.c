// SPDX-License-Identifier: MIT
/* A plan made while its tables were empty is replaced soon, without waiting for autovacuum. */

#include "stand.h"

enum { ASKED = 512 }; /* plans are discarded after 256 statements */

static void begin(void)
{
    struct db_options options;

    stand_options(&options);
    options.shared = 1;
    options.exclusive = 1;
    stand_begin_with(&options);
    /* Vacuumed, so that PostgreSQL knows that it is empty. */
    stand_sql("CREATE TABLE parent (id bigint PRIMARY KEY) WITH (autovacuum_enabled = off)");
    stand_sql("CREATE TABLE child (parent_id bigint REFERENCES parent)");
    stand_sql("VACUUM parent");
}

TEST_CASE("plans", .setup = begin, .teardown = stand_end);

FIBER_TEST(shared_connection_replans_as_tables_grow)
{
    stand_sql("INSERT INTO parent VALUES (1)");
    static const struct db_statement by_id = {.name = "by_id",
                                              .sql = "SELECT id FROM parent WHERE id = $1"};
    static const struct db_statement explain = {.sql = "EXPLAIN EXECUTE by_id(1)"};
    struct db_rows young auto_rows = {0}, grown auto_rows = {0};

    for (int i = 0; i < ASKED; i++) {
        if (i == 10) {
            ck_ok(db_query(stand.db, &explain, DB_NO_VALUES, &young, &fault));
            stand_sql("INSERT INTO parent SELECT generate_series(2, 30000)");
        }
        ck_assert(stand_int(stand.db, &by_id, DB_VALUES(db_int(1))) == 1);
    }
    ck_ok(db_query(stand.db, &explain, DB_NO_VALUES, &grown, &fault));
    ck_has(db_get_text(&young, 0, 0).at, "Seq Scan");
    ck_has(db_get_text(&grown, 0, 0).at, "Index");
}

/* The number of sequential scans of `parent` on this connection (of recent ones). */
static const struct db_statement whole_reads = {
    .name = "whole_reads",
    .sql = "SELECT pg_stat_get_xact_numscans('parent'::regclass)",
};

static bool add_child(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement insert = {.name = "insert",
                                               .sql = "INSERT INTO child VALUES (1)"};
    struct db_rows before auto_rows = {0}, after auto_rows = {0};
    const struct db_call calls[] = {
        {&whole_reads, NULL, 0, &before},
        {&insert,      NULL, 0, NULL   },
        {&whole_reads, NULL, 0, &after },
    };

    if (!db_query_all(tx, calls, 3, fault))
        return false;
    *(int64_t *)arg = db_get_int(&after, 0, 0) - db_get_int(&before, 0, 0);
    return true;
}

FIBER_TEST(foreign_key_check_is_replanned_as_tables_grow)
{
    stand_sql("INSERT INTO parent VALUES (1)");
    int64_t young = 0, grown = 0;

    for (int i = 0; i < ASKED / 3; i++) {
        if (i == 10) {
            young = grown;
            stand_sql("INSERT INTO parent SELECT generate_series(2, 30000)");
        }
        ck_ok(db_transaction(stand.pool, add_child, &grown, &fault));
    }
    ck_assert_int_eq(young, 1);
    ck_assert_int_eq(grown, 0);
}

static bool with_level(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement level = {
        .name = "level", .sql = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"};
    static const struct db_statement read = {.name = "read", .sql = "SELECT 1"};
    const struct db_call calls[] = {
        {&level, NULL, 0, NULL},
        {&read,  NULL, 0, NULL},
    };

    return db_query_all(tx, calls, 2, fault);
}

FIBER_TEST(transaction_may_begin_with_set_transaction)
{
    for (int i = 0; i < ASKED; i++)
        ck_ok(db_transaction(stand.pool, with_level, NULL, &fault));
}
