// SPDX-License-Identifier: MIT
/* Queued messages: replacement, parts, migration, retries. */

#include "db/transaction.h"

#include "outbox/recipient_store.h"
#include "sends.h"

TEST_CASE("sending", .setup = sends_begin, .teardown = sends_finish);

static void too_many(const struct send *send, struct call_result *result)
{
    if (send->nth == 1 && strcmp(send->text, "429") == 0)
        *result = (struct call_result){.end = TELEGRAM_THROTTLED, .retry_after_s = 600};
}

/* --- replacement --- */

FIBER_TEST(newer_message_supersedes_queued_ones)
{
    struct sender *sender = sends_start();
    struct uuid ids[4];

    sends_delay_ms = 30000; /* longer than the rest takes to be queued */
    sends_text(sender, 7, "driver 15");
    sends_wait_count(1);
    for (int i = 0; i < 3; i++) {
        char text[16];
        snprintf(text, sizeof text, "driver %d", 10 - i);
        ids[i] = sends_place(sender, &(struct wish){.text = text, .supersede_key = "driver"});
    }
    ids[3] =
        sends_place(sender, &(struct wish){.chat_id = 8, .text = "o", .supersede_key = "driver"});
    sends_delay_ms = 0;
    sends_wait(&ids[2], "sent");
    sends_wait(&ids[3], "sent");
    ck_assert_str_eq(sends_status(&ids[0]), "superseded");
    ck_assert_str_eq(sends_status(&ids[1]), "superseded");
    ck_assert_int_eq(sends_count, 3);
}

/* A superseded message that was being sent is not called again. */
FIBER_TEST(superseded_message_is_not_retried)
{
    struct sender *sender = sends_start();

    sends_end = too_many;
    sends_delay_ms = 30000;
    const struct uuid old =
        sends_place(sender, &(struct wish){.text = "429", .supersede_key = "k"});
    sends_wait_count(1);
    const struct uuid new =
        sends_place(sender, &(struct wish){.text = "new", .supersede_key = "k"});
    sends_delay_ms = 0;
    sends_wait(&old, "superseded");
    stand_sql("UPDATE recipient SET due_at = now(), parked_until = NULL");
    sends_wait(&new, "sent");
}

FIBER_TEST(message_with_a_dedupe_key_is_queued_once)
{
    struct uuid first, second, other;

    stand_stop(sends_start());
    const struct wish wish = {.text = "a", .dedupe_key = "17:0", .supersede_key = "k"};
    ck_assert(sends_placed(&wish, &first));
    ck_assert(!sends_placed(&wish, &second));
    ck_assert(sends_placed(&(struct wish){.text = "b", .dedupe_key = "17:1"}, &other));
    ck_assert_str_eq(sends_status(&first), "queued"); /* it does not supersede itself */
    ck_rows(2, "sending");
}

FIBER_TEST(message_of_an_inactive_bot_has_the_name_of_the_bot)
{
    struct uuid id;

    stand_stop(sends_start());
    ck_assert(sends_placed(&(struct wish){.text = "a"}, &id));
    stand_sql("UPDATE bot SET is_active = false");
    stand_look();
    ck_text(ck_status(ask_get(get_message, .id = sends_id(&id)), 200).json, "bot", "taxi");
    ck_text(ck_status(ask_action(post_message_cancel, .id = sends_id(&id)), 200).json, "bot",
            "taxi");
}

/* --- parts --- */

static void part_too_many(const struct send *send, struct call_result *result)
{
    if (send->nth == 1 && strcmp(send->text, "two") == 0)
        *result = (struct call_result){.end = TELEGRAM_THROTTLED, .retry_after_s = 1};
}

FIBER_TEST(parts_of_a_text_are_sent_consecutively)
{
    struct sender *sender = sends_start();

    sends_end = part_too_many;
    const struct uuid id = sends_place(
        sender, &(struct wish){.payload = "[{\"text\": \"one\"}, {\"text\": \"two\"},"
                                          " {\"text\": \"three\", \"reply_markup\": {}}]"});
    sends_text(sender, 7, "behind");
    sends_wait(&id, "sent");
    sends_wait_count(5);
    static const char *const wanted[] = {"one", "two", "two", "three", "behind"};
    for (int i = 0; i < 5; i++)
        ck_assert_str_eq(sends[i].text, wanted[i]);
    ck_sql(3, "SELECT jsonb_array_length(telegram_message_ids) FROM sending WHERE id = '%s'",
           sends_id(&id));
}

/* --- changes of chats --- */

static void dead_chat(const struct send *send, struct call_result *result)
{
    if (send->chat_id == 7)
        *result = (struct call_result){.end = TELEGRAM_NO_RECIPIENT,
                                       .text = SLICE("Forbidden: bot was blocked by the user")};
}

struct reopening {
    struct uuid bot_id;
    bool reopened;
};

static bool reopen(struct db *tx, void *arg, struct fault *fault)
{
    struct reopening *reopening = arg;

    return recipient_store_mark_reachable(tx, &reopening->bot_id, 7, &reopening->reopened, fault);
}

/* Case: Blocked / deactivated. */
FIBER_TEST(unreachable_chat_gets_no_calls_until_reopened)
{
    struct sender *sender = sends_start();

    sends_end = dead_chat;
    sends_delay_ms = 30000;
    const struct uuid blocked = sends_text(sender, 7, "a");
    const struct uuid behind = sends_text(sender, 7, "b");
    sends_delay_ms = 0;
    sends_wait(&blocked, "failed");
    sends_wait(&behind, "failed");
    const struct uuid later = sends_text(sender, 7, "c");
    sends_wait(&later, "failed");
    ck_assert_int_eq(sends_count, 1);
    ck_sql_text("chat_unreachable", "SELECT error_code FROM sending WHERE id = '%s'",
                sends_id(&later));
    ck_sql_text("Forbidden: bot was blocked by the user",
                "SELECT unreachable_reason FROM recipient WHERE chat_id = 7");
    const struct bot *bot;
    ck_ok(bots_find_active(stand_app()->bots, SLICE("taxi"), &bot, &fault));
    struct reopening reopening = {.bot_id = bot->id};
    ck_ok(db_transaction(stand_service()->pool, reopen, &reopening, &fault));
    ck_assert(reopening.reopened);
    ck_ok(db_transaction(stand_service()->pool, reopen, &reopening, &fault));
    ck_assert(!reopening.reopened);
    sends_end = NULL;
    const struct uuid reached = sends_text(sender, 7, "d");
    sends_wait(&reached, "sent");
}

static void migrate(const struct send *send, struct call_result *result)
{
    if (send->chat_id == -7)
        *result = (struct call_result){.end = TELEGRAM_MIGRATED, .migrate_to = -1007};
}

/* Case: Group upgraded to supergroup. */
FIBER_TEST(supergroup_inherits_the_queue_of_its_group)
{
    struct sender *sender = sends_start();

    stand_sql("INSERT INTO staff_chat (bot_id, chat_id, language) SELECT id, -7, 'ru' FROM bot");
    sends_end = migrate;
    sends_delay_ms = 30000;
    const struct uuid first = sends_text(sender, -7, "a");
    const struct uuid second = sends_text(sender, -7, "b");
    sends_wait_count(1);
    sends_delay_ms = 0;
    sends_wait(&first, "sent");
    sends_wait(&second, "sent");
    ck_assert_int_eq(sends_count, 3);
    ck_assert_int_eq(sends[1].chat_id, -1007);
    ck_assert_str_eq(sends[1].text, "a");
    ck_assert_str_eq(sends[2].text, "b");
    ck_sql(-1007, "SELECT chat_id FROM staff_chat");
}

/* --- retries --- */

static void unknown_first(const struct send *send, struct call_result *result)
{
    if (strcmp(send->text, "first") == 0)
        sends_unknown_once(send, result);
}

/* Case: 5xx. */
FIBER_TEST(retried_message_precedes_later_ones_of_its_chat)
{
    struct sender *sender = sends_start();

    sends_end = unknown_first;
    const struct uuid first = sends_text(sender, 7, "first");
    const struct uuid behind = sends_text(sender, 7, "behind");
    sends_wait(&behind, "sent");
    ck_assert_str_eq(sends_status(&first), "sent");
    ck_assert_int_eq(sends_count, 3);
    ck_assert_str_eq(sends[1].text, "first");
    ck_assert_int_ge(sends[1].at_ms - sends[0].at_ms, 1000);
    ck_assert_str_eq(sends[2].text, "behind");
}

static void dead_bot(const struct send *send, struct call_result *result)
{
    if (send->bot == '1' && send->nth == 1)
        *result = (struct call_result){.end = TELEGRAM_NO_BOT, .text = SLICE("Unauthorized")};
}

/* Case: Token revoked (401). */
FIBER_TEST(refused_bot_pauses_alone_and_loses_nothing)
{
    stand_bot("other");
    stand_file("other.token", 0600, "2:AA");
    struct sender *sender = sends_start();
    sends_end = dead_bot;
    const struct uuid id = sends_text(sender, 7, "a");
    wait_for("EXISTS (SELECT FROM sending_pause WHERE paused_until > now())");
    sends_text(sender, 8, "b");
    stand_sleep(600);
    ck_assert_int_eq(sends_count, 1);
    ck_assert_str_eq(sends_status(&id), "queued");
    const struct uuid other =
        sends_place(sender, &(struct wish){.bot = "other", .chat_id = 9, .text = "c"});
    sends_wait(&other, "sent");
    ck_assert_int_eq(sends_count, 2);
    stand_sql("UPDATE sending_pause SET paused_until = now()");
    sends_wait(&id, "sent");
}
