// SPDX-License-Identifier: MIT
/* Conversations of the flow "stay" about search results, paged one by one. */
#include "guest/stay.h"
#include "stay_talk.h"

TEST_CASE("stay list", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
/* A page of three, and a next one of two. */
#define THREE "{\"items\":[" WORLD_IN_LIST(WORLD_APARTMENT_ID, "Первая", 100000) "," WORLD_IN_LIST(WORLD_OTHER_ID, "Вторая", 200000) "," \
    WORLD_IN_LIST(WORLD_QUOTE_ID, "Третья", 300000) "],\"next_cursor\":\"bmV4dA\"}"
#define TWO "{\"items\":[" WORLD_IN_LIST(WORLD_APARTMENT_ID, "Четвёртая", 400000) "," WORLD_IN_LIST(WORLD_OTHER_ID, "Пятая", 500000) "],\"next_cursor\":null}"
#define BEHIND "GET /v1/apartments?city=astana&check_in=2026-11-21&check_out=2026-11-22&guests=1&limit=5&sort=price&cursor=bmV4dA"
#define TO_A_NIGHT_IN_ASTANA {.type = "/search", .step = "city"}, {.tap = "Астана", .step = "day"}, {.tap = "21", .step = "nights"}, {.tap = "22", .step = "guests"}
#define PAGES INSTEAD({"GET /v1/apartments?", 200, THREE}, {BEHIND, 200, TWO})
CONVERSATION(paging,
    TO_A_NIGHT_IN_ASTANA,
    {.tap = "1", .step = "list", .sees = {"<b>Первая</b>\nАстана\n", "1 / 3+", "›"}, .sees_not = "‹", PAGES},
    {.tap = "›", .step = "list", .sees = {"Вторая", "2 / 3+", "‹"}, .sees_not = "cursor", PAGES},
    {.tap = "‹", .step = "list", .sees = {"Первая"}, PAGES})
CONVERSATION(paging_continues,
    TO_A_NIGHT_IN_ASTANA,
    {.tap = "1", .step = "list", PAGES},
    {.tap = "›", .step = "list", PAGES},
    {.tap = "›", .step = "list", .sees = {"Третья", "3 / 3+", "›"}, PAGES},
    {.tap = "›", .step = "list", .sees = {"Четвёртая", "6 / 7", BEHIND}, PAGES},
    {.tap = "›", .step = "list", .sees = {"Пятая", "7 / 7", "‹"}, .sees_not = "›", PAGES},
    {.tap = "7 / 7", .step = "all", .sees = {"Вот что свободно", "Четвёртая · ", "Пятая · "}, .sees_not = "Первая", PAGES},
    {.tap = "@button_back", .step = "list", .sees = {"Пятая"}, PAGES},
    {.tap = "@stay_button_see", .step = "flat"},
    {.tap = "@button_back", .step = "list", .sees = {"Пятая"}, PAGES},
    {.tap = "‹", .step = "list", .sees = {"Четвёртая"}, PAGES},
    {.tap = "‹", .step = "list", .sees = {"Третья", "3 / 3+"}, .sees_not = "cursor", PAGES},
    {.tap = "3 / 3+", .step = "all", .sees = {"Первая · "}, PAGES},
    {.tap = "Первая · " "1\xc2\xa0" "000\xc2\xa0₸", .step = "flat", .sees = {"GET /v1/apartments/" WORLD_APARTMENT_ID}})
/* Other guests book meanwhile. */
CONVERSATION(paging_while_results_change,
    TO_A_NIGHT_IN_ASTANA,
    {.tap = "1", .step = "list", PAGES},
    {.tap = "›", .step = "list", PAGES},
    {.tap = "›", .step = "list", PAGES},
    {.tap = "›", .step = "list", .sees = {"Пятая", "2 / 2"}, INSTEAD({"GET /v1/apartments?", 200, TWO})},
    {.tap = "@stay_button_see", .step = "flat"},
    {.tap = "@button_back", .step = "list", .sees = {"@stay_nothing"}, INSTEAD({"GET /v1/apartments?", 200, WORLD_NO_APARTMENTS})},
    {.tap = "@button_back", .step = "guests"},
    {.tap = "1", .step = "list", PAGES},
    {.tap = "›", .step = "list", PAGES},
    {.tap = "›", .step = "list", PAGES},
    {.tap = "›", .step = "list", PAGES},
    {.tap = "›", .step = "list", .sees = {BEHIND, "Первая", "1 / 3+"}, INSTEAD({"GET /v1/apartments?", 200, THREE}, {BEHIND, 422, WORLD_PROBLEM("bad_cursor")})},
    {.tap = "›", .step = "list", PAGES},
    {.tap = "›", .step = "list", PAGES},
    {.tap = "›", .step = "list", .sees = {"Четвёртая"}, PAGES},
    {.tap = "6 / 7", .step = "all", .sees = {"Первая · "}, INSTEAD({"GET /v1/apartments?", 200, THREE}, {BEHIND, 200, WORLD_NO_APARTMENTS})},
    {.tap = "@button_back", .step = "list", .sees = {"Первая"}, PAGES},
    {.tap = "1 / 3+", .step = "list", .sees = {"@stay_nothing"}, INSTEAD({"GET /v1/apartments?", 200, WORLD_NO_APARTMENTS})})

static const struct exchange to_second[] = {
    TO_A_NIGHT_IN_ASTANA,
    {.tap = "1", .step = "list", PAGES},
    {.tap = "›", .step = "list", .sees = {"Вторая"}, PAGES},
};
static const struct exchange to_apartment[] = {
    {.tap = "@stay_button_see", .step = "flat"},
};
static const struct scripted pages[] = {
    {"GET /v1/apartments?", 200, THREE},
    {NULL, 0, NULL},
};
// clang-format on

TEST(repeated_tap_of_page_shows_same_result)
{
    CONVERSE(to_second);
    const char *data = textf("%s", conversation_button(&talk.before, "›"));
    talk.instead = pages;
    ck_assert(conversation_tap_data(&talk, data));
    ck_assert_msg(!conversation_saw(&talk, "@button_stale"), "%s", talk.seen);
    ck_assert_uint_eq(talk.output.count, 1);
    talk.instead = NULL;
    /* At another step it is a stale tap. */
    CONVERSE(to_apartment);
    ck_assert(conversation_tap_data(&talk, data));
    ck_assert_saw("@button_stale");
    ck_assert_str_eq(talk.step, "flat");
}

TEST(data_without_position_is_read)
{
    conversation_put(
        &talk, "stay", "guests",
        "{\"city\":\"almaty\",\"city_name\":{\"ru\":\"Алматы\",\"kz\":null,\"en\":null},"
        "\"check_in\":\"2026-11-22\",\"nights\":2,\"guests\":0,\"flat\":null,\"title\":null,"
        "\"quote\":null,\"others\":[],\"booking\":null,\"refund\":{\"amount\":0,\"currency\":"
        "\"KZT\"}}",
        stay_flow.data_format, 4);
    ck_assert(conversation_type(&talk, "1"));
    ck_assert_str_eq(talk.step, "list");
}
