// SPDX-License-Identifier: MIT
#include "integration/program.h"

#include <strings.h>
#include <sys/wait.h>

#include <curl/curl.h>

#include "support/child.h"
#include "support/free_port.h"

enum { WORDS_MAX = 24, LOGS_MAX = 64 };

struct reply answer;
char key_all[KEY_TEXT_MAX];
char key_other[KEY_TEXT_MAX];
static const char runtime[] = PROGRAM_SCHEMA "_runtime";
static pid_t running;
/* Logs of instances, by port. */
static struct {
    int port;
    FILE *file;
} logs[LOGS_MAX];
static int port;
static int suite;          /* names its database; its tests are children of this process */
static char database[512]; /* URL of a database of this suite alone */

static const char *needed(const char *name)
{
    const char *value = getenv(name);

    if (value == NULL) {
        fprintf(stderr, "%s is not set: run under tests/support/with-services\n", name);
        exit(EXIT_FAILURE);
    }
    return value;
}

/* Runs SQL in the database TEST_DATABASE_URL: `before`, the name of this suite's database,
 * `after`. */
static void administer(const char *before, const char *after)
{
    PGconn *connection = PQconnectdb(needed("TEST_DATABASE_URL"));
    char text[300];

    snprintf(text, sizeof text, "%s " PROGRAM_SCHEMA "_%d %s", before, suite, after);
    PGresult *result = PQexec(connection, text);
    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", text,
                  PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

void program_database_away(bool away)
{
    stand_disconnect();
    administer("ALTER DATABASE", away ? "ALLOW_CONNECTIONS false" : "ALLOW_CONNECTIONS true");
    if (away)
        administer("DO $do$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE datname = trim($name$",
                   "$name$); END $do$");
}

/* Suites run concurrently in one cluster. */
static void make_database(void)
{
    const char *given = needed("TEST_DATABASE_URL");
    const char *host = strchr(given, '@');
    const char *name = host != NULL ? strchr(host, '/') : NULL;
    const char *options = name != NULL ? strchr(name, '?') : NULL;

    ck_assert_ptr_nonnull(name);
    suite = (int)getpid();
    administer("CREATE DATABASE", "TEMPLATE template0");
    snprintf(database, sizeof database, "%.*s/" PROGRAM_SCHEMA "_%d%s", (int)(name - given), given,
             suite, options != NULL ? options : "");
    stand_connect(database);
}

void program_database_as(const char *role)
{
    const char *rest = strchr(database, '@');
    char url[512];

    ck_assert_ptr_nonnull(rest);
    snprintf(url, sizeof url, "postgresql://%s:" PROGRAM_PASSWORD "%s", role, rest);
    setenv("DATABASE_URL", url, 1);
}

/* The service runs as its runtime role, whose only rights are those granted by migrations. */
void program_database(void)
{
    program_database_as(runtime);
}

static void environment(void)
{
    program_port(free_port());
    setenv("MIGRATION_DATABASE_URL", database, 1);
    program_database();
    setenv("REDIS_URL", needed("TEST_REDIS_URL"), 1);
    setenv("ENVIRONMENT", "test", 1);
    setenv("LOG_LEVEL", "info", 0);
    setenv("DRAIN_LAME", "100ms", 1);
    setenv("DRAIN_LIMIT", "3s", 1);
}

void program_port(int number)
{
    port = number;
    setenv("HTTP_PORT", textf("%d", port), 1);
}

int program_other_port(void)
{
    int before = port;

    program_port(free_port());
    return before;
}

static pid_t spawn(const char *const *words, int out)
{
    char *argv[WORDS_MAX] = {strdup(PROGRAM)};

    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        argv[i + 1] = strdup(words[i]);
    fflush(NULL);
    pid_t pid = child_fork();
    if (pid == 0) {
        if (out >= 0)
            dup2(out, STDOUT_FILENO);
        execv(argv[0], argv);
        _exit(127);
    }
    for (size_t i = 0; argv[i] != NULL; i++)
        free(argv[i]);
    ck_assert_int_gt(pid, 0);
    return pid;
}

int program_wait(pid_t pid)
{
    int status;

    wait_until(waitpid(pid, &status, WNOHANG) == pid, "process %d ends", (int)pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void program_stop(pid_t pid)
{
    kill(pid, SIGTERM);
    ck_assert_int_eq(program_wait(pid), 0);
}

int program_run(const char *const *words, char *out, size_t room)
{
    int pipes[2];
    size_t have = 0;

    ck_assert_int_eq(pipe(pipes), 0);
    pid_t pid = spawn(words, pipes[1]);
    close(pipes[1]);
    for (ssize_t got = 1; got > 0 && have + 1 < room;) {
        got = read(pipes[0], out + have, room - have - 1);
        if (got > 0)
            have += (size_t)got;
    }
    out[have] = '\0';
    close(pipes[0]);
    return program_wait(pid);
}

/* The log of the instance at this port; a free entry if there is none. */
static FILE **log_of_port(void)
{
    for (int i = 0; i < LOGS_MAX; i++) {
        if (logs[i].port == 0)
            logs[i].port = port;
        if (logs[i].port == port)
            return &logs[i].file;
    }
    ck_abort_msg("too many ports");
    return NULL;
}

pid_t program_start(void)
{
    FILE **log = log_of_port();

    if (*log != NULL)
        fclose(*log);
    *log = tmpfile();
    ck_assert_ptr_nonnull(*log);
    return spawn(NULL, getenv("PROGRAM_LOG") != NULL ? -1 : fileno(*log));
}

int program_logged(const char *words)
{
    static char log[4 * 1024 * 1024]; /* the complete output */
    ssize_t len = pread(fileno(*log_of_port()), log, sizeof log - 1, 0);
    int times = 0;

    log[len > 0 ? len : 0] = '\0';
    for (const char *at = log; (at = strstr(at, words)) != NULL; at++)
        times++;
    return times;
}

void program_logs(const char *words)
{
    wait_until(program_logged(words) > 0, "the program logs %s", words);
}

void program_ready(void)
{
    static struct reply reply;

    wait_until((program_ask("GET", "/readyz", NULL, NULL, NULL, &reply), reply.status == 200),
               "/readyz: %ld %s", reply.status, reply.body);
}

void program_key(const char *client, const char *scopes, const char *const *more,
                 char key[KEY_TEXT_MAX])
{
    const char *words[WORDS_MAX] = {"--keys",   "create", "--tenant", "tests",
                                    "--client", client,   "--scopes", scopes};
    char out[256];

    for (size_t i = 0; more != NULL && more[i] != NULL; i++)
        words[8 + i] = more[i];
    ck_assert_int_eq(program_run(words, out, sizeof out), 0);
    ck_assert_uint_eq(strlen(out), 45);
    out[44] = '\0';
    memcpy(key, out, 45);
}

void program_begin(void)
{
    static char out[REPLY_MAX];

    make_database();
    environment();
    stand_sql("DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%s') THEN"
              " CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE tapbot_service; END IF;"
              " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
              runtime, runtime, PROGRAM_PASSWORD);
    ck_assert_int_eq(program_run(HEADERS("--migrate"), out, sizeof out), 0);
    program_key("one", "all", HEADERS("--rate", "5000", "--burst", "10000"), key_all);
    program_key("two", "all", HEADERS("--rate", "5000", "--burst", "10000", "--test"), key_other);
    running = program_start();
    program_ready();
    stand_disconnect(); /* the tests are processes of their own */
}

void program_end(void)
{
    kill(running, SIGTERM);
    int code = program_wait(running);
    stand_disconnect();
    administer("DROP DATABASE", "WITH (FORCE)");
    if (code == 0)
        return;
    fprintf(stderr, "the service ended with %d\n", code);
    kill(running, SIGKILL);
    exit(EXIT_FAILURE);
}

struct sink {
    char *text;
    size_t len;
};

static size_t collect(char *data, size_t size, size_t count, void *arg)
{
    struct sink *sink = arg;
    size_t len = size * count;

    if (len > REPLY_MAX - 1 - sink->len)
        len = REPLY_MAX - 1 - sink->len;
    memcpy(sink->text + sink->len, data, len);
    sink->len += len;
    sink->text[sink->len] = '\0';
    return size * count;
}

static struct curl_slist *header_list(const char *key, const char *const *headers, const char *body)
{
    struct curl_slist *list = NULL;
    char text[128];

    if (key != NULL) {
        snprintf(text, sizeof text, "X-API-Key: %s", key);
        list = curl_slist_append(list, text);
    }
    if (body != NULL)
        list = curl_slist_append(list, "Content-Type: application/json");
    for (size_t i = 0; headers != NULL && headers[i] != NULL; i++)
        list = curl_slist_append(list, headers[i]);
    return list;
}

void program_ask(const char *method, const char *path, const char *key, const char *const *headers,
                 const char *body, struct reply *reply)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *list = header_list(key, headers, body);
    struct sink text = {reply->body, 0};
    struct sink lines = {reply->headers, 0};
    char url[512];

    reply->status = 0;
    reply->body[0] = reply->headers[0] = '\0';
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)patience_ms(10000));
    if (body != NULL)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    else if (strcmp(method, "POST") == 0)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &text);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &lines);
    if (curl_easy_perform(curl) == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
}

const char *program_header(const struct reply *reply, const char *name)
{
    static _Thread_local char value[512];
    size_t len = strlen(name);

    for (const char *line = reply->headers; line != NULL && *line != '\0';) {
        const char *end = strstr(line, "\r\n");

        if (strncasecmp(line, name, len) == 0 && line[len] == ':' && end != NULL) {
            const char *from = line + len + 1;

            while (*from == ' ')
                from++;
            snprintf(value, sizeof value, "%.*s", (int)(end - from), from);
            return value;
        }
        line = end != NULL ? end + 2 : NULL;
    }
    return NULL;
}

bool program_has_code(const struct reply *reply, const char *code)
{
    char text[80];

    snprintf(text, sizeof text, "\"code\":\"%s\"", code);
    return strstr(reply->body, text) != NULL;
}
