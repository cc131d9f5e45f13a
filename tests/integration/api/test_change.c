// SPDX-License-Identifier: MIT
/* The rows that a change writes, and those that it must not write. */
#include <pthread.h>
#include <signal.h>

#include "http/route.h"

#include "notes.h"

/* Also in a thread. */
static void post(const char *key, const char *name, const char *body, struct reply *reply)
{
    char line[400];

    snprintf(line, sizeof line, "Idempotency-Key: %s", name);
    program_ask("POST", "/v1/notes", key, HEADERS(line), body, reply);
}

#define ck_post(wanted, key, name, body)                                                           \
    do {                                                                                           \
        post(key, name, body, &answer);                                                            \
        ck_assert_int_eq(answer.status, wanted);                                                   \
    } while (0)

static void clean(void)
{
    stand_sql("TRUNCATE notes.note, notes.audit, notes.outbox, notes.idempotency");
}

static pid_t flusher; /* while it is stopped */

/* A PostgreSQL server with a stopped process does not shut down. */
static void end(void)
{
    if (flusher > 0)
        kill(flusher, SIGCONT);
    program_end();
}

TEST_CASE("change", .setup_once = program_begin, .teardown_once = end, .setup = clean);

TEST(a_change_leaves_one_audit_row_and_one_event)
{
    ck_ask(201, "POST", "/v1/notes", key_all,
           HEADERS("X-Request-Id: req-1", "X-Actor: staff:Aigul"), "{\"text\":\"first\"}");
    ck_assert_ptr_nonnull(program_header(&answer, "ETag"));
    ck_assert_ptr_nonnull(program_header(&answer, "Location"));
    ck_rows(1, "notes.note");
    ck_rows(1, "notes.audit");
    ck_rows(1, "notes.outbox");
    ck_rows(0, "notes.idempotency");
    ck_sql_text("req-1|staff:Aigul|POST /v1/notes|write|note|1",
                "SELECT concat_ws('|', request_id, actor, route, action, resource_type,"
                " resource_version) FROM notes.audit");
    ck_rows(1, "notes.audit a JOIN api.api_key k ON k.id ="
               " a.key_id JOIN api.client c ON c.id = a.client_id AND c.id ="
               " k.client_id AND c.tenant_id = a.tenant_id JOIN notes.note n ON"
               " n.id = a.resource_id WHERE c.name = 'one'");
    ck_sql_text("1|note.written|notes-api|1|note|1|first|t|t",
                "SELECT concat_ws('|', epoch, type, source, sequence, resource_type,"
                " resource_version, data ->> 'text', tx IS NOT NULL,"
                " occurred_at > now() - interval '1 minute') FROM notes.outbox");
}

TEST(repeated_key_and_request_return_the_first_reply)
{
    static struct reply first, again;

    post(key_all, "abc", "{\"text\":\"once\",\"pause_ms\":0}", &first);
    ck_assert_int_eq(first.status, 201);
    ck_assert_ptr_null(program_header(&first, "Idempotent-Replay"));
    const char *etag = textf("%s", program_header(&first, "ETag"));
    const char *location = textf("%s", program_header(&first, "Location"));
    /* other spelling of the key and of the body */
    post(key_all, "\"abc\"", "{ \"pause_ms\": 0, \"text\": \"once\" }", &again);
    ck_assert_int_eq(again.status, 201);
    ck_assert_str_eq(again.body, first.body);
    ck_assert_str_eq(program_header(&again, "ETag"), etag);
    ck_assert_str_eq(program_header(&again, "Location"), location);
    ck_assert_str_eq(program_header(&again, "Idempotent-Replay"), "true");
    ck_assert_str_eq(program_header(&again, "Content-Type"), "application/json");
    ck_rows(1, "notes.note");
    ck_rows(1, "notes.audit");
    ck_rows(1, "notes.outbox");
}

// clang-format off
static const struct {
    const char *why, *path, *actor, *body;
    long status;
    const char *code;
} reuse_cases[] = {
    {"another text",                   "/v1/notes",               "X-Actor: staff:A", "{\"text\":\"other\"}", 422, "key_reused"},
    {"another actor",                  "/v1/notes",               "X-Actor: staff:B", "{\"text\":\"mine\"}",  422, "key_reused"},
    {"another query",                  "/v1/notes?dry_run=false", "X-Actor: staff:A", "{\"text\":\"mine\"}",  422, "key_reused"},
    {"another path",                   "/v1/many",                "X-Actor: staff:A", "{\"text\":\"mine\"}",  422, "key_reused"},
    {"a body with faults of its own",  "/v1/notes",               "X-Actor: staff:A", "{\"txt\":1}",          422, "key_reused"},
    {"a body that is no object",       "/v1/notes",               "X-Actor: staff:A", "[]",                   422, "key_reused"},
    {"an unreadable body comes first", "/v1/notes",               "X-Actor: staff:A", "{",                    400, "bad_json"},
    {"no body comes first",            "/v1/notes",               "X-Actor: staff:A", NULL,                   400, "body_missing"},
};
// clang-format on

TEST_ROWS_WHY(reused_key_is_reported_before_body_faults, reuse_cases)
{
    ck_ask(201, "POST", "/v1/notes", key_all, HEADERS("Idempotency-Key: reuse", "X-Actor: staff:A"),
           "{\"text\":\"mine\"}");
    program_ask("POST", row->path, key_all, HEADERS("Idempotency-Key: reuse", row->actor),
                row->body, &answer);
    ck_assert_msg(answer.status == row->status, "%ld %s", answer.status, answer.body);
    ck_assert_msg(program_has_code(&answer, row->code), "%s", answer.body);
    ck_rows(1, "notes.note");
}

static void *post_slowly(void *arg)
{
    post(key_all, "twin", "{\"text\":\"slow\"}", arg);
    return NULL;
}

TEST(concurrent_duplicate_is_409_and_later_a_replay)
{
    static struct reply first, second;
    PGconn *lock = stand_hold("LOCK TABLE notes.note IN SHARE MODE");
    pthread_t thread;

    clock_move(0);
    ck_assert_int_eq(pthread_create(&thread, NULL, post_slowly, &first), 0);
    wait_until(stand_number("SELECT count(*) FROM pg_locks WHERE NOT granted"
                            " AND relation = 'notes.note'::regclass") == 1,
               "the first one writes");
    clock_go(); /* the second request pauses and retries */
    post(key_all, "twin", "{\"text\":\"slow\"}", &second);
    ck_assert_int_eq(second.status, 409);
    ck_assert(program_has_code(&second, "key_in_progress"));
    ck_assert_str_eq(program_header(&second, "Retry-After"), "1");
    PQfinish(lock);
    pthread_join(thread, NULL);
    ck_assert_int_eq(first.status, 201);
    post(key_all, "twin", "{\"text\":\"slow\"}", &second);
    ck_assert_int_eq(second.status, 201);
    ck_assert_str_eq(second.body, first.body);
    ck_rows(1, "notes.note");
}

TEST(refused_change_stores_nothing_and_can_be_retried)
{
    ck_ask(201, "POST", "/v1/notes", key_all, NULL, "{\"text\":\"taken\"}");
    ck_post(409, key_all, "retry", "{\"text\":\"taken\"}");
    ck_assert(program_has_code(&answer, "text_taken"));
    ck_assert_ptr_null(program_header(&answer, "Location"));
    ck_rows(0, "notes.idempotency");
    ck_rows(1, "notes.audit");
    ck_rows(1, "notes.outbox");
    stand_sql("DELETE FROM notes.note");
    ck_post(201, key_all, "retry", "{\"text\":\"taken\"}");
    ck_assert_ptr_null(program_header(&answer, "Idempotent-Replay"));
}

static void expect_nothing(void)
{
    ck_sql(0, "SELECT (SELECT count(*) FROM notes.note) + (SELECT count(*) FROM"
              " notes.audit) + (SELECT count(*) FROM notes.outbox) + (SELECT"
              " count(*) FROM notes.idempotency)");
}

TEST(dry_run_shows_the_result_and_stores_nothing)
{
    ck_ask(200, "POST", "/v1/notes?dry_run=true", key_all, HEADERS("Idempotency-Key: "),
           "{\"text\":\"would\"}");
    ck_begins(answer.body, "{\"would\":{\"id\":\"");
    ck_has(answer.body, "\"text\":\"would\"}}");
    ck_assert_ptr_null(program_header(&answer, "ETag"));
    ck_assert_ptr_null(program_header(&answer, "Location"));
    expect_nothing();
}

TEST(a_dry_run_is_refused_for_the_same_reasons)
{
    program_ask("POST", "/v1/notes", key_all, NULL, "{\"text\":\"taken\"}", &answer);
    ck_ask(409, "POST", "/v1/notes?dry_run=true", key_all, NULL, "{\"text\":\"taken\"}");
    ck_assert(program_has_code(&answer, "text_taken"));
    ck_ask(422, "POST", "/v1/notes?dry_run=true", key_all, NULL, "{\"txt\":\"taken\"}");
}

TEST(delete_replies_204_and_dry_run_names_the_row)
{
    char path[200];

    program_ask("POST", "/v1/notes", key_all, NULL, "{\"text\":\"bye\"}", &answer);
    const char *id = textf("%s", stand_text("SELECT id FROM notes.note"));
    snprintf(path, sizeof path, "/v1/notes/%s?dry_run=true", id);
    const char *would = textf("{\"would\":{\"deleted\":\"%s\"}}", id);
    ck_ask(200, "DELETE", path, key_all, NULL, NULL);
    ck_assert_str_eq(answer.body, would);
    ck_rows(1, "notes.note");
    *strchr(path, '?') = '\0';
    ck_ask(400, "DELETE", path, key_all, NULL, "{\"text\"");
    ck_assert(program_has_code(&answer, "bad_json"));
    ck_ask(422, "DELETE", path, key_all, NULL, "{\"text\":\"bye\"}");
    ck_assert(program_has_code(&answer, "unknown_field"));
    ck_rows(1, "notes.note");
    ck_ask(204, "DELETE", path, key_all, HEADERS("Idempotency-Key: \"\""), "{}");
    ck_assert_str_eq(answer.body, "");
    ck_ask(404, "DELETE", path, key_all, NULL, NULL);
}

// clang-format off
static const struct {
    const char *why, *path, *key, *body;
    long status;
    const char *code;
} refusals[] = {
    {"an empty key",                  "/v1/notes",             "Idempotency-Key: \"\"",  "{\"text\":\"x\"}",         400, "bad_idempotency_key"},
    {"a key with a blank",            "/v1/notes",             "Idempotency-Key: a b",   "{\"text\":\"x\"}",         400, "bad_idempotency_key"},
    {"an unknown parameter",          "/v1/notes?dry=true",    "X-Actor: staff:A",       "{\"text\":\"x\"}",         422, "unknown_parameter"},
    {"an invalid boolean",            "/v1/notes?dry_run=yes", "X-Actor: staff:A",       "{\"text\":\"x\"}",         422, NULL},
    {"a body that is no object",      "/v1/notes",             "Idempotency-Key: fresh", "[]",                       422, "not_an_object"},
    {"an unknown field",              "/v1/notes",             "Idempotency-Key: fresh", "{\"text\":\"x\",\"y\":1}", 422, "unknown_field"},
    {"more than a change may queue",  "/v1/too-many",          "Idempotency-Key: fresh", "{}",                       500, "change_too_large"},
    {"a full arena",                  "/v1/starved",           "X-Actor: staff:A",       "{}",                       503, "out_of_memory"},
    {"no memory to store the answer", "/v1/starved",           "Idempotency-Key: fresh", "{}",                       503, "out_of_memory"},
};
// clang-format on

TEST_ROWS_WHY(refused_request_stores_nothing, refusals)
{
    program_ask("POST", row->path, key_all, HEADERS(row->key), row->body, &answer);
    ck_assert_msg(answer.status == row->status, "%ld %s", answer.status, answer.body);
    ck_assert_msg(row->code == NULL || program_has_code(&answer, row->code), "%s", answer.body);
    expect_nothing();
}

TEST(a_change_may_queue_eight_of_each_kind)
{
    program_ask("POST", "/v1/many", key_all, HEADERS("Idempotency-Key: many"), NULL, &answer);
    ck_assert_msg(answer.status == 200, "%ld %s", answer.status, answer.body);
    ck_rows(8, "notes.note");
    ck_rows(8, "notes.audit");
    ck_sql(8, "SELECT count(DISTINCT event_id) FROM notes.outbox");
    ck_rows(1, "notes.idempotency");
    /* no body and an empty object are the same request */
    ck_ask(200, "POST", "/v1/many", key_all, HEADERS("Idempotency-Key: many"), "{}");
    ck_assert_str_eq(program_header(&answer, "Idempotent-Replay"), "true");
}

static long dropped(void)
{
    static struct reply reply;

    program_ask("GET", "/v1/whoami", key_all, NULL, NULL, &reply);
    const char *at = strstr(reply.body, "\"dropped\":");
    ck_assert_ptr_nonnull(at);
    return strtol(at + strlen("\"dropped\":"), NULL, 10);
}

TEST(after_commit_callbacks_skip_dry_runs_and_replays)
{
    long before = dropped();

    post(key_all, "after", "{\"text\":\"after\"}", &answer);
    ck_assert_int_eq(dropped(), before + 1);
    post(key_all, "after", "{\"text\":\"after\"}", &answer); /* a replay */
    program_ask("POST", "/v1/notes?dry_run=true", key_all, NULL, "{\"text\":\"dry\"}", &answer);
    program_ask("POST", "/v1/notes", key_all, NULL, "{\"text\":\"after\"}", &answer); /* refused */
    ck_assert_int_eq(answer.status, 409);
    ck_assert_int_eq(dropped(), before + 1);
}

static void *post_unknown(void *arg)
{
    post(key_all, "unknown", "{\"text\":\"unknown\"}", arg);
    return NULL;
}

/* The flusher is stopped, so the change is committed but its durability is not confirmed. */
TEST(after_commit_callbacks_run_if_the_outcome_is_unknown)
{
    pthread_t thread;

    post(key_all, "known", "{\"text\":\"known\"}", &answer);
    long before = dropped();
    flusher = (pid_t)stand_number("SELECT pid FROM pg_stat_activity WHERE application_name"
                                  " LIKE 'notes-api/%%'"
                                  " AND query LIKE '%%pg_current_wal_flush_lsn%%'");
    ck_assert_int_gt(flusher, 1);
    clock_move(0);
    ck_assert_int_eq(kill(flusher, SIGSTOP), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, post_unknown, &answer), 0);
    wait_until(stand_number("SELECT count(*) FROM notes.note WHERE text = 'unknown'") == 1,
               "it is committed");
    clock_move(HTTP_DEADLINE_MS);
    pthread_join(thread, NULL);
    clock_go();
    ck_assert_int_eq(kill(flusher, SIGCONT), 0);
    flusher = 0;
    ck_assert_int_eq(answer.status, 503);
    ck_assert(program_has_code(&answer, "outcome_unknown"));
    ck_rows(1, "notes.note WHERE text = 'unknown'");
    ck_assert_int_eq(dropped(), before + 1);
}

TEST(stored_answer_is_replayed_for_48_hours_and_then_deleted)
{
    post(key_all, "old", "{\"text\":\"v1\"}", &answer);
    stand_sql("UPDATE notes.idempotency SET created_at = now() - interval '47 hours'");
    ck_post(422, key_all, "old", "{\"text\":\"v2\"}");
    stand_sql("UPDATE notes.idempotency SET created_at = now() - interval '49 hours'");
    ck_post(201, key_all, "old", "{\"text\":\"v2\"}");
    ck_rows(1, "notes.idempotency");
    stand_sql("UPDATE notes.idempotency SET created_at = now() - interval '49 hours'");
    post(key_all, "new", "{\"text\":\"v3\"}", &answer);
    program_ask("POST", "/v1/tick", key_all, NULL, NULL, &answer);
    ck_assert_str_eq(answer.body, "{}");
    ck_sql_text("new", "SELECT string_agg(key, ',') FROM notes.idempotency");
}

/* Debian's PostgreSQL supports lz4; pglz, the default, takes three times as long. */
TEST(a_stored_answer_is_compressed_with_lz4)
{
    ck_sql_text("l", "SELECT attcompression FROM pg_attribute"
                     " WHERE attrelid = 'notes.idempotency'::regclass"
                     " AND attname = 'body'");
}

TEST(background_work_is_audited_as_the_system)
{
    ck_ask(200, "POST", "/v1/tick", key_all, NULL, NULL);
    ck_sql_text("system|task notes-api|tick|t",
                "SELECT concat_ws('|', actor, route, action, client_id, request_id,"
                " tenant_id IS NOT NULL) FROM notes.audit");
    ck_rows(1, "notes.outbox WHERE type = 'note.ticked'");
}
