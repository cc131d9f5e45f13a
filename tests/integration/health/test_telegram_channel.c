// SPDX-License-Identifier: MIT
/* Notes on Telegram's channel, with the fake Telegram. */
#include <stdio.h>

#include <check.h>

#include "notify/telegram_channel.h"
#include "servers.h"

#define TOKEN "4711:C4nary-Token_of-the-bot"

enum { ANN = 101, BOB = 102 };

static struct http_client *http;
static struct telegram_channel *chats;
static struct channel_result end;
static struct plan plan;
static struct alert_note note;

static void begin(void)
{
    struct fault fault = {.detail = ""};

    servers_begin();
    telegram_start(TOKEN);
    json_decref(telegram_control("users", "{\"id\":101,\"first_name\":\"Ann\",\"start\":true}"));
    json_decref(telegram_control("users", "{\"id\":102,\"first_name\":\"Bob\",\"start\":true}"));
    http = http_client_create(loop, work, &(const struct http_client_options){0}, &fault);
    ck_assert_msg(http != NULL, "%s", fault.detail);
    const struct telegram_channel_options options = {
        .telegram = {.client = http, .root = telegram_root, .own_root = true},
        .token = TOKEN,
        .chats = "101,102",
        .public_url = "",
        .plan = &plan
    };
    chats = telegram_channel_create(&options, &fault);
    ck_assert_msg(chats != NULL, "%s", fault.detail);
    note =
        (struct alert_note){.id = "test.1", .subject = "Отчёт", .text = "1 < 2 & \"так\"\nвсегда"};
}

static void finish(void)
{
    telegram_channel_destroy(chats);
    http_client_destroy(http);
    servers_end();
}

static void note_body(void *data)
{
    const struct channel channel = telegram_channel(chats);

    end = (struct channel_result){.outcome = CHANNEL_UNREACHABLE};
    channel.send(channel.self, &(const struct alert_story){.note = &note}, &end);
}

static void has_note(long long chat)
{
    json_t *message = telegram_message(chat, 0);

    ck_text(message, "text", "Отчёт\n1 < 2 & \"так\"\nвсегда");
    ck_assert_ptr_null(json_object_get(message, "reply_markup"));
    json_decref(message);
}

TEST_CASE("telegram_channel", .setup = begin, .teardown = finish);

TEST(note_is_sent_to_every_chat_without_button)
{
    run_fiber(note_body, NULL);
    ck_assert_msg(end.outcome == CHANNEL_SENT, "%s", end.fault.detail);
    has_note(ANN);
    has_note(BOB);
}

TEST(chat_with_note_gets_no_repeat_for_another_chat)
{
    json_decref(telegram_control(
        "faults", "{\"kind\":\"error\",\"name\":\"internal\",\"chat_id\":102,\"count\":1}"));
    run_fiber(note_body, NULL);
    ck_assert_int_eq(end.outcome, CHANNEL_UNREACHABLE);
    run_fiber(note_body, NULL);
    ck_assert_int_eq(end.outcome, CHANNEL_SENT);
    ck_assert_uint_eq(telegram_messages(ANN), 1);
    ck_assert_uint_eq(telegram_messages(BOB), 1);
    note.id = "test.2";
    run_fiber(note_body, NULL);
    ck_assert_uint_eq(telegram_messages(ANN), 2);
}

TEST(refused_note_reports_reason_without_token)
{
    json_decref(telegram_control("faults", "{\"kind\":\"error\",\"name\":\"unauthorized\","
                                           "\"method\":\"send*\",\"count\":null}"));
    run_fiber(note_body, NULL);
    ck_assert_int_eq(end.outcome, CHANNEL_REFUSED);
    ck_assert_str_eq(end.fault.code, "telegram_no_bot");
    ck_assert_ptr_null(strstr(end.fault.detail, "C4nary"));
}
