// SPDX-License-Identifier: MIT
/* Updates of a lane that become visible in another order than they were received: of two taps the
 * later one is stored first, because the connection of the other was stalled. */
#include "db/transaction.h"

#include "booking.h"
#include "dialogue/turn_runner_private.h"
#include "script.h"

#define EARLIER "00000000-0000-7000-8000-000000000001"

TEST_CASE("turns_order", .setup = sends_begin_with_key, .teardown = sends_finish, .timeout_s = 60);

/* Adds an update of the same chat whose id is older. */
static void show_earlier(void)
{
    stand_sql("INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, body)"
              " SELECT '" EARLIER "', bot_id, 1, kind, chat_id, user_id, body FROM update");
}

enum { WORKERS = 2 };
static struct http_client *client;

static void start(void)
{
    booking_start(&(struct booking_says){201, 0, NULL}, 1);
    client = stand_client(&(struct http_client_options){.connections_per_host = WORKERS});
    stand_look();
}

/* What a worker has taken: LEASED leaves the update as if the turn still waited for its call. */
enum taken { NOTHING, LEASED, DONE };

static enum taken act(int worker, turn_handle_update_fn *step, int64_t *update_id)
{
    static struct turn_cursor cursors[WORKERS];
    struct turn_slots slots = {.count = 0};
    const struct gateway_config config = {.booking_url = booking_url()};
    struct gateway_app app = *stand_app();
    struct fault fault = {.code = ""};

    app.config = &config;
    app.turns_http = client;
    struct turn_run *run = turn_run_create(&app, step, &cursors[worker], &slots, &fault);

    ck_assert_ptr_nonnull(run);
    ck_assert_msg(db_transaction(stand_service()->pool, turn_run_handle_next_update, run, &fault),
                  "%s", fault.code);
    const enum taken taken = run->leased ? LEASED : run->done ? DONE : NOTHING;
    *update_id = run->update.update_id;
    turn_run_destroy(run);
    return taken;
}

/* "leased": its call is running. The others: its process is dead as far as the database shows, or
 * the call has failed. */
static const struct {
    const char *why, *sql;
    enum taken taken; /* by a worker that runs then */
} states[] = {
    {"leased",         "UPDATE update SET version = version",                                NOTHING},
    {"its lease ends", "UPDATE update SET leased_until = now() WHERE leased_by IS NOT NULL",
     LEASED                                                                                         },
    {"it waits",
     "UPDATE update SET leased_by = NULL, leased_until = NULL, tries = 1, retry_at = now() + "
     "interval '1 hour'"
     " WHERE leased_by IS NOT NULL",                                                         NOTHING},
    {"it is due",
     "UPDATE update SET leased_by = NULL, leased_until = NULL, tries = 1 WHERE leased_by IS NOT "
     "NULL",                                                                                 LEASED },
};

FIBER_TEST_ROWS_WHY(earlier_update_waits_for_a_running_one, states)
{
    int64_t id;

    start();
    deliver_text(2, 7, "en", "ask /v1/x 1");
    ck_assert_msg(act(0, script_step, &id) == LEASED && id == 2, "the later one");
    show_earlier();
    stand_sql("%s", row->sql);
    const enum taken taken = act(1, script_step, &id);
    ck_assert(taken == row->taken && (taken == NOTHING || id == 2));
    deliver_text(3, 8, "en", "hi");
    ck_assert_msg(act(1, script_step, &id) == DONE && id == 3, "another chat goes on");
    stand_sql("UPDATE update SET status = 'done', leased_by = NULL, leased_until = NULL, retry_at"
              " = NULL WHERE update_id = 2");
    ck_assert_msg(act(1, script_step, &id) == LEASED && id == 1, "the earlier one, then");
}

static int shown;

/* While this turn runs with its row locked, another worker leases the earlier update. */
static bool racing_step(const struct turn_input *input, struct arena *arena,
                        struct turn_output *out, struct fault *fault)
{
    int64_t id;

    if (shown++ == 0) {
        show_earlier();
        ck_assert_msg(act(1, script_step, &id) == LEASED && id == 1, "the other worker");
    }
    return script_step(input, arena, out, fault);
}

FIBER_TEST(two_workers_do_not_start_a_lane_together)
{
    int64_t id;

    shown = 0;
    start();
    deliver_text(2, 7, "en", "ask /v1/x 1");
    ck_assert_msg(act(0, racing_step, &id) == NOTHING, "the one that comes too late");
    ck_assert_int_eq(booking_asked(), 1);
    ck_rows(1, "update WHERE leased_by IS NOT NULL");
}

/* Whole turns: the second one starts from the state after the first one. */
FIBER_TEST(late_tap_meets_the_current_dialogue)
{
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
    ck_has(booking_request(0), "{\"version\":0,\"call\":0}");
    ck_has(booking_request(1), "{\"version\":1,\"call\":0}");
}
