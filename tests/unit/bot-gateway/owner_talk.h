// SPDX-License-Identifier: MIT
/* A conversation with an owner, and the answers of booking-api to the flow "desk". */
#pragma once

#include "conversation.h"

extern struct conversation talk;

/* A checked fixture: each test begins a new conversation. */
void owner_talk_begin(void);
void owner_talk_end(void);

/* A tap of a command's button, as in notifications. */
void tap_command(const char *command, const char *argument);
/* The message that the last turn passes on to another person. */
const struct turn_message *passed(void);

// clang-format off
#define DESK_OWNER_ID   "018f0001-0000-7000-8000-000000000001"
#define DESK_APARTMENT_ID    "018f0002-0000-7000-8000-000000000001"
#define DESK_BOOKING_ID "018f0005-0000-7000-8000-000000000001"
#define DESK_OTHER_ID   "018f0005-0000-7000-8000-000000000002"
#define DESK_BLOCK_ID   "018f0006-0000-7000-8000-000000000001"
/* As talk_put_id_button() writes that of the booking. */
#define DESK_ARGUMENT   "AY8ABQAAcACAAAAAAAAAAQ"
#define DESK_SUM(tiyn)  "{\"amount\":" #tiyn ",\"currency\":\"KZT\"}"
#define DESK_PROBLEM(code) "{\"type\":\"about:blank\",\"code\":\"" code "\"}"
#define DESK_LIST(items, next) "{\"items\":[" items "],\"next_cursor\":" next "}"
#define AS_OWNER        " as owner:" DESK_OWNER_ID

#define DESK_OWNER(telegram, version)                                                              \
    "{\"id\":\"" DESK_OWNER_ID "\",\"name\":\"Игорь Васильев\",\"telegram_id\":" telegram ",\"version\":" version "}"
#define DESK_APARTMENT                                                                                  \
    "{\"id\":\"" DESK_APARTMENT_ID "\",\"code\":\"ALM-004\",\"title\":{\"ru\":\"Двушка у парка\",\"kz\":null,\"en\":null}}"
#define DESK_ACTION(name, ru) "{\"action\":\"" name "\",\"label\":{\"ru\":\"" ru "\",\"kz\":null,\"en\":null}}"
#define DESK_MAY_CONFIRM DESK_ACTION("confirm", "Подтвердить")
#define DESK_MAY_DECLINE DESK_ACTION("decline", "Отклонить")
#define DESK_MAY_CANCEL  DESK_ACTION("cancel", "Отменить бронь")
#define DESK_MAY_IN      DESK_ACTION("check-in", "Заселить")
#define DESK_MAY_OUT     DESK_ACTION("check-out", "Выселить")
#define DESK_MAY_ABSENT  DESK_ACTION("no-show", "Гость не приехал")
#define DESK_MAY_CHANGE  DESK_ACTION("change-dates", "Изменить даты")
#define DESK_STAY(id, status, from, to, more, actions)                                             \
    "{\"id\":\"" id "\",\"code\":\"0WX1HA6S\",\"apartment_id\":\"" DESK_APARTMENT_ID "\",\"version\":3," \
    "\"status\":\"" status "\",\"check_in\":\"" from "\",\"check_out\":\"" to "\",\"guests\":2,"    \
    "\"apartment\":{\"title\":{\"ru\":\"Двушка у парка\",\"kz\":null,\"en\":null}},"                 \
    "\"guest\":{\"name\":\"Айгуль <3\",\"phone\":\"+77012345678\"},"                                \
    "\"total\":" DESK_SUM(1800000) ",\"deposit\":" DESK_SUM(540000) ",\"paid\":" DESK_SUM(0) ","    \
    more "\"allowed_actions\":[" actions "]}"
#define DESK_BOOKING(status, more, actions) DESK_STAY(DESK_BOOKING_ID, status, "2026-11-22", "2026-11-24", more, actions)
#define DESK_UNTIL      "\"expires_at\":\"2026-11-21T19:00:00Z\","
#define DESK_REQUESTED  DESK_BOOKING("requested", DESK_UNTIL "\"note\":\"Приедем поздно\",", DESK_MAY_CONFIRM "," DESK_MAY_DECLINE "," DESK_MAY_CANCEL "," DESK_MAY_CHANGE)
#define DESK_CLAIMED    DESK_BOOKING("payment_claimed", DESK_UNTIL, DESK_MAY_CONFIRM "," DESK_MAY_CANCEL)
#define DESK_HELD       DESK_BOOKING("held", DESK_UNTIL, DESK_MAY_CONFIRM "," DESK_MAY_CANCEL)
#define DESK_CONFIRMED  DESK_BOOKING("confirmed", "\"paid\":" DESK_SUM(540000) ",", DESK_MAY_IN "," DESK_MAY_ABSENT "," DESK_MAY_CANCEL)
#define DESK_CHECKED_IN DESK_BOOKING("checked_in", "", DESK_MAY_OUT)
#define DESK_DECLINED   DESK_BOOKING("declined", "", "")

#define DESK_OWNERS     "GET /v1/owners?telegram_id=7&limit=1"
#define DESK_CALL       "GET /v1/bookings/" DESK_BOOKING_ID
#define DESK_ACT        "POST /v1/bookings/" DESK_BOOKING_ID
#define DESK_WAITING    "GET /v1/bookings?status=requested,payment_claimed&limit=20"
#define DESK_DAYS       "GET /v1/bookings?status=confirmed,checked_in&from="
#define DESK_BLOCKS     "GET /v1/apartments/" DESK_APARTMENT_ID "/blocks?limit=30"

/* Answers of success. */
#define DESK_ROWS                                                                                  \
    {DESK_OWNERS,                                      200, DESK_LIST(DESK_OWNER("7", "2"), "null")}, \
    {DESK_WAITING,                                     200, DESK_LIST(DESK_REQUESTED, "null")},    \
    {DESK_DAYS,                                        200, DESK_LIST("", "null")},                \
    {DESK_CALL,                                        200, DESK_REQUESTED},                       \
    {DESK_CALL "/cancel-preview",                      200, "{\"refund\":" DESK_SUM(540000) ",\"fee\":" DESK_SUM(0) "}"}, \
    {DESK_ACT "/",                                     200, DESK_CONFIRMED},                       \
    {"GET /v1/apartments?is_active=all&limit=50",      200, DESK_LIST(DESK_APARTMENT, "null")},         \
    {"GET /v1/apartments/" DESK_APARTMENT_ID,               200, DESK_APARTMENT},                            \
    {"GET /v1/apartments/" DESK_APARTMENT_ID "/calendar?",  200, "{\"days\":[{\"date\":\"2026-11-22\",\"status\":\"free\",\"min_nights\":5,\"reasons\":[\"closed_to_arrival\"]},{\"date\":\"2026-11-25\",\"status\":\"booked\",\"reasons\":[\"booked\"]}]}"}, \
    {DESK_BLOCKS,                                      200, DESK_LIST("", "null")}

#define ck_assert_saw(what) ck_assert_msg(conversation_saw(&talk, (what)), "no %s in\n%s%s", (what), talk.seen, talk.asked)
#define INSTEAD(...)  .instead = {__VA_ARGS__}
// clang-format on
