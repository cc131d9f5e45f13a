// SPDX-License-Identifier: MIT
#include "loop/fiber.h"

#include "rig.h"

TEST_CASE("all", .setup = rig_begin, .teardown = rig_end);

TEST(answer_is_complete)
{
    struct call call = make_get("/ok");

    ck_assert_msg(call.ok, "%s", call.ok ? "" : call.fault.code);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_slice(call.answer.body, "hello");
    ck_assert_ptr_null(call.answer.retry_after.at);
    ck_assert(call.answer.sent && !call.answer.unanswered);
    call = make_get("/unknown");
    ck_assert(call.ok);
    ck_assert_int_eq(call.answer.status, 404);
    ck_assert_uint_eq(call.answer.body.len, 0);
    ck_assert_msg(peer.at.connections == 1, "the connection is kept");
}

TEST(request_is_sent_as_given)
{
    static const char *const headers[] = {"X-Api-Key: secret", "Content-Type: application/json",
                                          NULL};
    struct call call = call_to("POST", "/echo?a=b");

    call.call.headers = headers;
    call.call.body = SLICE("{\"a\":1}");
    make_well(&call);
    ck_has(peer.last, "POST /echo?a=b HTTP/1.1\r\n");
    ck_has(peer.last, "X-Api-Key: secret\r\n");
    ck_has(peer.last, "Content-Type: application/json\r\n");
    ck_has(peer.last, "Content-Length: 7\r\n");
    ck_has(peer.last, "User-Agent: tapbot\r\n");
    ck_has(peer.last, "\r\n\r\n{\"a\":1}");
    ck_lacks(peer.last, "Expect:");
}

static const struct {
    const char *method, *body, *line;
    const char *length; /* NULL: no body is announced */
} methods[] = {
    {"GET",    NULL, "GET /ok HTTP/1.1",    NULL               },
    {"HEAD",   NULL, "HEAD /ok HTTP/1.1",   NULL               },
    {"DELETE", NULL, "DELETE /ok HTTP/1.1", NULL               },
    {"POST",   NULL, "POST /ok HTTP/1.1",   "Content-Length: 0"},
    {"PUT",    "ab", "PUT /ok HTTP/1.1",    "Content-Length: 2"},
    {"PATCH",  "ab", "PATCH /ok HTTP/1.1",  "Content-Length: 2"},
    {"DELETE", "ab", "DELETE /ok HTTP/1.1", "Content-Length: 2"},
};

TEST_ROWS(every_method_is_sent_as_it_is, methods)
{
    struct call call = call_to(row->method, "/ok");

    call.call.body = slice_of(row->body);
    make_well(&call);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_int_eq(strncmp(peer.last, row->line, strlen(row->line)), 0);
    if (row->length != NULL)
        ck_has(peer.last, row->length);
    else
        ck_lacks(peer.last, "Content-Length");
    ck_assert_msg(strstr(peer.last, "urlencoded") == NULL, "no Content-Type is set by default");
}

/* --- failures --- */

static const struct {
    const char *why, *path, *code;
    enum fault_kind kind;
} failures[] = {
    {"no answer within the timeout",          "/never",   "upstream_timeout",     FAULT_TIMEOUT    },
    {"an answer sent byte by byte",           "/drip",    "upstream_timeout",     FAULT_TIMEOUT    },
    {"a reset",                               "/reset",   "upstream_unreachable", FAULT_UNAVAILABLE},
    {"an answer cut short",                   "/cut",     "upstream_unreachable", FAULT_UNAVAILABLE},
    {"a connection closed without an answer", "/nothing", "upstream_unreachable",
     FAULT_UNAVAILABLE                                                                             },
    {"a body above the limit",                "/huge",    "answer_too_large",     FAULT_UNAVAILABLE},
    {"endless headers",                       "/headers", "answer_too_large",     FAULT_UNAVAILABLE},
};

TEST_ROWS_WHY(failures_are_faults_in_time, failures)
{
    struct call call = call_to("GET", row->path);

    if (row->kind == FAULT_TIMEOUT)
        call.call.timeout_ms = short_timeout_ms();
    call.answer.status = 77;
    make(&call);
    ck_assert(!call.ok);
    ck_assert_str_eq(call.fault.code, row->code);
    ck_assert_int_eq(call.fault.kind, row->kind);
    ck_assert_int_le(call.answer.took_ms, is_timed() ? 450 : SOON_MS);
    ck_assert(call.answer.sent && call.answer.unanswered);
    ck_assert_int_eq(call.answer.status, 77);
}

static const struct {
    const char *path;
    size_t answer_max;
} dropped[] = {
    {"/ok",    65536},
    {"/ok",    0    },
    {"/huge",  65536},
    {"/cut",   65536},
    {"/drip",  65536},
    {"/hints", 0    },
};

TEST_ROWS(broken_unread_body_is_not_a_fault, dropped)
{
    struct call call = call_to("POST", row->path);

    call.call.answer_max = row->answer_max;
    call.call.drops_body = true;
    /* The rest of /drip would take longer than the call may. */
    make_well(&call);
    ck_assert_int_eq(call.answer.status, 200);
    ck_assert_uint_eq(call.answer.body.len, 0);
    ck_assert(make_get("/ok").ok);
}

TEST(short_unread_body_keeps_the_connection)
{
    for (int i = 0; i < 3; i++) {
        struct call call = call_to("POST", "/ok");
        call.call.body = SLICE("{}");
        call.call.drops_body = true;
        make_well(&call);
    }
    ck_assert_int_eq(atomic_load(&peer.at.connections), 1);
}

TEST(refused_connection_sends_nothing)
{
    struct call call = call_to("POST", "/ok");
    static struct peer gone;

    peer_start(&gone);
    peer_stop(&gone);
    call.call.url = url_of(&gone, "/ok");
    call.answer.sent = call.answer.unanswered = true;
    make_refused(&call, "upstream_unreachable");
    ck_assert(!call.answer.sent && !call.answer.unanswered);
}

TEST(name_of_an_unreachable_server_is_looked_up_again)
{
    static struct peer gone;

    peer_start(&gone);
    peer_stop(&gone);
    for (int i = 1; i <= 3; i++) {
        struct call call = call_to("GET", "/ok");
        call.call.url = textf("http://peer.test:%d/ok", gone.at.port);
        make_refused(&call, "upstream_unreachable");
        ck_assert_int_eq(atomic_load(&look_ups), i);
        pass_time(3000);
    }
}

TEST(deadline_of_the_fiber_also_applies)
{
    struct call call = call_to("GET", "/never");

    start_within(&call, 100);
    finish(&call);
    ck_assert(!call.ok);
    ck_assert_int_eq(call.fault.kind, FAULT_TIMEOUT);
    ck_assert_int_lt(call.answer.took_ms, is_timed() ? 200 : SOON_MS);
}

TEST(body_larger_than_the_arena_is_a_fault)
{
    struct call call = call_to("GET", "/huge");

    arena_finish(&arena);
    arena_init(&arena, 65536);
    call.call.answer_max = 16 << 20;
    make(&call);
    ck_assert(!call.ok);
}

/* --- concurrent calls --- */

TEST(many_calls_share_few_connections)
{
    enum { CALLS = 50 };
    static struct call calls[CALLS];

    for (int i = 0; i < CALLS; i++) {
        calls[i] = call_to("GET", "/ok");
        start_within(&calls[i], PATIENCE_MS);
    }
    for (int i = 0; i < CALLS; i++) {
        while (!calls[i].done)
            make_get("/ok");
        ck_assert(calls[i].ok);
    }
    ck_assert_int_le(peer.at.connections, 8);
}

TEST(calls_queue_for_a_connection_within_their_deadline)
{
    static struct call calls[7];
    const struct http_client_options options = {.connections_per_host = 1};
    struct call slow = call_to("GET", "/gate");

    remake_client(&options);
    start_within(&slow, PATIENCE_MS);
    for (int i = 0; i < 7; i++) {
        calls[i] = call_to("GET", "/ok");
        calls[i].call.timeout_ms = i < 6 ? 200 : PATIENCE_MS;
        start_within(&calls[i], PATIENCE_MS);
    }
    for (int i = 0; i < 6; i++)
        finish(&calls[i]);
    ck_assert(!slow.done && !calls[6].done);
    atomic_store(&peer.opened_gate, true);
    finish(&slow);
    finish(&calls[6]);
    ck_assert(slow.ok && calls[6].ok);
    ck_assert_msg(make_get("/ok").ok, "waiting for a connection is not a failure of the origin");
    ck_assert_int_eq(peer.at.connections, 1);
    for (int i = 0; i < 6; i++) {
        ck_assert_str_eq(calls[i].fault.code, "upstream_timeout");
        ck_assert(!calls[i].answer.sent);
    }
}

/* Since version 8.8 curl counts the wait as connecting. */
TEST(wait_for_a_connection_may_take_longer_than_connecting)
{
    enum { CONNECT_MS = 1000 };
    const struct http_client_options options = {.connections_per_host = 1,
                                                .connect_ms = CONNECT_MS};

    remake_client(&options);
    ck_assert(make_get("/ok").ok); /* opens the connection that the others use */
    struct call slow = call_to("GET", "/gate");
    struct call queued = call_to("GET", "/ok");
    struct call meanwhile = call_to("GET", "/never");
    start_within(&slow, PATIENCE_MS);
    start_within(&queued, PATIENCE_MS);
    meanwhile.call.url = url_of(&other, "/never");
    meanwhile.call.timeout_ms = CONNECT_MS + 300;
    make_refused(&meanwhile, "upstream_timeout");
    ck_assert(!slow.done && !queued.done);
    atomic_store(&peer.opened_gate, true);
    finish(&slow);
    finish(&queued);
    ck_assert(slow.ok && queued.ok);
    ck_assert_int_eq(peer.at.connections, 1);
}

TEST(destroying_the_client_ends_calls_in_flight)
{
    struct call call = call_to("GET", "/never");

    start_within(&call, PATIENCE_MS);
    make_get("/ok");
    ck_assert(!call.done);
    http_client_destroy(client);
    finish(&call);
    ck_assert(!call.ok);
    ck_assert_str_eq(call.fault.code, "cancelled");
    client = NULL;
}

static void call_after_work(void *data)
{
    struct call *call = data;

    pass_time(call->call.timeout_ms + 1000);
    ck_ok(http_client_call(client, &call->call, &arena, &call->answer, &fault));
    loop_stop(loop);
}

static void start_call_after_work(void *data)
{
    ck_ok(fiber_start(loop, call_after_work, data, INT64_MAX, "call", &fault));
}

/* In a running loop, which has read its clock before. */
TEST(call_started_after_long_work_has_its_full_timeout)
{
    struct call call = call_to("GET", "/ok");
    struct loop_timer timer = {0};

    ck_assert(loop_timer_start(loop, &timer, now_mono_ns(), start_call_after_work, &call));
    loop_run(loop);
    ck_assert_int_eq(call.answer.status, 200);
}
