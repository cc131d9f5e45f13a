// SPDX-License-Identifier: MIT
/* Updates are handled once, in the order of their lane, by any instance and despite failures. */

#include "inbox/inbox.h"
#include "script.h"
#include "texts/texts_watch.h"

TEST_CASE("turns", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 60);

/* Messages caused by an earlier update of their chat that are behind those of a later one. */
#define OUT_OF_ORDER                                                                               \
    "SELECT count(*) FROM (SELECT u.id, u.chat_id, lag(u.id) OVER (PARTITION BY u.chat_id ORDER "  \
    "BY"                                                                                           \
    " s.id) AS before FROM sending s JOIN update u ON s.dedupe_key = u.id || ':0') pairs"          \
    " WHERE before > id"

/* --- once and in order --- */

enum { PEOPLE = 20, EACH = 10, COPIES = 3 };

static int ended;

/* A lane as Telegram sends it: in order, each update twice, with pauses. */
static void lane(void *data)
{
    const int person = *(const int *)data;

    for (int i = 0; i < EACH; i++) {
        deliver_text(person * EACH + i, person, "ru", i % 2 == 0 ? "/start" : "hi");
        stand_sleep((person * 7 + i * 3) % 5);
        if (i > 0)
            deliver_text(person * EACH + i - 1, person, "ru", "again");
    }
    deliver_text(person * EACH + EACH - 1, person, "ru", "again");
    ended++;
}

static void deliver_all(void)
{
    static int people[PEOPLE];

    ended = 0;
    for (int i = 0; i < PEOPLE; i++) {
        people[i] = i + 1;
        stand_go(lane, &people[i]);
    }
    stand_until(ended == PEOPLE, "%d lanes have ended", ended);
}

static void check_all(void)
{
    wait_for(NOTHING_LEFT);
    ck_rows(PEOPLE * EACH, "update WHERE status = 'done'");
    ck_rows(PEOPLE * EACH, "sending");
    ck_sql(PEOPLE * EACH, "SELECT count(DISTINCT dedupe_key) FROM sending");
    ck_sql(0, OUT_OF_ORDER);
}

/* Case: Out of order (message vs tap, retries, id reset). */
FIBER_TEST(duplicated_and_mixed_updates_are_answered_once_in_order)
{
    updates_start(NULL, NULL, NULL);
    const double before = metric_of("updates_done_total{kind=\"message\"}");
    deliver_all();
    check_all();
    wait_metric("updates_done_total{kind=\"message\"}", before + PEOPLE * EACH);
}

FIBER_TEST(several_instances_answer_once_and_in_order)
{
    stand_look();
    for (int i = 0; i < COPIES; i++)
        updates_start(NULL, NULL, NULL);
    deliver_all();
    check_all();
}

/* All updates wait, then several instances start. */
FIBER_TEST(backlog_is_answered_once_in_order)
{
    stand_look();
    deliver_all();
    for (int i = 0; i < COPIES; i++)
        turn_runner_wake(updates_start(NULL, NULL, NULL));
    check_all();
}

/* Updates stored by another instance are found by polling; polling writes nothing. */
FIBER_TEST(poll_finds_updates_stored_by_another_instance)
{
    updates_start(NULL, NULL, NULL);
    stand_sleep(100);
    const double before = metric_of("db_transactions_total");
    stand_sleep(TURN_RUNNER_POLL_MS + 200);
    ck_assert_double_eq(metric_of("db_transactions_total"), before);
    inbox_set_stored_callback(stand_app()->inbox, NULL, NULL);
    deliver_text(1, 1, "ru", "hi");
    const int64_t began = sends_now_ms();
    wait_for(NOTHING_LEFT);
    if (is_timed())
        ck_assert_int_le(sends_now_ms() - began, TURN_RUNNER_POLL_MS + 500);
}

/* A transaction holds the chat; another turn needs it, and waits as long as PostgreSQL allows. */
FIBER_TEST(blocked_turn_does_not_delay_other_lanes)
{
    updates_start(NULL, NULL, NULL);
    handle_text(1, 7, "ru", "hi");
    PGconn *held = stand_hold(
        "UPDATE gateway_turn_runner.recipient SET parked_until = NULL WHERE chat_id = 7");
    for (int person = 7; person < 12; person++) {
        deliver_text(person, person, "ru", "hi");
        stand_sleep(20);
    }
    const int64_t began = sends_now_ms();
    wait_for("(SELECT count(*) FROM update WHERE status = 'received') = 1");
    if (is_timed())
        ck_assert_int_le(sends_now_ms() - began, TURN_RUNNER_POLL_MS / 2);
    stand_commit(held);
    wait_for(NOTHING_LEFT);
    ck_rows(0, "update WHERE tries > 0");
}

/* --- effects --- */

FIBER_TEST(update_without_a_dialogue_is_done_at_once)
{
    updates_start(NULL, NULL, NULL);
    const double before = metric_of("updates_done_total{kind=\"other\"}");
    deliver("{\"update_id\":1,\"poll\":{\"id\":\"1\"}}");
    deliver("{\"update_id\":2,\"brain_wave\":{}}");
    deliver("{\"update_id\":3,\"channel_post\":{\"chat\":{\"id\":-5},\"text\":\"/start\"}}");
    deliver("{\"update_id\":4,\"message\":{\"text\":\"/start\"}}");
    deliver(
        "{\"update_id\":5,\"message\":{\"chat\":{\"id\":-5,\"type\":\"group\"},\"from\":{\"id\":"
        "5},\"text\":\"hi\"}}");
    deliver("no JSON");
    wait_for(NOTHING_LEFT);
    ck_rows(5, "update WHERE status = 'done'");
    ck_rows(0, "sending");
    wait_metric("updates_done_total{kind=\"other\"}", before + 3);
}

/* Case: Blocked / deactivated. */
FIBER_TEST(blocked_chat_gets_no_calls_until_the_person_returns)
{
    struct uuid id;

    updates_start(NULL, NULL, NULL);
    ck_assert(sends_placed(&(struct wish){.chat_id = 7, .text = "waits"}, &id));
    deliver_membership(1, 7, "kicked");
    wait_for(NOTHING_LEFT);
    ck_assert_str_eq(sends_status(&id), "failed");
    ck_rows(1, "recipient WHERE unreachable_since IS NOT NULL");
    deliver_membership(2, 7, "member");
    wait_for(NOTHING_LEFT
             " AND NOT EXISTS (SELECT FROM recipient WHERE unreachable_since IS NOT NULL)");
    deliver_membership(3, 7, "kicked");
    deliver_text(4, 7, "ru", "I am back");
    wait_for(NOTHING_LEFT
             " AND NOT EXISTS (SELECT FROM recipient WHERE unreachable_since IS NOT NULL)");
    ck_rows(1, "sending WHERE status = 'queued'");
}

/* Case: Group upgraded to supergroup. Both groups report it, in any order. */
FIBER_TEST(supergroup_inherits_waiting_messages)
{
    struct turn_runner *turns = updates_start(NULL, NULL, NULL);
    struct uuid waits, sent;

    ck_assert(sends_placed(&(struct wish){.chat_id = -7, .text = "waits"}, &waits));
    stand_sql("INSERT INTO dialogue (bot_id, chat_id, user_id, version)"
              " SELECT id, -7, 5, 3 FROM bot");
    ck_assert(sends_placed(&(struct wish){.chat_id = -7, .text = "sent"}, &sent));
    stand_sql("UPDATE sending SET status = 'sent', part = 1, sent_at = now() WHERE id = '%s'",
              sends_id(&sent));
    deliver("{\"update_id\":1,\"message\":{\"from\":{\"id\":5},\"chat\":{\"id\":-1007},"
            "\"migrate_from_chat_id\":-7}}");
    deliver("{\"update_id\":2,\"message\":{\"from\":{\"id\":5},\"chat\":{\"id\":-7},"
            "\"migrate_to_chat_id\":-1007}}");
    wait_for(NOTHING_LEFT);
    stand_stop(turns);
    ck_sql_text("-1007 3", "SELECT concat_ws(' ', chat_id, version) FROM dialogue");
    ck_sql_text("-1007queued -7sent",
                "SELECT string_agg(chat_id || status, ' ' ORDER BY status) FROM sending");
    ck_sql_text("-1007",
                "SELECT string_agg(chat_id::text, ' ') FROM recipient WHERE due_at IS NOT NULL");
}

/* --- failing updates --- */

/* Lets an update fail until it is dead, each retry at once; returns the seconds that it would have
 * waited. */
static int die(struct turn_runner *turns, int number)
{
    int waits_s = 0;

    for (int tries = 1; tries <= 5; tries++) {
        wait_forf(
            "EXISTS (SELECT FROM update WHERE update_id = %d AND tries = %d AND status = '%s')",
            number, tries, tries < 5 ? "received" : "dead");
        if (tries < 5)
            waits_s += (int)stand_number("SELECT round(extract(epoch FROM retry_at - now()))::int"
                                         " FROM update WHERE update_id = %d",
                                         number);
        retry_now(turns);
    }
    return waits_s;
}

/* Case: Poison update. */
FIBER_TEST(failing_update_is_dead_after_five_tries_and_frees_its_lane)
{
    const int64_t hour = now_wall_us() / US_PER_S / 3600;

    stand_look();
    stand_sql("CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              " IF NEW.chat_id = 666 AND NEW.payload::text LIKE '%%tapbot.kz%%'"
              " THEN RAISE EXCEPTION 'poison'; END IF; RETURN NEW; END $$");
    stand_sql("CREATE TRIGGER poison BEFORE INSERT ON sending"
              " FOR EACH ROW EXECUTE FUNCTION poison()");
    struct turn_runner *turns = updates_start(NULL, NULL, NULL);
    const double before = metric_of("updates_dead_total");
    deliver_text(1, 666, "en", "/start");
    deliver_text(2, 666, "en", "/help");
    deliver_text(3, 5, "en", "/start");
    wait_for("EXISTS (SELECT FROM update WHERE update_id = 3 AND status = 'done')");
    ck_rows(1, "update WHERE update_id = 2 AND status = 'received'");
    const int waits_s = die(turns, 1);
    ck_assert_msg(waits_s >= 240 && waits_s <= 300, "%d s", waits_s);
    wait_for(NOTHING_LEFT);
    wait_metric("updates_dead_total", before + 1);
    ck_rows(1,
            "update WHERE update_id = 1 AND reason LIKE 'database_error: %%' AND retry_at IS NULL");
    wait_for("(SELECT count(*) FROM sending WHERE chat_id = 666) = 2");
    ck_rows(1, "sending WHERE payload::text LIKE '%%Sorry%%' AND dedupe_key LIKE 'sorry:666:%%'");
    /* One more within the hour; it may be the next hour by now. */
    deliver_text(4, 666, "en", "/start");
    (void)die(turns, 4);
    handle_text(5, 666, "en", "/help");
    ck_sql(0, "SELECT count(*) - count(DISTINCT dedupe_key) FROM sending");
    ck_assert_int_le(stand_number("SELECT count(*) FROM sending WHERE dedupe_key LIKE 'sorry:%%'"),
                     now_wall_us() / US_PER_S / 3600 > hour ? 2 : 1);
    stand_sleep(100);
    stand_stop(turns);
    stand_sql("DROP TRIGGER poison ON sending");
    stand_sql("DROP FUNCTION poison()");
}

/* The apology itself fails: no further message is tried. */
FIBER_TEST(chat_that_accepts_no_message_stops_no_lane)
{
    stand_look();
    stand_sql("ALTER TABLE sending ADD CONSTRAINT poison CHECK (chat_id <> 666)");
    struct turn_runner *turns = updates_start(NULL, NULL, NULL);
    deliver_text(1, 666, "en", "/start");
    (void)die(turns, 1);
    deliver_membership(2, 666, "member");
    wait_for(NOTHING_LEFT);
    ck_rows(0, "sending");
    stand_sleep(100); /* the apology was tried, so nothing holds the table */
    stand_stop(turns);
    stand_sql("ALTER TABLE sending DROP CONSTRAINT poison");
}

/* Case: Callback. No reply can be queued. */
FIBER_TEST(tap_of_a_failing_turn_is_answered)
{
    stand_look();
    stand_sql("ALTER TABLE sending ADD CONSTRAINT poison CHECK (lane = 0)");
    struct turn_runner *turns = updates_start(NULL, script_step, NULL);
    deliver_tap(1, 7, "go");
    wait_for("EXISTS (SELECT FROM update WHERE tries = 1)");
    wait_for("EXISTS (SELECT FROM sending)");
    ck_sql_text("[{\"callback_query_id\": \"1001\"}]", "SELECT payload FROM sending");
    stand_stop(turns);
    stand_sql("ALTER TABLE sending DROP CONSTRAINT poison");
}

static void deliver_group_tap(int number, int chat)
{
    deliver(textf("{\"update_id\":%d,\"callback_query\":{\"id\":\"%d\",\"from\":{\"id\":7,"
                  "\"is_bot\":false,\"first_name\":\"A\"},\"message\":{\"message_id\":9,\"date\":1,"
                  "\"chat\":{\"id\":%d,\"type\":\"supergroup\"},\"text\":\"x\"},\"data\":\"go\"}}",
                  number, number + 1000, chat));
}

/* A member of staff must not believe that the tap has done anything. Other groups get no notice. */
FIBER_TEST(dead_tap_of_staff_gets_a_notice_in_their_chat)
{
    stand_look();
    stand_sql("INSERT INTO staff_chat (bot_id, chat_id, language) SELECT id, -5, 'en' FROM bot");
    stand_sql(
        "ALTER TABLE sending ADD CONSTRAINT poison CHECK (payload::text NOT LIKE '%%said%%')");
    struct turn_runner *turns = updates_start(NULL, script_step, NULL);
    deliver_group_tap(1, -6);
    (void)die(turns, 1);
    deliver_group_tap(2, -5);
    (void)die(turns, 2);
    wait_for("EXISTS (SELECT FROM sending WHERE dedupe_key LIKE 'sorry:-5:%%')");
    ck_rows(1, "sending WHERE chat_id = -5 AND payload::text LIKE '%%Sorry%%'");
    ck_rows(0, "sending WHERE chat_id = -6");
    stand_stop(turns);
    stand_sql("ALTER TABLE sending DROP CONSTRAINT poison");
}

FIBER_TEST(bot_uses_edited_texts_of_its_type)
{
    updates_start(sends_start(), NULL, NULL);
    ck_ok(texts_watch_reload_if_changed(stand_app()->texts, &fault));
    stand_sql("UPDATE bot_messages SET message_text = bot_type || message_key"
              " WHERE message_key IN ('help', 'ride_help')");
    deliver_text(1, 1, "ru", "/help");
    sends_wait_count(1);
    ck_has(sends[0].text, "Что я умею");
    ck_ok(texts_watch_reload_if_changed(stand_app()->texts, &fault));
    deliver_text(2, 1, "ru", "/help");
    sends_wait_count(2);
    ck_assert_str_eq(sends[1].text, "apartmentshelp");
    stand_sql("UPDATE bot SET bot_type = 'taxi'");
    deliver_text(3, 1, "ru", "/help");
    sends_wait_count(3);
    ck_assert_str_eq(sends[2].text, "taxiride_help");
}
