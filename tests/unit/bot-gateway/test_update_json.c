// SPDX-License-Identifier: MIT
/* Reading of updates, and of unreadable bodies. */
#include "json/fields.h"

#include "inbox/inbox_json.h"
#include "support/scratch.h"

TEST_CASE("update");

#define NONE FIELD_ABSENT

static const struct {
    const char *why, *body, *kind;
    int64_t update_id, chat_id, user_id;
    bool broken;
} bodies[] = {
    {"a message",
     "{\"update_id\":7,\"message\":{\"message_id\":1,\"from\":{\"id\":5},\"chat\":{\"id\":-100},"
     "\"text\":\"x\"}}",                                                                                                         "message",          7,         -100,       5,    false},
    {"a message of a channel has no sender",
     "{\"update_id\":7,\"channel_post\":{\"chat\":{\"id\":-9}}}",                                                                "channel_post",     7,         -9,         NONE,
     false                                                                                                                                                                             },
    {"a tap is in the chat of its message",
     "{\"update_id\":8,\"callback_query\":{\"id\":\"1\",\"from\":{\"id\":5},\"message\":{\"date\":"
     "0,\"chat\":{\"id\":6}},\"data\":\"a\"}}",                                                                                  "callback_query",   8,         6,          5,    false},
    {"a tap on an inline message has no chat",
     "{\"update_id\":8,\"callback_query\":{\"id\":\"1\",\"from\":{\"id\":5},\"inline_message_id\":"
     "\"z\"}}",                                                                                                                  "callback_query",   8,         NONE,       5,    false},
    {"blocked",                                "{\"update_id\":9,\"my_chat_member\":{\"chat\":{\"id\":5},\"from\":{\"id\":5}}}",
     "my_chat_member",                                                                                                                               9,         5,          5,    false},
    {"a reaction names a user",
     "{\"update_id\":9,\"message_reaction\":{\"chat\":{\"id\":5},\"user\":{\"id\":6}}}",                                         "message_reaction", 9,         5,          6,    false},
    {"a poll has neither chat nor user",       "{\"update_id\":9,\"poll\":{\"id\":\"1\"}}",                                      "poll",             9,
     NONE,                                                                                                                                                                  NONE, false},
    {"a future kind of update",                "{\"update_id\":10,\"brain_wave\":{\"from\":{\"id\":5}}}",                        "other",
     10,                                                                                                                                                        NONE,       NONE, false},
    {"no kind",                                "{\"update_id\":10}",                                                             "other",            10,        NONE,       NONE, false},
    {"the id after other members",             "{\"message\":{\"chat\":{\"id\":1}},\"update_id\":11}",
     "message",                                                                                                                                      11,        1,          NONE, false},
    {"members of other types",
     "{\"update_id\":12,\"message\":{\"from\":\"x\",\"chat\":{\"id\":\"1\"}}}",                                                  "message",          12,        NONE,
     NONE,                                                                                                                                                                        false},
    {"52 bits and more",
     "{\"update_id\":9223372036854775807,\"message\":{\"chat\":{\"id\":-9223372036854775807}}}",                                 "message",          INT64_MAX, -INT64_MAX, NONE, false},
    {"half an update",                         "{\"update_id\":13,\"message\":{\"chat\":{\"id\":1}",                             "unreadable",       13,        NONE,
     NONE,                                                                                                                                                                        true },
    {"invalid JSON after the id",              "{\"update_id\":14,oops",                                                         "unreadable",       14,        NONE,       NONE, true },
    {"no JSON",                                "hello",                                                                          "unreadable",       NONE,      NONE,       NONE, true },
    {"nothing",                                "",                                                                               "unreadable",       NONE,      NONE,       NONE, true },
    {"no object",                              "[1]",                                                                            "unreadable",       NONE,      NONE,       NONE, true },
    {"no id",                                  "{\"message\":{\"chat\":{\"id\":1}}}",                                            "unreadable",       NONE,      NONE,       NONE, true },
    {"an invalid id",                          "{\"update_id\":\"15\",\"message\":{}}",                                          "unreadable",       NONE,      NONE,       NONE,
     true                                                                                                                                                                              },
    {"bytes that are no text",
     "{\"update_id\":16,\"message\":{\"text\":\"\xff\xfe\",\"chat\":{\"id\":1}}}",                                               "message",          16,        1,
     NONE,                                                                                                                                                                        false},
};

static struct update reading(struct slice body, bool cut)
{
    struct update update;
    ck_assert(update_read_body(body, cut, &arena, &update, &fault));
    return update;
}

TEST_ROWS_WHY(update_is_read_as_far_as_possible, bodies)
{
    const struct slice body = slice_of(row->body);
    const struct update update = reading(body, false);
    ck_assert_slice(update.kind, row->kind);
    ck_assert_int_eq(update.update_id, row->update_id);
    ck_assert_msg(update.chat_id == row->chat_id, "chat %lld", (long long)update.chat_id);
    ck_assert_msg(update.user_id == row->user_id, "user %lld", (long long)update.user_id);
    ck_assert(update.broken == row->broken);
    ck_assert(slice_equal(update.body, body) && !update.body_cut);
}

TEST(cut_body_keeps_its_beginning_and_id)
{
    static char text[UPDATE_BODY_MAX];
    memset(text, ' ', sizeof text);
    memcpy(text, "{\"update_id\":21,", 16);
    const struct update update = reading((struct slice){text, sizeof text}, true);
    ck_assert(update.broken && update.body_cut);
    ck_assert_int_eq(update.update_id, 21);
    ck_assert_uint_eq(update.body.len, UPDATE_STUB_MAX);
    ck_assert_ptr_eq(update.body.at, text);
}

#define LEADING(literal, n)                                                                        \
    {                                                                                              \
        {(literal), sizeof(literal) - 1}, (n)                                                      \
    }

static const struct {
    struct slice text;
    int64_t id; /* NONE: there is none */
} leadings[] = {
    LEADING("{\"update_id\":873265412,\n\"message\":{\"mess", 873265412),
    LEADING("{\"update_id\":5}", 5),
    LEADING(" \r\n\t{ \"update_id\" : -5 \xff", -5),
    LEADING("{\"update_id\":9223372036854775807,", INT64_MAX),
    LEADING("{\"update_id\":9223372036854775808,", NONE),
    LEADING("{\"update_id\":5", NONE),
    LEADING("{\"update_id\":5.0,", NONE),
    LEADING("{\"update_id\":\"5\",", NONE),
    LEADING("{\"update_id\":5]", NONE),
    LEADING("{\"update_id\":5\0", NONE),
    LEADING("{\"update_id\":", NONE),
    LEADING("{\"update_id\":-,", NONE),
    LEADING("{\"update_id", NONE),
    LEADING("{\"update_idx\":5,", NONE),
    LEADING("{\"message\":{},\"update_id\":5}", NONE),
    LEADING("[{\"update_id\":5}]", NONE),
    LEADING("\"update_id\":5,", NONE),
    LEADING("", NONE),
};

TEST_ROWS(leading_id_of_a_cut_body_is_found, leadings)
{
    ck_assert_int_eq(reading(row->text, true).update_id, row->id);
}

TEST(broken_bodies_differ_by_their_hash)
{
    const struct update a = reading(SLICE("{\"update_id\":1,oops"), false);
    const struct update b = reading(SLICE("{\"update_id\":1,oops!"), false);
    const struct update c = reading(SLICE("{\"update_id\":1,oops"), false);
    ck_assert_mem_ne(a.broken_key, b.broken_key, sizeof a.broken_key);
    ck_assert_mem_eq(a.broken_key, c.broken_key, sizeof a.broken_key);
}
