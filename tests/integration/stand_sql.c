// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/fibers.h"
#include "sql.h"

enum { URL_MAX = 512, SQL_MAX = 4096, TEXTS = 4 };

static char url_now[URL_MAX];
static PGconn *connection;
static pid_t connected_by; /* tests run in their own processes and do not share it */

const char *stand_url(void)
{
    const char *url = getenv("TEST_DATABASE_URL");

    ck_assert_msg(url != NULL,
                  "TEST_DATABASE_URL is not set (tests/support/with-services sets it)");
    return url;
}

void stand_connect(const char *url)
{
    stand_disconnect();
    snprintf(url_now, sizeof url_now, "%s", url);
}

void stand_disconnect(void)
{
    if (connected_by == getpid())
        PQfinish(connection);
    connection = NULL;
}

static void hush(void *data, const char *message)
{
    (void)data;
    (void)message;
}

PGconn *stand_connection(void)
{
    if (connection != NULL && connected_by == getpid())
        return connection;
    connection = PQconnectdb(url_now);
    connected_by = getpid();
    PQsetNoticeProcessor(connection, hush, NULL);
    ck_assert_msg(PQstatus(connection) == CONNECTION_OK, "%s", PQerrorMessage(connection));
    PQclear(PQexec(connection, "SET lock_timeout = '200ms'"));
    return connection;
}

/* Returns false if the statement has waited for a lock in vain. In a transaction of the test it
 * waits for as long as it must. */
static bool is_executed(const char *sql, PGresult **result)
{
    PGconn *pg = stand_connection();

    if (PQtransactionStatus(pg) == PQTRANS_INTRANS)
        PQclear(PQexec(pg, "SET LOCAL lock_timeout = 0"));
    *result = PQexec(pg, sql);
    const char *state = PQresultErrorField(*result, PG_DIAG_SQLSTATE);
    if (state == NULL || strcmp(state, "55P03") != 0)
        return true;
    PQclear(*result);
    if (PQtransactionStatus(pg) == PQTRANS_INERROR)
        PQclear(PQexec(pg, "ROLLBACK")); /* of `sql`, which begins a transaction itself */
    return false;
}

static void pause_ms(int ms)
{
    if (fiber_current() != NULL)
        stand_sleep(ms);
    else
        wait_pause(ms);
}

/* A statement of the test blocks the loop. If it waits for a lock of a fiber's transaction, that
 * transaction cannot end, so the statement is repeated after the loop has run. */
static PGresult *execute(const char *sql)
{
    PGresult *result;

    wait_by(pause_ms, is_executed(sql, &result), "%s: a lock", sql);
    return result;
}

PRINTF_LIKE(1, 0) static PGresult *outside(const char *format, va_list list)
{
    char sql[SQL_MAX];

    vsnprintf(sql, sizeof sql, format, list);
    PGresult *result = execute(sql);
    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK ||
                      PQresultStatus(result) == PGRES_COMMAND_OK,
                  "%s: %s", sql, PQerrorMessage(connection));
    return result;
}

static const char *first_value(const PGresult *result)
{
    return PQntuples(result) > 0 && PQnfields(result) > 0 ? PQgetvalue(result, 0, 0) : NULL;
}

void stand_sql(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    PQclear(outside(format, list));
    va_end(list);
}

long long stand_number(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    PGresult *result = outside(format, list);
    va_end(list);
    const char *value = first_value(result);
    const long long number = value != NULL ? atoll(value) : -1;
    PQclear(result);
    return number;
}

const char *stand_text(const char *format, ...)
{
    static char texts[TEXTS][STAND_TEXT];
    static int next;
    char *text = texts[next++ % TEXTS];
    va_list list;

    va_start(list, format);
    PGresult *result = outside(format, list);
    va_end(list);
    const char *value = first_value(result);
    snprintf(text, STAND_TEXT, "%s", value != NULL ? value : "");
    PQclear(result);
    return text;
}

char *stand_long_text(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    PGresult *result = outside(format, list);
    va_end(list);
    const char *value = first_value(result);
    char *text = strdup(value != NULL ? value : "");
    ck_assert_ptr_nonnull(text);
    PQclear(result);
    return text;
}

void stand_script(const char *sql, const char *name)
{
    PGresult *result = execute(sql);

    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", name,
                  PQerrorMessage(connection));
    PQclear(result);
}

PGconn *stand_hold(const char *sql)
{
    PGconn *held = PQconnectdb(url_now);

    PQclear(PQexec(held, "BEGIN"));
    PQclear(PQexec(held, sql));
    ck_assert_int_eq(PQtransactionStatus(held), PQTRANS_INTRANS);
    return held;
}

void stand_commit(PGconn *held)
{
    PQclear(PQexec(held, "COMMIT"));
    ck_assert_int_eq(PQtransactionStatus(held), PQTRANS_IDLE);
    PQfinish(held);
}
