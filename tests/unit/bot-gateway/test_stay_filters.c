// SPDX-License-Identifier: MIT
/* Conversations of the flow "stay" in which the guest types search criteria. */
#include "stay_talk.h"

static void begin(void)
{
    stay_talk_begin();
    talk.now = TUESDAY;
}

TEST_CASE("stay wish", .setup = begin, .teardown = stay_talk_end);

// clang-format off
#define AT(city, from, to, guests) "GET /v1/apartments?city=" city "&check_in=2026-" from "&check_out=2026-" to "&guests=" guests "&limit=5&sort=price"
#define FAR(from, to) "GET /v1/apartments?city=almaty&check_in=2027-" from "&check_out=2027-" to "&guests=2&limit=5&sort=price"
#define WEEKEND AT("almaty", "11-27", "11-29", "2")
#define ALL_AT_ONCE "двушка в Алматы на выходные до 25 тысяч, нас двое, с парковкой"

/* --- a phrase, and additions to it --- */

CONVERSATION(one_phrase,
    {.type = ALL_AT_ONCE, .step = "list",
     .sees = {WEEKEND "&rooms=2&max_price=2500000&amenities=parking ", "Подходит: 2 комнаты, до " TENGE("25", "000") " за ночь, парковка\n", "✕ парковка", "✓ вид на горы, Wi-Fi"}},
    {.type = "подешевле, до 15 тысяч", .step = "list", .sees = {WEEKEND "&rooms=2&max_price=1500000&amenities=parking "}},
    {.type = "и чтобы вай-фай", .step = "list", .sees = {"&amenities=parking%2cwifi ", "Подходит: 2 комнаты, до " TENGE("15", "000") " за ночь, парковка, Wi-Fi\n\n✓ вид на горы\n"}},
    {.type = "Медеуский район, на Абая", .step = "list", .sees = {"&district=%d0%9c", "&q=%d0%b0%d0%b1%d0%b0%d1%8f ", "✕ Медеуский", "✕ абая"}},
    {.type = "1 или 2 комнаты", .step = "list", .sees = {"&rooms=1%2c2&", "1 комната / 2 комнаты"}},
    {.type = "в Астане", .step = "list", .sees = {AT("astana", "11-27", "11-29", "2") "&rooms=1%2c2&max_price=1500000&amenities=parking%2cwifi "}},
    {.type = "нас трое", .step = "list", .sees = {AT("astana", "11-27", "11-29", "3")}},
    {.type = "с 5 по 8 декабря", .step = "list", .sees = {AT("astana", "12-05", "12-08", "3")}},
    {.type = "на 2 ночи", .step = "list", .sees = {AT("astana", "12-05", "12-07", "3")}},
    {.type = "Алматы", .step = "list", .sees = {AT("almaty", "12-05", "12-07", "3")}})
CONVERSATION(filter_dropped,
    {.type = ALL_AT_ONCE " у метро", .step = "list", .sees = {"&amenities=parking&q=", "у метро\n"}},
    {.tap = "✕ парковка", .step = "list", .sees = {WEEKEND "&rooms=2&max_price=2500000&q="}, .sees_not = "✕ парковка"},
    {.tap = "✕ до " TENGE("25", "000") " за ночь", .step = "list", .sees = {WEEKEND "&rooms=2&q="}},
    {.tap = "✕ у метро", .step = "list", .sees = {WEEKEND "&rooms=2 "}},
    {.tap = "✕ 2 комнаты", .step = "list", .sees = {WEEKEND " "}, .sees_not = "Подходит"})
/* booking-api refuses more than eight words. */
#define CENTER "%d1%86%d0%b5%d0%bd%d1%82%d1%80"
#define PARK   "%d0%bf%d0%b0%d1%80%d0%ba"
CONVERSATION(ninth_word_is_omitted,
    {.type = "в Алматы на выходные вдвоём, тихий дом с баней и сауной", .step = "list", .sees = {"&q="}},
    {.type = "пентхаус на Абая у метро", .step = "list", .sees = {"✕ пентхаус", "✕ абая", "✕ у метро"}},
    {.type = "у Хан Шатыра", .step = "list", .sees_not = "✕ хан шатыр"},
    {.type = "в центре", .step = "list", .sees = {"%20" CENTER " "}},
    {.type = "у парка", .step = "list", .sees = {"%20" CENTER " "}, .sees_not = PARK},
    {.tap = "✕ пентхаус", .step = "list"},
    {.type = "у парка", .step = "list", .sees = {CENTER "%20" PARK " "}})
CONVERSATION(dropped_in_the_list,
    {.type = ALL_AT_ONCE, .step = "list", INSTEAD({"GET /v1/apartments?", 200, "{\"items\":[" WORLD_IN_LIST(WORLD_APARTMENT_ID, "А", 100000) "," WORLD_IN_LIST(WORLD_OTHER_ID, "Б", 100000) "],\"next_cursor\":null}"})},
    {.tap = "1 / 2", .step = "all", .sees = {"Ваши пожелания: 2 комнаты, до " TENGE("25", "000") " за ночь, парковка", "✕ парковка"}},
    {.tap = "✕ парковка", .step = "list", .sees = {"&max_price=2500000 "}})
#define NOBODY {"GET /v1/apartments?", 200, WORLD_NO_APARTMENTS}
CONVERSATION(no_apartment_meets_all_filters,
    {.type = "двушка в Алматы на выходные для двоих с парковкой", .step = "list",
     .sees = {"Ваши пожелания: 2 комнаты, парковка\n\nСвободной квартиры, где есть всё сразу, не нашлось", "✕ парковка", "@stay_button_drop_all", "@stay_button_dates"}, .sees_not = "✕ 2 комнаты",
     INSTEAD(NOBODY, {WEEKEND "&rooms=2 ", 200, WORLD_APARTMENTS})},
    {.tap = "✕ парковка", .step = "list", .sees = {"Двушка у парка"}},
    {.type = "с парковкой", .step = "list", .sees = {"@stay_nothing_so"}, INSTEAD(NOBODY)},
    {.tap = "@stay_button_drop_all", .step = "list", .sees = {WEEKEND " ", "@stay_nothing"}, .sees_not = "✕", INSTEAD(NOBODY)},
    {.type = "с парковкой", .step = "list", .sees = {"Ваши пожелания: парковка\n\nСвободного не нашлось", "@stay_button_dates"}, .sees_not = "✕", INSTEAD(NOBODY)})

/* --- missing answers are asked for --- */

CONVERSATION(missing_answers_are_asked_for,
    {.type = "двушка с парковкой", .step = "city", .sees = {"@stay_city"}},
    {.tap = "Алматы", .step = "day", .sees = {"<b>Алматы</b>"}},
    {.tap = "На выходные, 27–29 ноя", .step = "guests"},
    {.type = "нас двое", .step = "list", .sees = {WEEKEND "&rooms=2&amenities=parking "}},
    {.tap = "@stay_button_see", .step = "flat"})
CONVERSATION(next_weekend,
    {.type = "в Алматы на следующие выходные вдвоём", .step = "day", .sees = {"@stay_unsure_dates", "На выходные, 27–29 ноя", "На выходные, 4–6 дек"}},
    {.tap = "На выходные, 4–6 дек", .step = "list", .sees = {AT("almaty", "12-04", "12-06", "2")}},
    {.type = "лучше на следующие выходные", .step = "day", .sees = {"@stay_unsure_dates", "На выходные, 4–6 дек"}},
    {.tap = "На выходные, 27–29 ноя", .step = "list", .sees = {WEEKEND " "}})
CONVERSATION(length_before_dates,
    {.type = "Алматы на двое суток, нас двое", .step = "day", .sees = {"@stay_unsure_start", "@stay_day"}},
    {.tap = "27", .step = "list", .sees = {WEEKEND " "}},
    {.type = "/search", .step = "city"},
    {.type = "в Алматы до понедельника", .step = "day"},
    {.type = "27.11", .step = "guests"},
    {.type = "2", .step = "list", .sees = {AT("almaty", "11-27", "11-30", "2")}})
CONVERSATION(unclear_dates,
    {.type = "недорогая квартира в Алматы завтра", .step = "nights", .sees = {"@stay_unsure_price", "25 ноября, ср"}},
    {.type = "2", .step = "guests"},
    {.type = "с детьми", .step = "guests", .sees = {"@stay_unsure_guests", "@stay_guests"}},
    {.type = "2 взр 1 реб", .step = "list", .sees = {AT("almaty", "11-25", "11-27", "3")}},
    {.type = "two-bedroom", .step = "list", .sees = {"@stay_unsure_rooms", "Двушка у парка"}},
    {.type = "Алматы или Астана", .step = "city", .sees = {"@stay_unsure_city", "Астана"}},
    {.tap = "Астана", .step = "list", .sees = {AT("astana", "11-25", "11-27", "3")}},
    {.type = "31 ноября", .step = "day", .sees = {"@stay_unsure_dates"}},
    {.type = "с 1 по 5 декабря 2028", .step = "day", .sees = {"@stay_day_far"}},
    {.type = "с 1 декабря на 60 ночей", .step = "nights", .sees = {"@stay_day_far", "1 декабря, вт"}})
CONVERSATION(dates_far_ahead,
    {.type = "5-8 сентября, Алматы, двое", .step = "day", .sees = {"5–8 сен 2027?", "<b>Алматы</b>"}, .sees_not = "@stay_unsure_dates"},
    {.tap = "5–8 сен 2027", .step = "list", .sees = {FAR("09-05", "09-08")}},
    {.type = "29-31 августа", .step = "day", .sees = {"29–31 авг 2027?"}},
    {.tap = "29–31 авг 2027", .step = "list", .sees = {FAR("08-29", "08-31")}},
    {.type = "1 сентября", .step = "day", .sees = {"ср 1 сен 2027?"}},
    {.tap = "ср 1 сен 2027", .step = "nights", .sees = {"1 сентября, ср"}},
    {.type = "2", .step = "list", .sees = {FAR("09-01", "09-03")}},
    {.type = "с 5 по 8 сентября", .step = "day", .sees = {"5–8 сен 2027?"}},
    {.tap = "6", .step = "list", .sees = {FAR("09-06", "09-09")}},
    {.type = "с 30 августа на 3 ночи", .step = "day", .sees = {"30 авг – 2 сен 2027?"}},
    {.type = "30 августа - 2 сентября 2027", .step = "list", .sees = {FAR("08-30", "09-02")}})
CONVERSATION(old_names_of_cities,
    {.type = "/search", .step = "city"},
    {.type = "Алма-Ата", .step = "day", .sees = {"<b>Алматы</b>"}},
    {.tap = "@button_back", .step = "city"},
    {.type = "в Нур-Султане", .step = "day", .sees = {"<b>Астана</b>"}},
    {.tap = "@button_back", .step = "city"},
    {.type = "в Шымкенте", .step = "city", .sees = {"@stay_unsure_city", "Алматы"}}, /* has no apartments here */
    {.type = "Боровое", .step = "city", .sees = {"@stay_unsure_city"}})

/* --- answers to a step --- */

#define TO_FRIDAY TO_DAY, {.type = "27.11", .step = "nights", .sees = {"27 ноября, пт"}}
#define TO_END(said, out) TO_FRIDAY, {.type = said, .step = "guests"}, {.tap = "2", .step = "list", .sees = {AT("almaty", "11-27", out, "2")}}
/* A check-out that is counted from the check-in, a Sunday, not from today. */
#define TO_LATE_END(said) TO_DAY, {.type = "20.12", .step = "nights"}, {.type = said, .step = "guests"}, {.tap = "2", .step = "list", .sees = {AT("almaty", "12-20", "12-23", "2")}}
CONVERSATION(days,
    TO_DAY,
    {.type = "завтра", .step = "nights", .sees = {"25 ноября, ср"}},
    TO_DAY, {.type = "27 ноября", .step = "nights", .sees = {"27 ноября, пт"}},
    TO_DAY, {.type = "29/11", .step = "nights", .sees = {"29 ноября, вс"}},
    TO_DAY, {.type = "бүгін бір түнге", .step = "guests"},
    {.type = "екеуміз", .step = "list", .sees = {AT("almaty", "11-24", "11-25", "2")}},
    TO_DAY, {.type = "с 5 по 8", .step = "guests"},
    TO_DAY, {.type = "на двое суток", .step = "day", .sees = {"@stay_unsure_start"}}, {.type = "завтра", .step = "guests"},
    TO_DAY, {.type = "вчера", .step = "day", .sees = {"@stay_unsure_dates"}},
    TO_DAY, {.type = "24", .step = "nights", .sees = {"24 ноября"}},
    TO_DAY, {.type = "20.11.2026", .step = "day", .sees = {"@stay_day_past"}})
CONVERSATION(nights,
    TO_END("2", "11-29"), TO_END("1 ночь", "11-28"), TO_END("на двое суток", "11-29"),
    TO_END("30 ноября", "11-30"), TO_END("29/11", "11-29"), TO_END("до воскресенья", "11-29"),
    TO_END("29.11", "11-29"), TO_END("екі түнге", "11-29"),
    TO_LATE_END("23 числа"), TO_LATE_END("23-го"), TO_LATE_END("до 23"), TO_LATE_END("до 23-го"),
    TO_LATE_END("до среды"), TO_LATE_END("until Wednesday"), TO_LATE_END("23-іне дейін"),
    TO_FRIDAY, {.type = "завтра", .step = "nights", .sees = {"@stay_day_early", "27 ноября, пт"}},
    {.type = "бүгін бір түнге", .step = "guests"},
    {.tap = "2", .step = "list", .sees = {AT("almaty", "11-24", "11-25", "2")}},
    TO_FRIDAY, {.type = "31", .step = "nights", .sees = {"@stay_number_unknown"}},
    {.type = "двое суток, нас двое, с парковкой", .step = "list", .sees = {WEEKEND "&amenities=parking "}})

/* --- an apartment, and bookings --- */

#define TO_THE_APARTMENT {.type = "Алматы, с 26 по 28 ноября, вдвоём", .step = "list"}, {.tap = APARTMENT_BUTTON, .step = "flat"}
#define TO_THE_BOOKING TO_THE_APARTMENT, {.tap = "@stay_button_book", .step = "contact"}, {.tap = "@stay_key_no_contact", .step = "booking"}

CONVERSATION(at_an_apartment,
    TO_THE_APARTMENT,
    {.type = "ну и как?", .step = "flat", .sees = {"@stay_unheard", "Двушка у парка", "@stay_button_book"}},
    {.type = "на 3 ночи", .step = "flat", .sees = {"\"check_in\":\"2026-11-26\",\"check_out\":\"2026-11-29\",\"guests\":2"}},
    {.type = "нас трое", .step = "flat", .sees = {"\"check_out\":\"2026-11-29\",\"guests\":3"}},
    {.type = "завтра на сутки", .step = "flat", .sees = {"\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-26\",\"guests\":3"}},
    {.type = "с парковкой", .step = "list", .sees = {AT("almaty", "11-25", "11-26", "3") "&amenities=parking "}})
CONVERSATION(by_a_link,
    {.type = "/start apt_ALM-001", .step = "day", .sees = {"Двушка у парка"}},
    {.type = "завтра на двое суток, нас двое", .step = "flat", .sees = {"\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-27\",\"guests\":2"}},
    {.tap = "@stay_button_dates", .step = "day"},
    {.type = "двушка в Астане", .step = "list", .sees = {AT("astana", "11-25", "11-27", "2") "&rooms=2 "}})
CONVERSATION(question_keeps_an_apartment_opened_by_its_link,
    {.type = "/start apt_ALM-001", .step = "day", .sees = {"Двушка у парка"}},
    {.type = "а парковка есть?", .step = "day", .sees = {"@stay_lacks", "парковка", "@stay_day"}},
    {.type = "во сколько заезд?", .step = "day", .sees = {"14:00", "@stay_day"}},
    {.type = "метро далеко?", .step = "day", .sees = {"@stay_for_person", "@button_person"}},
    {.type = "завтра", .step = "nights"},
    {.type = "сколько человек поместится?", .step = "nights", .sees = {" 5 "}},
    {.type = "28.11", .step = "guests"},
    {.type = "двое, а вай фай есть?", .step = "flat", .sees = {"@stay_has", "Wi-Fi", "\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-28\",\"guests\":2"}})
CONVERSATION(at_a_booking,
    TO_THE_BOOKING,
    {.type = "спасибо большое", .step = "booking", .sees = {"@welcome", "<b>0WX1HA6S</b>", "Отменить бронь"}},
    {.type = "заедем завтра в 14:00", .step = "booking", .sees = {"@stay_unheard", "<b>0WX1HA6S</b>"}},
    {.tap = "Отменить бронь", .step = "cancel"},
    {.type = "я подумаю", .step = "cancel", .sees = {"@stay_unheard", "@stay_button_cancel"}},
    {.type = "студия в Астане завтра на сутки для двоих", .step = "list", .sees = {AT("astana", "11-25", "11-26", "2") "&rooms=1 "}},
    {.type = "/mybookings", .step = "mine"},
    {.type = "что?", .step = "mine", .sees = {"@stay_unheard"}},
    {.type = "двушка в Алматы", .step = "day"},
    {.type = "/cancel", .step = ""},
    {.type = "спасибо", .step = "", .sees = {"@welcome"}})

/* 201 characters */
#define TEN "двушка да "
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "!"
CONVERSATION(too_long,
    {.type = LONG, .step = "", .sees = {"@stay_too_long", "@button_search"}},
    TO_DAY,
    {.type = LONG, .step = "day", .sees = {"@stay_too_long", "@stay_day"}},
    {.type = "27.11", .step = "nights"},
    {.type = LONG, .step = "nights", .sees = {"@stay_too_long"}},
    {.type = "2", .step = "guests"},
    {.type = LONG, .step = "guests", .sees = {"@stay_too_long"}},
    {.type = "2", .step = "list"},
    {.type = LONG, .step = "list", .sees = {"@stay_too_long", "Двушка у парка"}},
    {.type = "двушка \xff", .step = "list", .sees = {"@stay_too_long"}},
    TO_THE_BOOKING,
    {.type = LONG, .step = "booking", .sees = {"@stay_too_long", "<b>0WX1HA6S</b>"}})

TEST(long_text_for_staff_is_not_called_too_long)
{
    conversation_reach(&talk, FIELD_ABSENT, -100);
    talk.relay.talk_is_found = talk.relay.talk_is_open = talk.has_talk = true;
    type(LONG);
    ck_assert(talk.output.passes);
    ck_assert_msg(!conversation_saw(&talk, "@stay_too_long"), "%s", talk.seen);
}

/* --- from a search result --- */

CONVERSATION(booked_from_a_card,
    {.type = ALL_AT_ONCE, .step = "list"},
    {.tap = "@stay_button_book", .step = "contact",
     .sees = {"POST /v1/bookings {\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-27\",\"check_out\":\"2026-11-29\",\"guests\":2,\"guest\":", "<b>0WX1HA6S</b>\nДвушка у парка", "@stay_contact_needed"}},
    {.tap = "@stay_key_no_contact", .step = "booking"},
    {.tap = "@button_back", .step = "list", .sees = {WEEKEND "&rooms=2&max_price=2500000&amenities=parking "}},
    {.tap = "@stay_button_book", .step = "flat", .sees = {"@stay_others", "24–27 ноя · " TENGE("17", "000")}, .sees_not = "@stay_refused",
     INSTEAD({"POST /v1/bookings", 422, WORLD_PROBLEM("min_nights")}, {"POST /v1/quotes", 422, WORLD_NOT_AVAILABLE})},
    {.tap = "@button_back", .step = "list"},
    {.tap = "@stay_button_book", .step = "flat", .sees = {"@stay_nights_taken", "@stay_offer"}, INSTEAD({"POST /v1/bookings", 409, WORLD_PROBLEM("nights_taken")})},
    {.tap = "@button_back", .step = "list"},
    {.tap = "@stay_button_book", .step = "holds", INSTEAD({"POST /v1/bookings", 409, WORLD_PROBLEM("too_many_holds")})},
    {.tap = "@button_back", .step = "flat"},
    {.tap = "@button_back", .step = "list"},
    {.tap = "@stay_button_book", .step = "contact", BOOKS(WORLD_TO_PAY)},
    {.tap = "@stay_key_no_contact", .step = "booking", .sees = {"<b>0WX1HA6S</b>\nДвушка у парка", "Kaspi"}, INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})})
// clang-format on

/* After midnight "tomorrow" may be today: 00:30 of 25 November. */
TEST(hour_is_in_time_zone_of_apartments)
{
    talk.now = TUESDAY + INT64_C(12) * 3600 * 1000000 + INT64_C(1800) * 1000000;
    type("в Алматы завтра на сутки");
    ck_assert_str_eq(talk.step, "day");
    ck_assert_saw("@stay_unsure_dates");
    ck_assert_saw("например «с 5 по 8»");
}

TEST(answers_are_parsed_without_vocabulary)
{
    talk.words = NULL;
    type(ALL_AT_ONCE);
    ck_assert_saw("@unknown");
    type("/search");
    type("Алматы");
    type("27.11");
    type("2");
    type("2");
    ck_assert_saw(WEEKEND " ");
}
