// SPDX-License-Identifier: MIT
#include "rig.h"

#include <netdb.h>
#include <signal.h>

#include "loop/fiber.h"

struct peer peer;
struct peer other;
struct loop *loop;
static struct work *work;
struct http_client *client;
bool loopback_is_public;

__typeof__(work_address_is_private) __real_work_address_is_private, __wrap_work_address_is_private;
bool __wrap_work_address_is_private(const struct work_address *address)
{
    char text[INET6_ADDRSTRLEN];

    work_address_format(address, text);
    if (loopback_is_public && strcmp(text, "127.0.0.1") == 0)
        return false;
    return __real_work_address_is_private(address);
}

const char *resolver_fails;

__typeof__(work_resolve) __real_work_resolve, __wrap_work_resolve;
bool __wrap_work_resolve(struct work *to, const char *host, uint16_t port, int64_t until_ns,
                         struct work_address *out, size_t *count, struct fault *why)
{
    if (resolver_fails != NULL)
        return fault_set(why, FAULT_UNAVAILABLE, resolver_fails, "Why.");
    return __real_work_resolve(to, host, port, until_ns, out, count, why);
}

atomic_int look_ups;

__typeof__(getaddrinfo) __real_getaddrinfo, __wrap_getaddrinfo;
int __wrap_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                       struct addrinfo **found)
{
    (void)host;
    atomic_fetch_add(&look_ups, 1);
    return __real_getaddrinfo("127.0.0.1", service, hints, found);
}

static _Atomic int64_t passed_ns;

__typeof__(now_mono_ns) __real_now_mono_ns, __wrap_now_mono_ns;
int64_t __wrap_now_mono_ns(void)
{
    return __real_now_mono_ns() + atomic_load(&passed_ns);
}

void pass_time(int64_t ms)
{
    atomic_fetch_add(&passed_ns, ms * NS_PER_MS);
}

int64_t short_timeout_ms(void)
{
    return is_timed() ? 300 : 5000;
}

void rig_begin(void)
{
    const struct http_client_options options = {.breaker_open_ms = OPEN_MS};

    signal(SIGPIPE, SIG_IGN);
    loopback_is_public = true;
    resolver_fails = NULL;
    atomic_store(&look_ups, 0);
    atomic_store(&passed_ns, 0);
    peer_start(&peer);
    peer_start(&other);
    ck_ok((loop = loop_create(&fault)) != NULL);
    ck_ok((work = work_create(loop, 1, 16, &fault)) != NULL);
    client = NULL;
    remake_client(&options);
}

void remake_client(const struct http_client_options *options)
{
    struct http_client_options patient = *options;

    if (patient.connect_ms == 0)
        patient.connect_ms = PATIENCE_MS;
    http_client_destroy(client);
    ck_ok((client = http_client_create(loop, work, &patient, &fault)) != NULL);
}

void rig_end(void)
{
    http_client_destroy(client);
    work_destroy(work);
    loop_destroy(loop);
    peer_stop(&peer);
    peer_stop(&other);
}

/* --- one call, run to its end --- */

static void run(void *data)
{
    struct call *call = data;

    call->ok = http_client_call(client, &call->call, &arena, &call->answer, &call->fault);
    call->done = true;
    if (call->stops_loop)
        loop_stop(loop);
}

const char *url_of(const struct peer *to, const char *path)
{
    static char url[4][512];
    static int turn;
    char *out = url[turn++ % 4];

    snprintf(out, sizeof url[0], "http://127.0.0.1:%d%s", to->at.port, path);
    return out;
}

struct call call_to(const char *method, const char *path)
{
    return (struct call){
        .call = {.method = method,
                 .url = url_of(&peer, path),
                 .timeout_ms = PATIENCE_MS,
                 .answer_max = 65536,
                 .tries = 1,
                 .allow_plain = true}
    };
}

void start_within(struct call *call, int64_t deadline_ms)
{
    ck_ok(fiber_start(loop, run, call, now_mono_ns() + deadline_ms * NS_PER_MS, "call", &fault));
}

void make(struct call *call)
{
    start_within(call, 2 * PATIENCE_MS);
    finish(call);
}

void finish(struct call *call)
{
    call->stops_loop = true;
    if (!call->done)
        loop_run(loop);
    ck_assert(call->done);
}

struct call make_get(const char *path)
{
    struct call call = call_to("GET", path);

    make(&call);
    return call;
}
