// SPDX-License-Identifier: MIT
/* A "yes", questions about an apartment or a booking, and text that is not understood. The phrases
 * of guests are in test_context.c. */
#include "stay_talk.h"

#define PERSON "@button_person"

TEST_CASE("stay_remark", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
/* --- not understood --- */

CONVERSATION(person_is_offered_the_second_time_in_a_row,
    {.type = "/search", .step = "city"},
    {.type = "абракадабра", .step = "city", .sees = {"@stay_city_unknown", "@stay_city"}, .sees_not = PERSON},
    {.type = "абракадабра", .step = "city", .sees = {"@stay_city_unknown", PERSON, "@stay_city"}},
    {.type = "и снова", .step = "city", .sees = {PERSON}},
    {.tap = "Алматы", .step = "day"},
    {.type = "абракадабра", .step = "day", .sees = {"@stay_day_unknown"}, .sees_not = PERSON},
    {.type = "22", .step = "nights", .sees_not = PERSON},
    {.type = "абракадабра", .step = "nights", .sees = {"@stay_number_unknown"}, .sees_not = PERSON},
    {.type = "/help", .step = "nights"},
    {.type = "абракадабра", .step = "nights", .sees = {"@stay_number_unknown", PERSON}},
    {.tap = "24", .step = "guests"},
    {.tap = "2", .step = "list"},
    {.type = "абракадабра", .step = "list", .sees = {"@stay_unheard"}, .sees_not = PERSON},
    {.tap = APARTMENT_BUTTON, .step = "flat"},
    {.tap = "@stay_button_book", .step = "contact"},
    {.type = "зачем он вам", .step = "contact", .sees = {"@stay_contact_share"}, .sees_not = "/person"},
    {.type = "зачем он вам", .step = "contact", .sees = {"/person", "@stay_key_contact"}})
CONVERSATION(person_is_offered_at_once_where_no_screen_helps,
    {.type = "абракадабра", .step = "", .sees = {"@unknown", PERSON}},
    {.type = "ключ не подходит", .step = "", .sees = {"@stay_for_person", PERSON}, .sees_not = "@unknown"},
    TO_APARTMENT,
    {.type = "скидку сделаете?", .step = "flat", .sees = {"@stay_for_person", PERSON, "@stay_button_book"}},
    {.type = "метро далеко?", .step = "flat", .sees = {"@stay_for_person", PERSON}},
    {.type = "оператор", .step = "", .sees = {"@person_none"}})
// clang-format on

TEST(text_that_is_not_understood_is_stored_without_personal_data)
{
    type("а тостер будет, меня зовут айгүл");
    ck_assert_slice(talk.output.misunderstood, "а тостер будет, меня зовут …");
    type("/search");
    type("Данияр, абракадабра 415");
    ck_assert_slice(talk.output.misunderstood, "… абракадабра …");
    type("Алматы");
    ck_assert_ptr_null(talk.output.misunderstood.at);
    type("привет");
    ck_assert_ptr_null(talk.output.misunderstood.at);
}

// clang-format off
/* --- a "yes" --- */

CONVERSATION(yes_books_only_what_is_shown_and_available,
    {.type = "да", .step = "", .sees = {"@unknown"}},
    TO_GUESTS,
    {.tap = "2", .step = "list", INSTEAD({"GET /v1/apartments?", 200, WORLD_NO_APARTMENTS})},
    {.type = "беру", .step = "list", .sees = {"@stay_unheard"}, .sees_not = "POST /v1/bookings",
     INSTEAD({"GET /v1/apartments?", 200, WORLD_NO_APARTMENTS})},
    {.tap = "@button_back", .step = "guests"},
    {.tap = "2", .step = "list"},
    {.tap = APARTMENT_BUTTON, .step = "flat", INSTEAD({"POST /v1/quotes", 422, WORLD_NOT_AVAILABLE})},
    {.type = "беру", .step = "flat", .sees = {"@stay_unheard"}, .sees_not = "POST /v1/bookings",
     INSTEAD({"POST /v1/quotes", 422, WORLD_NOT_AVAILABLE})},
    {.tap = "@button_back", .step = "list"},
    {.type = "беру", .step = "contact", .sees = {"POST /v1/bookings ", "\"apartment_id\":\"" WORLD_APARTMENT_ID "\""}},
    {.type = "нет", .step = "booking", .sees = {"@stay_contact_put_off"}},
    {.type = "нет", .step = "booking", .sees = {"@stay_unheard"}})
CONVERSATION(yes_books_an_apartment_at_its_quote,
    TO_APARTMENT,
    {.type = "подходит", .step = "contact", .sees = {"{\"quote_id\":\"" WORLD_QUOTE_ID "\""}},
    {.tap = "@stay_key_no_contact", .step = "booking"},
    {.type = "да", .step = "booking", .sees = {"/confirm "}})
CONVERSATION(yes_does_not_claim_a_payment,
    TO_CONTACT,
    {.tap = "@stay_key_no_contact", .step = "booking", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})},
    {.type = "да", .step = "booking", .sees = {"@stay_unheard"}, .sees_not = "/claim-payment", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})},
    {.type = "я не оплатил", .step = "booking", .sees_not = "/claim-payment", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})},
    {.type = "оплачено?", .step = "booking", .sees = {"@stay_code", "Kaspi"}, .sees_not = "/claim-payment", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})},
    {.type = "оплачено", .step = "booking", .sees = {"/claim-payment"}, INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})})
#define EXPIRED_IS INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})
CONVERSATION(yes_offers_an_expired_booking_again,
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking", .sees = {"@stay_button_again"}, EXPIRED_IS},
    {.type = "да", .step = "flat", .sees = {"POST /v1/quotes {\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-22\""}, EXPIRED_IS},
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking", EXPIRED_IS},
    {.type = "Забронировать снова", .step = "flat", .sees = {"@stay_button_book"}, EXPIRED_IS})
CONVERSATION(words_answer_the_questions_before_a_change,
    TO_BOOKING,
    {.type = "перенесите на 5-8 декабря", .step = "change", .sees = {"\"check_in\":\"2026-12-05\",\"check_out\":\"2026-12-08\""}},
    {.type = "нет", .step = "new_day"},
    {.tap = "@button_back", .step = "booking"},
    {.type = "перенести на другие даты", .step = "new_day"},
    {.type = "25-28", .step = "change", .sees = {"@stay_button_change"}},
    {.type = "нет", .step = "new_day"},
    {.type = "25", .step = "new_end"},
    {.type = "28", .step = "change", .sees = {"dry_run"}},
    {.type = "да", .step = "booking", .sees = {"@stay_changed"}},
    {.type = "отмените", .step = "cancel"},
    {.type = "не надо", .step = "booking"})
CONVERSATION(label_that_changes_the_dates_may_be_typed,
    TO_BOOKING,
    {.type = "перенесите на 5-8 декабря", .step = "change", .sees = {"@stay_button_change"}},
    {.type = "Да, изменить", .step = "booking", .sees = {"@stay_changed"}})
CONVERSATION(only_certain_agreement_cancels_a_booking,
    TO_BOOKING,
    {.type = "отмените", .step = "cancel"},
    {.type = "пожалуйста, не надо отменять", .step = "cancel", .sees = {"@stay_unheard"}, .sees_not = "/cancel "},
    {.type = "до какого числа можно отменить?", .step = "cancel", .sees = {"@button_person"}, .sees_not = "/cancel "},
    {.type = "подтвердить бронь", .step = "cancel", .sees_not = "/cancel "},
    {.type = "отменяйте", .step = "booking", .sees = {"/cancel "}})

/* --- questions --- */

#define NO_DEPOSIT "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" WORLD_SUM(1800000) ",\"deposit\":" WORLD_SUM(0) ",\"lines\":[],\"cancellation\":{\"policy\":\"moderate\",\"text\":{\"ru\":\"Бесплатная отмена\"}}}"
#define LIVES_HERE WORLD_BOOKING("checked_in", "\"check_in_info\":{\"ru\":\"Код двери 12\",\"kz\":null,\"en\":null},", "")
CONVERSATION(question_leaves_the_screen_open,
    TO_LIST,
    {.type = "wifi есть?", .step = "flat", .sees = {"@stay_has", "Wi-Fi", TENGE("18", "000"), "@stay_button_book"}, .sees_not = "Медеуский"},
    {.type = "есть wifi и парковка?", .step = "flat", .sees = {"@stay_has", "@stay_lacks", "парковка"}},
    {.type = "нужна предоплата?", .step = "flat", .sees = {"@stay_asked", "@stay_terms_none"}, INSTEAD({"POST /v1/quotes", 201, NO_DEPOSIT})},
    {.type = "какой пароль от вай фая?", .step = "flat", .sees = {"@stay_later"}},
    {.type = "другие даты", .step = "day"})
CONVERSATION(question_is_answered_where_the_phone_is_asked_for,
    TO_CONTACT,
    {.type = "а парковка есть?", .step = "contact", .sees = {"@stay_lacks", "парковка", "@stay_held", "@stay_key_contact"}, .sees_not = "@stay_contact_share"},
    {.type = "во сколько заезд?", .step = "contact", .sees = {"@stay_code", "Заезд: <b>22 ноября", "@stay_contact_needed", "@stay_key_contact"}, .sees_not = "@stay_contact_share"},
    {.type = "метро далеко?", .step = "contact", .sees = {"@stay_for_person", "@stay_key_contact"}},
    {.type = "абракадабра", .step = "contact", .sees = {"@stay_contact_share"}})
CONVERSATION(question_about_a_booking_is_answered_from_it,
    TO_BOOKING,
    {.type = "какой адрес?", .step = "booking", .sees = {"@stay_code", "ул. Абая, 1"}, .sees_not = "@stay_held"},
    {.type = "код двери?", .step = "booking", .sees = {"@stay_later"}},
    {.type = "а парковка есть?", .step = "booking", .sees = {"GET /v1/apartments/" WORLD_APARTMENT_ID, "@stay_lacks", "парковка", "@stay_held"}},
    {.type = "wifi есть?", .step = "booking", .sees = {"@stay_has", "Wi-Fi", "@stay_held"}},
    {.type = "можно с собакой?", .step = "booking", .sees = {"@stay_unheard"}, INSTEAD({"GET /v1/apartments/" WORLD_APARTMENT_ID, 404, WORLD_PROBLEM("not_found")})},
    {.type = "метро далеко?", .step = "booking", .sees = {"@stay_for_person", PERSON}},
    {.type = "пароль от wifi", .step = "booking", .sees = {"@stay_entry", "Код двери 12"}, INSTEAD({CALL_BOOKING, 200, LIVES_HERE})},
    {.type = "сколько стоит?", .step = "booking", .sees = {"@stay_booking", TENGE("18", "000")}},
    {.type = "где моя бронь", .step = "mine"})
/* --- about a booking, with search criteria --- */

CONVERSATION(trouble_and_payment_at_a_booking_begin_no_search,
    TO_BOOKING,
    {.type = "в 2 комнатах не работает отопление", .step = "booking", .sees = {"@stay_for_person", PERSON}},
    {.type = "/mybookings", .step = "mine"},
    {.type = "перевела 15000 тенге", .step = "mine"},
    {.type = "отмените мою бронь в Алматы", .step = "mine"},
    {.type = "двушка в Алматы на другие даты", .step = "day"})
CONVERSATION(other_dates_belong_to_an_open_search,
    TO_LIST,
    {.type = "другие даты, с 5 по 8 декабря", .step = "list", .sees = {"check_in=2026-12-05"}})

/* A question without a dialogue is about the guest's booking. */
#define LIVE_TWO "GET /v1/bookings?status=held,requested,payment_claimed,confirmed,checked_in&limit=2"
CONVERSATION(question_without_a_dialogue_is_answered_from_the_only_booking,
    {.type = "скиньте адрес", .step = "booking", .sees = {LIVE_TWO, "@stay_code", "ул. Абая, 1", "@button_person"}, .sees_not = "@unknown"},
    {.tap = "@button_back", .step = "mine"},
    {.type = "/cancel", .step = ""},
    {.type = "а парковка есть?", .step = "booking", .sees = {"@stay_lacks", "парковка", "@stay_held"}})
CONVERSATION(question_at_the_list_is_answered_from_the_only_booking,
    {.type = "/mybookings", .step = "mine"},
    {.type = "скиньте адрес", .step = "booking", .sees = {"@stay_code", "ул. Абая, 1"}, .sees_not = "@stay_unheard"},
    {.tap = "@button_back", .step = "mine"},
    {.type = "можно с собакой?", .step = "booking", .sees = {"@stay_lacks", "@stay_held"}},
    {.tap = "@button_back", .step = "mine"},
    {.type = "скиньте адрес", .step = "mine", .sees = {"@stay_unheard"}, INSTEAD({LIVE_TWO, 200, WORLD_BOOKINGS("", "null")})})
CONVERSATION(question_of_a_guest_with_several_bookings_shows_them,
    {.type = "скиньте адрес", .step = "mine", .sees = {"@stay_mine"}, INSTEAD({LIVE_TWO, 200, WORLD_BOOKINGS(WORLD_HELD "," WORLD_TO_PAY, "null")})})
CONVERSATION(question_without_a_booking,
    {.type = "скиньте адрес", .step = "", .sees = {"@unknown", PERSON}, INSTEAD({LIVE_TWO, 200, WORLD_BOOKINGS("", "null")})},
    {.type = "а парковка есть?", .step = "city", .sees = {"@stay_city"}, INSTEAD({LIVE_TWO, 200, WORLD_BOOKINGS("", "null")})})

/* Without a dialogue. */
static const struct {
    const char *text, *step;
} first_texts[] = {
    {"отмените бронь на 5 декабря",                       "mine"},
    {"перенесите бронь на завтра",                        "mine"},
    {"перенесите мою бронь в Алматы на 5 декабря",        "mine"},
    {"другие даты, с 5 по 8 декабря",                     "mine"},
    {"перевела 15000 тенге",                              "mine"},
    {"заплатил за двушку 15000",                          "mine"},
    {"какой пароль от вай фая?",                          "booking"},
    {"какой адрес?",                                      "booking"},
    {"во сколько заезд?",                                 "booking"},
    {"а парковка есть?",                                  "booking"},
    {"можно с собакой?",                                  "booking"},
    {"парковка нужна",                                    "city"},
    {"Ищу квартиру",                                      "city"},
    {"здравствуйте, хочу снять квартиру",                 "city"},
    {"у вас есть свободные квартиры?",                    "city"},
    {"looking for a flat",                                "city"},
    {"скидку сделаете?",                                  ""    },
    {"есть квартиры с парковкой?",                        "city"},
    {"продлить на 2 дня",                                 "mine"},
    {"cancel my booking for tomorrow",                    "mine"},
    {"can you move my stay to December 5",                "mine"},
    {"5 желтоқсандағы броньнан бас тартамын",             "mine"},
    {"15000 теңге аудардым",                              "mine"},
    {"не могу войти, нас 4 человека",                     ""    },
    {"ключ не подходит, ждём уже 2 часа",                 ""    },
    {"the key doesn't work, 3 guests",                    ""    },
    {"квартира с оплатой при заселении, 5 декабря",       "city"},
    {"2-комнатная с бесплатной отменой",                  "city"},
    {"квартира с возможностью отмены, 5 декабря",         "city"},
    {"рейс отменили, двушка в Алматы на ночь",            "day" },
    {"цена 15000 за сутки",                               "city"},
    {"квартира с ключом у консьержа, 5 декабря",          "city"},
    {"квартира с кодовым замком на двери, 5 декабря",     "city"},
    {"снять квартиру, чтобы переехать 5 декабря",         "city"},
    {"снять квартиру, чтобы заехать 5 декабря",           "city"},
    {"ищу двушку на другие даты, с 5 по 8 декабря",       "city"},
    {"с переносной кроваткой, 5 декабря",                 "city"},
    {"со скидкой, двушка",                                "city"},
    {"забыла сказать, нас трое",                          "city"},
    {"хочу забронировать на другие даты, с 5 по 8",       "city"},
    {"нас перевели в Алматы, двушка на 5 декабря",        "nights"},
    {"flat with paid parking, 2 rooms",                   "city"},
    {"flat to move in on December 5",                     "city"},
    {"how can I get a flat in Almaty for 2 guests",       "day" },
};
// clang-format on

TEST_ROWS(first_text_is_a_search_or_about_a_booking, first_texts)
{
    type(row->text);
    ck_assert_msg(strcmp(talk.step, row->step) == 0, "%s: %s", row->text, talk.step);
    if (row->step[0] == '\0')
        ck_assert_saw(PERSON);
}
