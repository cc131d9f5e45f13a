// SPDX-License-Identifier: MIT
/* Replies to updates that cannot be stored, and their frequency. */
#include <jansson.h>

#include "base/auto.h"

#include "outage_replies/outage_reply.h"
#include "support/json_at.h"
#include "support/test.h"
#include "telegram/text.h"
#include "texts/texts.h"

TEST_CASE("pausing");

enum { NOW_S = 1800000000 };
#define SENT(ago_s) ((NOW_S - (ago_s)) * US_PER_S)

static const struct uuid bot = {.bytes = {1}}, other_bot = {.bytes = {2}};

static struct update_view tap(const char *id)
{
    return (struct update_view){
        .about = ABOUT_TAP, .chat_id = 5, .is_private = true, .tap_id = slice_of(id)};
}

static struct update_view text(int64_t chat_id)
{
    return (struct update_view){
        .about = ABOUT_MESSAGE, .chat_id = chat_id, .is_private = true, .sent_at = SENT(60)};
}

static bool paused(const struct uuid *bot_id, const struct update_view *view,
                   struct outage_reply *out, json_t **body)
{
    AUTO(buf_finish) struct buf buf = BUF(OUTAGE_REPLY_BODY_MAX);
    const bool any = outage_reply_make(bot_id, view, SENT(0), texts_built_in(), out, &buf);

    *body = any ? json_loadb(buf.data, buf.len, 0, NULL) : NULL;
    ck_assert(any == (*body != NULL));
    return any;
}

static uint64_t key_of(const struct uuid *bot_id, struct update_view view)
{
    struct outage_reply reply;
    json_t *body;

    ck_assert(paused(bot_id, &view, &reply, &body));
    json_decref(body);
    return reply.key;
}

TEST_LOOP(callback_query_is_answered_in_every_language, 0, LANGUAGE_KZ + 1)
{
    struct update_view view = tap("7\"7");
    struct outage_reply reply;
    json_t *body;

    view.language = (enum language)_i;
    view.is_private = false;
    ck_assert(paused(&bot, &view, &reply, &body));
    ck_assert_str_eq(reply.method, "answerCallbackQuery");
    ck_assert(!reply.is_text);
    ck_text(body, "callback_query_id", "7\"7");
    const struct slice said = slice_of(text_at(body, "text"));
    ck_assert_uint_gt(said.len, 0);
    ck_assert_uint_eq(telegram_text_cut(said, 200), said.len); /* Bot API: 0-200 characters */
    json_decref(body);
}

TEST_LOOP(private_chat_is_answered_in_every_language, 0, LANGUAGE_KZ + 1)
{
    static const char *const words[] = {
        [LANGUAGE_RU] = "базой", [LANGUAGE_EN] = "database", [LANGUAGE_KZ] = "Дерекқор"};
    struct update_view view = text(INT64_C(-7000000001));
    struct outage_reply reply;
    json_t *body;

    view.language = (enum language)_i;
    ck_assert(paused(&bot, &view, &reply, &body));
    ck_assert_str_eq(reply.method, "sendMessage");
    ck_assert(reply.is_text);
    ck_number(body, "chat_id", INT64_C(-7000000001));
    ck_has(text_at(body, "text"), words[_i]);
    json_decref(body);
}

static const struct {
    const char *why;
    struct update_view view;
} silent[] = {
    {"a group",           {.about = ABOUT_MESSAGE, .chat_id = -5, .sent_at = SENT(0)}         },
    {"another bot",
     {.about = ABOUT_MESSAGE,
      .chat_id = 5,
      .is_private = true,
      .by_bot = true,
      .sent_at = SENT(0)}                                                                     },
    {"a service message",
     {.about = ABOUT_MESSAGE,
      .chat_id = 5,
      .is_private = true,
      .is_service = true,
      .sent_at = SENT(0)}                                                                     },
    {"an old message",
     {.about = ABOUT_MESSAGE, .chat_id = 5, .is_private = true, .sent_at = SENT(61)}          },
    {"no chat",
     {.about = ABOUT_MESSAGE, .chat_id = FIELD_ABSENT, .is_private = true, .sent_at = SENT(0)}},
    {"a tap without id",  {.about = ABOUT_TAP, .chat_id = 5, .is_private = true}              },
    {"a membership",      {.about = ABOUT_MEMBERSHIP, .chat_id = 5, .is_private = true}       },
    {"anything else",     {.about = ABOUT_OTHER, .chat_id = 5, .is_private = true}            },
};

TEST_ROWS_WHY(other_updates_get_no_reply, silent)
{
    struct outage_reply reply;
    json_t *body;

    ck_assert(!paused(&bot, &row->view, &reply, &body));
}

TEST(key_identifies_a_callback_query_or_a_chat_of_a_bot)
{
    ck_assert_uint_eq(key_of(&bot, text(5)), key_of(&bot, text(5)));
    ck_assert_uint_ne(key_of(&bot, text(5)), key_of(&bot, text(6)));
    ck_assert_uint_ne(key_of(&bot, text(5)), key_of(&other_bot, text(5)));
    ck_assert_uint_eq(key_of(&bot, tap("5")), key_of(&bot, tap("5")));
    ck_assert_uint_ne(key_of(&bot, tap("5")), key_of(&bot, tap("6")));
    ck_assert_uint_ne(key_of(&bot, tap("5")), key_of(&bot, text(5)));
}

TEST(key_is_not_reused_before_its_time)
{
    static struct outage_reply_keys recent;

    ck_assert(outage_reply_keys_add_if_absent(&recent, 7, 1000, 60000));
    ck_assert(!outage_reply_keys_add_if_absent(&recent, 7, 1000, 60000));
    ck_assert(!outage_reply_keys_add_if_absent(&recent, 7, 60999, 60000));
    ck_assert(outage_reply_keys_add_if_absent(&recent, 8, 60999, 60000));
    ck_assert(outage_reply_keys_add_if_absent(&recent, 7, 61000, 60000));
    ck_assert(!outage_reply_keys_add_if_absent(&recent, 7, 61001, 60000));
}

/* Keys of one bucket: the first ones are stored, further ones are refused. */
TEST(full_table_adds_nothing_and_forgets_nothing)
{
    static struct outage_reply_keys recent;

    for (uint64_t i = 0; i < OUTAGE_REPLY_KEYS_BUCKET; i++)
        ck_assert(outage_reply_keys_add_if_absent(&recent, i * OUTAGE_REPLY_KEYS_MAX, 1000, 60000));
    ck_assert(!outage_reply_keys_add_if_absent(
        &recent, OUTAGE_REPLY_KEYS_BUCKET * OUTAGE_REPLY_KEYS_MAX, 1000, 60000));
    for (uint64_t i = 0; i < OUTAGE_REPLY_KEYS_BUCKET; i++)
        ck_assert(
            !outage_reply_keys_add_if_absent(&recent, i * OUTAGE_REPLY_KEYS_MAX, 60999, 60000));
    ck_assert(outage_reply_keys_add_if_absent(
        &recent, OUTAGE_REPLY_KEYS_BUCKET * OUTAGE_REPLY_KEYS_MAX, 61000, 60000));
    int many = 0;
    for (uint64_t i = 0; i < OUTAGE_REPLY_KEYS_MAX; i++)
        many += outage_reply_keys_add_if_absent(&recent, i, 200000, 60000);
    ck_assert_int_eq(many, OUTAGE_REPLY_KEYS_MAX);
}
