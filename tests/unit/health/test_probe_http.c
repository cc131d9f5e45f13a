// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <sys/socket.h>

#include "loop/fiber.h"

#include "probe_fixture.h"
#include "support/patience.h"

TEST_CASE("all", .setup = probe_fixture_begin, .teardown = probe_fixture_end, .timeout_s = 60);

static void set_pages(void)
{
    PAGES_SET(&pages, {"/ok", "200 OK", NULL, "hello, people", 0, PAGE_WHOLE},
              {"/moved", "301 Moved", "Location: /ok\r\n", "", 0, PAGE_WHOLE},
              {"/broken", "500 Wrong", NULL, "secret of the body", 0, PAGE_WHOLE},
              {"/key", "401 Who", NULL, "", 0, PAGE_WHOLE},
              {"/hangs", "200 OK", NULL, "", 0, PAGE_HANGS},
              {"/half", "200 OK", NULL, "hello, people", 0, PAGE_HALF},
              {"/cut", "200 OK", NULL, "hello, people", 0, PAGE_CUT},
              {"/slow", "200 OK", NULL, "hello, people", 0, PAGE_SLOW},
              {"/garbage", NULL, NULL, "\x01\x02 what is this\r\n\r\n", 0, PAGE_WHOLE},
              {"/huge", "200 OK", NULL, "hello, people", 10 << 20, PAGE_WHOLE});
}

static const struct {
    const char *why, *path;
    int status;
    const char *body;
    enum probe_trouble trouble;
    const char *detail;
} rows[] = {
    {"all is well",                    "/ok",      0,   "",       TROUBLE_NONE,    ""                },
    {"a part of the body",             "/ok",      0,   "people", TROUBLE_NONE,    ""                },
    {"another body",                   "/ok",      0,   "robots", TROUBLE_BODY,    "not found"       },
    {"a redirect is not 2xx",          "/moved",   0,   "",       TROUBLE_STATUS,  "301"             },
    {"an expected redirect",           "/moved",   301, "",       TROUBLE_NONE,    ""                },
    {"another status",                 "/ok",      301, "",       TROUBLE_STATUS,  "200"             },
    {"a failing server",               "/broken",  0,   "",       TROUBLE_STATUS,  "500"             },
    {"a server that requires a key",   "/key",     0,   "",       TROUBLE_STATUS,  "401"             },
    {"an expected 401",                "/key",     401, "",       TROUBLE_NONE,    ""                },
    {"no answer",                      "/hangs",   0,   "",       TROUBLE_TIMEOUT, ""                },
    {"half an answer",                 "/half",    0,   "people", TROUBLE_TIMEOUT, ""                },
    {"an empty body",                  "/half",    0,   "",       TROUBLE_NONE,    ""                },
    {"a truncated answer",             "/cut",     0,   "people", TROUBLE_REFUSED, "no whole answer" },
    {"a slow answer",                  "/slow",    0,   "people", TROUBLE_TIMEOUT, ""                },
    {"no HTTP",                        "/garbage", 0,   "",       TROUBLE_REFUSED, "no whole answer" },
    {"10 MB",                          "/huge",    0,   "people", TROUBLE_BODY,    "answer_too_large"},
    {"10 MB without an expected body", "/huge",    0,   "",       TROUBLE_NONE,    ""                },
};

TEST_ROWS_WHY(http_answer_determines_result, rows)
{
    struct check check = check_at(CHECK_HTTP, row->path);

    set_pages();
    check.expect_status = row->status;
    check.expect_body = row->body;
    check.timeout_ms = 500;
    if (row->trouble != TROUBLE_TIMEOUT)
        check.timeout_ms = 20000;
    const struct probe_result result = probe_once(&check);
    expect_trouble(result, row->trouble, row->detail);
    ck_assert(result.began_us > 0 && result.took_us > 0);
    if (result.trouble == TROUBLE_NONE) {
        const double latency_ms = reading_of(&result, MEASURE_latency_ms);
        ck_assert(latency_ms > 0 && latency_ms * 1000 <= (double)result.took_us);
    }
}

TEST(closed_tcp_port_is_refused_at_once)
{
    struct pages gone;

    pages_start(&gone, "127.0.0.1", 0);
    pages_stop(&gone);
    struct check check = check_of(CHECK_HTTP, url_of("127.0.0.1", gone.port, "/"));
    struct probe_result result = probe_once(&check);
    expect_trouble(result, TROUBLE_REFUSED, "");
    check = check_of(CHECK_TCP, textf("127.0.0.1:%d", gone.port));
    result = probe_once(&check);
    expect_trouble(result, TROUBLE_REFUSED, "");
}

TEST(port_that_accepts_connections_is_good)
{
    const struct check check = check_of(CHECK_TCP, textf("127.0.0.1:%d", pages.port));
    const struct probe_result result = probe_once(&check);

    expect_trouble(result, TROUBLE_NONE, "");
    ck_assert(reading_of(&result, MEASURE_latency_ms) > 0);
    ck_assert_int_eq(atomic_load(&pages.requests), 0);
}

/* A listening socket with a full queue drops new connections. */
static int black_hole(int *port, int fillers[4])
{
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    int hole = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(bind(hole, (const struct sockaddr *)&addr, len), 0);
    ck_assert_int_eq(getsockname(hole, (struct sockaddr *)&addr, &len), 0);
    ck_assert_int_eq(listen(hole, 0), 0);
    for (int i = 0; i < 4; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(fillers[i], (const struct sockaddr *)&addr, len);
    }
    *port = ntohs(addr.sin_port);
    return hole;
}

TEST(black_hole_is_a_timeout)
{
    int fillers[4], port;
    const int hole = black_hole(&port, fillers);
    struct check check = check_of(CHECK_HTTP, url_of("127.0.0.1", port, "/"));

    check.timeout_ms = 400;
    expect_trouble(probe_once(&check), TROUBLE_TIMEOUT, "");
    check = check_of(CHECK_TCP, textf("127.0.0.1:%d", port));
    check.timeout_ms = 400;
    expect_trouble(probe_once(&check), TROUBLE_TIMEOUT, "");
    for (int i = 0; i < 4; i++)
        close(fillers[i]);
    close(hole);
}

TEST(each_address_is_probed_and_the_worst_counts)
{
    struct pages second;

    pages_start(&second, "127.0.0.2", pages.port);
    many[0] = "127.0.0.1";
    many[1] = "127.0.0.2";
    set_pages();
    PAGES_SET(&second, {"/ok", "200 OK", NULL, "", 0, PAGE_WHOLE});
    struct check check = check_of(CHECK_HTTP, url_of("many.test", pages.port, "/ok"));
    expect_trouble(probe_once(&check), TROUBLE_NONE, "");
    ck_assert_int_eq(atomic_load(&pages.requests), 1);
    ck_assert_int_eq(atomic_load(&second.requests), 1);
    ck_has(second.last, "\r\nHost: many.test:");
    PAGES_SET(&second, {"/ok", "500 No", NULL, "", 0, PAGE_WHOLE});
    expect_trouble(probe_once(&check), TROUBLE_STATUS, "127.0.0.2: 500");
    pages_stop(&second);
    expect_trouble(probe_once(&check), TROUBLE_REFUSED, "127.0.0.2");
}

TEST(hanging_address_does_not_hide_the_next)
{
    struct pages first;

    pages_start(&first, "127.0.0.3", pages.port);
    many[0] = "127.0.0.3";
    many[1] = "127.0.0.1";
    set_pages();
    PAGES_SET(&first, {"*", "200 OK", NULL, "", 0, PAGE_HANGS});
    struct check check = check_of(CHECK_HTTP, url_of("many.test", pages.port, "/ok"));
    check.timeout_ms = is_timed() ? 6000 : 20000;
    const struct probe_result result = probe_once(&check);
    expect_trouble(result, TROUBLE_TIMEOUT, "127.0.0.3");
    ck_assert_int_eq(atomic_load(&pages.requests), 1);
    ck_assert(!isnan(reading_of(&result, MEASURE_latency_ms)));
    pages_stop(&first);
}

static const struct {
    const char *code;
    enum probe_trouble trouble;
    const char *detail;
} resolvers[] = {
    {"host_unknown",         TROUBLE_NO_NAME, ""          },
    {"resolver_unavailable", TROUBLE_NO_NAME, ""          },
    {"silent",               TROUBLE_NO_NAME, "no answer" },
    {"overloaded",           TROUBLE_LOCAL,   "overloaded"},
};

TEST_ROWS(name_without_address_is_reported, resolvers)
{
    struct check check = check_of(CHECK_HTTP, "http://nowhere.test/");

    if (strcmp(row->code, "silent") == 0)
        check.timeout_ms = 200;
    resolver_fails = row->code;
    expect_trouble(probe_once(&check), row->trouble, row->detail);
}

TEST(fifty_hanging_probes_delay_no_other)
{
    static struct probe_run hanging[50], others[20];

    set_pages();
    struct check hangs = check_at(CHECK_HTTP, "/hangs");
    const struct check ok = check_at(CHECK_HTTP, "/ok");
    hangs.timeout_ms = 120000;
    for (int i = 0; i < 50; i++) {
        hanging[i] = (struct probe_run){.check = &hangs};
        probe_start(&hanging[i]);
    }
    for (int i = 0; i < 20; i++) {
        others[i] = (struct probe_run){.check = &ok};
        probe_start(&others[i]);
    }
    probe_await(others, 20);
    for (int i = 0; i < 20; i++) {
        expect_trouble(others[i].result, TROUBLE_NONE, "");
        ck_assert_int_lt(others[i].took_ms, 20000);
    }
    for (int i = 0; i < 50; i++)
        ck_assert(!hanging[i].done);
    fiber_cancel_all(probe_fixture_loop);
    loop_finish_fibers(probe_fixture_loop, 10 * NS_PER_S);
}

static const struct {
    const char *why;
    enum check_kind kind;
    const char *path, *status;
    enum probe_trouble trouble;
    const char *detail;
} wells[] = {
    {"qdrant",                  CHECK_QDRANT,   "/readyz",        "200 OK",  TROUBLE_NONE,      ""   },
    {"shards that are loading", CHECK_QDRANT,   "/readyz",        "503 Not", TROUBLE_NOT_READY, ""   },
    {"neither endpoint",        CHECK_QDRANT,   "/x",             "200 OK",  TROUBLE_STATUS,    "404"},
    {"directus",                CHECK_DIRECTUS, "/server/health", "200 OK",  TROUBLE_NONE,      ""   },
    {"without its endpoint",    CHECK_DIRECTUS, "/server/health", "503 Not", TROUBLE_NOT_READY, ""   },
    {"n8n",                     CHECK_N8N,      "/healthz",       "200 OK",  TROUBLE_NONE,      ""   },
    {"another server",          CHECK_N8N,      "/health",        "200 OK",  TROUBLE_STATUS,    "404"},
};

TEST_ROWS_WHY(health_endpoint_determines_result, wells)
{
    show_page(row->path, row->status, "{}");
    const struct check check = check_at(row->kind, _i % 2 == 0 ? "/" : "");
    expect_trouble(probe_once(&check), row->trouble, row->detail);
}
