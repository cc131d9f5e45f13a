// SPDX-License-Identifier: MIT
/* After a restore of the database nothing that waited is sent before a person decides. */
#include "db/transaction.h"

#include "broadcasting.h"
#include "dialogue/relay_store.h"
#include "maintenance/held_store.h"
#include "notifications/notification_store.h"
#include "support/metric_of.h"

#define TAXI "(SELECT id FROM bot WHERE name = 'taxi')"

TEST_CASE("held", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 60);

/* Loads the bots, so that messages can be queued without a sender. */
static void load_bots(void)
{
    stand_stop(sends_start());
}

static struct uuid queue(const struct wish *wish)
{
    struct uuid id;

    ck_assert(sends_placed(wish, &id));
    return id;
}

static void restore(void)
{
    stand_sql("SELECT after_restore()");
}

struct decision {
    struct slice bot;
    bool send;
    int64_t count;
};

static bool act(struct db *tx, void *arg, struct fault *fault)
{
    struct decision *decision = arg;

    return held_store_send_or_drop(tx, decision->bot, decision->send, &decision->count, fault);
}

static int64_t decide(const char *bot, bool send)
{
    struct decision decision = {.bot = slice_of(bot), .send = send};

    ck_ok(db_transaction(stand_service()->pool, act, &decision, &fault));
    return decision.count;
}

/* The kinds of what is held, of all bots. */
#define KINDS "SELECT coalesce(string_agg(kind, ' ' ORDER BY kind), '') FROM held"

FIBER_TEST(queued_messages_wait_for_a_decision)
{
    load_bots();
    const struct uuid message = queue(&(struct wish){.chat_id = 7, .text = "m"});
    const struct uuid notice =
        queue(&(struct wish){.chat_id = 8, .text = "n", .dedupe_key = "notice:1:guest"});
    const struct uuid calling =
        queue(&(struct wish){.chat_id = 9, .text = "c", .dedupe_key = "17:0"});
    const struct uuid tap = queue(&(struct wish){.lane = -1, .text = "t"});
    sends_leave(&calling, "-1 second");
    restore();
    ck_assert_str_eq(sends_status(&message), "uncertain");
    ck_assert_str_eq(sends_status(&tap), "expired");
    ck_sql_text("message notice reply", KINDS);

    struct sender *sender = sends_start();
    const struct uuid newer = sends_text(sender, 7, "newer");
    sends_wait(&newer, "sent");
    stand_until(metric_of("messages_held") == 3, "%g", metric_of("messages_held"));
    ck_assert_int_eq(sends_count, 1);

    ck_assert_int_eq(decide("other", true), 0);
    ck_assert_int_eq(decide("taxi", true), 3);
    sender_wake(sender);
    sends_wait(&message, "sent");
    sends_wait(&notice, "sent");
    sends_wait(&calling, "sent");
    ck_assert_int_eq(sends_count, 4);
    ck_sql_text("", KINDS);
}

FIBER_TEST(dropped_messages_are_not_sent)
{
    load_bots();
    const struct uuid message = queue(&(struct wish){.text = "m"});
    restore();
    ck_assert_int_eq(decide(NULL, false), 1);
    ck_assert_int_eq(decide(NULL, true), 0);
    ck_assert_str_eq(sends_status(&message), "cancelled");
    ck_rows(0, "recipient WHERE due_at IS NOT NULL");
}

FIBER_TEST(held_message_is_superseded_by_a_newer_one)
{
    load_bots();
    const struct uuid calling = queue(&(struct wish){.text = "1", .supersede_key = "k"});
    sends_leave(&calling, "-1 second");
    const struct uuid held = queue(&(struct wish){.text = "2", .supersede_key = "k"});
    restore();
    ck_assert_int_eq(decide(NULL, true), 2);
    ck_assert_str_eq(sends_status(&calling), "superseded");
    ck_assert_str_eq(sends_status(&held), "queued");
    restore();
    const struct uuid newest = queue(&(struct wish){.text = "3", .supersede_key = "k"});
    ck_assert_int_eq(decide(NULL, true), 1);
    ck_assert_str_eq(sends_status(&held), "superseded");
    ck_assert_str_eq(sends_status(&newest), "queued");
}

FIBER_TEST(held_message_supersedes_an_older_one_that_was_sent_again)
{
    load_bots();
    const struct uuid older = queue(&(struct wish){.text = "1", .supersede_key = "k"});
    sends_leave(&older, "-1 second");
    const struct uuid held = queue(&(struct wish){.text = "2", .supersede_key = "k"});
    restore();
    stand_sql("UPDATE sending SET status = 'queued', error_code = NULL WHERE id = '%s'",
              sends_id(&older));
    ck_assert_int_eq(decide(NULL, true), 1);
    ck_assert_str_eq(sends_status(&older), "superseded");
    ck_assert_str_eq(sends_status(&held), "queued");
}

struct reports {
    struct uuid bot;
    int failed, lost;
};

static bool find_reports(struct db *tx, void *arg, struct fault *fault)
{
    auto_rows struct db_rows failed = {0}, lost = {0};
    struct reports *reports = arg;
    struct uuid tenant_id;
    struct relay_row row;

    if (!notification_store_find_failed_messages(tx, &reports->bot, 10, &failed, fault) ||
        !relay_store_lock_oldest_undeliverable(tx, &lost, &row, &tenant_id, fault))
        return false;
    reports->failed = failed.count;
    reports->lost = lost.count;
    return true;
}

static void check_reports(int count)
{
    struct reports reports;

    ck_assert(uuid_parse(slice_of(stand_text("SELECT " TAXI)), &reports.bot));
    ck_ok(db_transaction(stand_service()->pool, find_reports, &reports, &fault));
    ck_assert_int_eq(reports.failed, count);
    ck_assert_int_eq(reports.lost, count);
}

/* Neither to staff, as failed messages to owners are, nor to the writer of a message to another
 * person. */
FIBER_TEST(held_and_earlier_failed_messages_are_not_reported)
{
    struct uuid ids[2];

    load_bots();
    for (int i = 0; i < 2; i++) {
        ids[i] = queue(&(struct wish){.chat_id = 7 + i, .text = "m"});
        stand_sql("UPDATE sending SET owner_booking = gen_random_uuid() WHERE id = '%s'",
                  sends_id(&ids[i]));
        stand_sql("INSERT INTO relay (id, bot_id, user_id, otherwise) VALUES ('%s', " TAXI
                  ", 5, '[]')",
                  sends_id(&ids[i]));
    }
    stand_sql("UPDATE sending SET status = 'failed' WHERE id = '%s'", sends_id(&ids[1]));
    check_reports(1);
    restore();
    check_reports(0);
    ck_assert_int_eq(decide(NULL, false), 1);
    check_reports(0);
}

FIBER_TEST(running_broadcast_pauses_and_can_be_sent_or_dropped)
{
    for (int i = 0; i < 2; i++) {
        const bool send = i == 0;
        load_bots();
        broadcasting_people(10 * i + 1, 10 * i + 2);
        stand_sql("DELETE FROM person WHERE user_id <= %d", 10 * i);
        const struct answer one = broadcasting_make();
        struct gateway_app *broadcaster = broadcasting_start(NULL);
        broadcaster_wake(broadcaster);
        wait_for("(SELECT count(*) FROM sending WHERE status = 'queued') = 2");
        stand_stop(broadcaster);
        restore();
        ck_sql_text("broadcast", KINDS);
        ck_assert_str_eq(broadcasting_shown(one.id), "paused total 2 queued 2");

        struct sender *sender = sends_start();
        broadcaster = broadcasting_start(sender);
        const struct uuid other = sends_text(sender, 99, "other");
        sends_wait(&other, "sent");
        ck_assert_int_eq(sends_count, send ? 1 : 4);
        stand_stop(broadcaster);
        ck_assert_int_eq(decide("taxi", send), 1);
        ck_rows(send ? 0 : 2, "sending WHERE status = 'cancelled'");
        sender_wake(sender);
        broadcaster = broadcasting_start(sender);
        broadcaster_wake(broadcaster);
        broadcasting_wait(one.id, send ? "done total 2 sent 2" : "cancelled total 2 cancelled 2");
        ck_sql_text("", KINDS);
        stand_stop(broadcaster);
        stand_stop(sender);
    }
}

#define UPDATE_ROW(number, calls)                                                                  \
    "INSERT INTO update (id, bot_id, update_id, kind, chat_id, user_id, body, leased_by,"          \
    " leased_until, calls) VALUES (gen_random_uuid(), " TAXI ", " number ", 'message', " number    \
    ", " number ", '{}', gen_random_uuid(), now(), " calls ")"

FIBER_TEST(waiting_update_is_a_dead_letter_until_the_decision)
{
    load_bots();
    stand_sql(UPDATE_ROW("1", "NULL"));
    stand_sql(UPDATE_ROW("2", "'[]'"));
    restore();
    ck_rows(2, "update WHERE status = 'dead' AND leased_by IS NULL");
    ck_sql_text("update update", KINDS);
    stand_sql("UPDATE update SET received_at = now() - interval '48 hours'");
    ck_assert_int_eq(decide("taxi", true), 1); /* calls of the other would take effect twice */
    ck_rows(1, "update WHERE status = 'received' AND update_id = 1");
    ck_assert_int_eq(decide("taxi", false), 1);
    ck_rows(1, "update WHERE status = 'done' AND update_id = 2");
}

FIBER_TEST(reminder_due_before_the_restore_is_not_sent)
{
    stand_sql(
        "INSERT INTO reminder (bot_id, booking_id, kind, due_at, until_at, on_the_day, try_at)"
        " SELECT " TAXI ", gen_random_uuid(), kind, now() + due, now() + interval '1 day',"
        "  false, now() + interval '1 minute'"
        " FROM (VALUES ('eve', interval '-1 second'), ('rate', interval '1 minute'))"
        "  r (kind, due)");
    restore();
    ck_sql_text("rate", "SELECT string_agg(kind, ' ') FROM reminder WHERE done_at IS NULL");
}

FIBER_TEST(list_shows_texts_only_on_request)
{
    static const char *const wanted[] = {"", "two lines"};

    load_bots();
    (void)queue(&(struct wish){.text = "two \\n lines"});
    restore();
    for (int texts = 0; texts < 2; texts++) {
        auto_rows struct db_rows rows = {0};
        ck_ok(held_store_list(stand_db(), SLICE("taxi"), texts == 1, &rows, &fault));
        ck_assert_int_eq(rows.count, 1);
        ck_assert_slice(db_get_text(&rows, 0, 0), "taxi");
        ck_assert_slice(db_get_text(&rows, 0, 1), "message");
        ck_assert_slice(db_get_text(&rows, 0, 2), "7");
        ck_assert_uint_eq(db_get_text(&rows, 0, 3).len, sizeof "2026-11-26 10:00" - 1);
        ck_assert_slice(db_get_text(&rows, 0, 4), wanted[texts]);
    }
}
