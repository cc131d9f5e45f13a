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

// clang-format off
/* Who and where each kind is about (Bot API, Update). */
static const struct {
    const char *kind, *members;
    int64_t chat_id, user_id;
} kinds[] = {
    {"message",                    "\"from\":{\"id\":5},\"chat\":{\"id\":-9,\"type\":\"group\"}",   -9,   5   },
    {"edited_message",             "\"from\":{\"id\":5},\"chat\":{\"id\":5,\"type\":\"private\"}",  5,    5   },
    {"channel_post",               "\"chat\":{\"id\":-9,\"type\":\"channel\"}",                      -9,   NONE},
    {"edited_channel_post",        "\"chat\":{\"id\":-9,\"type\":\"channel\"}",                      -9,   NONE},
    {"business_connection",        "\"user\":{\"id\":5},\"user_chat_id\":5",                         NONE, 5   },
    {"business_message",           "\"from\":{\"id\":5},\"chat\":{\"id\":5,\"type\":\"private\"}",  5,    5   },
    {"edited_business_message",    "\"from\":{\"id\":5},\"chat\":{\"id\":5,\"type\":\"private\"}",  5,    5   },
    {"deleted_business_messages",  "\"chat\":{\"id\":5,\"type\":\"private\"},\"message_ids\":[1]",   5,    5   },
    {"guest_message",              "\"from\":{\"id\":5},\"chat\":{\"id\":6,\"type\":\"private\"}",  6,    5   },
    {"message_reaction",           "\"user\":{\"id\":5},\"chat\":{\"id\":-9,\"type\":\"group\"}",   -9,   5   },
    {"message_reaction",           "\"actor_chat\":{\"id\":-8},\"chat\":{\"id\":-9}",              -9,   NONE},
    {"message_reaction_count",     "\"chat\":{\"id\":-9,\"type\":\"group\"}",                        -9,   NONE},
    {"inline_query",               "\"from\":{\"id\":5},\"query\":\"a\"",                            NONE, 5   },
    {"chosen_inline_result",       "\"from\":{\"id\":5}",                                            NONE, 5   },
    {"callback_query",             "\"from\":{\"id\":5},\"message\":{\"date\":0,\"chat\":{\"id\":6}}",  6,    5   },
    {"callback_query",             "\"from\":{\"id\":5},\"inline_message_id\":\"z\"",                NONE, 5   },
    {"shipping_query",             "\"from\":{\"id\":5}",                                            NONE, 5   },
    {"pre_checkout_query",         "\"from\":{\"id\":5}",                                            NONE, 5   },
    {"purchased_paid_media",       "\"from\":{\"id\":5}",                                            NONE, 5   },
    {"poll",                       "\"id\":\"1\"",                                                   NONE, NONE},
    {"poll_answer",                "\"user\":{\"id\":5},\"poll_id\":\"1\"",                          NONE, 5   },
    {"my_chat_member",             "\"from\":{\"id\":5},\"chat\":{\"id\":5,\"type\":\"private\"}",  5,    5   },
    {"chat_member",                "\"from\":{\"id\":5},\"chat\":{\"id\":-9}",                     -9,   5   },
    {"chat_join_request",          "\"from\":{\"id\":5},\"user_chat_id\":5,\"chat\":{\"id\":-9}",  -9,   5   },
    {"chat_boost",                 "\"chat\":{\"id\":-9},\"boost\":{\"source\":{\"user\":{\"id\":5}}}", -9, 5 },
    {"removed_chat_boost",         "\"chat\":{\"id\":-9},\"source\":{\"user\":{\"id\":5}}",          -9,   5   },
    {"managed_bot",                "\"user\":{\"id\":5},\"bot\":{\"id\":6}",                       NONE, 5   },
    {"subscription",               "\"user\":{\"id\":5},\"state\":\"canceled\"",                     NONE, 5   },
    {"stopped_message_generation", "\"chat\":{\"id\":5,\"type\":\"private\"},\"draft_id\":1",        5,    5   },
    {"-",                          "\"-\":5",                                                        NONE, NONE},
};
// clang-format on

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

TEST_ROWS(user_and_chat_of_each_kind_are_known, kinds)
{
    const char *body = textf("{\"update_id\":7,\"%s\":{%s}}", row->kind, row->members);
    const struct update update = reading(slice_of(body), false);

    ck_assert_slice(update.kind, strcmp(row->kind, "-") == 0 ? "other" : row->kind);
    ck_assert_msg(update.chat_id == row->chat_id, "chat %lld", (long long)update.chat_id);
    ck_assert_msg(update.user_id == row->user_id, "user %lld", (long long)update.user_id);
}

static const char *const asked[] = {"message", "callback_query", "chat_boost", "other"};
static const char *const unasked[] = {"message_reaction", "chat_member",
                                      "guest_message",    "managed_bot",
                                      "subscription",     "stopped_message_generation"};

TEST(unused_kinds_are_not_requested)
{
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        ck_assert(update_kind_is_requested(slice_of(asked[i])));
    for (size_t i = 0; i < ARRAY_LEN(unasked); i++) {
        ck_assert(!update_kind_is_requested(slice_of(unasked[i])));
        ck_assert_ptr_null(strstr(update_kinds_asked, textf("\"%s\"", unasked[i])));
    }
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
