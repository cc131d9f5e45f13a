// SPDX-License-Identifier: MIT
/* Transactions that lose their connection. */
#include "account.h"
#include "stand.h"

static const struct db_statement slow = {.name = "slow", .sql = "SELECT 1, pg_sleep($1)"};
static const struct db_statement pid = {.name = "pid", .sql = "SELECT pg_backend_pid()"};

static bool killed_inside(struct db *tx, void *arg, struct fault *fault)
{
    (void)arg;
    if (!account_move(tx, NULL, fault))
        return false;
    stand_sql("SELECT pg_terminate_backend(%lld)", (long long)stand_int(tx, &pid, DB_NO_VALUES));
    stand_sleep(20);
    return account_move(tx, NULL, fault);
}

static void killed_body(void *data)
{
    struct fault fault = {0};

    (void)data;
    ck_fault(db_transaction(stand.pool, killed_inside, NULL, &fault), fault,
             "database_unavailable");
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault), fault);
}

START_TEST(a_connection_lost_in_a_transaction_undoes_it)
{
    stand_run(killed_body, NULL);
    ck_assert_int_eq(account_balance(1), 70);
}
END_TEST

static bool outlived(struct db *tx, void *arg, struct fault *fault)
{
    (void)arg;
    if (!account_move(tx, NULL, fault))
        return false;
    stand_sql("SELECT pg_terminate_backend(%lld)", (long long)stand_int(tx, &pid, DB_NO_VALUES));
    stand_sleep(1500);
    return account_move(tx, NULL, fault);
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

    return account_move(tx, arg, fault) &&
           db_query(tx, &slow, DB_VALUES(db_double(1.5)), &rows, fault);
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
    account_begin_line(1, 8, 5000);
    stand_run(outlasting_body, NULL);
    ck_assert_int_eq(account_balance(1), 70);
    stand_assert_clean();
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
    ck_fault(db_transaction(stand.pool, account_move, NULL, &fault), fault, "outcome_unknown");
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

int main(void)
{
    Suite *suite = suite_create("db/transaction_lost");
    TCase *tcase = tcase_create("default limits");
    TCase *own = tcase_create("with other limits");

    tcase_add_checked_fixture(tcase, account_begin, stand_end);
    tcase_add_test(tcase, a_connection_lost_in_a_transaction_undoes_it);
    tcase_add_test(tcase, a_connection_lost_while_committing_leaves_the_outcome_unknown);
    tcase_add_test(own, a_transaction_never_reaches_into_another_one);
    suite_add_tcase(suite, tcase);
    suite_add_tcase(suite, own);
    return stand_main(suite);
}
