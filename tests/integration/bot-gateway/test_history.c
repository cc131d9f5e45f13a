// SPDX-License-Identifier: MIT
/* The history of chats. */
#include "api/feed.h"
#include "api/periodic.h"

#include "maintenance/sweeper.h"
#include "script.h"

TEST_CASE("history", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 60);

#define SAID                                                                                       \
    "SELECT string_agg(direction || ' ' || coalesce(user_id::text, '-') || ' ' ||"                 \
    " coalesce(language, '-') || ' ' || version || ' ' || split_part(text, E'\n', 1), '; '"        \
    " ORDER BY id) FROM message"

FIBER_TEST(both_sides_are_stored_in_order_without_markup)
{
    updates_start(sends_start(), NULL, NULL);

    deliver("{'update_id':1,'message':{'message_id':900,'date':1770000000,'from':{'id':5,'language_"
            "code':'kk'},'chat':{'id':5,'type':'private'},'text':'/language "
            "kz','entities':[{'offset':0,'length':9,'type':'bot_command'}]}}");
    wait_for("(SELECT count(*) FROM message) = 2");
    ck_sql_text("in 5 kz 1 /language kz; out 5 kz 1 Жақсы, қазақша сөйлесейік.", SAID);
    ck_rows(0, "message WHERE text LIKE '%%<b>%%'");
}

FIBER_TEST(confided_message_of_a_person_is_not_stored)
{
    updates_start(NULL, script_step, NULL);
    deliver_text(1, 5, "en", "secret +77011234567");
    handle_text(2, 5, "en", "hi");
    ck_sql_text("hi", "SELECT string_agg(text, '; ') FROM message");
}

/* The text stays while the message can still be sent. */
FIBER_TEST(confided_reply_is_not_stored)
{
    struct sender *sender = sends_start();
    const struct wish wish = {.text = "a guest",
                              .instead = "[{\"text\": \"a guest\"}]",
                              .on_unknown = OUTBOX_HOLD,
                              .confided = true};

    sends_end = sends_unknown_once;
    const struct uuid id = sends_place(sender, &wish);
    sends_wait(&id, "uncertain");
    ck_rows(1, "sending WHERE payload::text LIKE '%%guest%%'");
    stand_sql("UPDATE sending SET status = 'queued'");
    stand_sql("SELECT recipient_renew(ARRAY(SELECT id FROM recipient))");
    sender_wake(sender);
    sends_wait(&id, "sent");
    ck_assert_int_eq(sends_count, 2);
    ck_assert_str_eq(sends[1].text, "a guest");
    ck_sql_text("[{}]1", "SELECT concat(payload, instead, part) FROM sending");
    ck_rows(0, "message");
}

/* With each final status. */
FIBER_TEST(finished_confided_message_loses_its_text)
{
    static const char *const ends[] = {"failed", "expired", "superseded", "cancelled"};
    struct uuid id;

    stand_look();
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        ck_assert(sends_placed(&(struct wish){.payload = "[{\"text\": \"a\"}, {\"text\": \"b\"}]",
                                              .instead = "[{\"text\": \"c\"}]",
                                              .confided = true},
                               &id));
        stand_sql("UPDATE sending SET swapped = true WHERE id = '%s'", sends_id(&id));
        stand_sql("UPDATE sending SET status = '%s' WHERE id = '%s'", ends[i], sends_id(&id));
        ck_sql_text("[{}, {}]2",
                    "SELECT concat(payload, instead, parts) FROM sending"
                    " WHERE id = '%s'",
                    sends_id(&id));
    }
}

FIBER_TEST(edited_message_has_its_newest_text)
{
    updates_start(NULL, NULL, NULL);

    stand_look();
    deliver("{'update_id':1,'message':{'message_id':41,'date':1770000000,'from':{'id':5},'chat':{'"
            "id':5,'type':'private'},'text':'pear'}}");
    deliver("{'update_id':2,'edited_message':{'message_id':41,'date':1770000000,'from':{'id':5},'"
            "chat':{'id':5,'type':'private'},'text':'apple'}}");
    deliver("{'update_id':3,'edited_message':{'message_id':42,'date':1770000000,'from':{'id':5},'"
            "chat':{'id':5,'type':'private'},'location':{}}}");
    deliver("{'update_id':4,'message':{'message_id':43,'date':1,'from':{'id':5},'chat':{'id':-7,'"
            "type':'group'},'text':'among us'}}");
    wait_for(NOTHING_LEFT);
    ck_sql_text("in 5 ru 2 apple", SAID " WHERE direction = 'in'");
    ck_sql_text(stand_text("SELECT to_timestamp(1770000000)::text"),
                "SELECT sent_at::text FROM message WHERE message_id = 41");
}

/* A contact is answered, and its phone is in no line. */
FIBER_TEST(contact_is_answered_and_not_stored)
{
    updates_start(NULL, NULL, NULL);

    stand_look();
    deliver(
        "{'update_id':1,'message':{'message_id':41,'date':1,'from':{'id':5},'chat':{'id':5,'type':'"
        "private'},'contact':{'phone_number':'77012345678','first_name':'A','user_id':5}}}");
    wait_for(NOTHING_LEFT);
    ck_rows(1, "sending");
    ck_rows(0, "message WHERE direction = 'in'");
    ck_rows(0, "sending WHERE payload::text LIKE '%%77012345678%%'");
}

FIBER_TEST(group_history_has_only_messages_to_the_bot)
{
    static const char *const texts[] = {"among us", "/start", "/start@other_bot", "/start@Our_Bot"};

    updates_start(NULL, NULL, NULL);
    stand_sql("UPDATE bot SET username = 'our_bot'");
    stand_look();
    for (int i = 0; i < COUNT(texts); i++)
        deliver(textf("{'update_id':%d,'message':{'message_id':4%d,'date':1,'from':{'id':5},"
                      "'chat':{'id':-7,'type':'group'},'text':'%s','entities':[{'offset':0,"
                      "'length':%zu,'type':'bot_command'}]}}",
                      i + 1, i, texts[i], strlen(texts[i])));
    wait_for(NOTHING_LEFT);
    ck_sql_text("/start@Our_Bot",
                "SELECT string_agg(text, '; ') FROM message WHERE direction = 'in'");
}

static void line(int number, const char *age)
{
    stand_sql(
        "INSERT INTO message (id, tenant_id, bot_id, chat_id, user_id, message_id, direction,"
        "  text, sent_at) SELECT ('018f0001-0000-7000-8000-%012d')::uuid, tenant_id, id, 5, 5,"
        " %d, 'in', 'text %d', now() - interval '%s' FROM bot",
        number, number, number, age);
}

FIBER_TEST(chat_is_listed_newest_first)
{
    stand_look();
    for (int i = 1; i <= 3; i++)
        line(i, "1 hour");
    struct answer page = ck_status(
        ask_get(get_chat_messages, .id = "taxi", .second_id = "5", .params = "limit=2"), 200);
    const json_t *items = json_object_get(page.json, "items");
    ck_assert_uint_eq(json_array_size(items), 2);
    ck_text(items, "0.text", "text 3");
    ck_text(items, "1.text", "text 2");
    ck_assert_msg(json_is_null(json_object_get(json_array_get(items, 0), "language")),
                  "that of a text without a language");
    ck_assert(json_is_string(json_object_get(page.json, "next_cursor")));
    ck_status(ask_get(get_chat_messages, .id = "nobody", .second_id = "5"), 404);
    ck_status(ask_get(get_chat_messages, .id = "taxi", .second_id = "x"), 404);
}

/* The feed reports deletions, for as long as its consumers may be offline. A failure at another
 * table does not prevent them. */
FIBER_TEST(old_messages_are_deleted_and_the_feed_reports_it)
{
    struct periodic sweeper;

    for (int i = 1; i <= 3; i++)
        line(i, i == 3 ? "399 days" : "401 days");
    stand_sql("ALTER TABLE sending RENAME TO unreadable");
    sweeper_start(&sweeper, stand_service(), 10);
    wait_for("(SELECT count(*) FROM message) = 1");
    ck_sql_text("1true 2true 3falsetext 3",
                "SELECT string_agg(right(id::text, 1) || deleted || coalesce(text, ''),"
                " ' ' ORDER BY id) FROM feed_messages");
    stand_sql("UPDATE message_tombstone SET deleted_at = now() - interval '31 days'");
    periodic_run_soon(&sweeper, 0);
    wait_for("(SELECT count(*) FROM message_tombstone) = 0");
    ck_rows(1, "message");
    periodic_stop(&sweeper);
    stand_sql("ALTER TABLE unreadable RENAME TO sending");
}

/* A restore puts back messages. */
FIBER_TEST(message_that_returned_can_be_deleted_again)
{
    for (int i = 0; i < 2; i++) {
        line(1, "1 hour");
        stand_sql("DELETE FROM message");
        ck_rows(1, "message_tombstone WHERE feed_tx::text = xmin::text");
        stand_sql("UPDATE message_tombstone SET feed_tx = '3'");
    }
}

/* api/feed.h: consumers do not see positions that an open transaction may still use. */
FIBER_TEST(change_has_the_position_of_its_transaction)
{
    line(1, "1 hour");
    stand_sql("UPDATE message SET text = 'other'");
    ck_sql(2, "SELECT version FROM feed_messages");
    ck_rows(1, "feed_messages f JOIN message m USING (id)"
               " WHERE f.tx = m.feed_tx AND m.feed_tx::text = m.xmin::text");
}

/* The cost of a feed page depends on its size only: the planner must not read and sort all rows of
 * an epoch. */
FIBER_TEST(feed_page_is_merged_from_its_indexes)
{
    stand_sql("INSERT INTO message (id, tenant_id, bot_id, chat_id, message_id, direction, text,"
              "  sent_at)"
              " SELECT gen_random_uuid(), b.tenant_id, b.id, 1, n, 'in', 'x', now()"
              " FROM bot b, generate_series(1, 20000) n");
    stand_sql("ANALYZE message, message_tombstone, bot");
    /* While an older transaction runs, also of another suite, the feed excludes these rows, and the
     * planner would know that: it would sort nothing. */
    wait_for("NOT EXISTS (SELECT FROM message"
             " WHERE feed_tx >= pg_snapshot_xmin(pg_current_snapshot()))");
    stand_sql("PREPARE fed AS " FEED_OF
              "feed.text, octet_length(feed.text) AS large FROM feed_messages feed" FEED_CUT);
    char *plan = stand_long_text("EXPLAIN (FORMAT JSON) EXECUTE"
                                 " fed (1, '5', '00000000-0000-0000-0000-000000000000', 10)");
    ck_has(plan, "Merge Append");
    free(plan);
    stand_sql("DEALLOCATE fed");
}
