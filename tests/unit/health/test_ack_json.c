// SPDX-License-Identifier: MIT
/* Taps and replies as updates of the Bot API. */
#include "notify/ack_json.h"
#include "support/scratch.h"

TEST_CASE("tap_json");

#define ID "0190a0b0-0000-7000-8000-000000000001"
#define KEYS(d)                                                                                    \
    "\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"x\",\"callback_data\":\"" d "\"}]]}"
#define FROM "\"from\":{\"id\":7,\"is_bot\":false,\"first_name\":\"A\",\"username\":\"ann_k\"}"
#define TAP(data)                                                                                  \
    "{\"update_id\":1,\"callback_query\":{\"id\":\"55\"," FROM                                     \
    ",\"message\":{\"message_id\":9,\"chat\":{\"id\":-100},\"text\":\"t\"},\"data\":\"" data       \
    "\"}}"
#define SAID(text, markup)                                                                         \
    "{\"update_id\":1,\"message\":{\"message_id\":10," FROM                                        \
    ",\"chat\":{\"id\":-100},\"text\":\"" text "\",\"reply_to_message\":{\"message_id\":9," markup \
    "}}}"

// clang-format off
static const struct {
    const char *why, *update;
    bool read, known;
    const char *query;
} cases[] = {
    {"the button",              TAP("ack:" ID),                    true,  true,  "55"},
    {"a foreign button",      TAP("buy:" ID),                    true,  false, "55"},
    {"a truncated button",      TAP("ack:0190a0b0-0000"),          true,  false, "55"},
    {"no uuid",                 TAP("ack:zzzzzzzz-0000-7000-8000-000000000001"), true, false, "55"},
    {"ok",                      SAID("ok", KEYS("ack:" ID)),       true,  true,  ""},
    {"in capitals",             SAID(" OK! ", KEYS("ack:" ID)),    true,  true,  ""},
    {"in Russian",              SAID("Ок", KEYS("ack:" ID)),       true,  true,  ""},
    {"taken",                   SAID("Принял.", KEYS("ack:" ID)),  true,  true,  ""},
    {"other words",             SAID("ok?", KEYS("ack:" ID)),      false, false, ""},
    {"nothing",                 SAID("", KEYS("ack:" ID)),         false, false, ""},
    {"a reply to another message",      SAID("ok", KEYS("buy:" ID)),       false, false, ""},
    {"a reply to a message without buttons",  SAID("ok", "\"text\":\"t\""),      false, false, ""},
    {"a reply without an incident", "{\"message\":{\"message_id\":1,\"chat\":{\"id\":1},\"text\":\"ok\"}}", false, false, ""},
    {"another kind",            "{\"update_id\":1,\"poll\":{}}",   false, false, ""},
    {"no JSON",                 "{\"update_id\":",                 false, false, ""},
    {"a tap without an id",     "{\"callback_query\":{\"data\":\"ack:" ID "\"}}", false, false, ""},
};
// clang-format on

TEST_ROWS_WHY(update_is_tap_reply_or_neither, cases)
{
    struct ack ack;
    char id[UUID_TEXT_LEN + 1];

    const bool read = ack_read_update(slice_of(row->update), &arena, &ack);
    ck_assert(read == row->read);
    if (read) {
        ck_assert_str_eq(ack.who, "telegram:7 @ann_k");
        ck_assert_int_eq(ack.chat_id, -100);
        ck_assert_int_eq(ack.message_id, 9);
        ck_assert_slice(ack.query_id, row->query);
        ck_assert(uuid_is_nil(&ack.incident) != row->known);
        uuid_format(&ack.incident, id);
        if (row->known)
            ck_assert_str_eq(id, ID);
    }
}

TEST(button_data_fits_limit_and_is_read_back)
{
    struct uuid id;

    ck_assert(uuid_parse(SLICE(ID), &id));
    ack_put_button(&id, &scratch);
    ck_assert_str_eq(scratch_text(),
                     ",\"reply_markup\":{\"inline_keyboard\":[[{\"text\":\"Принял\","
                     "\"callback_data\":\"ack:" ID "\"}]]}");
    ck_assert_uint_le(strlen("ack:" ID), 64); /* Bot API, InlineKeyboardButton */
}
