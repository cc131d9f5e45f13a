// SPDX-License-Identifier: MIT
/* An owner decides about nights that a channel has too. */
#include "owner_talk.h"

TEST_CASE("desk_clash", .setup = owner_talk_begin, .teardown = owner_talk_end);

// clang-format off
#define CLASH    "018f0007-0000-7000-8000-000000000001"
#define ARGUMENT "AY8ABwAAcACAAAAAAAAAAQ"
#define RESOLVE  "POST /v1/conflicts/" CLASH "/resolve"
#define DRY      RESOLVE "?dry_run=true"
#define CONFLICT(booking, status) "{\"id\":\"" CLASH "\",\"apartment_id\":\"" DESK_APARTMENT_ID "\",\"booking_id\":" booking "," \
    "\"channel\":\"airbnb\",\"from\":\"2026-11-22\",\"to\":\"2026-11-24\",\"status\":\"" status "\",\"version\":1}"
#define OF_BOOKING(status) CONFLICT("\"" DESK_BOOKING_ID "\"", status)
#define OF_BLOCK(status)   CONFLICT("null", status)
#define WOULD(conflict)    "{\"would\":" conflict "}"
#define PAID(tiyn)         {DESK_CALL, 200, DESK_BOOKING("confirmed", "\"paid\":" DESK_SUM(tiyn) ",", DESK_MAY_CANCEL)}
#define MAY_DECIDE         {DRY, 200, WOULD(OF_BOOKING("kept_theirs"))}, PAID(540000)

CONVERSATION(keeps_ours,
    {.type = "/clash_ours " ARGUMENT, .step = "home", .sees = {RESOLVE " {\"keep\":\"ours\"}" AS_OWNER, "Даты остаются за нами", "(Airbnb)", "Игорь Васильев"},
     .sees_not = "dry_run", INSTEAD({RESOLVE, 200, OF_BOOKING("kept_ours")})})
CONVERSATION(gives_the_nights_away_after_a_question,
    {.type = "/clash_theirs " ARGUMENT, .step = "give", .sees = {DRY " {\"keep\":\"theirs\",\"refund\":\"full\"}" AS_OWNER, "Отменить нашу бронь 0WX1HA6S целиком и отдать площадке (Airbnb) даты 22–24 ноя? Гостю вернётся всё, что он заплатил: 5", "похожие квартиры", "@desk_button_sure"},
     .sees_not = "cancel-preview", INSTEAD(MAY_DECIDE)},
    {.tap = "@desk_button_sure", .step = "home", .sees = {RESOLVE " {\"keep\":\"theirs\",\"refund\":\"full\",\"expected_refund\":" DESK_SUM(540000) "}" AS_OWNER, "Даты отданы площадке (Airbnb)", "Верните гостю всё, что он заплатил: 5"},
     INSTEAD({RESOLVE, 200, OF_BOOKING("kept_theirs")})})
CONVERSATION(changes_the_mind,
    {.type = "/clash_theirs " ARGUMENT, .step = "give", INSTEAD(MAY_DECIDE)},
    {.tap = "@button_back", .step = "clash", .sees = {DRY " {\"keep\":\"ours\"}" AS_OWNER, "Даты проданы дважды", "В календаре «Airbnb»", "бронь 0WX1HA6S"}, INSTEAD(MAY_DECIDE)},
    {.tap = "@clash_button_theirs", .step = "give", INSTEAD(MAY_DECIDE)},
    {.tap = "@button_back", .step = "clash", INSTEAD(MAY_DECIDE)},
    {.tap = "@clash_button_ours", .step = "home", .sees = {RESOLVE " {\"keep\":\"ours\"}" AS_OWNER}, INSTEAD({RESOLVE, 200, OF_BOOKING("kept_ours")})})
CONVERSATION(opens_blocked_nights_for_the_channel,
    {.type = "/clash_theirs " ARGUMENT, .step = "give", .sees = {"Отдать даты, закрытые у нас, площадке (Airbnb): 22–24 ноя?"}, .sees_not = "/bookings/", INSTEAD({DRY, 200, WOULD(OF_BLOCK("kept_theirs"))})},
    {.tap = "@button_back", .step = "clash", .sees = {"закрыты и у нас"}, INSTEAD({DRY, 200, WOULD(OF_BLOCK("kept_ours"))})},
    {.tap = "@clash_button_theirs", .step = "give", INSTEAD({DRY, 200, WOULD(OF_BLOCK("kept_theirs"))})},
    {.tap = "@desk_button_sure", .step = "home", .sees = {"Даты отданы площадке"}, .sees_not = "Верните", INSTEAD({RESOLVE, 200, OF_BLOCK("kept_theirs")})})
CONVERSATION(is_late,
    {.type = "/clash_ours " ARGUMENT, .step = "home", .sees = {"@clash_over"}, INSTEAD({RESOLVE, 409, DESK_PROBLEM("already_gone")})},
    {.type = "/clash_ours " ARGUMENT, .step = "home", .sees = {"@clash_theirs_already"}, INSTEAD({RESOLVE, 409, DESK_PROBLEM("already_kept_theirs")})},
    {.type = "/clash_theirs " ARGUMENT, .step = "home", .sees = {"@clash_over"}, .sees_not = "/bookings/", INSTEAD({DRY, 409, DESK_PROBLEM("already_gone")})},
    {.type = "/clash_theirs " ARGUMENT, .step = "home", .sees = {"@desk_not_there"}, INSTEAD({DRY, 404, DESK_PROBLEM("not_found")})},
    {.type = "/clash_theirs x", .step = "home", .sees_not = "POST"})
CONVERSATION(asks_again_about_another_refund,
    {.type = "/clash_theirs " ARGUMENT, .step = "give", INSTEAD(MAY_DECIDE)},
    {.tap = "@desk_button_sure", .step = "give", .sees = {"@stay_refund_changed", "он заплатил: 1"},
     INSTEAD({RESOLVE, 409, DESK_PROBLEM("refund_changed")}, {DRY, 200, WOULD(OF_BOOKING("kept_theirs"))}, PAID(100000))})
CONVERSATION(names_a_payment_that_nobody_has_confirmed,
    {.type = "/clash_theirs " ARGUMENT, .step = "give", .sees = {"Гость сообщил об оплате 5"}, .sees_not = "вернётся всё",
     INSTEAD({DRY, 200, WOULD(OF_BOOKING("kept_theirs"))}, {DESK_CALL, 200, DESK_BOOKING("payment_claimed", "\"claimed\":" DESK_SUM(540000) ",", DESK_MAY_CANCEL)})})
CONVERSATION(is_no_owner,
    {.type = "/clash_ours " ARGUMENT, .step = "", .sees = {"@desk_stranger"}, .sees_not = "POST", INSTEAD({DESK_OWNERS, 200, DESK_LIST("", "null")})})
// clang-format on
