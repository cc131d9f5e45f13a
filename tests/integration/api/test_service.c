// SPDX-License-Identifier: MIT
/* The main program: its commands, its start, its shutdown. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "notes.h"

static const struct {
    const char *why;
    const char *words[10];
    int code;
    const char *says; /* expected on standard output; NULL: anything */
} cases[] = {
    {"its version",                    {"--version"},                                   0, "notes-api "                 },
    {"a sound configuration",          {"--check-config"},                              0, "fine"                       },
    {"its variables",                  {"--print-env"},                                 0, "HTTP_PORT=7099"             },
    {"help",                           {"--help"},                                      0, "--healthcheck"              },
    {"help about keys",                {"--keys", "--help"},                            0, "bot:read"                   },
    {"an unknown option",              {"--fly"},                                       2, NULL                         },
    {"a superfluous argument",         {"--version", "now"},                            2, NULL                         },
    {"keys without a verb",            {"--keys"},                                      2, NULL                         },
    {"keys with an unknown verb",      {"--keys", "steal"},                             2, NULL                         },
    {"keys without required options",  {"--keys", "create"},                            2, NULL                         },
    {"a key without a tenant",         {"--keys", "create", "--tenant", ""},            2, NULL                         },
    {"a key of an unknown scope",      {"--keys", "create", "--scopes", "note:fly"},    2, NULL                         },
    {"a key without rate",             {"--keys", "create", "--rate", "0"},             2, NULL                         },
    {"a key with an invalid burst",    {"--keys", "create", "--burst", "many"},         2, NULL                         },
    {"a key with an invalid expiry",   {"--keys", "create", "--expires", "2026-02-30"}, 2, NULL                         },
    {"a key with an unknown option",   {"--keys", "create", "--colour", "red"},         2, NULL                         },
    {"a value that is missing",        {"--keys", "create", "--tenant"},                2, NULL                         },
    {"a list with an argument",        {"--keys", "list", "all"},                       2, NULL                         },
    {"a revocation without a key",     {"--keys", "revoke"},                            2, NULL                         },
    {"a revocation of an unknown key", {"--keys", "revoke", "tb_live_zzzz"},            1, NULL                         },
    {"a list of keys",                 {"--keys", "list"},                              0, "tests\tone\tall\t5000/10000"},
    {"a migration again",              {"--migrate"},                                   0, "up to date"                 },
    {"a migration as a dry run",       {"--migrate", "--dry-run"},                      0, "nothing was changed"        },
    {"half a migration",               {"--migrate", "--half"},                         2, NULL                         },
    {"a ready instance",               {"--healthcheck"},                               0, NULL                         },
};

TEST_CASE("service", .setup_once = program_begin, .teardown_once = program_end);

TEST_ROWS_WHY(command_reports_its_result_by_exit_code, cases)
{
    const char *words[11] = {0};

    memcpy(words, row->words, sizeof row->words);
    int code = run(words);
    ck_assert_int_eq(code, row->code);
    ck_assert_msg(row->says == NULL || strstr(out, row->says) != NULL, "%s", out);
}

TEST(invalid_configuration_exits_with_2)
{
    setenv("DRAIN_LIMIT", "soon", 1);
    ck_assert_int_eq(run(HEADERS("--check-config")), 2);
    ck_assert_int_eq(run(NULL), 2);
    setenv("DRAIN_LIMIT", "3s", 1);
}

TEST(without_a_listener_healthcheck_fails)
{
    const char *kept = textf("%s", getenv("HTTP_PORT"));

    setenv("HTTP_PORT", "1", 1);
    ck_assert_int_eq(run(HEADERS("--healthcheck")), 1);
    setenv("HTTP_PORT", kept, 1);
}

TEST(command_without_a_database_exits_with_1_or_2)
{
    const char *kept = textf("%s", getenv("MIGRATION_DATABASE_URL"));

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

TEST(instance_serves_without_redis)
{
    const char *kept = textf("%s", getenv("REDIS_URL"));

    setenv("REDIS_URL", "", 1);
    setenv("RATE_LIMIT_ENABLED", "false", 1);
    other_start(NULL);
    setenv("REDIS_URL", kept, 1);
    unsetenv("RATE_LIMIT_ENABLED");
    program_ready();
    program_ask("GET", "/readyz", NULL, NULL, NULL, &answer);
    ck_has(answer.body, "\"redis\":\"down\"");
    ck_whoami(key_all, 200);
    ck_assert_ptr_null(program_header(&answer, "RateLimit"));
    other_stop();
}

static const char *const addresses[] = {"0.0.0.0", "::", "::1"};

TEST_ROWS(healthcheck_uses_loopback_for_other_addresses, addresses)
{
    setenv("HTTP_ADDRESS", *row, 1);
    other_start(NULL);
    wait_until(run(HEADERS("--healthcheck")) == 0, "the instance is healthy");
    unsetenv("HTTP_ADDRESS");
    other_stop();
}

TEST(invalid_address_is_not_healthy)
{
    setenv("HTTP_ADDRESS", "localhost", 1);
    ck_assert_int_eq(run(HEADERS("--healthcheck")), 1);
    unsetenv("HTTP_ADDRESS");
}

static const struct {
    const char *path, *says;
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

TEST_ROWS(open_routes_need_no_key, open_routes)
{
    ck_ask(200, "GET", row->path, NULL, NULL, NULL);
    ck_assert_msg(strstr(answer.body, row->says) != NULL, "%s: %s", row->path, answer.body);
}

static const int signals[] = {SIGTERM, SIGINT};

TEST_ROWS(sigterm_drains_and_exits_with_0, signals)
{
    other_start(NULL);
    program_ready();
    const int64_t from_ms = wait_now_ms();
    kill(other, *row);
    ck_assert_int_eq(other_wait(), 0);
    if (is_timed())
        ck_assert_int_lt(wait_now_ms() - from_ms, 3000);
}

static int slow_ms;

static void *post_slowly(void *arg)
{
    program_ask("POST", "/v1/notes", key_all, NULL,
                textf("{\"text\":\"slow\",\"pause_ms\":%d}", slow_ms), arg);
    return NULL;
}

/* Starts another instance, which drains for as long as it must, and, in a thread, a request whose
 * statement PostgreSQL is running. */
static pthread_t start_slow_request(int ms)
{
    pthread_t thread;

    setenv("DRAIN_LIMIT", "60s", 1);
    other_start(NULL);
    setenv("DRAIN_LIMIT", "3s", 1);
    program_ready();
    slow_ms = ms;
    ck_assert_int_eq(pthread_create(&thread, NULL, post_slowly, &answer), 0);
    wait_until(
        stand_number("SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                     " AND query LIKE '/* note_pause */%%' AND datname = current_database()") > 0,
        "the slow request begins");
    return thread;
}

TEST(requests_before_the_signal_are_answered)
{
    const pthread_t thread = start_slow_request(2000);

    kill(other, SIGTERM);
    pthread_join(thread, NULL);
    ck_assert_int_eq(answer.status, 201);
    ck_assert_int_eq(other_wait(), 0);
}

TEST(second_signal_exits_at_once)
{
    const pthread_t thread = start_slow_request(5000);
    pid_t ended = 0;
    int status = 0;

    /* Two signals that arrive before the program handles one count as one. */
    while (ended == 0) {
        kill(other, SIGTERM);
        usleep(50 * 1000);
        ended = waitpid(other, &status, WNOHANG);
    }
    ck_assert_int_eq(ended, other);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    pthread_join(thread, NULL);
    ck_assert_int_eq(answer.status, 0);
    program_port(usual_port);
}

static long ready_status(void)
{
    program_ask("GET", "/readyz", NULL, NULL, NULL, &answer);
    return answer.status;
}

TEST(instance_is_not_ready_before_its_schema_exists)
{
    stand_sql("UPDATE notes.schema_migration SET number = number - 100 WHERE set_name = 'change'");
    other_start(NULL);
    wait_until(ready_status() != 0, "the instance answers");
    program_logs("schema_not_fit"); /* the schema has been checked */
    ck_assert_int_eq(ready_status(), 503);
    ck_assert_int_eq(run(HEADERS("--healthcheck")), 1);
    stand_sql("UPDATE notes.schema_migration SET number = number + 100 WHERE set_name = 'change'");
    program_ready();
    ck_assert_int_eq(run(HEADERS("--healthcheck")), 0);
    other_stop();
}

/* Another instance, which connects as the role of another service: it has no rights on shared
 * tables except those of `group`, and reads the schema "notes". */
static void start_with_role(const char *name, const char *group)
{
    stand_sql("DROP ROLE IF EXISTS %s; CREATE ROLE %s LOGIN PASSWORD '" PROGRAM_PASSWORD "' %s;"
              "GRANT USAGE ON SCHEMA notes TO %s;"
              "GRANT SELECT ON ALL TABLES IN SCHEMA notes TO %s",
              name, name, group, name, name);
    program_database_as(name);
    other_start(NULL);
}

static void stop_with_role(const char *name)
{
    other_stop();
    stand_sql("DROP OWNED BY %s; DROP ROLE %s", name, name);
    program_database();
}

TEST(role_created_after_the_migration_can_serve)
{
    start_with_role("late_role", "IN ROLE tapbot_service");
    program_ready();
    ck_whoami(key_all, 200);
    stop_with_role("late_role");
}

TEST(role_without_its_group_is_reported_once)
{
    const char reason[] = "role lone_role may not read api.schema_migration";

    start_with_role("lone_role", "");
    program_logs(reason);
    usleep(1500 * 1000); /* time for one more check */
    ck_assert_int_eq(program_logged(reason), 1);
    ck_assert_int_eq(program_logged("schema_not_fit"), 1);
    ck_assert_int_eq(ready_status(), 503);
    stop_with_role("lone_role");
}

TEST(too_new_schema_exits_with_3)
{
    stand_sql("INSERT INTO notes.schema_migration (number, name, checksum, min_compatible)"
              " VALUES (2, '0002-later.sql', '', 2)");
    other_start(NULL);
    ck_assert_int_eq(other_wait(), 3);
    stand_sql("UPDATE notes.schema_migration SET min_compatible = 1 WHERE name = '0002-later.sql'");
    other_start(NULL);
    program_ready();
    other_stop();
    stand_sql("DELETE FROM notes.schema_migration WHERE name = '0002-later.sql'");
}

TEST(old_answers_are_deleted_in_the_background)
{
    stand_sql("INSERT INTO notes.idempotency (id, client_id, key, fingerprint, status, created_at)"
              " SELECT gen_random_uuid(), gen_random_uuid(), 'old', sha256('old'), 200,"
              " now() - interval '1 hour' * (47 + i %% 3) FROM generate_series(1, 1800) i");
    other_start(NULL);
    program_ready();
    wait_until(stand_number("SELECT count(*) FROM notes.idempotency") <= 600,
               "old answers are deleted");
    ck_rows(600, "notes.idempotency");
    other_stop();
}

TEST(used_port_exits_with_1)
{
    ck_assert_int_eq(program_wait(program_start()), 1);
}

TEST(service_whose_data_lacks_its_head_does_not_start)
{
    other_start("headless");
    ck_assert_int_eq(other_wait(), 1);
}
