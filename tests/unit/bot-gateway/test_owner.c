// SPDX-License-Identifier: MIT
/* An owner's requests, payments, arrivals and departures, and people who are no owners. */
#include "owner_talk.h"

TEST_CASE("desk", .setup = owner_talk_begin, .teardown = owner_talk_end);

// clang-format off
#define MONEY(thousands, rest) thousands "\xc2\xa0" rest "\xc2\xa0₸"
#define REQUEST "запрос · 22–24 ноя · ALM-004 · Айгуль <3"
#define CLAIM   "гость оплатил, проверьте · 22–24 ноя · ALM-004 · Айгуль <3"
#define NOTHING_BACK "{\"refund\":" DESK_SUM(0) ",\"fee\":" DESK_SUM(0) "}"
#define PAID    "Деньги пришли: " MONEY("5", "400")
#define ONE(booking) INSTEAD({DESK_WAITING, 200, DESK_LIST(booking, "null")}, {DESK_CALL, 200, booking})
#define THEN(before, after) INSTEAD({DESK_CALL, 200, before}, {DESK_ACT, 200, after})
#define DONE(booking) INSTEAD({DESK_ACT, 200, booking})

/* --- requests and payments --- */

CONVERSATION(approves,
    {.type = "/desk", .step = "home", .sees = {DESK_OWNERS "  as bot", DESK_WAITING " " AS_OWNER, "Игорь Васильев\n\nЖдут вашего ответа: 1", REQUEST}},
    {.tap = REQUEST, .step = "booking", .sees = {"<b>0WX1HA6S</b>: запрос\nДвушка у парка\n", "<b>Айгуль &lt;3</b>, +77012345678\n«Приедем поздно»", "Предоплата " MONEY("5", "400"), "до <b>22 ноября, вс, 00:00</b>"},
     .sees_not = "Изменить даты"},
    {.tap = "Подтвердить", .step = "booking", .sees = {DESK_ACT "/confirm {}" AS_OWNER " if 3", "<b>0WX1HA6S</b>: гость ещё не подтвердил"}, DONE(DESK_HELD)},
    {.tap = "@button_back", .step = "home"})
#define OVERDUE DESK_BOOKING("payment_claimed", "\"expires_at\":\"2026-11-21T06:59:00Z\",", DESK_MAY_CONFIRM "," DESK_MAY_CANCEL)
#define DEAR    DESK_BOOKING("confirmed", "\"refund_due\":" DESK_SUM(540000) ",", DESK_MAY_CANCEL)
CONVERSATION(deadline_is_named_until_it_has_passed,
    {.type = "/desk", .step = "home", .sees = {CLAIM}, ONE(DESK_CLAIMED)},
    {.tap = CLAIM, .step = "booking", .sees = {"Ответ нужен до <b>"}, ONE(DESK_CLAIMED)},
    {.type = "/desk", .step = "home", .sees = {CLAIM}, ONE(OVERDUE)},
    {.tap = CLAIM, .step = "booking", .sees = {PAID}, .sees_not = "Ответ нужен", ONE(OVERDUE)},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"Вернуть гостю 5"}, INSTEAD({DESK_CALL, 200, DEAR})})
CONVERSATION(takes_money,
    {.type = "/desk", .step = "home", .sees = {CLAIM}, ONE(DESK_CLAIMED)},
    {.tap = CLAIM, .step = "booking", .sees = {PAID}, .sees_not = "Подтвердить", ONE(DESK_CLAIMED)},
    {.tap = PAID, .step = "booking", .sees = {DESK_ACT "/confirm {\"paid\":" DESK_SUM(540000) "}" AS_OWNER " if 3", "подтверждена", "Оплачено " MONEY("5", "400")}, DONE(DESK_CONFIRMED)})
CONVERSATION(paid_in_part,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {PAID}, INSTEAD({DESK_CALL, 200, DESK_BOOKING("held", "\"paid\":" DESK_SUM(100000) ",", DESK_MAY_CONFIRM)})},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"Деньги пришли: " MONEY("6", "000")}, INSTEAD({DESK_CALL, 200, DESK_BOOKING("held", "\"paid\":" DESK_SUM(600000) ",", DESK_MAY_CONFIRM)})},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"Подтвердить"}, .sees_not = "Деньги пришли", INSTEAD({DESK_CALL, 200, DESK_BOOKING("held", "\"deposit\":" DESK_SUM(0) ",", DESK_MAY_CONFIRM)})})
#define CLAIMED(paid) DESK_BOOKING("payment_claimed", "\"claimed\":" DESK_SUM(250000) ",\"paid\":" DESK_SUM(paid) ",", DESK_MAY_CONFIRM)
CONVERSATION(claimed_sum_counts_after_a_change_of_dates,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"Деньги пришли: " MONEY("2", "500")}, INSTEAD({DESK_CALL, 200, CLAIMED(0)})},
    {.tap = "Деньги пришли: " MONEY("2", "500"), .step = "booking", .sees = {DESK_ACT "/confirm {\"paid\":" DESK_SUM(250000) "}" AS_OWNER " if 3"}, DONE(DESK_CONFIRMED)},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"Деньги пришли: " MONEY("3", "500")}, INSTEAD({DESK_CALL, 200, CLAIMED(100000)})})
CONVERSATION(declines,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking"},
    {.tap = "Отклонить", .step = "sure", .sees = {"Отклонить запрос 0WX1HA6S?\n22 ноября"}, .sees_not = "POST"},
    {.tap = "@button_back", .step = "booking"},
    {.tap = "Отклонить", .step = "sure"},
    {.tap = "@desk_button_sure", .step = "booking", .sees = {DESK_ACT "/decline {}" AS_OWNER " if 3", "вы отказали"}, DONE(DESK_DECLINED)},
    {.tap = "@button_back", .step = "home"})
CONVERSATION(cancels,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", INSTEAD({DESK_CALL, 200, DESK_CONFIRMED})},
    {.tap = "Отменить бронь", .step = "cancel", .sees = {"вернуть " MONEY("5", "400")}, .sees_not = "POST"},
    {.tap = "@desk_button_sure", .step = "cancel", .sees = {"@stay_refund_changed", DESK_CALL "/cancel-preview"}, INSTEAD({DESK_ACT "/cancel", 409, DESK_PROBLEM("refund_changed")})},
    {.tap = "@desk_button_sure", .step = "booking", .sees = {DESK_ACT "/cancel {\"expected_refund\":" DESK_SUM(540000) "}" AS_OWNER " if 3", "отменена", "Вернуть гостю " MONEY("5", "400")},
     DONE(DESK_BOOKING("cancelled", "\"refund\":" DESK_SUM(540000) ",", ""))})
#define MAY_SET_PAID DESK_ACTION("set-paid", "Учесть деньги")
CONVERSATION(records_the_rest,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", INSTEAD({DESK_CALL, 200, DESK_BOOKING("confirmed", "\"paid\":" DESK_SUM(540000) ",", MAY_SET_PAID)})},
    {.tap = "Учесть деньги", .step = "sure", .sees = {"Гость брони 0WX1HA6S заплатил " MONEY("12", "600") "? Исправить"}, .sees_not = "POST", INSTEAD({DESK_CALL, 200, DESK_BOOKING("confirmed", "\"paid\":" DESK_SUM(540000) ",", MAY_SET_PAID)})},
    {.tap = "@desk_button_sure", .step = "booking", .sees = {DESK_ACT "/set-paid {\"paid\":" DESK_SUM(1800000) "}" AS_OWNER " if 3", "Оплачено " MONEY("18", "000")}, .sees_not = "Учесть",
     DONE(DESK_BOOKING("confirmed", "\"paid\":" DESK_SUM(1800000) ",", MAY_SET_PAID))})
#define OWED DESK_BOOKING("cancelled", "\"paid\":" DESK_SUM(540000) ",\"refund\":" DESK_SUM(540000) ",", MAY_SET_PAID)
CONVERSATION(records_the_refund,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"Вернуть гостю " MONEY("5", "400")}, INSTEAD({DESK_CALL, 200, OWED})},
    {.tap = "Учесть деньги", .step = "sure", .sees = {"Вы вернули гостю брони 0WX1HA6S " MONEY("5", "400") "?"}, .sees_not = "заплатил", INSTEAD({DESK_CALL, 200, OWED})},
    {.tap = "@desk_button_sure", .step = "booking", .sees = {DESK_ACT "/set-paid {\"paid\":" DESK_SUM(0) "}" AS_OWNER " if 3"}, .sees_not = "Вернуть",
     DONE(DESK_BOOKING("cancelled", "\"refund\":" DESK_SUM(0) ",", MAY_SET_PAID))},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees_not = "Учесть", INSTEAD({DESK_CALL, 200, DESK_BOOKING("expired", "", MAY_SET_PAID)})})
#define LEFT DESK_BOOKING("cancelled", "\"claimed\":" DESK_SUM(250000) ",\"refund\":" DESK_SUM(0) ",", "")
CONVERSATION(claim_of_a_cancelled_booking_is_shown,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"отменена", "сообщил об оплате " MONEY("2", "500")}, INSTEAD({DESK_CALL, 200, LEFT})})
CONVERSATION(cancels_for_nothing,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", INSTEAD({DESK_CALL, 200, DESK_HELD})},
    {.tap = "Отменить бронь", .step = "cancel", .sees = {"@desk_cancel_free"}, INSTEAD({DESK_CALL "/cancel-preview", 200, NOTHING_BACK})},
    {.tap = "@button_back", .step = "booking"},
    {.tap = "Отменить бронь", .step = "booking", .sees = {"@stay_moved_on"}, INSTEAD({DESK_CALL "/cancel-preview", 409, DESK_PROBLEM("already_completed")})})
/* --- arrivals and departures --- */

#define COMES  DESK_STAY(DESK_BOOKING_ID, "confirmed", "2026-11-21", "2026-11-24", "", DESK_MAY_IN)
#define GOES   DESK_STAY(DESK_OTHER_ID, "checked_in", "2026-11-19", "2026-11-21", "", DESK_MAY_OUT)
#define STAYS  DESK_STAY("018f0005-0000-7000-8000-000000000003", "checked_in", "2026-11-18", "2026-12-18", "", DESK_MAY_OUT)
#define NEXT   DESK_STAY("018f0005-0000-7000-8000-000000000004", "confirmed", "2026-11-27", "2026-11-28", "", "")
CONVERSATION(today,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_today", .step = "today", .sees = {"Сегодня, 21 ноября, сб</b>\nЗаезжают: 1\nВыезжают: 1\nЖивут: 1", "заезд · ALM-004 · Айгуль <3\nвыезд · ALM-004 · Айгуль <3\nживёт · ALM-004", DESK_DAYS "2026-11-20&to=2026-11-22&limit=20 " AS_OWNER},
     .sees_not = "ноя ·", INSTEAD({DESK_DAYS, 200, DESK_LIST(STAYS "," GOES "," COMES, "null")})},
    {.tap = "заезд · ALM-004 · Айгуль <3", .step = "booking", INSTEAD({DESK_CALL, 200, COMES})},
    {.tap = "Заселить", .step = "booking", .sees = {DESK_ACT "/check-in {}" AS_OWNER " if 3", "гость живёт"}, DONE(DESK_CHECKED_IN)},
    {.tap = "Выселить", .step = "sure", .sees = {"@desk_sure_check_out"}, INSTEAD({DESK_CALL, 200, DESK_CHECKED_IN})},
    {.tap = "@desk_button_sure", .step = "booking", .sees = {DESK_ACT "/check-out {}"}, DONE(DESK_BOOKING("completed", "", ""))},
    {.tap = "@button_back", .step = "today"},
    {.tap = "@desk_button_week", .step = "week"},
    {.tap = "@desk_button_today", .step = "today"},
    {.tap = "@button_back", .step = "home"})
CONVERSATION(week,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_week", .step = "week", .sees = {"21 ноября, сб — 27 ноября, пт</b>\nЗаезжают: 2\nВыезжают: 2\nЖивут всё это время: 1", "заезд · сб 21 ноя · ALM-004", "выезд · вт 24 ноя · ALM-004", "заезд · пт 27 ноя · ALM-004 · Айгуль <3\nживёт · ALM-004"},
     INSTEAD({DESK_DAYS, 200, DESK_LIST(NEXT "," STAYS "," GOES "," COMES, "\"c1\"")})},
    {.tap = "@button_more", .step = "week", .sees = {"&cursor=c1", "Заезжают: 0", "\n<i>Здесь не все брони"}},
    {.tap = "@button_back", .step = "home"})
/* The query of the next day has no such cursor. */
CONVERSATION(over_midnight,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_today", .step = "today", INSTEAD({DESK_DAYS, 200, DESK_LIST("", "\"c1\"")})},
    {.tap = "@button_more", .step = "today", .sees = {"&cursor=c1", "&limit=20 " AS_OWNER}, INSTEAD({DESK_DAYS, 422, DESK_PROBLEM("bad_cursor")}, {DESK_DAYS, 200, DESK_LIST("", "null")})})
CONVERSATION(many_wait,
    {.type = "/desk", .step = "home", .sees = {"Ждут вашего ответа: 1\n<i>Здесь не все брони"}, INSTEAD({DESK_WAITING, 200, DESK_LIST(DESK_REQUESTED, "\"c1\"")})},
    {.tap = "@button_more", .step = "home", .sees = {DESK_WAITING "&cursor=c1", "@desk_home_idle"}, INSTEAD({DESK_WAITING, 200, DESK_LIST("", "null")})},
    {.tap = "@button_back", .step = "home", .sees = {DESK_WAITING " " AS_OWNER}, .sees_not = "Здесь не все"})
CONVERSATION(not_come,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", INSTEAD({DESK_CALL, 200, DESK_CONFIRMED})},
    {.tap = "Гость не приехал", .step = "sure", .sees = {"@desk_sure_no_show", "вернуть " MONEY("1", "000") "."}, INSTEAD({DESK_CALL, 200, DESK_CONFIRMED}, {DESK_CALL "/cancel-preview", 200, "{\"refund\":" DESK_SUM(100000) ",\"fee\":" DESK_SUM(440000) "}"})},
    {.tap = "@desk_button_sure", .step = "booking", .sees = {"@desk_too_early"}, INSTEAD({DESK_CALL, 200, DESK_CONFIRMED}, {DESK_ACT "/no-show", 409, DESK_PROBLEM("too_early")})})
/* --- refusals --- */

CONVERSATION(refused,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking"},
    {.tap = "Подтвердить", .step = "booking", .sees = {"@stay_moved_on"}, INSTEAD({DESK_ACT, 409, DESK_PROBLEM("already_confirmed")})},
    {.tap = "Подтвердить", .step = "booking", .sees = {"@stay_moved_on"}, INSTEAD({DESK_ACT, 412, DESK_PROBLEM("version_mismatch")})},
    {.tap = "Подтвердить", .step = "booking", .sees = {"@stay_moved_on"}, INSTEAD({DESK_ACT, 410, DESK_PROBLEM("hold_expired")})},
    {.tap = "Подтвердить", .step = "booking", .sees = {"@desk_no_contact"}, INSTEAD({DESK_ACT, 422, DESK_PROBLEM("contact_missing")})},
    {.tap = "Подтвердить", .step = "booking", .sees = {"@stay_refused"}, INSTEAD({DESK_ACT, 403, DESK_PROBLEM("forbidden")})},
    {.tap = "Подтвердить", .step = "booking", .sees = {"@stay_refused"}, INSTEAD({DESK_ACT, 422, DESK_PROBLEM("bad_actor")})},
    {.tap = "Подтвердить", .step = "booking", .sees = {"@desk_nights_taken"}, INSTEAD({DESK_ACT, 409, DESK_PROBLEM("nights_taken")})},
    {.tap = "Подтвердить", .step = "home", .sees = {"@desk_not_there"}, INSTEAD({DESK_ACT, 404, DESK_PROBLEM("not_found")})})
CONVERSATION(sure_of_the_past,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking"},
    {.tap = "Отклонить", .step = "booking", .sees = {"@stay_moved_on", "вы отказали"}, INSTEAD({DESK_CALL, 200, DESK_DECLINED})})

/* --- buttons of notifications --- */

CONVERSATION(by_notice,
    {.type = "/deal_ok " DESK_ARGUMENT "_3", .step = "booking", .sees = {DESK_ACT "/confirm {}" AS_OWNER " if 3", "гость ещё не подтвердил"}, THEN(DESK_REQUESTED, DESK_HELD)},
    {.type = "/deal_ok " DESK_ARGUMENT "_3", .step = "booking", .sees = {"@stay_moved_on", PAID}, .sees_not = "POST", INSTEAD({DESK_CALL, 200, DESK_HELD})},
    {.type = "/deal_ok " DESK_ARGUMENT "_3", .step = "booking", .sees = {DESK_ACT "/confirm {\"paid\":" DESK_SUM(540000) "}" AS_OWNER " if 3", "подтверждена"}, THEN(DESK_CLAIMED, DESK_CONFIRMED)},
    {.type = "/deal_ok " DESK_ARGUMENT "_3", .step = "booking", .sees = {"@stay_moved_on", "подтверждена"}, .sees_not = "/confirm {", INSTEAD({DESK_CALL, 200, DESK_CONFIRMED})},
    {.type = "/deal_no " DESK_ARGUMENT "_3", .step = "sure", .sees = {"@desk_sure_decline"}},
    {.tap = "@desk_button_sure", .step = "booking", .sees = {DESK_ACT "/decline {}"}, DONE(DESK_DECLINED)},
    {.type = "/deal_no " DESK_ARGUMENT, .step = "cancel", .sees = {DESK_CALL "/cancel-preview"}, INSTEAD({DESK_CALL, 200, DESK_CLAIMED}, {DESK_CALL "/cancel-preview", 200, NOTHING_BACK})},
    {.type = "/deal_in " DESK_ARGUMENT "_3", .step = "booking", .sees = {DESK_ACT "/check-in {}" AS_OWNER " if 3\n", "гость живёт"}, DONE(DESK_CHECKED_IN)},
    {.type = "/deal_in " DESK_ARGUMENT "_3", .step = "booking", .sees = {"@desk_too_early"}, INSTEAD({DESK_CALL, 200, DESK_CONFIRMED}, {DESK_ACT, 409, DESK_PROBLEM("too_early")})},
    {.type = "/deal_in " DESK_ARGUMENT "_3", .step = "booking", .sees = {"@desk_occupied"}, INSTEAD({DESK_CALL, 200, DESK_CONFIRMED}, {DESK_ACT, 409, DESK_PROBLEM("occupied")})},
    {.type = "/deal_absent " DESK_ARGUMENT "_3", .step = "sure", .sees = {"@desk_sure_no_show"}, .sees_not = "POST", INSTEAD({DESK_CALL, 200, DESK_CONFIRMED}, {DESK_CALL "/cancel-preview", 200, NOTHING_BACK})},
    {.tap = "@desk_button_sure", .step = "booking", .sees = {DESK_ACT "/no-show {}" AS_OWNER " if 3\n"}, DONE(DESK_BOOKING("no_show", "", ""))},
    {.type = "/deal_absent x", .step = "home", .sees_not = "POST"},
    {.type = "/deal", .step = "home"},
    {.type = "/deal_no", .step = "home"},
    {.type = "/deal_ok", .step = "home"})
/* The guest has changed the booking since the notification, or the button has no version. */
CONVERSATION(by_old_notice,
    {.type = "/deal_ok " DESK_ARGUMENT "_2", .step = "booking", .sees = {"@stay_moved_on", "Подтвердить"}, .sees_not = "POST"},
    {.type = "/deal_ok " DESK_ARGUMENT "_2", .step = "booking", .sees = {"@stay_moved_on", PAID}, .sees_not = "POST", INSTEAD({DESK_CALL, 200, DESK_CLAIMED})},
    {.type = "/deal_ok " DESK_ARGUMENT, .step = "booking", .sees = {"@stay_moved_on", "Подтвердить"}, .sees_not = "POST"},
    {.type = "/deal_ok " DESK_ARGUMENT "5400", .step = "booking", .sees = {"@stay_moved_on", PAID}, .sees_not = "POST", INSTEAD({DESK_CALL, 200, DESK_CLAIMED})},
    {.type = "/deal_ok " DESK_ARGUMENT "_x", .step = "booking", .sees = {"@stay_moved_on"}, .sees_not = "POST"},
    {.type = "/deal_ok " DESK_ARGUMENT "_0", .step = "booking", .sees = {"@stay_moved_on"}, .sees_not = "POST"},
    {.type = "/deal_in " DESK_ARGUMENT "_2", .step = "booking", .sees = {DESK_ACT "/check-in {}" AS_OWNER " if 2\n", "@stay_moved_on"}, INSTEAD({DESK_CALL, 200, DESK_CONFIRMED}, {DESK_ACT, 412, DESK_PROBLEM("version_mismatch")})},
    {.type = "/deal_in " DESK_ARGUMENT, .step = "booking", .sees = {"@stay_moved_on"}, .sees_not = "POST", INSTEAD({DESK_CALL, 200, DESK_CONFIRMED})},
    {.type = "/deal_absent " DESK_ARGUMENT "_2", .step = "booking", .sees = {"@stay_moved_on"}, .sees_not = "POST", INSTEAD({DESK_CALL, 200, DESK_DECLINED})})
/* Of another owner. */
#define NOT_HIS INSTEAD({"GET /v1/bookings/", 404, DESK_PROBLEM("not_found")}, {"POST /v1/bookings/", 404, DESK_PROBLEM("not_found")}, {DESK_CALL, 404, DESK_PROBLEM("not_found")})
CONVERSATION(of_another_owner,
    {.type = "/deal " DESK_ARGUMENT, .step = "home", .sees = {"@desk_not_there", "@desk_home"}, NOT_HIS},
    {.type = "/deal_ok " DESK_ARGUMENT, .step = "home", .sees = {"@desk_not_there"}, .sees_not = "POST", NOT_HIS},
    {.type = "/deal_no " DESK_ARGUMENT, .step = "home", .sees = {"@desk_not_there"}, NOT_HIS},
    {.type = "/deal_in " DESK_ARGUMENT "_3", .step = "home", .sees = {"@desk_not_there"}, INSTEAD({DESK_ACT, 404, DESK_PROBLEM("not_found")})})
#define STRANGER INSTEAD({DESK_OWNERS, 200, DESK_LIST("", "null")})
CONVERSATION(button_of_another_owner,
    {.type = "/desk", .step = "", .sees = {"@desk_stranger"}, .sees_not = "as owner", STRANGER},
    {.type = "/deal " DESK_ARGUMENT, .step = "", .sees = {"@desk_stranger"}, STRANGER},
    {.type = "/deal_ok " DESK_ARGUMENT, .step = "", .sees = {"@desk_stranger"}, STRANGER},
    {.type = "/deal_no " DESK_ARGUMENT, .step = "", .sees = {"@desk_stranger"}, STRANGER},
    {.type = "/deal_in " DESK_ARGUMENT, .step = "", .sees = {"@desk_stranger"}, STRANGER},
    {.type = "/deal_absent " DESK_ARGUMENT, .step = "", .sees = {"@desk_stranger"}, STRANGER},
    {.tap = "@button_search", .step = "city", INSTEAD({"GET /v1/cities", 200, "{\"items\":[{\"slug\":\"almaty\",\"name\":{\"ru\":\"Алматы\"}}]}"})})
/* Staff has bound another account meanwhile. */
CONVERSATION(no_more_an_owner,
    {.type = "/desk", .step = "home"},
    {.tap = REQUEST, .step = "booking"},
    {.tap = "Подтвердить", .step = "", .sees = {"@desk_stranger"}, .sees_not = "POST", STRANGER})
#define WITH_RECEIPT(receipt) DESK_BOOKING("payment_claimed", DESK_UNTIL "\"receipt\":\"" receipt "\",", DESK_MAY_CONFIRM "," DESK_MAY_CANCEL)
#define OPENS(receipt) INSTEAD({DESK_CALL, 200, WITH_RECEIPT(receipt)})
CONVERSATION(receipt_of_a_payment,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"@desk_button_receipt", PAID}, .sees_not = "AgAC", OPENS("telegram:flats:photo:AgAC")},
    {.tap = "@desk_button_receipt", .step = "booking", .sees = {"AgAC", PAID}, .sees_not = "\nЧек\n", OPENS("telegram:flats:photo:AgAC")},
    {.tap = "Отменить бронь", .step = "cancel", .sees = {"@desk_cancel"}},
    {.tap = "@button_back", .step = "booking", .sees = {"@desk_button_receipt"}, .sees_not = "BQ", OPENS("telegram:flats:document:BQ")},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees_not = "\nЧек\n", OPENS("telegram:another:photo:AgAC")},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees_not = "\nЧек\n", OPENS("Kaspi 6120934417")})
/* "Not received" of the notification. */
CONVERSATION(payment_that_has_not_arrived,
    {.type = "/deal_no " DESK_ARGUMENT "_3", .step = "cancel", .sees = {"@desk_cancel_free"}, .sees_not = "POST", INSTEAD({DESK_CALL, 200, DESK_CLAIMED}, {DESK_CALL "/cancel-preview", 200, "{\"refund\":" DESK_SUM(0) ",\"fee\":" DESK_SUM(0) "}"})})
CONVERSATION(question_answered_by_words,
    {.type = "/deal_no " DESK_ARGUMENT, .step = "sure", .sees = {"Отклонить запрос 0WX1HA6S?"}},
    {.type = "нет", .step = "booking", .sees = {"запрос"}, .sees_not = "POST"},
    {.tap = "Отклонить", .step = "sure"},
    {.type = "может быть", .step = "sure", .sees = {"@unknown"}, .sees_not = "POST"},
    {.type = "Да", .step = "booking", .sees = {DESK_ACT "/decline {}" AS_OWNER " if 3", "вы отказали"}, DONE(DESK_DECLINED)})
CONVERSATION(lists_opened_by_words,
    {.type = "/desk", .step = "home"},
    {.type = "сегодня", .step = "today", .sees = {"Сегодня, 21 ноября, сб", DESK_DAYS "2026-11-20&to=2026-11-22&limit=20 " AS_OWNER}},
    {.type = "Апта", .step = "week", .sees = {"21 ноября, сб — 27 ноября, пт"}},
    {.type = "мои квартиры", .step = "flats", .sees = {"@desk_flats"}})
/* The button "desk" is shown to owners. */
CONVERSATION(found_again,
    {.type = "/start", .step = "", .sees_not = "Кабинет хозяина"},
    {.type = "/desk", .step = "home"},
    {.type = "/start", .step = "home", .sees = {"@button_desk", "@button_search"}},
    {.type = "/help", .step = "home"},
    {.tap = "@button_desk", .step = "", .sees = {"@desk_stranger"}, STRANGER},
    {.type = "/help", .step = "", .sees_not = "Кабинет хозяина"})
// clang-format on

/* Buttons of a notification can be tapped repeatedly: the payment is reported once, because the
 * booking is confirmed then. */
TEST_LOOP(button_of_notification_never_expires, 0, 5)
{
    static const char *const commands[] = {"deal", "deal_ok", "deal_no", "deal_in", "deal_absent"};

    tap_command(commands[_i], DESK_ARGUMENT);
    ck_assert_saw(DESK_OWNERS);
    ck_assert_str_eq(talk.flow, "desk");
    conversation_type(&talk, "/desk");
    tap_command(commands[_i], DESK_ARGUMENT);
    ck_assert_str_ne(talk.step, "home");
}

/* The list of the next day's arrivals and departures has this button. */
TEST(desk_does_not_replace_a_notification)
{
    tap_command("desk", "");
    ck_assert_str_eq(talk.step, "home");
    ck_assert_uint_eq(talk.output.count, 2);
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_TEXT);
}

/* A second tap of the button that confirms a payment is stale. */
TEST(second_tap_confirms_no_payment)
{
    const struct scripted claimed[] = {
        {DESK_CALL, 200, DESK_CLAIMED},
        {NULL,      0,   NULL        },
    };

    talk.instead = claimed;
    ck_assert(conversation_type(&talk, "/deal " DESK_ARGUMENT));
    const char *data = textf("%s", conversation_button(&talk.shown, PAID));
    ck_assert(conversation_tap_data(&talk, data));
    ck_assert_saw(DESK_ACT "/confirm {\"paid\"");
    ck_assert(conversation_tap_data(&talk, data));
    ck_assert_saw("@button_stale");
    ck_lacks(talk.asked, "POST");
}

static const struct {
    const char *why, *type;
    struct scripted instead[3];
    bool confided;
} screens[] = {
    {"a booking",      "/deal " DESK_ARGUMENT,    {{NULL, 0, NULL}},                                             true },
    {"a list of them", "/desk",                   {{NULL, 0, NULL}},                                             true },
    {"an empty one",   "/desk",                   {{DESK_WAITING, 200, DESK_LIST("", "null")}, {NULL, 0, NULL}}, false},
    {"a question",     "/deal_no " DESK_ARGUMENT, {{NULL, 0, NULL}},                                             false},
    {"no booking",
     "/deal " DESK_ARGUMENT,
     {{DESK_CALL, 404, DESK_PROBLEM("not_found")},
      {DESK_WAITING, 200, DESK_LIST("", "null")},
      {NULL, 0, NULL}},
     false                                                                                                            },
};

/* The erasure of a guest does not cover the owner's chat. */
TEST_ROWS_WHY(message_with_guest_is_confided, screens)
{
    talk.instead = row->instead;
    ck_assert(conversation_type(&talk, row->type));
    ck_assert_uint_eq(talk.output.count, 1);
    ck_assert(talk.output.replies[0].confided == row->confided);
}
