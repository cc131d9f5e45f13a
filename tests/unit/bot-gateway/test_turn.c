// SPDX-License-Identifier: MIT
/* Replies in any dialogue, and their language: commands, texts and taps. */
#include "bots/bot.h"
#include "definition.h"
#include "dialogue/product.h"
#include "dialogue/talk.h"
#include "stay_talk.h"

TEST_CASE("steps", .setup = stay_talk_begin, .teardown = stay_talk_end);

/* --- who is answered --- */

#define ABSENT                                                                                     \
    {                                                                                              \
        NULL, 0                                                                                    \
    }
#define S(text) TEXTS_LITERAL(text)

static const struct {
    const char *why;
    bool in_group, by_bot;
    struct slice text, command, addressee;
    const char *said; /* NULL: no reply */
} messages[] = {
    {"/start",                       false, false, S("/start"),      S("start"),      ABSENT,         "@start"            },
    {"/START",                       false, false, S("/START"),      S("START"),      ABSENT,         "@start"            },
    {"/help",                        false, false, S("/help"),       S("help"),       ABSENT,         "@help"             },
    {"/mybookings",                  false, false, S("/mybookings"), S("mybookings"), ABSENT,         "@stay_mine"        },
    {"/search",                      false, false, S("/search"),     S("search"),     ABSENT,         "@stay_city"        },
    {"/cancel",                      false, false, S("/cancel"),     S("cancel"),     ABSENT,         "@nothing_to_cancel"},
    {"/language",                    false, false, S("/language"),   S("language"),   ABSENT,         "@language_ask"     },
    {"a future command",             false, false, S("/book"),       S("book"),       ABSENT,         "@unknown"          },
    {"half a command",               false, false, S("/star"),       S("star"),       ABSENT,         "@unknown"          },
    {"no command",                   false, false, S("/"),           S(""),           ABSENT,         "@unknown"          },
    {"words",                        false, false, S("What"),        ABSENT,          ABSENT,         "@unknown"          },
    {"a greeting",                   false, false, S("Hi"),          ABSENT,          ABSENT,         "@hello"            },
    {"an unknown kind of content",   false, false, ABSENT,           ABSENT,          ABSENT,         "@unknown"          },
    {"it in a group",                true,  false, ABSENT,           ABSENT,          ABSENT,         NULL                },
    {"another bot",                  false, true,  S("/start"),      S("start"),      ABSENT,         NULL                },
    {"words in a group",             true,  false, S("Hi"),          ABSENT,          ABSENT,         NULL                },
    {"a command in a group",         true,  false, S("/start"),      S("start"),      ABSENT,         NULL                },
    {"another's command in a group", true,  false, S("/start"),      S("start"),      S("other_bot"), NULL                },
    {"our command in a group",       true,  false, S("/start"),      S("start"),      S("Our_Bot"),   NULL                },
    {"at home names do not matter",  false, false, S("/start"),      S("start"),      S("x"),         "@start"            },
};

TEST_ROWS_WHY(message_for_bot_is_answered, messages)
{
    const struct update_view update = {.about = ABOUT_MESSAGE,
                                       .chat_id = 5,
                                       .user_id = 7,
                                       .is_private = !row->in_group,
                                       .by_bot = row->by_bot,
                                       .text = row->text,
                                       .command = row->command,
                                       .addressee = row->addressee,
                                       .argument = SLICE("")};

    ck_assert(conversation_update(&talk, &update));
    ck_assert_int_eq(talk.output.reach, TURN_REACHABLE);
    ck_assert(talk.output.count == (row->said != NULL));
    if (row->said != NULL) {
        ck_assert_int_eq(talk.output.replies[0].kind, TURN_TEXT);
        ck_assert_saw(row->said);
    }
}

TEST(service_message_is_not_answered)
{
    const struct update_view update = {
        .about = ABOUT_MESSAGE, .chat_id = 5, .user_id = 7, .is_private = true, .is_service = true};

    ck_assert(conversation_update(&talk, &update));
    ck_assert_int_eq(talk.output.reach, TURN_REACHABLE);
    ck_assert_uint_eq(talk.output.count, 0);
}

TEST(location_begins_dialogue_only_in_private_chat)
{
    struct update_view update = {
        .about = ABOUT_MESSAGE, .chat_id = 5, .user_id = 7, .has_location = true};

    ck_assert(conversation_update(&talk, &update));
    ck_assert_uint_eq(talk.output.count, 0);
    update.is_private = true;
    ck_assert(conversation_update(&talk, &update));
    ck_assert_str_eq(talk.step, "city");
}

/* --- language --- */

static void greet(struct slice name, enum language language, const char *greeting)
{
    talk.language = (int)language;
    talk.first_name = name;
    type("/start");
    ck_assert_msg(slice_starts(slice_of(talk.seen), slice_of(greeting)), "%s", talk.seen);
}

TEST(person_is_greeted_by_name_and_language)
{
    greet(SLICE("Айгүл"), LANGUAGE_KZ, "Сәлеметсіз бе, Айгүл! ");
    greet(SLICE("Ann"), LANGUAGE_EN, "Hello, Ann! ");
    greet(SLICE("Аня"), LANGUAGE_RU, "Здравствуйте, Аня! ");
    greet(SLICE_NONE, LANGUAGE_EN, "Hello! ");
    greet(SLICE(""), LANGUAGE_EN, "Hello! ");
    greet(SLICE("<b>&\""), LANGUAGE_EN, "Hello, &lt;b&gt;&amp;&quot;! ");
}

TEST(language_is_chosen_by_button_or_name)
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

TEST(app_language_applies_until_choice)
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

/* --- sources --- */

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

TEST_ROWS(link_sets_source_of_person, sources)
{
    talk.source = slice_of(row->known);
    type(row->text);
    ck_assert(slice_equal(talk.output.source, slice_of(row->kept)));
    ck_assert_int_eq(talk.output.source.at != NULL, row->kept != NULL);
}

/* --- taps --- */

TEST(tap_is_answered_first_and_edits_message)
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

TEST(tap_of_inaccessible_message_sends_new_one)
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

static const char *const not_ours[] = {
    "stay.1.city.almaty.AAAAAAAAAAA",
    "go.0.search..AAAAAAAAAAA",
    "x",
    "",
};

TEST_ROWS(forged_tap_is_refused, not_ours)
{
    type("/search");
    ck_assert(conversation_tap_data(&talk, *row));
    ck_assert_uint_eq(talk.output.count, 1);
    ck_assert_saw("@button_foreign");
    ck_assert(!talk.output.moved);
    ck_assert_str_eq(talk.step, "city");
}

TEST(button_of_other_person_is_refused)
{
    type("/search");
    const struct shown his = talk.shown;
    talk.user_id++;
    ck_assert(conversation_tap_data(&talk, conversation_button(&his, "Алматы")));
    ck_assert_saw("@button_foreign");
    ck_assert_str_eq(talk.step, "city");
}

TEST(button_of_api_message_gets_empty_answer)
{
    type("/search");
    ck_assert(conversation_tap_data(&talk, "a:rate-5"));
    ck_assert_uint_eq(talk.output.count, 1);
    ck_assert_int_eq(talk.output.replies[0].kind, TURN_ANSWER);
    ck_assert_ptr_null(talk.output.replies[0].text.at);
    ck_assert_str_eq(talk.step, "city");
}

TEST(tap_without_id_is_not_answered)
{
    const struct update_view update = {.about = ABOUT_TAP, .chat_id = FIELD_ABSENT};

    ck_assert(conversation_update(&talk, &update));
    ck_assert_uint_eq(talk.output.count, 0);
}

TEST(button_of_command_never_expires)
{
    type("/help");
    const struct shown help = talk.shown;
    type("/search");
    tap("Алматы");
    ck_assert(conversation_tap_data(&talk, conversation_button(&help, "@button_search")));
    ck_assert_str_eq(talk.step, "city");
}

/* --- dialogues that have ended, or are of another version of the service --- */

TEST(idle_dialogue_ends)
{
    type("/search");
    talk.now = talk.state.ends_at - 1;
    type("Алматы");
    ck_assert_str_eq(talk.step, "day");
    talk.now = talk.state.ends_at;
    type("ну что");
    ck_assert_saw("@unknown");
}

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

TEST_ROWS(unreadable_dialogue_is_dropped, states)
{
    conversation_put(&talk, row->flow, row->step, row->data, row->format, 5);
    talk.words = NULL; /* so the city's name begins no search */
    type("Алматы");
    ck_assert_str_eq(row->taken_up ? "day" : row->step, talk.step);
    ck_assert_int_eq(conversation_saw(&talk, "@unknown"), !row->taken_up);
}

/* --- updates without a message --- */

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

TEST_ROWS(membership_sets_reachability, memberships)
{
    const struct update_view update = {.about = ABOUT_MEMBERSHIP,
                                       .membership = slice_of(row->status)};

    ck_assert(conversation_update(&talk, &update));
    ck_assert_int_eq(talk.output.reach, row->reach);
    ck_assert_uint_eq(talk.output.count, 0);
}

TEST(other_updates_do_nothing)
{
    const struct update_view update = {.about = ABOUT_OTHER};

    ck_assert(conversation_update(&talk, &update));
    ck_assert_int_eq(talk.output.reach, TURN_REACH_SAME);
    ck_assert_uint_eq(talk.output.count, 0);
}

/* --- updates for other programs --- */

TEST(update_that_a_forward_wants_is_left_to_it)
{
    talk.is_wanted = true;
    conversation_put(&talk, "stay", "guests", "{}", 2, 1);
    ck_assert(conversation_type(&talk, "3"));
    ck_assert(talk.output.is_left && !talk.output.moved && talk.output.count == 0);
    ck_assert_int_eq(talk.output.reach, TURN_REACHABLE);
    ck_assert(conversation_type(&talk, "/start ref_x"));
    ck_assert(talk.output.is_left && talk.output.count == 0 && talk.output.source.at == NULL);
    ck_assert(conversation_tap_data(&talk, "a:on-the-way"));
    ck_assert(talk.output.is_left);
    ck_assert_uint_eq(talk.output.count, 1);
    ck_assert_int_eq(talk.output.replies[0].kind, TURN_ANSWER);
    ck_assert(talk.output.replies[0].text.at == NULL);
    talk.is_wanted = false;
    ck_assert(conversation_type(&talk, "/help"));
    ck_assert(!talk.output.is_left);
    ck_assert_saw("@help");
}

TEST(words_for_others_are_never_left_to_a_forward)
{
    talk.is_wanted = true;
    conversation_reach(&talk, FIELD_ABSENT, -100);
    talk.relay.talk_is_found = talk.relay.talk_is_open = true;
    conversation_put(&talk, "relay", "person", "{}", 1, 1);
    ck_assert(conversation_type(&talk, "для человека"));
    ck_assert(!talk.output.is_left && talk.output.passes && talk.output.conceals);
    conversation_put(&talk, "relay", "person", "{}", 1, 1);
    ck_assert(conversation_type(&talk, "/search"));
    ck_assert(talk.output.is_left);
    talk.state = (struct turn_state){.version = 1};
    talk.has_talk = true;
    ck_assert(conversation_type(&talk, "ещё слово"));
    ck_assert(!talk.output.is_left && talk.output.passes);
    talk.has_talk = false;
    talk.edited.is_changed = true;
    ck_assert(conversation_edit(&talk, "иначе"));
    ck_assert(!talk.output.is_left);
}

TEST(silent_product_answers_nothing)
{
    static const char *const texts[] = {"/start", "/help", "/search", "привет", "Алматы, двое"};

    talk.bot_type = BOT_FLOW;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        ck_assert(conversation_type(&talk, texts[i]));
        ck_assert(talk.output.is_left && !talk.output.moved && talk.output.count == 0);
        ck_assert_int_eq(talk.output.reach, TURN_REACHABLE);
    }
    ck_assert(conversation_tap_data(&talk, "a:yes"));
    ck_assert_uint_eq(talk.output.count, 1);
    for (int type = 0; type < BOT_TYPES; type++)
        ck_assert_int_eq(gateway_products[type]->is_silent, !bot_type_has_dialogue(type));
}

TEST(update_is_tried_five_times_in_five_minutes)
{
    int64_t whole = 0;

    for (int tries = 1; tries < TURN_TRIES_MAX; tries++) {
        ck_assert_int_gt(turn_retry_delay_s("unavailable", tries, false, 0), 0);
        ck_assert_int_eq(turn_retry_delay_s("unavailable", tries, true, 0),
                         turn_retry_delay_s("unavailable", tries, false, 0));
        whole += turn_retry_delay_s("unavailable", tries, false, 0);
    }
    ck_assert_int_le(whole, 300);
    ck_assert_int_eq(turn_retry_delay_s("unavailable", TURN_TRIES_MAX, false, 0), FIELD_ABSENT);
    ck_assert_int_eq(turn_retry_delay_s("unavailable", 0, false, 0), FIELD_ABSENT);
    ck_assert_int_eq(turn_retry_delay_s("unavailable", 0, true, 0), FIELD_ABSENT);
    /* Repeating cannot help. */
    ck_assert_int_eq(turn_retry_delay_s("no_actor", 1, false, 0), FIELD_ABSENT);
    ck_assert_int_eq(turn_retry_delay_s("too_much_output", 1, true, 0), FIELD_ABSENT);
}

TEST(update_with_effect_is_tried_for_an_hour)
{
    for (int tries = TURN_TRIES_MAX; tries < 4 * TURN_TRIES_MAX; tries++) {
        ck_assert_int_eq(turn_retry_delay_s("unavailable", tries, true, TURN_ACTED_S - 1), 200);
        ck_assert_int_eq(turn_retry_delay_s("unavailable", tries, true, TURN_ACTED_S),
                         FIELD_ABSENT);
    }
}
