// SPDX-License-Identifier: MIT
/* The staff chat: codes, and what staff type there. */
#include "staff_chat/staff_chat.h"
#include "stay_world.h"

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

    digest_base32_random(one, STAFF_CODE_LEN);
    digest_base32_random(other, STAFF_CODE_LEN);
    ck_assert_str_ne(one, other);
    ck_assert(staff_code_compute_hash(slice_of(one), a) &&
              staff_code_compute_hash(slice_of(other), b));
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
    {"K0Q1-M9XD", true,  true },
    {"K0Q1U9XD",  false, false},
    {"",          false, false},
};

TEST_ROWS(code_is_read_as_people_type_it, typed)
{
    uint8_t wanted[DIGEST_SHA256_LEN], hash[DIGEST_SHA256_LEN];

    ck_assert(staff_code_compute_hash(SLICE("K0Q1M9XD"), wanted));
    ck_assert_int_eq(staff_code_compute_hash(slice_of(row->typed), hash), row->is_good);
    ck_assert(!row->is_good || digest_equal(hash, wanted, sizeof hash) == row->is_same);
}

/* --- linking --- */

#define CODE "K0Q1M9XD"

static bool type(const struct update_view *differs)
{
    static uint8_t hash[DIGEST_SHA256_LEN];
    struct update_view view = *differs;

    ck_assert(staff_code_compute_hash(SLICE(CODE), hash));
    talk.staff.code_hash = (struct slice){(const char *)hash, sizeof hash};
    view.about = ABOUT_MESSAGE;
    view.chat_id = view.is_private ? 7 : -100;
    view.user_id = 7;
    view.message_id = FIELD_ABSENT;
    view.text = SLICE("/staff " CODE);
    view.command = SLICE("staff");
    return conversation_update(&talk, &view);
}

// clang-format off
static const struct {
    const char *why;
    struct update_view view;
    const char *name; /* of the member; NULL: nothing is linked */
    const char *says; /* NULL: there is no reply */
} links[] = {
    {"a code", {.argument = TEXTS_LITERAL(CODE), .first_name = TEXTS_LITERAL("Айгуль")}, "Айгуль", "Готово, Айгуль."},
    {"for this bot", {.argument = TEXTS_LITERAL(CODE), .addressee = TEXTS_LITERAL("Our_Bot"), .first_name = TEXTS_LITERAL("A")}, "A", "Готово, A."},
    {"for another bot", {.argument = TEXTS_LITERAL(CODE), .addressee = TEXTS_LITERAL("other_bot")}, NULL, NULL},
    {"another code", {.argument = TEXTS_LITERAL("K0Q1M9XE")}, NULL, "Этот код не подходит"},
    {"no code", {.argument = TEXTS_LITERAL("")}, NULL, "Этот код не подходит"},
    {"a private chat", {.argument = TEXTS_LITERAL(CODE), .is_private = true}, NULL, "Я вас не понял"},
    {"an anonymous one", {.argument = TEXTS_LITERAL(CODE), .by_bot = true, .first_name = TEXTS_LITERAL("Group")}, "Group", "Готово. В этот"},
    {"an anonymous one learns", {.argument = TEXTS_LITERAL(CODE), .by_bot = true, .first_name = TEXTS_LITERAL("Group")}, "Group", "Выключите анонимность"},
    {"no name", {.argument = TEXTS_LITERAL(CODE), .first_name = TEXTS_LITERAL(" ")}, "сотрудник", "Готово, сотрудник."},
    {"a long run of marks", {.argument = TEXTS_LITERAL(CODE), .first_name = TEXTS_LITERAL("q" TEN_ACCENTS TEN_ACCENTS TEN_ACCENTS "\u0301")}, "сотрудник", "Готово"},
    {"control characters only", {.argument = TEXTS_LITERAL(CODE), .first_name = TEXTS_LITERAL("\x01\x1b")}, "сотрудник", "Готово"},
};
// clang-format on

TEST_ROWS_WHY(code_typed_in_a_group_links_it, links)
{
    ck_assert(type(&row->view));
    ck_assert_msg(slice_equal(talk.output.member_name, slice_of(row->name)), "%.*s",
                  SLICE_ARG(talk.output.member_name));
    ck_assert_uint_eq(talk.output.count, row->says != NULL);
    ck_assert_msg(row->says == NULL || strstr(talk.seen, row->says) != NULL, "%s", talk.seen);
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
    ck_assert_ptr_null(talk.output.member_name.at);
    ck_has(talk.seen, "Этот код не подходит");
}

/* --- commands of private chats --- */

// clang-format off
#define ON(in, out) WORLD_MOVED_TO(in, out, 1800000, "confirmed", "", "")
#define PAGE(items, next) "{\"items\":[" items "],\"next_cursor\":" next "}"
#define DAY "GET /v1/bookings?status=confirmed,checked_in&from=2026-11-20&to=2026-11-22&limit=20"
/* Today is 2026-11-21. */
static const struct scripted day[] = {
    {DAY, 200, PAGE(ON("2026-11-21", "2026-11-23") "," ON("2026-11-21", "2026-11-22") "," ON("2026-11-19", "2026-11-21"), "\"abc\"")},
    {DAY "&cursor=abc", 200, PAGE(ON("2026-11-18", "2026-11-30") "," ON("2026-11-18", "2026-11-20"), "null")},
    {NULL, 0, NULL},
};
static const struct scripted endless[] = {{DAY, 200, PAGE(ON("2026-11-21", "2026-11-23"), "\"abc\"")}, {NULL, 0, NULL}};
// clang-format on

static void type_command(const char *command)
{
    const struct update_view view = {.about = ABOUT_MESSAGE,
                                     .chat_id = -100,
                                     .user_id = 7,
                                     .message_id = FIELD_ABSENT,
                                     .text = slice_of(textf("/%s", command)),
                                     .command = slice_of(command)};

    ck_assert_msg(conversation_update(&talk, &view), "%s: %s", talk.fault.code, talk.fault.detail);
}

static const char *const helped[] = {"help", "start", "person", "search"};

TEST(commands_of_private_chats_are_answered_in_the_staff_chat)
{
    talk.staff = (struct staff_chat_view){.is_linked = true, .member = SLICE("Айгуль")};
    for (size_t i = 0; i < COUNT(helped); i++) {
        type_command(helped[i]);
        ck_has(talk.seen, "Это чат сотрудников");
        ck_has(talk.seen, "/today");
    }
    type_command("mybookings");
    ck_assert_uint_eq(talk.output.count, 0);
}

TEST(group_that_is_no_staff_chat_is_not_answered)
{
    for (size_t i = 0; i < COUNT(helped); i++) {
        type_command(helped[i]);
        ck_assert_uint_eq(talk.output.count, 0);
    }
    type_command("today");
    ck_assert_uint_eq(talk.output.count, 0);
}

TEST(today_counts_the_bookings_of_all_pages)
{
    talk.world = day;
    talk.staff = (struct staff_chat_view){.is_linked = true, .member = SLICE("Айгуль")};
    type_command("desk");
    ck_has(talk.seen, "Заезжают: 2");
    ck_has(talk.seen, "Выезжают: 1");
    ck_has(talk.seen, "Живут: 1");
    ck_has(talk.asked, "as staff:Айгуль");
    ck_lacks(talk.seen, "не посчитана");
    talk.world = endless;
    type_command("today");
    ck_has(talk.seen, "Заезжают: 4");
    ck_has(talk.seen, "не посчитана");
}

TEST(today_is_for_members_of_staff)
{
    talk.world = day;
    talk.staff = (struct staff_chat_view){.is_linked = true};
    type_command("today");
    ck_has(talk.seen, "Сначала представьтесь");
    ck_lacks(talk.seen, "Заезжают");
}

/* --- buttons --- */

#define ID           "AY8ABQAAcACAAAAAAAAAAQ" /* of WORLD_BOOKING_ID */
#define PATH         "/v1/bookings/" WORLD_BOOKING_ID
#define NAMED(v)     "\"version\":" v ",\"guest\":{\"name\":\"Алия\",\"phone\":\"+77010000000\"},"
#define BOTH         WORLD_CONFIRM "," WORLD_ACTION("decline", "Отклонить")
#define REQUESTED    WORLD_BOOKING("requested", NAMED("5"), BOTH)
#define CLAIMED      WORLD_BOOKING("payment_claimed", NAMED("5"), WORLD_CONFIRM "," WORLD_CANCEL)
#define CANCELLED    WORLD_BOOKING("cancelled", NAMED("6"), "")
#define CONFIRMED(v) WORLD_BOOKING("confirmed", NAMED(v), WORLD_CANCEL)

static void tap(const char *data)
{
    const struct update_view view = {.about = ABOUT_TAP,
                                     .chat_id = -100,
                                     .user_id = 7,
                                     .tap_id = SLICE("77"),
                                     .tap_data = slice_of(data),
                                     .message_id = 100};

    ck_assert_msg(conversation_update(&talk, &view), "%s: %s", talk.fault.code, talk.fault.detail);
}

static void tap_command(const char *command, const char *argument, int64_t signed_for)
{
    const struct button button = {
        .flow = SLICE("go"), .action = slice_of(command), .argument = slice_of(argument)};
    char data[BUTTON_DATA_MAX + 1];

    ck_assert(button_write(&button, talk.key, signed_for, data));
    tap(data);
}

static void be_member(const struct scripted *world)
{
    talk.world = world;
    talk.staff = (struct staff_chat_view){.is_linked = true, .member = SLICE("Айгуль")};
}

// clang-format off
static const struct {
    const char *why, *command, *argument;
    struct scripted world[4];
    const char *sees[3];
    const char *asks; /* the call that changes something; NULL: there is none */
} answers[] = {
    {"a request is accepted", "staff_ok", ID "_5",
     {{"GET " PATH, 200, REQUESTED}, {"POST " PATH "/confirm", 200, CONFIRMED("6")}},
     {"<b>Бронь 0WX1HA6S</b>: подтверждена", "22–24 ноя, «Двушка у парка», 2 гостя, 18", "Решение: Айгуль"},
     "POST " PATH "/confirm {} as staff:Айгуль if 5"},
    {"the money has come", "staff_ok", ID "_5",
     {{"GET " PATH, 200, CLAIMED}, {"POST " PATH "/confirm", 200, CONFIRMED("6")}}, {"подтверждена", "Решение: Айгуль"},
     "POST " PATH "/confirm {\"paid\":{\"amount\":540000,\"currency\":\"KZT\"}} as staff:Айгуль if 5"},
    {"the money that the guest has claimed has come", "staff_ok", ID "_5",
     {{"GET " PATH, 200, WORLD_BOOKING("payment_claimed", "\"claimed\":" WORLD_SUM(250000) "," NAMED("5"), WORLD_CONFIRM)}, {"POST " PATH "/confirm", 200, CONFIRMED("6")}}, {"подтверждена"},
     "POST " PATH "/confirm {\"paid\":{\"amount\":250000,\"currency\":\"KZT\"}} as staff:Айгуль if 5"},
    {"it has not come", "staff_sure", ID "_5", {{"GET " PATH, 200, CLAIMED}, {"POST " PATH "/cancel", 200, CANCELLED}},
     {"отменена", "Решение: Айгуль"}, "POST " PATH "/cancel {} as staff:Айгуль if 5"},
    {"a request is declined", "staff_sure", ID "_5",
     {{"GET " PATH, 200, REQUESTED}, {"POST " PATH "/decline", 200, WORLD_BOOKING("declined", NAMED("6"), "")}},
     {"отклонена", "Решение: Айгуль"}, "POST " PATH "/decline {} as staff:Айгуль if 5"},
    {"to decline is asked first", "staff_no", ID "_5", {{"GET " PATH, 200, REQUESTED}},
     {"Отклонить? Гостю сообщим", "Да", "← Назад"}, NULL},
    {"the booking again", "staff_see", ID "_4", {{"GET " PATH, 200, CLAIMED}},
     {"гость оплатил, проверьте", "Деньги пришли: 5", "Не пришли"}, NULL},
    {"another version", "staff_ok", ID "_4", {{"GET " PATH, 200, REQUESTED}},
     {"Бронь за это время изменилась", "Принять", "Отклонить"}, NULL},
    {"another version to decline", "staff_no", ID "_4", {{"GET " PATH, 200, REQUESTED}},
     {"Бронь за это время изменилась", "Принять", "Отклонить"}, NULL},
    {"it is answered already", "staff_ok", ID "_5", {{"GET " PATH, 200, CONFIRMED("5")}},
     {"Бронь за это время изменилась", "подтверждена"}, NULL},
    {"it is answered at the same time", "staff_ok", ID "_5",
     {{"GET " PATH, 200, REQUESTED}, {"POST " PATH "/confirm", 412, "{\"code\":\"version_mismatch\"}"}, {"GET " PATH, 200, CONFIRMED("6")}},
     {"Бронь за это время изменилась", "подтверждена"}, "POST " PATH "/confirm {} as staff:Айгуль if 5"},
    {"there is none", "staff_ok", ID "_5", {{"GET " PATH, 404, "{\"code\":\"not_found\"}"}}, {"Этой брони нет."}, NULL},
};
// clang-format on

TEST_ROWS_WHY(member_answers_by_buttons, answers)
{
    be_member(row->world);
    tap_command(row->command, row->argument, BUTTON_STAFF);
    for (size_t i = 0; i < COUNT(row->sees) && row->sees[i] != NULL; i++)
        ck_has(talk.seen, row->sees[i]);
    if (row->asks != NULL)
        ck_has(talk.asked, row->asks);
    else
        ck_lacks(talk.asked, "POST");
    ck_assert_msg(strstr(talk.seen, "Алия") == NULL && strstr(talk.seen, "7701") == NULL,
                  "the guest is not named: %s", talk.seen);
    ck_assert_uint_eq(talk.output.count, 2);
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_EDIT);
    ck_assert(!talk.output.moved);
    ck_assert_msg(talk.output.replies[1].confided == (strstr(talk.seen, "Айгуль") != NULL),
                  "the name of a member is not stored");
}

// clang-format off
#define WITH_RECEIPT "\"receipt\":\"telegram:flats:photo:AgAC\"," NAMED("5")
static const struct scripted with_receipt[] = {
    {"GET " PATH, 200, WORLD_BOOKING("payment_claimed", WITH_RECEIPT, WORLD_CONFIRM "," WORLD_CANCEL)},
    {"POST " PATH "/cancel", 200, WORLD_BOOKING("cancelled", WITH_RECEIPT, "")}, {NULL, 0, NULL},
};
// clang-format on

/* A message without it would replace the message that shows it. */
TEST(receipt_stays_while_staff_decide)
{
    static const char *const commands[] = {"staff_no", "staff_see", "staff_sure"};

    be_member(with_receipt);
    for (size_t i = 0; i < COUNT(commands); i++) {
        tap_command(commands[i], ID "_5", BUTTON_STAFF);
        ck_assert_uint_eq(talk.output.count, 2);
        ck_assert_int_eq(talk.output.replies[1].kind, TURN_EDIT);
        ck_assert(slice_is(talk.output.replies[1].photo, "AgAC") &&
                  talk.output.replies[1].confided);
    }
}

/* The buttons of one screen work. */
TEST(buttons_lead_to_each_other)
{
    static const struct scripted world[] = {
        {"GET " PATH,            200, CLAIMED  },
        {"POST " PATH "/cancel", 200, CANCELLED},
        {NULL,                   0,   NULL     }
    };

    be_member(world);
    tap_command("staff_see", ID "_5", BUTTON_STAFF);
    const struct turn_reply *reply = &talk.output.replies[talk.output.count - 1];
    ck_assert_int_eq(reply->buttons[0].style, TURN_SUCCESS);
    ck_assert_int_eq(reply->buttons[1].style, TURN_DANGER);
    tap(conversation_button(&talk.shown, "Не пришли"));
    tap(conversation_button(&talk.shown, "@button_back"));
    tap(conversation_button(&talk.shown, "Не пришли"));
    tap(conversation_button(&talk.shown, "Да"));
    ck_has(talk.seen, "отменена");
    ck_assert_uint_eq(talk.shown.count, 0);
}

static const struct {
    const char *why, *argument;
    bool is_linked;
    struct slice member;
    int64_t signed_for;
    const char *says;
} refusals[] = {
    {"no member",          ID "_5",  true,  {NULL, 0},          BUTTON_STAFF, "Сначала представьтесь"},
    {"another group",      ID "_5",  false, TEXTS_LITERAL("A"), BUTTON_STAFF, "@button_foreign"                          },
    {"a person's button",  ID "_5",  true,  TEXTS_LITERAL("A"), 7,            "@button_foreign"                          },
    {"no version",         ID,       true,  TEXTS_LITERAL("A"), BUTTON_STAFF, "@button_foreign"                          },
    {"an invalid version", ID "_x",  true,  TEXTS_LITERAL("A"), BUTTON_STAFF, "@button_foreign"                          },
    {"an invalid id",      "AAAA_5", true,  TEXTS_LITERAL("A"), BUTTON_STAFF, "@button_foreign"                          },
};

TEST_ROWS_WHY(tap_of_others_is_refused_without_a_call, refusals)
{
    talk.staff = (struct staff_chat_view){.is_linked = row->is_linked, .member = row->member};
    tap_command("staff_ok", row->argument, row->signed_for);
    ck_assert_msg(conversation_saw(&talk, row->says), "%s", talk.seen);
    ck_assert_str_eq(talk.asked, "");
    ck_assert_uint_eq(talk.output.count, 1);
    ck_assert_int_eq(talk.output.replies[0].kind, TURN_ANSWER);
}

TEST(longest_version_fits_a_button)
{
    static const struct scripted world[] = {
        {"GET " PATH, 200, WORLD_BOOKING("requested", NAMED("999999999999"), BOTH)},
        {NULL,      0,         NULL                              }
    };

    be_member(world);
    tap_command("staff_no", ID "_999999999999", BUTTON_STAFF);
    ck_assert_uint_eq(talk.shown.count, 2);
}
