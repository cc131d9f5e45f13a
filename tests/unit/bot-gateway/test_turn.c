// SPDX-License-Identifier: MIT
/* What bots answer, and in which language. */
#include <check.h>

#include "dialogues/texts.h"
#include "dialogues/turn.h"
#include "telegram/text.h"
#include "unit/base/suite.h"

static struct arena arena;

static void setup(void)
{
    arena_init(&arena, 256 * 1024);
}

static void teardown(void)
{
    arena_finish(&arena);
}

static struct turn_output step(const struct turn_input *input)
{
    struct turn_output out;
    struct fault fault = {.code = ""};
    ck_assert_msg(turn_step(input, &arena, &out, &fault), "%s", fault.code);
    return out;
}

#define ABSENT                                                                                     \
    {                                                                                              \
        NULL, 0                                                                                    \
    }
#define S(text) TEXTS_LITERAL(text)

// clang-format off
static const struct {
    const char *why;
    bool in_group, by_bot;
    struct slice text, command, addressee;
    const char *said; /* a piece of the answer; NULL: none */
} messages[] = {
    {"/start",                       false, false, S("/start"), S("start"), ABSENT, "Здравствуйте"},
    {"/START",                       false, false, S("/START"), S("START"), ABSENT, "Здравствуйте"},
    {"/help",                        false, false, S("/help"),  S("help"),  ABSENT, "две команды"},
    {"a command to come",            false, false, S("/book"),  S("book"),  ABSENT, "Спасибо"},
    {"half a command",               false, false, S("/star"),  S("star"),  ABSENT, "Спасибо"},
    {"no command",                   false, false, S("/"),      S(""),      ABSENT, "Спасибо"},
    {"words",                        false, false, S("Hi"),     ABSENT,     ABSENT, "Спасибо"},
    {"a picture",                    false, false, ABSENT,      ABSENT,     ABSENT, NULL},
    {"another bot",                  false, true,  S("/start"), S("start"), ABSENT, NULL},
    {"words in a group",             true,  false, S("Hi"),     ABSENT,     ABSENT, NULL},
    {"a command in a group",         true,  false, S("/start"), S("start"), ABSENT, NULL},
    {"another's command in a group", true,  false, S("/start"), S("start"), S("other_bot"), NULL},
    {"our command in a group",       true,  false, S("/start"), S("start"), S("Our_Bot"), "Здравствуйте"},
    {"at home names do not matter",  false, false, S("/start"), S("start"), S("x"), "Здравствуйте"},
};
// clang-format on

START_TEST(a_message_is_answered_where_it_is_for_the_bot)
{
    struct turn_input input = {
        .update = {.about = ABOUT_MESSAGE,
                   .chat_id = 5,
                   .is_private = !messages[_i].in_group,
                   .by_bot = messages[_i].by_bot,
                   .text = messages[_i].text,
                   .command = messages[_i].command,
                   .addressee = messages[_i].addressee},
        .username = SLICE("our_bot")
    };
    const struct turn_output out = step(&input);
    ck_assert_int_eq(out.reach, TURN_REACHABLE);
    ck_assert_msg(out.count == (messages[_i].said != NULL), "%s", messages[_i].why);
    if (out.count > 0) {
        ck_assert_int_eq(out.replies[0].kind, TURN_TEXT);
        ck_assert_msg(strstr(out.replies[0].text.at, messages[_i].said) != NULL, "%s: %s",
                      messages[_i].why, out.replies[0].text.at);
    }
    input.username = (struct slice){NULL, 0};
    if (messages[_i].in_group)
        ck_assert_uint_eq(step(&input).count, 0);
}
END_TEST

static struct slice greeting(struct slice name, enum language language)
{
    const struct turn_input input = {
        .update = {.about = ABOUT_MESSAGE,
                   .is_private = true,
                   .text = SLICE("/start"),
                   .command = SLICE("start"),
                   .first_name = name,
                   .language = language}
    };
    return step(&input).replies[0].text;
}

START_TEST(a_person_is_greeted_by_name_in_his_language)
{
    ck_assert(slice_starts(greeting(SLICE("Айгүл"), LANGUAGE_KZ), SLICE("Сәлеметсіз бе, Айгүл! ")));
    ck_assert(slice_starts(greeting(SLICE("Ann"), LANGUAGE_EN), SLICE("Hello, Ann! ")));
    ck_assert(slice_starts(greeting(SLICE("Аня"), LANGUAGE_RU), SLICE("Здравствуйте, Аня! ")));
    ck_assert(slice_starts(greeting((struct slice){NULL, 0}, LANGUAGE_EN), SLICE("Hello! ")));
    ck_assert(slice_starts(greeting(SLICE(""), LANGUAGE_EN), SLICE("Hello! ")));
    ck_assert(slice_starts(greeting(SLICE("<b>&\""), LANGUAGE_EN),
                           SLICE("Hello, &lt;b&gt;&amp;&quot;! ")));
}
END_TEST

/* The longest name, of what becomes most bytes. */
START_TEST(every_text_is_good_html_and_short_in_every_language)
{
    char name[4096];
    struct fault fault = {.code = ""};
    memset(name, '"', sizeof name);
    for (int text = 0; text < TEXTS; text++) {
        for (int language = 0; language <= LANGUAGE_KZ; language++) {
            struct buf said;
            buf_init(&said, 64 * 1024);
            text_say((enum text)text, (enum language)language, (struct slice){name, sizeof name},
                     &said);
            ck_assert(buf_ok(&said, &fault));
            ck_assert_uint_gt(said.len, 20);
            ck_assert(telegram_text_check_html(buf_as_slice(&said), &fault));
            ck_assert_uint_le(telegram_text_length(buf_as_slice(&said), TELEGRAM_HTML),
                              TELEGRAM_TEXT_MAX);
            ck_assert_ptr_null(memchr(said.data, '{', said.len));
            buf_finish(&said);
        }
    }
}
END_TEST

START_TEST(a_tap_is_answered)
{
    struct turn_input input = {
        .update = {.about = ABOUT_TAP, .chat_id = FIELD_ABSENT, .tap_id = SLICE("77")}
    };
    const struct turn_output out = step(&input);
    ck_assert_uint_eq(out.count, 1);
    ck_assert_int_eq(out.replies[0].kind, TURN_ANSWER);
    ck_assert(slice_is(out.replies[0].text, "77"));
    ck_assert_int_eq(out.reach, TURN_REACH_SAME);
    input.update.tap_id = (struct slice){NULL, 0};
    ck_assert_uint_eq(step(&input).count, 0);
}
END_TEST

static const struct {
    const char *status;
    enum turn_reach reach;
} memberships[] = {
    {"kicked",        TURN_UNREACHABLE},
    {"left",          TURN_UNREACHABLE},
    {"member",        TURN_REACHABLE  },
    {"administrator", TURN_REACHABLE  },
    {"restricted",    TURN_REACH_SAME },
    {"new to us",     TURN_REACH_SAME },
    {NULL,            TURN_REACH_SAME },
};

START_TEST(a_membership_tells_whether_the_chat_can_be_reached)
{
    const struct turn_input input = {
        .update = {.about = ABOUT_MEMBERSHIP, .membership = slice_of(memberships[_i].status)}
    };
    const struct turn_output out = step(&input);
    ck_assert_int_eq(out.reach, memberships[_i].reach);
    ck_assert_uint_eq(out.count, 0);
}
END_TEST

START_TEST(anything_else_makes_the_bot_do_nothing)
{
    const struct turn_output out = step(&(struct turn_input){.update = {.about = ABOUT_OTHER}});
    ck_assert_int_eq(out.reach, TURN_REACH_SAME);
    ck_assert_uint_eq(out.count, 0);
}
END_TEST

START_TEST(an_update_is_tried_five_times_within_five_minutes)
{
    int64_t whole = 0;
    for (int tries = 1; tries < TURN_TRIES_MAX; tries++) {
        ck_assert_int_gt(turn_retry_s(tries), 0);
        whole += turn_retry_s(tries);
    }
    ck_assert_int_le(whole, 300);
    ck_assert_int_eq(turn_retry_s(TURN_TRIES_MAX), FIELD_ABSENT);
    ck_assert_int_eq(turn_retry_s(0), FIELD_ABSENT);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("steps");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, a_message_is_answered_where_it_is_for_the_bot, 0, COUNT(messages));
    tcase_add_test(tests, a_person_is_greeted_by_name_in_his_language);
    tcase_add_test(tests, every_text_is_good_html_and_short_in_every_language);
    tcase_add_test(tests, a_tap_is_answered);
    tcase_add_loop_test(tests, a_membership_tells_whether_the_chat_can_be_reached, 0,
                        COUNT(memberships));
    tcase_add_test(tests, anything_else_makes_the_bot_do_nothing);
    tcase_add_test(tests, an_update_is_tried_five_times_within_five_minutes);
    return suite_main("turn", tests);
}
