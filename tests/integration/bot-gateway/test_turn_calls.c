// SPDX-License-Identifier: MIT
/* A step of a dialogue waits for its calls in its fiber, outside of transactions. */

#include "booking.h"
#include "script.h"
#include "texts/texts_watch.h"

TEST_CASE("turn_calls", .setup = sends_begin_with_key, .teardown = sends_finish, .timeout_s = 60);

static int begun, unwound;
static struct fiber *fiber; /* of the last turn */
static char code[64];       /* of its fault */

/* script_step(), counted. */
static bool counted_step(const struct turn_input *input, struct arena *arena,
                         struct turn_output *out, struct fault *fault)
{
    begun++;
    fiber = fiber_current();
    if (script_step(input, arena, out, fault))
        return true;
    unwound++;
    snprintf(code, sizeof code, "%s", fault->code);
    return false;
}

static struct turn_runner *start(turn_handle_update_fn *step)
{
    begun = unwound = 0;
    stand_look();
    return updates_start(NULL, step, booking_url());
}

/* A transaction keeps a lock of each table that it has used. */
#define TABLES_LOCKED                                                                              \
    "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"                        \
    " WHERE c.relnamespace = 'gateway_turn_calls'::regnamespace"

FIBER_TEST(step_with_three_calls_runs_once)
{
    booking_start(&(struct booking_says){201, 0, NULL}, 1);
    booking_hold(true);
    start(counted_step);
    deliver_text(1, 7, "en", "ask /v1/x 3");
    wait_asked(1);
    stand_until(stand_number(TABLES_LOCKED) == 0, "the turn holds locks");
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(begun, 1);
    ck_assert_int_eq(booking_asked(), 3);
}

/* Case: Restart with queued rows. As far as the database shows, the process died after the second
 * answer. */
FIBER_TEST(repeated_turn_repeats_answered_calls_with_their_keys)
{
    static const struct booking_says says[] = {
        {201, 0,  NULL},
        {201, 0,  NULL},
        {201, -1, NULL}
    };

    booking_start(says, 3);
    struct turn_runner *turns = start(counted_step);
    deliver_text(1, 7, "en", "ask /v1/x 3");
    wait_asked(3);
    booking_say(says, 1);
    stand_sql("UPDATE update SET leased_until = now()");
    turn_runner_wake(turns);
    wait_asked(4);
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(begun, 2);
    ck_assert_int_eq(booking_asked(), 6);
    for (int n = 0; n < 3; n++)
        ck_assert_str_eq(booking_request(3 + n), booking_request(n));
    ck_assert_int_eq(booking_effects(), 3);
    stand_stop(turns);
    ck_sql(1, "SELECT version FROM dialogue");
    ck_rows(1, "sending");
}

/* Its lease ends, and the turn is repeated. */
FIBER_TEST(cancelled_turn_unwinds_its_step)
{
    booking_start(&(struct booking_says){201, 0, NULL}, 1);
    booking_hold(true);
    start(counted_step);
    deliver_text(1, 7, "en", "ask /v1/x 2");
    wait_asked(1);
    fiber_cancel(fiber);
    stand_until(unwound == 1, "the step goes on");
    ck_assert_str_eq(code, "cancelled");
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(begun, 2);
    ck_assert_int_eq(booking_effects(), 2);
    ck_sql(0, "SELECT tries FROM update");
}

/* Another transaction holds the dialogue. */
FIBER_TEST(stop_cancels_a_turn_in_its_transaction)
{
    booking_start(&(struct booking_says){201, 0, NULL}, 1);
    struct turn_runner *turns = start(counted_step);
    handle_text(1, 7, "en", "go");
    PGconn *held = stand_hold("UPDATE gateway_turn_calls.dialogue SET version = version");
    deliver_text(2, 7, "en", "go");
    wait_forf("EXISTS (SELECT FROM pg_stat_activity WHERE %d = ANY (pg_blocking_pids(pid)))",
              PQbackendPID(held));
    stand_stop(turns);
    stand_commit(held);
    wait_for("(SELECT count(*) FROM update WHERE status = 'received' AND tries = 0) = 1");
    turns = start(counted_step);
    turn_runner_wake(turns);
    wait_for(NOTHING_LEFT);
    ck_sql(2, "SELECT version FROM dialogue");
    ck_rows(2, "sending");
}

/* Replies with a text after its call. */
static bool helpful_step(const struct turn_input *input, struct arena *arena,
                         struct turn_output *out, struct fault *fault)
{
    if (!script_step(input, arena, out, fault))
        return false;
    out->replies[0].text = input->texts[TEXT_HELP].en;
    return true;
}

static void edit(const char *text)
{
    stand_sql("UPDATE bot_messages SET message_text = '%s' WHERE message_key = 'help' AND"
              " language = 'en'",
              text);
    ck_ok(texts_watch_reload_if_changed(stand_app()->texts, &fault));
}

FIBER_TEST(texts_of_a_turn_outlive_their_replacement)
{
    booking_start(&(struct booking_says){201, 0, NULL}, 1);
    booking_hold(true);
    ck_ok(texts_watch_reload_if_changed(stand_app()->texts, &fault));
    edit("one");
    start(helpful_step);
    deliver_text(1, 7, "en", "ask /v1/x 1");
    wait_asked(1);
    edit("two");
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_sql_text("one", "SELECT payload -> 0 ->> 'text' FROM sending");
}
