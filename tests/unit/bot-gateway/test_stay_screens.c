// SPDX-License-Identifier: MIT
/* Texts and buttons of the flow "stay": numbers of guests, payments, the day of arrival, and a
 * search that is left and resumed. */
#include "stay_talk.h"

TEST_CASE("screens", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
#define LINK                                                                                       \
    {.type = "/start apt_ALM-7K2Q", .step = "day"},                                                \
    {.tap = "22", .step = "nights"},                                                               \
    {.tap = "24", .step = "guests"}

/* --- the number of guests --- */

CONVERSATION(search_offers_more_guests,
    TO_NIGHTS,
    {.tap = "24", .step = "guests", .sees = {"\n6\n"}},
    {.type = "7", .step = "list", .sees = {"guests=7"}})

/* --- the price --- */

#define IN_LIST(tiyn) {"GET /v1/apartments?", 200, "{\"items\":[" WORLD_APARTMENT_HEAD ",\"total\":" WORLD_SUM(tiyn) "}],\"next_cursor\":null}"}
CONVERSATION(rounded_price_of_a_night_is_marked,
    TO_NIGHTS,
    {.tap = "25", .step = "guests"},
    {.tap = "2", .step = "list", .sees = {TENGE("71", "000") "</b> за 3 ночи, это ≈\xc2\xa0" TENGE("23", "667") " за ночь"}, INSTEAD(IN_LIST(7100000))})

/* --- back --- */

CONVERSATION(typed_back_leads_where_its_button_does,
    TO_GUESTS,
    {.type = "Назад", .step = "nights"},
    {.type = "← Назад", .step = "day"},
    {.type = "артқа", .step = "city", .sees = {"@stay_city"}},
    TO_BOOKING,
    {.type = "назад", .step = "list"},
    {.type = "Back", .step = "guests"})
CONVERSATION(back_from_an_apartment_by_link_leads_to_its_dates,
    LINK,
    {.tap = "2", .step = "flat"},
    {.tap = "@button_back", .step = "day", .sees = {CALL_DAYS, "<b>Двушка у парка, Алматы</b>"}},
    {.tap = "25", .step = "nights"},
    {.tap = "26", .step = "guests"},
    {.tap = "2", .step = "flat", .sees = {"\"check_in\":\"2026-11-25\""}},
    {.tap = "@stay_button_book", .step = "contact"},
    {.tap = "@stay_key_no_contact", .step = "booking"},
    {.tap = "@button_back", .step = "mine", .sees_not = "GET /v1/apartments"})
CONVERSATION(missing_linked_apartment_leads_to_the_city_list,
    LINK,
    {.tap = "2", .step = "list", .sees = {"@stay_flat_gone", "city=almaty&check_in=2026-11-22&check_out=2026-11-24&guests=2"},
     INSTEAD({"GET /v1/apartments/" WORLD_APARTMENT_ID, 404, WORLD_PROBLEM("not_found")})},
    {.tap = "@button_back", .step = "guests", .sees = {"\n6\n"}})
CONVERSATION(labels_of_a_result_and_an_apartment_may_be_typed,
    TO_LIST,
    {.type = "Другие даты", .step = "day", .sees_not = "GET /v1/bookings"},
    TO_LIST,
    {.type = "другой город", .step = "city"},
    TO_LIST,
    {.type = "подробнее", .step = "flat", .sees = {"@stay_offer"}},
    {.type = "Фото", .step = "flat", .sees = {WORLD_PHOTO "\nhttps://x.kz/2.jpg", "@stay_offer"}},
    {.type = "удобства", .step = "flat", .sees = {"вид на горы\nWi-Fi\n"}, .sees_not = "@stay_unheard"},
    TO_LIST,
    {.type = "фото", .step = "flat", .sees = {WORLD_PHOTO "\nhttps://x.kz/2.jpg"}})
/* --- payments --- */

#define CLAIM_AND_CANCEL                                                                           \
    {.tap = "@stay_button_book", .step = "contact", BOOKS(WORLD_TO_PAY)}, \
    {.tap = "@stay_key_no_contact", .step = "booking", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})},   \
    {.tap = "Я оплатил", .step = "booking"}
CONVERSATION(owner_returns_an_unconfirmed_payment,
    TO_APARTMENT,
    CLAIM_AND_CANCEL,
    {.tap = "Отменить бронь", .step = "cancel", .sees = {"@stay_cancel_free", "@stay_sent", "поможем их вернуть"},
     INSTEAD({CALL_BOOKING "/cancel-preview", 200, WORLD_PREVIEW(0, 0)}, {CALL_BOOKING, 200, WORLD_CLAIMED})},
    {.tap = "@stay_button_cancel", .step = "booking", .sees = {"@stay_cancelled", "@stay_sent"}, ACTS("/cancel", WORLD_BOOKING("cancelled", "", ""))},
    {.tap = "@stay_button_free", .step = "list"},
    {.type = "/mybookings", .step = "mine"},
    {.tap = HELD_BUTTON, .step = "booking", .sees = {"@stay_cancelled", "@button_search", "@button_back"}, .sees_not = "поможем их вернуть", INSTEAD({CALL_BOOKING, 200, WORLD_CANCELLED})})

/* --- agreed bookings --- */

CONVERSATION(check_in_today_shows_the_date,
    {.type = "/mybookings", .step = "mine"},
    {.tap = HELD_BUTTON, .step = "booking", .sees = {"Заезд: <b>21 ноября, сб, 14:00</b>"},
     INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("checked_in", "\"check_in_at\":\"2026-11-21T09:00:00Z\",", "")})})

/* --- leaving a search --- */

#define PAIR "{\"items\":[" WORLD_IN_LIST(WORLD_APARTMENT_ID, "Первая", 100000) "," WORLD_IN_LIST(WORLD_OTHER_ID, "Вторая", 200000) "],\"next_cursor\":null}"
#define TWO_APARTMENTS INSTEAD({"GET /v1/apartments?", 200, PAIR})
CONVERSATION(search_is_resumed_after_the_bookings,
    TO_NIGHTS,
    {.type = "/mybookings", .step = "mine"},
    {.tap = "@stay_button_search", .step = "nights", .sees = {"[22]"}},
    {.tap = "24", .step = "guests"},
    {.tap = "2", .step = "list", TWO_APARTMENTS},
    {.tap = "›", .step = "list", .sees = {"Вторая"}, TWO_APARTMENTS},
    {.type = "/mybookings", .step = "mine", .sees = {"@stay_button_search"}},
    {.tap = HELD_BUTTON, .step = "booking", .sees = {"Двушка у парка"}},
    {.tap = "@button_back", .step = "mine"},
    {.type = "/mybookings", .step = "mine"},
    {.tap = "@stay_button_search", .step = "list", .sees = {"Вторая", "2 / 2"}, TWO_APARTMENTS},
    {.tap = "@stay_button_see", .step = "flat", .sees = {"GET /v1/apartments/" WORLD_OTHER_ID}, TWO_APARTMENTS},
    {.type = "/mybookings", .step = "mine"},
    {.tap = HELD_BUTTON, .step = "booking"},
    {.tap = "@button_back", .step = "mine"},
    {.tap = "@stay_button_search", .step = "flat", .sees = {"GET /v1/apartments/" WORLD_OTHER_ID}},
    {.tap = "@button_back", .step = "list", .sees = {"Вторая"}, TWO_APARTMENTS})
CONVERSATION(search_after_a_booking_returns_to_the_list,
    TO_BOOKING,
    {.type = "/mybookings", .step = "mine"},
    {.tap = "@stay_button_search", .step = "list", .sees = {"check_in=2026-11-22&check_out=2026-11-24&guests=2"}})
CONVERSATION(no_return_without_a_search,
    {.type = "/mybookings", .step = "mine", .sees_not = "К поиску"},
    {.tap = HELD_BUTTON, .step = "booking", INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.tap = "@stay_button_again", .step = "flat", .sees = {"Алматы, Медеуский"}, INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.tap = "@button_back", .step = "mine", .sees_not = "GET /v1/apartments?"})
CONVERSATION(booking_again_ends_the_search,
    TO_APARTMENT,
    {.type = "/mybookings", .step = "mine"},
    {.tap = HELD_BUTTON, .step = "booking", INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("expired", "\"guests\":3,", "")})},
    {.tap = "@stay_button_again", .step = "flat", .sees = {"\"guests\":3}"}, INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("expired", "\"guests\":3,", "")})},
    {.tap = "@button_back", .step = "mine", .sees_not = "К поиску"})
CONVERSATION(apartment_missing_when_dates_are_requested,
    {.type = "/mybookings", .step = "mine"},
    {.tap = HELD_BUTTON, .step = "booking", INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.tap = "@stay_button_again", .step = "flat", INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.tap = "@stay_button_dates", .step = "day", .sees = {"@stay_flat_gone", "<b>Алматы</b>"}, INSTEAD({CALL_DAYS, 404, WORLD_PROBLEM("not_found")})})

/* --- another language --- */

CONVERSATION(step_is_shown_in_the_new_language,
    TO_DAY,
    {.type = "/language", .step = "day"},
    {.tap = "English", .step = "day", .sees = {"Good, English it is.\n\n<b>Almaty</b>. When do you arrive?", "November 2026"}, .sees_not = "Find an apartment"},
    {.tap = "22", .step = "nights", .sees = {"Check-in <b>"}},
    {.tap = "24", .step = "guests"},
    {.tap = "2", .step = "list"},
    {.type = "/language kz", .step = "list", .sees = {"Жақсы, қазақша сөйлесейік.\n\n<b>Двушка у парка</b>", "2 түнге"}},
    {.type = "/language ru", .step = "list"},
    {.tap = APARTMENT_BUTTON, .step = "flat"},
    {.tap = "@stay_button_book", .step = "contact"},
    {.type = "/language en", .step = "contact", .sees = {"send your number", "Without a number"}, .sees_not = "Got it"})
// clang-format on
