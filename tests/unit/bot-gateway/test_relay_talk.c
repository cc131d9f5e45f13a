// SPDX-License-Identifier: MIT
/* What a person with an open talk with staff writes at other steps. */
#include "bots/bot.h"
#include "owner_talk.h"

TEST_CASE("relay_talk", .setup = owner_talk_begin, .teardown = owner_talk_end);

// clang-format off
#define ALMATY "{\"slug\":\"almaty\",\"name\":{\"ru\":\"Алматы\"}}"
#define RIDE                                                                                       \
    "{\"id\":\"" DESK_OTHER_ID "\",\"code\":null,\"trip_id\":null,\"kind\":\"seat\",\"status\":"        \
    "\"cancelled\",\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2,\"depart_from\":"                        \
    "\"2026-11-25T04:00:00Z\",\"depart_to\":\"2026-11-25T07:00:00Z\",\"total\":" DESK_SUM(0) ","     \
    "\"passenger\":{\"name\":\"Гаухар\",\"phone\":null},\"driver\":null,\"car\":null,"           \
    "\"allowed_actions\":[]}"
static const struct scripted world[] = {
    {DESK_CALL, 200, DESK_CONFIRMED},
    {"GET /v1/bookings?status=held", 200, DESK_LIST("", "null")},
    {"GET /v1/cities", 200, DESK_LIST(ALMATY, "null")},
    {"GET /v1/rides/", 200, RIDE},
    {NULL, 0, NULL},
};
// clang-format on

static void ck_says(const struct turn_message *message, const char *what)
{
    ck_has(textf("%.*s", SLICE_ARG(message->reply.text)), what);
    ck_assert(message->reply.confided);
}

/* Words that the step does not understand are for staff, not for the list of such words. */
static void ck_goes_into_the_open_talk(const char *step, enum bot_type bot_type, const char *flow,
                                       const char *data)
{
    talk.bot_type = (int)bot_type;
    for (int has_talk = 0; has_talk <= 1; has_talk++) {
        conversation_put(&talk, flow, step, data, strcmp(flow, "stay") == 0 ? 2 : 1, 1);
        talk.has_talk = has_talk == 1;
        ck_assert_msg(conversation_type(&talk, "йцукен"), "%s: %s", step, talk.fault.detail);
        ck_assert_str_eq(talk.step, has_talk == 1 ? "person" : step);
        ck_assert_int_eq(talk.output.passes, has_talk == 1);
        ck_assert_int_eq(talk.output.misunderstood.at != NULL, has_talk == 0);
    }
    ck_says(passed(), "йцукен");
}

TEST(what_nobody_expects_goes_into_an_open_talk)
{
    talk.world = world;
    conversation_reach(&talk, FIELD_ABSENT, -100);
    talk.relay.talk_is_found = talk.relay.talk_is_open = true;
    ck_assert(conversation_type(&talk, "йцукен"));
    ck_assert_saw("@unknown");
    talk.has_talk = true;
    ck_assert(conversation_type(&talk, "йцукен"));
    ck_says(passed(), "йцукен");
    ck_assert_str_eq(talk.step, "person");
    ck_assert(conversation_type(&talk, "/help"));
    talk.state = (struct turn_state){.version = talk.state.version};
    ck_assert(conversation_send(&talk, UPDATE_PHOTO, NULL));
    ck_assert_slice(passed()->reply.photo, CONVERSATION_FILE_ID);
    ck_goes_into_the_open_talk("booking", BOT_APARTMENTS, "stay",
                               "{\"booking\":\"" DESK_BOOKING_ID "\"}");
    ck_goes_into_the_open_talk("city", BOT_APARTMENTS, "stay", "{}");
    ck_goes_into_the_open_talk("ride", BOT_TAXI, "ride", "{}");
    ck_goes_into_the_open_talk("code", BOT_TAXI, "ride", "{}");
}

TEST(question_is_answered_unless_it_is_for_staff)
{
    talk.world = world;
    conversation_reach(&talk, FIELD_ABSENT, -100);
    talk.relay.talk_is_found = talk.relay.talk_is_open = true;
    for (int has_talk = 0; has_talk <= 1; has_talk++) {
        conversation_put(&talk, "stay", "city", "{}", 2, 1);
        talk.has_talk = has_talk == 1;
        ck_assert(conversation_type(&talk, "во сколько заезд?"));
        ck_assert_int_eq(talk.output.passes, has_talk == 1);
        ck_assert_int_eq(conversation_saw(&talk, "@stay_answer_later"), has_talk == 0);
        ck_assert(talk.output.misunderstood.at == NULL);
    }
}

/* The greeting asks for city, dates and guests: the answer is not for the other person. */
TEST_LOOP(start_ends_the_conversation_with_another_person, 0, 2)
{
    talk.world = world;
    conversation_reach(&talk, 9, -100);
    conversation_put(&talk, "relay", _i == 0 ? "write" : "person",
                     "{\"booking\":\"" DESK_BOOKING_ID "\"}", 1, 1);
    ck_assert(conversation_type(&talk, "/start"));
    ck_assert_saw("@start");
    ck_assert_str_eq(talk.flow, "");
    ck_assert(conversation_type(&talk, "йцукен"));
    ck_assert(!talk.output.passes);
    ck_assert_saw("@unknown");
}

/* A tap of a city that is gone has no words for staff. */
TEST(tap_does_not_go_into_an_open_talk)
{
    static const struct scripted no_city[] = {
        {"GET /v1/cities", 200, DESK_LIST("", "null")},
        {NULL,                0,                NULL           }
    };

    talk.world = world;
    ck_assert(conversation_type(&talk, "/search"));
    ck_assert_str_eq(talk.step, "city");
    talk.instead = no_city;
    talk.has_talk = true;
    ck_assert(conversation_tap_data(&talk, conversation_button(&talk.shown, "Алматы")));
    ck_assert_str_eq(talk.step, "city");
    ck_assert(!talk.output.conceals);
}

/* A notice with the button "person" as its first button: staff have not written, so that there is
 * no talk yet. */
TEST(answer_to_a_notice_opens_a_talk)
{
    const struct button button = {
        .flow = SLICE("go"), .action = SLICE("person"), .argument = SLICE("")};
    char data[BUTTON_DATA_MAX + 1];
    struct update_view view = {.about = ABOUT_MESSAGE,
                               .chat_id = 7,
                               .user_id = 7,
                               .is_private = true,
                               .message_id = 5,
                               .text = SLICE("Деньги списаны")};

    talk.world = world;
    conversation_reach(&talk, FIELD_ABSENT, -100);
    ck_assert(button_write(&button, talk.key, 7, data));
    view.answered_data = slice_of(data);
    ck_assert(conversation_update(&talk, &view));
    ck_says(passed(), "Деньги списаны");
    ck_assert_int_eq(passed()->to.chat_id, -100);
    ck_assert_int_eq(talk.output.pass.change, TURN_TALK_OPEN);
    ck_assert_saw("Передали сотрудникам");
    ck_assert_str_eq(talk.step, "person");
    view.text = SLICE_NONE;
    view.has_media = true;
    view.file = UPDATE_PHOTO;
    view.file_id = SLICE(CONVERSATION_FILE_ID);
    ck_assert(conversation_update(&talk, &view));
    ck_assert_slice(passed()->reply.photo, CONVERSATION_FILE_ID);
    /* A message that answers none is for a talk that is over. */
    view.answered_data = SLICE_NONE;
    ck_assert(conversation_update(&talk, &view));
    ck_assert_saw("@person_over");
    ck_assert(!talk.output.passes);
}

/* In a talk, silence would mean that staff have received the message. */
TEST(content_that_cannot_be_passed_on_is_refused_in_an_open_talk)
{
    const struct update_view checklist = {.about = ABOUT_MESSAGE,
                                          .chat_id = 7,
                                          .user_id = 7,
                                          .is_private = true,
                                          .message_id = 5,
                                          .has_media = true};

    talk.world = world;
    conversation_reach(&talk, FIELD_ABSENT, -100);
    talk.relay.talk_is_found = talk.relay.talk_is_open = talk.has_talk = true;
    ck_assert(conversation_update(&talk, &checklist));
    ck_assert_saw("@relay_kind");
    ck_assert(!talk.output.passes);
    ck_assert_str_eq(talk.step, "person");
    ck_assert(conversation_update(&talk, &checklist));
    ck_assert_saw("@relay_kind");
}
