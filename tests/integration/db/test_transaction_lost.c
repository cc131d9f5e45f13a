// SPDX-License-Identifier: MIT
/* Transactions that lose their connection. */
#include "account.h"
#include "stand.h"
#include "support/metric_of.h"

static const struct db_statement pid = {.name = "pid", .sql = "SELECT pg_backend_pid()"};

/* Terminates the connection of `tx`, and waits until the pool has noticed: a connection is missing,
 * or was replaced already. */
static void cut(struct db *tx)
{
    const double up = metric_of("db_connections{pool=\"exclusive\"}");
    const double tries = metric_of("db_reconnects_total");

    stand_sql("SELECT pg_terminate_backend(%lld)", (long long)stand_int(tx, &pid, DB_NO_VALUES));
    stand_until(metric_of("db_connections{pool=\"exclusive\"}") < up ||
                    metric_of("db_reconnects_total") > tries,
                "the connection is lost");
}

static bool killed_inside(struct db *tx, void *arg, struct fault *fault)
{
    if (!account_move(tx, NULL, fault))
        return false;
    cut(tx);
    return account_move(tx, NULL, fault);
}

TEST_CASE("transaction_lost", .setup = account_begin, .teardown = stand_end);

FIBER_TEST(connection_lost_in_a_transaction_rolls_it_back)
{
    ck_unavailable(db_transaction(stand.pool, killed_inside, NULL, &fault), "database_unavailable");
    ck_ok(db_transaction(stand.pool, account_move, NULL, &fault));
    ck_assert_int_eq(account_balance(1), 70);
}

/* The steps of two transactions on one connection, one after the other. */
static struct {
    bool is_lost;   /* the first one's connection */
    bool is_inside; /* the second one has begun */
    bool is_over;   /* the first one has ended */
} steps;

static bool outlived(struct db *tx, void *arg, struct fault *fault)
{
    if (!account_move(tx, NULL, fault))
        return false;
    cut(tx);
    steps.is_lost = true;
    stand_until(steps.is_inside, "the second transaction has the connection");
    return account_move(tx, NULL, fault);
}

static void outlived_body(void *data)
{
    ck_unavailable(db_transaction(stand.pool, outlived, NULL, &fault), "database_unavailable");
    steps.is_over = true;
}

static bool outlasting(struct db *tx, void *arg, struct fault *fault)
{
    if (!account_move(tx, arg, fault))
        return false;
    steps.is_inside = true;
    stand_until(steps.is_over, "the first transaction is over");
    return true;
}

static void outlasting_body(void *data)
{
    stand_go(outlived_body, NULL);
    stand_until(steps.is_lost, "the connection is lost");
    ck_ok(db_transaction(stand.pool, outlasting, NULL, &fault));
}

/* The only exclusive connection is lost, is made again, and is used by a second transaction when
 * the first one continues. */
TEST(transactions_are_isolated_on_one_connection)
{
    memset(&steps, 0, sizeof steps);
    account_begin_line(1, 8, patience_ms(0));
    stand_run(outlasting_body, NULL);
    ck_assert_int_eq(account_balance(1), 70);
    stand_assert_clean();
}

static void cut_body(void *data)
{
    stand_until(stand_waiting() == 1, "PostgreSQL commits");
    ck_sql(1, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
              "WHERE application_name = 'db-test/1' AND state = 'active'");
}

FIBER_TEST(connection_lost_during_commit_leaves_the_outcome_unknown)
{
    account_hold_commits();

    stand_go(cut_body, NULL);
    ck_unavailable(db_transaction(stand.pool, account_move, NULL, &fault), "outcome_unknown");
}
