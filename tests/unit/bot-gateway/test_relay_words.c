// SPDX-License-Identifier: MIT
/* What is passed on with the words of a person: edits, quotes and the origin of forwarded words. */
#include "owner_talk.h"

TEST_CASE("relay_words", .setup = owner_talk_begin, .teardown = owner_talk_end);

#define GUEST 8
#define OWNER 9
#define STAFF (-100)
// clang-format off
#define BOOKING(status)                                                                            \
    "{\"id\":\"" DESK_BOOKING_ID "\",\"code\":\"0WX1HA6S\",\"apartment_id\":\"" DESK_APARTMENT_ID  \
    "\",\"version\":3,\"status\":\"" status "\",\"check_in\":\"2026-11-22\",\"check_out\":"          \
    "\"2026-11-24\",\"guests\":2,\"apartment\":{\"title\":{\"ru\":\"Двушка у парка\"}},"            \
    "\"owner_id\":\"" DESK_OWNER_ID "\",\"guest\":{\"name\":\"Айгуль\",\"telegram_id\":8},"         \
    "\"total\":" DESK_SUM(1800000) ",\"allowed_actions\":[]}"
#define WORLD(status)                                                                              \
    {DESK_OWNERS, 200, DESK_LIST(DESK_OWNER("7", "2"), "null")},                                   \
    {DESK_CALL,   200, BOOKING(status)},                                                           \
    {"GET /v1/owners/" DESK_OWNER_ID, 200, DESK_OWNER("9", "2")},                                  \
    {"GET /v1/bookings?status=held", 200, DESK_LIST("", "null")},                                  \
    {NULL,        0,   NULL}
static const struct scripted world[] = {WORLD("confirmed")};
static const struct scripted pending[] = {WORLD("held")};
// clang-format on

static void begin(const char *argument, int64_t person)
{
    talk.world = world;
    conversation_reach(&talk, person, STAFF);
    tap_command("write", argument);
    ck_assert_str_eq(talk.step, "write");
}

static void write_words(const char *words)
{
    ck_assert_msg(conversation_type(&talk, words), "%s: %s", talk.fault.code, talk.fault.detail);
}

static void ck_passed(const char *what)
{
    ck_has(textf("%.*s", SLICE_ARG(passed()->reply.text)), what);
}

static void edit(const char *words, bool of_owner, bool to_staff)
{
    talk.edited =
        (struct relay_edited){.is_changed = true, .of_owner = of_owner, .to_staff = to_staff};
    ck_assert(uuid_parse(SLICE(DESK_BOOKING_ID), &talk.edited.booking));
    ck_assert_msg(conversation_edit(&talk, words), "%s: %s", talk.fault.code, talk.fault.detail);
}

TEST(edit_is_passed_on_from_any_step)
{
    begin(DESK_ARGUMENT "_g", OWNER);
    write_words("в 15:00?");
    ck_assert(talk.output.pass.has_words && !talk.output.pass.of_owner);
    tap_command("person", DESK_ARGUMENT "_g");
    ck_assert_str_eq(talk.step, "person");
    edit("в 18:00? @nurlan_kz", false, false);
    ck_passed("<b>Гость</b>, бронь 0WX1HA6S, «Двушка у парка», исправлено:\n\nв 18:00?");
    ck_assert_int_eq(passed()->to.chat_id, OWNER);
    ck_assert(talk.output.pass.has_words && talk.output.conceals);
    ck_assert_saw("@relay_edit_sent");
    ck_assert_str_eq(talk.step, "person");
    ck_assert(!talk.output.moved);
    /* Without a dialogue, and to staff. */
    talk.state = (struct turn_state){.version = talk.state.version};
    talk.relay.talk_is_found = talk.relay.talk_is_open = true;
    edit("18:00", false, true);
    ck_passed("<b>Гость</b>, бронь 0WX1HA6S, «Двушка у парка», исправлено:\n\n18:00");
    ck_assert_int_eq(passed()->to.chat_id, STAFF);
    ck_assert(!talk.output.moved);
}

TEST(edit_of_the_owner_is_passed_to_the_guest)
{
    begin(DESK_ARGUMENT "_o", GUEST);
    write_words("в 15:00");
    ck_assert(talk.output.pass.of_owner);
    edit("в 18:00", true, false);
    ck_passed("<b>Хозяин</b>, бронь 0WX1HA6S, «Двушка у парка», исправлено:\n\nв 18:00");
    ck_assert_int_eq(passed()->to.chat_id, GUEST);
}

TEST(edit_that_cannot_be_passed_on_is_refused)
{
    begin(DESK_ARGUMENT "_g", OWNER);
    talk.relay.sent[0] = relay_limits[0].max;
    edit("в 18:00?", false, false);
    ck_assert_saw("@relay_many");
    ck_assert(!talk.output.passes);
}

/* A call of staff has no words of the person that could be edited. */
TEST(edit_of_anything_else_gets_no_reply)
{
    begin(DESK_ARGUMENT "_g", OWNER);
    tap_command("person", DESK_ARGUMENT "_g");
    ck_assert(talk.output.passes && !talk.output.pass.has_words);
    ck_assert(conversation_edit(&talk, "в 18:00?"));
    ck_assert(!talk.output.passes);
    ck_assert_uint_eq(talk.output.count, 0);
}

/* The other person sees neither the answered nor the forwarded message. */
TEST(quote_and_origin_are_passed_on)
{
    struct update_view view = {.about = ABOUT_MESSAGE,
                               .chat_id = 8,
                               .user_id = 8,
                               .is_private = true,
                               .message_id = 5,
                               .text = SLICE("вот это"),
                               .quote = SLICE("в 15:00\nили позже"),
                               .origin = SLICE("Канал <о жилье>")};

    begin(DESK_ARGUMENT "_g", OWNER);
    ck_assert(conversation_update(&talk, &view));
    ck_passed(":\n\nПереслано: Канал &lt;о жилье&gt;\n\n&gt; в 15:00 или позже\n\nвот это");
    talk.world = pending;
    view.quote = SLICE("пишите @nurlan_kz");
    view.origin = SLICE("8 701 234 56 78");
    ck_assert(conversation_update(&talk, &view));
    ck_passed(":\n\nПереслано: •••\n\n&gt; пишите •••\n\nвот это");
    ck_assert_saw("@relay_hides");
}
