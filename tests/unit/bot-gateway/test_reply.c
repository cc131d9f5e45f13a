// SPDX-License-Identifier: MIT
/* The replies of a turn as calls of the Bot API. */
#include <jansson.h>

#include "dialogue/reply.h"
#include "support/scratch.h"
#include "telegram/text.h"

static const struct uuid update = {
    {1, 2, 3}
};
#define KEY "01020300-0000-0000-0000-000000000000"

TEST_CASE("reply");

static struct outbox_message sending_of(const struct turn_reply *reply, int64_t message_id)
{
    const struct update_view view = {
        .chat_id = 5, .message_id = message_id, .tap_id = SLICE("7\"7")};
    struct outbox_message sending;

    ck_ok(reply_make_message(reply, 2, &update, &view, &arena, &sending, &fault));
    return sending;
}

static void is(struct slice got, const char *wanted)
{
    ck_assert_slice(got, wanted);
}

static const struct turn_button buttons[] = {
    {.label = TEXTS_LITERAL("A \"1\""),              .data = TEXTS_LITERAL("f.1.a..mac")},
    {                           .label = TEXTS_LITERAL("B"), .url = TEXTS_LITERAL("https://x.kz/?a=1&b=2")                                   },
    { .label = TEXTS_LITERAL("C"),                               .data = TEXTS_LITERAL("f.1.c..mac"),                                                                  .new_row = true},
};
#define MARKUP                                                                                     \
    "\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"A \\\"1\\\"\",\"callback_data\":"         \
    "\"f.1.a..mac\"},{\"text\":\"B\",\"url\":\"https://x.kz/?a=1&b=2\"}],[{\"text\":\"C\","        \
    "\"callback_data\":\"f.1.c..mac\"}]]}"

TEST(text_has_buttons_in_rows)
{
    const struct turn_reply reply = {
        .kind = TURN_TEXT, .text = SLICE("<b>Hi</b>"), .buttons = buttons, .button_count = 3};
    const struct outbox_message sending = sending_of(&reply, 9);

    is(sending.method, "sendMessage");
    is(sending.payload, "[{\"text\":\"<b>Hi</b>\",\"parse_mode\":\"HTML\"," MARKUP "}]");
    is(sending.dedupe_key, KEY ":2");
    ck_assert_int_eq(sending.chat_id, 5);
    ck_assert_int_eq(sending.lane, OUTBOX_REPLY);
    ck_assert_int_eq(sending.on_unknown, OUTBOX_RESEND);
    ck_assert_int_eq(sending.ttl_s, FIELD_ABSENT);
}

TEST(button_has_a_style)
{
    static const struct turn_button styled[] = {
        {.label = TEXTS_LITERAL("A"), .data = TEXTS_LITERAL("a"), .style = TURN_SUCCESS},
        {.label = TEXTS_LITERAL("B"),                           .data = TEXTS_LITERAL("b"),                           .style = TURN_DANGER},
        {.label = TEXTS_LITERAL("C"),       .data = TEXTS_LITERAL("c")      },
    };
    const struct turn_reply reply = {
        .kind = TURN_TEXT, .text = SLICE("Hi"), .buttons = styled, .button_count = 3};

    is(sending_of(&reply, 9).payload,
       "[{\"text\":\"Hi\",\"parse_mode\":\"HTML\",\"reply_markup\":{\"inline_keyboard\":[["
       "{\"text\":\"A\",\"callback_data\":\"a\",\"style\":\"success\"},"
       "{\"text\":\"B\",\"callback_data\":\"b\",\"style\":\"danger\"},"
       "{\"text\":\"C\",\"callback_data\":\"c\"}]]}}]");
}

#define OPEN "\"parse_mode\":\"HTML\",\"reply_markup\":{\"inline_keyboard\":[["

/* Servers with an older Bot API refuse such buttons: the replacement omits what copies, and a
 * disabled button sends its data. */
TEST(buttons_of_new_kinds_have_a_replacement)
{
    static const struct turn_button made[] = {
        {.label = TEXTS_LITERAL("·"),         .data = TEXTS_LITERAL("n"), .is_disabled = true},
        {.label = TEXTS_LITERAL("1"),          .data = TEXTS_LITERAL("d")},
        {.label = TEXTS_LITERAL("C"), .copies = TEXTS_LITERAL("+7 \"1\""),            .new_row = true                   },
        {.label = TEXTS_LITERAL("D"),          .data = TEXTS_LITERAL("e"),       .style = TURN_DANGER},
        {.label = TEXTS_LITERAL("E"),        .copies = TEXTS_LITERAL("K"),            .new_row = true                   },
    };
    const char *const old =
        "\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"·\",\"callback_data\":\"n\"},"
        "{\"text\":\"1\",\"callback_data\":\"d\"}],"
        "[{\"text\":\"D\",\"callback_data\":\"e\",\"style\":\"danger\"}]]}}]";
    struct turn_reply reply = {
        .kind = TURN_TEXT, .text = SLICE("Hi"), .buttons = made, .button_count = 5};
    struct outbox_message sending = sending_of(&reply, 9);

    is(sending.payload, "[{\"text\":\"Hi\"," OPEN "{\"text\":\"·\",\"disabled\":{}},"
                        "{\"text\":\"1\",\"callback_data\":\"d\"}],"
                        "[{\"text\":\"C\",\"copy_text\":{\"text\":\"+7 \\\"1\\\"\"}},"
                        "{\"text\":\"D\",\"callback_data\":\"e\",\"style\":\"danger\"}],"
                        "[{\"text\":\"E\",\"copy_text\":{\"text\":\"K\"}}]]}}]");
    ck_assert_ptr_nonnull(strstr(sending.instead.at, old));
    ck_assert_ptr_nonnull(strstr(sending.instead.at, "\"method\":\"sendMessage\""));
    reply.button_count = 2;
    reply.buttons = &made[1];
    ck_assert_ptr_null(strstr(sending_of(&reply, 9).instead.at, "copy_text"));
    reply.button_count = 1;
    ck_assert_ptr_null(sending_of(&reply, 9).instead.at);
}

/* Of a group. Telegram may refuse it, as to a bot that is no administrator. */
TEST(message_to_one_member_has_a_replacement_for_all)
{
    struct turn_reply reply = {.kind = TURN_TEXT, .text = SLICE("Hi"), .receiver = 77};
    struct outbox_message sending = sending_of(&reply, 9);

    is(sending.payload, "[{\"text\":\"Hi\",\"parse_mode\":\"HTML\","
                        "\"ephemeral_message_parameters\":{\"receiver_user_id\":77}}]");
    is(sending.instead, "[{\"text\":\"Hi\",\"parse_mode\":\"HTML\",\"method\":\"sendMessage\"}]");
    reply.receiver = 0;
    ck_assert_ptr_null(sending_of(&reply, 9).instead.at);
}

/* A replacement is sent from its first part on, so a text of several parts must not need one. */
TEST(text_of_several_parts_has_no_buttons_of_new_kinds)
{
    static const struct turn_button made[] = {
        {.label = TEXTS_LITERAL("C"), .copies = TEXTS_LITERAL("K")},
        {.label = TEXTS_LITERAL("D"), .data = TEXTS_LITERAL("d")  },
    };
    char text[TELEGRAM_TEXT_MAX + 2];
    struct turn_reply reply = {.kind = TURN_TEXT, .buttons = made, .button_count = 2};

    memset(text, 'a', sizeof text);
    reply.text = (struct slice){text, sizeof text};
    const struct outbox_message sending = sending_of(&reply, 9);
    ck_assert_ptr_null(strstr(sending.payload.at, "copy_text"));
    ck_assert_ptr_nonnull(strstr(sending.payload.at, "\"callback_data\":\"d\""));
    ck_assert_ptr_null(sending.instead.at);
}

TEST(keyboard_is_shown_and_removed)
{
    static const struct turn_button keys[] = {
        {.label = TEXTS_LITERAL("My \"1\""), .asks_contact = true},
        {.label = TEXTS_LITERAL("No"),                                  .new_row = true},
        {.label = TEXTS_LITERAL("Again")},
    };
    const struct turn_reply shown = {.kind = TURN_TEXT,
                                     .text = SLICE("Hi"),
                                     .markup = TURN_KEYS,
                                     .buttons = keys,
                                     .button_count = 3};
    const struct turn_reply gone = {.kind = TURN_TEXT, .text = SLICE("Hi"), .markup = TURN_NO_KEYS};

    is(sending_of(&shown, 9).payload,
       "[{\"text\":\"Hi\",\"parse_mode\":\"HTML\",\"reply_markup\":{\"keyboard\":"
       "[[{\"text\":\"My \\\"1\\\"\",\"request_contact\":true}],[{\"text\":\"No\"},{\"text\":"
       "\"Again\"}]],\"resize_keyboard\":true,\"one_time_keyboard\":true}}]");
    is(sending_of(&gone, 9).payload, "[{\"text\":\"Hi\",\"parse_mode\":\"HTML\","
                                     "\"reply_markup\":{\"remove_keyboard\":true}}]");
}

/* --- photos --- */

#define PHOTO                                                                                      \
    "[{\"photo\":\"https://x.kz/1.jpg\",\"caption\":\"<b>Hi</b>\",\"parse_mode\":\"HTML\"}]"
#define MEDIA                                                                                      \
    "[{\"media\":{\"type\":\"photo\",\"media\":\"https://x.kz/1.jpg\",\"caption\":\"<b>Hi</b>\","  \
    "\"parse_mode\":\"HTML\"},\"message_id\":9}]"
#define HI   "{\"text\":\"<b>Hi</b>\",\"parse_mode\":\"HTML\""
#define GONE "{\"method\":\"deleteMessage\",\"message_id\":9}"

/* What the reply shows, what it replaces, and how. */
static const struct {
    bool photo;
    enum turn_reply_kind kind;
    int64_t message_id;
    bool shows_photo;
    const char *method, *payload, *instead;
} screens[] = {
    {false, TURN_TEXT,    9,            true,  "sendMessage",      "[" HI "}]",                  NULL                                  },
    {false, TURN_EDIT,    FIELD_ABSENT, true,  "sendMessage",      "[" HI "}]",                  NULL                                  },
    {false, TURN_EDIT,    9,            false, "editMessageText",  "[" HI ",\"message_id\":9}]", NULL                                  },
    {false, TURN_EDIT,    9,            true,  "sendMessage",      "[" HI "}," GONE "]",         NULL                                  },
    {false, TURN_REPLACE, 9,            false, "sendMessage",      "[" HI "}," GONE "]",         NULL                                  },
    {false, TURN_REPLACE, FIELD_ABSENT, false, "sendMessage",      "[" HI "}]",                  NULL                                  },
    {true,  TURN_TEXT,    9,            true,  "sendPhoto",        PHOTO,                        "[" HI ",\"method\":\"sendMessage\"}]"},
    {true,  TURN_EDIT,    FIELD_ABSENT, false, "sendPhoto",        PHOTO,
     "[" HI ",\"method\":\"sendMessage\"}]"                                                                                            },
    {true,  TURN_EDIT,    9,            false, "editMessageMedia", MEDIA,
     "[" HI ",\"method\":\"editMessageText\",\"message_id\":9}]"                                                                       },
    {true,  TURN_EDIT,    9,            true,  "editMessageMedia", MEDIA,
     "[" HI ",\"method\":\"sendMessage\"}," GONE "]"                                                                                   },
};

static struct outbox_message screen_of(const struct turn_reply *reply, size_t i)
{
    const struct update_view view = {
        .chat_id = 5, .message_id = screens[i].message_id, .shows_photo = screens[i].shows_photo};
    struct outbox_message sending;

    ck_ok(reply_make_message(reply, 0, &update, &view, &arena, &sending, &fault));
    return sending;
}

TEST_ROWS(reply_replaces_message, screens)
{
    const struct turn_reply reply = {.kind = row->kind,
                                     .text = SLICE("<b>Hi</b>"),
                                     .photo = slice_of(row->photo ? "https://x.kz/1.jpg" : NULL)};
    const struct outbox_message sending = screen_of(&reply, (size_t)_i);

    is(sending.method, row->method);
    is(sending.payload, row->payload);
    ck_assert_int_eq(sending.instead.at != NULL, row->instead != NULL);
    if (row->instead != NULL)
        is(sending.instead, row->instead);
}

/* The buttons are under the photo, and under the text sent instead of it. */
TEST(photo_has_buttons)
{
    const struct turn_reply reply = {.kind = TURN_TEXT,
                                     .text = SLICE("Hi"),
                                     .photo = SLICE("https://x.kz/\"1\".jpg"),
                                     .buttons = buttons,
                                     .button_count = 3};
    const struct outbox_message sending = screen_of(&reply, 0);

    is(sending.payload, "[{\"photo\":\"https://x.kz/\\\"1\\\".jpg\",\"caption\":\"Hi\","
                        "\"parse_mode\":\"HTML\"," MARKUP "}]");
    is(sending.instead,
       "[{\"text\":\"Hi\",\"parse_mode\":\"HTML\",\"method\":\"sendMessage\"," MARKUP "}]");
}

/* A document takes the place of a text, and is sent to a chat, with its own methods. */
TEST_LOOP(document_has_its_own_methods, 0, 2)
{
    static const char *const payloads[] = {
        "[{\"document\":\"BQ\",\"caption\":\"Hi\",\"parse_mode\":\"HTML\"}]",
        "[{\"media\":{\"type\":\"document\",\"media\":\"BQ\",\"caption\":\"Hi\","
        "\"parse_mode\":\"HTML\"},\"message_id\":9}]",
    };
    const struct turn_reply reply = {.kind = _i == 0 ? TURN_TEXT : TURN_EDIT,
                                     .text = SLICE("Hi"),
                                     .photo = SLICE("BQ"),
                                     .is_document = true};
    const struct outbox_message sending = sending_of(&reply, 9);

    is(sending.method, _i == 0 ? "sendDocument" : "editMessageMedia");
    is(sending.payload, payloads[_i]);
    ck_assert(sending.instead.at != NULL);
}

/* The text is sent if Telegram refuses the album. */
TEST(album_is_one_call_with_a_text_instead)
{
    static struct slice urls[] = {TEXTS_LITERAL("https://x.kz/\"1\".jpg"),
                                  TEXTS_LITERAL("https://x.kz/2")};
    const struct turn_reply reply = {
        .kind = TURN_ALBUM, .text = SLICE("Later"), .album = {urls, ARRAY_LEN(urls)}
    };
    const struct outbox_message sending = sending_of(&reply, 9);

    is(sending.method, "sendMediaGroup");
    is(sending.payload,
       "[{\"media\":[{\"type\":\"photo\",\"media\":\"https://x.kz/\\\"1\\\".jpg\"},"
       "{\"type\":\"photo\",\"media\":\"https://x.kz/2\"}]}]");
    is(sending.instead,
       "[{\"text\":\"Later\",\"parse_mode\":\"HTML\",\"method\":\"sendMessage\"}]");
    ck_assert_int_eq(sending.chat_id, 5);
}

TEST(venue_has_a_title_and_an_address)
{
    const struct turn_reply reply = {
        .kind = TURN_VENUE,
        .text = SLICE("Абая \"1\""),
        .title = SLICE("A & B"),
        .place = {43.24, -0.5}
    };
    const struct outbox_message sending = sending_of(&reply, 9);

    is(sending.method, "sendVenue");
    is(sending.payload, "[{\"latitude\":43.240000,\"longitude\":-0.500000,\"title\":\"A & B\","
                        "\"address\":\"Абая \\\"1\\\"\"}]");
    ck_assert_ptr_null(sending.instead.at);
}

TEST_LOOP(long_caption_omits_photo, 0, 2)
{
    static char text[1025];

    memset(text, 'x', sizeof text);
    const struct turn_reply reply = {
        .kind = TURN_TEXT,
        .text = {text, sizeof text - (size_t)_i},
        .photo = SLICE("https://x.kz/1.jpg")
    };
    const struct outbox_message sending = screen_of(&reply, 0);

    is(sending.method, _i == 0 ? "sendMessage" : "sendPhoto");
    ck_assert_int_eq(sending.instead.at != NULL, _i == 1);
}

/* Case: Oversized text. */
TEST_LOOP(long_text_is_split_with_buttons_under_last, 0, 3)
{
    static char text[5000];

    memset(text, 'x', sizeof text);
    const struct turn_reply reply = {
        .kind = _i == 0 ? TURN_TEXT : TURN_EDIT,
        .text = {text, _i == 2 ? 4096 : sizeof text},
        .buttons = buttons,
        .button_count = 1
    };
    const struct outbox_message sending = sending_of(&reply, 9);
    json_t *parts = json_loadb(sending.payload.at, sending.payload.len, 0, NULL);
    ck_assert_ptr_nonnull(parts);
    const size_t count = json_array_size(parts);
    ck_assert_uint_eq(count, _i == 2 ? 1 : 2);
    is(sending.method, _i == 2 ? "editMessageText" : "sendMessage");
    ck_assert((json_object_get(json_array_get(parts, 0), "message_id") != NULL) == (_i == 2));
    for (size_t i = 0; i < count; i++)
        ck_assert((json_object_get(json_array_get(parts, i), "reply_markup") != NULL) ==
                  (i + 1 == count));
    json_decref(parts);
}

TEST(tap_is_answered_with_or_without_notice)
{
    const struct turn_reply plain = {.kind = TURN_ANSWER};
    const struct turn_reply notice = {.kind = TURN_ANSWER, .text = SLICE("a < b")};
    struct outbox_message sending = sending_of(&plain, 9);

    is(sending.method, "answerCallbackQuery");
    is(sending.payload, "[{\"callback_query_id\":\"7\\\"7\"}]");
    is(sending.dedupe_key, KEY ":tap");
    ck_assert_int_eq(sending.chat_id, FIELD_ABSENT);
    ck_assert_int_eq(sending.lane, OUTBOX_ANSWER);
    ck_assert_int_eq(sending.ttl_s, REPLY_ANSWER_TTL_S);
    sending = sending_of(&notice, 9);
    is(sending.payload, "[{\"callback_query_id\":\"7\\\"7\",\"text\":\"a < b\"}]");
}

TEST_LOOP(message_that_telegram_rejects_is_a_fault, 0, 2)
{
    static const struct {
        struct slice text;
        const char *code;
    } rows[] = {
        {TEXTS_LITERAL("<b>"), "bad_html"},
        {TEXTS_LITERAL(" "),   "blank"   },
    };
    const struct turn_reply reply = {.kind = TURN_TEXT, .text = rows[_i].text};
    const struct update_view view = {.chat_id = 5};
    struct outbox_message sending;
    ck_assert(!reply_make_message(&reply, 0, &update, &view, &arena, &sending, &fault));
    ck_assert_str_eq(fault.code, rows[_i].code);
}
