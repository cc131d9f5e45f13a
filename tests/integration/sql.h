// SPDX-License-Identifier: MIT
/* SQL on a connection of the test's own, outside of the tested program. Blocking. */
#pragma once

#include <check.h>
#include <libpq-fe.h>

#include "base/fault.h"

enum { STAND_TEXT = 1024 };

/* TEST_DATABASE_URL. */
const char *stand_url(void);
/* Sets the URL to which the functions below connect at their next call. */
void stand_connect(const char *url);
void stand_disconnect(void);
PGconn *stand_connection(void);

/* Blocking; creates and reads rows without the service. In a fiber a statement that waits for a
 * lock lets the loop run now and then. */
void stand_sql(const char *format, ...) PRINTF_LIKE(1, 2);
long long stand_number(const char *format, ...) PRINTF_LIKE(1, 2);
/* Check what a statement returns; ck_rows() counts rows: ck_rows(1, "ride WHERE id = '%s'", id). */
#define ck_sql(wanted, ...)      ck_assert_int_eq(stand_number(__VA_ARGS__), wanted)
#define ck_sql_text(wanted, ...) ck_assert_str_eq(stand_text(__VA_ARGS__), wanted)
#define ck_rows(wanted, ...)     ck_sql(wanted, "SELECT count(*) FROM " __VA_ARGS__)
/* Borrowed; valid for three more calls; truncated to STAND_TEXT. */
const char *stand_text(const char *format, ...) PRINTF_LIKE(1, 2);
/* Returns new: text of any length. */
char *stand_long_text(const char *format, ...) PRINTF_LIKE(1, 2);
/* Runs SQL of any length with several statements; `name` is printed if it fails. */
void stand_script(const char *sql, const char *name);
/* Opens a connection of its own with a transaction that stays open after this statement, until
 * stand_commit() or until PQfinish() rolls it back. */
PGconn *stand_hold(const char *sql);
void stand_commit(PGconn *held);
