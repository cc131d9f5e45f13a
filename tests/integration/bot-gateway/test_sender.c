// SPDX-License-Identifier: MIT
/* Messages are sent in the order of their chat, one at a time and once, with any result of
 * calls. */

#include "maintenance/sweeper.h"
#include "sends.h"
#include "support/metric_of.h"

TEST_CASE("sender", .setup = sends_begin, .teardown = sends_finish);

/* --- several instances --- */

/* Case: Restart with queued rows. One instance sends; when it drains, another one continues. */
FIBER_TEST(one_of_several_instances_sends_until_it_drains)
{
    enum { CHATS = 4, EACH = 4 };
    struct sender *senders[SENDS_INSTANCES] = {sends_start()};
    int next[CHATS + 1] = {0}, instance = 0, drains = 0;
    int64_t drained_ms = 0;

    /* A process that is stopped for some seconds does not lose its lease. */
    stand_sql(
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.leased_until > now() THEN NEW.leased_until = now() + interval '20 s'; END IF;"
        " RETURN NEW; END $$");
    stand_sql("CREATE TRIGGER keep BEFORE UPDATE ON sender FOR EACH ROW EXECUTE FUNCTION keep()");
    sends_text(senders[0], 99, "first");
    sends_wait_count(1);
    for (int i = 1; i < SENDS_INSTANCES; i++)
        senders[i] = sends_start_beside(i);
    sends_delay_ms = 30;
    for (int i = 0; i < EACH; i++)
        for (int chat = 1; chat <= CHATS; chat++) {
            sends_text(senders[0], chat, textf("%d", i));
            for (int n = 0; n < SENDS_INSTANCES; n++)
                sender_wake(senders[n]);
        }
    sends_wait_count(1 + CHATS * EACH / 2);
    drained_ms = sends_now_ms();
    sends_drain(0);
    sends_wait_count(1 + CHATS * EACH);
    for (int i = 1; i < sends_count; i++) {
        ck_assert_int_eq(atoi(sends[i].text), next[sends[i].chat_id]++);
        drains += sends[i].instance != instance;
        if (sends[i].instance != instance) /* its buckets begin empty */
            ck_assert_int_ge(sends[i].at_ms - drained_ms, 990);
        instance = sends[i].instance;
    }
    ck_assert_int_eq(drains, 1);
    ck_assert_int_eq(sends_at_once, 1);
    if (is_timed())
        ck_assert_int_le(sends[sends_count - CHATS].at_ms - drained_ms, SENDER_HOLD_MS);
    for (int i = 0; i < SENDS_INSTANCES; i++)
        stand_stop(senders[i]);
    ck_assert_int_eq(sends_count, 1 + CHATS * EACH);
    stand_sql("DROP TRIGGER keep ON sender");
    stand_sql("DROP FUNCTION keep");
}

/* Case: Restart with queued rows. */
FIBER_TEST(lease_of_a_dead_sender_ends)
{
    const char *began = stand_text("SELECT now()");
    struct sender *dead = sends_start();

    sends_text(dead, 1, "first");
    sends_wait_count(1);
    stand_stop(dead); /* like SIGKILL: it does not release its lease */
    const int64_t died_ms = sends_now_ms();
    const long long left_ms =
        stand_number("SELECT extract(epoch FROM leased_until - now()) * 1000 FROM sender");
    ck_rows(1, "sender WHERE leased_until >= '%s'::timestamptz + interval '%d ms'", began,
            SENDER_HOLD_MS);
    sends_text(sends_start_beside(1), 2, "second");
    sends_wait_count(2);
    /* The rest of the lease, and a second in which the dead one may have sent to this chat. */
    ck_assert_int_ge(sends[1].at_ms - died_ms, left_ms + 900);
    if (is_timed())
        ck_assert_int_le(sends[1].at_ms - died_ms, SENDER_HOLD_MS + 2000);
}

/* The clock of the database was a year ahead when the dead process took the lease. */
FIBER_TEST(lease_that_ends_too_late_does_not_hold)
{
    struct sender *dead = sends_start();

    sends_text(dead, 1, "first");
    sends_wait_count(1);
    stand_stop(dead);
    stand_sql("UPDATE sender SET leased_until = now() + interval '1 year'");
    sends_text(sends_start_beside(1), 2, "second");
    sends_wait_count(2);
}

/* --- priorities --- */

FIBER_TEST(answers_precede_replies_and_replies_precede_broadcasts)
{
    struct sender *sender = sends_start();
    struct uuid id = {0};

    sends_delay_ms = 30000; /* longer than the rest takes to be queued */
    sends_text(sender, 7, "first");
    sends_wait_count(1);
    sends_place(sender, &(struct wish){.text = "news", .lane = OUTBOX_BROADCAST});
    sends_text(sender, 7, "reply");
    id = sends_place(sender, &(struct wish){.lane = -1,
                                            .method = "answerCallbackQuery",
                                            .payload = "[{\"callback_query_id\": \"9\"}]"});
    sends_wait_count(2);
    ck_assert_str_eq(sends[1].method, "answerCallbackQuery"); /* while the first call is running */
    sends_delay_ms = 0;
    sends_wait_count(4);
    ck_assert_str_eq(sends[2].text, "reply");
    ck_assert_str_eq(sends[3].text, "news");
    sends_wait(&id, "sent");
}

/* --- 429 --- */

static void too_many(const struct send *send, struct call_result *result)
{
    if (send->nth == 1 && strcmp(send->text, "429") == 0)
        *result = (struct call_result){.end = TELEGRAM_THROTTLED, .retry_after_s = 2};
}

/* The n-th call with this text, from 1. */
static const struct send *call_of(const char *text, int n)
{
    int i = 0;

    while (i < sends_count && (strcmp(sends[i].text, text) != 0 || sends[i].nth != n))
        i++;
    ck_assert_msg(i < sends_count, "no call %d of %s", n, text);
    return &sends[i];
}

/* Case: 429. */
FIBER_TEST(response_429_delays_only_its_chat)
{
    enum { PARKED_MS = 2000 };
    struct sender *sender = sends_start();

    sends_end = too_many;
    const struct uuid parked = sends_text(sender, 7, "429");
    const struct uuid behind = sends_text(sender, 7, "behind");
    sends_wait_count(1);
    const int64_t at_ms = sends[0].at_ms;
    const struct uuid other = sends_text(sender, 8, "other");
    sends_wait(&other, "sent");
    const char *status = sends_status(&parked);
    if (sends_now_ms() - at_ms < PARKED_MS)
        ck_assert_str_eq(status, "queued");
    stand_sleep(1100);
    const long long chats =
        stand_number("SELECT count(*) FROM recipient WHERE parked_until > now()");
    if (sends_now_ms() - at_ms < PARKED_MS)
        ck_assert_int_eq(chats, 1);
    sends_wait(&behind, "sent");
    ck_assert_int_eq(sends_count, 4);
    const int64_t again_ms = call_of("429", 2)->at_ms;
    ck_assert(call_of("429", 2) < call_of("behind", 1));
    ck_assert_int_ge(again_ms - at_ms, PARKED_MS);
    if (is_timed())
        ck_assert_int_le(again_ms - at_ms, 3300);
}

static void all_too_many(const struct send *send, struct call_result *result)
{
    if (send->chat_id <= 3 && send->nth <= 3)
        *result =
            (struct call_result){.end = TELEGRAM_THROTTLED, .retry_after_s = 1 + send->chat_id / 3};
}

/* Case: 429. */
FIBER_TEST(response_429_of_three_chats_pauses_their_bot)
{
    struct sender *sender = sends_start();

    sends_end = all_too_many;
    sends_delay_ms = 30000; /* until all three are called, so that they end together */
    for (int chat = 1; chat <= 3; chat++)
        sends_text(sender, chat, "429");
    sends_wait_count(3);
    sends_delay_ms = 0;
    wait_for("(SELECT count(*) FROM sending_pause) = 1");
    const struct uuid other = sends_text(sender, 9, "other");
    sends_wait(&other, "sent");
    for (int i = 3; i < sends_count; i++)
        ck_assert_int_ge(sends[i].at_ms - sends[2].at_ms, 1950);
}

/* --- not sent, outcome unknown --- */

static void fail_twice(const struct send *send, struct call_result *result)
{
    if (send->nth <= 2 && strcmp(send->text, "first") == 0)
        *result =
            (struct call_result){.end = TELEGRAM_NOT_SENT, .text = SLICE("Connection refused")};
}

/* Case: Partition, not connected. */
FIBER_TEST(unsent_message_is_retried_in_order)
{
    struct sender *sender = sends_start();

    sends_end = fail_twice;
    sends_text(sender, 7, "first");
    const struct uuid second = sends_text(sender, 7, "second");
    sends_wait(&second, "sent");
    ck_assert_int_eq(sends_count, 4);
    ck_assert_str_eq(sends[2].text, "first");
    ck_assert_int_ge(sends[1].at_ms - sends[0].at_ms, 1000);
    ck_assert_int_ge(sends[2].at_ms - sends[1].at_ms, 2000);
    if (is_timed()) {
        ck_assert_int_le(sends[1].at_ms - sends[0].at_ms, 2300);
        ck_assert_int_le(sends[2].at_ms - sends[1].at_ms, 4300);
    }
    ck_sql(3, "SELECT max(tries) FROM sending");
}

/* --- dead processes --- */

#define CLEANUPS "background_runs_total{task=\"sender sweep\"}"

/* A process does not recover its own calls, however long they take. */
FIBER_TEST(slow_call_is_not_recovered_by_its_own_process)
{
    struct sender *one = sends_start();

    sends_delay_ms = 30000; /* until cleanup has run */
    const struct uuid id = sends_text(one, 7, "slow");
    sends_wait_count(1);
    const double runs = metric_of(CLEANUPS);
    stand_sql("UPDATE sending SET leased_until = now() - interval '1 second'");
    stand_until(metric_of(CLEANUPS) >= runs + 2, "cleanup has run");
    sends_delay_ms = 0;
    sends_wait(&id, "sent");
    ck_assert_int_eq(sends_count, 1);
}

/* --- hanging calls --- */

static bool hanging;
static void hang(const struct send *send, struct call_result *result)
{
    (void)result;
    while (send->bot == '2' && hanging)
        stand_sleep(5);
}

static void place_hanging(struct sender *sender, int answers, int chats)
{
    for (int i = 0; i < answers; i++)
        sends_place(sender, &(struct wish){.bot = "slow",
                                           .lane = -1,
                                           .method = "answerCallbackQuery",
                                           .payload = "[{\"callback_query_id\": \"9\"}]"});
    for (int i = 0; i < chats; i++)
        sends_place(sender, &(struct wish){.bot = "slow", .chat_id = 100 + i, .text = "a"});
}

FIBER_TEST(bot_with_hanging_calls_leaves_slots_for_others)
{
    enum { ANSWERS = 20, CHATS = 20 };

    stand_bot("slow");
    stand_file("slow.token", 0600, "2:AA");
    hanging = true;
    sends_end = hang;
    struct sender *sender = sends_start();
    place_hanging(sender, ANSWERS, CHATS);
    sends_wait_count(SENDER_CALLS_MAX / 2);
    const struct uuid text = sends_text(sender, 7, "b");
    sends_wait(&text, "sent");
    place_hanging(sender, SENDER_CALLS_MAX, 0);
    const struct uuid other = sends_text(sender, 8, "b");
    sends_wait(&other, "sent");
    ck_assert_int_eq(sends_count, SENDER_CALLS_MAX / 2 + 2);
    hanging = false;
    sends_wait_count(ANSWERS + CHATS + SENDER_CALLS_MAX + 2);
}

/* --- edits of deleted messages --- */

static struct send edits[4];
static int edit_count;
static void message_gone(const struct send *send, struct call_result *result)
{
    if (edit_count < 4)
        edits[edit_count++] = *send;
    if (strcmp(send->method, "editMessageText") == 0)
        result->end = TELEGRAM_NO_MESSAGE;
}

FIBER_TEST(edit_of_a_deleted_message_is_sent_once_as_new)
{
    edit_count = 0;
    sends_end = message_gone;
    struct sender *sender = sends_start();
    const struct uuid id = sends_place(
        sender, &(struct wish){.method = "editMessageText",
                               .payload = "[{\"text\": \"a\", \"message_id\": 9,"
                                          " \"reply_markup\": {\"inline_keyboard\": []}}]"});
    sends_wait(&id, "sent");
    ck_assert_int_eq(edit_count, 2);
    ck_assert_str_eq(edits[0].method, "editMessageText");
    ck_assert_str_eq(edits[1].method, "sendMessage");
    ck_assert(edits[0].edits && !edits[1].edits);
    ck_assert_str_eq(edits[1].text, "a");
    /* The original payload is still stored. */
    ck_rows(1, "sending WHERE anew AND tries = 2 AND method = 'editMessageText' AND payload -> 0 ? "
               "'message_id' AND error_code IS NULL");
}

/* --- deletion --- */

/* Inserts rows with this status and age; the trigger would set the current time. */
static void old_rows(const char *status, int rows, const char *age)
{
    stand_sql("INSERT INTO sending (id, tenant_id, bot_id, chat_id, lane, method, payload,"
              "  on_unknown, status, part, sent_at, updated_at)"
              " SELECT gen_random_uuid(), tenant_id, id, 7, 2, 'sendMessage', '[{}]', 'hold', '%s',"
              "  1, now(), now() - interval '%s' FROM bot, generate_series(1, %d)",
              status, age, rows);
}

FIBER_TEST(finished_messages_are_deleted_after_thirty_days)
{
    old_rows("sent", SWEEPER_BATCH + 20, "31 days");
    old_rows("sent", 3, "29 days");
    old_rows("failed", 1, "31 days");
    old_rows("expired", 1, "31 days");
    old_rows("superseded", 1, "31 days");
    old_rows("cancelled", 1, "31 days");
    old_rows("uncertain", 2, "400 days");
    old_rows("uncertain", 1, "8 days");
    old_rows("uncertain", 1, "6 days");
    stand_sql("UPDATE sending SET confided = true, payload = '[{\"text\": \"name\"}]'"
              " WHERE updated_at > now() - interval '9 days'");
    struct periodic sweeper;
    sweeper_start(&sweeper, stand_service(), 10);
    wait_for("(SELECT count(*) FROM sending) <= 7");
    periodic_stop(&sweeper);
    ck_rows(3, "sending WHERE status = 'sent'");
    ck_rows(3, "sending WHERE status = 'uncertain'");
    ck_rows(1, "sending WHERE status = 'cancelled' AND payload = '[{}]'");
    ck_rows(1, "sending WHERE payload::text LIKE '%%name%%'");
    ck_rows(7, "sending");
}

/* --- a deactivated bot --- */

FIBER_TEST(messages_of_an_inactive_bot_expire_in_a_day_and_are_no_backlog)
{
    struct sender_gauges gauges;

    old_rows("queued", 2, "1 day");
    stand_sql("UPDATE sending SET expires_at = now() + interval '1 hour'"
              " WHERE id = (SELECT id FROM sending LIMIT 1)");
    ck_ok(sender_store_read_gauges(stand_db(), &gauges, &fault));
    ck_assert(gauges.oldest_s > 0);
    stand_sql("UPDATE bot SET is_active = false");
    ck_ok(sender_store_read_gauges(stand_db(), &gauges, &fault));
    ck_assert_double_eq(gauges.oldest_s, 0);
    struct periodic sweeper;
    sweeper_start(&sweeper, stand_service(), 10);
    wait_for("NOT EXISTS (SELECT FROM sending WHERE expires_at IS NULL)");
    periodic_stop(&sweeper);
    ck_rows(
        1, "sending WHERE expires_at BETWEEN now() + interval '23 h' AND now() + interval '1 day'");
    ck_rows(1, "sending WHERE expires_at < now() + interval '1 hour'");
}

/* --- a long queue --- */

static void fill(int rows)
{
    stand_sql("INSERT INTO recipient (bot_id, chat_id, lane, due_at)"
              " SELECT b.id, n, 2, now() FROM bot b, generate_series(100, %d) n",
              rows + 99);
    stand_sql(
        "INSERT INTO sending (id, tenant_id, bot_id, chat_id, lane, method, payload, on_unknown)"
        " SELECT gen_random_uuid(), b.tenant_id, b.id, n, 2, 'sendMessage',"
        "  '[{\"text\": \"news\"}]', 'resend' FROM bot b, generate_series(100, %d) n",
        rows + 99);
    /* One chat has many messages after one that waits. */
    stand_sql(
        "INSERT INTO sending (id, tenant_id, bot_id, chat_id, lane, method, payload, on_unknown)"
        " SELECT gen_random_uuid(), b.tenant_id, b.id, 100, 2, 'sendMessage',"
        "  '[{\"text\": \"news\"}]', 'resend' FROM bot b, generate_series(1, %d) n",
        rows / 10);
    stand_sql("ANALYZE");
    /* The loop was blocked meanwhile. */
    stand_sleep(50);
    stand_until(db_pool_is_usable(stand_service()->pool), "the pool is usable");
}

static double due_ms(void)
{
    struct sender_due due;
    double least_ms = 1e9;
    struct uuid bot;

    ck_assert(uuid_parse(slice_of(stand_text("SELECT id FROM bot")), &bot));
    const struct db_value ids[] = {db_uuid(&bot)};
    for (int i = 0; i < 10; i++) {
        const int64_t began = sends_now_ms();
        for (int j = 0; j < 10; j++) {
            ck_ok(sender_store_find_due_messages(stand_db(), db_array(DB_UUID, ids, 1), 32, &due,
                                                 &fault));
            ck_assert_int_eq(due.chats.count, 32);
            sender_due_finish(&due);
        }
        const double took = (double)(sends_now_ms() - began) / 10;
        least_ms = took < least_ms ? took : least_ms;
    }
    return least_ms;
}

FIBER_TEST(reply_does_not_wait_for_a_hundred_thousand_broadcasts)
{
    fill(1000);
    const double few_ms = due_ms();
    stand_sql("DELETE FROM sending");
    stand_sql("DELETE FROM recipient");
    fill(100000);
    const double many_ms = due_ms();
    ck_assert_msg(!is_timed() || many_ms <= 3 * few_ms + 2,
                  "%.2f ms, and %.2f ms for the long queue", few_ms, many_ms);
    const struct uuid reply = sends_text(sends_start(), 7, "reply");
    sends_wait(&reply, "sent");
    sends_wait_count(10);
}
