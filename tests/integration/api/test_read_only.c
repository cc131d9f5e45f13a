// SPDX-License-Identifier: MIT
/* A database that takes no changes, as a standby or a managed one whose disk is nearly full. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

#include "integration/program.h"

enum { TRIES = 100, STEP_US = 50000 };

static struct reply answer;

static void note(void)
{
    program_ask("POST", "/v1/notes", key_all, HEADERS("X-Actor: staff:A"), "{\"text\":\"x\"}",
                &answer);
}

/* Waits for readiness to change, and leaves the answer of /readyz. */
static bool becomes(long status)
{
    for (int i = 0; i < TRIES; i++) {
        program_ask("GET", "/readyz", NULL, NULL, NULL, &answer);
        if (answer.status == status)
            return true;
        usleep(STEP_US);
    }
    return false;
}

/* The test's own connections change things all the same. */
static void read_only(bool on)
{
    setenv("PGOPTIONS", "-c default_transaction_read_only=off", 1);
    stand_sql(on ? "ALTER SYSTEM SET default_transaction_read_only = on"
                 : "ALTER SYSTEM RESET default_transaction_read_only");
    stand_sql("SELECT pg_reload_conf()");
}

static void end(void)
{
    read_only(false);
    program_end();
}

START_TEST(a_database_that_takes_no_changes_is_read_and_not_ready)
{
    read_only(true);
    for (int i = 0; i < TRIES; i++) {
        note();
        if (answer.status != 201)
            break;
        usleep(STEP_US);
    }
    ck_assert_msg(answer.status == 503, "%ld %s", answer.status, answer.body);
    ck_assert_ptr_nonnull(strstr(answer.body, "\"database_read_only\""));
    ck_assert_ptr_nonnull(program_header(&answer, "Retry-After"));
    ck_assert_msg(becomes(503), "it says that it is ready");
    ck_assert_ptr_nonnull(strstr(answer.body, "\"writes\":\"down\""));
    ck_assert_ptr_nonnull(strstr(answer.body, "\"postgres\":\"up\""));
    program_ask("GET", "/v1/whoami", key_all, NULL, NULL, &answer);
    ck_assert_int_eq(answer.status, 200);
    read_only(false);
    ck_assert_msg(becomes(200), "it does not become ready again: %s", answer.body);
    note();
    ck_assert_int_eq(answer.status, 201);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api_read_only");
    TCase *tcase = tcase_create("read_only");

    tcase_set_timeout(tcase, 30);
    tcase_add_unchecked_fixture(tcase, program_begin, end);
    tcase_add_test(tcase, a_database_that_takes_no_changes_is_read_and_not_ready);
    suite_add_tcase(suite, tcase);
    return stand_main(suite);
}
