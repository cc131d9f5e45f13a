// SPDX-License-Identifier: MIT
/* --keys ensure: the keys of our own programs, which are files. */

#include "api/key.h"

#include "notes.h"
#include "support/patience.h"

static char path[64];

static void begin(void)
{
    program_begin();
    snprintf(path, sizeof path, "/tmp/notes-key-%d", (int)getpid());
}

static void end(void)
{
    unlink(path);
    program_end();
}

static int ensure(const char *client, const char *scopes)
{
    int code = run(HEADERS("--keys", "ensure", "--tenant", "system", "--client", client, "--scopes",
                           scopes, "--key-file", path));

    ck_assert_str_eq(out, "");
    return code;
}

/* The number of keys of a client, as "live/all". */
static const char *keys_of(const char *client)
{
    return stand_text("SELECT count(*) FILTER (WHERE revoked_at IS NULL) || '/' || count(*)"
                      " FROM api.api_key k JOIN api.client c ON c.id = k.client_id"
                      " JOIN api.tenant t ON t.id = c.tenant_id"
                      " WHERE c.name = '%s' AND t.name = 'system'",
                      client);
}

static void make(char key[API_KEY_LEN + 1], const char *end)
{
    api_key_generate(false, key);
    file_write(path, textf("%s%s", key, end));
}

TEST_CASE("keys", .setup_once = begin, .teardown_once = end);

/* On a server that has just started or is busy, connecting may take longer than a request would
 * wait. */
TEST(command_waits_for_an_unavailable_database)
{
    program_database_away(true);
    const pid_t pid = fork();

    if (pid == 0) {
        sleep(3);
        program_database_away(false);
        _exit(0);
    }
    int code = run(HEADERS("--keys", "list"));
    ck_assert_int_eq(program_wait(pid), 0);
    ck_assert_msg(code == 0, "%s", out);
    program_ready();
}

/* Runs the program and stores its standard error in `errors`. */
static int run_capturing_errors(const char *const *words, char *errors, size_t size)
{
    FILE *file = tmpfile();
    const int kept = dup(STDERR_FILENO);

    ck_assert_ptr_nonnull(file);
    dup2(fileno(file), STDERR_FILENO);
    const int code = run(words);
    dup2(kept, STDERR_FILENO);
    close(kept);
    const ssize_t len = pread(fileno(file), errors, size - 1, 0);
    errors[len > 0 ? len : 0] = '\0';
    fclose(file);
    return code;
}

TEST(command_without_a_database_reports_it)
{
    static const char late[] = "deadline_exceeded: ";
    char errors[1024];
    int code;

    program_database_away(true);
    do {
        code = run_capturing_errors(HEADERS("--keys", "list"), errors, sizeof errors);
    } while (in_gate() && strncmp(errors, late, strlen(late)) == 0);
    program_database_away(false);
    program_ready();
    ck_assert_int_eq(code, 1);
    ck_begins(errors, "database_unavailable: ");
}

TEST_LOOP(a_key_of_a_file_works_with_its_scopes_and_limits, 0, 2)
{
    char key[API_KEY_LEN + 1];

    make(key, _i == 0 ? "\n" : "");
    ck_assert_int_eq(ensure(_i == 0 ? "line" : "bare", "note:read,search:read"), 0);
    ck_whoami(key, 200);
    ck_assert_str_eq(keys_of(_i == 0 ? "line" : "bare"), "1/1");
    ck_sql_text("note:read,search:read 1000/2000 true",
                "SELECT scopes || ' ' || rate_per_s || '/' || burst || ' ' || (expires_at"
                " IS NULL) FROM api.api_key ORDER BY created_at DESC LIMIT 1");
}

TEST(ensure_is_idempotent_and_updates_the_same_row)
{
    const char *row = "SELECT k.id || ' ' || scopes || ' ' || rate_per_s FROM api.api_key k"
                      " JOIN api.client c ON c.id = k.client_id WHERE c.name = 'again'";
    char key[API_KEY_LEN + 1];

    make(key, "\n");
    ck_assert_int_eq(ensure("again", "note:read"), 0);
    const char *before = textf("%s", stand_text("%s", row));
    ck_assert_int_eq(ensure("again", "note:read"), 0);
    ck_sql_text(before, "%s", row);
    ck_assert_int_eq(
        run(HEADERS("--keys", "ensure", "--tenant", "system", "--client", "again", "--scopes",
                    "all", "--key-file", path, "--rate", "7", "--burst", "9")),
        0);
    ck_assert_str_eq(stand_text("%s", row) + 37, "all 7");
    ck_assert_str_eq(keys_of("again"), "1/1");
    ck_assert_int_eq(strncmp(stand_text("%s", row), before, 36), 0);
}

TEST(changed_file_replaces_the_key)
{
    char old[API_KEY_LEN + 1], fresh[API_KEY_LEN + 1];

    make(old, "\n");
    ck_assert_int_eq(ensure("rotated", "note:read"), 0);
    ck_whoami(old, 200);
    make(fresh, "\n");
    ck_assert_int_eq(ensure("rotated", "note:read"), 0);
    ck_whoami(fresh, 200);
    ck_assert_str_eq(keys_of("rotated"), "1/2");
    wait_until(whoami(old) == 401, "the old key is refused");
    file_write(path, textf("%s\n", old));
    ck_assert_int_eq(ensure("rotated", "note:read"), 1);
    ck_whoami(fresh, 200);
    ck_assert_str_eq(keys_of("rotated"), "1/2");
}

TEST(key_of_another_client_is_refused)
{
    char key[API_KEY_LEN + 1];

    make(key, "\n");
    ck_assert_int_eq(ensure("first", "note:read"), 0);
    ck_assert_int_eq(ensure("second", "note:read"), 1);
    ck_rows(0, "api.client WHERE name = 'second'");
    ck_assert_str_eq(keys_of("first"), "1/1");
}

TEST(create_makes_system_keys_only_for_system_scopes)
{
    ck_assert_int_eq(run(HEADERS("--keys", "create", "--tenant", "system", "--client", "jobs",
                                 "--scopes", "health:beat,health:admin")),
                     0);
    ck_assert_uint_eq(strlen(out), API_KEY_LEN + 1);
    ck_assert_str_eq(keys_of("jobs"), "1/1");
}

#define MADE(verb, tenant, scopes)                                                                 \
    "--keys", verb, "--tenant", tenant, "--client", "c", "--scopes", scopes
#define CREATE MADE("create", "system", "all")
#define ENSURE MADE("ensure", "system", "all")
#define BEAT   "note:read,health:beat"

static const struct {
    const char *why;
    const char *text; /* content of the file; NULL: no file */
    const char *words[13];
} mistakes[] = {
    {"create refuses other scopes of system", "",               {CREATE}                                     },
    {"create refuses mixed scopes of system", "",               {MADE("create", "system", BEAT)}             },
    {"create takes no file",                  "",               {CREATE, "--key-file", "FILE"}               },
    {"ensure without a file's name",          "",               {ENSURE}                                     },
    {"ensure of a test key by name",          "",               {ENSURE, "--key-file", "FILE", "--test"}     },
    {"ensure of a key with an expiry",        "",               {ENSURE, "--expires", "2030-01-01"}          },
    {"no file",                               NULL,             {ENSURE, "--key-file", "FILE"}               },
    {"an empty file",                         "",               {ENSURE, "--key-file", "FILE"}               },
    {"a file without a key",                  "tb_live_secret", {ENSURE, "--key-file", "FILE"}               },
    {"an unknown scope",                      "KEY\n",          {"--keys", "ensure", "--scopes", "notes:fly"}},
    {"a mistyped key",                        "KEYx\n",         {ENSURE, "--key-file", "FILE"}               },
    {"two keys",                              "KEY\nKEY\n",     {ENSURE, "--key-file", "FILE"}               },
};

TEST_ROWS_WHY(usage_error_exits_2_and_creates_nothing, mistakes)
{
    const char *words[14] = {0};
    char key[API_KEY_LEN + 1], text[120] = "";

    api_key_generate(false, key);
    unlink(path);
    for (const char *at = row->text; at != NULL && *at != '\0';) {
        bool is_key = strncmp(at, "KEY", 3) == 0;

        snprintf(text + strlen(text), sizeof text - strlen(text), is_key ? "%s" : "%.1s",
                 is_key ? key : at);
        at += is_key ? 3 : 1;
    }
    if (row->text != NULL)
        file_write(path, text);
    for (size_t i = 0; i < 13 && row->words[i] != NULL; i++)
        words[i] = strcmp(row->words[i], "FILE") == 0 ? path : row->words[i];
    ck_assert(run(words) == 2);
    ck_assert_str_eq(out, "");
    ck_rows(0, "api.client WHERE name = 'c'");
}
