// SPDX-License-Identifier: MIT
/* The staff decide about nights that a channel has too. */
#include "stay_world.h"

static struct conversation talk;

static void begin(void)
{
    conversation_open(&talk, NULL);
    talk.staff = (struct staff_chat_view){.is_linked = true, .member = SLICE("Айгуль")};
}

static void end(void)
{
    conversation_close(&talk);
}

TEST_CASE("staff_clash", .setup = begin, .teardown = end);

// clang-format off
#define CLASH    "018f0007-0000-7000-8000-000000000001"
#define ID       "AY8ABwAAcACAAAAAAAAAAQ"
#define RESOLVE  "POST /v1/conflicts/" CLASH "/resolve"
#define PATH     "/v1/bookings/" WORLD_BOOKING_ID
#define PROBLEM(code) "{\"code\":\"" code "\"}"
#define CONFLICT(booking, status) "{\"id\":\"" CLASH "\",\"apartment_id\":\"018f0002-0000-7000-8000-000000000001\",\"booking_id\":" booking "," \
    "\"channel\":\"google\",\"from\":\"2026-11-22\",\"to\":\"2026-11-24\",\"status\":\"" status "\",\"version\":1}"
#define OF_BOOKING(status) CONFLICT("\"" WORLD_BOOKING_ID "\"", status)
#define OF_BLOCK           CONFLICT("null", "kept_theirs")
#define MAY_DECIDE(conflict) {RESOLVE "?dry_run=true", 200, "{\"would\":" conflict "}"}
#define BOOKED {"GET " PATH, 200, WORLD_BOOKING("confirmed", "\"paid\":" WORLD_SUM(540000) ",\"guest\":{\"name\":\"Алия\"},", WORLD_CANCEL)}

static const struct {
    const char *why, *command, *argument;
    struct scripted world[5];
    const char *sees[3];
    const char *asks; /* the call that decides; NULL: there is none */
    size_t buttons;
} answers[] = {
    {"ours is kept", "staff_ours", ID, {{RESOLVE, 200, OF_BOOKING("kept_ours")}},
     {"Даты остаются за нами", "(Google Календарь)", "Решение: Айгуль"}, RESOLVE " {\"keep\":\"ours\"} as staff:Айгуль", 0},
    {"to give is asked first", "staff_theirs", ID, {MAY_DECIDE(OF_BOOKING("kept_theirs")), BOOKED},
     {"Отменить нашу бронь 0WX1HA6S целиком", "вернётся всё, что он заплатил: 5", "← Назад"}, NULL, 2},
    {"given", "staff_give", ID "_5401", {{RESOLVE, 200, OF_BOOKING("kept_theirs")}},
     {"Даты отданы площадке (Google Календарь)", "Верните гостю всё, что он заплатил: 5", "Решение: Айгуль"},
     RESOLVE " {\"keep\":\"theirs\",\"refund\":\"full\",\"expected_refund\":" WORLD_SUM(540000) "} as staff:Айгуль", 0},
    {"another refund is asked about again", "staff_give", ID "_1", {{RESOLVE, 409, PROBLEM("refund_changed")}, MAY_DECIDE(OF_BOOKING("kept_theirs")), BOOKED},
     {"Сумма возврата", "вернётся всё, что он заплатил: 5", "Да"}, RESOLVE " {\"keep\":\"theirs\",\"refund\":\"full\",\"expected_refund\":" WORLD_SUM(0) "}", 2},
    {"without a shown refund it is asked", "staff_give", ID, {MAY_DECIDE(OF_BLOCK)}, {"Отдать даты, закрытые у нас"}, NULL, 2},
    {"a block", "staff_clash", ID, {MAY_DECIDE(OF_BLOCK)}, {"закрыты и у нас", "Оставить нашу", "Отдать площадке"}, NULL, 2},
    {"both sides are named", "staff_clash", ID, {MAY_DECIDE(OF_BOOKING("kept_ours")), {"GET " PATH, 200, WORLD_BOOKING("confirmed", "", WORLD_CANCEL)}},
     {"Даты проданы дважды", "бронь 0WX1HA6S", "Оставить нашу"}, NULL, 2},
    {"it is over", "staff_ours", ID, {{RESOLVE, 409, PROBLEM("already_gone")}}, {"Решать уже нечего"}, RESOLVE, 0},
    {"it is decided otherwise", "staff_ours", ID, {{RESOLVE, 409, PROBLEM("already_kept_theirs")}}, {"нашу бронь не вернуть"}, RESOLVE, 0},
    {"there is none", "staff_theirs", ID, {{RESOLVE, 404, PROBLEM("not_found")}}, {"Решать уже нечего"}, NULL, 0},
};
// clang-format on

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

static void tap_command(const char *command, const char *argument)
{
    const struct button button = {
        .flow = SLICE("go"), .action = slice_of(command), .argument = slice_of(argument)};
    char data[BUTTON_DATA_MAX + 1];

    ck_assert(button_write(&button, talk.key, BUTTON_STAFF, data));
    tap(data);
}

TEST_ROWS_WHY(member_decides_by_buttons, answers)
{
    talk.world = row->world;
    tap_command(row->command, row->argument);
    for (size_t i = 0; i < COUNT(row->sees) && row->sees[i] != NULL; i++)
        ck_has(talk.seen, row->sees[i]);
    if (row->asks != NULL)
        ck_has(talk.asked, row->asks);
    else
        ck_lacks(talk.asked, "/resolve {");
    ck_lacks(talk.seen, "Алия");
    ck_assert_uint_eq(talk.output.replies[talk.output.count - 1].button_count, row->buttons);
    ck_assert_msg(talk.output.replies[1].confided == (strstr(talk.seen, "Айгуль") != NULL),
                  "the name of a member is not stored");
}

TEST(buttons_lead_to_each_other)
{
    static const struct scripted world[] = {
        MAY_DECIDE(OF_BOOKING("kept_theirs")),
        BOOKED,
        {RESOLVE, 200, OF_BOOKING("kept_theirs")},
        {NULL,    0,   NULL                     }
    };

    talk.world = world;
    tap_command("staff_clash", ID);
    tap(conversation_button(&talk.shown, "@clash_button_theirs"));
    tap(conversation_button(&talk.shown, "@button_back"));
    tap(conversation_button(&talk.shown, "@clash_button_theirs"));
    tap(conversation_button(&talk.shown, "@desk_button_sure"));
    ck_has(talk.asked, "\"expected_refund\":" WORLD_SUM(540000));
    ck_has(talk.seen, "Решение: Айгуль");
}

TEST(stranger_decides_nothing)
{
    talk.staff.member = SLICE_NONE;
    tap_command("staff_ours", ID);
    ck_has(talk.seen, "Сначала представьтесь");
    ck_assert_str_eq(talk.asked, "");
}

TEST(largest_refund_fits_a_button)
{
    static const struct scripted world[] = {
        MAY_DECIDE(OF_BOOKING("kept_theirs")),
        {"GET " PATH,                                                          200, WORLD_BOOKING("confirmed", "", WORLD_CANCEL)},
        {"GET " PATH "/cancel-preview",                                                       200,
                                     "{\"refund\":" WORLD_SUM(1000000000000) ",\"fee\":" WORLD_SUM(0) "}"                                                      },
        {NULL, 0,    NULL}
    };

    talk.world = world;
    tap_command("staff_theirs", ID);
    ck_assert_uint_eq(talk.shown.count, 2);
}
