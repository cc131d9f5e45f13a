// SPDX-License-Identifier: MIT
/* A single turn: its transactions, without the workers. */
#include "db/transaction.h"

#include "booking.h"
#include "dialogue/turn_runner_private.h"
#include "places/places_watch.h"
#include "updates.h"

TEST_CASE("turns_act", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 60);

static struct turn_run *create(turn_handle_update_fn *step)
{
    static struct turn_cursor cursor;
    static struct turn_slots slots;
    struct fault fault = {.code = ""};
    struct turn_run *run = turn_run_create(stand_app(), step, &cursor, &slots, &fault);

    ck_assert_ptr_nonnull(run);
    return run;
}

/* A fault of another part is not reported as a fault of the bot. */
FIBER_TEST(bot_without_a_token_handles_its_updates)
{
    struct fault fault = {.code = ""};

    stand_file("taxi.token", 0600, "");
    stand_look();
    deliver_text(1, 7, "en", "/start");
    struct turn_run *run = create(turn_handle_update);
    fault = (struct fault){.kind = FAULT_UNAVAILABLE, .code = "earlier"};
    ck_assert_msg(db_transaction(stand_service()->pool, turn_run_handle_next_update, run, &fault),
                  "%s", fault.code);
    ck_assert(run->done);
    ck_rows(1, "sending");
    turn_run_destroy(run);
}

/* Fails as if PostgreSQL were down at the end. */
static bool settle_in_vain(struct db *tx, void *arg, struct fault *fault)
{
    db_set_rollback_only(tx);
    return turn_run_store_output(tx, arg, fault);
}

/* Sends a long reply after one call. */
static bool talkative_step(const struct turn_input *input, struct arena *arena,
                           struct turn_output *out, struct fault *fault)
{
    const struct service_call call = {
        .service = SERVICE_AI, .method = "POST", .path = SLICE(SERVICE_AI_PATH)};
    struct service_answer answer;

    if (!input->caller.call(input->caller.data, &call, &answer, fault))
        return false;
    *out = (struct turn_output){.language = -1};
    out->replies[out->count++] =
        (struct turn_reply){.kind = TURN_TEXT, .text = arena_printf(arena, "%01000d", 0)};
    return out->replies[0].text.at != NULL || arena_fault(fault);
}

FIBER_TEST(retried_store_of_a_turn_does_not_grow_memory)
{
    size_t used = 0;

    stand_look();
    deliver_text(1, 7, "en", "x");
    stand_sql("UPDATE update SET calls = '[{\"method\":\"POST\",\"path\":\"" SERVICE_AI_PATH
              "\",\"status\":200,\"answer\":\"{}\"}]'");
    struct turn_run *run = create(talkative_step);
    ck_ok(db_transaction(stand_service()->pool, turn_run_handle_next_update, run, &fault));
    ck_assert(run->leased);
    for (int i = 0; i < 100; i++) {
        ck_ok(db_transaction(stand_service()->pool, settle_in_vain, run, &fault));
        ck_assert(i == 0 || run->arena.used == used);
        used = run->arena.used;
    }
    ck_ok(db_transaction(stand_service()->pool, turn_run_store_output, run, &fault));
    ck_assert(run->done);
    ck_sql(1000, "SELECT length(payload -> 0 ->> 'text') FROM sending");
    turn_run_destroy(run);
}

static struct slice expected_other; /* absent: no other bot is expected */

static bool require_other_username(const struct turn_input *input, struct arena *arena,
                                   struct turn_output *out, struct fault *fault)
{
    ck_assert_msg(slice_equal(input->other_username, expected_other), "%.*s",
                  SLICE_ARG(input->other_username));
    *out = (struct turn_output){.language = -1};
    return true;
}

static void handle_with_other(int update_id, const char *expected)
{
    expected_other = expected != NULL ? slice_of(expected) : SLICE_NONE;
    stand_look();
    deliver_text(update_id, 7, "ru", "x");
    struct turn_run *run = create(require_other_username);
    ck_ok(db_transaction(stand_service()->pool, turn_run_handle_next_update, run, &fault));
    ck_assert(run->done);
    turn_run_destroy(run);
}

/* The bot of the other type, which is active, of the same tenant and known to Telegram. */
FIBER_TEST(turn_knows_the_name_of_the_tenants_other_bot)
{
    const struct uuid stranger = uuid_make();
    char tenant[UUID_TEXT_LEN + 1];

    uuid_format(&stranger, tenant);
    stand_sql("INSERT INTO tenant VALUES ('%s', 'stranger')", tenant);
    stand_bot_of("strange", &stranger);
    stand_bot("same");
    stand_bot("other");
    stand_sql("UPDATE bot SET username = name || '_bot' WHERE name IN ('same', 'strange')");
    stand_sql("UPDATE bot SET bot_type = 'taxi' WHERE name IN ('other', 'strange')");
    handle_with_other(1, NULL);
    stand_sql("UPDATE bot SET username = 'other_bot' WHERE name = 'other'");
    handle_with_other(2, "other_bot");
    stand_sql("UPDATE bot SET is_active = false WHERE name = 'other'");
    handle_with_other(3, NULL);
}

static bool require_city_name(const struct turn_input *input, struct arena *arena,
                              struct turn_output *out, struct fault *fault)
{
    ck_assert(slice_is(phrase_get_city_name(input->words, SLICE("almaty"), LANGUAGE_RU), "Алматы"));
    return true;
}

static void handle_and_expect_put_off(struct turn_run *run)
{
    ck_ok(db_transaction(stand_service()->pool, turn_run_handle_next_update, run, &fault));
    ck_assert(run->taken && !run->done);
    ck_sql(0, "SELECT tries FROM update WHERE status = 'received'");
    stand_sql("UPDATE update SET retry_at = now()");
}

/* A phrase would be parsed without the cities. */
FIBER_TEST(update_waits_until_its_places_are_read)
{
    static const struct booking_says says[] = {
        {403, 0, "{}"                                                                                 },
        {200, 0,
         "{\"items\":[{\"slug\":\"almaty\",\"name\":{\"ru\":\"Алматы\"}}],\"next_cursor\":null}"},
        {200, 0, "{\"items\":[],\"next_cursor\":null}"                                                }
    };

    booking_start(says, 3);
    const struct booking_client booking = {stand_client(&(struct http_client_options){0}),
                                           booking_url()};
    stand_key("taxi");
    stand_look();
    deliver_text(1, 7, "ru", "в Алматы");
    struct turn_run *run = create(require_city_name);
    struct places_watch *places;
    ck_ok((places = places_watch_start(stand_service(), stand_app()->bots, &booking, &fault)) !=
          NULL);
    stand_app()->places = places;
    handle_and_expect_put_off(run);
    ck_unavailable(places_watch_refresh(places, true, &fault), "booking_failed");
    handle_and_expect_put_off(run);
    ck_ok(places_watch_refresh(places, true, &fault));
    ck_ok(db_transaction(stand_service()->pool, turn_run_handle_next_update, run, &fault));
    ck_assert(run->done);
    turn_run_destroy(run);
    stand_app()->places = NULL;
    places_watch_stop(places);
}
