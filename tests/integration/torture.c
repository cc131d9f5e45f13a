// SPDX-License-Identifier: MIT
#include "torture.h"

#include "integration/tables.h"
#include "support/failing_pq.h"

enum { TEST_MAX_S = 1500, SLOW_MS = 5000, SAMPLE = 6, MIDNIGHT_S = 15, NAME = 64 };
static const long long retry_ns =
    1000000000; /* after this time the pool tries to replace a lost connection */

/* What failure messages contain. */
static const struct torture_service *service;
static const struct torture_case *tortured;
static char place[200];
static int connections; /* number of connections made once all lost ones are replaced */
static int tortured_count, lost_before, lost_after, answered, refused;

#define ck(condition, ...)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            char why_[4096];                                                                       \
            snprintf(why_, sizeof why_, __VA_ARGS__);                                              \
            ck_abort_msg("%s, %s: %s", tortured->name, place, why_);                               \
        }                                                                                          \
    } while (0)

static void check_tables(const char *is, const char *should, const char *when)
{
    const char *differ = tables_differ(is, should);

    ck(differ == NULL, "%s there is\n%s", when, differ);
}

/* --- requests --- */

static char key[40];

const char *torture_fill(const struct torture_service *of, const char *text,
                         char body[TORTURE_BODY])
{
    size_t len = 0;

    while (text != NULL && *text != '\0' && len < TORTURE_BODY - 100) {
        int used = 1;
        if (*text == '$')
            len += (size_t)snprintf(body + len, TORTURE_BODY - len, "%s", of->word(text, &used));
        else
            body[len++] = *text == '\'' ? '"' : *text;
        text += used;
    }
    body[len] = '\0';
    return text != NULL ? body : NULL;
}

const char *torture_word(const struct torture_word *words, const char *at, int *len)
{
    for (; words->name != NULL; words++) {
        *len = (int)strlen(words->name);
        if (strncmp(at, words->name, (size_t)*len) == 0)
            return words->value;
    }
    return NULL;
}

static bool is_route(const struct http_route *route, const char *text)
{
    const char *method = http_method_name(route->method);
    const size_t len = strlen(method);

    return strncmp(text, method, len) == 0 && text[len] == ' ' &&
           strcmp(text + len + 1, route->path) == 0;
}

static const struct http_route *route_of(const struct torture_case *row)
{
    const struct service_definition *definition = service->definition();

    for (size_t i = 0; i < definition->route_count; i++)
        if (is_route(&definition->routes[i], row->route))
            return &definition->routes[i];
    ck_abort_msg("%s: routes.c has no %s", row->name, row->route);
    return NULL;
}

static bool has_row(const struct torture_case *rows, size_t count, const struct http_route *route)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].route != NULL && is_route(route, rows[i].route))
            return true;
    return false;
}

static struct answer ask(const struct torture_case *row)
{
    char body[TORTURE_BODY], params[TORTURE_BODY];
    int len;

    if (row->task != NULL)
        return row->task();
    const struct http_route *route = route_of(row);
    const struct ask ask = {
        .handler = route->handler,
        .caller = row->caller,
        .method = route->method,
        .id = torture_word(service->subjects, route->path, &len),
        .second_id = service->second_id,
        .body = torture_fill(service, row->body, body),
        .key = route->method == HTTP_POST && !row->keyless ? key : NULL,
        .params = torture_fill(service, row->params, params),
        .action = (route->flags & HTTP_ROUTE_ACTION) != 0,
    };

    return stand_ask(&ask);
}

static void make(const struct torture_case *row)
{
    static int keys;

    tables_empty();
    snprintf(key, sizeof key, "torture-%d", ++keys);
    service->make(row);
    if (row->then != NULL)
        stand_sql("%s", row->then);
    if (row->repeated)
        (void)ask(row);
    /* Also open transactions of other suites delay events. */
    if (row->route != NULL && strcmp(row->route, "GET /v1/events") == 0)
        stand_wait_for_events();
}

struct answer torture_answer(bool done, const struct fault *fault)
{
    struct answer answer = {.status = done ? 200 : 503, .problem = !done, .retry_after = !done};

    if (!done)
        snprintf(answer.code, sizeof answer.code, "%s", fault->code);
    return answer;
}

/* --- the undisturbed run --- */

/* The tables after no run, one run, and two equal runs. */
static char *states[3];
static int wanted_status;
static bool keyed; /* the answer is stored for the Idempotency-Key */
static int call_count;
static char calls[FAILING_PQ_CALLS][NAME];

static bool is_method(const struct torture_case *row, enum http_method method)
{
    return row->route != NULL && route_of(row)->method == method;
}

/* Whether a repeated request gets 404, because the resource is deleted. */
static bool removes(const struct torture_case *row)
{
    return is_method(row, HTTP_DELETE) && !row->goes_on;
}

/* The second answer is equal except for values that change with each request. */
static void check_same(struct answer *first, struct answer *again)
{
    static const char *const moving[] = {"version", "updated_at", "checks"};

    if (tortured->goes_on || (!keyed && is_method(tortured, HTTP_POST)))
        return; /* a dry run creates another id each time */
    for (size_t i = 0; i < ARRAY_LEN(moving); i++) {
        json_object_del(first->json, moving[i]);
        json_object_del(again->json, moving[i]);
    }
    ck(first->json == NULL || again->json == NULL || json_equal(first->json, again->json),
       "the second answer differs: %s", json_dumps(again->json, JSON_COMPACT));
}

static struct answer send_and_count(const struct torture_case *row)
{
    failing_pq_arm(0, FAILING_PQ_BEFORE);
    const struct answer answer = ask(row);

    call_count = failing_pq_calls();
    ck(call_count <= FAILING_PQ_CALLS, "%d calls", call_count);
    for (int i = 0; i < call_count; i++)
        snprintf(calls[i], NAME, "%s", failing_pq_call(i + 1));
    return answer;
}

/* Moves the clock to the next attempt to connect, while make() uses a connection whose plans are
 * cached already. */
static void reconnect(const struct torture_case *row)
{
    failing_pq_leap(failing_pq_connected() < connections ? retry_ns : 0);
    if (row != NULL)
        make(row);
    stand_until(failing_pq_connected() >= connections, "%s, %s: %d connections were made, not %d",
                tortured->name, place, failing_pq_connected(), connections);
    ck(failing_pq_connected() == connections, "%d connections were made, not %d",
       failing_pq_connected(), connections);
}

/* Once for each use case, because all its rounds end with the same tables. */
static void check_self(void)
{
    if (service->selfcheck == NULL)
        return;
    struct answer looked = stand_ask(&(struct ask){.handler = service->selfcheck});

    ck(json_is_true(json_object_get(looked.json, "ok")), "self-check: %s",
       json_dumps(looked.json, JSON_COMPACT));
}

static void run_undisturbed(void *data)
{
    const struct torture_case *row = data;

    reconnect(row);
    states[0] = tables_text();
    struct answer first = send_and_count(row);
    wanted_status = first.status;
    ck(first.status >= 200 && first.status < 300, "%d %s", first.status, first.code);
    states[1] = tables_text();
    keyed = strstr(states[1], "\nidempotency ") != NULL && is_method(row, HTTP_POST);
    struct answer again = ask(row);
    states[2] = tables_text();
    ck(again.status == (removes(row) ? 404 : first.status), "again: %d %s", again.status,
       again.code);
    if (is_method(row, HTTP_POST) || is_method(row, HTTP_DELETE) || row->task != NULL)
        check_tables(states[2], states[1], "after the same again");
    ck(again.replayed == keyed, "again: %sreplayed", again.replayed ? "" : "not ");
    check_same(&first, &again);
    check_self();
}

/* --- a round: one connection is lost --- */

struct round {
    const struct torture_case *row;
    int n;
    enum failing_pq_when when;
};

static void check_answer(const struct answer *answer, bool hit, int64_t ms)
{
    const bool success = answer->status == wanted_status;

    *(success ? &answered : &refused) += hit;
    ck(!is_timed() || ms < SLOW_MS, "took %lld ms", (long long)ms);
    if (success)
        return;
    ck(answer->status == 503 && (strcmp(answer->code, "database_unavailable") == 0 ||
                                 strcmp(answer->code, "outcome_unknown") == 0),
       "%d %s", answer->status, answer->code);
    ck(answer->problem && answer->retry_after, "503 without problem+json or Retry-After");
}

/* Returns true if the change was made. */
static bool check_whole(const struct answer *answer)
{
    char *is = tables_text();
    const bool whole = strcmp(is, states[1]) == 0;

    if (answer->status == wanted_status)
        check_tables(is, states[1], "after success");
    else if (strcmp(answer->code, "database_unavailable") == 0 && !(tortured->goes_on && whole))
        check_tables(is, states[0], "after database_unavailable");
    else if (!whole)
        check_tables(is, states[0], "after outcome_unknown");
    free(is);
    return whole;
}

static void check_again(const struct torture_case *row, struct answer *first, bool whole)
{
    struct answer again = ask(row);
    char *is = tables_text();
    const bool gone = whole && removes(row);

    ck(again.status == (gone ? 404 : wanted_status), "again: %d %s", again.status, again.code);
    ck(again.replayed == (keyed && whole), "again: %sreplayed", again.replayed ? "" : "not ");
    check_tables(is, states[whole ? 2 : 1], "after the same again");
    if (first->status == wanted_status)
        check_same(first, &again);
    free(is);
}

/* Each version has one event and one row of audit. */
static void check_traces(void)
{
    if (service->check != NULL)
        service->check();
    ck(stand_number("SELECT count(*) FROM (SELECT FROM outbox GROUP BY resource_id, sequence"
                    " HAVING count(*) > 1) AS twice") == 0,
       "a version has two events");
    ck(stand_number("SELECT count(*) FROM (SELECT FROM audit GROUP BY resource_id,"
                    " resource_version HAVING count(*) > 1) AS twice") == 0,
       "a version has two rows of audit");
}

static void run_round(void *data)
{
    const struct round *round = data;
    const bool changes = strcmp(states[0], states[1]) != 0;

    reconnect(changes ? round->row : NULL);
    failing_pq_arm(round->n, round->when);
    const int64_t began_ns = now_mono_ns();
    struct answer answer = ask(round->row);
    const bool hit = failing_pq_hit();
    failing_pq_arm(0, FAILING_PQ_BEFORE);
    *(round->when == FAILING_PQ_BEFORE ? &lost_before : &lost_after) += hit;
    connections += hit;
    check_answer(&answer, hit, (now_mono_ns() - began_ns) / 1000000);
    check_again(round->row, &answer, check_whole(&answer));
    if (changes)
        check_traces();
}

/* The gate loses the connection at one of SAMPLE calls, different ones for each use case, and at
 * the last call, the answer of COMMIT. The full run loses it at every call. */
static bool is_sampled(int n)
{
    return !in_gate() || n == call_count || (n + tortured_count) % SAMPLE == 0;
}

static void run_rounds(const struct torture_case *row)
{
    for (int i = 0; i < 2 * call_count; i++) {
        struct round round = {row, i / 2 + 1, i % 2 == 0 ? FAILING_PQ_BEFORE : FAILING_PQ_AFTER};

        /* After any other call, a loss is the same as one before the next call. */
        if (round.when == FAILING_PQ_AFTER && strcmp(calls[i / 2], "Sync") != 0)
            continue;
        if (!is_sampled(round.n))
            continue;
        snprintf(place, sizeof place, "connection lost %s call %d of %d (%s)",
                 round.when == FAILING_PQ_BEFORE ? "before" : "after", round.n, call_count,
                 calls[i / 2]);
        stand_run(run_round, &round);
    }
}

/* The compared tables contain dates. */
static void wait_out_midnight(void)
{
    const long long left_s = stand_number(
        "SELECT 86400 - extract(epoch FROM (now() AT TIME ZONE 'Asia/Almaty')::time)::int");

    if (left_s <= MIDNIGHT_S)
        sleep((unsigned)left_s + 1);
}

static void torture_one(const struct torture_case *row)
{
    tortured = row;
    tortured_count++;
    wait_out_midnight();
    snprintf(place, sizeof place, "undisturbed");
    stand_run(run_undisturbed, (void *)(uintptr_t)row);
    run_rounds(row);
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        free(states[i]);
}

static void wait_for_all(void *data)
{
    reconnect(NULL);
}

/* --- the suite --- */

static struct {
    const char *schema;
    const struct torture_case *rows;
    size_t count;
} suite_of;

/* Another suite uses only the failing connections. */
static bool has_no_rows(void)
{
    return suite_of.count == 0;
}

static bool has_only_tasks(void)
{
    return has_no_rows() || suite_of.rows[0].route == NULL;
}

TEST_CASE("torture", .skipped = has_only_tasks, .timeout_s = TEST_MAX_S);

TEST(every_route_with_authentication_has_a_row)
{
    const struct service_definition *definition = service->definition();

    for (size_t i = 0; i < definition->route_count; i++) {
        const struct http_route *route = &definition->routes[i];
        ck_assert_msg(http_route_needs_no_key(route) ||
                          has_row(suite_of.rows, suite_of.count, route),
                      "%s %s has no row", http_method_name(route->method), route->path);
    }
}

TEST_CASE("torture", .skipped = has_no_rows, .timeout_s = TEST_MAX_S);

TEST(lost_connection_leaves_each_change_complete_or_undone)
{
    const int64_t began_us = now_wall_us();
    const char *only = getenv("TORTURE");

    connections = failing_pq_connected() + STAND_SHARED + STAND_EXCLUSIVE + 1;
    service->begin(suite_of.schema);
    tables_begin();
    tortured = &suite_of.rows[0];
    snprintf(place, sizeof place, "at first");
    stand_run(wait_for_all, NULL);
    for (size_t i = 0; i < suite_of.count; i++)
        if (only == NULL || strcmp(only, suite_of.rows[i].name) == 0)
            torture_one(&suite_of.rows[i]);
    snprintf(place, sizeof place, "at last");
    stand_run(wait_for_all, NULL);
    service->end();
    printf("%s: %d use cases lost a connection %d times before a call, %d times after a Sync: %d "
           "answered all the same, %d with 503; %.1f s\n",
           suite_of.schema, tortured_count, lost_before, lost_after, answered, refused,
           (double)(now_wall_us() - began_us) / 1e6);
}

int torture_main(const struct torture_service *of, const char *schema,
                 const struct torture_case *rows, size_t count)
{
    service = of;
    suite_of.schema = schema;
    suite_of.rows = rows;
    suite_of.count = count;
    return test_run_all();
}
