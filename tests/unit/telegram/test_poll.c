// SPDX-License-Identifier: MIT
#include "loop/fiber.h"

#include "peer.h"
#include "support/patience.h"
#include "telegram/poll.h"
#include "telegram/poll_private.h"

enum { SEEN_MAX = 256, STATES_MAX = 8 };

/* What the callbacks received, and whether `store` fails. */
static struct {
    int64_t ids[SEEN_MAX];
    char raw[SEEN_MAX][128]; /* the beginning of the update */
    size_t count, pages;
    size_t fail_page; /* storing this page fails; 0: none */
    enum telegram_poll_state states[STATES_MAX];
    char codes[STATES_MAX][32];
    size_t state_count, states_enough;
    int timeout_s; /* of a call */
    bool done;
} seen;

static bool store(void *data, const struct telegram_update *updates, size_t count,
                  struct fault *why)
{
    ck_assert_ptr_nonnull(fiber_current());
    ck_assert_msg(fiber_deadline_ns(fiber_current()) != INT64_MAX, "storing has a deadline");
    seen.pages++;
    if (seen.pages == seen.fail_page)
        return fault_set(why, FAULT_UNAVAILABLE, "database_unavailable", "Later.");
    for (size_t i = 0; i < count && seen.count < SEEN_MAX; i++) {
        snprintf(seen.raw[seen.count], sizeof seen.raw[0], "%.*s", SLICE_ARG(updates[i].raw));
        seen.ids[seen.count++] = updates[i].update_id;
    }
    return true;
}

static void changed(void *data, enum telegram_poll_state state, const struct fault *why)
{
    ck_assert((why == NULL) == (state == TELEGRAM_POLL_WORKS));
    if (seen.state_count < STATES_MAX) {
        seen.states[seen.state_count] = state;
        snprintf(seen.codes[seen.state_count], sizeof seen.codes[0], "%s",
                 why != NULL ? why->code : "");
        seen.state_count++;
    }
    seen.done = seen.done || (seen.states_enough > 0 && seen.state_count >= seen.states_enough);
    if (seen.done)
        loop_stop(loop);
}

static struct telegram_poll *start(void)
{
    const struct telegram_poll_options options = {.telegram = telegram,
                                                  .token = token,
                                                  .allowed_updates = "[\"message\"]",
                                                  .timeout_s = seen.timeout_s,
                                                  .store = store,
                                                  .changed = changed};
    struct telegram_poll *poll = telegram_poll_start(loop, &options, &fault);

    ck_assert_ptr_nonnull(poll);
    return poll;
}

static void begin(void)
{
    stand_begin();
    memset(&seen, 0, sizeof seen);
    seen.timeout_s = 1;
}

TEST_CASE("all", .setup = begin, .teardown = stand_end, .timeout_s = 30);

static void stop(struct telegram_poll *poll)
{
    telegram_poll_stop(poll);
    loop_finish_fibers(loop, patience_ms(0) * NS_PER_MS);
}

/* Polls until the wanted events were recorded. */
static void poll_until_seen(void)
{
    struct telegram_poll *poll = start();

    run_for(patience_ms(4000), &seen.done);
    stop(poll);
}

/* Polls until the peer has read `count` requests; returns the duration in milliseconds. */
static int64_t poll_until_requests(int count)
{
    struct telegram_poll *poll = start();
    int64_t began_ns = now_mono_ns();

    run_until_requests(count);
    int64_t took_ms = (now_mono_ns() - began_ns) / NS_PER_MS;
    stop(poll);
    return took_ms;
}

#define PAGE(updates)                                                                              \
    {                                                                                              \
        PEER_ANSWERS, 200, NULL, "{\"ok\":true,\"result\":[" updates "]}"                          \
    }
#define UPDATE(id) "{\"update_id\":" #id ",\"message\":{}}"
static const struct peer_step hang = {PEER_HANGS, 0, NULL, NULL};

static void check_body(int request, const char *body)
{
    const char *at = strstr(peer.request[request], "\r\n\r\n");

    ck_assert_ptr_nonnull(at);
    ck_assert_str_eq(at + 4, body);
}

#define BODY_OF(timeout, limit, offset)                                                            \
    "{\"timeout\":" timeout ",\"limit\":" limit offset ",\"allowed_updates\":[\"message\"]}"
#define BODY(limit, offset) BODY_OF("1", limit, offset)
/* Of the first call, and of a call after a failure. */
#define BODY_AT_ONCE(limit) BODY_OF("0", limit, "")

TEST(updates_are_confirmed_when_they_are_stored)
{
    peer_acts(PAGE(UPDATE(900) "," UPDATE(901)), PAGE(UPDATE(902)), hang);
    (void)poll_until_requests(3);
    ck_assert_int_eq(peer.requests, 3);
    check_body(0, BODY_AT_ONCE("100"));
    check_body(1, BODY("100", ",\"offset\":902"));
    check_body(2, BODY("100", ",\"offset\":903"));
    ck_assert_uint_eq(seen.count, 3);
    ck_assert(seen.ids[0] == 900 && seen.ids[1] == 901 && seen.ids[2] == 902);
    ck_assert_uint_eq(seen.pages, 2);
    ck_assert_uint_eq(seen.state_count, 1);
    ck_assert_int_eq(seen.states[0], TELEGRAM_POLL_WORKS);
}

TEST(restarted_update_ids_are_not_skipped)
{
    peer_acts(PAGE(UPDATE(900)), PAGE(""), PAGE(UPDATE(5)), hang);
    (void)poll_until_requests(4);
    ck_assert_int_eq(peer.requests, 4);
    check_body(1, BODY("100", ",\"offset\":901"));
    check_body(2, BODY("100", ""));
    check_body(3, BODY("100", ",\"offset\":6"));
    ck_assert(seen.count == 2 && seen.ids[1] == 5);
}

TEST(unstored_updates_are_requested_again)
{
    peer_acts(PAGE(UPDATE(1)), PAGE(UPDATE(2) "," UPDATE(3)), PAGE(UPDATE(2) "," UPDATE(3)), hang);
    seen.fail_page = 2;
    seen.states_enough = 3;
    poll_until_seen();
    check_body(1, BODY("100", ",\"offset\":2"));
    check_body(2, BODY_AT_ONCE("100"));
    ck_assert_uint_eq(seen.count, 3);
    ck_assert_uint_eq(seen.state_count, 3);
    ck_assert_int_eq(seen.states[1], TELEGRAM_POLL_FAILS);
    ck_assert_str_eq(seen.codes[1], "database_unavailable");
    ck_assert_int_eq(seen.states[2], TELEGRAM_POLL_WORKS);
}

TEST(updates_are_passed_on_unchanged)
{
    static const char *const raw[] = {
        "{\"update_id\":1,\"message\":{\"text\":\"]},{[\\\"\\\\\",\"a\":[[1],[2,{}]]}}",
        "{\"message\":{\"update_id\":9},\"update_id\":2}",
        "{ \"update_id\" : 3 }",
    };
    static char body[512];

    snprintf(body, sizeof body, "{\"ok\":true,\"result\": [ %s,%s , %s ] }", raw[0], raw[1],
             raw[2]);
    peer_acts({PEER_ANSWERS, 200, NULL, body}, hang);
    (void)poll_until_requests(2);
    ck_assert_uint_eq(seen.count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(seen.ids[i], (int64_t)i + 1);
        ck_assert_str_eq(seen.raw[i], raw[i]);
    }
}

/* --- failures --- */

#define SAYS(code, description)                                                                    \
    PEER_ANSWERS, code, NULL,                                                                      \
        "{\"ok\":false,\"error_code\":" #code ",\"description\":\"" description "\"}"

// clang-format off
static const struct {
    const char *why;
    struct peer_step step;
    enum telegram_poll_state state;
    const char *code;
} failures[] = {
    {"a webhook",                     {SAYS(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")}, TELEGRAM_POLL_WEBHOOK, "telegram_no_bot"},
    {"another poller",                {SAYS(409, "Conflict: terminated by other getUpdates request; make sure")}, TELEGRAM_POLL_OTHER, "telegram_no_bot"},
    {"a revoked token",               {SAYS(401, "Unauthorized")},                               TELEGRAM_POLL_NO_BOT, "telegram_no_bot"},
    {"nginx",                         {PEER_ANSWERS, 502, NULL, "<html>"},                       TELEGRAM_POLL_FAILS,  "telegram_uncertain"},
    {"a cut",                         {PEER_CUTS, 0, NULL, NULL},                                TELEGRAM_POLL_FAILS,  "upstream_unreachable"},
    {"no array",                      {PEER_ANSWERS, 200, NULL, "{\"ok\":true,\"result\":{}}"},  TELEGRAM_POLL_FAILS,  "telegram_bad_updates"},
    {"no result",                     {PEER_ANSWERS, 200, NULL, "{\"ok\":true}"},                TELEGRAM_POLL_FAILS,  "telegram_bad_updates"},
    {"an update without its id",      PAGE(UPDATE(1) ",{\"message\":{}}"),                       TELEGRAM_POLL_FAILS,  "telegram_bad_updates"},
    {"an item that is not an update", PAGE("1"),                                                 TELEGRAM_POLL_FAILS,  "telegram_bad_updates"},
};
// clang-format on

TEST_ROWS_WHY(failure_is_reported, failures)
{
    peer_says(&row->step, 1);
    seen.states_enough = 1;
    poll_until_seen();
    ck_assert_uint_eq(seen.state_count, 1);
    ck_assert_msg(seen.states[0] == row->state, "%s", telegram_poll_state_name(seen.states[0]));
    ck_assert_str_eq(seen.codes[0], row->code);
    ck_assert_uint_eq(seen.count, 0);
}

TEST(lasting_failure_is_reported_once)
{
    peer_acts({SAYS(401, "Unauthorized")});
    ck_assert_int_ge(poll_until_requests(3), 1000 + 2000);
    ck_assert_uint_eq(seen.state_count, 1);
}

static const struct {
    unsigned failures;
    int64_t least_ms;
} pauses[] = {
    {1,          1000 },
    {2,          2000 },
    {3,          4000 },
    {5,          16000},
    {6,          30000},
    {7,          30000},
    {4000000000, 30000},
};

TEST_ROWS(pauses_grow_to_a_minute_at_most, pauses)
{
    int64_t least_ms = row->least_ms;

    ck_assert_int_eq(telegram_poll_pause_ms(row->failures, 0), least_ms);
    ck_assert_int_eq(telegram_poll_pause_ms(row->failures, (uint32_t)least_ms - 1),
                     least_ms * 2 - 1);
    ck_assert_int_lt(telegram_poll_pause_ms(row->failures, UINT32_MAX), least_ms * 2);
}

TEST(retry_after_of_429_is_waited_for)
{
    peer_acts(
        {PEER_ANSWERS, 429, NULL,
         "{\"ok\":false,\"error_code\":429,\"description\":\"x\",\"parameters\":{\"retry_after\":3}"
         "}"},
        PAGE(UPDATE(1)), hang);
    ck_assert_int_ge(poll_until_requests(2), 3000);
}

TEST(server_without_long_polling_is_not_flooded)
{
    const struct peer_step empty = PAGE(""), same = PAGE(UPDATE(7));

    peer_says(&empty, 1);
    ck_assert_int_ge(poll_until_requests(2), 1000);
    peer_says(&same, 1);
    ck_assert_int_ge(poll_until_requests(3), 1000);
}

TEST(fewer_updates_are_requested_after_an_oversized_answer)
{
    static char huge[TELEGRAM_UPDATES_BYTES_MAX + 64];
    int len = snprintf(huge, sizeof huge, "{\"ok\":true,\"result\":[{\"update_id\":1,\"x\":\"");

    memset(huge + len, 'x', sizeof huge - (size_t)len - 1);
    peer_acts({PEER_ANSWERS, 200, NULL, huge}, PAGE(UPDATE(1)), hang);
    (void)poll_until_requests(3);
    check_body(1, BODY_AT_ONCE("50"));
    check_body(2, BODY("100", ",\"offset\":2"));
    ck_assert_str_eq(seen.codes[0], "answer_too_large");
}

TEST(oversized_page_is_stored_in_parts)
{
    static char body[8192];
    int len = snprintf(body, sizeof body, "{\"ok\":true,\"result\":[");

    for (int i = 1; i <= TELEGRAM_UPDATES_MAX + 5; i++)
        len += snprintf(body + len, sizeof body - (size_t)len, "%s{\"update_id\":%d}",
                        i > 1 ? "," : "", i);
    snprintf(body + len, sizeof body - (size_t)len, "]}");
    peer_acts({PEER_ANSWERS, 200, NULL, body}, hang);
    (void)poll_until_requests(2);
    ck_assert_uint_eq(seen.count, TELEGRAM_UPDATES_MAX);
    check_body(1, BODY("100", ",\"offset\":101"));
}

/* --- stopping --- */

static void stop_in_fiber(void *data)
{
    telegram_poll_stop(data);
    seen.done = true;
}

TEST(polling_stops_at_once)
{
    peer_says(&hang, 1);
    seen.timeout_s = 60; /* longer than a stop may take */
    struct telegram_poll *poll = start();
    run_until_requests(1);
    int64_t began_ns = now_mono_ns();
    ck_ok(fiber_start(loop, stop_in_fiber, poll, began_ns + 60 * NS_PER_S, "stop", &fault));
    run_for(patience_ms(1000), &seen.done);
    ck_assert(seen.done);
    ck_assert_int_lt((now_mono_ns() - began_ns) / NS_PER_MS, is_timed() ? 50 : 20000);
    ck_assert_uint_eq(fiber_count_live(loop), 0);
    ck_assert_msg(seen.state_count == 0, "no state is reported after the stop");
    telegram_poll_stop(NULL);
}

TEST(polling_can_stop_in_a_pause_and_before_it_starts)
{
    const struct peer_step step = {SAYS(401, "Unauthorized")};

    peer_says(&step, 1);
    telegram_poll_stop(start());
    run_for(50, NULL);
    ck_assert_int_eq(peer.requests, 0);
    seen.states_enough = 1;
    poll_until_seen();
    run_for(2500, NULL);
    ck_assert_int_eq(peer.requests, 1);
}
