// SPDX-License-Identifier: MIT
#include "stand.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/embed.h"
#include "base/log.h"
#include "base/now.h"

#include "access.h"
#include "booking_handlers.h"

extern const struct embed_file api_change_schema_files[];
extern const size_t api_change_schema_file_count;
extern const struct embed_file booking_schema_files[];
extern const size_t booking_schema_file_count;

struct api_caller stand_staff = {.actor = ACTOR_CLIENT, .test_key = true};
struct api_caller stand_owner = {.actor = ACTOR_OWNER};
struct api_caller stand_guest = {.actor = ACTOR_GUEST, .actor_number = 7};
struct api_caller stand_guest8 = {.actor = ACTOR_GUEST, .actor_number = 8};
struct api_caller stand_other = {.actor = ACTOR_STAFF};

static struct {
    struct loop *loop;
    struct work *work;
    struct db_pool *pool;
    PGconn *outside;
    struct service_config config;
    struct service service;
    struct booking_app app;
    int running;
    int flats;
} stand;

#define ck_ok(call, fault)                                                                         \
    ck_assert_msg(call, "%s: %s", (fault).code != NULL ? (fault).code : "", (fault).detail)

static const char *url(void)
{
    const char *text = getenv("TEST_DATABASE_URL");

    ck_assert_msg(text != NULL,
                  "TEST_DATABASE_URL is not set (tests/support/with-services sets it)");
    return text;
}

static void hush(void *data, const char *message)
{
    (void)data;
    (void)message;
}

PRINTF_LIKE(1, 0) static PGresult *outside(const char *format, va_list list)
{
    char sql[4096];

    vsnprintf(sql, sizeof sql, format, list);
    PGresult *result = PQexec(stand.outside, sql);
    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK ||
                      PQresultStatus(result) == PGRES_COMMAND_OK,
                  "%s: %s", sql, PQerrorMessage(stand.outside));
    return result;
}

void stand_sql(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    PQclear(outside(format, list));
    va_end(list);
}

long long stand_number(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    PGresult *result = outside(format, list);
    va_end(list);
    const long long number = PQntuples(result) > 0 ? atoll(PQgetvalue(result, 0, 0)) : -1;
    PQclear(result);
    return number;
}

const char *stand_text(const char *format, ...)
{
    static char texts[4][STAND_TEXT];
    static int next;
    char *text = texts[next++ % 4];
    va_list list;

    va_start(list, format);
    PGresult *result = outside(format, list);
    va_end(list);
    snprintf(text, STAND_TEXT, "%s", PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    PQclear(result);
    return text;
}

char *stand_long_text(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    PGresult *result = outside(format, list);
    va_end(list);
    char *text = strdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    ck_assert_ptr_nonnull(text);
    PQclear(result);
    return text;
}

static void apply(const struct embed_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct slice sql = embed_content(&files[i]);
        char *text = strndup(sql.at, sql.len);
        PGresult *result = PQexec(stand.outside, text);
        ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK, "%s: %s", files[i].name,
                      PQerrorMessage(stand.outside));
        PQclear(result);
        free(text);
    }
}

static void name_caller(struct api_caller *caller, const char *kind, const char *id)
{
    static char texts[8][80];
    static int next;
    char *text = texts[next++ % 8];

    snprintf(text, 80, "%s:%s", kind, id);
    caller->actor_text = slice_of(text);
}

static void make_callers(void)
{
    const struct uuid tenant = uuid_make(), client = uuid_make(), owner = uuid_make();
    struct api_caller *all[] = {&stand_staff, &stand_owner, &stand_guest, &stand_guest8};
    char text[UUID_TEXT_LEN + 1];

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        all[i]->tenant_id = tenant;
        all[i]->client_id = client;
        all[i]->key_id = client;
    }
    stand_other.tenant_id = uuid_make();
    stand_other.client_id = stand_other.key_id = uuid_make();
    stand_owner.actor_id = owner;
    uuid_format(&owner, text);
    name_caller(&stand_owner, "owner", text);
    uuid_format(&client, text);
    name_caller(&stand_staff, "client", text);
    name_caller(&stand_guest, "guest", "7");
    name_caller(&stand_guest8, "guest", "8");
    name_caller(&stand_other, "staff", "B");
}

static void make_tables(const char *schema)
{
    char tenant[UUID_TEXT_LEN + 1], owner[UUID_TEXT_LEN + 1];

    stand.outside = PQconnectdb(url());
    PQsetNoticeProcessor(stand.outside, hush, NULL);
    ck_assert_msg(PQstatus(stand.outside) == CONNECTION_OK, "%s", PQerrorMessage(stand.outside));
    stand_sql("DROP SCHEMA IF EXISTS %s CASCADE", schema);
    stand_sql("CREATE SCHEMA %s", schema);
    stand_sql("SET search_path = %s, public", schema);
    /* The extension is the database's: suites that run side by side make it one after the other. */
    stand_sql("SELECT pg_advisory_lock(7020)");
    apply(api_change_schema_files, api_change_schema_file_count);
    apply(booking_schema_files, booking_schema_file_count);
    stand_sql("SELECT pg_advisory_unlock(7020)");
    make_callers();
    uuid_format(&stand_owner.tenant_id, tenant);
    uuid_format(&stand_owner.actor_id, owner);
    stand_sql("INSERT INTO owner (id, tenant_id, name) VALUES ('%s', '%s', 'Асель')", owner,
              tenant);
}

static bool nothing(struct db *tx, void *arg, struct fault *fault)
{
    static const struct db_statement statement = {.name = "stand_nothing", .sql = "SELECT 1"};

    (void)arg;
    return db_query(tx, &statement, DB_NO_VALUES, NULL, fault);
}

/* Connecting is not what is tested: a pool that is just coming up has little patience. */
static void wait_for_pool(void *data)
{
    struct fault fault;

    (void)data;
    for (int i = 0; i < 100 && !db_transaction(stand.pool, nothing, NULL, &fault); i++)
        stand_sleep(50);
    stand_sleep(50);
}

void stand_begin(const char *schema)
{
    static const struct booking_config config = {.sweep_interval_ms = 1000};
    static char path[STAND_TEXT];
    struct db_options options;
    struct fault fault = {0};

    memset(&stand, 0, sizeof stand);
    log_init("booking-test", LOG_ERROR);
    make_tables(schema);
    snprintf(path, sizeof path, "%s, public", schema);
    db_options_defaults(&options);
    options.url = url();
    options.application = "booking-test/1";
    options.search_path = path;
    options.shared = STAND_SHARED;
    options.exclusive = STAND_EXCLUSIVE;
    options.wait_ms = 10000;
    stand.loop = loop_create(&fault);
    ck_ok(stand.loop != NULL, fault);
    stand.work = work_create(stand.loop, 1, 16, &fault);
    ck_ok(stand.work != NULL, fault);
    stand.pool = db_pool_create(stand.loop, stand.work, &options, NULL, NULL, &fault);
    ck_ok(stand.pool != NULL, fault);
    const struct api_changes_options changes = {.pool = stand.pool, .service = "booking-api"};
    stand.service = (struct service){
        .config = &stand.config,
        .loop = stand.loop,
        .work = stand.work,
        .pool = stand.pool,
        .db = db_shared(stand.pool),
        .changes = api_changes_create(&changes, &fault),
        .events = booking_events_part,
    };
    ck_ok(stand.service.changes != NULL, fault);
    stand.app.service = &stand.service;
    stand.app.config = &config;
    stand_run(wait_for_pool, NULL);
}

struct loop *stand_loop(void)
{
    return stand.loop;
}

struct db *stand_db(void)
{
    return stand.service.db;
}

const struct service *stand_service(void)
{
    return &stand.service;
}

struct booking_app *stand_app(void)
{
    return &stand.app;
}

struct api_changes *stand_changes(void)
{
    return stand.service.changes;
}

static void destroy_pool(void *data)
{
    (void)data;
    db_pool_destroy(stand.pool);
    stand_sleep(5);
}

void stand_end(void)
{
    stand_run(destroy_pool, NULL);
    loop_run_out(stand.loop, INT64_C(4000000000));
    api_changes_destroy(stand.service.changes);
    work_destroy(stand.work);
    loop_destroy(stand.loop);
    PQfinish(stand.outside);
    log_flush();
}

struct job {
    void (*body)(void *data);
    void *data;
};

static void job_run(void *data)
{
    const struct job job = *(struct job *)data;

    free(data);
    job.body(job.data);
    if (--stand.running == 0)
        loop_stop(stand.loop);
}

void stand_go(void (*body)(void *data), void *data)
{
    struct job *job = malloc(sizeof *job);
    struct fault fault = {0};

    ck_assert_ptr_nonnull(job);
    *job = (struct job){body, data};
    stand.running++;
    ck_ok(
        fiber_start(stand.loop, job_run, job, now_mono_ns() + INT64_C(30000000000), "test", &fault),
        fault);
}

static void start(void *data)
{
    const struct job *job = data;

    stand_go(job->body, job->data);
}

void stand_run(void (*body)(void *data), void *data)
{
    struct job job = {body, data};
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(stand.loop, &timer, now_mono_ns(), start, &job));
    loop_run(stand.loop);
}

void stand_sleep(int ms)
{
    struct fault fault = {0};

    ck_ok(fiber_sleep((int64_t)ms * 1000000, &fault), fault);
}

const char *stand_flat(void)
{
    static char ids[32][UUID_TEXT_LEN + 1];
    char tenant[UUID_TEXT_LEN + 1], owner[UUID_TEXT_LEN + 1];
    const struct uuid flat = uuid_make();
    char *id = ids[stand.flats % 32];

    uuid_format(&stand_owner.tenant_id, tenant);
    uuid_format(&stand_owner.actor_id, owner);
    uuid_format(&flat, id);
    stand_sql("INSERT INTO apartment (id, tenant_id, owner_id, code, title_ru, city, rooms,"
              " max_guests, included_guests, base_price) VALUES ('%s', '%s', '%s', 'T%d', 'Студия',"
              " 'almaty', 1, 4, 4, 1000000)",
              id, tenant, owner, ++stand.flats);
    return id;
}

const char *stand_day(int offset)
{
    return stand_text("SELECT (now() AT TIME ZONE 'Asia/Almaty')::date + %d", offset);
}

static void set_query(struct http_request *req, const struct ask *ask)
{
    for (size_t i = 0; i < STAND_QUERY && ask->query[i][0] != NULL; i++)
        req->query[req->query_count++] =
            (struct field_pair){slice_of(ask->query[i][0]), slice_of(ask->query[i][1])};
}

static void read_answer(const struct http_response *res, struct answer *answer)
{
    const char *text;

    answer->status = (int)res->status;
    for (size_t i = 0; i < res->header_count; i++) {
        if (slice_is(slice_of(res->headers[i].name), "ETag"))
            snprintf(answer->etag, sizeof answer->etag, "%.*s", SLICE_ARG(res->headers[i].value));
        if (slice_is(slice_of(res->headers[i].name), "Idempotent-Replay"))
            answer->replayed = true;
        if (slice_is(slice_of(res->headers[i].name), "Retry-After"))
            answer->retry_after = true;
    }
    answer->problem = slice_is(slice_of(res->content_type), "application/problem+json");
    if (res->body.len == 0)
        return;
    answer->json = json_loadb(res->body.data, res->body.len, 0, NULL);
    ck_assert_msg(answer->json != NULL, "not JSON: %.*s", (int)res->body.len, res->body.data);
    text = json_string_value(json_object_get(answer->json, "code"));
    if (text != NULL && answer->status >= 400)
        snprintf(answer->code, sizeof answer->code, "%s", text);
    text = json_string_value(json_object_get(answer->json, "id"));
    if (text != NULL)
        snprintf(answer->id, sizeof answer->id, "%s", text);
}

struct answer stand_ask(const struct ask *ask)
{
    const struct http_route route = {.path = "/test", .flags = ask->action ? HTTP_ROUTE_ACTION : 0};
    struct api_caller caller = ask->caller != NULL ? *ask->caller : stand_staff;
    struct answer answer = {0};
    struct http_response res = {0};
    struct arena arena;
    struct json_body *json = NULL;
    struct http_request req = {
        .method = ask->method,
        .route = &route,
        .target = SLICE("/test"),
        .path = slice_of(ask->id != NULL ? ask->id : "/test"),
        .params = {slice_of(ask->id), slice_of(ask->second_id)},
        .body = ask->body != NULL ? slice_of(ask->body) : SLICE(""),
        .request_id = SLICE("test"),
        .arena = &arena,
        .json = &json,
        .loop = stand.loop,
        .caller = &caller,
    };

    arena_init(&arena, 1 << 20); /* as the server gives a request */
    buf_init(&res.body, HTTP_REPLY_MAX);
    req.headers[HTTP_H_IDEMPOTENCY_KEY] = slice_of(ask->key);
    req.headers[HTTP_H_IF_MATCH] = slice_of(ask->if_match);
    set_query(&req, ask);
    ask->handler(&stand.app, &req, &res);
    read_answer(&res, &answer);
    fields_parse_finish(json);
    buf_finish(&res.body);
    arena_finish(&arena);
    return answer;
}

void answer_drop(struct answer *answer)
{
    json_decref(answer->json);
    answer->json = NULL;
}

struct answer stand_status(const struct ask *ask)
{
    struct answer answer = stand_ask(ask);

    answer_drop(&answer);
    return answer;
}

struct answer stand_book(const struct api_caller *caller, const char *flat, int from, int nights,
                         const char *guest, const char *more)
{
    char body[4096];

    snprintf(body, sizeof body,
             "{\"apartment_id\":\"%s\",\"check_in\":\"%s\",\"check_out\":\"%s\",\"guests\":2,"
             "\"guest\":{\"name\":\"Данияр\"%s}%s}",
             flat, stand_day(from), stand_day(from + nights), guest, more);
    return stand_status(&(struct ask){
        .handler = post_booking, .caller = caller, .method = HTTP_POST, .body = body});
}

struct answer stand_act(http_handler *verb, const struct api_caller *caller, const char *id,
                        const char *body)
{
    return stand_status(&(struct ask){.handler = verb,
                                      .caller = caller,
                                      .method = HTTP_POST,
                                      .id = id,
                                      .body = body,
                                      .action = true});
}

void stand_check_traces(void)
{
    ck_assert_int_eq(stand_number("SELECT count(*) FROM booking_history a JOIN booking_history b"
                                  " ON b.booking_id = a.booking_id AND b.version = a.version + 1"
                                  " WHERE b.from_status IS DISTINCT FROM a.to_status"),
                     0);
    ck_assert_int_eq(
        stand_number("SELECT count(*) FROM occupancy o WHERE kind = 'booking' AND (version <>"
                     " (SELECT count(*) FROM booking_history WHERE booking_id = o.id)"
                     " OR version <>"
                     " (SELECT count(*) FROM outbox WHERE resource_id = o.id)"
                     " OR version <>"
                     " (SELECT count(*) FROM audit WHERE resource_id = o.id))"),
        0);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM outbox e JOIN booking_history h"
                                  " ON h.booking_id = e.resource_id AND h.version = e.sequence"
                                  " WHERE e.type <> 'booking.' || CASE WHEN h.from_status ="
                                  "  h.to_status THEN 'changed' ELSE h.to_status END"
                                  " OR e.data ->> 'status' <> h.to_status"),
                     0);
}

int stand_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);

    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
