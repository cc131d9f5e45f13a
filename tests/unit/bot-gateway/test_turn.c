// SPDX-License-Identifier: MIT
/* What bots answer, to whom, and in which language: commands, words and taps of any dialogue. */
#include "dialogue/flow.h"
#include "stay_talk.h"
#include "unit/base/suite.h"

/* --- who is answered --- */

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
    const char *said; /* NULL: nothing */
} messages[] = {
    {"/start",                       false, false, S("/start"),  S("start"),  ABSENT, "@start"},
    {"/START",                       false, false, S("/START"),  S("START"),  ABSENT, "@start"},
    {"/help",                        false, false, S("/help"),   S("help"),   ABSENT, "@help"},
    {"/mybookings",                  false, false, S("/mybookings"), S("mybookings"), ABSENT, "@stay_mine"},
    {"/search",                      false, false, S("/search"), S("search"), ABSENT, "@stay_city"},
    {"/cancel",                      false, false, S("/cancel"), S("cancel"), ABSENT, "@nothing_to_cancel"},
    {"/language",                    false, false, S("/language"), S("language"), ABSENT, "@language_ask"},
    {"a command to come",            false, false, S("/book"),  S("book"),  ABSENT, "@unknown"},
    {"half a command",               false, false, S("/star"),  S("star"),  ABSENT, "@unknown"},
    {"no command",                   false, false, S("/"),      S(""),      ABSENT, "@unknown"},
    {"words",                        false, false, S("What"),   ABSENT,     ABSENT, "@unknown"},
    {"a greeting",                   false, false, S("Hi"),     ABSENT,     ABSENT, "@hello"},
    {"a place",                      false, false, ABSENT,      ABSENT,     ABSENT, NULL},
    {"another bot",                  false, true,  S("/start"), S("start"), ABSENT, NULL},
    {"words in a group",             true,  false, S("Hi"),     ABSENT,     ABSENT, NULL},
    {"a command in a group",         true,  false, S("/start"), S("start"), ABSENT, NULL},
    {"another's command in a group", true,  false, S("/start"), S("start"), S("other_bot"), NULL},
    {"our command in a group",       true,  false, S("/start"), S("start"), S("Our_Bot"), NULL},
    {"at home names do not matter",  false, false, S("/start"), S("start"), S("x"), "@start"},
};
// clang-format on

START_TEST(a_message_is_answered_where_it_is_for_the_bot)
{
    const struct update_view update = {.about = ABOUT_MESSAGE,
                                       .chat_id = 5,
                                       .user_id = 7,
                                       .is_private = !messages[_i].in_group,
                                       .by_bot = messages[_i].by_bot,
                                       .text = messages[_i].text,
                                       .command = messages[_i].command,
                                       .addressee = messages[_i].addressee,
                                       .argument = SLICE("")};
    ck_assert(conversation_update(&talk, &update));
    ck_assert_int_eq(talk.output.reach, TURN_REACHABLE);
    ck_assert_msg(talk.output.count == (messages[_i].said != NULL), "%s", messages[_i].why);
    if (messages[_i].said != NULL) {
        ck_assert_int_eq(talk.output.replies[0].kind, TURN_TEXT);
        ck_assert_saw(messages[_i].said);
    }
}
END_TEST

START_TEST(a_location_begins_a_dialogue_in_private_alone)
{
    struct update_view update = {
        .about = ABOUT_MESSAGE, .chat_id = 5, .user_id = 7, .has_location = true};
    ck_assert(conversation_update(&talk, &update));
    ck_assert_uint_eq(talk.output.count, 0);
    update.is_private = true;
    ck_assert(conversation_update(&talk, &update));
    ck_assert_str_eq(talk.step, "city");
}
END_TEST

/* --- how it speaks --- */

static void greet(struct slice name, enum language language, const char *greeting)
{
    talk.language = (int)language;
    talk.first_name = name;
    type("/start");
    ck_assert_msg(slice_starts(slice_of(talk.seen), slice_of(greeting)), "%s", talk.seen);
}

START_TEST(a_person_is_greeted_by_name_in_his_language)
{
    greet(SLICE("Айгүл"), LANGUAGE_KZ, "Сәлеметсіз бе, Айгүл! ");
    greet(SLICE("Ann"), LANGUAGE_EN, "Hello, Ann! ");
    greet(SLICE("Аня"), LANGUAGE_RU, "Здравствуйте, Аня! ");
    greet((struct slice){NULL, 0}, LANGUAGE_EN, "Hello! ");
    greet(SLICE(""), LANGUAGE_EN, "Hello! ");
    greet(SLICE("<b>&\""), LANGUAGE_EN, "Hello, &lt;b&gt;&amp;&quot;! ");
}
END_TEST

START_TEST(a_language_is_chosen_by_a_button_or_by_its_name)
{
    type("/language");
    tap("English");
    ck_assert_int_eq(talk.output.language, LANGUAGE_EN);
    ck_assert_saw("Good, English");
    type("/language kk");
    ck_assert_int_eq(talk.output.language, LANGUAGE_KZ);
    type("/language klingon");
    ck_assert_int_eq(talk.output.language, -1);
    ck_assert_saw("Қазақша");
}
END_TEST

START_TEST(the_language_of_his_program_counts_until_one_is_chosen)
{
    struct update_view update = {.about = ABOUT_MESSAGE,
                                 .chat_id = 5,
                                 .is_private = true,
                                 .text = SLICE("/help"),
                                 .command = SLICE("help"),
                                 .language = LANGUAGE_EN};
    talk.language = -1;
    ck_assert(conversation_update(&talk, &update));
    ck_assert_saw("What I can do");
    talk.language = LANGUAGE_RU;
    ck_assert(conversation_update(&talk, &update));
    ck_assert_saw("Что я умею");
}
END_TEST

/* --- where people come from --- */

static const struct {
    const char *text, *known, *kept;
} sources[] = {
    {"/start ref_insta",                                                         NULL,   "insta" },
    {"/start ref_insta",                                                         "2gis", NULL    },
    {"/start ref_A-z_09",                                                        NULL,   "A-z_09"},
    {"/start ref_in sta",                                                        NULL,   NULL    },
    {"/start ref_in\nsta",                                                       NULL,   NULL    },
    {"/start ref_инста",                                                    NULL,   NULL    },
    {"/start ref_a.b",                                                           NULL,   NULL    },
    {"/start ref_",                                                              NULL,   NULL    },
    {"/start insta",                                                             NULL,   NULL    },
    {"/start",                                                                   NULL,   NULL    },
    {"/start ref_1234567890123456789012345678901234567890123456789012345678901", NULL,   NULL    },
};

START_TEST(a_link_says_where_a_person_comes_from)
{
    talk.source = slice_of(sources[_i].known);
    type(sources[_i].text);
    ck_assert(slice_equal(talk.output.source, slice_of(sources[_i].kept)));
    ck_assert_int_eq(talk.output.source.at != NULL, sources[_i].kept != NULL);
}
END_TEST

/* --- taps --- */

START_TEST(a_tap_is_answered_first_and_changes_the_message_in_place)
{
    type("/search");
    ck_assert_int_eq(talk.output.replies[0].kind, TURN_TEXT);
    tap("Алматы");
    ck_assert_uint_eq(talk.output.count, 2);
    ck_assert_int_eq(talk.output.replies[0].kind, TURN_ANSWER);
    ck_assert_ptr_null(talk.output.replies[0].text.at);
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_EDIT);
    ck_assert_str_eq(talk.step, "day");
    ck_assert_int_eq(talk.output.reach, TURN_REACH_SAME);
}
END_TEST

START_TEST(a_tap_of_a_message_out_of_sight_gets_a_new_one)
{
    type("/search");
    const struct update_view update = {.about = ABOUT_TAP,
                                       .chat_id = FIELD_ABSENT,
                                       .user_id = talk.user_id,
                                       .tap_id = SLICE("77"),
                                       .tap_data =
                                           slice_of(conversation_button(&talk.shown, "Алматы")),
                                       .message_id = FIELD_ABSENT};
    ck_assert(conversation_update(&talk, &update));
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_TEXT);
    ck_assert_str_eq(talk.step, "day");
}
END_TEST

static const char *const not_ours[] = {
    "stay.1.city.almaty.AAAAAAAAAAA",
    "go.0.search..AAAAAAAAAAA",
    "x",
    "",
};

START_TEST(a_forged_tap_is_refused)
{
    type("/search");
    ck_assert(conversation_tap_data(&talk, not_ours[_i]));
    ck_assert_uint_eq(talk.output.count, 1);
    ck_assert_saw("@button_foreign");
    ck_assert(!talk.output.moved);
    ck_assert_str_eq(talk.step, "city");
}
END_TEST

START_TEST(a_button_of_another_person_is_refused)
{
    type("/search");
    const struct shown his = talk.shown;
    talk.user_id++;
    ck_assert(conversation_tap_data(&talk, conversation_button(&his, "Алматы")));
    ck_assert_saw("@button_foreign");
    ck_assert_str_eq(talk.step, "city");
}
END_TEST

START_TEST(a_button_of_a_programs_message_is_answered_with_nothing)
{
    type("/search");
    ck_assert(conversation_tap_data(&talk, "a:rate-5"));
    ck_assert_uint_eq(talk.output.count, 1);
    ck_assert_int_eq(talk.output.replies[0].kind, TURN_ANSWER);
    ck_assert_ptr_null(talk.output.replies[0].text.at);
    ck_assert_str_eq(talk.step, "city");
}
END_TEST

START_TEST(a_tap_without_an_id_is_not_answered)
{
    const struct update_view update = {.about = ABOUT_TAP, .chat_id = FIELD_ABSENT};
    ck_assert(conversation_update(&talk, &update));
    ck_assert_uint_eq(talk.output.count, 0);
}
END_TEST

START_TEST(a_button_of_a_command_is_good_at_any_time)
{
    type("/help");
    const struct shown help = talk.shown;
    type("/search");
    tap("Алматы");
    ck_assert(conversation_tap_data(&talk, conversation_button(&help, "@button_search")));
    ck_assert_str_eq(talk.step, "city");
}
END_TEST

/* --- dialogues that are over, or of another version of the service --- */

START_TEST(a_dialogue_that_rested_too_long_is_over)
{
    type("/search");
    talk.now = talk.state.ends_at - 1;
    type("Алматы");
    ck_assert_str_eq(talk.step, "day");
    talk.now = talk.state.ends_at;
    type("ну что");
    ck_assert_saw("@unknown");
}
END_TEST

static const struct {
    const char *flow, *step, *data;
    int64_t format;
    bool taken_up;
} states[] = {
    {"stay", "city",  "{}",                           2, true },
    {"stay", "city",  "{}",                           3, false},
    {"stay", "city",  "{\"phone\":\"+77012345678\"}", 1, false},
    {"stay", "city",  "{}",                           0, false},
    {"stay", "attic", "{}",                           2, false},
    {"boat", "city",  "{}",                           2, false},
    {"stay", "city",  "{\"nights\":-1}",              2, false},
    {"stay", "city",  "",                             2, false},
};

START_TEST(a_dialogue_that_cannot_be_read_is_none)
{
    conversation_put(&talk, states[_i].flow, states[_i].step, states[_i].data, states[_i].format,
                     5);
    talk.words = NULL; /* the city's name begins no search then */
    type("Алматы");
    ck_assert_str_eq(states[_i].taken_up ? "day" : states[_i].step, talk.step);
    ck_assert_int_eq(conversation_saw(&talk, "@unknown"), !states[_i].taken_up);
}
END_TEST

/* --- what is no message --- */

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
    const struct update_view update = {.about = ABOUT_MEMBERSHIP,
                                       .membership = slice_of(memberships[_i].status)};
    ck_assert(conversation_update(&talk, &update));
    ck_assert_int_eq(talk.output.reach, memberships[_i].reach);
    ck_assert_uint_eq(talk.output.count, 0);
}
END_TEST

START_TEST(anything_else_makes_the_bot_do_nothing)
{
    const struct update_view update = {.about = ABOUT_OTHER};
    ck_assert(conversation_update(&talk, &update));
    ck_assert_int_eq(talk.output.reach, TURN_REACH_SAME);
    ck_assert_uint_eq(talk.output.count, 0);
}
END_TEST

START_TEST(an_update_is_tried_five_times_within_five_minutes)
{
    int64_t whole = 0;
    for (int tries = 1; tries < TURN_TRIES_MAX; tries++) {
        ck_assert_int_gt(turn_retry_s(tries, false, 0), 0);
        ck_assert_int_eq(turn_retry_s(tries, true, 0), turn_retry_s(tries, false, 0));
        whole += turn_retry_s(tries, false, 0);
    }
    ck_assert_int_le(whole, 300);
    ck_assert_int_eq(turn_retry_s(TURN_TRIES_MAX, false, 0), FIELD_ABSENT);
    ck_assert_int_eq(turn_retry_s(0, false, 0), FIELD_ABSENT);
    ck_assert_int_eq(turn_retry_s(0, true, 0), FIELD_ABSENT);
}
END_TEST

START_TEST(one_that_may_have_changed_something_is_tried_for_an_hour)
{
    for (int tries = TURN_TRIES_MAX; tries < 4 * TURN_TRIES_MAX; tries++) {
        ck_assert_int_eq(turn_retry_s(tries, true, TURN_ACTED_S - 1), 200);
        ck_assert_int_eq(turn_retry_s(tries, true, TURN_ACTED_S), FIELD_ABSENT);
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("steps");
    tcase_add_checked_fixture(tests, stay_talk_begin, stay_talk_end);
    tcase_add_loop_test(tests, a_message_is_answered_where_it_is_for_the_bot, 0, COUNT(messages));
    tcase_add_test(tests, a_location_begins_a_dialogue_in_private_alone);
    tcase_add_test(tests, a_person_is_greeted_by_name_in_his_language);
    tcase_add_test(tests, a_language_is_chosen_by_a_button_or_by_its_name);
    tcase_add_test(tests, the_language_of_his_program_counts_until_one_is_chosen);
    tcase_add_loop_test(tests, a_link_says_where_a_person_comes_from, 0, COUNT(sources));
    tcase_add_test(tests, a_tap_is_answered_first_and_changes_the_message_in_place);
    tcase_add_test(tests, a_tap_of_a_message_out_of_sight_gets_a_new_one);
    tcase_add_loop_test(tests, a_forged_tap_is_refused, 0, COUNT(not_ours));
    tcase_add_test(tests, a_button_of_another_person_is_refused);
    tcase_add_test(tests, a_button_of_a_programs_message_is_answered_with_nothing);
    tcase_add_test(tests, a_tap_without_an_id_is_not_answered);
    tcase_add_test(tests, a_button_of_a_command_is_good_at_any_time);
    tcase_add_test(tests, a_dialogue_that_rested_too_long_is_over);
    tcase_add_loop_test(tests, a_dialogue_that_cannot_be_read_is_none, 0, COUNT(states));
    tcase_add_loop_test(tests, a_membership_tells_whether_the_chat_can_be_reached, 0,
                        COUNT(memberships));
    tcase_add_test(tests, anything_else_makes_the_bot_do_nothing);
    tcase_add_test(tests, an_update_is_tried_five_times_within_five_minutes);
    tcase_add_test(tests, one_that_may_have_changed_something_is_tried_for_an_hour);
    return suite_main("turn", tests);
}
