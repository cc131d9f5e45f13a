// SPDX-License-Identifier: MIT
/* What people write to each other: guest, owner and staff. */
#include "owner_talk.h"
#include "relay/relay_private.h"

TEST_CASE("relay", .setup = owner_talk_begin, .teardown = owner_talk_end);

/* --- guest and owner --- */

#define GUEST  8
#define OWNER  9
#define CHAT   (-100)
#define PEOPLE "\"owner_id\":\"" DESK_OWNER_ID "\","
#define BOOKING(status)                                                                                   \
    "{\"id\":\"" DESK_BOOKING_ID "\",\"code\":\"0WX1HA6S\",\"apartment_id\":\"" DESK_APARTMENT_ID         \
    "\",\"version\":3,\"status\":\"" status "\",\"check_in\":\"2026-11-22\",\"check_out\":"               \
    "\"2026-11-24\",\"guests\":2,\"apartment\":{\"title\":{\"ru\":\"Двушка у парка\",\"en\":" \
    "\"Two rooms\"}}," PEOPLE "\"guest\":{\"name\":\"Айгуль\",\"phone\":\"+77012345678\","          \
    "\"telegram_id\":8},\"total\":" DESK_SUM(1800000) ",\"allowed_actions\":[]}"
#define OWNERS "GET /v1/owners/" DESK_OWNER_ID

// clang-format off
#define WORLD(status)                                                                              \
    {DESK_OWNERS, 200, DESK_LIST(DESK_OWNER("7", "2"), "null")},                                   \
    {DESK_CALL,   200, BOOKING(status)},                                                           \
    {OWNERS,      200, DESK_OWNER("9", "2")},                                                      \
    {"GET /v1/bookings?status=held", 200, DESK_LIST("", "null")},                                  \
    {NULL,        0,   NULL}
static const struct scripted world[] = {WORLD("confirmed")};
static const struct scripted pending[] = {WORLD("held")};
// clang-format on

static void begin(const char *argument, int64_t person, int64_t staff)
{
    talk.world = world;
    conversation_reach(&talk, person, staff);
    tap_command("write", argument);
    ck_assert_str_eq(talk.step, "write");
}

static void write_words(const char *words)
{
    ck_assert_msg(conversation_type(&talk, words), "%s: %s", talk.fault.code, talk.fault.detail);
}

static void ck_says(const struct turn_message *message, const char *what)
{
    const struct slice text = message->reply.text;
    const char *plain = textf("%.*s", SLICE_ARG(text));

    ck_has(plain, what);
    ck_assert_msg(strstr(plain, "Данияр") == NULL && strstr(plain, "Айгуль") == NULL &&
                      strstr(plain, "7701") == NULL && strstr(plain, "Игорь") == NULL,
                  "somebody is named in %s", plain);
    ck_assert(message->reply.confided);
}

/* The command and the argument of its button, which only the reader can tap. */
static void ck_button(const struct turn_message *message, int64_t reader, const char *command,
                      const char *argument)
{
    struct button button;

    ck_assert_uint_eq(message->reply.button_count, 1);
    ck_assert(button_read(message->reply.buttons[0].data, talk.key, reader, &button));
    ck_assert_msg(slice_is(button.action, command) && slice_is(button.argument, argument),
                  "%.*s %.*s", SLICE_ARG(button.action), SLICE_ARG(button.argument));
}

TEST(guest_writes_to_the_owner)
{
    begin(DESK_ARGUMENT "_g", OWNER, CHAT);
    ck_assert_saw("передать хозяину. Можно приложить фото.\nБронь 0WX1HA6S, «Двушка у парка»");
    write_words("Можно заехать <раньше>?");
    ck_assert_saw("Передали хозяину, бронь 0WX1HA6S, «Двушка у парка».");
    ck_assert_saw(DESK_CALL " \n");
    ck_assert_saw(OWNERS "  as bot");
    ck_assert_str_eq(talk.step, "write");
    ck_assert_int_eq(talk.relay_asked.person, 9);
    const struct turn_message *message = passed();
    ck_assert_int_eq(message->to.chat_id, OWNER);
    ck_says(message, "<b>Гость</b>, бронь 0WX1HA6S, «Двушка у парка»:\n\nМожно заехать "
                     "&lt;раньше&gt;?");
    ck_button(message, OWNER, "write", DESK_ARGUMENT "_o");
    ck_assert_int_eq(talk.output.pass.to_user, 9);
    /* If it is not delivered: first to staff, then to the writer. */
    ck_assert_uint_eq(talk.output.pass.otherwise_count, 2);
    ck_assert_int_eq(talk.output.pass.otherwise[0].to.chat_id, CHAT);
    ck_says(&talk.output.pass.otherwise[0], "сообщение не дошло");
    ck_says(&talk.output.pass.otherwise[0], "Можно заехать");
    ck_button(&talk.output.pass.otherwise[0], BUTTON_STAFF, "staff_done", "AQIDAAAAAAAAAAAAAAAAAA");
    ck_assert_int_eq(talk.output.pass.otherwise[1].to.chat_id, 7);
    ck_says(&talk.output.pass.otherwise[1], "передали его сотруднику");
    ck_assert_int_eq(talk.output.pass.change, TURN_TALK_SAME);
    /* Thanks are for the owner, not for the bot, and so are words of the menu. */
    write_words("Спасибо");
    ck_says(passed(), "\n\nСпасибо");
    write_words("Помощь");
    ck_says(passed(), "\n\nПомощь");
    ck_assert(conversation_tap_data(&talk, conversation_button(&talk.shown, "@button_back")));
    ck_assert_str_eq(talk.step, "booking");
    ck_assert_str_eq(talk.flow, "stay");
}

TEST(owner_writes_to_the_guest)
{
    begin(DESK_ARGUMENT "_o", GUEST, CHAT);
    ck_assert_saw("передать гостю. Можно приложить фото.\nБронь 0WX1HA6S, «Двушка у парка»");
    talk.relay.person.language = LANGUAGE_EN;
    write_words("Ждём вас");
    ck_assert_saw("Передали гостю, бронь 0WX1HA6S, «Двушка у парка».");
    ck_assert_saw(DESK_CALL " " AS_OWNER);
    ck_assert_int_eq(talk.relay_asked.person, 8);
    ck_assert_int_eq(passed()->to.chat_id, GUEST);
    ck_says(passed(), "<b>Host</b>, booking 0WX1HA6S, “Two rooms”:\n\nЖдём вас");
    ck_button(passed(), GUEST, "write", DESK_ARGUMENT "_g");
    ck_assert(conversation_tap_data(&talk, conversation_button(&talk.shown, "@button_back")));
    ck_assert_str_eq(talk.flow, "desk");
}

TEST(step_is_shown_again_in_another_language)
{
    begin(DESK_ARGUMENT "_g", OWNER, CHAT);
    ck_assert(conversation_type(&talk, "/language en"));
    ck_assert_saw("What shall we tell the host");
    ck_assert_saw("0WX1HA6S");
}

TEST(photo_is_passed_with_its_caption)
{
    begin(DESK_ARGUMENT "_g", OWNER, CHAT);
    ck_assert(conversation_send(&talk, UPDATE_PHOTO, "Сломан замок"));
    ck_assert_slice(passed()->reply.photo, CONVERSATION_FILE_ID);
    ck_says(passed(), "Сломан замок");
    ck_assert(conversation_send(&talk, UPDATE_PHOTO, NULL));
    ck_assert_slice(passed()->reply.photo, CONVERSATION_FILE_ID);
    /* Only the bot that has received a file can send it. */
    talk.relay.person.is_ours = false;
    ck_assert(conversation_send(&talk, UPDATE_PHOTO, NULL));
    ck_assert(!talk.output.passes);
    ck_assert_saw("@relay_photo_elsewhere");
    write_words("Сломан замок");
    ck_assert(talk.output.passes);
}

/* Whether the file is a receipt. */
#define UNPAID_PATH "GET /v1/bookings?status=held,payment_claimed&limit=6"
#define UNPAID      UNPAID_PATH " \n"

static const struct {
    const char *why;
    struct update_view view;
    const char *says;
    const char *asked; /* the calls */
} refusals[] = {
    {"a PDF",
     {.has_media = true, .file = UPDATE_DOCUMENT, .text = TEXTS_LITERAL("x")},
     "@relay_kind",                                                                           UNPAID},
    {"a voice",   {.has_media = true},                                         "@relay_kind", ""    },
    {"a contact",
     {.contact_phone = TEXTS_LITERAL("77012345678"), .contact_user_id = 7},
     "@relay_kind",                                                                           ""    },
    {"a place",   {.has_location = true},                                      "@relay_kind", ""    },
    {"an album",
     {.has_media = true, .file = UPDATE_PHOTO, .album = TEXTS_LITERAL("1")},
     "@relay_one_photo",                                                                      UNPAID},
};

TEST_ROWS_WHY(other_kinds_are_refused_politely, refusals)
{
    struct update_view view = row->view;

    begin(DESK_ARGUMENT "_g", OWNER, CHAT);
    view.about = ABOUT_MESSAGE;
    view.chat_id = view.user_id = 7;
    view.is_private = true;
    view.message_id = FIELD_ABSENT;
    view.file_id = SLICE(CONVERSATION_FILE_ID);
    ck_assert(conversation_update(&talk, &view));
    ck_assert_msg(conversation_saw(&talk, row->says), "%s", talk.seen);
    ck_assert(!talk.output.passes);
    ck_assert_str_eq(talk.asked, row->asked);
    ck_assert_str_eq(talk.step, "write");
}

TEST(caption_is_concealed_if_the_payments_cannot_be_read)
{
    static const struct scripted failing[] = {
        {UNPAID_PATH, 503, DESK_PROBLEM("unavailable")},
        {NULL,        0,   NULL                       }
    };

    begin(DESK_ARGUMENT "_g", OWNER, CHAT);
    talk.instead = failing;
    ck_assert(!conversation_send(&talk, UPDATE_PHOTO, "Сломан замок"));
    ck_assert(talk.output.conceals);
}

TEST(photo_of_the_owner_is_no_receipt)
{
    begin(DESK_ARGUMENT "_o", GUEST, CHAT);
    ck_assert(conversation_send(&talk, UPDATE_PHOTO, NULL));
    ck_assert_slice(passed()->reply.photo, CONVERSATION_FILE_ID);
    ck_assert_msg(strstr(talk.asked, "status=") == NULL, "%s", talk.asked);
}

TEST(long_text_is_refused)
{
    static const char emoji[] = "\U0001F642"; /* two UTF-16 units */
    static char words[RELAY_TEXT_MAX / 2 * sizeof emoji];

    memset(words, 'x', RELAY_TEXT_MAX + 1);
    begin(DESK_ARGUMENT "_g", OWNER, CHAT);
    write_words(words);
    ck_assert_saw("@relay_long");
    ck_assert(!talk.output.passes);
    words[RELAY_TEXT_MAX] = '\0';
    write_words(words);
    ck_says(passed(), words);
    for (size_t i = 0; i <= RELAY_TEXT_MAX / 2; i++)
        memcpy(words + i * strlen(emoji), emoji, sizeof emoji);
    write_words(words);
    ck_assert_saw("@relay_long");
}

TEST(too_many_messages_are_refused)
{
    begin(DESK_ARGUMENT "_g", OWNER, CHAT);
    talk.relay.sent[0] = 20;
    write_words("ещё");
    ck_assert_saw("@relay_many");
    ck_assert(!talk.output.passes);
    ck_assert(!uuid_is_nil(&talk.relay_asked.booking));
}

TEST(contacts_are_hidden_until_the_stay_is_agreed)
{
    begin(DESK_ARGUMENT "_g", OWNER, CHAT);
    talk.world = pending;
    write_words("звоните +7 701 234 56 78");
    ck_says(passed(), "звоните •••");
    ck_assert_saw("@relay_hides");
    talk.world = world;
    write_words("код 8 702 000 00 01");
    ck_says(passed(), "код 8 702 000 00 01");
    ck_assert(!conversation_saw(&talk, "@relay_hides"));
}

/* --- who cannot be reached --- */

TEST(message_for_an_unreachable_owner_goes_to_staff)
{
    begin(DESK_ARGUMENT "_g", FIELD_ABSENT, CHAT);
    write_words("Где ключ?");
    ck_assert_saw("@relay_lost");
    ck_assert_int_eq(passed()->to.chat_id, CHAT);
    ck_says(passed(), "<b>Гость</b>, бронь 0WX1HA6S, «Двушка у парка»: сообщение не дошло");
    ck_says(passed(), "Где ключ?");
    ck_assert_int_eq(talk.output.pass.to_user, FIELD_ABSENT);
    ck_assert_int_eq(talk.output.pass.change, TURN_TALK_OPEN);
}

TEST(without_staff_the_writer_learns_that_nobody_has_it)
{
    begin(DESK_ARGUMENT "_g", FIELD_ABSENT, FIELD_ABSENT);
    write_words("Где ключ?");
    ck_assert(!talk.output.passes);
    ck_assert_saw("Сообщение не дошло.");
    begin(DESK_ARGUMENT "_g", OWNER, FIELD_ABSENT);
    write_words("Где ключ?");
    ck_assert_int_eq(passed()->to.chat_id, OWNER);
    ck_assert_uint_eq(talk.output.pass.otherwise_count, 1);
    ck_assert_int_eq(talk.output.pass.otherwise[0].to.chat_id, 7);
}

static const struct {
    const char *why, *argument;
    struct scripted world[3];
} strangers[] = {
    {"another guest's booking", DESK_ARGUMENT "_g", {{DESK_CALL, 404, DESK_PROBLEM("not_found")}}},
    {"another owner's booking",
     DESK_ARGUMENT "_o",
     {{DESK_OWNERS, 200, DESK_LIST(DESK_OWNER("7", "2"), "null")},
      {DESK_CALL, 404, DESK_PROBLEM("not_found")}}                                               },
    {"no owner",                DESK_ARGUMENT "_o", {{DESK_OWNERS, 200, DESK_LIST("", "null")}}  },
    {"no side",                 DESK_ARGUMENT,      {{NULL, 0, NULL}}                            },
    {"another side",            DESK_ARGUMENT "_x", {{NULL, 0, NULL}}                            },
    {"no id",                   "_g",               {{NULL, 0, NULL}}                            },
};

TEST_ROWS_WHY(booking_of_others_is_refused, strangers)
{
    talk.world = row->world;
    conversation_reach(&talk, OWNER, CHAT);
    tap_command("write", row->argument);
    ck_assert_msg(conversation_saw(&talk, "@stay_booking_gone"), "%s", talk.seen);
    ck_assert_str_eq(talk.flow, "");
    ck_assert(!talk.output.passes);
}

/* --- answers to messages --- */

static bool answers_as_chat; /* the sender of answer() is not known */

static bool answer(const char *command, const char *argument, int64_t chat, int64_t signed_for,
                   const char *words)
{
    const struct button button = {
        .flow = SLICE("go"), .action = slice_of(command), .argument = slice_of(argument)};
    char data[BUTTON_DATA_MAX + 1];

    ck_assert(button_write(&button, talk.key, signed_for, data));
    const struct update_view view = {.about = ABOUT_MESSAGE,
                                     .chat_id = chat,
                                     .user_id = 7,
                                     .is_private = chat > 0,
                                     .by_bot = answers_as_chat,
                                     .message_id = 5,
                                     .text = slice_of(words),
                                     .answered_data = slice_of(data)};
    return conversation_update(&talk, &view);
}

TEST(answer_to_a_message_goes_back_at_once)
{
    talk.world = world;
    conversation_reach(&talk, GUEST, CHAT);
    ck_assert(answer("write", DESK_ARGUMENT "_o", 7, 7, "Да, можно"));
    ck_says(passed(), "<b>Хозяин</b>, бронь 0WX1HA6S, «Двушка у парка»:\n\nДа, можно");
    ck_assert_str_eq(talk.step, "write");
    /* The button of another person's message is no answer. */
    ck_assert(answer("write", DESK_ARGUMENT "_o", 7, 6, "алматы"));
    ck_assert(talk.output.passes); /* the step is still open */
    ck_assert(conversation_type(&talk, "/start"));
}

static const struct {
    const char *command, *argument;
} tapped[] = {
    {"write",  DESK_ARGUMENT "_o"},
    {"person", ""                },
};

/* The words of the other person stay in the chat. */
TEST_ROWS(tapped_message_is_not_replaced, tapped)
{
    talk.world = world;
    conversation_reach(&talk, GUEST, CHAT);
    tap_command(row->command, row->argument);
    ck_assert_str_eq(talk.step, row->command);
    ck_assert_uint_eq(talk.output.count, 2);
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_TEXT);
}

/* --- staff --- */

#define TALK "AQIDAAAAAAAAAAAAAAAAAA"

TEST(person_is_called_and_answers)
{
    talk.world = world;
    conversation_reach(&talk, FIELD_ABSENT, CHAT);
    ck_assert(conversation_type(&talk, "/person"));
    ck_assert_saw("@person_called");
    ck_assert_str_eq(talk.step, "person");
    ck_says(passed(), "<b>Гость зовёт человека</b>.");
    ck_button(passed(), BUTTON_STAFF, "staff_done", TALK);
    ck_assert_int_eq(talk.output.pass.change, TURN_TALK_OPEN);
    talk.relay.talk_is_found = talk.relay.talk_is_open = true;
    ck_assert(conversation_type(&talk, "/person"));
    ck_assert_msg(!talk.output.passes, "staff are called once");
    write_words("Не открывается дверь, я на +7 701 234 56 79");
    ck_says(passed(), "<b>Гость</b>:\n\nНе открывается дверь, я на +7 701 234 56 79");
    ck_assert_saw("Передали сотрудникам. Ответ");
    talk.relay.sent[2] = 100;
    write_words("Ау");
    ck_assert_saw("@relay_many");
    /* Staff have ended the talk. */
    talk.relay.sent[2] = 0;
    talk.relay.talk_is_found = talk.relay.talk_is_open = false;
    write_words("Спасибо");
    ck_assert_saw("@person_over");
    ck_assert(!talk.output.passes);
}

TEST(person_is_called_from_a_booking_and_by_an_owner)
{
    talk.world = world;
    conversation_reach(&talk, FIELD_ABSENT, CHAT);
    tap_command("person", DESK_ARGUMENT "_g");
    ck_says(passed(), "<b>Гость зовёт человека</b>, бронь 0WX1HA6S, «Двушка у парка».");
    ck_assert(conversation_type(&talk, "/booking " DESK_ARGUMENT));
    ck_assert(conversation_type(&talk, "позовите оператора"));
    ck_says(passed(), "<b>Гость зовёт человека</b>, бронь 0WX1HA6S");
    tap_command("person", DESK_ARGUMENT "_o");
    ck_says(passed(), "<b>Хозяин зовёт человека</b>, бронь 0WX1HA6S");
    /* Staff may read contacts, also before the stay is agreed. */
    talk.world = pending;
    talk.relay.talk_is_found = true;
    write_words("перезвоните +7 702 000 00 01");
    ck_says(passed(), "перезвоните +7 702 000 00 01");
    ck_assert_saw("Передали сотрудникам, бронь 0WX1HA6S, «Двушка у парка».");
    ck_assert(!conversation_saw(&talk, "@relay_hides"));
    talk.world = world;
    talk.relay.talk_is_found = false;
    talk.is_owner = true;
    ck_assert(conversation_type(&talk, "/person"));
    ck_says(passed(), "<b>Хозяин зовёт человека</b>.");
}

TEST(without_a_staff_chat_support_is_named)
{
    ck_assert(conversation_type(&talk, "/person"));
    ck_assert_saw("@person_none");
    ck_assert(!talk.output.passes);
    ck_assert_str_eq(talk.flow, "");
}

static void be_member(bool is_linked, struct slice name)
{
    conversation_reach(&talk, GUEST, CHAT);
    talk.relay.writer.chat_id = CHAT;
    talk.relay.talk_is_found = true;
    talk.staff = (struct staff_chat_view){.is_linked = is_linked, .member = name};
}

TEST(member_answers_the_person)
{
    be_member(true, SLICE("Айгуль"));
    ck_assert(answer("staff_done", TALK, CHAT, BUTTON_STAFF, "Сейчас поможем"));
    ck_assert_int_eq(passed()->to.chat_id, GUEST);
    ck_says(passed(), "<b>Сотрудник</b>:\n\nСейчас поможем");
    ck_button(passed(), GUEST, "person", "");
    ck_assert_uint_eq(talk.output.count, 0);
    ck_assert_int_eq(talk.output.pass.otherwise[0].to.chat_id, CHAT);
    ck_says(&talk.output.pass.otherwise[0], "Ответ не дошёл");
    talk.relay.person.chat_id = FIELD_ABSENT;
    ck_assert(answer("staff_done", TALK, CHAT, BUTTON_STAFF, "Сейчас поможем"));
    ck_assert(!talk.output.passes);
    ck_assert_saw("@staff_talk_lost");
}

static const struct {
    const char *why;
    bool is_linked;
    struct slice name;
    int64_t signed_for;
    bool is_closed, as_chat;
    const char *says; /* NULL: nothing */
} others[] = {
    {"no member",         true,  {NULL, 0},          BUTTON_STAFF, false, false, "@staff_stranger" },
    {"an anonymous one",  true,  {NULL, 0},          BUTTON_STAFF, false, true,  "@staff_anonymous"},
    {"another group",     false, TEXTS_LITERAL("A"), BUTTON_STAFF, false, false, "@button_foreign" },
    {"a person's button", true,  TEXTS_LITERAL("A"), 7,            false, false, NULL              },
    {"a closed talk",     true,  TEXTS_LITERAL("A"), BUTTON_STAFF, true,  false, "@staff_talk_over"},
};

TEST_ROWS_WHY(answer_of_others_is_not_passed_on, others)
{
    be_member(row->is_linked, row->name);
    talk.relay.talk_is_closed = row->is_closed;
    answers_as_chat = row->as_chat;
    ck_assert(answer("staff_done", TALK, CHAT, row->signed_for, "x"));
    answers_as_chat = false;
    ck_assert(!talk.output.passes);
    ck_assert_msg(row->says == NULL ? talk.seen[0] == '\0' : conversation_saw(&talk, row->says),
                  "%s", talk.seen);
    /* Nobody else in the group needs to see it, unless Telegram does not name the writer. */
    if (row->says != NULL)
        ck_assert_int_eq(talk.output.replies[0].receiver, row->as_chat ? 0 : 7);
}

TEST(member_ends_the_talk)
{
    const struct button button = {
        .flow = SLICE("go"), .action = SLICE("staff_done"), .argument = SLICE(TALK)};
    char data[BUTTON_DATA_MAX + 1];

    be_member(true, SLICE("Асем"));
    ck_assert(button_write(&button, talk.key, BUTTON_STAFF, data));
    const struct update_view tap = {.about = ABOUT_TAP,
                                    .chat_id = CHAT,
                                    .user_id = 7,
                                    .tap_id = SLICE("77"),
                                    .tap_data = slice_of(data),
                                    .message_id = 100};
    ck_assert(conversation_update(&talk, &tap));
    ck_assert_saw("Разговор закрыт: Асем");
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_TEXT);
    ck_says(passed(), "Разговор с сотрудником закончен");
    ck_button(passed(), GUEST, "person", "");
    ck_assert_int_eq(talk.output.pass.change, TURN_TALK_CLOSE);
    /* Also if the person has stopped the bot. */
    talk.relay.person.chat_id = FIELD_ABSENT;
    ck_assert(conversation_update(&talk, &tap));
    ck_assert(talk.output.passes);
    ck_assert_int_eq(talk.output.pass.message.to.chat_id, FIELD_ABSENT);
}
