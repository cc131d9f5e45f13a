// SPDX-License-Identifier: MIT
/* Conversations of the flow "stay": an action of the person, the calls and replies that follow, and
 * the step afterwards. */
#include "stay_talk.h"

TEST_CASE("stay", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
CONVERSATION(by_buttons,
    {.type = "/search", .step = "city", .sees = {"@stay_city", "Усть-Каменогорск", "@button_not_now"}},
    {.tap = "Алматы", .step = "day", .sees = {"<b>Алматы</b>", "ноябрь 2026", "@stay_button_tomorrow", "На выходные, 27–29 ноя"}},
    {.tap = "22", .step = "nights", .sees = {"22 ноября, вс", "[22]"}},
    {.tap = "24", .step = "guests", .sees = {"@stay_guests"}},
    {.tap = "2", .step = "list",
     .sees = {"GET /v1/apartments?city=almaty&check_in=2026-11-22&check_out=2026-11-24&guests=2&limit=5&sort=price ",
              "Алматы, Медеуский · 2 комнаты", TENGE("18", "000") "</b> за 2 ночи, это " TENGE("9", "000") " за ночь\n\n✓ вид на горы, Wi-Fi\n",
              "\n" WORLD_PHOTO "\n"},
     .sees_not = "1 / 1"},
    {.tap = APARTMENT_BUTTON, .step = "flat",
     .sees = {"{\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\",\"guests\":2}",
              "Алматы, Медеуский · 2 комнаты", "\n\n2 ночи × " TENGE("7", "000") "\nУборка: " TENGE("4", "000") "\n\nВсего", "Бесплатная отмена за 5 дней\n" WORLD_PHOTO}},
    {.tap = "@stay_button_book", .step = "contact",
     .sees = {"{\"quote_id\":\"" WORLD_QUOTE_ID "\",\"guest\":{\"name\":\"Данияр\",\"telegram_id\":7,\"language\":\"ru\"},\"hold_minutes\":15}",
              "<b>12:15</b>", "<b>0WX1HA6S</b>\nДвушка у парка", "@stay_contact_needed"}},
    {.tap = "@stay_key_no_contact", .step = "booking", .sees = {"@stay_contact_put_off", "<b>12:15</b>", "<b>0WX1HA6S</b>\nДвушка у парка", "Отменить бронь"},
     .sees_not = "Похвалить"},
    {.tap = "Подтвердить", .step = "booking", .sees = {"/confirm ", "@stay_confirmed", "22 ноября, вс, 14:00", "Код двери 12"},
     .instead = {{CALL_BOOKING, 200, WORLD_CONFIRMED}}})

CONVERSATION(by_words,
    {.type = "/search", .step = "city"},
    {.type = "усть каменогорск", .step = "day", .sees = {"<b>Усть-Каменогорск</b>"}},
    {.type = "22.11", .step = "nights", .sees = {"22 ноября, вс"}},
    {.type = " 30 ночей ", .step = "guests"},
    {.type = "5", .step = "list",
     .sees = {"city=ust-kamenogorsk&check_in=2026-11-22&check_out=2026-12-22&guests=5", "30 ночей", "5 гостей"}},
    {.type = "двушка", .step = "list", .sees = {"guests=5&limit=5&sort=price&rooms=2 "}})

CONVERSATION(invalid_answers,
    {.type = "/search", .step = "city"},
    {.type = "Париж", .step = "city", .sees = {"@stay_city_unknown", "@stay_city", "Астана"}},
    {.tap = "Астана", .step = "city", .sees = {"@stay_city_unknown", "@stay_city"}, INSTEAD({"GET /v1/cities", 200, "{\"items\":[]}"})},
    {.type = "ӨСКЕМЕН", .step = "day"},
    {.type = "не знаю", .step = "day", .sees = {"@stay_day_unknown", "ноябрь 2026"}},
    {.type = "20.11.2026", .step = "day", .sees = {"@stay_day_past", "ноябрь 2026"}},
    {.type = "2026-11-21", .step = "nights", .sees = {"21 ноября, сб"}},
    {.type = "31", .step = "nights", .sees = {"@stay_number_unknown", "Когда выезжаете?"}},
    {.type = "0", .step = "nights", .sees = {"@stay_number_unknown"}},
    {.type = "много", .step = "nights", .sees = {"@stay_number_unknown"}},
    {.type = "1", .step = "guests"},
    {.type = "101", .step = "guests", .sees = {"@stay_number_unknown", "@stay_guests"}},
    {.type = "1", .step = "list", .sees = {"check_out=2026-11-22", "1 ночь", "1 гость"}})

#define AT(lat, lon) (&(const struct field_geo){(lat), (lon)})
#define NEIGHBOURS(almaty)                                                                         \
    "{\"items\":[{\"slug\":\"north\",\"name\":{\"ru\":\"Север\"},\"location\":{\"lat\":52.0,\"lon\":71.0}},"  \
    "{\"slug\":\"south\",\"name\":{\"ru\":\"Юг\"},\"location\":" almaty "}]}"
CONVERSATION(by_locations,
    {.type = "/search", .step = "city"},
    {.at = AT(43.88, 77.07), .step = "day", .sees = {"<b>Алматы</b>", "ноябрь 2026"}},
    {.tap = "@button_back", .step = "city"},
    {.at = AT(52.509, 71.4491), .step = "day", .sees = {"<b>Астана</b>"}}, /* 149 km north */
    {.tap = "@button_back", .step = "city"},
    {.at = AT(52.528, 71.4491), .step = "city", .sees = {"@stay_city_far", "@stay_city", "Астана"}}, /* 151 km */
    {.at = AT(48.85, 2.35), .step = "city", .sees = {"@stay_city_far"}},
    {.at = AT(51.4, 71.0), .step = "day", .sees = {"<b>Юг</b>"},
     INSTEAD({"GET /v1/cities", 200, NEIGHBOURS("{\"lat\":51.0,\"lon\":71.0}")})},
    {.tap = "@button_back", .step = "city"},
    {.at = AT(51.6, 71.0), .step = "day", .sees = {"<b>Север</b>"},
     INSTEAD({"GET /v1/cities", 200, NEIGHBOURS("{\"lat\":51.0,\"lon\":71.0}")})},
    {.tap = "@button_back", .step = "city"},
    {.at = AT(50.0, 71.0), .step = "city", .sees = {"@stay_city_far", "Юг"},
     INSTEAD({"GET /v1/cities", 200, NEIGHBOURS("{\"lat\":\"50\",\"lon\":71.0}")})})

CONVERSATION(location_starts_a_search,
    {.at = AT(43.25, 76.9), .step = "day", .sees = {"<b>Алматы</b>"}},
    {.tap = "22", .step = "nights"},
    {.tap = "24", .step = "guests"},
    {.at = AT(49.9, 82.6), .step = "day", .sees = {"<b>Усть-Каменогорск</b>"}},
    {.tap = "23", .step = "nights"},
    {.tap = "24", .step = "guests"},
    {.tap = "1", .step = "list", .sees = {"city=ust-kamenogorsk&check_in=2026-11-23&check_out=2026-11-24&guests=1"}},
    {.at = AT(48.85, 2.35), .step = "city", .sees = {"@stay_city_far", "@stay_city", "Алматы"}},
    {.type = "/cancel", .step = ""},
    {.at = AT(0, 0), .step = "city", .sees = {"@stay_city_far"}})

CONVERSATION(back_from_every_step,
    TO_BOOKING,
    {.tap = "Отменить бронь", .step = "cancel"},
    {.tap = "@button_back", .step = "booking"},
    {.tap = "@button_back", .step = "list"},
    {.tap = APARTMENT_BUTTON, .step = "flat"},
    {.tap = "@stay_button_book", .step = "holds", INSTEAD({"POST /v1/bookings", 409, WORLD_PROBLEM("too_many_holds")})},
    {.tap = "@button_back", .step = "flat"},
    {.tap = "@button_back", .step = "list"},
    {.tap = "@button_back", .step = "guests"},
    {.tap = "@button_back", .step = "nights"},
    {.tap = "@button_back", .step = "day"},
    {.tap = "@button_back", .step = "city"},
    {.tap = "@button_not_now", .step = "", .sees = {"@cancelled"}})

CONVERSATION(nights_taken,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "flat",
     .sees = {"@stay_nights_taken", "@stay_others", "24–27 ноя · " TENGE("17", "000"), "Похожая: 22–24 ноя · " TENGE("19", "000")},
     INSTEAD({"POST /v1/bookings", 409, WORLD_PROBLEM("nights_taken")}, {"POST /v1/quotes", 422, WORLD_NOT_AVAILABLE})},
    {.tap = "24–27 ноя · " TENGE("17", "000"), .step = "flat",
     .sees = {"\"check_in\":\"2026-11-24\",\"check_out\":\"2026-11-27\"", "24 ноября, вт", "3 ночи"}},
    {.tap = "@stay_button_book", .step = "contact"})

CONVERSATION(taken_before_it_is_shown,
    TO_LIST,
    {.tap = APARTMENT_BUTTON, .step = "flat", .sees = {"@stay_others"}, .sees_not = "Забронировать",
     INSTEAD({"POST /v1/quotes", 422, WORLD_NOT_AVAILABLE})},
    {.tap = "Похожая: 22–24 ноя · " TENGE("19", "000"), .step = "flat",
     .sees = {"GET /v1/apartments/" WORLD_OTHER_ID, "{\"apartment_id\":\"" WORLD_OTHER_ID "\"", "@stay_no_others"},
     INSTEAD({"POST /v1/quotes", 422, WORLD_PROBLEM("not_available")})},
    {.tap = "@button_back", .step = "list"})

CONVERSATION(cancelled,
    TO_BOOKING,
    {.tap = "Отменить бронь", .step = "cancel"},
    {.tap = "@stay_button_cancel", .step = "booking",
     .sees = {"/cancel {\"expected_refund\":{\"amount\":540000,\"currency\":\"KZT\"}}", "@stay_cancelled"}})

CONVERSATION(expired,
    TO_BOOKING,
    {.tap = "Подтвердить", .step = "booking", .sees = {"@stay_expired", "@stay_button_free"}, .sees_not = "Подтвердить",
     INSTEAD({"POST /v1/bookings/" WORLD_BOOKING_ID "/confirm", 410, WORLD_PROBLEM("hold_expired")}, {CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.tap = "@stay_button_again", .step = "flat", .sees = {"POST /v1/quotes {\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\",\"guests\":2}", "@stay_offer"},
     INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.tap = "@button_back", .step = "list", .sees = {"check_in=2026-11-22&check_out=2026-11-24&guests=2"}})

static const struct exchange longest[] = {
    TO_BOOKING,
    {.tap = "Отменить бронь", .step = "cancel"},
};
static const struct exchange start_over[] = {
    {.tap = "@button_again", .step = "city", .sees = {"@stay_city"}},
};
static const struct exchange book[] = {TO_CONTACT};
// clang-format on

TEST_LOOP(every_step_can_start_over, 2, COUNT(longest) + 1)
{
    conversation_go(&talk, longest, (size_t)_i);
    CONVERSE(start_over);
}

static const struct {
    const char *name, *source, *body; /* a part of the body */
} guests[] = {
    {"Айгерим \"A\"",                           "insta", "\"guest\":{\"name\":\"Айгерим \\\"A\\\"\","},
    {"  Ли  ",                                       NULL,    "\"guest\":{\"name\":\"Ли\","                    },
    {"",                                               NULL,    "\"guest\":{\"name\":\"Гость\","              },
    {" \n ",                                           NULL,    "\"guest\":{\"name\":\"Гость\","              },
    {"a\001b",                                         NULL,    "\"guest\":{\"name\":\"ab\","                      },
    {"q" TEN_ACCENTS,                                  NULL,    "\"guest\":{\"name\":\"q" TEN_ACCENTS "\","        },
    {"q" TEN_ACCENTS TEN_ACCENTS TEN_ACCENTS "\u0301", NULL,    "\"guest\":{\"name\":\"Гость\","              },
    {NULL,                                             NULL,    "\"guest\":{\"name\":\"Гость\","              },
    {"Ли",                                           "insta", "},\"source\":\"insta\",\"hold_minutes\":15"       },
    {"Ли",                                           NULL,    "\"language\":\"ru\"},\"hold_minutes\":15"         },
};

TEST_ROWS(booking_is_made_for_the_person, guests)
{
    talk.first_name = slice_of(row->name);
    talk.source = slice_of(row->source);
    CONVERSE(book);
    ck_assert_msg(conversation_saw(&talk, row->body), "%s", talk.asked);
}

/* Case: Double tap on "Book", two devices. */
TEST(a_second_tap_books_nothing)
{
    CONVERSE(book);
    const char *data = conversation_button(&talk.before, "@stay_button_book");
    ck_assert_ptr_nonnull(data);
    ck_assert(conversation_tap_data(&talk, data));
    ck_lacks(talk.asked, "POST");
    ck_assert_saw("@button_stale");
    ck_assert_str_eq(talk.step, "contact");
}
