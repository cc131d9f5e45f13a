// SPDX-License-Identifier: MIT
/* One turn by itself: its transactions, without the workers. */
#include "db/transaction.h"

#include "dialogue/turn_run.h"
#include "updates.h"

static void begin(void)
{
    sends_begin("test_turns_act");
}

/* A fault of something else must not be taken for one of the bot. */
static void no_token_body(void *data)
{
    const struct turn_runner_options options = {
        .service = stand_service(), .bots = stand_app()->bots, .step = turn_step};
    static struct turn_places places;
    struct fault fault = {.code = ""};
    (void)data;
    stand_file("taxi.token", 0600, "");
    stand_look();
    deliver_text(1, 7, "en", "/start");
    struct turn_run *turning = turn_run_create(NULL, &options, &places, &fault);
    ck_assert_ptr_nonnull(turning);
    fault = (struct fault){.kind = FAULT_UNAVAILABLE, .code = "earlier"};
    ck_assert_msg(db_transaction(stand_service()->pool, turn_run_act, turning, &fault), "%s",
                  fault.code);
    ck_assert_int_eq(turning->end, TURN_RUN_DONE);
    ck_assert_int_eq(stand_number("SELECT count(*) FROM sending"), 1);
    turn_run_destroy(turning);
}
SENDS_TEST(a_bot_without_a_token_handles_its_updates, no_token_body)

/* As when PostgreSQL is away at the end of it. */
static bool settle_in_vain(struct db *tx, void *arg, struct fault *fault)
{
    db_rollback_only(tx);
    return turn_run_settle(tx, arg, fault);
}

/* Says a lot, after one call. */
static bool talkative_step(const struct turn_input *input, struct arena *arena,
                           struct turn_output *out, struct fault *fault)
{
    *out = (struct turn_output){.language = -1, .waits = input->answer_count == 0};
    out->call = (struct service_call){.method = "GET", .path = SLICE("/v1/x")};
    out->replies[out->count++] =
        (struct turn_reply){.kind = TURN_TEXT, .text = arena_printf(arena, "%01000d", 0)};
    return out->replies[0].text.at != NULL || arena_fault(fault);
}

static void settle_body(void *data)
{
    const struct turn_runner_options options = {
        .service = stand_service(), .bots = stand_app()->bots, .step = talkative_step};
    static struct turn_places places;
    struct fault fault = {.code = ""};
    size_t used = 0;
    (void)data;
    stand_look();
    deliver_text(1, 7, "en", "x");
    struct turn_run *turning = turn_run_create(NULL, &options, &places, &fault);
    ck_assert_ptr_nonnull(turning);
    turning->may_call = true;
    ck_assert(db_transaction(stand_service()->pool, turn_run_act, turning, &fault));
    ck_assert_int_eq(turning->end, TURN_RUN_WAITS);
    turning->input.answer_count = 1; /* answered with nothing */
    turning->answers[0] = (struct service_answer){200, SLICE("{}")};
    ck_assert(talkative_step(&turning->input, &turning->arena, &turning->output, &fault));
    ck_assert(turn_run_ask(turning, &fault));
    for (int i = 0; i < 100; i++) {
        ck_assert_msg(db_transaction(stand_service()->pool, settle_in_vain, turning, &fault), "%s",
                      fault.code);
        ck_assert(i == 0 || turning->arena.used == used);
        used = turning->arena.used;
    }
    ck_assert(db_transaction(stand_service()->pool, turn_run_settle, turning, &fault));
    ck_assert_int_eq(turning->end, TURN_RUN_DONE);
    ck_assert_int_eq(stand_number("SELECT length(payload -> 0 ->> 'text') FROM sending"), 1000);
    turn_run_destroy(turning);
}
SENDS_TEST(a_turn_that_is_stored_in_vain_needs_no_more_memory_each_time, settle_body)

int main(void)
{
    Suite *suite = suite_create("turns_act");
    TCase *tests = tcase_create("turns_act");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, begin, sends_finish);
    tcase_add_test(tests, a_bot_without_a_token_handles_its_updates);
    tcase_add_test(tests, a_turn_that_is_stored_in_vain_needs_no_more_memory_each_time);
    suite_add_tcase(suite, tests);
    return stand_main(suite);
}
