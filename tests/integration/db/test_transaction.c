// SPDX-License-Identifier: MIT
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/metric.h"
#include "base/now.h"

#include "stand.h"

static const struct db_constraint account_constraints[] = {
    {"account_pkey",          FAULT_CONFLICT, "account_taken", NULL,      "The account exists."     },
    {"account_balance_check", FAULT_INVALID,  "too_poor",      "balance", "The balance is too low." },
    {"owner",                 FAULT_INVALID,  "owner_missing", "owner",   "An account has an owner."},
    {NULL,                    0,              NULL,            NULL,      NULL                      },
};
static const struct db_statement add = {
    .name = "account_add",
    .sql = "INSERT INTO account (id, balance, owner) VALUES ($1, $2, $3)",
    .constraints = account_constraints,
};
static const struct db_statement change = {
    .name = "account_change",
    .sql = "UPDATE account SET balance = balance + $2 WHERE id = $1 RETURNING balance",
    .constraints = account_constraints,
};
static const struct db_statement balance = {.name = "balance",
                                            .sql = "SELECT balance FROM account WHERE id = $1"};
static const struct db_statement lsn = {
    .name = "lsn",
    .sql = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint",
};
static const struct db_statement slow = {.name = "slow", .sql = "SELECT 1, pg_sleep($1)"};

static void table(void)
{
    stand_sql("CREATE TABLE account (id bigint PRIMARY KEY, "
              "balance bigint NOT NULL CHECK (balance >= 0), owner text NOT NULL)");
    stand_sql("INSERT INTO account SELECT i, 100, 'somebody' FROM generate_series(1, 20) i");
}

static void begin(void)
{
    stand_begin(NULL);
    table();
}

static void begin_with(size_t exclusive, size_t wait_max, int64_t wait_ms)
{
    struct db_options options;

    db_options_defaults(&options);
    options.exclusive = exclusive;
    options.wait_max = wait_max;
    options.wait_ms = wait_ms;
    stand_begin(&options);
    table();
}

static void end(void)
{
    stand_end();
}

static long long balance_of(int id)
{
    return stand_number("SELECT balance FROM account WHERE id = %d", id);
}

/* Nothing of ours holds a transaction or a lock. */
static void assert_clean(void)
{
    ck_assert_int_eq(stand_number("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                                  "'db-test/1' AND state NOT IN ('idle')"),
                     0);
}

/* Commit and roll back */

static bool move(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value take[] = {db_int(1), db_int(-30)};
    const struct db_value give[] = {db_int(2), db_int(30)};
    const struct db_call calls[] = {
        {&change, take, 2, NULL},
        {&change, give, 2, NULL},
    };

    (void)arg;
    return db_query_all(tx, calls, 2, fault);
}

static bool move_and_commit(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value take[] = {db_int(1), db_int(-30)};
    const struct db_value give[] = {db_int(2), db_int(30)};
    struct db_rows rows auto_rows = {0};
    struct db_rows late auto_rows = {0};
    struct fault refused = {0};
    const struct db_call calls[] = {
        {&change, take, 2, NULL },
        {&change, give, 2, &rows},
    };

    (void)arg;
    if (!db_commit_with(tx, calls, 2, fault))
        return false;
    ck_assert_int_eq(rows.affected, 1);
    ck_assert_int_eq(db_get_int(&rows, 0, 0), 130);
    ck_fault(db_query(tx, &lsn, DB_NO_VALUES, &late, &refused), refused, "transaction_over");
    return true;
}

static bool move_then_refuse(struct db *tx, void *arg, struct fault *fault)
{
    return move(tx, arg, fault) &&
           fault_set(fault, FAULT_CONFLICT, "changed_my_mind", "No, thank you.");
}

static bool move_dry(struct db *tx, void *arg, struct fault *fault)
{
    db_rollback_only(tx);
    return move(tx, arg, fault);
}

static bool nothing(struct db *tx, void *arg, struct fault *fault)
{
    (void)tx;
    (void)arg;
    (void)fault;
    return true;
}

static bool swallow_error(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value again[] = {db_int(1), db_int(5), db_str("x")};
    const struct db_call call = {&add, again, 3, NULL};

    return move(tx, arg, fault) && (!db_query_all(tx, &call, 1, fault) || true);
}

static const struct {
    const char *why;
    db_transaction_fn *run;
    const char *code; /* NULL: succeeds */
    long long left;
} endings[] = {
    {"plain",                            move,             NULL,              70 },
    {"with the commit in the last trip", move_and_commit,  NULL,              70 },
    {"refused by the function",          move_then_refuse, "changed_my_mind", 100},
    {"a dry run",                        move_dry,         NULL,              100},
    {"no statement at all",              nothing,          NULL,              100},
    {"an error nobody passed on",        swallow_error,    "account_taken",   100},
};

static void ending_body(void *data)
{
    const int i = *(int *)data;
    struct fault fault = {0};
    const bool ok = db_transaction(stand.pool, endings[i].run, NULL, &fault);

    ck_assert_msg(ok == (endings[i].code == NULL), "%s: %s", endings[i].why, fault.code);
    if (endings[i].code != NULL)
        ck_assert_str_eq(fault.code, endings[i].code);
}

START_TEST(a_transaction_takes_effect_as_a_whole_or_not_at_all)
{
    stand_run(ending_body, &_i);
    ck_assert_msg(balance_of(1) == endings[_i].left, "%s", endings[_i].why);
    ck_assert_int_eq(balance_of(1) + balance_of(2), 200);
    assert_clean();
}
END_TEST

static bool insert(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value *values = arg;
    const struct db_call call = {&add, values, 3, NULL};

    return db_query_all(tx, &call, 1, fault);
}

static const struct {
    const char *why;
    struct db_value values[3];
    enum fault_kind kind;
    const char *code;
    const char *field;
} violations[] = {
    {"unique",
     {{DB_INT, .integer = 1}, {DB_INT, .integer = 1}, {DB_TEXT, .text = {"x", 1}}},
     FAULT_CONFLICT, "account_taken",
     NULL     },
    {"check",
     {{DB_INT, .integer = 99}, {DB_INT, .integer = -1}, {DB_TEXT, .text = {"x", 1}}},
     FAULT_INVALID,  "too_poor",
     "balance"},
    {"missing",
     {{DB_INT, .integer = 99}, {DB_INT, .integer = 1}, {.type = DB_NULL}},
     FAULT_INVALID,  "owner_missing",
     "owner"  },
    {"one nobody has explained",
     {{DB_INT, .integer = 99}, {.type = DB_NULL}, {DB_TEXT, .text = {"x", 1}}},
     FAULT_INTERNAL, "database_error",
     NULL     },
};

static void violation_body(void *data)
{
    const int i = *(int *)data;
    struct fault fault = {0};
    struct db_value values[3];

    memcpy(values, violations[i].values, sizeof(values));
    ck_fault(db_transaction(stand.pool, insert, values, &fault), fault, violations[i].code);
    ck_assert_int_eq(fault.kind, violations[i].kind);
    ck_assert_uint_eq(fault.field_count, violations[i].field != NULL);
    if (violations[i].field != NULL)
        ck_assert_str_eq(fault.fields[0].field, violations[i].field);
    ck_assert_ptr_null(strstr(fault.detail, "violates"));
}

START_TEST(a_violated_constraint_says_what_its_table_says)
{
    stand_run(violation_body, &_i);
    assert_clean();
}
END_TEST

/* Deadlock */

struct pair {
    int first, second;
    int runs;
};

static bool cross(struct db *tx, void *arg, struct fault *fault)
{
    struct pair *pair = arg;
    const struct db_value a[] = {db_int(pair->first), db_int(1)};
    const struct db_value b[] = {db_int(pair->second), db_int(1)};
    const struct db_call one = {&change, a, 2, NULL};
    const struct db_call two = {&change, b, 2, NULL};

    pair->runs++;
    if (!db_query_all(tx, &one, 1, fault))
        return false;
    if (pair->runs == 1)
        stand_sleep(50);
    return db_query_all(tx, &two, 1, fault);
}

static void cross_body(void *data)
{
    struct fault fault = {0};

    ck_ok(db_transaction(stand.pool, cross, data, &fault), fault);
}

static void deadlock_body(void *data)
{
    struct pair *pairs = data;

    stand_go(cross_body, &pairs[0], 15000);
    stand_go(cross_body, &pairs[1], 15000);
}

START_TEST(a_deadlock_is_tried_again)
{
    struct pair pairs[2] = {
        {1, 2, 0},
        {2, 1, 0},
    };
    struct db_options options;

    db_options_defaults(&options);
    /* The server looks for deadlocks after a second: a lock must be waited for longer. */
    options.lock_ms = 5000;
    options.exclusive_statement_ms = 6000;
    stand_begin(&options);
    table();
    stand_run(deadlock_body, pairs);
    ck_assert_int_eq(balance_of(1), 102);
    ck_assert_int_eq(balance_of(2), 102);
    ck_assert_int_eq(pairs[0].runs + pairs[1].runs, 3);
    assert_clean();
    stand_end();
}
END_TEST

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
    struct fault fault = {0};

    ck_fault(db_transaction(stand.pool, never_serial, data, &fault), fault, "busy");
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
}

START_TEST(what_fails_each_time_is_tried_three_times)
{
    int runs = 0;

    stand_run(serial_body, &runs);
    ck_assert_int_eq(runs, 3);
}
END_TEST

/* In line */

struct line {
    int order[64];
    int count;
};
static struct line line;

static bool hold(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    line.order[line.count++] = (int)(intptr_t)arg;
    return db_query(tx, &slow, DB_VALUES(db_double(0.01)), &rows, fault);
}

static void hold_body(void *data)
{
    struct fault fault = {0};

    ck_ok(db_transaction(stand.pool, hold, data, &fault), fault);
}

static void fair_body(void *data)
{
    (void)data;
    for (intptr_t i = 0; i < 40; i++)
        stand_go(hold_body, (void *)i, 10000);
}

START_TEST(who_came_first_is_served_first)
{
    begin_with(2, 64, 5000);
    line.count = 0;
    stand_run(fair_body, NULL);
    ck_assert_int_eq(line.count, 40);
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(line.order[i], i);
    stand_end();
}
END_TEST

static bool hold_long(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    (void)arg;
    return db_query(tx, &slow, DB_VALUES(db_double(1.5)), &rows, fault);
}

static void hold_long_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    ck_ok(db_transaction(stand.pool, hold_long, NULL, &fault), fault);
}

static void refused_body(void *data)
{
    struct fault fault = {0};
    const int64_t start = now_mono_ns();

    ck_fault(db_transaction(stand.pool, nothing, NULL, &fault), fault, "overloaded");
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    *(int64_t *)data += (now_mono_ns() - start) / 1000000;
}

static void crowd_body(void *data)
{
    int64_t *waited = data;

    stand_sleep(100);
    stand_go(hold_long_body, NULL, 10000);
    stand_go(refused_body, &waited[0], 10000);
    stand_go(refused_body, &waited[1], 10000);
    /* The line is full. */
    stand_go(refused_body, &waited[2], 10000);
}

START_TEST(the_line_is_bounded_in_length_and_time)
{
    int64_t waited[3] = {0};

    begin_with(1, 2, 200);
    stand_run(crowd_body, waited);
    ck_assert_int_ge(waited[0], 190);
    ck_assert_int_le(waited[0], 1000);
    ck_assert_int_ge(waited[1], 190);
    ck_assert_int_le(waited[2], 150);
    stand_end();
}
END_TEST

/* Deadlines and lost connections */

static bool take_and_sleep(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    return move(tx, arg, fault) && db_query(tx, &slow, DB_VALUES(db_double(0.4)), &rows, fault);
}

static void late_body(void *data)
{
    struct fault fault = {0};

    ck_fault(db_transaction(stand.pool, take_and_sleep, NULL, &fault), fault, "deadline_exceeded");
    ++*(int *)data;
}

static void deadline_body(void *data)
{
    struct fault fault = {0};

    stand_sleep(50);
    for (int i = 0; i < 4; i++)
        stand_go(late_body, data, 100);
    stand_sleep(150);
    ck_assert_int_eq(*(int *)data, 4);
    /* Waits until one has been drained. */
    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
    stand_sleep(600);
    assert_clean();
    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
}

START_TEST(a_deadline_inside_a_transaction_leaves_the_pool_clean)
{
    int ended = 0;

    stand_run(deadline_body, &ended);
    ck_assert_int_eq(balance_of(1), 40);
}
END_TEST

static bool killed_inside(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement pid = {.name = "pid", .sql = "SELECT pg_backend_pid()"};

    (void)arg;
    if (!move(tx, NULL, fault))
        return false;
    stand_sql("SELECT pg_terminate_backend(%lld)", (long long)stand_int(tx, &pid, DB_NO_VALUES));
    stand_sleep(20);
    return move(tx, NULL, fault);
}

static void killed_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    ck_fault(db_transaction(stand.pool, killed_inside, NULL, &fault), fault,
             "database_unavailable");
    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
}

START_TEST(a_connection_lost_in_a_transaction_undoes_it)
{
    stand_run(killed_body, NULL);
    ck_assert_int_eq(balance_of(1), 70);
}
END_TEST

static bool outlived(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement pid = {.name = "pid", .sql = "SELECT pg_backend_pid()"};

    (void)arg;
    if (!move(tx, NULL, fault))
        return false;
    stand_sql("SELECT pg_terminate_backend(%lld)", (long long)stand_int(tx, &pid, DB_NO_VALUES));
    stand_sleep(1500);
    return move(tx, NULL, fault);
}

static void outlived_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    ck_fault(db_transaction(stand.pool, outlived, NULL, &fault), fault, "database_unavailable");
}

static bool outlasting(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    return move(tx, arg, fault) && db_query(tx, &slow, DB_VALUES(db_double(1.5)), &rows, fault);
}

static void outlasting_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    stand_go(outlived_body, NULL, 10000);
    stand_sleep(1000);
    ck_ok(db_transaction(stand.pool, outlasting, NULL, &fault), fault);
}

/* The one exclusive connection is lost, comes back, and is another's when the first goes on. */
START_TEST(a_transaction_never_reaches_into_another_one)
{
    begin_with(1, 8, 5000);
    stand_run(outlasting_body, NULL);
    ck_assert_int_eq(balance_of(1), 70);
    assert_clean();
    stand_end();
}
END_TEST

/* A deferred trigger sleeps inside COMMIT, so that the connection can be cut there. */
static void cut_body(void *data)
{
    (void)data;
    stand_sleep(150);
    ck_assert_int_eq(stand_number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                  "WHERE application_name = 'db-test/1' AND state = 'active'"),
                     1);
}

static void unknown_body(void *data)
{
    struct fault fault = {0};

    stand_sleep(50);
    stand_go(cut_body, data, 10000);
    ck_fault(db_transaction(stand.pool, move, NULL, &fault), fault, "outcome_unknown");
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
}

START_TEST(a_connection_lost_while_committing_leaves_the_outcome_unknown)
{
    stand_sql("CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS "
              "'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END'");
    stand_sql("CREATE CONSTRAINT TRIGGER doze AFTER UPDATE ON account DEFERRABLE INITIALLY "
              "DEFERRED FOR EACH ROW EXECUTE FUNCTION doze()");
    stand_run(unknown_body, NULL);
}
END_TEST

static bool read_plan(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement plan = {.name = "plan_in_tx", .sql = "SELECT * FROM account"};
    struct db_rows rows auto_rows = {0};

    (void)arg;
    return db_query(tx, &plan, DB_NO_VALUES, &rows, fault) && move(tx, NULL, fault);
}

static void plan_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    for (int i = 0; i < 2; i++) {
        ck_ok(db_transaction(stand.pool, read_plan, NULL, &fault), fault);
        stand_sql("ALTER TABLE account ADD COLUMN c%d int", i);
    }
    ck_ok(db_transaction(stand.pool, read_plan, NULL, &fault), fault);
}

START_TEST(a_changed_table_makes_a_transaction_be_tried_again)
{
    stand_run(plan_body, NULL);
    ck_assert_int_eq(balance_of(1), 10);
}
END_TEST

static bool wait_for_lock(struct db *tx, void *arg, struct fault *fault)
{
    return move(tx, arg, fault);
}

static void lock_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    stand_sql("BEGIN");
    stand_sql("UPDATE account SET balance = 0 WHERE id = 1");
    ck_fault(db_transaction(stand.pool, wait_for_lock, NULL, &fault), fault, "busy");
    stand_sql("ROLLBACK");
    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
}

START_TEST(a_lock_is_not_waited_for_longer_than_lock_timeout)
{
    stand_run(lock_body, NULL);
}
END_TEST

/* Durability */

static bool deposit(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};
    const struct db_value values[] = {db_int(*(int64_t *)arg % 20 + 1), db_int(1)};
    const struct db_call call = {&change, values, 2, NULL};

    return db_query_all(tx, &call, 1, fault) && db_query(tx, &lsn, DB_NO_VALUES, &rows, fault) &&
           (*(int64_t *)arg = db_get_int(&rows, 0, 0)) > 0;
}

static int checked;

/* What the log held when the transaction wrote must be on the disk when it returns. */
static void deposit_body(void *data)
{
    struct fault fault = {0};
    int64_t written = (int64_t)(intptr_t)data;

    ck_ok(db_transaction(stand.pool, deposit, &written, &fault), fault);
    ck_assert_int_ge(stand_number("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"), written);
    checked++;
}

static void deposits_body(void *data)
{
    (void)data;
    for (intptr_t i = 0; i < 200; i++)
        stand_go(deposit_body, (void *)i, 10000);
}

static double metric_of(const char *name)
{
    struct buf text;
    char line_start[64];

    buf_init(&text, 1 << 20);
    buf_char(&text, '\n');
    metric_print(&text);
    buf_char(&text, 0);
    ck_assert(!text.failed);
    snprintf(line_start, sizeof(line_start), "\n%s ", name);
    const char *at = strstr(text.data, line_start);
    ck_assert_msg(at != NULL, "%s", name);
    const double value = atof(at + strlen(line_start));
    buf_finish(&text);
    return value;
}

START_TEST(an_acknowledged_write_is_on_the_disk)
{
    begin_with(2, 256, 5000);
    checked = 0;
    stand_run(deposits_body, NULL);
    ck_assert_int_eq(checked, 200);
    ck_assert_int_eq(stand_number("SELECT sum(balance) FROM account"), 2200);
    ck_assert_double_gt(metric_of("db_flushes_total"), 0);
    ck_assert_double_lt(metric_of("db_flushes_total"), 190);
    stand_end();
}
END_TEST

/* Shows that the test above can fail: with synchronous_commit off alone, COMMIT returns before the
 * disk has it. The outside connection commits as exclusive ones do. */
START_TEST(without_the_flush_the_disk_is_behind)
{
    int behind = 0;

    begin_with(1, 8, 1000);
    stand_sql("SET synchronous_commit = off");
    for (int i = 0; i < 50; i++) {
        stand_sql("BEGIN");
        stand_sql("UPDATE account SET balance = balance + 1 WHERE id = 1");
        const long long written =
            stand_number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
        stand_sql("COMMIT");
        behind += stand_number("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint") < written;
    }
    ck_assert_int_gt(behind, 25);
    stand_end();
}
END_TEST

static bool only_read(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    (void)arg;
    return db_query(tx, &balance, DB_VALUES(db_int(1)), &rows, fault);
}

static const struct db_statement write_hidden = {.name = "write_hidden", .sql = "SELECT touch()"};

static bool hidden(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    (void)arg;
    return db_query(tx, &write_hidden, DB_NO_VALUES, &rows, fault);
}

static void flushes_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    stand_sleep(50);
    double before = metric_of("db_flushes_total");
    ck_ok(db_transaction(stand.pool, only_read, NULL, &fault), fault);
    ck_ok(db_transaction(stand.pool, move_dry, NULL, &fault), fault);
    ck_assert_double_eq(metric_of("db_flushes_total"), before);
    ck_ok(db_transaction(stand.pool, hidden, NULL, &fault), fault);
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 1);
    ck_ok(db_transaction(stand.pool, move_and_commit, NULL, &fault), fault);
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 2);
}

START_TEST(only_a_transaction_that_wrote_waits_for_the_disk)
{
    stand_sql("CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS "
              "'UPDATE db_test.account SET owner = owner RETURNING 1'");
    stand_run(flushes_body, NULL);
}
END_TEST

static void too_slow_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    ck_fault(db_transaction(stand.pool, move, NULL, &fault), fault, "outcome_unknown");
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
}

static void stuck_body(void *data)
{
    struct fault fault = {0};

    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
    const pid_t flusher =
        (pid_t)stand_number("SELECT pid FROM pg_stat_activity WHERE application_name = "
                            "'db-test/1' AND query LIKE '%%pg_logical_emit_message%%'");
    ck_assert_msg(kill(flusher, SIGSTOP) == 0,
                  "the backends must run here, under a user this test may signal");
    /* One that runs out of time, one whose flusher is cut off. */
    stand_go(too_slow_body, data, 200);
    stand_sleep(300);
    stand_go(too_slow_body, data, 10000);
    stand_sleep(100);
    stand_sql("SELECT pg_terminate_backend(%d)", (int)flusher);
    kill(flusher, SIGCONT);
    stand_sleep(1500);
    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
}

START_TEST(a_flush_that_is_not_confirmed_leaves_the_outcome_unknown)
{
    stand_sql("UPDATE account SET balance = 1000");
    stand_run(stuck_body, NULL);
    /* All four were committed; two were not known to be. */
    ck_assert_int_eq(balance_of(1), 880);
}
END_TEST

static const char kill_flusher[] =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE application_name = 'db-test/1' AND query LIKE '%%pg_logical_emit_message%%'";

static void flusher_body(void *data)
{
    struct fault fault = {0};
    int64_t written = 0;

    (void)data;
    stand_sleep(50);
    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
    ck_assert_int_eq(stand_number(kill_flusher), 1);
    /* Not longer: it is connected again soon, after a time that chance decides. */
    while (metric_of("db_connections{pool=\"flusher\"}") > 0)
        stand_sleep(1);
    /* The commit waits for the disk itself. */
    const double before = metric_of("db_flushes_total");
    ck_ok(db_transaction(stand.pool, deposit, &written, &fault), fault);
    ck_assert_int_ge(stand_number("SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"), written);
    ck_assert_double_eq(metric_of("db_flushes_total"), before);
    stand_sleep(700);
    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 1);
}

START_TEST(without_a_flusher_commits_wait_for_the_disk_themselves)
{
    stand_run(flusher_body, NULL);
}
END_TEST

static const char late_commit[] =
    "CREATE FUNCTION wait_for_7() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NULL; END'; "
    "CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION wait_for_7(); SELECT pg_advisory_lock(7)";

static void other_flusher_body(void *data)
{
    struct fault fault = {0};

    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
    stand_sql("%s", late_commit);
    stand_go(too_slow_body, data, 10000);
    stand_sleep(100);
    ck_assert_int_eq(stand_number(kill_flusher), 1);
    stand_sleep(1000);
    ck_assert_double_eq(metric_of("db_connections{pool=\"flusher\"}"), 1);
    stand_sql("SELECT pg_advisory_unlock(7)");
}

/* Had the server been restarted meanwhile, the commit would be gone, and the new flusher would not
 * know. */
START_TEST(a_flusher_that_came_after_a_commit_was_sent_does_not_vouch_for_it)
{
    struct db_options options;

    db_options_defaults(&options);
    options.lock_ms = 5000;
    options.exclusive_statement_ms = 6000;
    stand_begin(&options);
    table();
    stand_run(other_flusher_body, NULL);
    stand_end();
}
END_TEST

static bool move_after_a_while(struct db *tx, void *arg, struct fault *fault)
{
    struct db_rows rows auto_rows = {0};

    return db_query(tx, &slow, DB_VALUES(db_double(0.05)), &rows, fault) &&
           move_and_commit(tx, arg, fault);
}

static void expired_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    ck_fault(db_transaction(stand.pool, move_after_a_while, NULL, &fault), fault,
             "deadline_exceeded");
}

static void frozen_body(void *data)
{
    stand_go(expired_body, data, 200);
    stand_sleep(20);
    /* The whole process stands still, as after SIGSTOP: the answer and the deadline meet it. */
    usleep(400000);
}

START_TEST(what_wakes_up_after_its_deadline_writes_nothing)
{
    stand_run(frozen_body, NULL);
    ck_assert_int_eq(balance_of(1), 100);
    assert_clean();
}
END_TEST

static void plain_role_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    /* So that the flusher is connected too. */
    stand_sleep(200);
    ck_ok(db_transaction(stand.pool, move, NULL, &fault), fault);
    ck_assert(db_pool_usable(stand.pool));
}

START_TEST(a_role_without_special_rights_can_flush)
{
    struct fault fault = {0};
    struct db_pool *good = stand.pool;
    char url[512];

    stand_sql("DO $$ BEGIN CREATE ROLE db_test_plain LOGIN PASSWORD 'plain'; "
              "EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    stand_sql("GRANT USAGE ON SCHEMA db_test TO db_test_plain");
    stand_sql("GRANT ALL ON account TO db_test_plain");
    snprintf(url, sizeof(url), "postgresql://db_test_plain:plain@localhost:%s/%s",
             PQport(stand.outside), PQdb(stand.outside));
    stand.options.url = url;
    stand.pool = db_pool_create(stand.loop, stand.work, &stand.options, NULL, NULL, &fault);
    ck_ok(stand.pool != NULL, fault);
    const double before = metric_of("db_flushes_total");
    stand_run(plain_role_body, NULL);
    ck_assert_double_eq(metric_of("db_flushes_total"), before + 1);
    ck_assert_int_eq(balance_of(1), 70);
    db_pool_destroy(good);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("db/transaction");
    TCase *tcase = tcase_create("default limits");
    TCase *own = tcase_create("with other limits");

    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, a_transaction_takes_effect_as_a_whole_or_not_at_all, 0,
                        sizeof(endings) / sizeof(endings[0]));
    tcase_add_loop_test(tcase, a_violated_constraint_says_what_its_table_says, 0,
                        sizeof(violations) / sizeof(violations[0]));
    tcase_add_test(tcase, what_fails_each_time_is_tried_three_times);
    tcase_add_test(tcase, a_deadline_inside_a_transaction_leaves_the_pool_clean);
    tcase_add_test(tcase, a_connection_lost_in_a_transaction_undoes_it);
    tcase_add_test(tcase, a_connection_lost_while_committing_leaves_the_outcome_unknown);
    tcase_add_test(tcase, a_changed_table_makes_a_transaction_be_tried_again);
    tcase_add_test(tcase, a_lock_is_not_waited_for_longer_than_lock_timeout);
    tcase_add_test(tcase, only_a_transaction_that_wrote_waits_for_the_disk);
    tcase_add_test(tcase, without_a_flusher_commits_wait_for_the_disk_themselves);
    tcase_add_test(tcase, a_flush_that_is_not_confirmed_leaves_the_outcome_unknown);
    tcase_add_test(tcase, a_role_without_special_rights_can_flush);
    tcase_add_test(tcase, what_wakes_up_after_its_deadline_writes_nothing);
    tcase_add_test(own, a_deadlock_is_tried_again);
    tcase_add_test(own, a_transaction_never_reaches_into_another_one);
    tcase_add_test(own, who_came_first_is_served_first);
    tcase_add_test(own, the_line_is_bounded_in_length_and_time);
    tcase_add_test(own, an_acknowledged_write_is_on_the_disk);
    tcase_add_test(own, a_flusher_that_came_after_a_commit_was_sent_does_not_vouch_for_it);
    tcase_add_test(own, without_the_flush_the_disk_is_behind);
    suite_add_tcase(suite, tcase);
    suite_add_tcase(suite, own);
    return stand_main(suite);
}
