// SPDX-License-Identifier: MIT
/* The staff chat: codes, and what staff type there. */
#include "conversation.h"
#include "staff_chat/staff_code.h"

static struct conversation talk;

static void begin(void)
{
    conversation_open(&talk, NULL);
}

static void end(void)
{
    conversation_close(&talk);
}

TEST_CASE("staff", .setup = begin, .teardown = end);

/* --- codes --- */

TEST(codes_differ_and_can_be_read)
{
    char one[STAFF_CODE_LEN + 1], other[STAFF_CODE_LEN + 1];
    uint8_t a[DIGEST_SHA256_LEN], b[DIGEST_SHA256_LEN];

    staff_code_make(one);
    staff_code_make(other);
    ck_assert_str_ne(one, other);
    ck_assert(staff_code_hash(slice_of(one), a) && staff_code_hash(slice_of(other), b));
    ck_assert(!digest_equal(a, b, sizeof a));
}

static const struct {
    const char *typed;
    bool is_good, is_same;
} typed[] = {
    {"K0Q1M9XD",  true,  true },
    {"k0q1m9xd",  true,  true },
    {"kOqIm9Xd",  true,  true },
    {"kolm9xd",   false, false},
    {"K0Q1M9XE",  true,  false},
    {"K0Q1M9XD1", false, false},
    {"K0Q1-9XD",  false, false},
    {"K0Q1U9XD",  false, false},
    {"",          false, false},
};

TEST_ROWS(code_is_read_as_people_type_it, typed)
{
    uint8_t wanted[DIGEST_SHA256_LEN], hash[DIGEST_SHA256_LEN];

    ck_assert(staff_code_hash(SLICE("K0Q1M9XD"), wanted));
    ck_assert_int_eq(staff_code_hash(slice_of(row->typed), hash), row->is_good);
    ck_assert(!row->is_good || digest_equal(hash, wanted, sizeof hash) == row->is_same);
}

/* --- linking --- */

#define CODE    "K0Q1M9XD"
#define ABSENT  SLICE_NONE
#define OUR_BOT SLICE("our_bot")

static bool type(const struct update_view *differs)
{
    static uint8_t hash[DIGEST_SHA256_LEN];
    struct update_view view = *differs;

    ck_assert(staff_code_hash(SLICE(CODE), hash));
    talk.staff.code_hash = (struct slice){(const char *)hash, sizeof hash};
    view.about = ABOUT_MESSAGE;
    view.chat_id = view.is_private ? 7 : -100;
    view.user_id = 7;
    view.message_id = FIELD_ABSENT;
    view.text = SLICE("/staff " CODE);
    view.command = SLICE("staff");
    return conversation_update(&talk, &view);
}

static const struct {
    const char *why;
    struct update_view view;
    const char *name; /* of the member; NULL: nothing is linked */
    const char *says; /* NULL: there is no reply */
} links[] = {
    {"a code",
     {.argument = TEXTS_LITERAL(CODE), .first_name = TEXTS_LITERAL("Айгуль")},
     "Айгуль",                                                                                "Готово, Айгуль."          },
    {"for this bot",
     {.argument = TEXTS_LITERAL(CODE),
      .addressee = TEXTS_LITERAL("Our_Bot"),
      .first_name = TEXTS_LITERAL("A")},
     "A",                                                                                           "Готово, A."                     },
    {"for another bot",
     {.argument = TEXTS_LITERAL(CODE), .addressee = TEXTS_LITERAL("other_bot")},
     NULL,                                                                                          NULL                                   },
    {"another code",        {.argument = TEXTS_LITERAL("K0Q1M9XE")},                          NULL, "Этот код не подходит"},
    {"no code",             {.argument = TEXTS_LITERAL("")},                                  NULL, "Этот код не подходит"},
    {"a private chat",
     {.argument = TEXTS_LITERAL(CODE), .is_private = true},
     NULL,                                                                                          "Я вас не понял"            },
    {"an anonymous one",
     {.argument = TEXTS_LITERAL(CODE), .by_bot = true, .first_name = TEXTS_LITERAL("Group")},
     "Group",                                                                                       "Готово. В этот"            },
    {"no name",
     {.argument = TEXTS_LITERAL(CODE), .first_name = TEXTS_LITERAL(" ")},
     "сотрудник",                                                                          "Готово, сотрудник."    },
    {"a control character",
     {.argument = TEXTS_LITERAL(CODE), .first_name = TEXTS_LITERAL("a\x01")},
     "сотрудник",                                                                          "Готово"                         },
};

TEST_ROWS(code_typed_in_a_group_links_it, links)
{
    ck_assert(type(&row->view));
    ck_assert_msg(slice_equal(talk.output.staff_name, slice_of(row->name)), "%s: %.*s", row->why,
                  SLICE_ARG(talk.output.staff_name));
    ck_assert_uint_eq(talk.output.count, row->says != NULL);
    ck_assert_msg(row->says == NULL || strstr(talk.seen, row->says) != NULL, "%s: %s", row->why,
                  talk.seen);
    ck_assert_msg(row->says == NULL || row->view.is_private || talk.output.confided,
                  "the code is not stored");
}

TEST(without_an_unused_code_nothing_is_linked)
{
    const struct update_view view = {.about = ABOUT_MESSAGE,
                                     .chat_id = -100,
                                     .user_id = 7,
                                     .message_id = FIELD_ABSENT,
                                     .text = SLICE("/staff"),
                                     .command = SLICE("staff"),
                                     .argument = SLICE(CODE)};
    ck_assert(conversation_update(&talk, &view));
    ck_assert_ptr_null(talk.output.staff_name.at);
    ck_assert_ptr_nonnull(strstr(talk.seen, "Этот код не подходит"));
}
