// SPDX-License-Identifier: MIT
/* A guest's phone, bookings and holds, and the lines of a price. */
#include "stay_talk.h"

TEST_CASE("guest", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
#define CALL_CONTACT     "POST /v1/bookings/" WORLD_BOOKING_ID "/contact"
#define NONE             WORLD_BOOKINGS("", "null")
#define OVER             "GET /v1/bookings?status=completed,expired,declined,cancelled,no_show&limit=6"
#define REQUESTED        WORLD_BOOKING("requested", "\"expires_at\":\"2026-11-21T19:00:00Z\",", WORLD_CANCEL)
#define HELD_LIST        "GET /v1/bookings?status=held&limit=3"
#define EXPIRED_BUTTON   "0WX1HA6S · 22–24 ноя · время вышло"

/* --- the phone --- */

CONVERSATION(own_contact_confirms_the_booking,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "contact", .sees = {"@stay_held", "@stay_contact_needed", "@stay_key_contact"}},
    {.share = "77012345678", .step = "booking",
     .sees = {CALL_CONTACT " {\"phone\":\"+77012345678\",\"phone_verified\":true}", "/confirm {\"phone_required\":true}\n", "@stay_contact_taken", "@stay_confirmed"}, .sees_not = "Подтвердить"})
CONVERSATION(own_contact_comes_too_late_to_confirm,
    TO_CONTACT,
    {.share = "77012345678", .step = "booking", .sees = {CALL_CONTACT, "/confirm {\"phone_required\":true}\n", "@stay_expired"},
     INSTEAD({"POST /v1/bookings/" WORLD_BOOKING_ID "/confirm", 410, WORLD_PROBLEM("hold_expired")}, {CALL_BOOKING, 200, WORLD_EXPIRED})})
CONVERSATION(contact_of_another_country,
    TO_CONTACT,
    {.share = "4915112345678", .step = "booking", .sees = {CALL_CONTACT " {\"phone\":\"+4915112345678\",\"phone_verified\":true}"}})
CONVERSATION(typed_phone,
    TO_CONTACT,
    {.type = "не скажу", .step = "contact", .sees = {"@stay_contact_unknown", "@stay_contact", "@stay_key_contact"}, INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY}, {CALL_BOOKING, 200, WORLD_TO_PAY})},
    {.type = "Мой номер 8 (701) 234-56-78, Иван", .step = "booking", .sees = {CALL_CONTACT " {\"phone\":\"+77012345678\"}", "@stay_contact_taken"},
     INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY}, {CALL_CONTACT, 200, WORLD_TO_PAY})})
CONVERSATION(typed_phone_in_place_of_a_prepayment,
    TO_CONTACT,
    {.type = "+7 701 234 56 78", .step = "contact", .sees = {"@stay_contact_share", "@stay_contact_needed", "@stay_key_contact"}, .sees_not = "/contact"},
    {.share = "77012345678", .step = "booking", .sees = {CALL_CONTACT, "/confirm {\"phone_required\":true}\n", "@stay_confirmed"}})
CONVERSATION(without_a_phone_in_kazakh,
    TO_CONTACT,
    {.type = "НӨМІРСІЗ", .step = "booking"})
/* booking-api knows it from an earlier booking. */
CONVERSATION(known_phone,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "booking", .sees = {"\"guest\":{\"name\":\"Данияр\",\"telegram_id\":7,", "@stay_held"},
     .sees_not = "Оставьте телефон", BOOKS(WORLD_BOOKING("held", "\"guest\":{\"phone\":\"+77011112233\"},", WORLD_CONFIRM "," WORLD_CANCEL))})
CONVERSATION(phone_for_a_request,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "contact", .sees = {"@stay_requested", "22 ноября, вс, 00:00", "@stay_contact"}, .sees_not = "сразу подтвердится", BOOKS(REQUESTED)},
    {.share = "77012345678", .step = "booking", .sees = {CALL_CONTACT " {\"phone\":\"+77012345678\",\"phone_verified\":true}", "@stay_contact_taken", "@stay_requested"},
     .sees_not = "Оставьте телефон", ACTS("/contact", REQUESTED)})
CONVERSATION(phone_for_a_prepaid_stay,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "contact", .sees = {"@stay_held", "@stay_contact"}, .sees_not = "Kaspi", BOOKS(WORLD_TO_PAY)},
    {.type = "+7 701 234 56 78", .step = "booking", .sees = {CALL_CONTACT " {\"phone\":\"+77012345678\"}", "@stay_contact_taken", "Kaspi"}, .sees_not = "/confirm",
     INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY}, {CALL_CONTACT, 200, WORLD_TO_PAY})},
    {.tap = "Я оплатил", .step = "booking", .sees = {"/claim-payment \n"}, .sees_not = "Оставьте телефон"})
CONVERSATION(prepaid_stay_without_a_phone,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "contact", BOOKS(WORLD_TO_PAY)},
    {.tap = "@stay_key_no_contact", .step = "booking", .sees = {"@stay_contact_none", "Kaspi"}, .sees_not = "/contact", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})})
CONVERSATION(paid_in_part,
    TO_CONTACT,
    {.tap = "@stay_key_no_contact", .step = "booking", .sees = {"оплачено " TENGE("1", "000"), "<b>" TENGE("4", "400") "</b>"},
     INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("held", "\"paid\":" WORLD_SUM(100000) ",", WORLD_CLAIM)})},
    {.tap = "Я оплатил", .step = "booking", .sees = {"переведите предоплату\n"},
     ACTS("/claim-payment", WORLD_BOOKING("held", "\"deposit\":null,\"paid\":" WORLD_SUM(100000) ",", WORLD_CLAIM))})
CONVERSATION(too_late,
    TO_CONTACT,
    {.share = "+77012345678", .step = "booking", .sees = {"@keys_away", "@stay_expired"}, .sees_not = "Спасибо",
     INSTEAD({CALL_CONTACT, 410, WORLD_PROBLEM("hold_expired")}, {CALL_BOOKING, 200, WORLD_EXPIRED})})
CONVERSATION(text_comes_too_late,
    TO_CONTACT,
    {.type = "да", .step = "booking", .sees = {"@keys_away", "@stay_expired", "@stay_button_again"}, .sees_not = "@stay_contact_share", INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})})
CONVERSATION(phone_comes_too_late,
    TO_CONTACT,
    {.type = "8 701 123 45 67", .step = "booking", .sees = {"@stay_expired"}, .sees_not = "POST", INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})})
CONVERSATION(cancelled_elsewhere,
    TO_CONTACT,
    {.share = "77012345678", .step = "booking", .sees = {"@stay_moved_on", "@stay_cancelled"}, .sees_not = "Спасибо",
     INSTEAD({CALL_CONTACT, 409, WORLD_PROBLEM("already_cancelled")}, {CALL_BOOKING, 200, WORLD_CANCELLED})})
CONVERSATION(booking_not_found,
    TO_CONTACT,
    {.share = "77012345678", .step = "booking", .sees = {"@stay_booking_gone"}, .sees_not = "Спасибо",
     INSTEAD({CALL_CONTACT, 404, WORLD_PROBLEM("not_found")}, {CALL_BOOKING, 404, WORLD_PROBLEM("not_found")})})
CONVERSATION(refused_phone,
    TO_CONTACT,
    {.share = "77012345678", .step = "contact", .sees = {"@stay_contact_unknown", "@stay_contact_needed", "@stay_key_contact"}, .sees_not = "Спасибо",
     INSTEAD({CALL_CONTACT, 422, WORLD_PROBLEM("bad_phone")})},
    {.share = "77012345678", .step = "booking", .sees = {"@stay_contact_taken"}})
CONVERSATION(ended_before_the_phone,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "booking", .sees = {"@stay_expired"}, .sees_not = "Оставьте телефон", BOOKS(WORLD_EXPIRED)})
CONVERSATION(by_commands,
    TO_CONTACT,
    {.type = "/help", .step = "contact", .sees = {"@help"}},
    {.type = "/search", .step = "city", .sees = {"@keys_away"}},
    {.type = "77012345678", .step = "city", .sees = {"@stay_city_unknown"}, .sees_not = "Понял"})
CONVERSATION(stopped,
    TO_CONTACT,
    {.type = "/cancel", .step = "", .sees = {"@keys_away", "@cancelled"}})
CONVERSATION(contact_without_a_request,
    {.share = "77012345678", .step = "", .sees = {"@unknown"}},
    {.type = "/search", .step = "city"},
    {.share = "77012345678", .step = "city", .sees = {"@unknown"}})

/* The day of check-in is over, so the guest may not cancel any more. */
#define LATE_GUEST WORLD_BOOKING("confirmed", "\"needs_phone\":true,", "")
CONVERSATION(phone_is_asked_for_after_the_day_of_check_in,
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking", .sees = {"@stay_entry_phone"}, INSTEAD({CALL_BOOKING, 200, LATE_GUEST})},
    {.tap = "@stay_key_contact", .step = "contact", .sees = {"@stay_contact", "@stay_key_contact"}, INSTEAD({CALL_BOOKING, 200, LATE_GUEST})},
    {.type = "8 701 123 45 67", .step = "booking", .sees = {CALL_CONTACT " {\"phone\":\"+77011234567\"}", "@stay_contact_taken"},
     INSTEAD({CALL_BOOKING, 200, LATE_GUEST}, {CALL_CONTACT, 200, WORLD_CONFIRMED})})
CONVERSATION(phone_typed_at_a_booking_is_asked_for_with_the_agreement,
    TO_BOOKING,
    {.type = "мой номер 87011234567", .step = "contact", .sees = {"@stay_consent", "@stay_key_contact"}, .sees_not = "POST"})
/* A reminder before check-in says that the phone is missing. */
CONVERSATION(phone_typed_after_a_reminder_is_asked_for_with_the_agreement,
    {.type = "8 701 123 45 67", .step = "contact", .sees = {"@stay_consent", "@stay_key_contact"}, .sees_not = "POST"},
    {.type = "/mybookings", .step = "mine"},
    {.type = "87011234567", .step = "contact", .sees = {"@stay_consent"}, .sees_not = "POST"})
CONVERSATION(contact_sent_at_a_booking_is_asked_for_with_the_agreement,
    TO_BOOKING,
    {.share = "77012345678", .step = "contact", .sees = {"@stay_consent", "@stay_key_contact"}, .sees_not = "POST"},
    {.share = "77012345678", .step = "booking", .sees = {CALL_CONTACT " {\"phone\":\"+77012345678\",\"phone_verified\":true}"}})

/* --- all bookings --- */

/* The guest cannot see the apartment, or booking-api is of a version without this member. */
#define NAMELESS(status) WORLD_BOOKING(status, "\"apartment\":null,", WORLD_CONFIRM "," WORLD_CANCEL)
CONVERSATION(without_title_and_address,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "contact", .sees = {"<b>0WX1HA6S</b>\n22 ноября"}, BOOKS(NAMELESS("held"))},
    {.tap = "@stay_key_no_contact", .step = "booking", .sees = {"<b>0WX1HA6S</b>\n22 ноября"}, INSTEAD({CALL_BOOKING, 200, NAMELESS("held")})},
    {.tap = "Подтвердить", .step = "booking", .sees = {"@stay_confirmed", "<b>0WX1HA6S</b>\n22 ноября", "Заезд: <b>22 ноября"},
     .sees_not = "Адрес", ACTS("/confirm", NAMELESS("confirmed"))})

CONVERSATION(current_bookings_first,
    {.type = "/mybookings", .step = "mine", .sees = {"@stay_mine", HELD_BUTTON "\n" EXPIRED_BUTTON}, INSTEAD({OVER, 200, WORLD_BOOKINGS(WORLD_EXPIRED, "null")})},
    {.tap = HELD_BUTTON, .step = "booking", .sees = {"@stay_held", "<b>0WX1HA6S</b>\nДвушка у парка", "Подтвердить"}, .sees_not = "GET /v1/apartments/"},
    {.tap = "Отменить бронь", .step = "cancel", .sees = {"Вернём " TENGE("5", "400")}},
    {.tap = "@stay_button_cancel", .step = "booking", .sees = {"@stay_cancelled"}},
    {.tap = "@button_back", .step = "mine"},
    {.tap = HELD_BUTTON, .step = "booking", .sees = {"@stay_expired"}, INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.tap = "@stay_button_again", .step = "flat",
     .sees = {"POST /v1/quotes {\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\",\"guests\":2}"},
     INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.tap = "@button_back", .step = "mine"},
    {.tap = HELD_BUTTON, .step = "booking", .sees = {"<b>0WX1HA6S</b>\n22 ноября"},
     INSTEAD({CALL_BOOKING, 200, NAMELESS("confirmed")})},
    {.tap = "@button_again", .step = "city"})
CONVERSATION(pages,
    {.type = "/mybookings", .step = "mine", .sees = {HELD_BUTTON, "@button_more"}, .sees_not = "status=completed", INSTEAD({CALL_LIVE, 200, WORLD_BOOKINGS(WORLD_HELD, "\"a_B-1\"")})},
    {.tap = "@button_more", .step = "mine", .sees = {CALL_LIVE "&cursor=a_B-1", OVER " \n", EXPIRED_BUTTON, "@button_more"},
     INSTEAD({CALL_LIVE, 200, NONE}, {OVER, 200, WORLD_BOOKINGS(WORLD_EXPIRED, "\"c2\"")})},
    {.tap = EXPIRED_BUTTON, .step = "booking"},
    {.tap = "@button_back", .step = "mine", .sees = {CALL_LIVE "&cursor=a_B-1", EXPIRED_BUTTON}, INSTEAD({CALL_LIVE, 200, NONE}, {OVER, 200, WORLD_BOOKINGS(WORLD_EXPIRED, "\"c2\"")})},
    {.tap = "@button_more", .step = "mine", .sees = {OVER "&cursor=c2", EXPIRED_BUTTON}, .sees_not = "Ещё", INSTEAD({OVER, 200, WORLD_BOOKINGS(WORLD_EXPIRED, "null")})},
    {.tap = "@button_back", .step = "mine", .sees = {CALL_LIVE " \n"}})
CONVERSATION(yes_begins_a_search_if_there_are_no_bookings,
    {.type = "/mybookings", .step = "mine", .sees = {"@stay_mine_none"}, INSTEAD({CALL_LIVE, 200, NONE})},
    {.type = "да", .step = "city", .sees = {"@stay_city"}, INSTEAD({"GET /v1/bookings?limit=1", 200, NONE})},
    {.type = "/mybookings", .step = "mine", .sees = {"@stay_mine"}},
    {.type = "да", .step = "mine", .sees = {"@stay_unheard"}})
CONVERSATION(past_booking,
    {.type = "/mybookings", .step = "mine"},
    {.tap = HELD_BUTTON, .step = "booking", .sees = {"@stay_expired"}, .sees_not = "Забронировать снова",
     INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("expired", "\"check_in\":\"2026-11-20\",", "")})})

#define OPEN                       .type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking"
#define EXPIRED_FROM(status, more) INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("expired", "\"expired_from\":\"" status "\"," more, "")})
CONVERSATION(expiry_is_explained_by_the_status_before,
    {OPEN, .sees = {"@stay_expired_hold", "@stay_expired_due", "@stay_button_again", "@button_person"}, EXPIRED_FROM("held", "")},
    {OPEN, .sees = {"@stay_expired_hold"}, .sees_not = "позовите", EXPIRED_FROM("held", "\"deposit\":" WORLD_SUM(0) ",")},
    {OPEN, .sees = {"@stay_expired"}, .sees_not = "Забронировать снова", EXPIRED_FROM("held", "\"check_in\":\"2026-11-20\",")},
    {OPEN, .sees = {"@stay_expired_request", "@stay_button_again"}, EXPIRED_FROM("requested", "")},
    {OPEN, .sees = {"@stay_expired", "@stay_sent"}, EXPIRED_FROM("payment_claimed", "")})
CONVERSATION(no_show_names_the_refund,
    {OPEN, .sees = {"@stay_no_show", "Вернём " TENGE("1", "000")}, INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("no_show", "\"refund\":" WORLD_SUM(100000) ",", "")})})
/* Staff may have changed the dates, and with them the sums, since the booking was shown. */
#define SEEN(version, actions) WORLD_BOOKING("held", "\"version\":" version ",", actions)
#define CHANGED(action) {"POST /v1/bookings/" WORLD_BOOKING_ID action, 412, WORLD_PROBLEM("version_mismatch")}
CONVERSATION(guest_confirms_the_shown_version,
    {OPEN, INSTEAD({CALL_BOOKING, 200, SEEN("3", WORLD_CONFIRM)})},
    {.tap = "Подтвердить", .step = "booking", .sees = {"/confirm {\"phone_required\":true} if 3\n", "@stay_moved_on", "@stay_held"}, INSTEAD(CHANGED("/confirm"), {CALL_BOOKING, 200, SEEN("4", WORLD_CONFIRM)})},
    {.type = "да", .step = "booking", .sees = {"/confirm {\"phone_required\":true} if 4\n"}, INSTEAD({CALL_BOOKING, 200, SEEN("5", WORLD_CONFIRM)})})
CONVERSATION(guest_claims_the_payment_of_the_shown_version,
    {OPEN, INSTEAD({CALL_BOOKING, 200, SEEN("3", WORLD_CLAIM)})},
    {.tap = "Я оплатил", .step = "booking", .sees = {"/claim-payment  if 3\n", "@stay_moved_on", "@stay_pay"}, INSTEAD(CHANGED("/claim-payment"), {CALL_BOOKING, 200, SEEN("4", WORLD_CLAIM)})})
#define PREVIEW(refund, fee) {CALL_BOOKING "/cancel-preview", 200, WORLD_PREVIEW(refund, fee)}
CONVERSATION(guest_cancels_the_shown_version,
    {OPEN, INSTEAD({CALL_BOOKING, 200, SEEN("2", WORLD_CANCEL)})},
    {.tap = "Отменить бронь", .step = "cancel", .sees = {"@stay_cancel_free"}, INSTEAD({CALL_BOOKING, 200, SEEN("3", WORLD_CANCEL)}, PREVIEW(0, 0))},
    {.tap = "@stay_button_cancel", .step = "cancel", .sees = {"/cancel {\"expected_refund\":" WORLD_SUM(0) "} if 3\n", "@stay_moved_on", "Удержим " TENGE("5", "400")},
     INSTEAD(CHANGED("/cancel"), {CALL_BOOKING, 200, SEEN("4", WORLD_CANCEL)}, PREVIEW(0, 540000))},
    {.tap = "@stay_button_cancel", .step = "booking", .sees = {"/cancel {\"expected_refund\":" WORLD_SUM(0) "} if 4\n", "@stay_moved_on", "@stay_cancelled"},
     INSTEAD(CHANGED("/cancel"), {CALL_BOOKING, 200, WORLD_CANCELLED})})
CONVERSATION(phone_confirms_the_shown_version,
    TO_APARTMENT,
    {.tap = "@stay_button_book", .step = "contact", BOOKS(SEEN("1", WORLD_CONFIRM "," WORLD_CANCEL))},
    {.share = "77012345678", .step = "booking", .sees = {"/contact {\"phone\":\"+77012345678\",\"phone_verified\":true} if 1\n", "/confirm {\"phone_required\":true} if 2\n"}, INSTEAD({CALL_CONTACT, 200, SEEN("2", WORLD_CONFIRM)})})
CONVERSATION(booked_again_from_a_notification,
    {.type = "/again AY8ABQAAcACAAAAAAAAAAQ", .step = "flat",
     .sees = {CALL_BOOKING, "POST /v1/quotes {\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\",\"guests\":2}"},
     INSTEAD({CALL_BOOKING, 200, WORLD_EXPIRED})},
    {.type = "/again", .step = "mine", .sees = {"@stay_mine"}})
#define RATE "POST /v1/bookings/" WORLD_BOOKING_ID "/rate"
CONVERSATION(completed_stay_is_rated,
    {.type = "/rate AY8ABQAAcACAAAAAAAAAAQ_5", .step = "", .sees = {RATE " {\"rating\":5}", "@stay_rated", "@button_search"},
     INSTEAD({RATE, 200, WORLD_BOOKING("completed", "\"rating\":5,", "")})},
    {.type = "/rate AY8ABQAAcACAAAAAAAAAAQ_1", .step = "booking", .sees = {RATE " {\"rating\":1}", "@stay_moved_on", "@stay_agreed"},
     INSTEAD({RATE, 409, WORLD_PROBLEM("already_confirmed")}, {CALL_BOOKING, 200, WORLD_CONFIRMED})},
    {.type = "/rate AY8ABQAAcACAAAAAAAAAAQ_1", .step = "booking", .sees = {"@stay_booking_gone"},
     INSTEAD({RATE, 404, WORLD_PROBLEM("not_found")}, {CALL_BOOKING, 404, WORLD_PROBLEM("not_found")})},
    {.type = "/rate AY8ABQAAcACAAAAAAAAAAQ_6", .step = "mine", .sees = {"@stay_mine"}, .sees_not = "/rate "},
    {.type = "/rate AY8ABQAAcACAAAAAAAAAAQ", .step = "mine", .sees = {"@stay_mine"}, .sees_not = "/rate "},
    {.type = "/rate _5", .step = "mine", .sees = {"@stay_mine"}, .sees_not = "/rate "})
#define LAST_STAY(booking) {"GET /v1/bookings?status=completed&limit=1", 200, WORLD_BOOKINGS(booking, "null")}
#define STAYED(more) WORLD_BOOKING("completed", more, "")
CONVERSATION(typed_rating_is_for_the_last_stay,
    {.type = "отлично, пять", .step = "", .sees = {RATE " {\"rating\":5}", "@stay_rated", "@button_search"},
     INSTEAD(LAST_STAY(STAYED("")), {RATE, 200, STAYED("\"rating\":5,")})},
    {.type = "всё отлично, спасибо!", .step = "", .sees = {"@notice_rate", "1 ⭐", "5 ⭐"}, .sees_not = "POST", INSTEAD(LAST_STAY(STAYED("")))},
    {.tap = "4 ⭐", .step = "", .sees = {RATE " {\"rating\":4}", "@stay_rated"}, INSTEAD({RATE, 200, STAYED("\"rating\":4,")})},
    {.type = "всё отлично, спасибо!", .step = "", .sees = {"@unknown"}, .sees_not = "@notice_rate", INSTEAD(LAST_STAY(STAYED("\"rating\":4,")))},
    {.type = "/mybookings", .step = "mine"},
    {.type = "4", .step = "mine", .sees = {RATE " {\"rating\":4}", "@stay_rated"}, INSTEAD(LAST_STAY(STAYED("")), {RATE, 200, STAYED("\"rating\":4,")})},
    {.type = "4", .step = "mine", .sees = {RATE " {\"rating\":4}", "@stay_rated"}, INSTEAD(LAST_STAY(STAYED("\"rating\":4,")), {RATE, 200, STAYED("\"rating\":4,")})},
    {.type = "5", .step = "mine", .sees = {"@stay_unheard"}, .sees_not = "POST", INSTEAD(LAST_STAY(STAYED("\"rating\":4,")))},
    {.type = "5", .step = "mine", .sees = {"@stay_unheard"}, .sees_not = "POST", INSTEAD(LAST_STAY(STAYED("\"check_in\":\"2026-11-01\",\"check_out\":\"2026-11-06\",")))},
    {.type = "5", .step = "mine", .sees = {"@stay_unheard"}, .sees_not = "POST"},
    TO_BOOKING,
    {.tap = "Изменить даты", .step = "new_day"},
    {.type = "⭐⭐⭐⭐⭐", .step = "new_day", .sees_not = "/rate ", INSTEAD(LAST_STAY(STAYED("")))})
CONVERSATION(opened_by_a_notification_during_a_search,
    TO_NIGHTS,
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking"},
    {.tap = "@button_back", .step = "mine", .sees = {"@stay_button_search"}},
    {.tap = "@stay_button_search", .step = "nights", .sees = {"[22]"}},
    {.tap = "24", .step = "guests"}, {.tap = "2", .step = "list"},
    {.type = "/booking AY8ABQAAcACAAAAAAAAAAQ", .step = "booking"},
    {.tap = "@button_back", .step = "mine"},
    {.tap = "@stay_button_search", .step = "list"})
CONVERSATION(opened_by_an_invalid_argument,
    {.type = "/booking 0WX1HA6S", .step = "mine", .sees = {"@stay_mine"}},
    {.type = "/booking", .step = "mine", .sees = {"@stay_mine"}})

/* --- stopping --- */

CONVERSATION(held_and_stopped,
    TO_BOOKING,
    {.type = "/cancel", .step = "release", .sees = {"@cancelled", "@stay_release", "Отменить 0WX1HA6S · 22–24 ноя"}, INSTEAD({HELD_LIST, 200, WORLD_BOOKINGS(WORLD_HELD, "null")})},
    {.tap = "Отменить 0WX1HA6S · 22–24 ноя", .step = "booking",
     .sees = {"POST /v1/bookings/" WORLD_BOOKING_ID "/cancel {\"expected_refund\":{\"amount\":0,\"currency\":\"KZT\"}}", "@stay_cancelled"},
     INSTEAD({CALL_BOOKING, 200, WORLD_HELD}, {CALL_BOOKING, 200, WORLD_CANCELLED})},
    {.type = "/cancel", .step = "", .sees = {"@cancelled"}},
    {.type = "/cancel", .step = "", .sees = {"@nothing_to_cancel"}})
CONVERSATION(confirmed_meanwhile,
    {.type = "/cancel", .step = "release", INSTEAD({HELD_LIST, 200, WORLD_BOOKINGS(WORLD_HELD, "null")})},
    {.tap = "Отменить 0WX1HA6S · 22–24 ноя", .step = "booking", .sees = {"@stay_agreed"}, .sees_not = "POST ",
     INSTEAD({CALL_BOOKING, 200, WORLD_CONFIRMED})})
CONVERSATION(paid_meanwhile,
    {.type = "/cancel", .step = "release", .sees = {"@nothing_to_cancel", "@stay_release"}, INSTEAD({HELD_LIST, 200, WORLD_BOOKINGS(WORLD_HELD, "null")})},
    {.tap = "Отменить 0WX1HA6S · 22–24 ноя", .step = "cancel", .sees = {"Удержим " TENGE("5", "400")}, .sees_not = "POST ",
     INSTEAD({CALL_BOOKING, 200, WORLD_BOOKING("held", "\"paid\":" WORLD_SUM(540000) ",", WORLD_CANCEL)}, PREVIEW(0, 540000))},
    {.tap = "@button_back", .step = "booking"})
CONVERSATION(paid_at_the_same_moment,
    {.type = "/cancel", .step = "release", INSTEAD({HELD_LIST, 200, WORLD_BOOKINGS(WORLD_HELD, "null")})},
    {.tap = "Отменить 0WX1HA6S · 22–24 ноя", .step = "cancel", .sees = {"@stay_refund_changed", "Вернём " TENGE("5", "400")},
     INSTEAD({"POST /v1/bookings/" WORLD_BOOKING_ID "/cancel", 409, WORLD_PROBLEM("refund_changed")})})

/* --- the price --- */

#define QUOTE(lines) {"POST /v1/quotes", 201, "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" WORLD_SUM(1800000) ",\"lines\":[" lines "]}"}
CONVERSATION(lines_of_all_kinds,
    TO_LIST,
    {.tap = APARTMENT_BUTTON, .step = "flat",
     .sees = {"\n\n3 ночи × " TENGE("18", "000") "\nНочь выходного дня: 2 × " TENGE("20", "000") "\nСезон: 1 × " TENGE("25", "000")
              "\nСезон: 1 × " TENGE("26", "000") "\nДополнительные гости: " TENGE("6", "000") "\nПромокод: −" TENGE("2", "000") "\n\nВсего"},
     INSTEAD(QUOTE(WORLD_NIGHT("night", "Ночь", 1800000) "," WORLD_NIGHT("weekend", "Ночь выходного дня", 2000000) ","
                   WORLD_NIGHT("weekend", "Ночь выходного дня", 2000000) "," WORLD_NIGHT("night", "Ночь", 1800000) ","
                   WORLD_NIGHT("season", "Сезон", 2500000) "," WORLD_NIGHT("season", "Сезон", 2600000) "," WORLD_NIGHT("night", "Ночь", 1800000) ","
                   WORLD_LINE("extra_guest", "Дополнительные гости", 600000) "," WORLD_LINE("promo", "Промокод", -200000)))})
/* A list without one of the lines would not add up to the total. */
CONVERSATION(line_without_a_text,
    TO_LIST,
    {.tap = APARTMENT_BUTTON, .step = "flat", .sees = {"Wi-Fi\n\nВсего"}, .sees_not = "× ",
     INSTEAD(QUOTE(WORLD_NIGHT("night", "Ночь", 1800000) ",{\"kind\":\"new\",\"text\":{},\"amount\":" WORLD_SUM(100) "}"))})
#define N(tiyn) WORLD_NIGHT("season", "Сезон", tiyn)
CONVERSATION(too_many_lines,
    TO_LIST,
    {.tap = APARTMENT_BUTTON, .step = "flat", .sees = {"Wi-Fi\n\nВсего"},
     INSTEAD(QUOTE(N(100) "," N(200) "," N(300) "," N(400) "," N(500) "," N(600) "," N(700) "," N(800) "," N(900) "," N(1000) "," N(1100) "," N(1200) "," N(1300)))})
// clang-format on

/* --- a contact of another person --- */

static const struct exchange to_contact[] = {TO_CONTACT};

TEST_LOOP(foreign_contact_is_refused_and_asked_again, 0, 3)
{
    const int64_t whose[] = {FIELD_ABSENT, 8, -7};

    CONVERSE(to_contact);
    ck_assert(conversation_share(&talk, "77019998877", whose[_i]));
    ck_assert_saw("@stay_contact_foreign");
    ck_assert_saw("@stay_key_contact");
    ck_assert_str_eq(talk.step, "contact");
    ck_lacks(talk.data, "9998877");
}

/* --- privacy of the phone --- */

static const struct exchange to_phone[] = {
    TO_CONTACT, {.share = "77012345678", .step = "booking"}
};

TEST(phone_is_not_stored_in_dialogue)
{
    CONVERSE(to_phone);
    ck_lacks(talk.data, "7012345678");
}

static const struct {
    const char *written;
    bool hold_is_kept; /* in the history */
} words[] = {
    {"сәлем",       true },
    {"22.11",            true },
    {"/help",            true },
    {"+7 701 234-56-78", false},
    {"8 701 23456",      false},
    {"2",                true },
};

TEST_ROWS(only_possible_phones_are_kept_out_of_history, words)
{
    CONVERSE(to_contact);
    type(row->written);
    ck_assert_int_eq(talk.output.confided, !row->hold_is_kept);
}

/* --- the agreement --- */

TEST(sent_phone_accepts_the_agreement)
{
    CONVERSE(to_contact);
    ck_assert_saw("@stay_consent");
    ck_assert_ptr_null(talk.output.consent.at);
    type("/privacy");
    ck_assert_saw("https://tapbot.kz/offer");
    ck_assert_saw("https://tapbot.kz/privacy");
    ck_assert_saw("@stay_consent");
    ck_assert_str_eq(talk.step, "contact");
    ck_assert(conversation_share(&talk, "77012345678", talk.user_id));
    ck_assert_slice(talk.output.consent, "2026-11");
}

// clang-format off
static const struct {
    const char *text, *phone;
} typed_phones[] = {
    {"8 701 123 45 67",                       "+77011234567"},
    {"87011234567",                           "+77011234567"},
    {"8-701-123-45-67",                       "+77011234567"},
    {"8(701)1234567",                         "+77011234567"},
    {"+7(701)123-45-67",                      "+77011234567"},
    {"+7 701 1234567.",                       "+77011234567"},
    {"7011234567",                            "+77011234567"},
    {"Данияр, 8 701 123 45 67, жду звонка",   "+77011234567"},
    {"менің нөмірім: 87011234567",            "+77011234567"},
    {"+49 151 12345678",                      "+4915112345678"},
};
// clang-format on

TEST_ROWS(typed_phone_accepts_the_agreement_as_a_contact_does, typed_phones)
{
    static const struct scripted world[] = {
        {"POST /v1/bookings", 201, WORLD_TO_PAY},
        {CALL_BOOKING,        200, WORLD_TO_PAY},
        {CALL_CONTACT,        200, WORLD_TO_PAY},
        WORLD_ROWS,
        {NULL,                0,   NULL        }
    };

    talk.world = world;
    CONVERSE(to_contact);
    ck_assert_saw("@stay_consent");
    type(row->text);
    ck_assert_saw(textf(CALL_CONTACT " {\"phone\":\"%s\"}", row->phone));
    ck_assert_slice(talk.output.consent, "2026-11");
    ck_assert_str_eq(talk.step, "booking");
    ck_assert(talk.output.confided);
}

TEST(bot_without_an_agreement_asks_for_no_consent)
{
    talk.no_agreement = true;
    CONVERSE(to_contact);
    ck_assert(!conversation_saw(&talk, "@stay_consent"));
    type("/privacy");
    ck_lacks(talk.seen, "https://");
    ck_assert(conversation_share(&talk, "77012345678", talk.user_id));
    ck_assert_ptr_null(talk.output.consent.at);
}

/* --- the reply keyboard --- */

TEST(keyboard_is_shown_and_removed_by_own_messages)
{
    CONVERSE(to_contact);
    ck_assert_uint_eq(talk.output.count, 2);
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_TEXT);
    ck_assert_int_eq(talk.output.replies[1].markup, TURN_KEYS);
    ck_assert(talk.output.replies[1].buttons[0].asks_contact);
    ck_assert(!talk.output.replies[1].buttons[1].asks_contact);
    ck_assert(conversation_share(&talk, "77012345678", talk.user_id));
    ck_assert_uint_eq(talk.output.count, 2);
    ck_assert_int_eq(talk.output.replies[0].markup, TURN_NO_KEYS);
    ck_assert_int_eq(talk.output.replies[1].markup, TURN_BUTTONS);
}

TEST(keyboard_of_ended_dialogue_is_removed_by_next)
{
    CONVERSE(to_contact);
    talk.now = talk.state.ends_at;
    ck_assert(conversation_type(&talk, "Без номера"));
    ck_assert_saw("@unknown");
    ck_assert(conversation_type(&talk, "/search"));
    ck_assert_saw("@keys_away");
    ck_assert(conversation_type(&talk, "/search"));
    ck_assert(!conversation_saw(&talk, "@keys_away"));
}
