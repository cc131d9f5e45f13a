// SPDX-License-Identifier: MIT
/* Conversations with searches of search-api, and without its answer. */
#include "json/fields.h"

#include "guest/stay_json.h"
#include "stay_talk.h"
#include "support/scratch.h"

static void begin(void)
{
    stay_talk_begin();
    talk.now = TUESDAY;
    talk.has_search = true;
}

TEST_CASE("stay_seek", .setup = begin, .teardown = stay_talk_end);

// clang-format off
#define SEEK WORLD_SEEK
#define RULES "GET /v1/apartments?city="
#define PLAIN "GET /v1/apartments?city=almaty&check_in=2026-11-27&check_out=2026-11-29&guests=2&limit=5&sort=price"
#define CARD "GET /v1/apartments?id="
#define ASKED(filters, more) SEEK " {" filters "\"city\":\"almaty\",\"guests\":2," more "\"check_in\":\"2026-11-27\",\"check_out\":\"2026-11-29\",\"limit\":10}"
#define PRICE(tiyn) "\"max_price\":" WORLD_SUM(tiyn) ","
#define RU_WHY "2 комнаты, есть парковка"
#define WHY "{\"ru\":\"" RU_WHY "\",\"kz\":\"2 бөлме, тұрақ бар\",\"en\":\"2 rooms, parking\"}"
#define FOUND(id, title, tiyn) WORLD_SOUGHT(id, "{\"ru\":\"" title "\",\"kz\":null,\"en\":null}", tiyn, WHY)
#define DROP WORLD_GIVE_UP
#define FINDS WORLD_ANSWERS(FOUND(WORLD_OTHER_ID, "Тихая двушка", 1900000) "," FOUND(WORLD_APARTMENT_ID, "Двушка у парка", 1800000), DROP("max_price", "3"))
#define DEAD WORLD_SILENT
#define WISH "тихая двушка у метро в Алматы на выходные до 25 тысяч, нас двое, с парковкой и джакузи"
#define ROOMS "\"rooms\":[2],"
#define WISHES(texts) "\"wishes\":[" texts "],"
#define WORDS(texts) "\"words\":[" texts "],"
#define QUIET_AT_METRO "\"тих\",\"метро\","
#define PARKING WISHES("\"parking\"")
#define FILTERS ROOMS PARKING WORDS(QUIET_AT_METRO "\"джакузи\"")

/* --- it answers --- */

CONVERSATION(one_phrase,
    {.type = WISH, .step = "list", .sees_not = RULES,
     .sees = {ASKED(FILTERS, PRICE(2500000)), "Тихая двушка", RU_WHY, CARD WORLD_OTHER_ID "&check_in=2026-11-27&check_out=2026-11-29&guests=2 "}, INSTEAD(FINDS)},
    {.tap = "›", .step = "list", .sees = {ASKED(FILTERS, PRICE(2500000)), "Двушка у парка", WORLD_PHOTO, "2 / 2"}, .sees_not = RULES, INSTEAD(FINDS)},
    {.tap = "2 / 2", .step = "all", .sees = {"Тихая двушка · " TENGE("19", "000"), "Двушка у парка · " TENGE("18", "000"), "✕ парковка"}, INSTEAD(FINDS)},
    {.tap = "Двушка у парка · " TENGE("18", "000"), .step = "flat", .sees = {"\"check_in\":\"2026-11-27\",\"check_out\":\"2026-11-29\",\"guests\":2"}},
    {.tap = "@button_back", .step = "list", .sees = {ASKED(FILTERS, PRICE(2500000))}, INSTEAD(FINDS)},
    {.tap = "@stay_button_book", .step = "contact", .sees = {"POST /v1/bookings {\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-27\",\"check_out\":\"2026-11-29\",\"guests\":2,\"guest\":"}})
/* Each condition that can be dropped has a button with the number that this adds. */
CONVERSATION(condition_dropped,
    {.type = WISH, .step = "list", .sees = {"✕ до " TENGE("25", "000") " за ночь (+3)", "✕ парковка\n", "✕ 2 комнаты\n"}, INSTEAD(FINDS)},
    {.tap = "✕ до " TENGE("25", "000") " за ночь (+3)", .step = "list", .sees = {ASKED(FILTERS, "")}, .sees_not = "(+", INSTEAD(WORLD_ANSWERS(FOUND(WORLD_APARTMENT_ID, "А", 100), ""))},
    {.tap = "✕ парковка", .step = "list", .sees = {ASKED(ROOMS WORDS(QUIET_AT_METRO "\"джакузи\""), "")}, INSTEAD(FINDS)},
    {.tap = "✕ 2 комнаты", .step = "list", .sees = {ASKED(WORDS(QUIET_AT_METRO "\"джакузи\""), "")}, INSTEAD(FINDS)},
    {.type = "с балконом и бассейном", .step = "list", .sees = {ASKED(WISHES("\"balcony\"") WORDS(QUIET_AT_METRO "\"бассейном\""), "")}, INSTEAD(FINDS)})
/* Unrecognised words, which have no button, are dropped with the last filter. */
CONVERSATION(last_condition_dropped,
    {.type = "с парковкой и джакузи в Алматы на выходные, нас двое", .step = "list", .sees = {ASKED(PARKING WORDS("\"джакузи\""), "")}, INSTEAD(FINDS)},
    {.tap = "✕ парковка", .step = "list", .sees = {PLAIN " "}, .sees_not = SEEK})
/* The count exceeds the results on the page. */
#define TWO FOUND(WORLD_OTHER_ID, "Тихая двушка", 1900000) "," FOUND(WORLD_APARTMENT_ID, "Двушка у парка", 1800000)
#define TEN(found) {SEEK, 200, "{\"items\":[" TWO "," TWO "," TWO "," TWO "," TWO "],\"next_cursor\":null,\"found\":" found ",\"relaxations\":[],\"degraded\":false,\"reasons\":[]}"}
CONVERSATION(more_than_ten,
    {.type = WISH, .step = "list", .sees = {"1 / 10+"}, INSTEAD(TEN("11"))},
    {.tap = "1 / 10+", .step = "all", INSTEAD(TEN("37"))},
    {.tap = "@button_back", .step = "list", .sees = {"1 / 10\n"}, .sees_not = "10+", INSTEAD(TEN("10"))})
CONVERSATION(nothing_fits,
    {.type = WISH, .step = "list", .sees_not = "✕ парковка",
     .sees = {"@stay_nothing_so", "✕ 2 комнаты (+4)\n", "Другие даты (+7)\n", "Изменить число гостей (+1)\n"},
     INSTEAD(WORLD_ANSWERS("", DROP("rooms", "4") "," DROP("dates", "7") "," DROP("guests", "1")))},
    {.tap = "Изменить число гостей (+1)", .step = "guests"},
    {.tap = "1", .step = "list", .sees = {"@stay_nothing_so", "✕ 2 комнаты\n", "✕ парковка\n", "Другой город (+9)\n"}, .sees_not = RULES,
     INSTEAD(WORLD_ANSWERS("", DROP("city", "9")))},
    {.tap = "Другой город (+9)", .step = "city"})
/* Missing answers are asked for first. */
CONVERSATION(missing_answers_are_asked_for,
    {.type = "тихая двушка с парковкой", .step = "city", .sees_not = SEEK},
    {.tap = "Алматы", .step = "day"},
    {.tap = "На выходные, 27–29 ноя", .step = "guests"},
    {.type = "нас двое", .step = "list", .sees = {ASKED(ROOMS PARKING WORDS("\"тих\""), "")}, INSTEAD(FINDS)})

/* --- it does not answer --- */

CONVERSATION(search_api_is_down,
    {.type = WISH, .step = "list", .sees = {SEEK, PLAIN "&rooms=2&max_price=2500000&amenities=parking&q=", "Подходит: 2 комнаты", "Двушка у парка"}, .sees_not = "джакузи\n", INSTEAD(DEAD)},
    {.tap = "✕ парковка", .step = "list", .sees = {PLAIN "&rooms=2&max_price=2500000&q="}, INSTEAD(DEAD)},
    {.tap = "@stay_button_book", .step = "contact"})
/* The second page of booking-api's list makes no call of search-api, and the way back to the first
 * is kept. */
#define MORE {RULES, 200, "{\"items\":[" WORLD_APARTMENT_HEAD ",\"total\":" WORLD_SUM(1800000) "}],\"next_cursor\":\"abc\"}"}
CONVERSATION(search_api_recovers,
    {.type = WISH, .step = "list", INSTEAD(DEAD, MORE)},
    {.tap = "›", .step = "list", .sees = {"&cursor=abc "}, .sees_not = SEEK, INSTEAD(MORE, {PLAIN "&rooms=2&max_price=2500000&amenities=parking&q=%d1%82%d0%b8%d1%85%20%d0%bc%d0%b5%d1%82%d1%80%d0%be&cursor", 200, WORLD_APARTMENTS})},
    {.tap = "‹", .step = "list", .sees = {SEEK, RU_WHY}, .sees_not = RULES, INSTEAD(FINDS)})
CONVERSATION(search_api_fails_at_the_second_page,
    {.type = WISH, .step = "list", INSTEAD(FINDS)},
    {.tap = "›", .step = "list", .sees = {SEEK, RULES, "Двушка у парка"}, INSTEAD(DEAD)})
/* The last result of a page that has become empty. */
CONVERSATION(results_disappear,
    {.type = WISH, .step = "list", INSTEAD(DEAD, MORE)},
    {.tap = "›", .step = "list", INSTEAD(MORE, {PLAIN "&rooms=2&max_price=2500000&amenities=parking&q=%d1%82%d0%b8%d1%85%20%d0%bc%d0%b5%d1%82%d1%80%d0%be&cursor", 200, WORLD_APARTMENTS})},
    {.tap = "‹", .step = "list", .sees = {"@stay_nothing_so"}, .sees_not = RULES, INSTEAD(WORLD_ANSWERS("", ""))},
    {.tap = "✕ парковка", .step = "list", .sees = {"Тихая двушка", "1 / 2"}, INSTEAD(FINDS)})
/* Photo and amenities are optional. */
CONVERSATION(apartment_details_are_missing,
    {.type = WISH, .step = "list", .sees = {"Тихая двушка", RU_WHY}, .sees_not = WORLD_PHOTO, INSTEAD(FINDS, {CARD WORLD_OTHER_ID, 200, WORLD_NO_APARTMENTS})})

/* --- searches that need only booking-api --- */

CONVERSATION(search_without_conditions,
    {.type = "Алматы на выходные вдвоём", .step = "list", .sees = {PLAIN " "}, .sees_not = SEEK},
    {.type = "от 10 до 20 тысяч", .step = "list", .sees = {"&min_price=1000000&max_price=2000000 "}, .sees_not = SEEK})

/* The same result in the three languages. */
static const struct {
    enum language language;
    const char *text, *why, *label;
} phrases[] = {
    {LANGUAGE_RU, "двушка в Алматы на выходные до 25 тысяч, нас двое, с парковкой",          "Почему подойдёт: " RU_WHY,                    "(+3)"},
    {LANGUAGE_KZ, "Алматыда демалысқа екі бөлмелі, екеуміз, 25 мыңға дейін, тұрағы бар",     "Неге осы пәтер: 2 бөлме, тұрақ бар",    "(+3)"},
    {LANGUAGE_EN, "2 rooms in Almaty for the weekend under 25k for two with parking",        "Why this one: 2 rooms, parking", "(+3)"},
};
// clang-format on

TEST_ROWS(filters_are_named_in_each_language, phrases)
{
    static const struct scripted instead[] = {
        FINDS, {NULL, 0, NULL}
    };

    talk.language = (int)row->language;
    talk.instead = instead;
    type(row->text);
    ck_assert_str_eq(talk.step, "list");
    ck_assert_saw(ASKED(ROOMS PARKING, PRICE(2500000)));
    ck_assert_saw(row->why);
    ck_assert_saw(row->label);
}

/* --- stored data --- */

/* While two versions run, the older one reads dialogues of the newer one and refuses data with a
 * field that it does not know. */
TEST(only_unrecognised_words_are_stored)
{
    static const struct scripted instead[] = {
        FINDS, {NULL, 0, NULL}
    };

    talk.instead = instead;
    type("двушка в Алматы на выходные с парковкой, нас двое");
    ck_assert_msg(strstr(talk.data, "\"wish\":{\"rooms\":\"2\",\"min_price\":0,\"max_price\":0,"
                                    "\"district\":null,\"amenities\":\"parking\",\"words\":null}"),
                  "%s", talk.data);
    type("с балконом и джакузи");
    ck_assert_msg(strstr(talk.data, "\"words\":null,\"rest\":\"джакузи\"}"), "%s", talk.data);
    type("с джаку" TEN_ACCENTS TEN_ACCENTS TEN_ACCENTS "\u0301зи");
    ck_assert_msg(strstr(talk.data, "\"words\":null,\"rest\":\"джакузи\"}"), "%s", talk.data);
}

/* As older instances have written it. */
TEST(absent_words_may_be_null)
{
    struct stay stay = {.at = 0};

    ck_assert_msg(fields_decode(&stay_fields, SLICE("{\"wish\":{\"rest\":null}}"), false, &stay,
                                NULL, &talk.arena, &fault),
                  "%s", fault.code);
    ck_assert_ptr_null(stay.filters.rest.at);
}

/* --- the filters as members --- */

// clang-format off
#define TEXT(text) {text, sizeof text - 1}
static const struct {
    struct stay_filters filters;
    const char *members;
} requests[] = {
    {{.rooms = TEXT("1")}, "\"rooms\":[1],"},
    {{.rooms = TEXT("2,3,4")}, "\"rooms\":[2,3,4],"},
    {{.rooms = TEXT("0,x,51")}, ""},
    {{.amenities = TEXT("mountain-view,crib")}, "\"wishes\":[\"mountain-view\",\"crib\"],"},
    {{.amenities = TEXT("a,b,c,d,e,f,g,h,i")}, "\"wishes\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"],"},
    {{.district = TEXT("Медеуский"), .words = TEXT("хан шатыр,тих"), .rest = TEXT("\"джакузи\"")},
     "\"district\":\"Медеуский\",\"words\":[\"хан шатыр\",\"тих\",\"\\\"джакузи\\\"\"],"},
    {{.max_price = 100}, ""},
};
// clang-format on

TEST_ROWS(filters_are_members, requests)
{
    struct slice members;

    ck_assert(stay_search_format_filters(&row->filters, &talk.arena, &members, &fault));
    ck_assert_slice(members, row->members);
}

TEST(words_that_search_api_would_refuse_are_omitted)
{
    enum { TOO_LONG = 101 };
    char rest[TOO_LONG + sizeof ",бассейн"];
    struct slice members;

    memset(rest, 'x', TOO_LONG);
    memcpy(rest + TOO_LONG, ",бассейн", sizeof ",бассейн");
    const struct stay_filters filters = {.rest = slice_of(rest)};
    ck_assert(stay_search_format_filters(&filters, &talk.arena, &members, &fault));
    ck_assert_slice(members, "\"words\":[\"бассейн\"],");
}
