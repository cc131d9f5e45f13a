// SPDX-License-Identifier: MIT
/* The kind peer: answers and failures on both paths to the peer. */

#include "probe_fixture.h"
#include "probes/peer_status.h"
#include "support/patience.h"

TEST_CASE("all", .setup = probe_fixture_begin, .teardown = probe_fixture_end);

static struct check only_check = {.name = "postgres", .server = "server2"};
static const struct plan plan = {.checks = &only_check,
                                 .count = 1,
                                 .servers = "server1",
                                 .server = "server1",
                                 .peer = "server2"};
static struct peer_status seen;

#define STATUS(status)                                                                             \
    "{\"checks\":[{\"name\":\"postgres\",\"server\":\"server2\",\"status\":\"" status "\"}]}"

enum { SHORT_MS = 600 };

/* The link may take half of the time, so this ends a link that hangs, and leaves time enough for
 * the public page. */
static int64_t two_path_timeout_ms(void)
{
    return is_timed() ? 2 * SHORT_MS : 12000;
}

/* A peer with the link URL `link` and the public URL `outside`; "": none. It has not reported
 * yet. */
static struct check peer_of(const char *link, const char *outside)
{
    memset(&seen, 0, sizeof seen);
    seen.plan = &plan;
    tools.peer = &seen;
    tools.link_key = "C4nary-key";
    struct check check =
        check_of(CHECK_PEER, link[0] != '\0' ? url_of("127.0.0.1", pages.port, link) : "");
    check.public_url = outside[0] != '\0' ? url_of("127.0.0.1", pages.port, outside) : "";
    return check;
}

TEST(peer_status_is_read_with_our_key)
{
    const struct check check = peer_of("/l/", "");

    PAGES_SET(&pages, {"/l/v1/status", "200 OK", NULL, STATUS("red"), 0, PAGE_WHOLE});
    const int64_t before_us = now_wall_us();
    expect_trouble(probe_once(&check), TROUBLE_NONE, "");
    ck_assert_ptr_nonnull(strcasestr(pages.last, "x-api-key: C4nary-key\r\n"));
    ck_assert_int_eq(seen.checks[0].verdict, VERDICT_RED);
    ck_assert_int_ge(seen.read_us, before_us);
}

static const struct {
    struct page page;
    enum probe_trouble trouble;
    const char *detail;
} refused[] = {
    {{"*", "401 Unauthorized", NULL, "", 0, PAGE_WHOLE},           TROUBLE_DENIED,  "401"             },
    {{"*", "502 Bad Gateway", NULL, "", 0, PAGE_WHOLE},            TROUBLE_STATUS,  "502"             },
    {{"*", "200 OK", NULL, "<html>", 0, PAGE_WHOLE},               TROUBLE_BODY,    "bad_json"        },
    {{"*", "200 OK", NULL, STATUS("red"), 600 * 1024, PAGE_WHOLE},
     TROUBLE_BODY,                                                                  "answer_too_large"},
    {{"*", "200 OK", NULL, "", 0, PAGE_HANGS},                     TROUBLE_TIMEOUT, ""                },
};

TEST_ROWS(failed_probe_keeps_the_last_peer_status, refused)
{
    struct check check = peer_of("/l", "");

    if (row->trouble == TROUBLE_TIMEOUT)
        check.timeout_ms = SHORT_MS;
    seen.checks[0].verdict = VERDICT_GREEN;
    pages_set(&pages, &row->page, 1);
    expect_trouble(probe_once(&check), row->trouble, row->detail);
    ck_assert_int_eq(seen.checks[0].verdict, VERDICT_GREEN);
    ck_assert_int_eq(seen.read_us, 0);
}

TEST(public_page_reports_link_alert)
{
    const struct check check = peer_of("", "/o");

    PAGES_SET(&pages, {"/o/public", "200 OK", "Health-Link-Told: no\r\n", "page", 0, PAGE_WHOLE});
    expect_trouble(probe_once(&check), TROUBLE_NONE, "");
    ck_assert_int_eq(seen.alerted_us, 0);
    ck_assert_ptr_null(strcasestr(pages.last, "C4nary"));
    PAGES_SET(&pages, {"/o/public", "200 OK", "Health-Link-Told: yes\r\n", "page", 0, PAGE_WHOLE});
    expect_trouble(probe_once(&check), TROUBLE_NONE, "");
    ck_assert_int_gt(seen.alerted_us, 0);
    PAGES_SET(&pages, {"/o/public", "200 OK", NULL, "a foreign page", 0, PAGE_WHOLE});
    expect_trouble(probe_once(&check), TROUBLE_HEADER, "Health-Link-Told");
}

TEST(peer_is_alive_if_either_path_answers)
{
    struct check check = peer_of("/l", "/o");

    PAGES_SET(&pages, {"/l/v1/status", "200 OK", NULL, STATUS("green"), 0, PAGE_WHOLE},
              {"/o/public", "200 OK", NULL, "", 0, PAGE_HANGS});
    expect_trouble(probe_once(&check), TROUBLE_NONE, "");
    check.timeout_ms = two_path_timeout_ms();
    PAGES_SET(&pages, {"/l/v1/status", "200 OK", NULL, "", 0, PAGE_HANGS},
              {"/o/public", "200 OK", "Health-Link-Told: yes\r\n", "", 0, PAGE_WHOLE});
    expect_trouble(probe_once(&check), TROUBLE_NONE, "");
    ck_assert_int_gt(seen.alerted_us, 0);
}

TEST(peer_is_silent_if_both_paths_fail)
{
    struct check check = peer_of("/l", "/o");

    check.timeout_ms = two_path_timeout_ms();
    PAGES_SET(&pages, {"/l/v1/status", "200 OK", NULL, "", 0, PAGE_HANGS},
              {"/o/public", "502 Bad Gateway", NULL, "", 0, PAGE_WHOLE});
    expect_trouble(probe_once(&check), TROUBLE_SILENT, "timeout, status");
    check.timeout_ms = SHORT_MS;
    PAGES_SET(&pages, {"*", "200 OK", NULL, "", 0, PAGE_HANGS});
    struct probe_run probe = {.check = &check};
    repeat_probe(&probe);
    expect_trouble(probe.result, TROUBLE_SILENT, "timeout, timeout");
    ck_assert_int_lt(probe.took_ms, 20 * check.timeout_ms);
}
