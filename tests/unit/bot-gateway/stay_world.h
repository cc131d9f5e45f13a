// SPDX-License-Identifier: MIT
/* Answers to the calls of the flow "stay". */
#pragma once

#include "conversation.h"

// clang-format off
#define WORLD_APARTMENT_ID    "018f0002-0000-7000-8000-000000000001"
#define WORLD_OTHER_ID   "018f0002-0000-7000-8000-000000000002"
#define WORLD_QUOTE_ID   "018f0009-0000-7000-8000-000000000001"
#define WORLD_BOOKING_ID "018f0005-0000-7000-8000-000000000001"
#define TEN_ACCENTS "\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301"
#define WORLD_SUM(tiyn)  "{\"amount\":" #tiyn ",\"currency\":\"KZT\"}"

#define WORLD_CITIES                                                                               \
    "{\"items\":["                                                                                 \
    "{\"slug\":\"almaty\",\"name\":{\"ru\":\"Алматы\",\"kz\":\"Алматы\",\"en\":\"Almaty\"}," \
    "\"location\":{\"lat\":43.2380,\"lon\":76.9452}},"                                               \
    "{\"slug\":\"astana\",\"name\":{\"ru\":\"Астана\",\"kz\":\"Астана\",\"en\":\"Astana\"}," \
    "\"location\":{\"lat\":51.1694,\"lon\":71.4491}},"                                               \
    "{\"slug\":\"ust-kamenogorsk\",\"name\":{\"ru\":\"Усть-Каменогорск\",\"kz\":\"Өскемен\",\"en\":\"Ust-Kamenogorsk\"}," \
    "\"location\":{\"lat\":49.9483,\"lon\":82.6275}}" \
    "],\"next_cursor\":null}"

#define WORLD_PHOTO "https://x.kz/1.jpg"
#define WORLD_APARTMENT_HEAD                                                                            \
    "{\"id\":\"" WORLD_APARTMENT_ID "\",\"title\":{\"ru\":\"Двушка у парка\",\"kz\":null,\"en\":\"Two rooms by the park\"},\"city\":\"almaty\"," \
    "\"district\":\"Медеуский\",\"address\":\"ул. Абая, 1\",\"rooms\":2,\"max_guests\":5,\"min_nights\":1,\"check_in_time\":\"14:00\",\"check_out_time\":\"12:00\",\"amenities\":[\"wifi\",\"sauna\",\"mountain-view\"]," \
    "\"photos\":[\"" WORLD_PHOTO "\",\"https://x.kz/2.jpg\"]"
#define WORLD_APARTMENT WORLD_APARTMENT_HEAD "}"
#define WORLD_IN_LIST(id, title, tiyn)                                                               \
    "{\"id\":\"" id "\",\"title\":{\"ru\":\"" title "\"},\"total\":" WORLD_SUM(tiyn) "}"
#define WORLD_APARTMENTS "{\"items\":[" WORLD_APARTMENT_HEAD ",\"total\":" WORLD_SUM(1800000) "}],\"next_cursor\":null}"
#define WORLD_NO_APARTMENTS "{\"items\":[],\"next_cursor\":null}"

/* From 21 November: the night of the 24th is taken, no check-in on the 26th, no check-out on the
 * 27th, and at least two nights from the 28th. */
#define WORLD_DAY(date, status, nights, reasons)                                                   \
    "{\"date\":\"" date "\",\"status\":\"" status "\",\"price\":" WORLD_SUM(900000) ",\"min_nights\":" nights ",\"reasons\":[" reasons "]}"
#define WORLD_DAYS                                                                                 \
    "{\"days\":["                                                                                 \
    WORLD_DAY("2026-11-21", "free", "1", "") ","                                                   \
    WORLD_DAY("2026-11-24", "booked", "1", "\"booked\"") ","                                       \
    WORLD_DAY("2026-11-26", "free", "1", "\"closed_to_arrival\"") ","                              \
    WORLD_DAY("2026-11-27", "free", "1", "\"closed_to_departure\"") ","                            \
    WORLD_DAY("2026-11-28", "free", "2", "") "]}"

#define WORLD_FULL "{\"days\":[{\"date\":\"2026-11-21\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-22\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-23\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-24\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-25\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-26\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-27\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-28\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-29\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]},{\"date\":\"2026-11-30\",\"status\":\"blocked\",\"reasons\":[\"blocked\"]}]}"

#define WORLD_LINE(kind, ru, tiyn) "{\"kind\":\"" kind "\",\"text\":{\"ru\":\"" ru "\"},\"amount\":" WORLD_SUM(tiyn) "}"
#define WORLD_NIGHT(kind, ru, tiyn) "{\"kind\":\"" kind "\",\"date\":\"2026-11-22\",\"text\":{\"ru\":\"" ru "\"},\"amount\":" WORLD_SUM(tiyn) "}"
#define WORLD_QUOTE                                                                                \
    "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" WORLD_SUM(1800000) ",\"deposit\":" WORLD_SUM(540000) "," \
    "\"lines\":[" WORLD_NIGHT("night", "Ночь", 700000) "," WORLD_NIGHT("night", "Ночь", 700000) "," WORLD_LINE("cleaning", "Уборка", 400000) "]," \
    "\"cancellation\":{\"policy\":\"moderate\",\"text\":{\"ru\":\"Бесплатная отмена за 5 дней\",\"kz\":\"Тегін\",\"en\":\"Free\"}}}"
#define WORLD_NOT_AVAILABLE                                                                        \
    "{\"status\":422,\"code\":\"not_available\",\"nights\":[{\"date\":\"2026-11-22\",\"reasons\":[\"booked\"]}]," \
    "\"alternatives\":["                                                                           \
    "{\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-24\",\"check_out\":\"2026-11-27\",\"total\":" WORLD_SUM(1700000) "}," \
    "{\"apartment_id\":\"" WORLD_OTHER_ID "\",\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\",\"total\":" WORLD_SUM(1900000) "}]}"

#define WORLD_ACTION(name, ru) "{\"action\":\"" name "\",\"label\":{\"ru\":\"" ru "\",\"kz\":null,\"en\":null}}"
#define WORLD_CONFIRM WORLD_ACTION("confirm", "Подтвердить")
#define WORLD_CLAIM   WORLD_ACTION("claim-payment", "Я оплатил")
#define WORLD_CANCEL  WORLD_ACTION("cancel", "Отменить бронь")
#define WORLD_CHANGE  WORLD_ACTION("change-dates", "Изменить даты")
#define WORLD_PRAISE  WORLD_ACTION("praise", "Похвалить") /* not supported by any dialogue */
#define WORLD_TITLE "\"title\":{\"ru\":\"Двушка у парка\",\"kz\":null,\"en\":\"Two rooms by the park\"}"
/* booking-api returns address and location of agreed stays only; here they are always there, so that
 * tests check which screens show them. */
#define WORLD_SHOWN "\"apartment\":{" WORLD_TITLE ",\"address\":\"ул. Абая, 1\",\"location\":{\"lat\":43.2387,\"lon\":76.9432}},"
#define WORLD_BOOKING(status, more, actions)                                                       \
    "{\"id\":\"" WORLD_BOOKING_ID "\",\"code\":\"0WX1HA6S\",\"apartment_id\":\"" WORLD_APARTMENT_ID "\"," \
    "\"status\":\"" status "\",\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\",\"guests\":2," \
    "\"total\":" WORLD_SUM(1800000) ",\"deposit\":" WORLD_SUM(540000) ",\"paid\":" WORLD_SUM(0) "," \
    "\"check_in_at\":\"2026-11-22T09:00:00.000Z\",\"check_out_at\":\"2026-11-24T07:00:00.000Z\"," WORLD_SHOWN more "\"allowed_actions\":[" actions "]}"
/* The same with other dates. */
#define WORLD_MOVED_TO(from, to, tiyn, status, more, actions)                                      \
    "{\"id\":\"" WORLD_BOOKING_ID "\",\"code\":\"0WX1HA6S\",\"apartment_id\":\"" WORLD_APARTMENT_ID "\"," \
    "\"status\":\"" status "\",\"check_in\":\"" from "\",\"check_out\":\"" to "\",\"guests\":2," \
    "\"total\":" WORLD_SUM(tiyn) "," WORLD_SHOWN more "\"allowed_actions\":[" actions "]}"
#define WORLD_MOVED(status, more) WORLD_MOVED_TO("2026-11-25", "2026-11-28", 2700000, status, more, WORLD_CANCEL "," WORLD_CHANGE)
#define WORLD_WOULD(booking) "{\"would\":" booking "}"
#define WORLD_HELD      WORLD_BOOKING("held", "\"expires_at\":\"2026-11-21T07:15:00Z\",", WORLD_CONFIRM "," WORLD_CANCEL "," WORLD_CHANGE "," WORLD_PRAISE)
#define WORLD_TO_PAY    WORLD_BOOKING("held", "\"expires_at\":\"2026-11-21T07:15:00Z\",\"payment_info\":\"Kaspi +7 701 234 56 78\",", WORLD_CANCEL "," WORLD_CLAIM)
#define WORLD_CLAIMED   WORLD_BOOKING("payment_claimed", "\"expires_at\":\"2026-11-21T19:00:00Z\",", WORLD_CANCEL)
#define WORLD_CONFIRMED WORLD_BOOKING("confirmed", "\"check_in_info\":{\"ru\":\"Код двери 12\",\"kz\":null,\"en\":null},", WORLD_CANCEL)
#define WORLD_CANCELLED WORLD_BOOKING("cancelled", "\"refund\":" WORLD_SUM(540000) ",", "")
#define WORLD_EXPIRED   WORLD_BOOKING("expired", "", "")
#define WORLD_BOOKINGS(items, next) "{\"items\":[" items "],\"next_cursor\":" next "}"
#define WORLD_PREVIEW(refund, fee) "{\"refund\":" WORLD_SUM(refund) ",\"fee\":" WORLD_SUM(fee) ",\"policy\":\"moderate\",\"until\":null}"
#define WORLD_PROBLEM(code) "{\"type\":\"about:blank\",\"code\":\"" code "\"}"

/* Answers of search-api. */
#define WORLD_SEEK "POST /v1/search/apartments"
#define WORLD_SOUGHT(id, title, tiyn, why)                                                         \
    "{\"id\":\"" id "\",\"bookable\":true,\"title\":" title ",\"city\":\"almaty\",\"district\":\"Медеуский\",\"rooms\":2,\"max_guests\":4,\"total\":" WORLD_SUM(tiyn) ",\"why\":" why "}"
#define WORLD_GIVE_UP(what, adds) "{\"drop\":\"" what "\",\"adds\":" adds "}"
#define WORLD_ANSWERS(items, relaxations)                                                          \
    {WORLD_SEEK, 200, "{\"items\":[" items "],\"next_cursor\":null,\"found\":2,\"relaxations\":[" relaxations "],\"degraded\":false,\"reasons\":[]}"}
#define WORLD_SILENT {WORLD_SEEK, 0, ""}

/* Answers of success. */
#define WORLD_ROWS                                                                                 \
    {"GET /v1/cities",                                            200, WORLD_CITIES},              \
    {"GET /v1/apartments?",                                       200, WORLD_APARTMENTS},               \
    {"GET /v1/apartments?id=" WORLD_OTHER_ID,                     200, "{\"items\":[" WORLD_IN_LIST(WORLD_OTHER_ID, "Тихая двушка", 1900000) "]}"}, \
    {"GET /v1/apartments/" WORLD_APARTMENT_ID,                         200, WORLD_APARTMENT},                \
    {"GET /v1/apartments/" WORLD_OTHER_ID,                        200, WORLD_APARTMENT},                \
    {"GET /v1/apartments/" WORLD_APARTMENT_ID "/calendar?",            200, WORLD_DAYS},                \
    {"GET /v1/apartments/" WORLD_OTHER_ID "/calendar?",           200, WORLD_DAYS},                \
    {"POST /v1/quotes",                                           201, WORLD_QUOTE},               \
    {"POST /v1/bookings",                                         201, WORLD_HELD},                \
    {"GET /v1/bookings?",                                         200, WORLD_BOOKINGS(WORLD_HELD, "null")}, \
    {"GET /v1/bookings?status=held&limit=3",                      200, WORLD_BOOKINGS("", "null")}, \
    {"GET /v1/bookings?status=completed",                         200, WORLD_BOOKINGS("", "null")}, \
    {"GET /v1/bookings/" WORLD_BOOKING_ID,                        200, WORLD_HELD},                \
    {"GET /v1/bookings/" WORLD_BOOKING_ID "/cancel-preview",      200, WORLD_PREVIEW(540000, 0)},  \
    {"POST /v1/bookings/" WORLD_BOOKING_ID "/confirm",            200, WORLD_CONFIRMED},           \
    {"POST /v1/bookings/" WORLD_BOOKING_ID "/claim-payment",      200, WORLD_CLAIMED},             \
    {"POST /v1/bookings/" WORLD_BOOKING_ID "/contact",            200, WORLD_HELD},                \
    {"POST /v1/bookings/" WORLD_BOOKING_ID "/change-dates",       200, WORLD_MOVED("held", "")},   \
    {"POST /v1/bookings/" WORLD_BOOKING_ID "/change-dates?dry_run=true", 200, WORLD_WOULD(WORLD_MOVED("held", ""))}, \
    {"POST /v1/bookings/" WORLD_BOOKING_ID "/cancel",             200, WORLD_CANCELLED}

#define STROKE "\xcc\xb6" /* through each digit of a day that cannot be chosen */
#define TENGE(thousands, rest) thousands "\xc2\xa0" rest "\xc2\xa0₸"
#define APARTMENT_BUTTON "@stay_button_see" /* of its card */
#define HELD_BUTTON "0WX1HA6S · 22–24 ноя · не подтверждена" /* in the list of bookings */
#define CALL_DAYS "GET /v1/apartments/" WORLD_APARTMENT_ID "/calendar?"
#define CALL_LIVE "GET /v1/bookings?status=held,requested,payment_claimed,confirmed,checked_in&limit=6"
#define CALL_BOOKING "GET /v1/bookings/" WORLD_BOOKING_ID
#define TO_DAY       {.type = "/search", .step = "city"}, {.tap = "Алматы", .step = "day"}
#define TO_NIGHTS    TO_DAY, {.tap = "22", .step = "nights"}
#define TO_GUESTS    TO_NIGHTS, {.tap = "24", .step = "guests"}
#define TO_LIST      TO_GUESTS, {.tap = "2", .step = "list"}
#define TO_APARTMENT TO_LIST, {.tap = APARTMENT_BUTTON, .step = "flat"}
#define TO_CONTACT   TO_APARTMENT, {.tap = "@stay_button_book", .step = "contact"}
#define TO_BOOKING   TO_CONTACT, {.tap = "@stay_key_no_contact", .step = "booking"}
#define INSTEAD(...) .instead = {__VA_ARGS__}
/* The answer to booking, and to an action such as "/confirm". */
#define BOOKS(booking)         INSTEAD({"POST /v1/bookings", 201, booking})
#define ACTS(action, booking) INSTEAD({"POST /v1/bookings/" WORLD_BOOKING_ID action, 200, booking})
// clang-format on
