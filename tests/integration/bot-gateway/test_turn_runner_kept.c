// SPDX-License-Identifier: MIT
/* Persons and dialogues that turns store. */

#include "db/batches.h"

#include "history/misunderstood_store.h"
#include "maintenance/sweeper.h"
#include "script.h"

TEST_CASE("turns_kept", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 60);

FIBER_TEST(turn_without_calls_is_one_transaction)
{
    updates_start(NULL, script_step, NULL);
    handle_text(1, 7, "ru", "go");
    ck_sql_text(
        "5 1", "SELECT concat(count(*), ' ', count(DISTINCT xmin::text)) FROM (SELECT xmin FROM "
               "update UNION ALL SELECT xmin FROM dialogue UNION ALL SELECT xmin FROM person UNION "
               "ALL SELECT xmin FROM sending UNION ALL SELECT xmin FROM recipient) rows_ (xmin)");
    ck_rows(1, "update WHERE calls IS NULL");
}

FIBER_TEST(dialogue_state_is_that_of_the_last_step)
{
    updates_start(NULL, script_step, NULL);
    handle_text(1, 7, "en", "go");
    ck_sql_text("7 7 stay city {\"before\": null} 3 1 t",
                "SELECT concat_ws(' ', chat_id, user_id, flow, step, data, data_format, version, "
                "ends_at = (SELECT received_at FROM update) + interval '1 s') FROM dialogue");
    handle_text(2, 7, "en", "go");
    ck_sql_text("{\"before\": {\"before\": null}} 2",
                "SELECT concat_ws(' ', data, version) FROM dialogue");
    deliver_text(3, 7, "en", "hi");
    handle_text(4, 7, "en", "over");
    ck_sql_text("3", "SELECT concat_ws(' ', flow, step, data, version, ends_at) FROM dialogue");
    ck_sql_text("- 1 2 2", "SELECT string_agg(coalesce(state_before->>'version', '-'), ' ' ORDER "
                           "BY update_id) FROM update");
    ck_sql_text("stay null", "SELECT concat_ws(' ', state_before->>'flow', "
                             "state_before->'data'->'before') FROM update WHERE update_id = 2");
}

#define PERSON "SELECT concat_ws(' ', user_id, language, told_language, source) FROM person"

FIBER_TEST(person_is_stored_and_touched_once_an_hour)
{
    updates_start(NULL, script_step, NULL);
    handle_text(1, 7, "en", "hi");
    ck_sql_text("7 en", PERSON);
    stand_sql("UPDATE person SET last_seen_at = now() - interval '59 minutes'");
    const char *row = stand_text("SELECT xmin FROM person");
    handle_text(2, 7, "en", "hi");
    ck_sql_text(row, "SELECT xmin FROM person");
    stand_sql("UPDATE person SET last_seen_at = now() - interval '61 minutes'");
    handle_text(3, 7, "kk", "hi");
    ck_sql_text("7 kz", PERSON);
    ck_rows(1, "person WHERE last_seen_at > now() - interval '1 minute'");
    deliver_text(4, 7, "en", "kk");
    deliver_text(5, 7, "en", "from ad1");
    handle_text(6, 7, "en", "from ad2");
    ck_sql_text("7 kz en ad1", PERSON);
    deliver("{\"update_id\":7,\"message\":{\"message_id\":1,\"from\":{\"id\":8},"
            "\"chat\":{\"id\":-5,\"type\":\"group\"},\"text\":\"hi\"}}");
    deliver("{\"update_id\":8,\"message\":{\"message_id\":1,\"from\":{\"id\":9,\"is_bot\":true},"
            "\"chat\":{\"id\":9,\"type\":\"private\"},\"text\":\"hi\"}}");
    wait_for(NOTHING_LEFT);
    ck_rows(1, "person");
}

#define CONSENT "SELECT concat_ws(' ', consent_version, consent_at) FROM person"

FIBER_TEST(consent_is_stored_with_the_time_of_its_version)
{
    updates_start(NULL, script_step, NULL);
    handle_text(1, 7, "en", "hi");
    ck_sql_text("", CONSENT);
    handle_text(2, 7, "en", "agree 1");
    const char *first = stand_text(CONSENT);
    ck_begins(first, "1 2");
    deliver_text(3, 7, "en", "agree 1");
    handle_text(4, 7, "en", "kk");
    ck_sql_text(first, CONSENT);
    deliver_text(5, 7, "en", "agree 2");
    handle_text(6, 8, "en", "agree 2");
    ck_rows(2, "person WHERE consent_version = '2' AND consent_at <= now()");
    ck_rows(0, "person WHERE '2' || substr('%s', 2) = concat_ws(' ', consent_version, consent_at)",
            first);
}

/* The version stays, so that older buttons are stale. */
FIBER_TEST(dialogue_is_cleared_a_day_after_its_end)
{
    struct periodic sweeper;

    stand_sql("INSERT INTO dialogue (bot_id, chat_id, user_id, flow, step, data, data_format,"
              " version, ends_at) SELECT b.id, n, n, 'stay', 'city', '{}', 1, 5,"
              " now() - CASE WHEN n > 600 THEN interval '23 hours' ELSE interval '25 hours' END"
              " FROM bot b, generate_series(1, 602) n");
    sweeper_start(&sweeper, stand_service(), 10);
    wait_for("(SELECT count(*) FROM dialogue WHERE ends_at IS NULL) = 600");
    periodic_stop(&sweeper);
    ck_sql_text("1 600 5 0 0 0", "SELECT concat_ws(' ', min(n), max(n), max(v), count(flow), "
                                 "count(step), count(data)) FROM (SELECT chat_id n, version v, "
                                 "flow, step, data FROM dialogue WHERE ends_at IS NULL) over_");
    ck_rows(2, "dialogue WHERE data = '{}'");
}

#define MISUNDERSTOOD                                                                              \
    "SELECT string_agg(concat_ws(' ', language, step, text, times), ', ' ORDER BY language, step," \
    " text) FROM misunderstood"

FIBER_TEST(misunderstood_text_is_counted_at_its_step)
{
    updates_start(NULL, script_step, NULL);
    deliver_text(1, 7, "en", "what toaster");
    deliver_text(2, 7, "en", "go");
    deliver_text(3, 7, "en", "what toaster");
    deliver_text(4, 8, "en", "what toaster");
    deliver_text(5, 8, "kk", "what toaster");
    deliver_text(6, 7, "en", "what toaster");
    deliver_text(7, 7, "en", "secret 87071234567");
    handle_text(8, 7, "en", "hi");
    ck_sql_text("en  toaster 2, en stay.city toaster 2, kz  toaster 1", MISUNDERSTOOD);
}

/* A flood of one tenant's texts neither grows the table nor hides what comes later. */
FIBER_TEST(misunderstood_texts_of_a_tenant_are_limited)
{
    stand_look();
    stand_sql("INSERT INTO misunderstood (tenant_id, bot_id, language, step, text, last_at)"
              " SELECT tenant_id, id, 'ru', '', concat('n', n), now() - n * interval '1 minute'"
              " FROM bot, generate_series(1, 1000) n WHERE name = 'taxi'");
    updates_start(NULL, script_step, NULL);
    handle_text(1, 7, "en", "what toaster");
    ck_rows(1000, "misunderstood");
    stand_sql("UPDATE misunderstood SET last_at = now() - interval '31 days' WHERE text = 'n1'");
    ck_ok(db_batches_run(stand_service()->pool, &misunderstood_store_delete_old, 100, &fault));
    ck_sql_text("500 2 501", "SELECT concat_ws(' ', count(*), min(substr(text, 2)::int), "
                             "max(substr(text, 2)::int)) FROM misunderstood");
    stand_sql("UPDATE misunderstood SET last_at = now() - interval '31 days' WHERE text = 'n2'");
    ck_ok(db_batches_run(stand_service()->pool, &misunderstood_store_delete_old, 100, &fault));
    ck_rows(499, "misunderstood");
    deliver_text(2, 7, "en", "what toaster");
    wait_for("(SELECT count(*) FROM misunderstood) = 500");
}

/* Another transaction holds the dialogue and changes it. */
FIBER_TEST(dialogue_changed_meanwhile_is_read_again)
{
    updates_start(NULL, script_step, NULL);
    handle_text(1, 7, "en", "go");
    PGconn *held =
        stand_hold("UPDATE gateway_turn_runner_kept.dialogue SET version = 10, data = '\"x\"'");
    deliver_text(2, 7, "en", "go");
    wait_forf("EXISTS (SELECT FROM pg_stat_activity WHERE %d = ANY (pg_blocking_pids(pid)))",
              PQbackendPID(held));
    stand_commit(held);
    wait_for(NOTHING_LEFT);
    ck_sql_text("{\"before\": \"x\"} 11", "SELECT concat_ws(' ', data, version) FROM dialogue");
    ck_sql_text("10", "SELECT state_before ->> 'version' FROM update WHERE update_id = 2");
    ck_rows(2, "sending");
}
