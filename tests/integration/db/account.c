// SPDX-License-Identifier: MIT
#include "account.h"

#include "stand.h"

static const struct db_constraint account_constraints[] = {
    {"account_pkey",          FAULT_CONFLICT, "account_taken", NULL,      "The account exists."     },
    {"account_balance_check", FAULT_INVALID,  "too_poor",      "balance", "The balance is too low." },
    {"owner",                 FAULT_INVALID,  "owner_missing", "owner",   "An account has an owner."},
    {NULL,                    0,              NULL,            NULL,      NULL                      },
};
const struct db_statement account_add = {
    .name = "account_add",
    .sql = "INSERT INTO account (id, balance, owner) VALUES ($1, $2, $3)",
    .constraints = account_constraints,
};
const struct db_statement account_change = {
    .name = "account_change",
    .sql = "UPDATE account SET balance = balance + $2 WHERE id = $1 RETURNING balance",
    .constraints = account_constraints,
};

/* Statements after the end of the transaction. */
static const struct db_statement too_late = {.name = "too_late", .sql = "SELECT 1"};

static void make_accounts(void)
{
    stand_sql("CREATE TABLE account (id bigint PRIMARY KEY, "
              "balance bigint NOT NULL CHECK (balance >= 0), owner text NOT NULL)");
    stand_sql("INSERT INTO account SELECT i, 100, 'somebody' FROM generate_series(1, 20) i");
}

void account_begin_with(const struct db_options *options)
{
    stand_begin_with(options);
    make_accounts();
}

void account_begin(void)
{
    stand_begin();
    make_accounts();
}

void account_begin_line(size_t exclusive, size_t wait_max, int64_t wait_ms)
{
    struct db_options options;

    stand_options(&options);
    options.exclusive = exclusive;
    options.wait_max = wait_max;
    options.wait_ms = wait_ms;
    account_begin_with(&options);
}

void account_hold_commits(void)
{
    stand_sql("CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
              "'BEGIN PERFORM pg_advisory_xact_lock_shared(7319); RETURN NULL; END'");
    stand_sql("CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED"
              " FOR EACH ROW EXECUTE FUNCTION wait()");
    stand_lock();
}

long long account_balance(int id)
{
    return stand_number("SELECT balance FROM account WHERE id = %d", id);
}

bool account_move(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value take[] = {db_int(1), db_int(-30)};
    const struct db_value give[] = {db_int(2), db_int(30)};
    const struct db_call calls[] = {
        {&account_change, take, 2, NULL},
        {&account_change, give, 2, NULL},
    };

    return db_query_all(tx, calls, 2, fault);
}

bool account_move_and_commit(struct db *tx, void *arg, struct fault *fault)
{
    const struct db_value take[] = {db_int(1), db_int(-30)};
    const struct db_value give[] = {db_int(2), db_int(30)};
    struct db_rows rows auto_rows = {0};
    struct db_rows late auto_rows = {0};
    struct fault refused = {0};
    const struct db_call calls[] = {
        {&account_change, take, 2, NULL },
        {&account_change, give, 2, &rows},
    };

    if (!db_query_and_commit(tx, calls, 2, fault))
        return false;
    ck_assert_int_eq(rows.affected, 1);
    ck_assert_int_eq(db_get_int(&rows, 0, 0), 130);
    ck_assert(!db_query(tx, &too_late, DB_NO_VALUES, &late, &refused));
    ck_assert_str_eq(refused.code, "transaction_over");
    return true;
}

bool account_move_dry(struct db *tx, void *arg, struct fault *fault)
{
    db_set_rollback_only(tx);
    return account_move(tx, arg, fault);
}
