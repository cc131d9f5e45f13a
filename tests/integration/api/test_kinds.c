// SPDX-License-Identifier: MIT
/* Services that use PostgreSQL only for API keys, or not at all. */

#include "api/key.h"

#include "notes.h"

enum { STEP_MS = 100, PAST_STALE_MS = API_KEY_STALE_MS + 2000 };

static void stop(void)
{
    clock_go();
    other_stop();
}

#define wait_answer(key, wanted)                                                                   \
    wait_until(whoami(key) == (wanted), "%ld, not %d", answer.status, wanted)

static void stays_good(const char *key, int for_ms)
{
    for (int passed = 0; passed < for_ms; passed += STEP_MS) {
        ck_whoami(key, 200);
        clock_move(STEP_MS);
    }
}

static bool readyz_says(const char *text)
{
    ck_ask(200, "GET", "/readyz", NULL, NULL, NULL);
    return strstr(answer.body, text) != NULL;
}

TEST_CASE("kinds", .setup_once = program_begin, .teardown_once = program_end);

TEST(service_with_keys_only_has_one_connection_and_writes_nothing)
{
    char key[KEY_TEXT_MAX], none[KEY_TEXT_MAX];

    program_key("unnoted", "note:read", NULL, key);
    program_key("elsewhere", "search:read", NULL, none);
    other_start_impatient("keys");
    wait_answer(key, 200);
    ck_whoami(NULL, 401);
    ck_whoami(none, 403);
    wait_until(readyz_says("\"postgres\":\"up\",\"schema\":\"up\""), "%s", answer.body);
    ck_rows(1, "pg_stat_activity WHERE application_name = 'notes-other'");
    /* The key is looked up again; by then any pending write of its use would have been made. */
    clock_move(PAST_STALE_MS);
    ck_whoami(key, 200);
    ck_sql(0, "SELECT count(last_used_at) FROM api.api_key k JOIN api.client c"
              " ON c.id = k.client_id WHERE c.name = 'unnoted'");
    stop();
}

TEST(known_keys_are_valid_during_an_outage_and_revoked_ones_not_after)
{
    char known[KEY_TEXT_MAX], revoked[KEY_TEXT_MAX], unseen[KEY_TEXT_MAX];

    program_key("known", "note:read", NULL, known);
    program_key("revoked", "note:read", NULL, revoked);
    program_key("reader", "note:read", NULL, unseen);
    other_start_impatient("keys");
    wait_answer(known, 200);
    wait_answer(revoked, 200);
    stand_sql("UPDATE api.api_key SET revoked_at = now() FROM api.client c"
              " WHERE c.id = client_id AND c.name = 'revoked'");
    program_database_away(true);
    stays_good(known, PAST_STALE_MS);
    ck_whoami(revoked, 200);
    ck_whoami(unseen, 503);
    wait_until(readyz_says("\"postgres\":\"down\""), "%s", answer.body);
    clock_go();
    program_database_away(false);
    wait_answer(revoked, 401);
    wait_answer(unseen, 200);
    stop();
}

/* A lock on the table simulates a server that does not respond. */
TEST(known_keys_are_valid_while_postgres_does_not_respond)
{
    char key[KEY_TEXT_MAX];

    program_key("patient", "note:read", NULL, key);
    other_start_impatient("keys");
    wait_answer(key, 200);
    void *lock = stand_hold("LOCK TABLE api.api_key IN ACCESS EXCLUSIVE MODE");
    clock_move(PAST_STALE_MS);
    stays_good(key, 3000);
    PQfinish(lock);
    stop();
}

TEST(service_with_keys_only_starts_without_postgres)
{
    program_database_away(true);
    other_start_impatient("keys");
    ck_assert(readyz_says("\"postgres\":\"down\""));
    ck_whoami(key_all, 503);
    ck_assert_ptr_nonnull(program_header(&answer, "Retry-After"));
    program_database_away(false);
    wait_answer(key_all, 200);
    stop();
}

/* Reads the file NOTES_KEYS of this test; returns the number of entries. */
static long kept_keys(const char *path, struct api_key_kept *last)
{
    FILE *file = fopen(path, "rb");
    long count = 0;

    while (file != NULL && fread(last, sizeof *last, 1, file) == 1)
        count++;
    if (file != NULL)
        fclose(file);
    return count;
}

TEST(persisted_key_is_valid_during_an_outage)
{
    char path[] = "/tmp/tapbot-keys-XXXXXX";
    char kept[KEY_TEXT_MAX], unseen[KEY_TEXT_MAX];
    struct api_key_kept last;

    close(mkstemp(path));
    setenv("NOTES_KEYS", path, 1);
    program_key("kept", "note:read", NULL, kept);
    program_key("not kept", "note:read", NULL, unseen);
    other_start_impatient("kept keys");
    wait_answer(kept, 200);
    stays_good(kept,
               API_KEY_FRESH_MS + 500); /* looked up again, and stored at most once a minute */
    stop();
    ck_assert_int_eq(kept_keys(path, &last), 1);
    ck_assert_str_eq(last.scopes, "note:read");
    /* When PostgreSQL is available again, its state of the key counts. */
    stand_sql("UPDATE api.api_key SET revoked_at = now() FROM api.client c"
              " WHERE c.id = client_id AND c.name = 'kept'");
    program_database_away(true);
    other_start_impatient("kept keys");
    stays_good(kept, 1000);
    clock_go();
    ck_whoami(unseen, 503);
    program_database_away(false);
    wait_answer(kept, 401);
    stop();
    ck_assert_int_eq(kept_keys(path, &last), 2);
    ck_assert_int_eq(last.checked_us, 0);
    unlink(path);
    unsetenv("NOTES_KEYS");
}

static const struct {
    const char *as;
    const char *words[4];
    int code;
    const char *says; /* NULL: anything */
    const char *hides;
} cases[] = {
    {"keys",                 {"--version"},      0, "notes-other ",    "schema"                 },
    {"keys",                 {"--help"},         0, "--healthcheck",   "--migrate"              },
    {"keys",                 {"--print-env"},    0, "\nDATABASE_URL=", "MIGRATION_DATABASE_URL="},
    {"keys",                 {"--print-env"},    0, "RATE_LIMIT",      "DB_SHARED_CONNECTIONS=" },
    {"keys",                 {"--migrate"},      2, NULL,              NULL                     },
    {"keys",                 {"--keys", "list"}, 2, NULL,              NULL                     },
    {"refused by its check", {"--check-config"}, 2, NULL,              NULL                     },
    {"refused by its check", {NULL},             2, NULL,              NULL                     },
    {"refused by its check", {"--version"},      0, NULL,              NULL                     },
    {"without a schema",     {"--version"},      1, NULL,              NULL                     },
    {"without a schema",     {"--migrate"},      1, NULL,              NULL                     },
    {"without a schema",     {NULL},             1, NULL,              NULL                     },
};

TEST_ROWS(commands_of_missing_features_are_refused, cases)
{
    usual_port = program_other_port();
    setenv("NOTES_AS", row->as, 1);
    const int code = run(row->words);
    unsetenv("NOTES_AS");
    program_port(usual_port);
    ck_assert_msg(code == row->code, "%d: %d", _i, code);
    ck_assert_msg(row->says == NULL || strstr(out, row->says) != NULL, "%d: %s", _i, out);
    ck_assert_msg(row->hides == NULL || strstr(out, row->hides) == NULL, "%d: %s", _i, out);
}
