// SPDX-License-Identifier: MIT
/* Authentication, rate limits, actors. */
#include <pthread.h>

#include "api/key.h"

#include "notes.h"

#define WRITER   "X-Actor: writer:00890a5d-ac96-774b-bcce-b302099a8057"
#define NO_ACTOR "Accept: */*"

static char key_read[KEY_TEXT_MAX], key_others[KEY_TEXT_MAX], key_both[KEY_TEXT_MAX];
static char key_made_up[KEY_TEXT_MAX];
static char key[KEY_TEXT_MAX]; /* that a test makes */

static void begin(void)
{
    program_begin();
    program_key("reader", "note:read", NULL, key_read);
    program_key("others", "search:read,bot:send", NULL, key_others);
    program_key("both", "search:read,note:read", NULL, key_both);
    api_key_generate(false, key_made_up);
}

// clang-format off
static const struct {
    const char *why, *method, *path;
    const char *key; /* NULL: none */
    const char *line;
    long status;
    const char *code; /* NULL: any */
} cases[] = {
    {"no key",                                "GET",  "/v1/whoami",  NULL,        NO_ACTOR,            401, "key_missing"},
    {"a malformed key",                       "GET",  "/v1/whoami",  "abc",       NO_ACTOR,            401, "key_unknown"},
    {"an unknown key",                        "GET",  "/v1/whoami",  key_made_up, NO_ACTOR,            401, "key_unknown"},
    {"an unknown path without a key",         "GET",  "/v1/nothing", NULL,        NO_ACTOR,            401, "key_missing"},
    {"an unknown path with one",              "GET",  "/v1/nothing", key_all,     NO_ACTOR,            404, NULL},
    {"an unknown path for a bad actor",       "GET",  "/v1/nothing", key_all,     "X-Actor: x",        404, NULL},
    {"another method",                        "PUT",  "/v1/whoami",  key_all,     NO_ACTOR,            405, NULL},
    {"the version",                           "GET",  "/v1/whoami",  key_all,     "API-Version: 1",    200, NULL},
    {"another version",                       "GET",  "/v1/whoami",  key_all,     "API-Version: 2",    400, "unsupported_version"},
    {"another version without a key",         "GET",  "/v1/whoami",  NULL,        "API-Version: 2",    400, "unsupported_version"},
    {"another version on an open route",      "GET",  "/health",     NULL,        "API-Version: 2",    400, "unsupported_version"},
    {"a parameter of an open route",          "GET",  "/health?a=1", NULL,        NO_ACTOR,            422, "unknown_parameter"},
    {"a parameter of a probe",                "GET",  "/livez?a=1",  NULL,        NO_ACTOR,            422, "unknown_parameter"},
    {"a scope of the key",                    "GET",  "/v1/whoami",  key_read,    NO_ACTOR,            200, NULL},
    {"a scope that the key lacks",            "POST", "/v1/notes",   key_read,    NO_ACTOR,            403, "scope_missing"},
    {"an actor without the scope for actors", "GET",  "/v1/whoami",  key_read,    "X-Actor: staff:A",  403, "scope_missing"},
    {"a bad actor without the scope",         "GET",  "/v1/whoami",  key_read,    "X-Actor: boss",     422, "bad_actor"},
    {"a bad actor",                           "GET",  "/v1/whoami",  key_all,     "X-Actor: boss",     422, "bad_actor"},
    {"a reader",                              "GET",  "/v1/whoami",  key_all,     "X-Actor: reader:7", 200, NULL},
    {"a writer",                              "GET",  "/v1/whoami",  key_all,     WRITER,              200, NULL},
    {"a reader on a route not for readers",   "POST", "/v1/notes",   key_all,     "X-Actor: reader:7", 403, "forbidden"},
    {"an actor without rights",               "GET",  "/v1/whoami",  key_all,     "X-Actor: nobody:7", 403, "forbidden"},
    {"an actor of another service",           "GET",  "/v1/whoami",  key_all,     "X-Actor: guest:7",  403, "actor_not_accepted"},
    {"an actor of no service",                "GET",  "/v1/whoami",  key_all,     "X-Actor: robot:7",  422, "bad_actor"},
    {"a scope of another service",            "GET",  "/v1/whoami",  key_others,  NO_ACTOR,            403, "scope_missing"},
    {"scopes of both",                        "GET",  "/v1/whoami",  key_both,    NO_ACTOR,            200, NULL},
    {"an unknown writer",                     "GET",  "/v1/whoami",  key_all,     "X-Actor: writer:11890a5d-ac96-774b-bcce-b302099a8057", 422, "bad_actor"},
};
// clang-format on

TEST_CASE("guard", .setup_once = begin, .teardown_once = program_end);

TEST_ROWS_WHY(a_request_passes_version_key_scope_and_actor_in_this_order, cases)
{
    program_ask(row->method, row->path, row->key, HEADERS(row->line), NULL, &answer);
    ck_assert_msg(answer.status == row->status, "%ld %s", answer.status, answer.body);
    ck_assert_msg(row->code == NULL || program_has_code(&answer, row->code), "%s", answer.body);
    ck_assert(program_header(&answer, "API-Version") != NULL);
    if (answer.status == 401)
        ck_assert_str_eq(program_header(&answer, "WWW-Authenticate"), "ApiKey realm=\"tapbot\"");
}

static const struct {
    const char *why, *path;
    const char *key;    /* as X-API-Key; NULL: none */
    const char *scheme; /* of Authorization */
    const char *token;
    long status;
} bearers[] = {
    {"a key as bearer",                          "/v1/bearer", NULL,        "Bearer",  key_read,    200},
    {"schemes are case-insensitive",             "/v1/bearer", NULL,        "bearer ", key_read,    200},
    {"only X-API-Key",                           "/v1/bearer", key_read,    "Bearer",  "x",         200},
    {"X-API-Key takes precedence",               "/v1/bearer", key_made_up, "Bearer",  key_read,    401},
    {"an unknown key",                           "/v1/bearer", NULL,        "Bearer",  key_made_up, 401},
    {"a key without the scope",                  "/v1/bearer", NULL,        "Bearer",  key_others,  403},
    {"a password",                               "/v1/bearer", NULL,        "Basic",   key_read,    401},
    {"no scheme",                                "/v1/bearer", NULL,        "",        key_read,    401},
    {"no key",                                   "/v1/bearer", NULL,        "Bearer",  "",          401},
    {"a route that does not accept bearer keys", "/v1/whoami", NULL,        "Bearer",  key_read,    401},
};

TEST_ROWS_WHY(bearer_key_is_accepted_on_flagged_routes, bearers)
{
    program_ask("GET", row->path, row->key,
                HEADERS(textf("Authorization: %s %s", row->scheme, row->token)), NULL, &answer);
    ck_assert_msg(answer.status == row->status, "%ld %s", answer.status, answer.body);
}

TEST(handler_gets_client_and_actor)
{
    program_ask("GET", "/v1/whoami", key_other, HEADERS("X-Actor: reader:7"), NULL, &answer);
    ck_has(answer.body, "\"actor\":\"reader:7\",\"test_key\":true");
    program_ask("GET", "/v1/whoami", key_all, NULL, NULL, &answer);
    ck_has(answer.body, textf("\"actor\":\"client:%s\",\"test_key\":false",
                              stand_text("SELECT id FROM api.client WHERE name = 'one'")));
}

TEST(every_reply_has_rate_limit_headers)
{
    program_ask("GET", "/v1/whoami", key_read, NULL, NULL, &answer);
    ck_assert_str_eq(program_header(&answer, "RateLimit-Policy"), "\"key\";q=200;w=2");
    ck_begins(program_header(&answer, "RateLimit"), "\"key\";r=");
    ck_ask(403, "POST", "/v1/notes", key_read, NULL, NULL);
    ck_assert_ptr_nonnull(program_header(&answer, "RateLimit"));
    ck_ask(404, "GET", "/v1/nothing", key_read, NULL, NULL);
    ck_assert_ptr_nonnull(program_header(&answer, "RateLimit"));
    ck_ask(422, "POST", "/v1/notes", key_all, NULL, "{\"text\":1}");
    ck_assert_ptr_nonnull(program_header(&answer, "RateLimit"));
}

TEST(rate_limited_key_gets_retry_after)
{
    int passed = 0;

    program_key("hasty", "all", HEADERS("--rate", "1", "--burst", "3"), key);
    const time_t began = time(NULL);
    do {
        program_ask("GET", "/v1/whoami", key, NULL, NULL, &answer);
        passed += answer.status == 200;
    } while (answer.status == 200 && passed < 200);
    ck_assert_int_eq(answer.status, 429);
    ck_assert_msg(passed >= 3 && passed <= 5 + (time(NULL) - began), "%d passed", passed);
    ck_assert(program_has_code(&answer, "rate_limited"));
    ck_assert_int_ge(atoi(program_header(&answer, "Retry-After")), 1);
    ck_assert_ptr_nonnull(program_header(&answer, "RateLimit-Policy"));
    ck_whoami(key_all, 200);
}

TEST(revoked_key_is_refused_within_5_seconds_and_its_successor_works)
{
    char old[KEY_TEXT_MAX], fresh[KEY_TEXT_MAX];
    long status;

    /* Requests are sent until one is refused. */
    program_key("rotating", "note:read", HEADERS("--rate", "5000", "--burst", "10000"), old);
    ck_whoami(old, 200);
    program_key("rotating", "note:read", NULL, fresh);
    ck_whoami(fresh, 200);
    ck_assert_int_eq(run(HEADERS("--keys", "revoke", textf("%.*s", API_KEY_PREFIX_LEN, old))), 0);
    const int64_t began_ms = wait_now_ms();
    wait_until((status = whoami(old)) != 200, "the key is refused");
    ck_assert_int_eq(status, 401);
    ck_assert(!is_timed() || wait_now_ms() - began_ms <= 5000);
    ck_whoami(fresh, 200);
    ck_rows(1, "api.client WHERE name = 'rotating'");
}

TEST(key_is_refused_after_its_expiry)
{
    program_key("brief", "note:read", HEADERS("--expires", "2000-01-01"), key);
    ck_whoami(key, 401);
    program_key("mayfly", "note:read", HEADERS("--expires", "2099-01-01"), key);
    stand_sql("UPDATE api.api_key SET expires_at = to_timestamp(%lld / 1e6 + 60) FROM api.client c"
              " WHERE c.id = client_id AND c.name = 'mayfly'",
              (long long)clock_move(0));
    clock_move(59000);
    ck_whoami(key, 200);
    clock_move(1000);
    ck_whoami(key, 401);
    clock_go();
}

TEST(key_created_after_a_try_works_within_a_second)
{
    program_key("late", "note:read", NULL, key);
    stand_sql(
        "UPDATE api.api_key SET revoked_at = now() FROM api.client c WHERE c.id = client_id AND"
        " c.name = 'late'");
    ck_whoami(key, 401);
    stand_sql("UPDATE api.api_key SET revoked_at = NULL");
    clock_move(1200);
    clock_go();
    ck_whoami(key, 200);
}

TEST(use_of_a_key_is_recorded)
{
    const char *noted = "SELECT count(*) FROM api.api_key k JOIN api.client c ON c.id = k.client_id"
                        " WHERE c.name = 'used' AND last_used_at > now() - interval '1 minute'";

    program_key("used", "note:read", NULL, key);
    ck_sql(0, "%s", noted);
    program_ask("GET", "/v1/whoami", key, NULL, NULL, &answer);
    wait_until(stand_number("%s", noted) == 1, "the use is noted");
}

/* A lock on the table simulates a database that does not respond. */
TEST(cached_key_is_accepted_for_5_seconds_without_the_database)
{
    int served = 0;

    other_start_impatient(NULL);
    clock_move(0);
    ck_whoami(key_all, 200);
    PGconn *lock = stand_hold("LOCK TABLE api.api_key IN ACCESS EXCLUSIVE MODE");
    do {
        clock_move(100);
        program_ask("GET", "/v1/whoami", key_all, NULL, NULL, &answer);
        served += answer.status == 200;
    } while (answer.status == 200 && served < 80);
    ck_assert_int_eq(answer.status, 503);
    ck_assert_ptr_nonnull(program_header(&answer, "Retry-After"));
    ck_assert_int_eq(served, 49);
    PQfinish(lock);
    clock_go();
    wait_until(whoami(key_all) == 200, "the key is served again");
    other_stop();
}

enum { CROWD = 12 };

struct asker {
    pthread_t thread;
    const char *key;
    struct reply answer;
};

static void *ask_in_thread(void *arg)
{
    struct asker *asker = arg;

    program_ask("GET", "/v1/whoami", asker->key, NULL, NULL, &asker->answer);
    return NULL;
}

/* Many requests with one unknown key, while its table is locked. */
static PGconn *crowd_asks(struct asker crowd[CROWD], const char *with)
{
    PGconn *lock = stand_hold("LOCK TABLE api.api_key IN ACCESS EXCLUSIVE MODE");

    for (size_t i = 0; i < CROWD; i++) {
        crowd[i].key = with;
        ck_assert_int_eq(pthread_create(&crowd[i].thread, NULL, ask_in_thread, &crowd[i]), 0);
    }
    return lock;
}

static void crowd_ends(struct asker crowd[CROWD], long status)
{
    for (size_t i = 0; i < CROWD; i++) {
        pthread_join(crowd[i].thread, NULL);
        ck_assert_int_eq(crowd[i].answer.status, status);
    }
}

/* `name` with a line end before it and a space after it. */
static long metric(const char *name)
{
    static struct reply reply;

    program_ask("GET", "/metrics", NULL, NULL, NULL, &reply);
    const char *at = strstr(reply.body, name);
    ck_assert_ptr_nonnull(at);
    return strtol(at + strlen(name), NULL, 10);
}

static int64_t look_ups(int lock)
{
    return stand_number(
        "SELECT count(*) FROM pg_stat_activity WHERE %d = ANY (pg_blocking_pids(pid))", lock);
}

TEST(concurrent_requests_with_a_new_key_cause_one_query)
{
    static struct asker crowd[CROWD];

    program_key("crowd", "note:read", NULL, key);
    clock_move(0);
    PGconn *lock = crowd_asks(crowd, key);
    wait_until(metric("\nhttp_in_flight ") >= CROWD, "all wait for the key");
    wait_until(look_ups(PQbackendPID(lock)) > 0, "the look-up waits for the table");
    ck_assert_int_eq(look_ups(PQbackendPID(lock)), 1);
    PQfinish(lock);
    crowd_ends(crowd, 200);
    clock_go();
}

TEST(unverifiable_new_key_is_503_for_all_requests)
{
    static struct asker crowd[CROWD];

    other_start_impatient(NULL);
    program_key("unlucky", "note:read", NULL, key);
    PGconn *lock = crowd_asks(crowd, key);
    crowd_ends(crowd, 503);
    PQfinish(lock);
    other_stop();
}

TEST(many_unknown_keys_do_not_evict_a_known_one)
{
    for (int i = 0; i < 300; i++) {
        api_key_generate(false, key);
        ck_whoami(key, 401);
    }
    ck_whoami(key_all, 200);
}
