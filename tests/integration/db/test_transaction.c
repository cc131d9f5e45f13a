// SPDX-License-Identifier: MIT
/* Transactions take effect completely or not at all, report why they failed, and are retried after
 * conflicts. */
#include "db/pool_private.h"
#include "loop/loop_private.h"

#include "account.h"
#include "stand.h"
#include "support/metric_of.h"

/* Commit and roll back */

static bool move_then_refuse(struct db *tx, void *arg, struct fault *fault)
{
    return account_move(tx, arg, fault) &&
           fault_set(fault, FAULT_CONFLICT, "changed_my_mind", "No, thank you.");
}

static bool nothing(struct db *tx, void *arg, struct fault *fault)
{
    return true;
}

static bool swallow_error(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value again[] = {db_int(1), db_int(5), db_str("x")};
    const struct db_call call = {&account_add, again, 3, NULL};

    return account_move(tx, arg, fault) && (!db_query_all(tx, &call, 1, fault) || true);
}

static const struct {
    const char *why;
    db_transaction_fn *run;
    const char *code; /* NULL: succeeds */
    long long left;
} endings[] = {
    {"plain",                                  account_move,            NULL,              70 },
    {"with the commit in the last round trip", account_move_and_commit, NULL,              70 },
    {"refused by the function",                move_then_refuse,        "changed_my_mind", 100},
    {"a dry run",                              account_move_dry,        NULL,              100},
    {"no statement at all",                    nothing,                 NULL,              100},
    {"an error that the function ignored",     swallow_error,           "account_taken",   100},
};

TEST_CASE("transaction", .setup = account_begin, .teardown = stand_end);

FIBER_TEST_ROWS_WHY(transaction_takes_effect_completely_or_not_at_all, endings)
{
    struct fault fault = {0};
    const bool ok = db_transaction(stand.pool, row->run, NULL, &fault);

    ck_assert_msg(ok == (row->code == NULL), "%s", fault.code);
    if (row->code != NULL)
        ck_assert_str_eq(fault.code, row->code);
    ck_assert(account_balance(1) == row->left);
    ck_assert_int_eq(account_balance(1) + account_balance(2), 200);
    stand_assert_clean();
}

static const struct {
    const char *sql; /* of accounts 1 and 2 */
    bool one;
} changes[] = {
    {"SELECT FROM account WHERE id = 1",                         true },
    {"SELECT FROM account WHERE id < 3",                         false},
    {"SELECT FROM account WHERE id = 33",                        false},
    {"UPDATE account SET balance = 7 WHERE id = 1",              true },
    {"UPDATE account SET balance = 7 WHERE id = 1 RETURNING id", true },
    {"UPDATE account SET balance = 7 WHERE id < 3",              false},
    {"UPDATE account SET balance = 7 WHERE id = 33",             false},
    {"UPDATE account SET balance = 7 WHERE id < 3 RETURNING id", false},
};

static bool change_one(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_statement sql = {.sql = changes[*(const size_t *)arg].sql};
    bool one = !changes[*(const size_t *)arg].one;

    return db_query_one(tx, &sql, DB_NO_VALUES, &one, fault) &&
           (one == changes[*(const size_t *)arg].one ||
            fault_set(fault, FAULT_INTERNAL, "not_told", "%s", sql.sql));
}

FIBER_TEST(statement_tells_whether_it_found_or_changed_one_row)
{
    for (size_t i = 0; i < COUNT(changes); i++)
        ck_ok(db_transaction(stand.pool, change_one, &i, &fault));
}

static bool move_read_only(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement sql = {.sql = "SET TRANSACTION READ ONLY"};
    struct db_rows rows auto_rows = {0};

    return db_query(tx, &sql, DB_NO_VALUES, &rows, fault) && account_move(tx, arg, fault);
}

FIBER_TEST(read_only_database_is_not_logged_as_a_bug)
{
    ck_assert(db_accepts_changes(stand.pool));
    ck_unavailable(db_transaction(stand.pool, move_read_only, NULL, &fault), "database_read_only");
    ck_assert(stand.pool->read_only);
    ck_assert_msg(db_accepts_changes(stand.pool), "a writable database is detected");
    ck_assert(!stand.pool->read_only);
    stand_assert_clean();
}

static bool insert(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value *values = arg;
    const struct db_call call = {&account_add, values, 3, NULL};

    return db_query_all(tx, &call, 1, fault);
}

// clang-format off
static const struct {
    const char *why;
    struct db_value values[3];
    enum fault_kind kind;
    const char *code, *field;
} violations[] = {
    {"unique",  {{DB_INT, .integer = 1}, {DB_INT, .integer = 1}, {DB_TEXT, .text = {"x", 1}}},   FAULT_CONFLICT, "account_taken",  NULL},
    {"check",   {{DB_INT, .integer = 99}, {DB_INT, .integer = -1}, {DB_TEXT, .text = {"x", 1}}}, FAULT_INVALID,  "too_poor",       "balance"},
    {"missing", {{DB_INT, .integer = 99}, {DB_INT, .integer = 1}, {.type = DB_NULL}},            FAULT_INVALID,  "owner_missing",  "owner"},
    {"a constraint without a fault", {{DB_INT, .integer = 99}, {.type = DB_NULL}, {DB_TEXT, .text = {"x", 1}}}, FAULT_INTERNAL, "database_error", NULL},
};
// clang-format on

FIBER_TEST_ROWS_WHY(violated_constraint_sets_its_fault, violations)
{
    struct fault fault = {0};
    struct db_value values[3];

    memcpy(values, row->values, sizeof values);
    ck_assert(!db_transaction(stand.pool, insert, values, &fault));
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_int_eq(fault.kind, row->kind);
    ck_assert_uint_eq(fault.field_count, row->field != NULL);
    if (row->field != NULL)
        ck_assert_str_eq(fault.fields[0].field, row->field);
    ck_lacks(fault.detail, "violates");
    stand_assert_clean();
}

/* Retries */

struct pair {
    int first, second;
    int runs;
};

static int firsts_locked;

static bool cross(struct db *tx, void *arg, struct fault *fault)
{
    struct pair *pair = arg;
    const struct db_value a[] = {db_int(pair->first), db_int(1)};
    const struct db_value b[] = {db_int(pair->second), db_int(1)};
    const struct db_call one = {&account_change, a, 2, NULL};
    const struct db_call two = {&account_change, b, 2, NULL};

    pair->runs++;
    if (!db_query_all(tx, &one, 1, fault))
        return false;
    if (pair->runs == 1) {
        firsts_locked++;
        stand_until(firsts_locked == 2, "each has locked its first row");
    }
    return db_query_all(tx, &two, 1, fault);
}

static void cross_body(void *data)
{
    ck_ok(db_transaction(stand.pool, cross, data, &fault));
}

FIBER_TEST(deadlocked_transaction_is_retried)
{
    struct pair pairs[2] = {
        {1, 2, 0},
        {2, 1, 0},
    };

    firsts_locked = 0;
    stand_go(cross_body, &pairs[0]);
    stand_go(cross_body, &pairs[1]);
    stand_join();
    ck_assert_int_eq(account_balance(1), 102);
    ck_assert_int_eq(account_balance(2), 102);
    ck_assert_int_eq(pairs[0].runs + pairs[1].runs, 3);
    stand_assert_clean();
}

static const struct db_statement serialization_failure = {
    .name = "serialization_failure",
    .sql = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$",
};

static bool never_serial(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_call call = {.statement = &serialization_failure};

    ++*(int *)arg;
    return db_query_all(tx, &call, 1, fault);
}

static void serial_body(void *data)
{
    ck_unavailable(db_transaction(stand.pool, never_serial, data, &fault), "busy");
}

FIBER_TEST(number_of_retries_is_limited)
{
    int runs = 0;

    serial_body(&runs);
    ck_assert_int_eq(runs, DB_TRIES_MAX);
}

/* The clock moves only to the end of each pause between two tries; the deadline itself never
 * passes. */
FIBER_TEST(retries_end_before_the_deadline)
{
    int runs = 0;
    const int64_t begun = now_mono_ns();
    const int64_t short_ns = 150 * NS_PER_MS;
    const struct loop_timers *timers = &stand.loop->timers;

    now_freeze(now_wall_us(), begun);
    stand_go_for(serial_body, &runs, short_ns / NS_PER_MS);
    while (stand_running() > 1) {
        if (timers->count > 0 && timers->slots[1].due_ns < begun + short_ns)
            now_freeze(now_wall_us(), timers->slots[1].due_ns);
        stand_turn();
    }
    now_thaw();
    ck_assert_int_ge(runs, 2);
    ck_assert_int_lt(runs, DB_TRIES_MAX);
}

static bool move_at_the_third(struct db *tx, void *arg, struct fault *fault)
{
    int *runs = arg;

    if (!account_move(tx, NULL, fault))
        return false;
    if (++*runs == 3)
        return true;
    fault_set(fault, FAULT_CONFLICT, "moved_on", "It moved on.");
    return db_request_retry(tx, fault);
}

FIBER_TEST(transaction_with_stale_reads_is_retried)
{
    int runs = 0;

    ck_ok(db_transaction(stand.pool, move_at_the_third, &runs, &fault));
    ck_assert_int_eq(runs, 3);
    ck_assert_int_eq(account_balance(1), 70);
    stand_assert_clean();
}

static bool read_plan(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement plan = {.name = "plan_in_tx", .sql = "SELECT * FROM account"};
    struct db_rows rows auto_rows = {0};

    return db_query(tx, &plan, DB_NO_VALUES, &rows, fault) && account_move(tx, NULL, fault);
}

FIBER_TEST(transaction_is_retried_after_a_table_change)
{
    for (int i = 0; i < 2; i++) {
        ck_ok(db_transaction(stand.pool, read_plan, NULL, &fault));
        stand_sql("ALTER TABLE account ADD COLUMN c%d int", i);
    }
    ck_ok(db_transaction(stand.pool, read_plan, NULL, &fault));
    ck_assert_int_eq(account_balance(1), 10);
}

/* Moves again in a transaction of its own, on the only connection. */
static bool end_then_refuse(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value take[] = {db_int(1), db_int(-30)};
    const struct db_call call = {&account_change, take, 2, NULL};

    ++*(int *)arg;
    if (!db_query_and_end(tx, &call, 1, fault))
        return false;
    ck_assert_msg(db_transaction(stand.pool, account_move, NULL, fault), "%s: %s", fault->code,
                  fault->detail);
    ck_assert(!db_query_all(tx, &call, 1, fault));
    ck_assert_str_eq(fault->code, "transaction_over");
    return fault_set(fault, FAULT_UNAVAILABLE, "changed_my_mind", "No, thank you.");
}

static void begin_with_one(void)
{
    account_begin_line(1, 1, 60000);
}

TEST_CASE("one connection", .setup = begin_with_one, .teardown = stand_end);

FIBER_TEST(function_goes_on_after_it_ended_its_transaction)
{
    int runs = 0;

    ck_unavailable(db_transaction(stand.pool, end_then_refuse, &runs, &fault), "changed_my_mind");
    ck_assert_int_eq(runs, 1);
    ck_assert_int_eq(account_balance(1), 40);
    stand_assert_clean();
}

/* The ROLLBACK of the transaction that failed is prepared before DEALLOCATE ALL. */
FIBER_TEST(connection_lasts_after_a_table_change)
{
    ck_ok(db_transaction(stand.pool, read_plan, NULL, &fault));
    stand_sql("ALTER TABLE account ADD COLUMN later int");
    ck_ok(db_transaction(stand.pool, read_plan, NULL, &fault));
    ck_fault(db_transaction(stand.pool, move_then_refuse, NULL, &fault), "changed_my_mind",
             FAULT_CONFLICT);
    ck_assert_double_eq(metric_of("db_connections{pool=\"exclusive\"}"), 1);
    ck_assert_int_eq(account_balance(1), 40);
}
