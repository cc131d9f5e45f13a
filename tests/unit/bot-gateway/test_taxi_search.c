// SPDX-License-Identifier: MIT
/* What a passenger may send instead of taps: wishes in words, and locations. */
#include "bots/bot.h"
#include "conversation.h"
#include "phrase_world.h"
#include "ride_world.h"
#include "taxi/ride.h"

static struct conversation talk;

static void begin_at(const struct scripted *world, const char *step, const char *data)
{
    conversation_open(&talk, world);
    talk.bot_type = BOT_TAXI;
    talk.words = phrase_world_ride_words();
    if (step != NULL)
        conversation_put(&talk, ride_flow.name, step, data, ride_flow.data_format, 1);
}

static void end(void)
{
    conversation_close(&talk);
}

TEST_CASE("taxi_search", .teardown = end);

// clang-format off
#define NO_DRIVER {"GET /v1/drivers?", 200, LIST("", "")}
#define NO_TRIPS  {"GET /v1/trips?", 200, LIST("", "\"nearby\":[],")}
static const struct scripted places[] = {NO_DRIVER, {"GET /v1/places?", 200, PLACES}, NO_TRIPS, {NULL, 0, NULL}};
/* A driver whose trip does not begin soon. */
#define ME "018f0010-0000-7000-8000-000000000001"
static const struct scripted idle_driver[] = {
    {"GET /v1/drivers?", 200, LIST("{\"id\":\"" ME "\",\"name\":\"Асхат\",\"status\":\"active\",\"documents\":[]}", "")},
    {"PUT /v1/drivers/" ME "/location", 409, PROBLEM("too_early", "")}, {"GET /v1/places?", 200, PLACES}, NO_TRIPS, {NULL, 0, NULL},
};

#define FROM(slug) "\"from\":\"" slug "\""
#define TO(slug)   "\"to\":\"" slug "\""
#define DAY        ",\"day\":\"2026-11-28\""
static const struct {
    const char *why;
    const struct scripted *world;
    const char *step, *data; /* before */
    struct field_geo at;
    const char *next, *stored; /* after */
} located[] = {
    {"no dialogue yet",            places, NULL,   NULL, {43.2389, 76.8897}, "to", FROM("almaty") ",\"to\":null"},
    {"the first question",         places, "to",   "{}", {43.2389, 76.8897}, "to", FROM("almaty") ",\"to\":null"},
    {"a suburb",                   places, "to",   "{}", {43.35, 77.01},     "to", FROM("almaty") ",\"to\":null"},
    {"a second place",             places, "to",   "{" FROM("almaty") "}", {42.9, 71.37}, "day", FROM("almaty") "," TO("taraz")},
    {"the same place again",       places, "to",   "{" FROM("almaty") "}", {43.24, 76.89}, "to", FROM("almaty") ",\"to\":null"},
    {"the destination is known",   places, "from", "{" TO("taraz") "}", {43.24, 76.89}, "day", FROM("almaty") "," TO("taraz")},
    {"at the destination",         places, "from", "{" TO("taraz") "}", {42.9, 71.37}, "from", "\"from\":null," TO("taraz")},
    {"both are known",             places, "day",  "{" FROM("astana") "," TO("taraz") "}", {43.24, 76.89}, "day", FROM("almaty") "," TO("taraz")},
    {"far from all places",        places, "to",   "{}", {55.75, 37.62},     "to", "\"from\":null,\"to\":null"},
    {"the steppe",                 places, "from", "{" TO("taraz") "}", {47.0, 66.0}, "from", "\"from\":null," TO("taraz")},
    {"a driver who looks for a ride", idle_driver, "to", "{}", {43.24, 76.89}, "to", FROM("almaty") ",\"to\":null"},
    {"a trip to publish",          idle_driver, "to", "{\"publishes\":true}", {43.24, 76.89}, "to", FROM("almaty") ",\"to\":null"},
};

/* Wishes for child seats, in words. */
static const struct {
    enum language language;
    const char *text, *step, *stored;
} wishes[] = {
    {LANGUAGE_RU, "можно с ребёнком, нужно кресло", "seats", "\"seats\":0,\"child_seats\":1"},
    {LANGUAGE_RU, "нас двое, детское кресло", "trips", "\"seats\":2,\"child_seats\":1"},
    {LANGUAGE_RU, "3 места и 2 детских кресла", "trips", "\"seats\":3,\"child_seats\":2"},
    {LANGUAGE_RU, "9 детских кресел, 4 места", "trips", "\"seats\":4,\"child_seats\":4"},
    {LANGUAGE_KZ, "баламен, балалар орындығы керек", "seats", "\"seats\":0,\"child_seats\":1"},
    {LANGUAGE_EN, "with a child, I need a car seat", "seats", "\"seats\":0,\"child_seats\":1"},
};
static const struct exchange ordered_with_child_seat[] = {
    {.type = "нас двое, детское кресло", .step = "trips", .sees = {"seats=2&child_seats=1", "1 детское кресло"}},
    {.tap = "@ride_button_request", .step = "contact"},
    {.share = "77012345678", .step = "ride", .sees = {"\"seats\":2,\"child_seats\":1"},
     .instead = {{"POST /v1/rides", 201,
        "{\"id\":\"" RIDE "\",\"kind\":\"seat\",\"status\":\"open\",\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2,\"child_seats\":1,"
        "\"depart_from\":\"2026-11-28T04:00:00Z\",\"depart_to\":\"2026-11-28T18:00:00Z\",\"total\":" WORLD_SUM(0) ",\"allowed_actions\":[]}"}}},
};
static const struct scripted nothing_free[] = {NO_TRIPS, {"POST /v1/rides", 500, "{}"}, {"GET /v1/rides/" RIDE "/offers", 200, LIST("", "")}, {NULL, 0, NULL}};
// clang-format on

TEST_ROWS(location_is_an_end_of_the_route, located)
{
    begin_at(row->world, row->step, row->data);
    ck_assert_msg(conversation_locate(&talk, row->at), "%s: %s", row->why, talk.fault.code);
    ck_assert_msg(strcmp(talk.step, row->next) == 0, "%s: %s", row->why, talk.step);
    ck_assert_msg(strstr(talk.data, row->stored) != NULL, "%s: %s", row->why, talk.data);
    ck_assert_msg(conversation_saw(&talk, "@ride_place_far") ==
                      (strstr(row->why, "far") != NULL || strstr(row->why, "steppe") != NULL),
                  "%s: %s", row->why, talk.seen);
}

TEST_ROWS(child_seats_are_a_wish_of_the_ride, wishes)
{
    begin_at(nothing_free, "seats", "{" FROM("almaty") "," TO("taraz") DAY "}");
    talk.language = (int)row->language;
    ck_assert_msg(conversation_type(&talk, row->text), "%s: %s", row->text, talk.fault.code);
    ck_assert_msg(strcmp(talk.step, row->step) == 0, "%s: %s", row->text, talk.step);
    ck_assert_msg(strstr(talk.data, row->stored) != NULL, "%s: %s", row->text, talk.data);
    ck_assert_msg(!conversation_saw(&talk, "@ride_seats_bad"), "%s: %s", row->text, talk.seen);
}

TEST(child_seats_are_searched_ordered_and_shown)
{
    begin_at(nothing_free, "seats", "{" FROM("almaty") "," TO("taraz") DAY "}");
    CONVERSE(ordered_with_child_seat);
    ck_assert(conversation_saw(&talk, "1 детское кресло"));
}

/* --- the price --- */

// clang-format off
#define COSTS {"GET /v1/routes?", 200, "{\"minutes\":1050,\"seat_price\":{\"typical\":" WORLD_SUM(1800000) "},\"car_price\":" WORLD_SUM(7200000) "}"}
static const struct scripted priced[] = {NO_DRIVER, {"GET /v1/places?", 200, PLACES}, NO_TRIPS, COSTS, {NULL, 0, NULL}};
static const struct exchange asks_price[] = {
    {.type = "сколько стоит до Астаны?", .step = "from", .sees = {"@ride_price_later", "<b>Астана</b>"}, .sees_not = "Едем в"},
    {.tap = "Алматы", .step = "day", .sees = {"GET /v1/routes?from=almaty&to=astana", "Алматы → Астана", TENGE("18", "000")}},
    {.type = "завтра", .step = "seats", .sees_not = "/v1/routes"},
    {.type = "почём?", .step = "seats", .sees = {TENGE("18", "000")}},
    {.type = "сколько стоит вся машина?", .step = "trips", .sees = {TENGE("72", "000")}},
};
static const struct exchange asks_unknown_price[] = {
    {.type = "сколько стоит из Алматы в Астану?", .step = "day", .sees = {"/v1/routes"}, .sees_not = "обычно стоит",
     .instead = {{"GET /v1/routes?", 422, PROBLEM("unknown_place", "")}}},
};
// clang-format on

TEST(question_for_the_price_is_answered_once_the_route_is_known)
{
    begin_at(priced, NULL, NULL);
    CONVERSE(asks_price);
}

TEST(price_that_is_not_known_is_no_failure)
{
    begin_at(priced, NULL, NULL);
    CONVERSE(asks_unknown_price);
}
