// SPDX-License-Identifier: MIT
/* Turns that have made a change in booking-api, or may have, while it does not answer. If they were
 * dead, the person would repeat the request, and the change would be made twice. */

#include "booking.h"
#include "script.h"

TEST_CASE("turns_acted", .setup = sends_begin_with_key, .teardown = sends_finish, .timeout_s = 60);

#define DONE                                                                                       \
    {                                                                                              \
        201, 0, NULL                                                                               \
    }
#define LOST                                                                                       \
    {                                                                                              \
        201, 0, booking_lost                                                                       \
    }
#define REFUSED                                                                                    \
    {                                                                                              \
        503, 0, NULL                                                                               \
    }
#define UNKNOWN                                                                                    \
    {                                                                                              \
        503, 0, "{\"code\":\"outcome_unknown\"}"                                                   \
    }
static const struct booking_says done = DONE, refused = REFUSED;

/* Tries update 1 until it has failed `tries` times. */
static void fail_until(struct turn_runner *turns, int first, int tries)
{
    for (int n = first; n <= tries; n++) {
        wait_forf("EXISTS (SELECT FROM update WHERE update_id = 1 AND tries = %d)", n);
        if (n == tries)
            return;
        stand_sleep(UPDATES_OPEN_MS);
        stand_sql("UPDATE update SET retry_at = now() WHERE update_id = 1");
        turn_runner_wake(turns);
    }
}

#define STATUS "SELECT status FROM update WHERE update_id = 1"

/* Each call is sent twice, so the first call of a try fails only if both answers are lost. */
// clang-format off
static const struct {
    const char *why, *text;
    struct booking_says says[4]; /* the last one is repeated */
    int count;
    const char *status; /* after five tries */
} cases[] = {
    {"its answer is lost",            "ask /v1/x 1",  {LOST, LOST, REFUSED},    3, "received"},
    {"one answer is lost",            "ask /v1/x 1",  {LOST, REFUSED},          2, "received"},
    {"it is done, the next one fails", "ask /v1/x 2", {DONE, REFUSED},          2, "received"},
    {"the call is running",           "ask /v1/x 1",
     {{409, 0, "{\"code\":\"key_in_progress\"}"}, REFUSED},                     2, "received"},
    {"the outcome is unknown",        "ask /v1/x 1",
     {UNKNOWN, UNKNOWN, REFUSED},                                               3, "received"},
    {"nothing was done",              "ask /v1/x 1",  {REFUSED},                1, "dead"    },
    {"a question is not answered",    "look /v1/x 1", {LOST, LOST, REFUSED},    3, "dead"    },
};
// clang-format on

FIBER_TEST_ROWS_WHY(possibly_made_change_is_retried_until_known, cases)
{
    booking_start(row->says, row->count);
    struct turn_runner *turns = updates_start(NULL, script_step, booking_url());
    deliver_text(1, 7, "en", row->text);
    deliver_text(2, 7, "en", "hi");
    fail_until(turns, 1, 5);
    ck_assert_str_eq(stand_text(STATUS), row->status);
    if (strcmp(row->status, "received") == 0) {
        ck_sql(1,
               "SELECT (retry_at > now() + interval '190 s')::int FROM update WHERE update_id = 1");
        ck_rows(0, "update WHERE status = 'done'");
        ck_rows(0, "sending WHERE dedupe_key LIKE 'sorry:%%'");
        booking_say(&done, 1);
        stand_sleep(UPDATES_OPEN_MS);
        stand_sql("UPDATE update SET retry_at = now() WHERE update_id = 1");
        turn_runner_wake(turns);
        wait_for(NOTHING_LEFT);
        ck_assert_int_eq(booking_effects(), row->text[10] - '0');
        ck_sql_text("done", STATUS);
    }
}

/* The process that was to make the call is dead, as far as the database shows. */
FIBER_TEST(call_of_a_dead_process_may_have_been_made)
{
    booking_start(&done, 1);
    booking_hold(true);
    struct turn_runner *turns = updates_start(NULL, script_step, booking_url());
    deliver_text(1, 7, "en", "ask /v1/x 1");
    wait_asked(1);
    booking_say(&refused, 1);
    stand_sql("UPDATE update SET leased_until = now()");
    turn_runner_wake(turns);
    wait_asked(2); /* the turn is repeated */
    booking_hold(false);
    fail_until(turns, 1, 5);
    ck_sql_text("received", STATUS);
}

FIBER_TEST(lane_continues_after_an_hour)
{
    static const struct booking_says says[] = {LOST, REFUSED};

    booking_start(says, 2);
    struct turn_runner *turns = updates_start(NULL, script_step, booking_url());
    deliver_text(1, 7, "en", "ask /v1/x 1");
    deliver_text(2, 7, "en", "hi");
    fail_until(turns, 1, 5);
    stand_sql("UPDATE update SET received_at = now() - interval '1 hour' WHERE update_id = 1");
    stand_sleep(UPDATES_OPEN_MS);
    stand_sql("UPDATE update SET retry_at = now() WHERE update_id = 1");
    turn_runner_wake(turns);
    wait_for(NOTHING_LEFT);
    ck_sql_text("dead", STATUS);
    wait_for("EXISTS (SELECT FROM sending WHERE dedupe_key LIKE 'sorry:7:%%')");
}
