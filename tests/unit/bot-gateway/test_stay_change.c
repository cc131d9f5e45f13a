// SPDX-License-Identifier: MIT
/* A guest changes the dates of a booking. Refusals of booking-api are in test_stay_refusals.c. */
#include "stay_talk.h"

TEST_CASE("change", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
#define CALL_DO     "POST /v1/bookings/" WORLD_BOOKING_ID "/change-dates"
#define CALL_TRY    CALL_DO "?dry_run=true"
#define CHANGE      "Изменить даты"
#define TO_MINE     {.type = "/mybookings", .step = "mine"}, {.tap = HELD_BUTTON, .step = "booking", .sees = {CHANGE}}
#define TO_NEW_DAY      TO_MINE, {.tap = CHANGE, .step = "new_day"}
#define TO_END      TO_NEW_DAY, {.tap = "25", .step = "new_end"}
#define TO_CHANGE   TO_END, {.tap = "28", .step = "change"}
#define TIERS(until) "\"cancellation\":{\"policy\":\"moderate\",\"text\":{\"ru\":\"x\"},\"tiers\":[{\"until\":\"" until "\",\"kept\":" WORLD_SUM(0) "},{\"until\":null,\"kept\":" WORLD_SUM(900000) "}]},"
#define LATE        WORLD_BOOKING("confirmed", TIERS("2026-11-21T06:30:00Z"), WORLD_CANCEL)
/* Without free cancellation. */
#define NEVER_FREE  WORLD_BOOKING("confirmed", "\"cancellation\":{\"policy\":\"strict\",\"text\":{\"ru\":\"x\"},\"tiers\":[{\"until\":null,\"kept\":" WORLD_SUM(900000) "}]},", WORLD_CANCEL)

/* The nights of the booking, their buffers, and another booking. */
#define OWN_DAYS                                                                                    \
    "{\"days\":["                                                                                  \
    WORLD_DAY("2026-11-21", "free", "1", "\"buffer_ahead\"") ","                                    \
    WORLD_DAY("2026-11-22", "held", "1", "\"held\"") ","                                            \
    WORLD_DAY("2026-11-23", "held", "1", "\"held\"") ","                                            \
    WORLD_DAY("2026-11-24", "buffer", "1", "\"buffer\"") ","                                        \
    WORLD_DAY("2026-11-26", "booked", "1", "\"booked\"") ","                                        \
    WORLD_DAY("2026-11-27", "buffer", "1", "\"buffer\"") "]}"

CONVERSATION(by_taps,
    TO_MINE,
    {.tap = CHANGE, .step = "new_day", .sees = {CALL_DAYS "from=2026-11-21&to=2027-01-01 ", "Сейчас ваши даты: <b>22 ноября, вс — 24 ноября, вт</b>", "ноябрь 2026"}, .sees_not = "POST"},
    {.tap = "25", .step = "new_end", .sees = {CALL_DAYS "from=2026-11-25&to=2026-12-26 ", "Заезд <b>25 ноября, ср</b>", "[25]"}, .sees_not = "POST"},
    {.tap = "28", .step = "change",
     .sees = {CALL_TRY " {\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-28\"}\n",
              "Было: 22 ноября, вс — 24 ноября, вт\n2 ночи, 2 гостя, " TENGE("18", "000"),
              "Станет: <b>25 ноября, ср — 28 ноября, сб</b>\n3 ночи, 2 гостя, <b>" TENGE("27", "000") "</b>", "0WX1HA6S"}},
    {.tap = "@stay_button_change", .step = "booking",
     .sees = {CALL_DO " {\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-28\",\"expected_total\":{\"amount\":2700000,\"currency\":\"KZT\"}}\n",
              "@stay_changed", "25 ноября, ср — 28 ноября, сб: 3 ночи", "Всего " TENGE("27", "000")}, .sees_not = "dry_run"},
    {.tap = "@button_back", .step = "mine"})

CONVERSATION(own_nights_can_be_chosen,
    TO_MINE,
    {.tap = CHANGE, .step = "new_day", .sees = {"\n21\n22\n2", "\n23\n24\n25\n", "2" STROKE "6" STROKE, "2" STROKE "7" STROKE}, INSTEAD({CALL_DAYS, 200, OWN_DAYS})},
    {.tap = "23", .step = "new_end", .sees = {"[23]\n24\n25\n26\n2" STROKE "7" STROKE}, INSTEAD({CALL_DAYS, 200, OWN_DAYS})},
    {.tap = "25", .step = "change", .sees = {"\"check_in\":\"2026-11-23\",\"check_out\":\"2026-11-25\""}})

CONVERSATION(by_words,
    TO_MINE,
    {.type = "изменить  даты", .step = "new_day", .sees = {"@stay_change_day"}},
    {.type = "с 5 по 8", .step = "change", .sees = {"\"check_in\":\"2026-12-05\",\"check_out\":\"2026-12-08\""}},
    {.type = "25.11", .step = "new_end"},
    {.type = "3", .step = "change", .sees = {"\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-28\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "на трое суток", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-25\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "продлить на 2 дня", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "ещё на сутки", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-25\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "екі түнге ұзарту", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "extend by 3 nights", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-27\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "2 more nights please", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "продлить до 27 ноября", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-27\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "завтра", .step = "new_end"},
    {.type = "26 ноября", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "25", .step = "new_end"},
    {.type = "на двое суток", .step = "change", .sees = {"\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-27\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "25", .step = "new_end"},
    {.type = "28.11", .step = "change"},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "20 декабря", .step = "new_end"},
    {.type = "до среды", .step = "change", .sees = {"\"check_in\":\"2026-12-20\",\"check_out\":\"2026-12-23\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "20 декабря", .step = "new_end"},
    {.type = "до 23", .step = "change", .sees = {"\"check_in\":\"2026-12-20\",\"check_out\":\"2026-12-23\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "до 25", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-25\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "продлить до 26", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.type = "22.11", .step = "new_end"},
    {.type = "ещё на 2 ночи", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "25", .step = "new_end"},
    {.type = "продлить на 2 дня", .step = "change", .sees = {"\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-29\""}})
CONVERSATION(in_other_languages,
    TO_MINE,
    {.type = "CHANGE THE DATES", .step = "new_day", INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("held", "", "{\"action\":\"change-dates\",\"label\":{\"ru\":\"Изменить даты\",\"kz\":\"Күндерді өзгерту\",\"en\":\"Change the dates\"}}")})},
    {.type = "5-тен 8-ге дейін", .step = "change", .sees = {"\"check_in\":\"2026-12-05\",\"check_out\":\"2026-12-08\""}})
CONVERSATION(stay_is_extended_from_the_booking,
    TO_MINE,
    {.type = "продлить на 2 дня", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "@button_back", .step = "booking"},
    {.type = "тағы 2 түнге ұзарту", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "@button_back", .step = "booking"},
    {.type = "extend until November 27", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-27\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "@button_back", .step = "booking"},
    {.type = "продлить до 26", .step = "change", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-26\""}},
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "@button_back", .step = "booking"},
    {.type = "продлить", .step = "new_day"},
    {.tap = "@button_back", .step = "booking"},
    {.type = "можно продлить на 2 дня?", .step = "booking", .sees = {"@stay_change_never"}, .sees_not = "POST", INSTEAD({CALL_BOOKING, 200, WORLD_CONFIRMED})})
CONVERSATION(typed_buttons_of_a_booking,
    TO_MINE,
    {.type = "отменить бронь", .step = "cancel"},
    {.tap = "@button_back", .step = "booking"},
    {.type = "подтвердить", .step = "booking", .sees = {"/confirm "}},
    {.type = "изменить даты", .step = "booking", .sees = {"@stay_change_never", "<b>0WX1HA6S</b>"}, .sees_not = "POST", INSTEAD({CALL_BOOKING, 200, WORLD_CONFIRMED})},
    {.type = "перенести даты", .step = "booking", .sees = {"@stay_change_never"}, .sees_not = "@stay_moved_on", INSTEAD({CALL_BOOKING, 200, NEVER_FREE})})

CONVERSATION(unclear_or_invalid_dates_are_asked_again,
    TO_NEW_DAY,
    {.type = "на следующие выходные", .step = "new_day", .sees = {"@stay_unsure_dates", "@stay_change_day"}},
    {.type = "20.11.2026", .step = "new_day", .sees = {"@stay_day_past"}},
    {.type = "2028-01-01", .step = "new_day", .sees = {"@stay_day_far"}},
    {.type = "24.11", .step = "new_day", .sees = {"@stay_day_taken"}},
    {.type = "как погода", .step = "new_day", .sees = {"@stay_unheard", "@stay_change_day"}},
    {.tap = "2" STROKE "4" STROKE, .step = "new_day", .sees = {"@stay_day_taken"}, .sees_not = "GET"},
    {.tap = "25", .step = "new_end"},
    {.type = "24.11.2026", .step = "new_end", .sees = {"@stay_day_early"}},
    {.type = "0", .step = "new_end", .sees = {"@stay_number_unknown"}},
    {.type = "31.12", .step = "new_end", .sees = {"@stay_day_far"}},
    {.type = "как погода", .step = "new_end", .sees = {"@stay_unheard"}})
CONVERSATION(same_dates_are_not_a_change,
    TO_NEW_DAY,
    {.type = "с 22 по 24 ноября", .step = "new_day", .sees = {"@stay_change_same", "@stay_change_day"}, .sees_not = "POST"})
CONVERSATION(phrase_with_a_city_starts_a_search,
    TO_NEW_DAY,
    {.type = "в Алматы с 5 по 8, нас двое", .step = "list", .sees = {"check_in=2026-12-05"}})

/* --- money --- */

#define TRIED(booking) {CALL_TRY, 200, WORLD_WOULD(booking)}
CONVERSATION(claimed_payment_stays_the_prepayment,
    TO_END,
    {.tap = "28", .step = "change", .sees = {"Предоплата: " TENGE("5", "400") "\nК оплате при заезде: " TENGE("21", "600")}, .sees_not = "Оплачено",
     INSTEAD(TRIED(WORLD_MOVED("payment_claimed", "\"deposit\":" WORLD_SUM(810000) ",\"claimed\":" WORLD_SUM(540000) ",")))})

CONVERSATION(claimed_payment_above_the_new_total_is_refunded,
    TO_END,
    {.tap = "28", .step = "change", .sees = {"Предоплата: " TENGE("30", "000") "\nВернём: " TENGE("3", "000")}, .sees_not = "при заезде",
     INSTEAD(TRIED(WORLD_MOVED("payment_claimed", "\"deposit\":" WORLD_SUM(810000) ",\"claimed\":" WORLD_SUM(3000000) ",")))})

/* --- concurrent changes --- */

CONVERSATION(changed_total_is_shown_and_confirmed_again,
    TO_CHANGE,
    {.tap = "@stay_button_change", .step = "change", .sees = {"@stay_price_old", TENGE("28", "000")},
     INSTEAD({CALL_DO, 409, WORLD_PROBLEM("total_changed")}, TRIED(WORLD_MOVED_TO("2026-11-25", "2026-11-28", 2800000, "held", "", "")))},
    {.tap = "@stay_button_change", .step = "booking", .sees = {"\"expected_total\":{\"amount\":2800000", "@stay_changed"}})
#define ALMOST "\"nights\":[\"2026-11-22\",\"2026-11-23\",\"2026-11-24\",\"2026-11-25\",\"2026-11-26\",\"2026-11-27\",\"2026-11-28\"]"
CONVERSATION(long_list_of_taken_nights_is_cut,
    TO_END,
    {.tap = "28", .step = "new_day", .sees = {"занято: вс 22 ноя, пн 23 ноя, вт 24 ноя, ср 25 ноя, чт 26 ноя, пт 27 ноя…. Выберите"}, INSTEAD({CALL_TRY, 409, "{\"code\":\"nights_taken\"," ALMOST "}"})})
CONVERSATION(late_at_the_start,
    TO_MINE,
    {.tap = CHANGE, .step = "booking", .sees = {"изменить до <b>11:30</b>"}, .sees_not = "calendar", INSTEAD({CALL_BOOKING, 200, LATE})})
CONVERSATION(late_at_the_preview,
    TO_END,
    {.tap = "28", .step = "booking", .sees = {"изменить до <b>11:30</b>"}, .sees_not = "POST", INSTEAD({CALL_BOOKING, 200, LATE})})
CONVERSATION(cancelled_at_the_start,
    TO_MINE,
    {.tap = CHANGE, .step = "booking", .sees = {"@stay_moved_on", "@stay_cancelled"}, INSTEAD({CALL_BOOKING, 200, WORLD_CANCELLED})})
CONVERSATION(booking_not_found,
    TO_MINE,
    {.tap = CHANGE, .step = "booking", .sees = {"@stay_booking_gone"}, INSTEAD({CALL_BOOKING, 404, WORLD_PROBLEM("not_found")})})
CONVERSATION(apartment_is_not_offered_any_more,
    TO_MINE,
    {.tap = CHANGE, .step = "booking", .sees = {"@stay_flat_gone"}, INSTEAD({CALL_DAYS, 404, WORLD_PROBLEM("not_found")})})

/* --- navigation --- */

CONVERSATION(back_and_over_again,
    TO_CHANGE,
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "декабрь →", .step = "new_day", .sees = {"декабрь 2026"}},
    {.tap = "5", .step = "new_end"},
    {.tap = "январь →", .step = "new_end", .sees = {"январь 2027"}},
    {.tap = "← декабрь", .step = "new_end"},
    {.tap = "@button_back", .step = "new_day"},
    {.tap = "@button_back", .step = "booking"},
    {.tap = CHANGE, .step = "new_day", .sees = {"ноябрь 2026"}},
    {.tap = "@button_again", .step = "city"})
CONVERSATION(search_is_resumed_afterwards,
    TO_NIGHTS,
    TO_CHANGE,
    {.tap = "@stay_button_change", .step = "booking"},
    {.tap = "@button_back", .step = "mine"},
    {.tap = "@stay_button_search", .step = "nights", .sees = {"[22]"}})

static const struct exchange to_change[] = {TO_CHANGE};
// clang-format on

TEST(second_tap_changes_nothing)
{
    CONVERSE(to_change);
    const char *data = textf("%s", conversation_button(&talk.shown, "@stay_button_change"));
    ck_assert(conversation_tap_data(&talk, data));
    ck_assert_saw(CALL_DO " {");
    ck_assert(conversation_tap_data(&talk, data));
    ck_assert_saw("@button_stale");
    ck_assert_str_eq(talk.step, "booking");
    ck_lacks(talk.asked, "POST");
}

TEST(data_without_change_is_read)
{
    conversation_put(&talk, "stay", "booking", "{\"booking\":\"" WORLD_BOOKING_ID "\"}", 2, 1);
    type("изменить даты");
    type("с 5 по 8");
    ck_assert_str_eq(talk.step, "change");
}
