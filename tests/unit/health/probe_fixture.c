// SPDX-License-Identifier: MIT
#include "probe_fixture.h"

#include <signal.h>

#include "loop/fiber.h"

#include "probes/snapshot.h"

struct pages pages;
struct probe_tools tools;
struct loop *probe_fixture_loop;
static struct snapshot snapshot;
const char *ca_file;
const char *many[9];
const char *resolver_fails;
static struct service service;

__typeof__(work_resolve_uncached) __real_work_resolve_uncached, __wrap_work_resolve_uncached;
bool __wrap_work_resolve_uncached(struct work *work, const char *host, uint16_t port,
                                  int64_t until_ns, bool *goes_on, struct work_address *out,
                                  size_t *count, struct fault *fault)
{
    size_t found = 0;

    ck_assert_msg(goes_on != NULL && !*goes_on, "each check has its own");
    while (resolver_fails != NULL && strcmp(resolver_fails, "silent") == 0) {
        if (!fiber_park(until_ns, fault))
            return false;
    }
    if (resolver_fails != NULL)
        return fault_set(fault, FAULT_UNAVAILABLE, resolver_fails, "Why.");
    if (strcmp(host, "many.test") != 0)
        return __real_work_resolve_uncached(work, host, port, until_ns, goes_on, out, count, fault);
    for (; many[found] != NULL && found < *count; found++)
        ck_assert(work_address_parse(many[found], port, &out[found]));
    *count = found;
    return true;
}

void probe_fixture_begin(void)
{
    signal(SIGPIPE, SIG_IGN);
    memset(many, 0, sizeof many);
    resolver_fails = NULL;
    pages_start(&pages, "127.0.0.1", 0);
    ck_ok((probe_fixture_loop = loop_create(&fault)) != NULL);
    service = (struct service){.loop = probe_fixture_loop};
    tools = (struct probe_tools){
        .service = &service, .link_key = "tb_test_link", .proc = "/proc", .snapshot = &snapshot};
    ck_ok((tools.work = work_create(probe_fixture_loop, 2, 64, &fault)) != NULL);
    ck_ok((tools.client = probe_client_create(probe_fixture_loop, tools.work, ca_file, &fault)) !=
          NULL);
}

void probe_fixture_end(void)
{
    http_client_destroy(tools.client);
    work_destroy(tools.work);
    loop_destroy(probe_fixture_loop);
    pages_stop(&pages);
}

const char *url_of(const char *host, int port, const char *path)
{
    static char url[4][512];
    static int turn;
    char *out = url[turn++ % 4];

    snprintf(out, sizeof url[0], "http://%s:%d%s", host, port, path);
    return out;
}

struct check check_of(enum check_kind kind, const char *target)
{
    return (struct check){.name = "checked",
                          .kind = kind,
                          .target = target,
                          .server = "server1",
                          .interval_ms = 10000,
                          .timeout_ms = 20000,
                          .expect_body = ""};
}

struct check check_at(enum check_kind kind, const char *path)
{
    return check_of(kind, url_of("127.0.0.1", pages.port, path));
}

void show_page(const char *path, const char *status, const char *body)
{
    static struct page page;

    page = (struct page){path, status, NULL, body, 0, PAGE_WHOLE};
    pages_set(&pages, &page, 1);
}

void expect_trouble(struct probe_result result, enum probe_trouble trouble, const char *detail)
{
    ck_assert_msg(result.trouble == trouble && strcmp(result.detail, detail) == 0,
                  "%s %s, not %s %s", probe_trouble_names[result.trouble], result.detail,
                  probe_trouble_names[trouble], detail);
}

/* --- probes, run to their end --- */

static void run(void *data)
{
    struct probe_run *probe = data;
    const int64_t began_ns = now_mono_ns();

    probe_run(&tools, probe->check, &probe->memory, &probe->result);
    probe->took_ms = (now_mono_ns() - began_ns) / NS_PER_MS;
    probe->done = true;
}

void probe_start(struct probe_run *probe)
{
    probe->done = false;
    ck_ok(fiber_start(probe_fixture_loop, run, probe,
                      now_mono_ns() + probe->check->timeout_ms * NS_PER_MS, "probe", &fault));
}

struct awaited {
    struct probe_run *probes;
    size_t count;
};

static bool stop_when_done(void *data)
{
    const struct awaited *awaited = data;

    for (size_t i = 0; i < awaited->count; i++) {
        if (!awaited->probes[i].done)
            return false;
    }
    loop_stop(probe_fixture_loop);
    return false;
}

void probe_await(struct probe_run *probes, size_t count)
{
    struct awaited awaited = {probes, count};
    struct loop_hook hook;
    bool done = true;

    for (size_t i = 0; i < count; i++)
        done = done && probes[i].done;
    if (done)
        return;
    loop_hook_add(probe_fixture_loop, &hook, stop_when_done, &awaited);
    loop_run(probe_fixture_loop);
    loop_hook_remove(probe_fixture_loop, &hook);
}

void repeat_probe(struct probe_run *probe)
{
    probe_start(probe);
    probe_await(probe, 1);
}

struct probe_result probe_once(const struct check *check)
{
    struct probe_run probe = {.check = check};

    repeat_probe(&probe);
    return probe.result;
}

double reading_of(const struct probe_result *result, enum measure measure)
{
    for (size_t i = 0; i < result->reading_count; i++) {
        if (result->readings[i].measure == measure)
            return result->readings[i].value;
    }
    return (double)NAN;
}
