// SPDX-License-Identifier: MIT
/* Updates of a lane that become visible in another order than they were received: of two taps the
 * later one is stored first, because the connection of the other was stalled. */
#include "api/key.h"
#include "db/transaction.h"

#include "booking.h"
#include "dialogue/turn_runner_private.h"
#include "script.h"

#define EARLIER "00000000-0000-7000-8000-000000000001"

static void begin(void)
{
    char key[API_KEY_LEN + 1];

    sends_begin("test_turns_order");
    api_key_make(true, key);
    stand_file("taxi.key", 0600, key);
}

/* Adds an update of the same chat whose id is older. */
static void show_earlier(void)
{
    stand_sql("INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, body)"
              " SELECT '" EARLIER "', bot_id, 1, kind, chat_id, user_id, body FROM update");
}

static bool act_in(struct turn_run *run, struct fault *fault)
{
    run->may_call = true;
    return db_transaction(stand_service()->pool, turn_run_start, run, fault);
}

static void ck_act(struct turn_run *run, enum turn_run_end end, const char *why)
{
    struct fault fault = {.code = ""};

    ck_assert_msg(act_in(run, &fault), "%s: %s", why, fault.code);
    ck_assert_msg(run->end == end, "%s: %d, not %d", why, (int)run->end, (int)end);
}

static struct turn_run *make(const struct turn_runner_options *options, struct turn_cursor *places)
{
    struct fault fault;
    struct turn_run *run = turn_run_create(NULL, options, places, &fault);

    ck_assert_ptr_nonnull(run);
    return run;
}

/* "leased": its call is running. The others: its process is dead as far as the database shows, or
 * the call has failed. */
static const struct {
    const char *why, *sql;
    enum turn_run_end end; /* of a worker that runs then */
} states[] = {
    {"leased",         "UPDATE update SET version = version",                                TURN_RUN_NONE },
    {"its lease ends", "UPDATE update SET leased_until = now() WHERE leased_by IS NOT NULL",
     TURN_RUN_WAITS                                                                                        },
    {"it waits",
     "UPDATE update SET leased_by = NULL, leased_until = NULL, tries = 1, retry_at = now() + "
     "interval '1 hour'"
     " WHERE leased_by IS NOT NULL",                                                         TURN_RUN_NONE },
    {"it is due",
     "UPDATE update SET leased_by = NULL, leased_until = NULL, tries = 1 WHERE leased_by IS NOT "
     "NULL",                                                                                 TURN_RUN_WAITS},
};

static void begun_body(void *data)
{
    const int i = *(const int *)data;
    const struct turn_runner_options options = {
        .service = stand_service(), .bots = stand_app()->bots, .step = script_step};
    static struct turn_cursor places[2];

    stand_look();
    deliver_text(2, 7, "en", "ask /v1/x 1");
    struct turn_run *first = make(&options, &places[0]), *second = make(&options, &places[1]);
    ck_act(first, TURN_RUN_WAITS, "the later one");
    show_earlier();
    stand_sql("%s", states[i].sql);
    ck_act(second, states[i].end, states[i].why);
    ck_assert(second->end == TURN_RUN_NONE || uuid_equal(&second->update.id, &first->update.id));
    /* Another chat continues. */
    deliver_text(3, 8, "en", "hi");
    ck_act(second, TURN_RUN_DONE, "another chat");
    stand_sql("UPDATE update SET status = 'done', leased_by = NULL, leased_until = NULL, retry_at"
              " = NULL WHERE update_id = 2");
    ck_act(second, TURN_RUN_WAITS, "the earlier one, then");
    ck_assert_int_eq(second->update.update_id, 1);
    turn_run_destroy(first);
    turn_run_destroy(second);
}
START_TEST(earlier_update_waits_for_a_running_one)
{
    stand_run(begun_body, &_i);
}
END_TEST

static struct turn_run *other;
static int shown;

/* While this turn runs with its row locked, another worker leases the earlier update. */
static bool racing_step(const struct turn_input *input, struct arena *arena,
                        struct turn_output *out, struct fault *fault)
{
    if (shown++ == 0) {
        show_earlier();
        ck_act(other, TURN_RUN_WAITS, "the other worker");
    }
    return script_step(input, arena, out, fault);
}

static void race_body(void *data)
{
    struct turn_runner_options options = {
        .service = stand_service(), .bots = stand_app()->bots, .step = script_step};
    struct turn_runner_options racing = options;
    static struct turn_cursor places[2];

    (void)data;
    racing.step = racing_step;
    shown = 0;
    stand_look();
    deliver_text(2, 7, "en", "ask /v1/x 1");
    other = make(&options, &places[0]);
    struct turn_run *run = make(&racing, &places[1]);
    ck_act(run, TURN_RUN_NONE, "the one that comes too late");
    ck_assert_int_eq(other->update.update_id, 1);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM update WHERE leased_by IS NOT NULL"), 1);
    turn_run_destroy(run);
    turn_run_destroy(other);
}
SENDS_TEST(two_workers_do_not_start_a_lane_together, race_body)

/* Whole turns: the second one starts from the state after the first one. */
static void turns_body(void *data)
{
    (void)data;
    booking_start(&(struct booking_says){201, 0, NULL}, 1);
    stand_look();
    booking_hold(true);
    struct turn_runner *turns = updates_start(NULL, script_step, booking_url());
    deliver_text(2, 7, "en", "ask /v1/x 1");
    wait_asked(1);
    show_earlier();
    turn_runner_wake(turns);
    deliver_text(3, 8, "en", "hi"); /* the worker that handles it has passed chat 7 */
    wait_for("EXISTS (SELECT FROM update WHERE update_id = 3 AND status = 'done')");
    booking_hold(false);
    wait_for(NOTHING_LEFT);
    ck_assert_int_eq(booking_asked(), 2);
    ck_assert_ptr_nonnull(strstr(booking_request(0), "{\"version\":0,\"call\":0}"));
    ck_assert_ptr_nonnull(strstr(booking_request(1), "{\"version\":1,\"call\":0}"));
    updates_stop(turns);
    booking_stop();
}
SENDS_TEST(late_tap_meets_the_current_dialogue, turns_body)

int main(void)
{
    Suite *suite = suite_create("turns_order");
    TCase *tests = tcase_create("turns_order");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, begin, sends_finish);
    tcase_add_loop_test(tests, earlier_update_waits_for_a_running_one, 0, (int)(ARRAY_LEN(states)));
    tcase_add_test(tests, two_workers_do_not_start_a_lane_together);
    tcase_add_test(tests, late_tap_meets_the_current_dialogue);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
