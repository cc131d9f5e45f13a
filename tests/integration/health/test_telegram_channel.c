// SPDX-License-Identifier: MIT
/* Notes on Telegram's channel, with the fake Telegram. */

#include "channel_fixture.h"
#include "notify/telegram_channel.h"

#define TOKEN "4711:C4nary-Token_of-the-bot"

enum { ANN = 101, BOB = 102 };

static struct alert_note note;

static void begin(void)
{
    channel_fixture_begin();
    telegram_start(TOKEN);
    telegram_do("users", "{'id':101,'first_name':'Ann','start':true}");
    telegram_do("users", "{'id':102,'first_name':'Bob','start':true}");
    config.alert_bot_token = TOKEN;
    config.alert_chats = "101,102";
    config.telegram_api_root = telegram_root;
    config.telegram_proxy = "";
    channel_fixture_open(telegram_channel_open);
    note =
        (struct alert_note){.id = "test.1", .subject = "Отчёт", .text = "1 < 2 & \"так\"\nвсегда"};
}

static void has_note(long long chat)
{
    json_t *message = telegram_message(chat, 0);

    ck_text(message, "text", "Отчёт\n1 < 2 & \"так\"\nвсегда");
    ck_assert_ptr_null(json_object_get(message, "reply_markup"));
    json_decref(message);
}

TEST_CASE("telegram_channel", .setup = begin, .teardown = channel_fixture_end);

TEST(note_is_sent_to_every_chat_without_button)
{
    send_note(&note);
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.detail);
    has_note(ANN);
    has_note(BOB);
}

TEST(chat_with_note_gets_no_repeat_for_another_chat)
{
    telegram_do("faults", "{'kind':'error','name':'internal','chat_id':102,'count':1}");
    send_note(&note);
    ck_assert_int_eq(end.outcome, CHANNEL_UNREACHABLE);
    send_note(&note);
    ck_assert_int_eq(end.outcome, CHANNEL_SENT);
    ck_assert_uint_eq(telegram_messages(ANN), 1);
    ck_assert_uint_eq(telegram_messages(BOB), 1);
    note.id = "test.2";
    send_note(&note);
    ck_assert_uint_eq(telegram_messages(ANN), 2);
}

TEST(refused_note_reports_reason)
{
    telegram_do("faults", "{'kind':'error','name':'unauthorized','method':'send*','count':null}");
    send_note(&note);
    ck_assert_int_eq(end.outcome, CHANNEL_REFUSED);
    ck_assert_str_eq(end.fault.code, "telegram_no_bot");
}
