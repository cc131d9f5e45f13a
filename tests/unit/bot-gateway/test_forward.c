// SPDX-License-Identifier: MIT
/* Which updates match a forward. */
#include "outgoing_webhooks/forwards_json.h"
#include "support/scratch.h"

TEST_CASE("forward");

#define MESSAGE(text) "{\"update_id\":1,\"message\":{\"chat\":{\"id\":5},\"text\":\"" text "\"}}"
#define PHOTO                                                                                      \
    "{\"message\":{\"photo\":[{\"file_id\":\"A\"}],\"caption\":\"/pay 7\"},\"update_id\":1}"
#define TAP(data)                                                                                  \
    "{\"update_id\":1,\"callback_query\":{\"message\":{\"text\":\"Where to?\"},\"data\":\"" data   \
    "\"}}"

// clang-format off
static const struct {
    const char *why;
    const char *match; /* NULL: none */
    const char *kind;
    int64_t chat_id;
    const char *body;
    bool fits;
} cases[] = {
    {"no match", NULL, "message", 5, MESSAGE("hi"), true},
    {"an empty match", "{}", "poll", FIELD_ABSENT, "{\"poll\":{}}", true},
    {"a kind", "{\"kinds\":[\"message\"]}", "message", 5, MESSAGE("hi"), true},
    {"one of kinds", "{\"kinds\":[\"poll\",\"message\"]}", "message", 5, MESSAGE("hi"), true},
    {"another kind", "{\"kinds\":[\"edited_message\"]}", "message", 5, MESSAGE("hi"), false},
    {"a future kind of update", "{\"kinds\":[\"other\"]}", "other", FIELD_ABSENT, "{\"to_come\":{}}", true},
    {"a chat", "{\"chat_ids\":[7,-100500]}", "message", -100500, MESSAGE("hi"), true},
    {"another chat", "{\"chat_ids\":[7]}", "message", 5, MESSAGE("hi"), false},
    {"no chat", "{\"chat_ids\":[7]}", "poll", FIELD_ABSENT, "{\"poll\":{}}", false},
    {"a command", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/start"), true},
    {"with an argument", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/start abc"), true},
    {"and a line", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/start\\nabc"), true},
    {"in capitals", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/START"), true},
    {"for this bot", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/start@Our_Bot x"), true},
    {"for another bot", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/start@their_bot"), false},
    {"one that begins so", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/started"), false},
    {"its beginning", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/star"), false},
    {"further on", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("say /start"), false},
    {"without a slash", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("start"), false},
    {"a slash alone", "{\"commands\":[\"start\"]}", "message", 5, MESSAGE("/"), false},
    {"below a picture", "{\"commands\":[\"pay\"]}", "message", 5, PHOTO, true},
    {"no text", "{\"commands\":[\"start\"]}", "message", 5, "{\"message\":{}}", false},
    {"a tap is no command", "{\"commands\":[\"start\"]}", "callback_query", 5, TAP("/start"), false},
    {"a tap", "{\"kinds\":[\"callback_query\"]}", "callback_query", 5, TAP("a:go"), true},
    {"the data of a tap", "{\"text_prefix\":\"a:\"}", "callback_query", 5, TAP("a:go"), true},
    {"not the text above it", "{\"text_prefix\":\"Where\"}", "callback_query", 5, TAP("a:go"), false},
    {"a beginning", "{\"text_prefix\":\"\xd0\xa1\xd3\x99\"}", "message", 5, MESSAGE("\xd0\xa1\xd3\x99\xd0\xbb\xd0\xb5\xd0\xbc"), true},
    {"all of it", "{\"text_prefix\":\"hi\"}", "message", 5, MESSAGE("hi"), true},
    {"in capitals it is another", "{\"text_prefix\":\"Hi\"}", "message", 5, MESSAGE("hi"), false},
    {"a shorter text", "{\"text_prefix\":\"hi there\"}", "message", 5, MESSAGE("hi"), false},
    {"what is written otherwise", "{\"text_prefix\":\"hi\"}", "message", 5, MESSAGE("\\u0068\\u0069!"), true},
    {"a post of a channel", "{\"text_prefix\":\"hi\"}", "channel_post", 5, "{\"channel_post\":{\"text\":\"hi\"}}", true},
    {"all that is asked", "{\"kinds\":[\"message\"],\"chat_ids\":[5],\"commands\":[\"start\"],\"text_prefix\":\"/start a\"}", "message", 5, MESSAGE("/start abc"), true},
    {"all but one", "{\"kinds\":[\"message\"],\"chat_ids\":[6],\"commands\":[\"start\"],\"text_prefix\":\"/start a\"}", "message", 5, MESSAGE("/start abc"), false},
};
// clang-format on

TEST_ROWS_WHY(update_must_match_all_members, cases)
{
    struct forward_subject seen = {
        .kind = slice_of(row->kind), .chat_id = row->chat_id, .botname = SLICE("our_bot")};
    struct forward_match match;

    fields_clear(&forward_match_fields, &match);
    ck_assert(row->match == NULL || fields_decode(&forward_match_fields, slice_of(row->match),
                                                  false, &match, NULL, &arena, &fault));
    ck_assert(forward_subject_read_text(slice_of(row->body), &arena, &seen, &fault));
    ck_assert(forward_matches(&match, &seen) == row->fits);
}

TEST(bot_without_username_matches_commands_for_any_bot)
{
    const struct slice start[] = {SLICE("start")};
    const struct forward_match match = {
        .commands = {start, 1, {NULL, 0}}
    };
    const struct forward_subject seen = {.text = SLICE("/start@some_bot")};

    ck_assert(forward_matches(&match, &seen));
}

#define REST ",\"url\":\"https://a.kz/x\",\"secret\":\"whsec_x\"}"

// clang-format off
static const struct {
    const char *body;
    const char *field, *code; /* NULL: valid */
} bodies[] = {
    {"{\"bot\":\"a\"" REST, NULL, NULL},
    {"{\"bot\":\"a\",\"match\":null" REST, NULL, NULL},
    {"{\"bot\":\"a\",\"match\":{\"kinds\":[\"message\",\"removed_chat_boost\",\"other\"],\"commands\":[\"pay_now\"],\"chat_ids\":[-1],\"text_prefix\":\"x\"}" REST, NULL, NULL},
    {"{\"bot\":\"a\",\"match\":{\"kinds\":[\"message\",\"messages\"]}" REST, "match/kinds/1", "unknown_value"},
    {"{\"bot\":\"a\",\"match\":{\"kinds\":[\"message_reaction\"]}" REST, "match/kinds/0", "unknown_value"},
    {"{\"bot\":\"a\",\"match\":{\"kinds\":[\"chat_member\"]}" REST, "match/kinds/0", "unknown_value"},
    {"{\"bot\":\"a\",\"match\":{\"kinds\":[]}" REST, "match/kinds", "too_short"},
    {"{\"bot\":\"a\",\"match\":{\"kinds\":[\"Message\"]}" REST, "match/kinds/0", "bad_slug"},
    {"{\"bot\":\"a\",\"match\":{\"commands\":[\"pay-now\"]}" REST, "match/commands/0", "bad_slug"},
    {"{\"bot\":\"a\",\"match\":{\"commands\":[\"/pay\"]}" REST, "match/commands/0", "bad_slug"},
    {"{\"bot\":\"a\",\"match\":{\"commands\":[\"a23456789012345678901234567890123\"]}" REST, "match/commands/0", "bad_slug"},
    {"{\"bot\":\"a\",\"match\":{\"chat_ids\":[\"7\"]}" REST, "match/chat_ids/0", "wrong_type"},
    {"{\"bot\":\"a\",\"match\":{\"chat_ids\":[]}" REST, "match/chat_ids", "too_short"},
    {"{\"bot\":\"a\",\"match\":{\"text_prefix\":\" \"}" REST, "match/text_prefix", "blank"},
    {"{\"bot\":\"a\",\"match\":{\"words\":[]}" REST, "match/words", "unknown_field"},
    {"{\"bot\":\"a\",\"match\":[]" REST, "match", "wrong_type"},
};
// clang-format on

TEST_ROWS(problems_of_a_match_name_their_field, bodies)
{
    struct forward_new wanted;

    fields_clear(&forward_new_fields, &wanted);
    struct fault_list problems;
    fault_list_init(&problems, &arena);
    bool good = fields_decode(&forward_new_fields, slice_of(row->body), false, &wanted, NULL,
                              &arena, &fault);
    if (good) {
        forward_match_check(&wanted.match, &problems);
        good = fault_list_ok(&problems, &fault);
    }
    ck_assert_msg(good == (row->field == NULL), "%s", row->body);
    if (good)
        return;
    ck_assert_uint_eq(fault.field_count, 1);
    ck_assert_str_eq(fault.fields[0].field, row->field);
    ck_assert_str_eq(fault.fields[0].code, row->code);
}
