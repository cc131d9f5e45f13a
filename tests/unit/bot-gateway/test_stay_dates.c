// SPDX-License-Identifier: MIT
/* Conversations about dates: the calendar, typed dates, and an apartment that was chosen first. */
#include "stay_talk.h"

TEST_CASE("stay_dates", .setup = stay_talk_begin, .teardown = stay_talk_end);

// clang-format off
CONVERSATION(months,
    {.type = "/search", .step = "city"},
    {.tap = "Алматы", .step = "day", .sees_not = "октябрь"},
    {.tap = "декабрь →", .step = "day", .sees = {"декабрь 2026", "← ноябрь", "январь →", "@stay_day"}, .sees_not = "@stay_button_today"},
    {.tap = "31", .step = "nights", .sees = {"31 декабря, чт", "январь 2027", "← декабрь"}, .sees_not = "февраль"},
    {.tap = "← декабрь", .step = "nights", .sees = {"декабрь 2026", "[31]", "Когда выезжаете?"}, .sees_not = "@stay_month_full"},
    {.tap = "январь →", .step = "nights"},
    {.tap = "2", .step = "guests"},
    {.tap = "@button_back", .step = "nights", .sees = {"январь 2027"}},
    {.tap = "@button_back", .step = "day", .sees = {"январь 2027"}},
    {.type = "21.11.2027", .step = "nights", .sees = {"декабрь →"}},
    {.tap = "@button_back", .step = "day", .sees = {"ноябрь 2027"}, .sees_not = "декабрь"},
    {.type = "22.11.2027", .step = "day", .sees = {"@stay_day_far", "ноябрь 2027"}})

CONVERSATION(quick,
    TO_DAY,
    {.tap = "@stay_button_today", .step = "nights", .sees = {"21 ноября, сб"}},
    {.tap = "@button_back", .step = "day"},
    {.tap = "@stay_button_tomorrow", .step = "nights", .sees = {"22 ноября, вс"}},
    {.tap = "@button_back", .step = "day"},
    {.tap = "На выходные, 27–29 ноя", .step = "guests"},
    {.tap = "2", .step = "list", .sees = {"check_in=2026-11-27&check_out=2026-11-29&guests=2"}})

CONVERSATION(check_out_is_typed,
    TO_DAY,
    {.tap = "30", .step = "nights", .sees = {"декабрь 2026"}},
    {.type = "29.11.2026", .step = "nights", .sees = {"@stay_day_early"}},
    {.type = "30.11", .step = "nights", .sees = {"@stay_day_early"}},
    {.type = "31.12", .step = "nights", .sees = {"@stay_day_far"}},
    {.type = "30.12", .step = "guests"},
    {.type = "1", .step = "list", .sees = {"check_in=2026-11-30&check_out=2026-12-30", "30 ночей"}})

CONVERSATION(linked,
    {.type = "/start apt_ALM-7K2Q", .step = "day",
     .sees = {"GET /v1/apartments?code=ALM-7K2Q&limit=1 ", CALL_DAYS "from=2026-11-21&to=2027-01-01 ", "<b>Двушка у парка, Алматы</b>", "2" STROKE "4" STROKE}},
    {.tap = "2" STROKE "4" STROKE, .step = "day", .sees = {"@stay_day_taken"}, .sees_not = "GET"},
    {.tap = "2" STROKE "6" STROKE, .step = "day", .sees = {"@stay_day_closed"}, .sees_not = "GET"},
    {.type = "24.11", .step = "day", .sees = {"@stay_day_taken", "<b>Двушка у парка, Алматы</b>"}},
    {.type = "23.11", .step = "nights", .sees = {CALL_DAYS "from=2026-11-23&to=2026-12-24 ", "[23]", "2" STROKE "5" STROKE, "<b>Двушка у парка</b>. Заезд <b>23 ноября, пн</b>"}, .sees_not = "декабрь →"},
    {.tap = "2" STROKE "5" STROKE, .step = "nights", .sees = {"@stay_day_taken"}, .sees_not = "GET"},
    {.tap = "[23]", .step = "nights", .sees = {"@stay_day_early"}, .sees_not = "GET"},
    {.type = "2", .step = "nights", .sees = {"@stay_day_taken", "[23]"}},
    {.tap = "@button_back", .step = "day"},
    {.tap = "25", .step = "nights", .sees = {"2" STROKE "7" STROKE, "декабрь →"}},
    {.tap = "2" STROKE "7" STROKE, .step = "nights", .sees = {"@stay_day_closed"}},
    {.tap = "@button_back", .step = "day"},
    {.tap = "28", .step = "nights", .sees = {"2" STROKE "9" STROKE}},
    {.tap = "2" STROKE "9" STROKE, .step = "nights", .sees = {"@stay_day_short"}},
    {.type = "1", .step = "nights", .sees = {"@stay_day_short"}},
    {.tap = "@button_back", .step = "day"},
    {.tap = "22", .step = "nights"},
    {.tap = "24", .step = "guests", .sees = {CALL_DAYS "from=2026-11-22&to=2026-11-25 "}},
    {.tap = "2", .step = "flat", .sees = {"{\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-24\",\"guests\":2}", TENGE("18", "000")}},
    {.tap = "@stay_button_dates", .step = "day", .sees = {CALL_DAYS, "<b>Двушка у парка, Алматы</b>"}},
    {.tap = "@button_back", .step = "flat"},
    {.tap = "@stay_button_dates", .step = "day"},
    {.tap = "25", .step = "nights"},
    {.tap = "26", .step = "flat", .sees = {"\"check_in\":\"2026-11-25\",\"check_out\":\"2026-11-26\",\"guests\":2}"}},
    {.tap = "@button_back", .step = "day", .sees = {CALL_DAYS, "<b>Двушка у парка, Алматы</b>"}},
    {.tap = "@button_back", .step = "city"})

#define THREE_NIGHTS "{\"days\":[" WORLD_DAY("2026-11-21", "booked", "1", "\"booked\"") "," WORLD_DAY("2026-11-22", "free", "3", "") "," \
    WORLD_DAY("2026-11-23", "free", "3", "") "," WORLD_DAY("2026-11-24", "free", "3", "") "," WORLD_DAY("2026-11-25", "free", "4", "") "]}"
#define ALL_LONGER INSTEAD({CALL_DAYS, 200, THREE_NIGHTS})
CONVERSATION(minimum_stay_is_told_with_the_calendar,
    {.type = "/start apt_ALM-7K2Q", .step = "day", .sees = {"от 3 ночей"}, ALL_LONGER},
    {.type = "22-24 ноября, 2 гостя", .step = "nights", .sees = {"@stay_day_short", "3 ночи", "[22]"}, .sees_not = "POST /v1/quotes", ALL_LONGER},
    {.type = "25.11", .step = "flat", .sees = {"\"check_in\":\"2026-11-22\",\"check_out\":\"2026-11-25\",\"guests\":2}"}, ALL_LONGER},
    {.type = "на одну ночь", .step = "nights", .sees = {"@stay_day_short"}, ALL_LONGER},
    {.tap = "@button_back", .step = "day", .sees_not = "от 3 ночей"})

CONVERSATION(link_to_a_missing_apartment,
    {.type = "/start apt_GONE", .step = "city", .sees = {"code=GONE", "@stay_flat_gone", "@stay_city"}, INSTEAD({"GET /v1/apartments?", 200, WORLD_NO_APARTMENTS})},
    {.type = "/start apt_GONE", .step = "city", .sees = {"@stay_flat_gone"}, INSTEAD({"GET /v1/apartments?", 422, WORLD_PROBLEM("too_long")})},
    {.tap = "Алматы", .step = "day", .sees_not = "Двушка"},
    {.type = "/start apt_", .step = "day", .sees = {"@start"}},
    {.type = "/start apt_a b", .step = "day", .sees = {"@start"}})

CONVERSATION(apartment_disappears,
    {.type = "/start apt_ALM-7K2Q", .step = "day"},
    {.tap = "декабрь →", .step = "day", .sees = {"@stay_flat_gone", "<b>Алматы</b>"}, INSTEAD({CALL_DAYS, 404, WORLD_PROBLEM("not_found")})},
    {.type = "/start apt_ALM-7K2Q", .step = "day"},
    {.tap = "22", .step = "nights", .sees = {"@stay_flat_gone", "22 ноября, вс"}, .sees_not = "Двушка", INSTEAD({CALL_DAYS, 404, WORLD_PROBLEM("not_found")})},
    {.tap = "24", .step = "guests"},
    {.tap = "1", .step = "list", .sees = {"city=almaty"}})

CONVERSATION(in_a_city_that_is_not_offered,
    {.type = "/start apt_ALM-7K2Q", .step = "day", .sees = {"<b>Двушка у парка, almaty</b>"}, INSTEAD({"GET /v1/cities", 200, "{\"items\":[]}"})},
    {.tap = "@button_back", .step = "city"})

// clang-format on

/* --- days that cannot be chosen --- */

TEST(unavailable_day_only_answers_tap)
{
    static const struct exchange linked_alone[] = {
        {.type = "/start apt_ALM-7K2Q", .step = "day"}
    };
    const int64_t version = (CONVERSE(linked_alone), talk.state.version);
    const char *data = conversation_button(&talk.shown, "2" STROKE "4" STROKE);

    ck_assert_ptr_nonnull(data);
    for (int tap = 0; tap < 2; tap++) {
        ck_assert(conversation_tap_data(&talk, data));
        ck_assert_uint_eq(talk.output.count, 1);
        ck_assert_int_eq(talk.output.replies[0].kind, TURN_ANSWER);
        ck_assert(!talk.output.moved);
        ck_assert_int_eq(talk.state.version, version);
    }
}

/* Taps faster than the message changes. */
TEST(repeated_tap_of_arrow_shows_same_month)
{
    static const struct exchange to_days[] = {
        {.type = "/search",     .step = "city"},
        {.tap = "Алматы", .step = "day" },
    };

    CONVERSE(to_days);
    const char *data = textf("%s", conversation_button(&talk.shown, "декабрь →"));
    for (int tap = 0; tap < 2; tap++) {
        ck_assert(conversation_tap_data(&talk, data));
        ck_assert_saw("декабрь 2026");
        ck_assert(!conversation_saw(&talk, "@button_stale"));
    }
}

/* It was chosen before midnight. */
TEST(past_check_in_is_asked_again)
{
    static const struct exchange today[] = {
        {.type = "/search",           .step = "city"  },
        {.tap = "Алматы",       .step = "day"   },
        {.tap = "@stay_button_today", .step = "nights"},
    };
    static const struct exchange late[] = {
        {.type = "x", .step = "day", .sees = {"@stay_day_past", "@stay_day"}}
    };

    CONVERSE(today);
    talk.now += 12 * INT64_C(3600000000);
    CONVERSE(late);
}
