// SPDX-License-Identifier: MIT
/* The daily keys that hash persons in logs: created by the first instance, used by all, deleted
 * when they are old. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check.h>

#include "base/digest.h"

#include "integration/program.h"

#define TODAY "(now() AT TIME ZONE 'UTC')::date"

static pid_t pid;
static int port;

static void start(const char *as)
{
    port = program_other_port();
    setenv("NOTES_AS", as, 1);
    pid = program_start();
    unsetenv("NOTES_AS");
    program_ready();
}

static void stop(void)
{
    program_stop(pid);
    program_port(port);
}

#define wait_number(wanted, sql)                                                                   \
    wait_until(stand_number("%s", sql) == (wanted), "%lld, not %d: %s", stand_number("%s", sql),   \
               wanted, sql)

/* "person":"0123456789abcdef": how the log of the notes service shows the person, hashed with
 * today's key. */
static const char *person_of_today(void)
{
    static char text[80];
    char hex[2 * DIGEST_SHA256_LEN + 1];
    uint8_t key[DIGEST_SHA256_LEN], hash[DIGEST_SHA256_LEN];
    unsigned byte;

    snprintf(hex, sizeof(hex), "%s",
             stand_text("SELECT encode(key, 'hex') FROM api.log_key WHERE day = " TODAY));
    ck_assert_uint_eq(strlen(hex), sizeof(hex) - 1);
    for (size_t i = 0; i < sizeof(key); i++) {
        ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
        key[i] = (uint8_t)byte;
    }
    digest_hmac_sha256((struct slice){(const char *)key, sizeof(key)}, SLICE("telegram:7"), hash);
    digest_hex(hash, 8, hex);
    snprintf(text, sizeof(text), "\"person\":\"%s\"", hex);
    return text;
}

/* Sends requests until a line with this person is logged; the instance may read the key a moment
 * later. */
static void wait_person(const char *person)
{
    static struct reply reply;

    wait_until(
        (program_ask("GET", "/v1/whoami", key_all, NULL, NULL, &reply), program_logged(person) > 0),
        "the log has %s", person);
}

#define RIGHT_DAYS                                                                                 \
    "SELECT count(*) FROM api.log_key WHERE day IN (" TODAY ", " TODAY " + 1)"                     \
    " AND octet_length(key) = 32"

TEST_CASE("log_keys", .setup_once = program_begin, .teardown_once = program_end);

TEST(first_instance_creates_keys_that_all_use)
{
    stand_sql("DELETE FROM api.log_key");
    start("second");
    wait_number(2, RIGHT_DAYS);
    ck_sql(2, "SELECT count(DISTINCT key) FROM api.log_key");
    wait_person(person_of_today());
    stop();
    start("third");
    wait_person(person_of_today());
    stop();
    start("keys");
    wait_person(person_of_today());
    stop();
}

/* Shifts the rows by a day, as on the next day, and then as on the day after. */
TEST(each_day_creates_one_key_and_deletes_one)
{
    for (int day = 0; day < 2; day++) {
        char today[80];

        snprintf(
            today, sizeof(today), "%s",
            stand_text("SELECT encode(key, 'hex') FROM api.log_key WHERE day = " TODAY " + 1"));
        stand_sql("UPDATE api.log_key SET day = day - 1 WHERE day < " TODAY);
        stand_sql("UPDATE api.log_key SET day = day - 1 WHERE day = " TODAY);
        stand_sql("UPDATE api.log_key SET day = day - 1 WHERE day > " TODAY);
        start("next day");
        wait_number(2, RIGHT_DAYS);
        wait_number(3, "SELECT count(*) FROM api.log_key");
        ck_rows(1, "api.log_key WHERE day = " TODAY " - 1");
        ck_sql_text(today, "SELECT encode(key, 'hex') FROM api.log_key WHERE day = " TODAY);
        wait_person(person_of_today());
        stop();
    }
}

TEST(concurrent_instances_use_the_same_keys)
{
    PGconn *held;

    stand_sql("DELETE FROM api.log_key");
    held = stand_hold("INSERT INTO api.log_key SELECT " TODAY " + i, sha256(i::text::bytea)"
                      " FROM generate_series(0, 1) i");
    start("second");
    wait_number(1, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                   " AND datname = current_database() AND query LIKE '%log_key_insert%'");
    stand_commit(held);
    wait_person(person_of_today());
    ck_rows(2, "api.log_key WHERE key = sha256((day - " TODAY ")::text::bytea)");
    stop();
}

TEST(service_with_keys_only_creates_no_log_keys_and_logs_no_ids)
{
    stand_sql("DELETE FROM api.log_key");
    start("keys");
    wait_person("\"person\":\"");
    ck_rows(0, "api.log_key");
    ck_assert_int_eq(program_logged("telegram"), 0);
    ck_assert_int_eq(program_logged("task_failed"), 0);
    stop();
}
