// SPDX-License-Identifier: MIT
/* An owner views apartments, blocks nights and frees them. */
#include "owner_talk.h"
#include "phrase_world.h"

TEST_CASE("desk_flats", .setup = owner_talk_begin, .teardown = owner_talk_end);

// clang-format off
#define APARTMENT "ALM-004 · Двушка у парка"
#define TO_APARTMENT                                                                                    \
    {.type = "/desk", .step = "home"},                                                             \
    {.tap = "@desk_button_flats", .step = "flats", .sees = {"GET /v1/apartments?is_active=all&limit=50 " AS_OWNER, "@desk_flats"}}, \
    {.tap = APARTMENT, .step = "flat", .sees = {"<b>Двушка у парка</b>\nALM-004\n\nЗакрытых вами дат нет"}}
#define BLOCK(id, from, to, reason) "{\"id\":\"" id "\",\"from\":\"" from "\",\"to\":\"" to "\",\"reason\":" reason "}"
#define HAS_BLOCKS {DESK_BLOCKS, 200, DESK_LIST(BLOCK("018f0006-0000-7000-8000-000000000002", "2026-12-01", "2026-12-03", "null") "," \
    BLOCK(DESK_BLOCK_ID, "2026-11-28", "2026-11-30", "\"Ремонт <b>\"") "," BLOCK("018f0006-0000-7000-8000-000000000003", "2026-11-01", "2026-11-21", "null"), "null")}
#define BLOCKED "28–30 ноя · Ремонт <b>"
#define DROP    "DELETE /v1/apartments/" DESK_APARTMENT_ID "/blocks/" DESK_BLOCK_ID
#define TAKE    "POST /v1/apartments/" DESK_APARTMENT_ID "/blocks"

CONVERSATION(blocks_nights,
    TO_APARTMENT,
    {.tap = "@desk_button_block", .step = "from", .sees = {"/calendar?from=2026-11-21&to=2027-01-01 " AS_OWNER, "@desk_block_from", "2̶5̶"}, .sees_not = "Сегодня"},
    {.tap = "22", .step = "to", .sees = {"с <b>22 ноября, вс</b>", "[22]"}},
    {.tap = "@button_back", .step = "from"},
    {.tap = "22", .step = "to"},
    {.tap = "24", .step = "flat", .sees = {TAKE " {\"from\":\"2026-11-22\",\"to\":\"2026-11-24\"}" AS_OWNER, "@desk_blocked"}, INSTEAD({TAKE, 201, "{}"})},
    {.tap = "@button_back", .step = "flats"},
    {.tap = "@button_back", .step = "home"})
CONVERSATION(by_words,
    TO_APARTMENT,
    {.tap = "@desk_button_block", .step = "from"},
    {.type = "когда-нибудь", .step = "from", .sees = {"@stay_day_unknown"}},
    {.type = "20.11.2026", .step = "from", .sees = {"@stay_day_past"}},
    {.tap = "декабрь →", .step = "from", .sees = {"декабрь 2026"}},
    {.type = "28.11", .step = "to"},
    {.type = "потом", .step = "to", .sees = {"@stay_day_unknown"}},
    {.type = "28.11", .step = "to", .sees = {"@stay_day_early"}},
    {.tap = "декабрь →", .step = "to"},
    {.type = "2.12", .step = "flat", .sees = {"\"from\":\"2026-11-28\",\"to\":\"2026-12-02\""}, INSTEAD({TAKE, 201, "{}"})})
static const struct exchange phrases[] = {
    TO_APARTMENT,
    {.tap = "@desk_button_block", .step = "from"},
    {.type = "28 ноября", .step = "to", .sees = {"с <b>28 ноября, сб</b>"}},
    {.type = "с 5 по 8 декабря", .step = "to", .sees = {"@stay_day_unknown"}},
    {.type = "20 декабря", .step = "flat", .sees = {"\"from\":\"2026-11-28\",\"to\":\"2026-12-20\""}, INSTEAD({TAKE, 201, "{}"})},
    {.tap = "@desk_button_block", .step = "from"},
    {.type = "двушка в Астане", .step = "from", .sees = {"@stay_day_unknown"}},
    {.type = "с 5 по 8 декабря", .step = "to", .sees = {"с <b>5 декабря, сб</b>"}, .sees_not = "POST"},
    {.type = "до 10", .step = "flat", .sees = {"\"from\":\"2026-12-05\",\"to\":\"2026-12-10\""}, INSTEAD({TAKE, 201, "{}"})},
    {.tap = "@desk_button_block", .step = "from"},
    {.type = "30", .step = "to", .sees = {"с <b>30 ноября, пн</b>"}},
    {.type = "32", .step = "to", .sees = {"@stay_day_unknown"}},
    {.type = "30", .step = "to", .sees = {"@stay_day_early"}},
    {.type = "3", .step = "flat", .sees = {"\"from\":\"2026-11-30\",\"to\":\"2026-12-03\""}, INSTEAD({TAKE, 201, "{}"})},
    {.tap = "@desk_button_block", .step = "from"},
    {.type = "с 5 по 8 декабря", .step = "to"},
    {.type = "с 5 по 8 декабря", .step = "flat", .sees = {"\"from\":\"2026-12-05\",\"to\":\"2026-12-08\""}, INSTEAD({TAKE, 201, "{}"})},
    {.tap = "@desk_button_block", .step = "from"},
};
CONVERSATION(too_late,
    TO_APARTMENT,
    {.tap = "@desk_button_block", .step = "from"},
    {.type = "25.11", .step = "from", .sees = {"@stay_day_taken"}},
    {.tap = "22", .step = "to"},
    {.tap = "24", .step = "from", .sees = {"@desk_nights_taken"}, INSTEAD({TAKE, 409, DESK_PROBLEM("nights_taken")})},
    {.tap = "22", .step = "to"},
    {.tap = "24", .step = "flats", .sees = {"@desk_not_there"}, INSTEAD({TAKE, 404, DESK_PROBLEM("not_found")})})
/* On the night before the next arrival no stay has room for its buffer. */
#define BUFFERED INSTEAD({"GET /v1/apartments/" DESK_APARTMENT_ID "/calendar?", 200, "{\"days\":[" \
    "{\"date\":\"2026-11-24\",\"status\":\"free\",\"reasons\":[\"buffer_ahead\"]}," \
    "{\"date\":\"2026-11-25\",\"status\":\"booked\",\"reasons\":[\"booked\"]}]}"})
CONVERSATION(night_that_guests_cannot_book_is_blocked,
    TO_APARTMENT,
    {.tap = "@desk_button_block", .step = "from", .sees = {"\n23\n24\n2̶5̶\n"}, BUFFERED},
    {.tap = "24", .step = "to", .sees = {"[24]\n25\n2̶6̶\n"}, BUFFERED},
    {.tap = "25", .step = "flat", .sees = {TAKE " {\"from\":\"2026-11-24\",\"to\":\"2026-11-25\"}" AS_OWNER}, INSTEAD({TAKE, 201, "{}"})})
CONVERSATION(opens,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_flats", .step = "flats"},
    {.tap = APARTMENT, .step = "flat", .sees = {BLOCKED "\n1–3 дек\n", "Закрыто. Нажмите"}, .sees_not = "21 ноя", INSTEAD(HAS_BLOCKS)},
    {.tap = BLOCKED, .step = "block", .sees = {"28 ноября, сб — 30 ноября, пн\n«Ремонт &lt;b&gt;»", "@desk_button_open"}, .sees_not = "DELETE", INSTEAD(HAS_BLOCKS)},
    {.tap = "@button_back", .step = "flat", INSTEAD(HAS_BLOCKS)},
    {.tap = BLOCKED, .step = "block", INSTEAD(HAS_BLOCKS)},
    {.tap = "@desk_button_open", .step = "flat", .sees = {DROP " " AS_OWNER, "@desk_opened"}, INSTEAD({DROP, 204, ""})})
CONVERSATION(opened_already,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_flats", .step = "flats"},
    {.tap = APARTMENT, .step = "flat", INSTEAD(HAS_BLOCKS)},
    {.tap = BLOCKED, .step = "block", INSTEAD(HAS_BLOCKS)},
    {.tap = "@desk_button_open", .step = "flat", .sees = {"@desk_open_already"}, INSTEAD({DROP, 404, DESK_PROBLEM("not_found")}, HAS_BLOCKS)},
    {.tap = BLOCKED, .step = "flat", .sees = {"@desk_open_already"}})
#define TWO_PAGES INSTEAD({DESK_BLOCKS, 200, DESK_LIST(BLOCK("018f0006-0000-7000-8000-000000000002", "2026-12-01", "2026-12-03", "null") "," \
    BLOCK("018f0006-0000-7000-8000-000000000003", "2026-11-01", "2026-11-21", "null"), "\"b1\"")}, \
    {DESK_BLOCKS "&cursor=b1", 200, DESK_LIST(BLOCK(DESK_BLOCK_ID, "2026-11-28", "2026-11-30", "\"Ремонт <b>\""), "null")})
#define ENDLESS INSTEAD({DESK_BLOCKS, 200, DESK_LIST("", "\"b1\"")})
CONVERSATION(opens_an_old_block_behind_younger_ones,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_flats", .step = "flats"},
    {.tap = APARTMENT, .step = "flat", .sees = {BLOCKED "\n1–3 дек\n"}, TWO_PAGES},
    {.tap = BLOCKED, .step = "block", .sees = {"28 ноября, сб"}, TWO_PAGES},
    {.tap = "@button_back", .step = "flat", TWO_PAGES},
    {.tap = BLOCKED, .step = "flat", .sees = {"@desk_open_already"}, ENDLESS})
CONVERSATION(no_apartments,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_flats", .step = "flats", .sees = {"@desk_no_flats"}, INSTEAD({"GET /v1/apartments?", 200, DESK_LIST("", "null")}, {"GET /v1/apartments?is_active=all&limit=50", 200, DESK_LIST("", "null")})},
    {.tap = "@button_back", .step = "home"})
CONVERSATION(many_apartments,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_flats", .step = "flats", INSTEAD({"GET /v1/apartments?is_active=all&limit=50", 200, DESK_LIST(DESK_APARTMENT, "\"f1\"")})},
    {.tap = "@button_more", .step = "flats", .sees = {"&limit=50&cursor=f1"}},
    {.tap = APARTMENT, .step = "flats", .sees = {"@desk_not_there"}, INSTEAD({"GET /v1/apartments/" DESK_APARTMENT_ID, 404, DESK_PROBLEM("not_found")})})
#define STRANGER {DESK_OWNERS, 200, DESK_LIST("", "null")}
CONVERSATION(no_more_his,
    TO_APARTMENT,
    {.tap = "@desk_button_block", .step = "", .sees = {"@desk_stranger"}, INSTEAD(STRANGER)})
CONVERSATION(no_more_his_apartments,
    {.type = "/desk", .step = "home"},
    {.tap = "@desk_button_flats", .step = "", .sees = {"@desk_stranger"}, INSTEAD(STRANGER)})
// clang-format on

TEST(days_are_read_from_phrases)
{
    talk.words = phrase_world_words();
    CONVERSE(phrases);
}

TEST(text_that_names_no_day_goes_into_an_open_talk)
{
    talk.words = phrase_world_words();
    CONVERSE(phrases);
    conversation_reach(&talk, FIELD_ABSENT, -100);
    talk.relay.talk_is_found = talk.relay.talk_is_open = talk.has_talk = true;
    ck_assert(conversation_type(&talk, "йцукен"));
    ck_assert(talk.output.passes);
    ck_assert_str_eq(talk.step, "person");
}
