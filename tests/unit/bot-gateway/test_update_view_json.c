// SPDX-License-Identifier: MIT
/* The parts of an update that dialogues use. */
#include "base/auto.h"

#include "dialogue/dialogue_json.h"
#include "support/scratch.h"

#define FROM                                                                                       \
    "\"from\":{\"id\":5,\"is_bot\":false,\"first_name\":\"Айгүл\",\"language_code\":\"kk\"}"
#define CHAT       "\"chat\":{\"id\":5,\"type\":\"private\"}"
#define COMMAND(n) "\"entities\":[{\"offset\":0,\"length\":" #n ",\"type\":\"bot_command\"}]"
#define CAPTION_COMMAND(n)                                                                         \
    "\"caption_entities\":[{\"offset\":0,\"length\":" #n ",\"type\":\"bot_command\"}]"
#define MESSAGE(more) "{\"update_id\":1,\"message\":{\"message_id\":1," FROM "," CHAT "," more "}}"

static struct update_view view_of(const char *body)
{
    struct update_view view;

    ck_assert_msg(update_view_read(slice_of(body), &arena, &view, &fault), "%s", fault.code);
    return view;
}

TEST_CASE("views");

static void is(struct slice got, const char *wanted)
{
    ck_assert_msg((got.at == NULL) == (wanted == NULL) && slice_is(got, wanted), "%.*s",
                  SLICE_ARG(got));
}

// clang-format off
static const struct {
    const char *why, *body, *text, *command, *addressee, *argument;
} messages[] = {
    {"words",                     MESSAGE("\"text\":\"Сәлем\""), "Сәлем", NULL, NULL, NULL},
    {"a command",                 MESSAGE("\"text\":\"/start\"," COMMAND(6)), "/start", "start", NULL, ""},
    {"a deep link",               MESSAGE("\"text\":\"/start flat_7\"," COMMAND(6)), "/start flat_7", "start", NULL, "flat_7"},
    {"a command to a bot",        MESSAGE("\"text\":\"/help@our_bot now\"," COMMAND(13)), "/help@our_bot now", "help", "our_bot", "now"},
    {"a command further on",      MESSAGE("\"text\":\"do /help\",\"entities\":[{\"offset\":3,\"length\":5,\"type\":\"bot_command\"}]"), "do /help", NULL, NULL, NULL},
    {"another entity",            MESSAGE("\"text\":\"/help\",\"entities\":[{\"offset\":0,\"length\":5,\"type\":\"bold\"}]"), "/help", NULL, NULL, NULL},
    {"bold, and a command",       MESSAGE("\"text\":\"/help\",\"entities\":[{\"offset\":0,\"length\":5,\"type\":\"bold\"},{\"offset\":0,\"length\":5,\"type\":\"bot_command\"}]"), "/help", "help", NULL, ""},
    {"an entity after the end of the text", MESSAGE("\"text\":\"/help\"," COMMAND(99)), "/help", "help", NULL, ""},
    {"an empty entity",           MESSAGE("\"text\":\"/\"," COMMAND(1)), "/", NULL, NULL, NULL},
    {"an entity with a negative offset", MESSAGE("\"text\":\"/help\"," COMMAND(-5)), "/help", NULL, NULL, NULL},
    {"an entity without a text",  MESSAGE("\"photo\":[]," COMMAND(5)), NULL, NULL, NULL, NULL},
    {"a picture with words",      MESSAGE("\"photo\":[],\"caption\":\"Сәлем\""), "Сәлем", NULL, NULL, NULL},
    {"a command under a picture", MESSAGE("\"photo\":[],\"caption\":\"/help me\"," CAPTION_COMMAND(5)), "/help me", "help", NULL, "me"},
    {"an entity over no command", MESSAGE("\"text\":\"Сәлем\"," COMMAND(5)), "Сәлем", NULL, NULL, NULL},
    {"an empty command name",     MESSAGE("\"text\":\"/@bot\"," COMMAND(5)), "/@bot", "", "bot", ""},
    {"a text of another type",    MESSAGE("\"text\":7"), NULL, NULL, NULL, NULL},
    {"marks that cannot be seen", MESSAGE("\"text\":\"\\u202aСә\\u200bлем\\u202c\\u0007\""), "Сәлем", NULL, NULL, NULL},
    {"nothing else",              MESSAGE("\"text\":\"\\u2060\""), "", NULL, NULL, NULL},
    {"a command, then marks",     MESSAGE("\"text\":\"/start fl\\u2060at_7\"," COMMAND(6)), "/start flat_7", "start", NULL, "flat_7"},
};
// clang-format on

TEST_ROWS_WHY(message_has_text_and_optionally_a_command, messages)
{
    const struct update_view view = view_of(row->body);

    ck_assert_int_eq(view.about, ABOUT_MESSAGE);
    ck_assert_int_eq(view.chat_id, 5);
    ck_assert(view.is_private && !view.by_bot);
    ck_assert_int_eq(view.language, LANGUAGE_KZ);
    is(view.first_name, "Айгүл");
    is(view.text, row->text);
    is(view.command, row->command);
    is(view.addressee, row->addressee);
    is(view.argument, row->argument);
}

TEST(names_and_phones_cannot_turn_the_direction_of_a_line)
{
    const struct update_view view = view_of("{\"message\":{\"message_id\":1,\"from\":{\"id\":5,"
                                            "\"first_name\":\"Ива\\u202eн\\u2066\"}," CHAT
                                            ",\"contact\":{\"phone_number\":\"\\u202a+"
                                            "77015551234\\u202c\",\"first_name\":\"\\u200fА\"}}}");

    is(view.first_name, "Иван");
    is(view.contact_phone, "+77015551234");
    is(view.contact_name, "А");
}

static const struct {
    const char *tag;
    enum language language;
} tags[] = {
    {"\"kk\"",      LANGUAGE_KZ},
    {"\"kk-KZ\"",   LANGUAGE_KZ},
    {"\"kz\"",      LANGUAGE_KZ},
    {"\"ru\"",      LANGUAGE_RU},
    {"\"en\"",      LANGUAGE_EN},
    {"\"en-GB\"",   LANGUAGE_EN},
    {"\"EN\"",      LANGUAGE_EN},
    {"\"de\"",      LANGUAGE_EN},
    {"\"zh-hans\"", LANGUAGE_EN},
    {"\"tr\"",      LANGUAGE_EN},
    {"\"ko\"",      LANGUAGE_EN},
    {"\"uk\"",      LANGUAGE_RU},
    {"\"BE\"",      LANGUAGE_RU},
    {"\"uz-UZ\"",   LANGUAGE_RU},
    {"\"ka\"",      LANGUAGE_RU},
    {"\"\"",        LANGUAGE_RU},
    {"\"enx\"",     LANGUAGE_EN},
    {"null",        LANGUAGE_RU},
};

static const struct {
    const char *name, *seen; /* NULL: absent */
} names[] = {
    {"Айгүл",          "Айгүл"},
    {"\u3164Айгүл",    "Айгүл"},
    {"😀",                "😀"      },
    {"\u3164",              NULL        },
    {"\u200b\u2060\ufeff",  NULL        },
    {"\u2800 \u115f\u00ad", NULL        },
    {" ",                   NULL        },
    {"",                    NULL        },
};

TEST_ROWS(invisible_name_is_absent, names)
{
    const struct update_view view = view_of(
        textf("{\"message\":{\"from\":{\"first_name\":\"%s\"},\"contact\":{\"phone_number\":\"7\","
              "\"first_name\":\"%s\"}}}",
              row->name, row->name));

    is(view.first_name, row->seen);
    is(view.contact_name, row->seen);
}

TEST(picture_may_belong_to_an_album)
{
    struct update_view view =
        view_of(MESSAGE("\"photo\":[{\"file_id\":\"x\"}],\"media_group_id\":\"13\""));

    ck_assert(view.has_media);
    is(view.album, "13");
    view = view_of(MESSAGE("\"voice\":{\"file_id\":\"x\"}"));
    ck_assert(view.has_media);
    is(view.album, NULL);
    ck_assert(!view_of(MESSAGE("\"text\":\"photo\"")).has_media);
}

/* Whatever a person sends is content, also of a kind that is not known yet. Telegram sends a lone
 * emoji such as a die or a ball as "dice", without a text. */
static const char *const media[] = {
    MESSAGE("\"sticker\":{\"file_id\":\"x\"}"),
    MESSAGE("\"dice\":{\"emoji\":\"\u26bd\",\"value\":3}"),
    MESSAGE("\"poll\":{\"id\":\"1\"}"),
    MESSAGE("\"story\":{\"id\":1}"),
    MESSAGE("\"paid_media\":{\"star_count\":1}"),
    MESSAGE("\"checklist\":{\"title\":\"a\",\"tasks\":[{\"id\":1,\"text\":\"b\"}]}"),
    MESSAGE("\"rich_message\":{\"blocks\":[{\"type\":\"paragraph\",\"text\":\"a\"}]}"),
    MESSAGE("\"game\":{\"title\":\"a\"}"),
    MESSAGE("\"giveaway\":{\"winner_count\":1}"),
    MESSAGE("\"giveaway_winners\":{\"winner_count\":1}"),
    MESSAGE("\"invoice\":{\"title\":\"a\"}"),
    MESSAGE("\"hologram\":{\"file_id\":\"x\"}"),
    MESSAGE("\"hologram\":{\"file_id\":\"x\"},\"forward_origin\":{\"type\":\"user\"}"),
};

TEST_ROWS(medium_without_text_is_noticed, media)
{
    const struct update_view view = view_of(*row);

    ck_assert(view.has_media && !view.is_service);
    is(view.text, NULL);
}

static const char *const services[] = {
    "pinned_message",       "message_auto_delete_timer_changed",
    "write_access_allowed", "chat_background_set",
    "users_shared",         "user_shared",
    "chat_shared",          "successful_payment",
    "refunded_payment",     "gift",
    "unique_gift",          "gift_upgrade_sent",
    "forum_topic_created",  "forum_topic_edited",
    "forum_topic_closed",   "forum_topic_reopened",
    "checklist_tasks_done", "checklist_tasks_added",
    "giveaway_created",     "giveaway_completed",
    "managed_bot_created",  "poll_option_added",
    "poll_option_deleted",  "suggested_post_paid",
    "web_app_data",         "connected_website",
    "video_chat_started",   "community_chat_joined",
};

TEST_ROWS(event_in_the_chat_is_a_service_message, services)
{
    const struct update_view view = view_of(textf(MESSAGE("\"%s\":{\"a\":1}"), *row));

    ck_assert(view.is_service && !view.has_media);
    ck_assert(!view_of(textf(MESSAGE("\"%s\":null,\"text\":\"a\""), *row)).is_service);
}

// clang-format off
#define LOCATION(lat, lon) MESSAGE("\"location\":{\"latitude\":" lat ",\"longitude\":" lon ",\"live_period\":60}")
static const struct {
    const char *why, *body;
    bool is_place;
    double lat, lon;
} locations[] = {
    {"a place",              LOCATION("43.25", "76.9"),       true,  43.25, 76.9},
    {"whole degrees",        LOCATION("-90", "180"),          true,  -90, 180},
    {"a venue",              MESSAGE("\"venue\":{\"title\":\"x\"},\"location\":{\"longitude\":-1e1,\"latitude\":1.5}"), true, 1.5, -10},
    {"beyond the pole",      LOCATION("90.1", "76.9"),        false, 0, 0},
    {"beyond the date line", LOCATION("43.25", "-180.1"),     false, 0, 0},
    {"text",                 LOCATION("\"43.25\"", "76.9"),   false, 0, 0},
    {"null",                 LOCATION("43.25", "null"),       false, 0, 0},
    {"half of one",          MESSAGE("\"location\":{\"latitude\":43.25}"), false, 0, 0},
    {"no object",            MESSAGE("\"location\":[43.25,76.9]"),         false, 0, 0},
    {"none",                 MESSAGE("\"text\":\"location\""),             false, 0, 0},
};
// clang-format on

TEST_ROWS_WHY(location_has_valid_coordinates, locations)
{
    const struct update_view view = view_of(row->body);

    ck_assert(view.has_location == row->is_place);
    ck_assert(!view.has_location ||
              (view.location.lat == row->lat && view.location.lon == row->lon));
}

TEST(contact_has_a_phone_and_optionally_a_user)
{
    struct update_view view = view_of(MESSAGE(
        "\"contact\":{\"phone_number\":\"77012345678\",\"first_name\":\"A\",\"user_id\":5}"));

    is(view.contact_phone, "77012345678");
    ck_assert_int_eq(view.contact_user_id, 5);
    is(view.contact_name, "A");
    is(view.text, NULL);
    view = view_of(MESSAGE("\"contact\":{\"phone_number\":\"+49151\",\"first_name\":\"A\"}"));
    is(view.contact_phone, "+49151");
    ck_assert_int_eq(view.contact_user_id, FIELD_ABSENT);
    view = view_of(MESSAGE("\"contact\":{\"phone_number\":77,\"user_id\":\"5\"}"));
    is(view.contact_phone, NULL);
    ck_assert_int_eq(view.contact_user_id, FIELD_ABSENT);
    view = view_of(MESSAGE("\"text\":\"77012345678\""));
    is(view.contact_phone, NULL);
    ck_assert_int_eq(view.contact_user_id, FIELD_ABSENT);
}

TEST_ROWS(language_code_is_mapped_to_a_supported_language, tags)
{
    ck_assert_msg(
        view_of(textf("{\"message\":{\"from\":{\"language_code\":%s}}}", row->tag)).language ==
            row->language,
        "%s", row->tag);
}

TEST(tap_belongs_to_the_chat_of_its_message)
{
    struct update_view view =
        view_of("{\"callback_query\":{\"id\":\"77\"," FROM ",\"message\":{" CHAT
                ",\"date\":0,\"text\":\"not the person's\"},\"data\":\"a\"}}");

    ck_assert_int_eq(view.about, ABOUT_TAP);
    ck_assert_int_eq(view.chat_id, 5);
    is(view.tap_id, "77");
    is(view.text, NULL);
    view = view_of("{\"callback_query\":{\"id\":\"78\"," FROM ",\"inline_message_id\":\"x\"}}");
    ck_assert_int_eq(view.chat_id, FIELD_ABSENT);
    is(view.tap_id, "78");
}

#define TAP_OF(more)                                                                               \
    "{\"callback_query\":{\"id\":\"77\"," FROM ",\"message\":{\"message_id\":9," CHAT more "}}}"

// clang-format off
#define DOCUMENT(members) MESSAGE("\"document\":{" members "}")
#define LONG_ID "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
static const struct {
    const char *why, *body, *file_id;
    enum update_file file;
} files[] = {
    {"the widest size",      MESSAGE("\"photo\":[{\"file_id\":\"s\",\"width\":90},{\"file_id\":\"l\",\"width\":1280},{\"file_id\":\"m\",\"width\":320}]"), "l", UPDATE_PHOTO},
    {"sizes without width",  MESSAGE("\"photo\":[{\"file_id\":\"x\"},{\"file_id\":\"y\"}]"),       "x",  UPDATE_PHOTO     },
    {"a PDF",                DOCUMENT("\"file_id\":\"BQ-_1\",\"mime_type\":\"application/pdf\""), "BQ-_1", UPDATE_DOCUMENT},
    {"a picture as a file",  DOCUMENT("\"file_id\":\"BQ\",\"mime_type\":\"image/png\""),          "BQ", UPDATE_DOCUMENT  },
    {"an archive",           DOCUMENT("\"file_id\":\"BQ\",\"mime_type\":\"application/zip\""),    "BQ", UPDATE_OTHER_FILE},
    {"an unknown type",      DOCUMENT("\"file_id\":\"BQ\""),                                      "BQ", UPDATE_OTHER_FILE},
    {"the longest file_id",  DOCUMENT("\"file_id\":\"" LONG_ID LONG_ID "\",\"mime_type\":\"image/png\""), LONG_ID LONG_ID, UPDATE_DOCUMENT},
    {"a longer one",         DOCUMENT("\"file_id\":\"" LONG_ID LONG_ID "0\",\"mime_type\":\"image/png\""), NULL, UPDATE_NO_FILE},
    {"other characters",     DOCUMENT("\"file_id\":\"a:b\",\"mime_type\":\"application/pdf\""),    NULL, UPDATE_NO_FILE   },
    {"an empty one",         MESSAGE("\"photo\":[{\"file_id\":\"\"}]"),                            NULL, UPDATE_NO_FILE   },
    {"no size",              MESSAGE("\"photo\":[]"),                                               NULL, UPDATE_NO_FILE   },
    {"no list",              MESSAGE("\"photo\":{\"file_id\":\"x\"}"),                             NULL, UPDATE_NO_FILE   },
    {"an animation",         MESSAGE("\"animation\":{\"file_id\":\"BQ\"},\"document\":{\"file_id\":\"BQ\",\"mime_type\":\"image/gif\"}"), NULL, UPDATE_NO_FILE},
    {"one in a video",       MESSAGE("\"animation\":{\"file_id\":\"BQ\"},\"document\":{\"file_id\":\"BQ\",\"mime_type\":\"video/mp4\"}"), NULL, UPDATE_NO_FILE},
    {"a live photo",         MESSAGE("\"live_photo\":{\"file_id\":\"v\"},\"photo\":[{\"file_id\":\"x\"}]"), "x", UPDATE_PHOTO},
    {"a voice message",      MESSAGE("\"voice\":{\"file_id\":\"x\"}"),                             NULL, UPDATE_NO_FILE   },
    {"a text",               MESSAGE("\"text\":\"photo\""),                                         NULL, UPDATE_NO_FILE   },
};
// clang-format on

TEST_ROWS_WHY(file_is_a_photo_or_a_document, files)
{
    const struct update_view view = view_of(row->body);

    ck_assert(view.file == row->file);
    is(view.file_id, row->file_id);
}

/* Whether the message of a tap can be edited depends on its current content. */
TEST(tap_reports_whether_its_message_is_a_photo_or_a_document)
{
    struct update_view view = view_of(TAP_OF(",\"date\":1,\"photo\":[{\"file_id\":\"x\"}]"));

    ck_assert(view.shows_photo && !view.has_media);
    ck_assert_int_eq(view.message_id, 9);
    ck_assert(view_of(TAP_OF(",\"date\":1,\"document\":{\"file_id\":\"x\"}")).shows_photo);
    view = view_of(TAP_OF(",\"date\":1,\"text\":\"photo\""));
    ck_assert(!view.shows_photo);
    ck_assert_int_eq(view.message_id, 9);
    ck_assert(!view_of(TAP_OF(",\"date\":0")).shows_photo);
    ck_assert(!view_of(MESSAGE("\"photo\":[{\"file_id\":\"x\"}]")).shows_photo);
}

TEST(membership_is_the_new_status_of_the_bot)
{
    const struct update_view view =
        view_of("{\"my_chat_member\":{" CHAT "," FROM ",\"old_chat_member\":{\"status\":\"member\"}"
                ",\"new_chat_member\":{\"status\":\"kicked\"}}}");

    ck_assert_int_eq(view.about, ABOUT_MEMBERSHIP);
    ck_assert_int_eq(view.chat_id, 5);
    is(view.membership, "kicked");
}

static const struct {
    const char *why, *more;
    int64_t from, to;
} moves[] = {
    {"message in the old group", "\"migrate_to_chat_id\":-1005",     5,  -1005},
    {"message in the new group", "\"migrate_from_chat_id\":-5",      -5, 5    },
    {"no number",                "\"migrate_to_chat_id\":\"-1005\"", 0,  0    },
    {"any other message",        "\"text\":\"migrate_to_chat_id\"",  0,  0    },
};

TEST_ROWS_WHY(group_migration_is_read_from_both_messages, moves)
{
    const struct update_view view = view_of(textf(MESSAGE("%s"), row->more));

    ck_assert(view.moved_from == row->from && view.moved_to == row->to);
}

// clang-format off
static const struct {
    const char *why, *reply, *data; /* NULL: absent */
} answered[] = {
    {"no answer",        "\"text\":\"\\\"callback_data\\\": \\\"x\\\"\"",                                                                NULL},
    {"a button",         "\"reply_to_message\":{\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"a\",\"callback_data\":\"go.1\"}]]}}",  "go.1"},
    {"the first of two", "\"reply_to_message\":{\"reply_markup\":{\"inline_keyboard\": [[{\"callback_data\" : \"a\"}],[{\"callback_data\":\"b\"}]]}}", "a"},
    {"a link",           "\"reply_to_message\":{\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"a\",\"url\":\"https://a\"}]]}}",       NULL},
    {"no keyboard",      "\"reply_to_message\":{\"text\":\"callback_data\"}",                                                             NULL},
    {"cut short",        "\"reply_to_message\":{\"reply_markup\":{\"inline_keyboard\":[\"callback_data\"]}}",                               NULL},
    {"no list",          "\"reply_to_message\":{\"reply_markup\":{\"inline_keyboard\":7}}",                                                 NULL},
};
// clang-format on

TEST_ROWS_WHY(answer_has_the_button_of_the_answered_message, answered)
{
    const struct update_view view = view_of(textf(MESSAGE("%s"), row->reply));

    ck_assert_msg((view.answered_data.at == NULL) == (row->data == NULL) &&
                      (row->data == NULL || slice_is(view.answered_data, row->data)),
                  "%.*s", SLICE_ARG(view.answered_data));
}

// clang-format off
static const struct {
    const char *why, *more, *quote, *origin; /* NULL: absent */
} contexts[] = {
    {"neither",                   "\"text\":\"a\"",                                                                     NULL,    NULL},
    {"a quote",                   "\"quote\":{\"text\":\"15:00\",\"position\":0},\"reply_to_message\":{\"text\":\"at 15:00\",\"from\":{\"id\":6}}", "15:00", NULL},
    {"a quote of an own message", "\"quote\":{\"text\":\"15:00\"},\"reply_to_message\":{\"text\":\"at 15:00\",\"from\":{\"id\":5}}", "15:00", NULL},
    {"an own message",            "\"reply_to_message\":{\"text\":\"at 15:00\",\"from\":{\"id\":5}}",                   "at 15:00", NULL},
    {"a message of the bot",      "\"reply_to_message\":{\"text\":\"at 15:00\",\"from\":{\"id\":6}}",                   NULL,    NULL},
    {"a quote from another chat", "\"external_reply\":{},\"quote\":{\"text\":\"15:00\"}",                               "15:00", NULL},
    {"of a user",                 "\"forward_origin\":{\"type\":\"user\",\"sender_user\":{\"id\":8,\"first_name\":\"Айгүл\"}}", NULL, "Айгүл"},
    {"of a hidden user",          "\"forward_origin\":{\"type\":\"hidden_user\",\"sender_user_name\":\"A\"}",             NULL,    "A"},
    {"of a group",                "\"forward_origin\":{\"type\":\"chat\",\"sender_chat\":{\"title\":\"G\"}}",             NULL,    "G"},
    {"of a channel",              "\"forward_origin\":{\"type\":\"channel\",\"chat\":{\"title\":\"C\"},\"message_id\":1}", NULL,  "C"},
};
// clang-format on

TEST_ROWS_WHY(quote_and_origin_are_read, contexts)
{
    const struct update_view view = view_of(textf(MESSAGE("%s"), row->more));

    is(view.quote, row->quote);
    is(view.origin, row->origin);
}

static const struct {
    const char *why, *from;
    bool is_hidden;
} senders[] = {
    {"a person",                   "\"from\":{\"id\":5,\"is_bot\":false}",                                    false},
    {"an anonymous administrator",
     "\"from\":{\"id\":1087968824,\"is_bot\":true},\"sender_chat\":{\"id\":-100}",                            true },
    {"a member as a channel",
     "\"from\":{\"id\":136817688,\"is_bot\":false},\"sender_chat\":{\"id\":-200}",                            true },
    {"a linked channel",           "\"from\":{\"id\":777000,\"is_bot\":false},\"sender_chat\":{\"id\":-200}",
     true                                                                                                          },
    {"a bot",                      "\"from\":{\"id\":6,\"is_bot\":true}",                                     true },
};

TEST_ROWS_WHY(sender_in_the_name_of_a_chat_is_not_known, senders)
{
    const struct update_view view =
        view_of(textf("{\"message\":{%s,\"chat\":{\"id\":-100},\"text\":\"a\"}}", row->from));

    ck_assert(view.by_bot == row->is_hidden);
}

TEST(group_with_topics_is_known)
{
    ck_assert(
        view_of("{\"message\":{\"chat\":{\"id\":-5,\"type\":\"supergroup\",\"is_forum\":true}}}")
            .has_topics);
    ck_assert(!view_of(MESSAGE("\"text\":\"x\"")).has_topics);
}

/* Telegram sends the whole edited message. A command in it is ignored, because it was handled
 * before. */
TEST(edited_message_has_its_newest_text)
{
    const struct update_view view =
        view_of("{\"edited_message\":{\"message_id\":41,\"date\":1770000000," CHAT
                ",\"text\":\"/start\"}}");

    ck_assert_int_eq(view.about, ABOUT_EDIT);
    ck_assert_int_eq(view.message_id, 41);
    ck_assert_int_eq(view.sent_at, INT64_C(1770000000000000));
    ck_assert_slice(view.text, "/start");
    ck_assert_ptr_null(view.command.at);
}

TEST(moved_live_location_has_the_time_of_the_move)
{
    const struct update_view view = view_of(
        "{\"edited_message\":{\"message_id\":41,\"date\":1770000000,\"edit_date\":1770000060," CHAT
        ",\"location\":{\"latitude\":44.12,\"longitude\":77.51,\"live_period\":900}}}");

    ck_assert_int_eq(view.about, ABOUT_EDIT);
    ck_assert(view.has_location && view.location.lat == 44.12 && view.location.lon == 77.51);
    ck_assert_int_eq(view.sent_at, INT64_C(1770000000000000));
    ck_assert_int_eq(view.edited_at, INT64_C(1770000060000000));
}

/* A person answers a rich message that nests as many lists as Telegram allows. */
TEST(answer_to_a_deeply_nested_message_is_read)
{
    AUTO(buf_finish) struct buf body = BUF(8192);
    struct slice text;

    buf_text(&body,
             "{\"update_id\":1,\"message\":{\"text\":\"a\",\"reply_to_message\":{\"rich_message\":"
             "{\"blocks\":[");
    for (int i = 0; i < 16; i++)
        buf_text(&body, "{\"type\":\"list\",\"items\":[{\"blocks\":[");
    for (int i = 0; i < 16; i++)
        buf_text(&body, "]}]}");
    buf_text(&body, "]}}," CHAT "}}");
    ck_assert(buf_keep(&body, &arena, &text, &fault));
    is(view_of(text.at).text, "a");
}

static const char *const others[] = {
    "{}",
    "{\"edited_channel_post\":{" CHAT ",\"text\":\"/start\"}}",
    "{\"channel_post\":{" CHAT ",\"text\":\"/start\"}}",
    "{\"message\":7}",
    "{\"inline_query\":{\"id\":\"1\"," FROM "}}",
};

TEST_ROWS(unsupported_update_is_other, others)
{
    const struct update_view view = view_of(*row);

    ck_assert_int_eq(view.about, ABOUT_OTHER);
    ck_assert_int_eq(view.chat_id, FIELD_ABSENT);
}

TEST(invalid_json_is_a_fault)
{
    struct update_view view;

    ck_assert(!update_view_read(SLICE("{\"message\":"), &arena, &view, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNREADABLE);
}
