// SPDX-License-Identifier: MIT
/* The main program: its commands, its start, its end. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <check.h>

#include "integration/program.h"
#include "support/patience.h"

static char out[REPLY_MAX];

static int run(const char *const *words)
{
    return program_run(words, out, sizeof(out));
}

static const struct {
    const char *why;
    const char *words[10];
    int code;
    const char *says; /* on standard output; NULL: anything */
} cases[] = {
    {"its version",                   {"--version"},                                   0, "notes-api "                 },
    {"a sound configuration",         {"--check-config"},                              0, "fine"                       },
    {"its variables",                 {"--print-env"},                                 0, "HTTP_PORT=7099"             },
    {"help",                          {"--help"},                                      0, "--healthcheck"              },
    {"help about keys",               {"--keys", "--help"},                            0, "bot:read"                   },
    {"an option nobody knows",        {"--fly"},                                       2, NULL                         },
    {"a word too many",               {"--version", "now"},                            2, NULL                         },
    {"keys without a verb",           {"--keys"},                                      2, NULL                         },
    {"keys with a verb nobody knows", {"--keys", "steal"},                             2, NULL                         },
    {"keys without what they need",   {"--keys", "create"},                            2, NULL                         },
    {"a key for nobody",              {"--keys", "create", "--tenant", ""},            2, NULL                         },
    {"a key of an unknown scope",     {"--keys", "create", "--scopes", "note:fly"},    2, NULL                         },
    {"a key without rate",            {"--keys", "create", "--rate", "0"},             2, NULL                         },
    {"a key of a bad burst",          {"--keys", "create", "--burst", "many"},         2, NULL                         },
    {"a key until no day",            {"--keys", "create", "--expires", "2026-02-30"}, 2, NULL                         },
    {"a key with an unknown word",    {"--keys", "create", "--colour", "red"},         2, NULL                         },
    {"a value that is missing",       {"--keys", "create", "--tenant"},                2, NULL                         },
    {"a list with a word too many",   {"--keys", "list", "all"},                       2, NULL                         },
    {"a revocation of nothing",       {"--keys", "revoke"},                            2, NULL                         },
    {"a key nobody has",              {"--keys", "revoke", "tb_live_zzzz"},            1, NULL                         },
    {"a list of keys",                {"--keys", "list"},                              0, "tests\tone\tall\t5000/10000"},
    {"a migration again",             {"--migrate"},                                   0, "up to date"                 },
    {"a migration on paper",          {"--migrate", "--dry-run"},                      0, "nothing was changed"        },
    {"half a migration",              {"--migrate", "--half"},                         2, NULL                         },
    {"a copy that is ready",          {"--healthcheck"},                               0, NULL                         },
};

START_TEST(command_reports_its_result_by_exit_code)
{
    const char *words[11] = {0};
    int code;

    memcpy(words, cases[_i].words, sizeof(cases[_i].words));
    code = run(words);
    ck_assert_msg(code == cases[_i].code, "%s: %d", cases[_i].why, code);
    ck_assert_msg(cases[_i].says == NULL || strstr(out, cases[_i].says) != NULL, "%s: %s",
                  cases[_i].why, out);
}
END_TEST

START_TEST(a_bad_configuration_ends_with_2)
{
    setenv("DRAIN_LIMIT", "soon", 1);
    ck_assert_int_eq(run(HEADERS("--check-config")), 2);
    ck_assert_int_eq(run(NULL), 2);
    setenv("DRAIN_LIMIT", "3s", 1);
}
END_TEST

START_TEST(no_listener_is_not_healthy)
{
    const char *port = getenv("HTTP_PORT");
    char kept[16];

    snprintf(kept, sizeof(kept), "%s", port);
    setenv("HTTP_PORT", "1", 1);
    ck_assert_int_eq(run(HEADERS("--healthcheck")), 1);
    setenv("HTTP_PORT", kept, 1);
}
END_TEST

START_TEST(without_its_database_a_command_ends_with_1_or_2)
{
    char kept[512];

    snprintf(kept, sizeof(kept), "%s", getenv("MIGRATION_DATABASE_URL"));
    setenv("MIGRATION_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing", 1);
    ck_assert_int_eq(run(HEADERS("--keys", "list")), 1);
    ck_assert_int_eq(run(HEADERS("--migrate")), 1);
    unsetenv("MIGRATION_DATABASE_URL");
    unsetenv("DATABASE_URL");
    ck_assert_int_eq(run(HEADERS("--keys", "list")), 2);
    ck_assert_int_eq(run(HEADERS("--migrate")), 2);
    ck_assert_int_eq(run(NULL), 2);
    setenv("MIGRATION_DATABASE_URL", kept, 1);
    program_database();
}
END_TEST

START_TEST(without_redis_an_instance_still_serves)
{
    static struct reply answer;
    int port = program_other_port();
    char kept[200];
    pid_t pid;

    snprintf(kept, sizeof(kept), "%s", getenv("REDIS_URL"));
    setenv("REDIS_URL", "", 1);
    setenv("RATE_LIMIT_ENABLED", "false", 1);
    pid = program_start();
    setenv("REDIS_URL", kept, 1);
    unsetenv("RATE_LIMIT_ENABLED");
    program_ready();
    program_ask("GET", "/readyz", NULL, NULL, NULL, &answer);
    ck_assert_ptr_nonnull(strstr(answer.body, "\"redis\":\"down\""));
    program_ask("GET", "/v1/whoami", key_all, NULL, NULL, &answer);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_ptr_null(program_header(&answer, "RateLimit"));
    program_stop(pid);
    program_port(port);
}
END_TEST

static const char *const addresses[] = {"0.0.0.0", "::", "::1"};

START_TEST(healthcheck_uses_loopback_for_other_addresses)
{
    int port = program_other_port();
    pid_t pid;

    setenv("HTTP_ADDRESS", addresses[_i], 1);
    pid = program_start();
    wait_until(run(HEADERS("--healthcheck")) == 0, "the copy is healthy");
    unsetenv("HTTP_ADDRESS");
    program_stop(pid);
    program_port(port);
}
END_TEST

START_TEST(invalid_address_is_not_healthy)
{
    setenv("HTTP_ADDRESS", "localhost", 1);
    ck_assert_int_eq(run(HEADERS("--healthcheck")), 1);
    unsetenv("HTTP_ADDRESS");
}
END_TEST

static const struct {
    const char *path;
    const char *says;
} open_routes[] = {
    {"/livez",         ""                                                           },
    {"/readyz",        "\"postgres\":\"up\""                                        },
    {"/health",        "{\"status\":\"ok\",\"service\":\"notes-api\",\"version\":\""},
    {"/metrics",       "build_info{service=\"notes-api\",version=\""                },
    {"/metrics",       "log_dropped_total 0\n"                                      },
    {"/openapi.json",  "{\"openapi\":\"3.1.0\"}"                                    },
    {"/docs",          "<title>"                                                    },
    {"/docs/start.js", "openapi.json"                                               },
};

START_TEST(the_open_routes_need_no_key)
{
    static struct reply answer;

    program_ask("GET", open_routes[_i].path, NULL, NULL, NULL, &answer);
    ck_assert_msg(answer.status == 200, "%s: %ld", open_routes[_i].path, answer.status);
    ck_assert_msg(strstr(answer.body, open_routes[_i].says) != NULL, "%s: %s", open_routes[_i].path,
                  answer.body);
}
END_TEST

static const int signals[] = {SIGTERM, SIGINT};

START_TEST(a_signal_drains_and_ends_with_0)
{
    int port = program_other_port();
    pid_t pid = program_start();
    struct timespec from, to;

    program_ready();
    clock_gettime(CLOCK_MONOTONIC, &from);
    kill(pid, signals[_i]);
    ck_assert_int_eq(program_wait(pid), 0);
    clock_gettime(CLOCK_MONOTONIC, &to);
    if (is_timed())
        ck_assert_int_lt(to.tv_sec - from.tv_sec, 3);
    program_port(port);
}
END_TEST

static void *post_slowly(void *arg)
{
    program_ask("POST", "/v1/notes", key_all, NULL, "{\"text\":\"slow\",\"pause_ms\":2000}", arg);
    return NULL;
}

/* Until PostgreSQL works on what post_slowly() asks for. */
static void wait_slow(void)
{
    wait_until(stand_number("SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                            " AND query LIKE '/* note_pause */%%'"
                            " AND datname = current_database()") > 0,
               "the slow request begins");
}

START_TEST(requests_before_the_signal_are_answered)
{
    static struct reply answer;
    int port = program_other_port();
    pid_t pid = program_start();
    pthread_t thread;

    program_ready();
    ck_assert_int_eq(pthread_create(&thread, NULL, post_slowly, &answer), 0);
    wait_slow();
    kill(pid, SIGTERM);
    pthread_join(thread, NULL);
    ck_assert_int_eq(answer.status, 201);
    ck_assert_int_eq(program_wait(pid), 0);
    program_port(port);
}
END_TEST

START_TEST(a_second_signal_ends_at_once)
{
    static struct reply answer;
    int port = program_other_port();
    pid_t pid = program_start();
    pid_t ended = 0;
    int status = 0;
    pthread_t thread;

    program_ready();
    ck_assert_int_eq(pthread_create(&thread, NULL, post_slowly, &answer), 0);
    wait_slow();
    /* Two that come before it looks count as one. */
    while (ended == 0) {
        kill(pid, SIGTERM);
        usleep(50 * 1000);
        ended = waitpid(pid, &status, WNOHANG);
    }
    ck_assert_int_eq(ended, pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    pthread_join(thread, NULL);
    ck_assert_int_eq(answer.status, 0);
    program_port(port);
}
END_TEST

static long ready_status(void)
{
    static struct reply answer;

    program_ask("GET", "/readyz", NULL, NULL, NULL, &answer);
    return answer.status;
}

START_TEST(instance_is_not_ready_before_its_schema_exists)
{
    int port = program_other_port();
    pid_t pid;

    stand_sql("UPDATE notes.schema_migration SET number = number - 100 WHERE set_name = 'change'");
    pid = program_start();
    wait_until(ready_status() != 0, "the copy answers");
    program_logs("schema_not_fit"); /* it has looked */
    ck_assert_int_eq(ready_status(), 503);
    ck_assert_int_eq(run(HEADERS("--healthcheck")), 1);
    stand_sql("UPDATE notes.schema_migration SET number = number + 100 WHERE set_name = 'change'");
    program_ready();
    ck_assert_int_eq(run(HEADERS("--healthcheck")), 0);
    program_stop(pid);
    program_port(port);
}
END_TEST

/* Another service's role, as far as the shared tables go; its own schema is that of the notes. */
static void make_role(const char *name, const char *group)
{
    stand_sql("DROP ROLE IF EXISTS %s; CREATE ROLE %s LOGIN PASSWORD '" PROGRAM_PASSWORD "' %s;"
              "GRANT USAGE ON SCHEMA notes TO %s;"
              "GRANT SELECT ON ALL TABLES IN SCHEMA notes TO %s",
              name, name, group, name, name);
}

static void drop_role(const char *name)
{
    stand_sql("DROP OWNED BY %s; DROP ROLE %s", name, name);
}

START_TEST(a_role_made_long_after_the_migration_is_served)
{
    static struct reply answer;
    int port = program_other_port();
    pid_t pid;

    make_role("late_role", "IN ROLE tapbot_service");
    program_database_as("late_role");
    pid = program_start();
    program_ready();
    program_ask("GET", "/v1/whoami", key_all, NULL, NULL, &answer);
    ck_assert_int_eq(answer.status, 200);
    program_stop(pid);
    drop_role("late_role");
    program_database();
    program_port(port);
}
END_TEST

START_TEST(role_without_its_group_is_reported_once)
{
    const char reason[] = "role lone_role may not read api.schema_migration";
    int port = program_other_port();
    pid_t pid;

    make_role("lone_role", "");
    program_database_as("lone_role");
    pid = program_start();
    program_logs(reason);
    usleep(1500 * 1000); /* one look more */
    ck_assert_int_eq(program_logged(reason), 1);
    ck_assert_int_eq(program_logged("schema_not_fit"), 1);
    ck_assert_int_eq(ready_status(), 503);
    program_stop(pid);
    drop_role("lone_role");
    program_database();
    program_port(port);
}
END_TEST

START_TEST(a_schema_that_is_too_new_ends_with_3)
{
    int port = program_other_port();
    pid_t pid;

    stand_sql("INSERT INTO notes.schema_migration (number, name, checksum, min_compatible)"
              " VALUES (2, '0002-later.sql', '', 2)");
    pid = program_start();
    ck_assert_int_eq(program_wait(pid), 3);
    stand_sql("UPDATE notes.schema_migration SET min_compatible = 1 WHERE name = '0002-later.sql'");
    pid = program_start();
    program_ready();
    program_stop(pid);
    stand_sql("DELETE FROM notes.schema_migration WHERE name = '0002-later.sql'");
    program_port(port);
}
END_TEST

START_TEST(old_answers_are_deleted_without_being_asked_for)
{
    int port = program_other_port();
    pid_t pid;

    stand_sql("INSERT INTO notes.idempotency (id, client_id, key, fingerprint, status, created_at)"
              " SELECT gen_random_uuid(), gen_random_uuid(), 'old', sha256('old'), 200,"
              " now() - interval '1 hour' * (47 + i %% 3) FROM generate_series(1, 1800) i");
    pid = program_start();
    program_ready();
    wait_until(stand_number("SELECT count(*) FROM notes.idempotency") <= 600, "old answers go");
    ck_assert_int_eq(stand_number("SELECT count(*) FROM notes.idempotency"), 600);
    program_stop(pid);
    program_port(port);
}
END_TEST

START_TEST(a_taken_port_ends_with_1)
{
    pid_t pid = program_start();

    ck_assert_int_eq(program_wait(pid), 1);
}
END_TEST

START_TEST(a_service_whose_data_does_not_begin_with_it_does_not_start)
{
    int port = program_other_port();
    pid_t pid;

    setenv("NOTES_AS", "headless", 1);
    pid = program_start();
    unsetenv("NOTES_AS");
    ck_assert_int_eq(program_wait(pid), 1);
    program_port(port);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("api_service");
    TCase *tcase = tcase_create("service");

    tcase_set_timeout(tcase, 30);
    tcase_add_unchecked_fixture(tcase, program_begin, program_end);
    tcase_add_loop_test(tcase, command_reports_its_result_by_exit_code, 0, ARRAY_LEN(cases));
    tcase_add_test(tcase, a_bad_configuration_ends_with_2);
    tcase_add_test(tcase, no_listener_is_not_healthy);
    tcase_add_loop_test(tcase, the_open_routes_need_no_key, 0, ARRAY_LEN(open_routes));
    tcase_add_loop_test(tcase, a_signal_drains_and_ends_with_0, 0, ARRAY_LEN(signals));
    tcase_add_loop_test(tcase, healthcheck_uses_loopback_for_other_addresses, 0,
                        ARRAY_LEN(addresses));
    tcase_add_test(tcase, invalid_address_is_not_healthy);
    tcase_add_test(tcase, without_its_database_a_command_ends_with_1_or_2);
    tcase_add_test(tcase, without_redis_an_instance_still_serves);
    tcase_add_test(tcase, requests_before_the_signal_are_answered);
    tcase_add_test(tcase, a_second_signal_ends_at_once);
    tcase_add_test(tcase, instance_is_not_ready_before_its_schema_exists);
    tcase_add_test(tcase, a_role_made_long_after_the_migration_is_served);
    tcase_add_test(tcase, role_without_its_group_is_reported_once);
    tcase_add_test(tcase, a_schema_that_is_too_new_ends_with_3);
    tcase_add_test(tcase, old_answers_are_deleted_without_being_asked_for);
    tcase_add_test(tcase, a_service_whose_data_does_not_begin_with_it_does_not_start);
    tcase_add_test(tcase, a_taken_port_ends_with_1);
    suite_add_tcase(suite, tcase);
    return stand_main(suite);
}
