// SPDX-License-Identifier: MIT
/* Answers of search-api. */
#include "clients/search_results_json.h"
#include "stay_world.h"
#include "support/scratch.h"

static struct stay_search_results sought;

TEST_CASE("stay_sought");

// clang-format off
#define WHY "\"why\":{\"ru\":\"есть парковка\",\"kz\":\"тұрақ бар\",\"en\":\"parking\"}"
#define APARTMENT(id, more) "{\"id\":\"" id "\",\"score\":0.9,\"bookable\":true,\"title\":{\"ru\":\"А\",\"kz\":null,\"en\":null},\"city\":\"almaty\",\"district\":null,\"rooms\":2,\"max_guests\":4" more "}"
#define TOTAL(tiyn) ",\"total\":" WORLD_SUM(tiyn)
#define ANSWER(items, relaxations, reasons) \
    "{\"items\":[" items "],\"next_cursor\":null,\"found\":9,\"relaxations\":[" relaxations "],\"wish\":{\"understood\":true},\"degraded\":false,\"reasons\":[" reasons "]}"
#define DROP(what, adds) "{\"drop\":\"" what "\",\"adds\":" adds "}"
// clang-format on

static bool read_it(const char *body)
{
    return stay_read_search_results(slice_of(body), &arena, &sought, &fault);
}

TEST(apartments_keep_their_order_and_reasons)
{
    ck_assert(
        read_it(ANSWER(APARTMENT(WORLD_OTHER_ID, TOTAL(1800000) "," WHY) "," APARTMENT(
                           WORLD_APARTMENT_ID, TOTAL(900000)) "," APARTMENT("none", TOTAL(100)),
                       "", "\"index_behind\"")));
    ck_assert_uint_eq(sought.apartments.count, 2);
    ck_assert_int_eq(sought.apartments.items[0].total, 1800000);
    ck_assert_slice(sought.apartments.items[0].why.kz, "тұрақ бар");
    ck_assert_slice(sought.apartments.items[0].why.en, "parking");
    ck_assert_ptr_null(sought.apartments.items[1].why.ru.at);
    ck_assert_ptr_null(sought.apartments.next.at);
    for (size_t i = 0; i < STAY_RELAXES; i++)
        ck_assert_int_eq(sought.adds[i], 0);
}

TEST(each_relaxation_is_read)
{
    ck_assert(read_it(
        ANSWER("",
               DROP("max_price", "3") "," DROP("rooms", "500") "," DROP("guests", "1") "," DROP(
                   "dates", "7") "," DROP("city", "2") "," DROP("amenities", "4"),
               "")));
    ck_assert_int_eq(sought.adds[STAY_RELAX_PRICE], 3);
    ck_assert_int_eq(sought.adds[STAY_RELAX_ROOMS], 500);
    ck_assert_int_eq(sought.adds[STAY_RELAX_GUESTS], 1);
    ck_assert_int_eq(sought.adds[STAY_RELAX_DATES], 7);
    ck_assert_int_eq(sought.adds[STAY_RELAX_CITY], 2);
}

/* Invalid numbers of apartments and unknown names are ignored. */
TEST(invalid_counts_are_ignored)
{
    ck_assert(read_it(
        ANSWER("",
               DROP("max_price", "0") "," DROP("rooms", "-1") "," DROP("guests", "501") "," DROP(
                   "dates", "\"7\"") "," DROP("city", "1e3") "," DROP("wishes", "2") ",null,7,{}",
               "7,null")));
    for (size_t i = 0; i < STAY_RELAXES; i++)
        ck_assert_int_eq(sought.adds[i], 0);
}

static const char *const unusable[] = {
    "",
    "null",
    "[]",
    "{",
    "{}",
    "{\"items\":null}",
    "{\"items\":{}}",
    "{\"items\":[],\"reasons\":[\"dates_unjudged\"]",
    ANSWER("", "", "\"dates_unjudged\""),
    ANSWER("", DROP("rooms", "4"), "\"index_behind\""),
    ANSWER(APARTMENT(WORLD_APARTMENT_ID, ""), "", "\"dates_unjudged\""),
};

TEST_ROWS(answer_without_availability_is_refused, unusable)
{
    ck_assert(!read_it(*row));
    ck_assert_str_eq(fault.code, "bad_answer");
}

TEST(long_texts_are_cut)
{
    char why[4 * STAY_WHY_MAX], body[8 * STAY_WHY_MAX];

    memset(why, 'w', sizeof why - 1);
    why[sizeof why - 1] = '\0';
    snprintf(
        body, sizeof body,
        ANSWER(APARTMENT(WORLD_APARTMENT_ID, TOTAL(900000) ",\"why\":{\"ru\":\"%s\"}"), "", ""),
        why);
    ck_assert(read_it(body));
    ck_assert_uint_eq(sought.apartments.items[0].why.ru.len, STAY_WHY_MAX);
}
