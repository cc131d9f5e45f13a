// SPDX-License-Identifier: MIT
/* What people write to each other, with a real PostgreSQL: who gets it, and what is left of it. */

#include "db/transaction.h"

#include "booking.h"
#include "dialogue/relay_watch.h"
#include "privacy/erasure_store.h"
#include "support/scratch.h"
#include "updates.h"

#define GUEST 7
#define OWNER 9
#define STAFF "-100"
#define ID    "AY8ABQAAcACAAAAAAAAAAQ" /* of the booking */

TEST_CASE("relay", .setup = sends_begin, .teardown = sends_finish, .timeout_s = 120);

#define OWNER_ID "018f0001-0000-7000-8000-000000000001"
#define OWNED    "{\"id\":\"" OWNER_ID "\",\"name\":\"Igor\",\"telegram_id\":9,\"version\":1}"
// clang-format off
#define BOOKED_BY(guest)                                                                           \
    "{\"id\":\"018f0005-0000-7000-8000-000000000001\",\"code\":\"0WX1HA6S\",\"apartment_id\":"     \
    "\"018f0002-0000-7000-8000-000000000001\",\"owner_id\":\"" OWNER_ID "\",\"status\":"           \
    "\"confirmed\",\"version\":1,\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\","          \
    "\"guests\":2,\"total\":{\"amount\":1800000},\"guest\":{\"name\":\"Aigul\",\"phone\":"           \
    "\"+77011112233\",\"telegram_id\":" guest "},\"allowed_actions\":[]}"
#define BOOKED {200, 0, BOOKED_BY("7")}
#define OWNERS {200, 0, "{\"items\":[" OWNED "]}"}
static const struct booking_says of_guest[] = {BOOKED, {200, 0, OWNED}};
static const struct booking_says of_owner[] = {OWNERS, BOOKED};
static const struct booking_says of_owner_alone[] = {OWNERS, {200, 0, BOOKED_BY("null")}};
// clang-format on

/* The signed button of the only message to this chat with this command. */
static const char *button_to(const char *chat, const char *command)
{
    return stand_text("SELECT payload -> 0 -> 'reply_markup' -> 'inline_keyboard' -> 0 -> 0 ->> "
                      "'callback_data' FROM sending WHERE chat_id = %s AND payload::text LIKE "
                      "'%%go.0.%s%%' ORDER BY id LIMIT 1",
                      chat, command);
}

/* A message of a person in a chat that answers one with this button. */
static void answer(int number, int person, const char *chat, const char *button, const char *text)
{
    deliver(textf(
        "{\"update_id\":%d,\"message\":{\"message_id\":%d,\"date\":1,\"from\":{\"id\":%d,"
        "\"is_bot\":false,\"first_name\":\"Name\"},\"chat\":{\"id\":%s,\"type\":\"%s\"},"
        "\"text\":\"%s\",\"reply_to_message\":{\"message_id\":5,\"text\":\"quoted\","
        "\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"x\",\"callback_data\":\"%s\"}]]}"
        "}}}",
        number, number, person, chat, chat[0] == '-' ? "supergroup" : "private", text, button));
    wait_for(NOTHING_LEFT);
}

static void command(int number, int person, const char *name, const char *argument)
{
    const char *text = textf("/%s %s", name, argument);

    deliver(
        textf("{\"update_id\":%d,\"message\":{\"message_id\":%d,\"date\":1,\"from\":{\"id\":%d,"
              "\"is_bot\":false,\"first_name\":\"Name\",\"language_code\":\"en\"},\"chat\":{\"id\":"
              "%d,\"type\":\"private\"},\"text\":\"%s\",\"entities\":[{\"offset\":0,\"length\":%zu,"
              "\"type\":\"bot_command\"}]}}",
              number, number, person, person, text, strlen(name) + 1));
    wait_for(NOTHING_LEFT);
}

static void say(int number, int person, const char *text)
{
    handle_text(number, person, "en", text);
}

static void link_staff(const char *bot)
{
    stand_sql("INSERT INTO staff_chat (bot_id, chat_id, language)"
              " SELECT id, " STAFF ", 'en' FROM bot WHERE name = '%s'",
              bot);
    stand_sql("INSERT INTO staff_member (bot_id, user_id, name)"
              " SELECT id, 77, 'Member' FROM bot WHERE name = '%s'",
              bot);
}

static struct turn_runner *start(struct sender *sender)
{
    stand_file("taxi.token", 0600, "1:AA");
    stand_look();
    booking_start(of_guest, ARRAY_LEN(of_guest));
    struct turn_runner *turns = updates_start(sender, NULL, booking_url());
    command(1, GUEST, "start", "");
    command(2, OWNER, "start", "");
    booking_say(of_guest, 1);
    command(3, GUEST, "write", ID "_g");
    return turns;
}

static void forward_all(void)
{
    stand_sql("WITH r AS (INSERT INTO receiver (id, url, key) VALUES (gen_random_uuid(),"
              "  'https://n8n.example/', decode(repeat('00', 32), 'hex')) RETURNING id)"
              " INSERT INTO forward (id, bot_id, slot) SELECT r.id, bot.id, 1 FROM r, bot");
}

#define TO(chat) "sending WHERE chat_id = " chat " AND confided AND payload::text LIKE "

FIBER_TEST(guest_and_owner_write_to_each_other)
{
    start(NULL);

    booking_say(of_guest, ARRAY_LEN(of_guest));
    forward_all();
    say(4, GUEST, "May we come early?");
    ck_rows(0, "delivery");
    ck_rows(1, TO("9") "'%%<b>Guest</b>, booking 0WX1HA6S:%%May we come early?%%'");
    ck_rows(1, "sending WHERE chat_id = 7 AND payload::text LIKE '%%Passed on%%'");
    ck_rows(1, "relay WHERE user_id = 7 AND to_user_id = 9 AND otherwise IS NOT NULL");
    const char *button = textf("%s", button_to("9", "write"));
    booking_say(of_owner, ARRAY_LEN(of_owner));
    answer(5, OWNER, "9", button, "Come at noon");
    ck_rows(1, TO("7") "'%%<b>Host</b>, booking 0WX1HA6S:%%Come at noon%%'");
    /* Another person cannot use the button. */
    answer(6, GUEST, "7", button, "almaty");
    ck_rows(1, TO("7") "'%%<b>Host</b>%%'");
    /* Nothing of it is stored but the messages themselves, and nobody's name or number is in them.
     */
    ck_rows(0, "message WHERE text LIKE '%%early%%' OR text LIKE '%%noon%%'");
    ck_rows(0,
            "update WHERE encode(body, 'escape') LIKE '%%early%%' OR encode(body, 'escape') LIKE "
            "'%%noon%%'");
    ck_rows(0,
            "sending WHERE confided AND (payload::text LIKE '%%Aigul%%' OR payload::text LIKE "
            "'%%7011112233%%' OR payload::text LIKE '%%Igor%%' OR payload::text LIKE '%%Name%%')");
}

static void private_text(int number, const char *kind, int message_id, int person, const char *text)
{
    deliver(textf("{'update_id':%d,'%s':{'message_id':%d,'date':1,'from':{'id':%d},'chat':{'id':%d,"
                  "'type':'private'},'text':'%s'}}",
                  number, kind, message_id, person, person, text));
    wait_for(NOTHING_LEFT);
}

FIBER_TEST(edited_message_is_as_private_as_the_first_one)
{
    start(NULL);

    booking_say(of_guest, ARRAY_LEN(of_guest));
    forward_all();
    private_text(4, "message", 40, GUEST, "May we come early?");
    booking_say(of_guest, ARRAY_LEN(of_guest));
    private_text(5, "edited_message", 40, GUEST, "May we come early, at ten?");
    ck_rows(1, TO("9") "'%%<b>Guest</b>, booking 0WX1HA6S, edited:%%early, at ten%%'");
    ck_rows(1, "sending WHERE chat_id = 7 AND payload::text LIKE '%%Исправленное%%'");
    /* Telegram also reports edits that do not change the words. */
    private_text(15, "edited_message", 40, GUEST, "May we come early, at ten?");
    ck_rows(2, TO("9") "'%%early%%'");
    ck_rows(0, "message WHERE text LIKE '%%early%%'");
    ck_rows(0, "delivery");
    ck_rows(0, "update WHERE encode(body, 'escape') LIKE '%%early%%'");
    private_text(6, "edited_message", 2, OWNER, "A public word");
    ck_rows(1, "message WHERE text = 'A public word'");
    ck_rows(1, "delivery");
    /* An answer of staff. */
    link_staff("taxi");
    command(7, GUEST, "person", "");
    const char *button = textf("%s", button_to(STAFF, "staff_done"));
    deliver(textf("{'update_id':8,'edited_message':{'message_id':80,'date':1,'from':{'id':77},"
                  "'chat':{'id':" STAFF ",'type':'supergroup'},'text':'We come early',"
                  "'reply_to_message':{'message_id':5,'reply_markup':{'inline_keyboard':[[{"
                  "'text':'x','callback_data':'%s'}]]}}}}",
                  button));
    wait_for(NOTHING_LEFT);
    ck_rows(0, "message WHERE text LIKE '%%early%%'");
    ck_rows(0, "delivery d JOIN update u ON u.id = d.item_id WHERE u.update_id = 8");
    ck_rows(0, "update WHERE encode(body, 'escape') LIKE '%%early%%'");
}

FIBER_TEST(edited_answer_of_staff_is_passed_on)
{
    start(NULL);

    link_staff("taxi");
    command(4, GUEST, "person", "");
    const char *button = textf("%s", button_to(STAFF, "staff_done"));
    answer(5, 77, STAFF, button, "Come at noon");
    deliver(textf("{'update_id':6,'edited_message':{'message_id':5,'date':1,'from':{'id':77},"
                  "'chat':{'id':" STAFF ",'type':'supergroup'},'text':'Come at one',"
                  "'reply_to_message':{'message_id':5,'reply_markup':{'inline_keyboard':[[{"
                  "'text':'x','callback_data':'%s'}]]}}}}",
                  button));
    wait_for(NOTHING_LEFT);
    ck_rows(1, TO("7") "'%%<b>Staff</b>:%%Come at noon%%'");
    ck_rows(1, TO("7") "'%%<b>Staff</b>, edited:%%Come at one%%'");
    ck_rows(0, "update WHERE encode(body, 'escape') LIKE '%%Come at%%'");
}

FIBER_TEST(messages_about_a_booking_are_limited)
{
    start(NULL);

    booking_say(of_guest, ARRAY_LEN(of_guest));
    say(4, GUEST, "1");
    /* Of the last hour 19, and an old one. */
    stand_sql("INSERT INTO relay (id, bot_id, user_id, to_user_id, booking_id, sent_at)"
              " SELECT gen_random_uuid(), bot_id, user_id, to_user_id, booking_id,"
              "  now() - CASE n WHEN 1 THEN interval '2 hours' ELSE interval '1 minute' END"
              " FROM relay, generate_series(1, 19) n");
    booking_say(of_guest, ARRAY_LEN(of_guest));
    say(5, GUEST, "20");
    ck_rows(2, TO("9") "'%%<b>Guest</b>%%'");
    forward_all();
    booking_say(of_guest, ARRAY_LEN(of_guest));
    say(6, GUEST, "Refused words");
    ck_rows(2, TO("9") "'%%<b>Guest</b>%%'");
    ck_rows(1, "sending WHERE chat_id = 7 AND payload::text LIKE '%%a lot of messages%%'");
    ck_rows(0, "update WHERE encode(body, 'escape') LIKE '%%Refused words%%'");
    ck_rows(0, "delivery");
}

/* booking-api does not answer until the last try. */
FIBER_TEST(message_that_cannot_be_handled_is_not_forwarded)
{
    struct turn_runner *turns = start(NULL);

    forward_all();
    booking_say(&(struct booking_says){503, 0, NULL}, 1);
    deliver_text(4, GUEST, "en", "May we come early?");
    wait_for("EXISTS (SELECT FROM update WHERE tries > 0 AND leased_by IS NULL)");
    stand_sql("UPDATE update SET tries = 4 WHERE status = 'received'");
    retry_now(turns);
    wait_for("EXISTS (SELECT FROM update WHERE status = 'dead')");
    ck_rows(0, "delivery");
}

FIBER_TEST(nothing_reaches_people_or_staff_of_another_tenant)
{
    static const struct uuid other = {{9}};

    start(NULL);

    stand_bot_of("other", &other);
    stand_file("other.token", 0600, "2:BB");
    stand_look();
    /* The owner, and a staff chat, are known to the other tenant's bot only. */
    stand_sql(
        "UPDATE person SET bot_id = (SELECT id FROM bot WHERE name = 'other') WHERE user_id = 9");
    link_staff("other");
    booking_say(of_guest, ARRAY_LEN(of_guest));
    say(4, GUEST, "Knock-knock");
    ck_rows(0, "sending WHERE payload::text LIKE '%%Knock%%'");
    ck_rows(0, "sending WHERE bot_id = (SELECT id FROM bot WHERE name = 'other')");
    ck_rows(1, "sending WHERE chat_id = 7 AND payload::text LIKE '%%did not arrive%%'");
    command(5, GUEST, "person", "");
    ck_rows(0, "person_talk");
    ck_rows(1, "sending WHERE chat_id = 7 AND payload::text LIKE '%%cannot reach a person%%'");
}

FIBER_TEST(talk_of_another_tenant_cannot_be_answered)
{
    static const struct uuid other = {{9}};

    start(NULL);

    link_staff("taxi");
    command(4, GUEST, "person", "");
    const char *button = textf("%s", button_to(STAFF, "staff_done"));
    stand_bot_of("other", &other);
    stand_sql("UPDATE person_talk SET bot_id = (SELECT id FROM bot WHERE name = 'other')");
    answer(5, 77, STAFF, button, "Knock-knock");
    ck_rows(0, "sending WHERE payload::text LIKE '%%Knock%%'");
    ck_rows(1, "sending WHERE chat_id = " STAFF " AND payload::text LIKE '%%already closed%%'");
}

/* The guest has no Telegram. A talk of the owner with staff does not make the owner the reader. */
FIBER_TEST(message_for_a_guest_without_telegram_goes_to_staff)
{
    start(NULL);

    link_staff("taxi");
    command(4, OWNER, "person", "");
    booking_say(of_owner_alone, ARRAY_LEN(of_owner_alone));
    command(5, OWNER, "write", ID "_o");
    booking_say(of_owner_alone, ARRAY_LEN(of_owner_alone));
    say(6, OWNER, "When do you come?");
    ck_rows(0, TO("9") "'%%When do you come%%'");
    ck_rows(1, TO(STAFF) "'%%<b>Host</b>, booking 0WX1HA6S: the message did not arrive%%When do "
                         "you come%%'");
}

static void refuse_owner(const struct send *send, struct call_result *result)
{
    if (send->chat_id == OWNER && strstr(send->text, "Guest") != NULL)
        *result = (struct call_result){.end = TELEGRAM_NO_RECIPIENT,
                                       .message_id = FIELD_ABSENT,
                                       .text = SLICE("Forbidden: bot was blocked by the user")};
}

FIBER_TEST(refused_message_goes_to_staff_and_the_writer_learns_that)
{
    struct sender *sender = sends_start();

    start(sender);

    sends_end = refuse_owner;
    link_staff("taxi");
    struct gateway_app app = {.service = stand_service(), .sender = sender};
    relay_watch_start(&app);
    booking_say(of_guest, ARRAY_LEN(of_guest));
    say(4, GUEST, "Where is the key?");
    wait_for("NOT EXISTS (SELECT FROM relay WHERE otherwise IS NOT NULL)");
    wait_for("EXISTS (SELECT FROM sending WHERE chat_id = " STAFF " AND status = 'sent')");
    ck_sql_text("7", "SELECT user_id FROM person_talk WHERE ends_at > now() AND closed_at IS NULL");
    wait_for("EXISTS (SELECT FROM sending WHERE chat_id = 7 AND confided AND status = 'sent')");
    /* The words are nowhere any more. */
    ck_rows(0, "sending WHERE payload::text LIKE '%%Where is the key%%'");
    ck_rows(0, "relay WHERE otherwise::text LIKE '%%key%%'");
    int at = 0;
    while (at < sends_count && sends[at].chat_id != -100)
        at++;
    ck_assert_msg(at < sends_count && strstr(sends[at].text, "Guest") != NULL, "%s",
                  sends[at].text);
    /* The next message goes to staff at once, because the owner's chat is closed. */
    booking_say(of_guest, ARRAY_LEN(of_guest));
    say(5, GUEST, "Anybody?");
    wait_for("2 = (SELECT count(*) FROM sending WHERE chat_id = " STAFF " AND status = 'sent')");
    /* The copy of the first one and the second one, both found by an erasure of the guest. */
    ck_rows(2, "relay WHERE to_user_id IS NULL AND user_id = 7 AND otherwise IS NULL");
    periodic_stop(&app.relays);
}

/* The guest writes `texts` to the owner, none of them arrives, and staff gets their copies. */
static void lose_messages(const char *const *texts, size_t count)
{
    struct gateway_app app = {.service = stand_service(), .sender = sends_start()};

    start(app.sender);
    link_staff("taxi");
    stand_sql("INSERT INTO sending_pause (bot_id, paused_until, reason)"
              " SELECT id, now() + interval '1 hour', 'test' FROM bot");
    for (size_t i = 0; i < count; i++) {
        booking_say(of_guest, ARRAY_LEN(of_guest));
        say(4 + (int)i, GUEST, texts[i]);
    }
    stand_sql("UPDATE sending SET status = 'failed' WHERE chat_id = 9 AND confided");
    relay_watch_start(&app);
    wait_for("NOT EXISTS (SELECT FROM relay WHERE otherwise IS NOT NULL)");
    periodic_stop(&app.relays);
}

/* The button under the copy for staff of a message that did not arrive. */
static const char *button_under(const char *words)
{
    return textf(
        "%s", stand_text("SELECT payload -> 0 -> 'reply_markup' -> 'inline_keyboard' -> 0 -> 0 ->> "
                         "'callback_data' FROM sending WHERE chat_id = " STAFF
                         " AND payload::text LIKE '%%%s%%'",
                         words));
}

/* Two messages before it is known that neither arrives: both belong to one talk. */
FIBER_TEST(staff_can_answer_each_message_that_did_not_arrive)
{
    static const char *const texts[] = {"Where is the key?", "Anybody?"};

    lose_messages(texts, ARRAY_LEN(texts));
    ck_rows(1, "person_talk");
    answer(6, 77, STAFF, button_under("Where is the key"), "First");
    answer(7, 77, STAFF, button_under("Anybody"), "Second");
    ck_rows(1, TO("7") "'%%<b>Staff</b>:%%First%%'");
    ck_rows(1, TO("7") "'%%<b>Staff</b>:%%Second%%'");
}

static bool erase_guest(struct db *tx, void *bot_id, struct fault *out)
{
    struct erasure_counts found;
    int64_t left;

    return erasure_store_run_pass(tx, bot_id, GUEST, &found, &left, out);
}

#define COPY_TO_SEND "sending WHERE chat_id = " STAFF " AND status = 'queued'"

FIBER_TEST(copy_of_a_message_that_did_not_arrive_is_cancelled_if_the_writer_is_erased)
{
    static const char *const texts[] = {"Where is the key?"};
    struct uuid bot;

    lose_messages(texts, ARRAY_LEN(texts));
    ck_rows(1, COPY_TO_SEND);
    ck_assert(uuid_parse(slice_of(stand_text("SELECT id FROM bot WHERE name = 'taxi'")), &bot));
    ck_ok(db_transaction(stand_service()->pool, erase_guest, &bot, &fault));
    ck_rows(0, COPY_TO_SEND);
    ck_rows(0, "relay WHERE user_id = 7");
}

FIBER_TEST(message_that_can_never_be_handled_does_not_delay_others)
{
    struct sender *sender = sends_start();

    start(sender);

    link_staff("taxi");
    sends_end = refuse_owner;
    for (int i = 4; i <= 5; i++) {
        booking_say(of_guest, ARRAY_LEN(of_guest));
        say(i, GUEST, i == 4 ? "First" : "Second");
        if (i == 4)
            stand_sql("UPDATE relay SET otherwise = '[{\"bot\": \"none\"}]'");
    }
    struct gateway_app app = {.service = stand_service(), .sender = sender};
    relay_watch_start(&app);
    wait_for("NOT EXISTS (SELECT FROM relay WHERE otherwise IS NOT NULL)");
    wait_for("1 = (SELECT count(*) FROM sending WHERE chat_id = " STAFF " AND status = 'sent')");
    periodic_stop(&app.relays);
}

FIBER_TEST(delivered_message_is_forgotten)
{
    struct sender *sender = sends_start();

    start(sender);

    link_staff("taxi");
    struct gateway_app app = {.service = stand_service(), .sender = sender};
    relay_watch_start(&app);
    booking_say(of_guest, ARRAY_LEN(of_guest));
    say(4, GUEST, "Where is the key?");
    wait_for("EXISTS (SELECT FROM sending WHERE chat_id = 9 AND confided AND status = 'sent')");
    wait_for("EXISTS (SELECT FROM relay WHERE otherwise IS NULL)");
    ck_rows(0, "sending WHERE chat_id = " STAFF);
    ck_rows(0, "person_talk");
    periodic_stop(&app.relays);
}

FIBER_TEST(person_and_staff_talk_until_staff_end_it)
{
    start(NULL);

    link_staff("taxi");
    command(4, GUEST, "person", "");
    command(5, GUEST, "person", "");
    ck_rows(1, TO(STAFF) "'%%<b>Guest calls a person</b>%%'");
    say(6, GUEST, "The door is locked");
    ck_rows(1, TO(STAFF) "'%%<b>Guest</b>:%%The door is locked%%'");
    const char *button = textf("%s", button_to(STAFF, "staff_done"));
    /* A person who is no member, and then the member. */
    answer(7, 78, STAFF, button, "Wrong");
    ck_rows(0, "sending WHERE payload::text LIKE '%%Wrong%%'");
    ck_rows(1, "sending WHERE chat_id = " STAFF " AND payload::text LIKE '%%Introduce yourself%%'");
    stand_sql("UPDATE person_talk SET ends_at = now() - interval '1 minute'");
    answer(8, 77, STAFF, button, "We are coming");
    ck_rows(1, TO("7") "'%%<b>Staff</b>:%%We are coming%%'");
    ck_rows(1, "person_talk WHERE ends_at > now()");
    ck_rows(0,
            "update WHERE encode(body, 'escape') LIKE '%%locked%%' OR encode(body, 'escape') LIKE "
            "'%%coming%%'");
    deliver(textf("{'update_id':9,'callback_query':{'id':'9','from':{'id':77,'is_bot':false},"
                  "'message':{'message_id':5,'date':1,'chat':{'id':" STAFF ",'type':'supergroup'},"
                  "'text':'x'},'data':'%s'}}",
                  button));
    wait_for(NOTHING_LEFT);
    ck_rows(1, "person_talk WHERE closed_at IS NOT NULL");
    ck_rows(1, TO("7") "'%%conversation is over%%'");
    answer(10, 77, STAFF, button, "Late");
    ck_rows(0, "sending WHERE payload::text LIKE '%%Late%%'");
    ck_rows(0, "update WHERE encode(body, 'escape') LIKE '%%Late%%'");
    say(11, GUEST, "Thanks");
    ck_rows(0, TO(STAFF) "'%%Thanks%%'");
}
