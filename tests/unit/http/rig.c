// SPDX-License-Identifier: MIT
#include "rig.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <check.h>

#include "base/digest.h"
#include "base/now.h"
#include "base/parse.h"
#include "loop/fiber.h"

enum {
    ORDER_STOP = 1,
    ORDER_DRAIN = 2,
    ORDER_TURN = 3,
    ORDER_PAUSE = 4,
    BIG = 200 * 1024,
    MINUTE_MS = 60000
};

struct rig rig;

/* --- the clock --- */

static atomic_bool is_held;
static _Atomic int64_t held_ns;
static atomic_int looks;

__typeof__(now_mono_ns) __real_now_mono_ns, __wrap_now_mono_ns;
int64_t __wrap_now_mono_ns(void)
{
    atomic_fetch_add(&looks, 1);
    return atomic_load(&is_held) ? atomic_load(&held_ns) : __real_now_mono_ns();
}

void rig_hold_clock(void)
{
    atomic_store(&held_ns, __real_now_mono_ns());
    atomic_store(&is_held, true);
}

int64_t rig_now_ms(void)
{
    return atomic_load(&held_ns) / NS_PER_MS;
}

int rig_clock_looks(void)
{
    return atomic_load(&looks);
}

/* --- the handlers --- */

static enum http_status get_fast(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    atomic_fetch_add(&rig.handled, 1);
    buf_printf(&res->body, "{\"path\":\"%.*s\"}", SLICE_ARG(req->path));
    return http_reply_json(res, HTTP_OK);
}

static enum http_status get_slow(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    struct fault fault;
    int64_t ms = 20;

    atomic_fetch_add(&rig.handled, 1);
    for (size_t i = 0; i < req->query_count; i++) {
        if (slice_is(req->query[i].name, "ms") && !parse_i64(req->query[i].value, 0, 60000, &ms))
            ms = 0;
    }
    if (!fiber_sleep(ms * 1000000, &fault))
        return http_reply_fault(req, res, &fault);
    buf_text(&res->body, "{\"slow\":true}");
    return http_reply_json(res, HTTP_OK);
}

static enum http_status get_gate(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    struct fault fault;

    atomic_fetch_add(&rig.handled, 1);
    while (!atomic_load(&rig.opened_gate)) {
        if (!fiber_sleep(2 * 1000000, &fault))
            return http_reply_fault(req, res, &fault);
    }
    buf_text(&res->body, "{\"gate\":true}");
    return http_reply_json(res, HTTP_OK);
}

static enum http_status get_big(void *data, const struct http_request *req,
                                struct http_response *res)
{
    int64_t size = BIG;

    if (req->query_count > 0 && !parse_i64(req->query[0].value, 0, HTTP_REPLY_MAX, &size))
        size = BIG;
    buf_char(&res->body, '"');
    for (int64_t i = 0; i < size; i++)
        buf_char(&res->body, (char)('a' + i % 26));
    buf_char(&res->body, '"');
    return http_reply_json(res, HTTP_OK);
}

/* Answers how many handlers have started. */
static enum http_status get_turn(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    buf_printf(&res->body, "{\"turn\":%d}", atomic_load(&rig.handled));
    return http_reply_json(res, HTTP_OK);
}

static enum http_status get_constant(void *data, const struct http_request *req,
                                     struct http_response *res)
{
    static char text[RIG_CONSTANT];

    memset(text, 'c', sizeof text);
    res->constant = (struct slice){text, sizeof text};
    return http_reply_resource(req, res, HTTP_OK, 1);
}

static enum http_status post_echo(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    atomic_fetch_add(&rig.handled, 1);
    buf_slice(&res->body, req->body);
    return http_reply_json(res, HTTP_OK);
}

static enum http_status post_json(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    const struct json_body *body;
    struct fault fault;

    if (!http_request_json(req, true, &body, &fault))
        return http_reply_fault(req, res, &fault);
    return get_gate(data, req, res);
}

static enum http_status post_slow_echo(void *data, const struct http_request *req,
                                       struct http_response *res)
{
    struct fault fault;

    if (!fiber_sleep(3 * 1000000, &fault))
        return http_reply_fault(req, res, &fault);
    return post_echo(data, req, res);
}

static enum http_status get_item(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    struct uuid id;
    struct fault fault;

    if (!http_request_uuid(req, 0, &id, &fault))
        return http_reply_fault(req, res, &fault);
    buf_text(&res->body, "{\"item\":1}");
    return http_reply_resource(req, res, HTTP_OK, 3);
}

/* Guard of /v1/hook/:bot: the secret of the bot "known" is "s". */
static bool guard_hook(void *data, struct http_request *req, struct http_response *res,
                       struct fault *fault)
{
    atomic_fetch_add(&rig.guarded, 1);
    http_reply_header(res, "X-Guarded", SLICE("yes"));
    if (fiber_current() != NULL || req->body.len > 0 || req->route == NULL)
        return fault_set(fault, FAULT_INTERNAL, "too_late", "Not asked at the headers.");
    if (!slice_is(req->params[0], "known"))
        return fault_set(fault, FAULT_NOT_FOUND, "unknown_bot", "There is no such bot.");
    if (!slice_is(req->headers[HTTP_H_X_TELEGRAM_BOT_API_SECRET_TOKEN], "s"))
        return fault_set(fault, FAULT_UNAUTHENTICATED, "unauthenticated", "No secret.");
    req->caller = &rig;
    return true;
}

static enum http_status post_hook(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    struct fault fault;

    if (req->caller != data)
        (void)fault_set(&fault, FAULT_INTERNAL, "no_caller", "The guard's caller is lost.");
    else if (fiber_sleep(1000000, &fault))
        return post_echo(data, req, res);
    return http_reply_fault(req, res, &fault);
}

/* Describes the received body: number of bytes, hash, whether it was truncated. */
static enum http_status post_cut(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    atomic_fetch_add(&rig.handled, 1);
    buf_printf(&res->body, "%zu %016llx %d", req->body.len,
               (unsigned long long)digest_fast64(req->body), req->body_cut);
    return http_reply_json(res, HTTP_OK);
}

static enum http_status post_slow_cut(void *data, const struct http_request *req,
                                      struct http_response *res)
{
    struct fault fault;
    enum http_status status = post_cut(data, req, res);

    do {
        if (!fiber_sleep(3 * 1000000, &fault))
            return http_reply_fault(req, res, &fault);
    } while (req->query_count > 0 && !atomic_load(&rig.opened_gate));
    return status;
}

/* Waits between two reads of /v1/pieces as the first parameter requires. */
static bool rest(const struct http_request *req, struct fault *fault)
{
    struct slice how = req->query_count > 0 ? req->query[0].name : SLICE("");
    bool fine = !slice_is(how, "slow") || fiber_sleep(1000000, fault);

    while (fine && slice_is(how, "gate") && !atomic_load(&rig.opened_gate))
        fine = fiber_sleep(2 * 1000000, fault);
    return fine;
}

/* Answers the number of received bytes and their hash; with ?stop=N, a fault once more than N were
 * received. A body that came whole is returned. */
static enum http_status post_pieces(void *data, const struct http_request *req,
                                    struct http_response *res)
{
    struct fault fault;
    struct slice piece = SLICE("?");
    int64_t stop = INT64_MAX;
    int64_t came = 0;
    uint32_t hash = 0;

    if (!req->in_pieces)
        return post_slow_echo(data, req, res);
    atomic_fetch_add(&rig.handled, 1);
    if (req->query_count > 0 && slice_is(req->query[0].name, "stop") &&
        !parse_i64(req->query[0].value, 0, INT64_MAX - 1, &stop))
        stop = 0;
    while (piece.len > 0) {
        if (came > stop) {
            (void)fault_set(&fault, FAULT_INVALID, "stopped", "That is enough.");
            return http_reply_fault(req, res, &fault);
        }
        if (!rest(req, &fault) || !http_request_read_piece(req, &piece, &fault)) {
            atomic_fetch_add(&rig.broken, 1);
            return http_reply_fault(req, res, &fault);
        }
        for (size_t i = 0; i < piece.len; i++)
            hash = hash * 31 + (unsigned char)piece.at[i];
        came += (int64_t)piece.len;
    }
    buf_printf(&res->body, "%lld %08x", (long long)came, hash);
    return http_reply_json(res, HTTP_OK);
}

// clang-format off
#define CUT (HTTP_ROUTE_OPEN | HTTP_ROUTE_ANY_TYPE | HTTP_ROUTE_CUT)
#define PIECES(max) .pieces_type = "application/x-ndjson", .body_max = (max)
#define ROUTE(method_, path_, handler_, ...)                                                       \
    {.method = HTTP_##method_, .path = (path_), .scope = 1, .handler = (handler_), __VA_ARGS__}

static const struct http_route routes[] = {
    ROUTE(GET,  "/livez",        http_get_livez,   .flags = HTTP_ROUTE_OPEN | HTTP_ROUTE_PROBE),
    ROUTE(GET,  "/metrics",      http_get_metrics, .flags = HTTP_ROUTE_OPEN | HTTP_ROUTE_PROBE |
                                                            HTTP_ROUTE_ANY_TYPE),
    ROUTE(GET,  "/v1/fast",      get_fast,         .flags = 0),
    ROUTE(GET,  "/v1/slow",      get_slow,         .deadline_ms = MINUTE_MS),
    ROUTE(GET,  "/v1/late",      get_slow,         .deadline_ms = 300),
    ROUTE(GET,  "/v1/gate",      get_gate,         .deadline_ms = MINUTE_MS),
    ROUTE(GET,  "/v1/big",       get_big,          .flags = 0),
    ROUTE(GET,  "/v1/turn",      get_turn,         .flags = 0),
    ROUTE(GET,  "/v1/constant",  get_constant,     .flags = 0),
    ROUTE(POST, "/v1/echo",      post_echo,        .flags = 0),
    ROUTE(POST, "/v1/slow-echo", post_slow_echo,   .flags = 0),
    ROUTE(POST, "/v1/json",      post_json,        .deadline_ms = MINUTE_MS),
    ROUTE(POST, "/v1/any",       post_echo,        .flags = HTTP_ROUTE_ANY_TYPE, .body_max = 100),
    ROUTE(GET,  "/v1/items/:id", get_item,         .flags = 0),
    ROUTE(POST, "/v1/cut",       post_cut,         .flags = CUT, .body_max = RIG_CUT_MAX),
    ROUTE(POST, "/v1/slow-cut",  post_slow_cut,    .flags = CUT, .body_max = RIG_CUT_MAX),
    ROUTE(POST, "/v1/pieces",    post_pieces,      PIECES(RIG_PIECES_MAX), .deadline_ms = 120000),
    ROUTE(POST, "/v1/few",       post_pieces,      PIECES(RIG_FEW_MAX), .deadline_ms = 120000),
    ROUTE(POST, "/v1/soon",      post_pieces,      PIECES(RIG_PIECES_MAX), .deadline_ms = 300),
    ROUTE(POST, "/v1/hook/:bot", post_hook,        .flags = HTTP_ROUTE_ANY_TYPE, .guard = guard_hook),
};
// clang-format on

static bool guard(void *data, struct http_request *req, struct http_response *res,
                  struct fault *fault)
{
    if (slice_is(req->headers[HTTP_H_X_API_KEY], "k"))
        return true;
    return fault_set(fault, FAULT_UNAUTHENTICATED, "unauthenticated", "No key.");
}

static void on_drained(void *data)
{
    atomic_store(&rig.drained, true);
}

static void on_order(void *data, uint32_t events)
{
    uint64_t count = 0;

    ck_assert_int_eq(read(rig.order_fd, &count, sizeof count), sizeof count);
    int order = atomic_exchange(&rig.order, 0);
    if (order == ORDER_DRAIN)
        http_server_drain(rig.server, rig.unready_ms, rig.limit_ms, on_drained, NULL);
    if (order == ORDER_STOP)
        loop_stop(rig.loop);
    /* Only now, so that the limits of a drain start from the test's current time. */
    sem_post(&rig.obeyed);
    if (order == ORDER_PAUSE)
        sem_wait(&rig.resumed);
}

static void *run(void *data)
{
    struct fault fault;

    rig.loop = loop_create(&fault);
    ck_assert_ptr_nonnull(rig.loop);
    rig.server = http_server_create(rig.loop, &rig.options, &fault);
    ck_assert_msg(rig.server != NULL, "%s", fault.detail);
    rig.port = http_server_port(rig.server);
    ck_assert(loop_watch_add(rig.loop, &rig.orders, rig.order_fd, EPOLLIN, on_order, NULL, &fault));
    sem_post(&rig.started);
    loop_run(rig.loop);
    loop_watch_remove(rig.loop, &rig.orders);
    http_server_destroy(rig.server);
    loop_destroy(rig.loop);
    return NULL;
}

void rig_init(void)
{
    memset(&rig, 0, sizeof rig);
    http_server_defaults(&rig.options);
    rig.options.routes = routes;
    rig.options.route_count = ARRAY_LEN(routes);
    rig.options.data = &rig;
    rig.options.guard = guard;
    rig.options.access_log = false;
    rig.options.header_ms = rig.options.body_ms = MINUTE_MS;
    rig.options.reply_ms = rig.options.idle_ms = MINUTE_MS;
    atomic_store(&is_held, false);
    rig.orders.fd = -1;
}

void rig_start(void)
{
    rig.order_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ck_assert_int_ge(rig.order_fd, 0);
    sem_init(&rig.started, 0, 0);
    sem_init(&rig.obeyed, 0, 0);
    sem_init(&rig.resumed, 0, 0);
    ck_assert_int_eq(pthread_create(&rig.thread, NULL, run, NULL), 0);
    sem_wait(&rig.started);
}

static void give(int order)
{
    uint64_t one = 1;

    atomic_store(&rig.order, order);
    ck_assert_int_eq(write(rig.order_fd, &one, sizeof one), sizeof one);
    sem_wait(&rig.obeyed);
}

void rig_advance(int64_t ms)
{
    enum { STEP_MS = 10 };

    for (int64_t done = 0; done < ms; done += STEP_MS) {
        atomic_fetch_add(&held_ns, STEP_MS * NS_PER_MS);
        give(ORDER_TURN); /* an iteration of the loop with the new time */
        give(ORDER_TURN); /* the next iteration: the first one has run its timers */
    }
}

void rig_pause(void)
{
    give(ORDER_PAUSE);
}

void rig_resume(int64_t ms)
{
    atomic_fetch_add(&held_ns, ms * NS_PER_MS);
    sem_post(&rig.resumed);
}

void rig_drain(int64_t unready_ms, int64_t limit_ms)
{
    rig.unready_ms = unready_ms;
    rig.limit_ms = limit_ms;
    give(ORDER_DRAIN);
}

void rig_stop(void)
{
    give(ORDER_STOP);
    pthread_join(rig.thread, NULL);
    sem_destroy(&rig.started);
    sem_destroy(&rig.obeyed);
    sem_destroy(&rig.resumed);
    close(rig.order_fd);
}
