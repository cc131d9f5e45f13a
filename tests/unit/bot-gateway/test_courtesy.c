// SPDX-License-Identifier: MIT
/* What all dialogues have in common: who gets no answer, what is always valid, and stale
 * buttons. */
#include "dialogue/other_bot.h"
#include "products/products.h"
#include "ride_world.h"
#include "stay_talk.h"

TEST_CASE("manners", .setup = stay_talk_begin, .teardown = stay_talk_end);

/* After this time a tap does not count as repeated. */
#define LONGER (INT64_C(31) * 1000000)

TEST(picture_or_sticker_gets_help)
{
    struct update_view update = {
        .about = ABOUT_MESSAGE, .chat_id = 5, .user_id = 7, .is_private = true, .has_media = true};

    ck_assert(conversation_update(&talk, &update));
    ck_assert_saw("@unknown");
    ck_assert_ptr_nonnull(conversation_button(&talk.shown, "@button_help"));
    update.is_private = false;
    ck_assert(conversation_update(&talk, &update));
    ck_assert_uint_eq(talk.output.count, 0);
}

// clang-format off
CONVERSATION(courtesy_is_answered_and_step_is_kept,
    {.type = "привет", .step = "", .sees = {"@hello", "@button_search"}},
    {.type = "Огромное спасибо!", .step = "", .sees = {"@welcome", "@button_search"}},
    {.type = "👍", .step = "", .sees = {"@welcome"}},
    {.type = "❤️", .step = "", .sees = {"@welcome"}},
    {.type = "👍🏽👍🏽 🙏", .step = "", .sees = {"@welcome"}},
    {.type = "Спасибо! ❤️🙏🏻", .step = "", .sees = {"@welcome"}},
    {.type = "привет 👋", .step = "", .sees = {"@hello"}},
    {.type = "🏠", .step = "", .sees = {"@unknown"}},
    {.type = "👎", .step = "", .sees = {"@unknown"}},
    {.type = "/search", .step = "city"},
    {.type = "👍", .step = "city", .sees = {"@welcome", "@stay_city"}, .sees_not = "Такого города"},
    {.type = "🥰", .step = "city", .sees = {"@welcome", "@stay_city"}, .sees_not = "Такого города"},
    {.type = "Спасибо!", .step = "city", .sees = {"@welcome", "@stay_city"}, .sees_not = "Такого города"},
    {.tap = "Алматы", .step = "day"},
    {.type = "СӘЛЕМ", .step = "day", .sees = {"@hello", "@stay_day"}},
    {.tap = "22", .step = "nights"},
    {.type = "thank you :)", .step = "nights", .sees_not = "Всегда"},
    {.type = "Thank you.", .step = "nights", .sees = {"@welcome", "Когда выезжаете?"}},
    {.tap = "24", .step = "guests"},
    {.type = "рахмет", .step = "guests", .sees = {"@welcome", "@stay_guests"}},
    {.tap = "2", .step = "list"},
    {.type = "добрый день", .step = "list", .sees = {"@hello", APARTMENT_BUTTON}},
    {.type = "привет, двушка в Астане", .step = "list", .sees = {"city=astana"}},
    {.tap = APARTMENT_BUTTON, .step = "flat"},
    {.tap = "@stay_button_book", .step = "contact"},
    {.type = "спасибо", .step = "contact", .sees = {"@welcome", "@stay_key_contact"}, .sees_not = "Не похоже"})
/* With and without the symbol, in any language and step. */
CONVERSATION(buttons_of_the_menu_may_be_typed,
    {.type = "Найти квартиру", .step = "city", .sees = {"@stay_city"}},
    {.type = "алматы", .step = "day"},
    {.type = "📋 мои брони", .step = "mine", .sees = {"@stay_mine"}},
    {.type = "Сначала", .step = "city", .sees = {"@stay_city"}},
    {.type = "Написать хозяину", .step = "mine", .sees = {"@stay_mine"}},
    {.type = "Пәтер табу", .step = "city", .sees = {"@stay_city"}},
    {.type = "❓Help", .step = "city", .sees = {"@help"}},
    {.type = "язык", .step = "city", .sees = {"@language_ask"}},
    {.type = "🔎", .step = "city", .sees_not = "Я вас не понял"},
    TO_CONTACT,
    {.type = "Отправить мой номер", .step = "contact", .sees = {"@stay_contact_share"}},
    {.type = "→ без номера", .step = "booking", .sees = {"@stay_contact_put_off"}},
    {.type = "💬 написать хозяину", .step = "write", .sees = {"@relay_ask_owner"}})
// clang-format on

/* Where booking-api has no rides, a bot of this type has no dialogue; people choose the language.
 */
TEST(taxi_bot_says_that_rides_are_not_open)
{
    static const char *const texts[] = {"/start",        "/search", "/rides",
                                        "Найти поездку", "такси",   "двушка в Алматы"};
    static const struct scripted off[] = {
        {"GET /v1/", 404, "{\"code\":\"not_found\"}"},
        {NULL,       0,   NULL                      }
    };

    stay_talk_ride(off);
    for (size_t i = 0; i < COUNT(texts); i++) {
        type(texts[i]);
        ck_assert_saw("@taxi_soon");
        ck_assert_ptr_null(conversation_button(&talk.shown, "@ride_button_search"));
        ck_lacks(talk.seen, "\n\n");
        ck_assert_str_eq(talk.step, "");
    }
    tap("@button_language");
    tap("Қазақша");
    ck_assert_int_eq(talk.language, LANGUAGE_KZ);
    ck_assert_ptr_null(conversation_button(&talk.shown, "@button_search"));
}

static const struct scripted no_trips[] = {
    {"GET /v1/trips?", 200, "{\"items\":[]}"},
    {NULL,             0,   NULL            }
};

TEST(passenger_who_talks_with_staff_can_search)
{
    stay_talk_ride(no_trips);
    talk.has_talk = true;
    type("завтра из Алматы в Тараз, двое");
    ck_assert_saw("@ride_button_request");
    ck_assert_str_eq(talk.step, "trips");
}

static const struct scripted restricted[] = {
    {"GET /v1/trips?", 200, "{\"items\":[]}"                          },
    {"GET /v1/rides?", 200, "{\"items\":[]}"                          },
    {"POST /v1/rides", 403, "{\"status\":403,\"code\":\"restricted\"}"},
    {NULL,             0,   NULL                                      }
};

/* At noon a window that ends at noon would be refused each time. */
TEST(request_for_a_time_that_is_over_is_for_the_rest_of_the_day)
{
    stay_talk_ride(restricted);
    type("сегодня утром из Алматы в Тараз, двое");
    tap("@ride_button_request");
    ck_assert(conversation_share(&talk, "77012345678", talk.user_id));
    ck_assert_saw("\"depart_from\":\"2026-11-21T07:01:00");
    ck_assert_saw("\"depart_to\":\"2026-11-21T18:59:00");
}

/* booking-api would refuse a request for yesterday each time. */
TEST(request_from_a_list_of_yesterday_asks_for_another_day)
{
    const struct button request = {SLICE("ride"), 1, SLICE("request"), SLICE("")};

    stay_talk_ride(no_trips);
    conversation_put(&talk, "ride", "trips",
                     "{\"from\":\"almaty\",\"to\":\"taraz\",\"day\":\"2026-11-20\",\"seats\":2}", 1,
                     1);
    ck_assert(conversation_tap_button(&talk, &request));
    ck_assert_saw("@ride_day_bad");
    ck_assert_str_eq(talk.step, "day");
}

/* booking-api would refuse the order each time. */
TEST(passenger_whose_name_is_an_account_can_order)
{
    stay_talk_ride(restricted);
    talk.first_name = SLICE("Ая @aya_kz");
    type("завтра из Алматы в Тараз, двое");
    tap("@ride_button_request");
    ck_assert(conversation_share(&talk, "77012345678", talk.user_id));
    ck_assert_saw("\"passenger\":{\"name\":\"");
    ck_lacks(talk.asked, "aya_kz");
}

// clang-format off
#define CALL_RIDERS "GET /v1/trips/" TRIP "/passengers?limit=12"
#define RIDER(id, status, paid)                                                                    \
    "{\"id\":\"" id "\",\"status\":\"" status "\",\"from\":\"almaty\",\"to\":\"taraz\",\"depart_at\":\"2026-11-21T13:30:00Z\"," \
    "\"arrive_at\":\"2026-11-21T17:30:00Z\",\"total\":" WORLD_SUM(500000) ",\"paid\":" WORLD_SUM(paid) "}"
static const struct scripted two_pages[] = {
    {"GET /v1/drivers?",                      200, LIST("{\"id\":\"018f0010-0000-7000-8000-000000000001\",\"name\":\"Асхат\",\"status\":\"active\",\"documents\":[]}", "")},
    {CALL_RIDERS,                             200, "{\"items\":[" RIDER("018f0013-0000-7000-8000-000000000002", "held", 0) "],\"next_cursor\":\"b2xk\"}"},
    {CALL_RIDERS "&cursor=b2xk",              200, LIST(RIDER(RIDE, "confirmed", 100000), "")},
    {"GET /v1/rides/" RIDE "/cancel-preview", 200, PREVIEW(100000, 0, "driver")},
    {NULL,                                    0,   NULL}
};
// clang-format on

TEST(question_before_a_trip_is_cancelled_counts_all_pages_of_passengers)
{
    const struct button cancel = {SLICE("ride"), 1, SLICE("do"), SLICE("cancel")};

    stay_talk_ride(two_pages);
    conversation_put(&talk, "ride", "run", "{\"trip\":\"" TRIP "\",\"cursor\":\"b2xk\"}", 1, 1);
    ck_assert(conversation_tap_button(&talk, &cancel));
    ck_assert_str_eq(talk.step, "sure");
    ck_assert_saw("для 2 пассажиров");
    ck_assert_saw("1\u00a0000\u00a0₸");
    ck_assert_saw("поздняя отмена");
}

// clang-format off
static const struct scripted no_drivers[] = {
    {"GET /v1/drivers?", 200, LIST("", "")}, {"GET /v1/trips?", 200, LIST("", "\"nearby\":[],")}, {NULL, 0, NULL},
};
// clang-format on

/* The screen of drivers expects a trip to publish. */
TEST(person_who_is_no_driver_can_type_a_search)
{
    stay_talk_ride(no_drivers);
    type("/drive");
    ck_assert_saw("@drive_stranger");
    type("завтра из Алматы в Тараз, двое");
    ck_assert_saw("GET /v1/trips?from=almaty&to=taraz");
    ck_assert_str_eq(talk.step, "trips");
}

// clang-format off
#define DRIVER_ID "018f0010-0000-7000-8000-000000000001"
static const struct scripted one_request[] = {
    {"GET /v1/drivers?", 200, LIST("{\"id\":\"" DRIVER_ID "\",\"name\":\"Асхат\",\"status\":\"active\",\"documents\":[]}", "")},
    {"GET /v1/drivers/" DRIVER_ID "/cars", 200, LIST("{\"id\":\"018f0011-0000-7000-8000-000000000001\",\"make\":\"Kia\",\"model\":\"K5\",\"plate\":\"777ABC05\",\"seats\":4}", "")},
    {"GET /v1/rides/" RIDE, 200, "{\"id\":\"" RIDE "\",\"kind\":\"seat\",\"status\":\"open\",\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2,"
        "\"depart_from\":\"2026-11-25T04:00:00Z\",\"depart_to\":\"2026-11-25T07:00:00Z\",\"total\":" WORLD_SUM(0) ",\"price\":" WORLD_SUM(800000) ",\"allowed_actions\":[]}"},
    {"GET /v1/rides/" RIDE "/offers", 200, LIST("", "")}, {NULL, 0, NULL},
};
// clang-format on

/* Without a tap of "My own price" before it. */
TEST(driver_can_type_price_and_time_of_an_offer)
{
    stay_talk_ride(one_request);
    conversation_put(&talk, "ride", "request", "{\"order\":\"" RIDE "\"}", 1, 1);
    type("9500");
    ck_assert_str_eq(talk.step, "request");
    ck_assert_saw("Взять 09:00 · 9\u00a0500\u00a0₸");
    type("10:30");
    ck_assert_saw("Взять 10:30 · 9\u00a0500\u00a0₸");
    type("дорого");
    ck_assert_saw("@ride_unheard");
    type("13:00");
    ck_assert_str_eq(talk.step, "clock");
    ck_assert_saw("@drive_clock_outside");
}

// clang-format off
static const struct scripted on_board[] = {
    {"GET /v1/rides/" RIDE, 200, "{\"id\":\"" RIDE "\",\"kind\":\"seat\",\"status\":\"boarded\",\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":1,"
        "\"depart_at\":\"2026-11-21T06:00:00Z\",\"arrive_at\":\"2026-11-21T12:00:00Z\",\"total\":" WORLD_SUM(500000) ",\"allowed_actions\":[]}"},
    {"POST /v1/rides/" RIDE "/sos", 201, "{}"}, {NULL, 0, NULL},
};
// clang-format on

TEST(passenger_can_call_for_help_with_a_location)
{
    stay_talk_ride(on_board);
    conversation_put(&talk, "ride", "sos", "{\"order\":\"" RIDE "\"}", 1, 1);
    ck_assert(conversation_locate(&talk, (struct field_geo){43.25, 76.95}));
    ck_assert_saw("/sos {\"location\":{\"lat\":43.250000,\"lon\":76.950000}}");
    ck_assert_saw("@ride_sos");
    ck_assert_str_eq(talk.step, "ride");
}

/* A group, where others read, shows nothing of a booking. */
TEST(group_gets_no_answer)
{
    struct update_view update = {.about = ABOUT_MESSAGE,
                                 .chat_id = -5,
                                 .user_id = talk.user_id,
                                 .text = SLICE("/search@our_bot"),
                                 .command = SLICE("search"),
                                 .addressee = SLICE("our_bot"),
                                 .argument = SLICE("")};

    ck_assert(conversation_update(&talk, &update));
    ck_assert_uint_eq(talk.output.count, 0);
    update.command = SLICE_NONE;
    update.contact_phone = SLICE("77012345678");
    ck_assert(conversation_update(&talk, &update));
    ck_assert_uint_eq(talk.output.count, 0);
    type("/search");
    update = (struct update_view){.about = ABOUT_TAP,
                                  .chat_id = -5,
                                  .user_id = talk.user_id,
                                  .tap_id = SLICE("77"),
                                  .tap_data = slice_of(conversation_button(&talk.shown, "Алматы"))};
    ck_assert(conversation_update(&talk, &update));
    ck_assert_str_eq(talk.asked, "");
    ck_assert_uint_eq(talk.output.count, 1);
    ck_assert_int_eq(talk.output.replies[0].kind, TURN_ANSWER);
    ck_assert(!talk.output.moved);
}

TEST(edited_message_gets_no_answer)
{
    static const struct slice texts[] = {TEXTS_LITERAL("/help"), TEXTS_LITERAL("Алматы")};

    type("/search");
    for (size_t i = 0; i < COUNT(texts); i++) {
        const struct update_view edit = {.about = ABOUT_EDIT,
                                         .chat_id = 7,
                                         .user_id = talk.user_id,
                                         .is_private = true,
                                         .text = texts[i],
                                         .command = i == 0 ? SLICE("help") : SLICE_NONE,
                                         .argument = SLICE("")};
        ck_assert(conversation_update(&talk, &edit));
        ck_assert_uint_eq(talk.output.count, 0);
        ck_assert(!talk.output.moved);
    }
}

/* At every step of a dialogue, and without one. */
TEST(help_and_language_are_always_valid)
{
    static const struct exchange path[] = {
        TO_BOOKING,
        {.tap = "Отменить бронь", .step = "cancel"},
    };
    static const char *const commands[] = {"/help", "/language"};
    static char first[SEEN_MAX];
    static struct shown shown;

    for (size_t i = 0; i < COUNT(commands); i++) {
        conversation_close(&talk);
        stay_talk_begin();
        type(commands[i]);
        memcpy(first, talk.seen, sizeof first);
        for (size_t j = 0; j < COUNT(path); j++) {
            conversation_go(&talk, &path[j], 1);
            shown = talk.shown;
            type(commands[i]);
            ck_assert_str_eq(talk.seen, first);
            ck_assert_str_eq(talk.asked, "");
            ck_assert(!talk.output.moved);
            talk.shown = shown;
        }
    }
}

/* A person who gets no answer taps again, the same button or another one. */
TEST(repeated_tap_keeps_new_message)
{
    static const char *const again[] = {"Алматы", "Астана"};

    type("/search");
    const struct shown old = talk.shown;
    tap("Алматы");
    const struct shown next = talk.shown;
    for (size_t i = 0; i < COUNT(again); i++) {
        talk.now += LONGER / 3;
        ck_assert(conversation_tap_data(&talk, conversation_button(&old, again[i])));
        ck_assert_saw("@button_stale");
        ck_assert_uint_eq(talk.output.count, 1);
        ck_assert_str_eq(talk.asked, "");
        ck_assert(!talk.output.moved);
    }
    ck_assert(conversation_tap_data(&talk, conversation_button(&next, "22")));
    ck_assert_str_eq(talk.step, "nights");
}

/* Case: Out of order (message vs tap, retries, id reset). */
TEST(stale_tap_shows_current_step)
{
    type("/search");
    const struct shown old = talk.shown;
    tap("Алматы");
    talk.now += LONGER;
    ck_assert(conversation_tap_data(&talk, conversation_button(&old, "Астана")));
    ck_assert_str_eq(talk.step, "day");
    ck_assert_saw("@button_stale");
    ck_assert_saw("<b>Алматы</b>");
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_TEXT);
}

TEST(stale_tap_without_dialogue_shows_help)
{
    type("/search");
    const struct shown old = talk.shown;
    type("/cancel");
    ck_assert_saw("@cancelled");
    ck_assert(conversation_tap_data(&talk, conversation_button(&old, "Астана")));
    ck_assert_saw("@button_stale");
    ck_assert_saw("@help");
    ck_assert_uint_eq(talk.output.count, 2);
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_TEXT);
    ck_assert_str_eq(talk.asked, "");
    ck_assert(!talk.output.moved);
}

/* Each button of each step, tapped after the dialogue has gone on. */
TEST(stale_tap_does_not_change_booking)
{
    static const struct exchange path[] = {
        TO_BOOKING,
        {.tap = "Отменить бронь",                                                  .step = "cancel"},
        {                 .type = "/mybookings",                                                                       .step = "mine"                },
        { .type = "/cancel",
          .step = "release",
          INSTEAD(
             {"GET /v1/bookings?status=held&limit=3", 200, WORLD_BOOKINGS(WORLD_HELD, "null")})},
    };
    static struct shown old[COUNT(path)];
    size_t tapped = 0;

    for (size_t i = 0; i < COUNT(path); i++) {
        conversation_go(&talk, &path[i], 1);
        old[i] = talk.shown;
    }
    type("/search");
    talk.now += LONGER;
    for (size_t i = 0; i < COUNT(path); i++)
        for (size_t j = 0; j < old[i].count; j++) {
            if (!slice_starts(slice_of(old[i].data[j]), SLICE("stay.")))
                continue;
            tapped++;
            ck_assert(conversation_tap_data(&talk, old[i].data[j]));
            ck_assert_saw("@stay_city");
            ck_lacks(talk.asked, "POST");
            ck_assert_str_eq(talk.step, "city");
        }
    ck_assert_uint_gt(tapped, COUNT(path));
}

TEST(tap_is_stale_after_return_to_step)
{
    type("/search");
    tap("Алматы");
    const struct shown old = talk.shown;
    tap("22");
    tap("@button_back");
    ck_assert_str_eq(talk.step, "day");
    ck_assert(conversation_tap_data(&talk, conversation_button(&old, "23")));
    ck_assert_saw("@button_stale");
    ck_assert_str_eq(talk.step, "day");
}

/* --- texts that are meant for the other bot --- */

// clang-format off
static const struct {
    const struct product *here;
    const char *text;
    bool meant;
} for_other_bot[] = {
    {&product_apartments, "хочу такси из Алматы в Талдыкорган завтра", true},
    {&product_apartments, "есть попутка до Тараза?", true},
    {&product_apartments, "ТАКСИ", true},
    {&product_apartments, "ертең Таразға такси керек", true},
    {&product_apartments, "a taxi to Almaty, please", true},
    {&product_apartments, "taksi kerek", true},
    {&product_apartments, "квартира, куда легко доехать на такси", false},
    {&product_apartments, "сниму студию, приеду на такси", false},
    {&product_apartments, "поездка в Алматы на выходные, двое", false},
    {&product_apartments, "Алматы, двое", false},
    {&product_taxi, "сниму квартиру в Алматы на сутки", true},
    {&product_taxi, "двушка посуточно", true},
    {&product_taxi, "Алматыда пәтер керек", true},
    {&product_taxi, "almatyda pater kerek", true},
    {&product_taxi, "an apartment in Almaty", true},
    {&product_taxi, "такси от квартиры до Тараза", false},
    {&product_taxi, "из Алматы в Тараз, двое", false},
};
// clang-format on

TEST_ROWS(text_for_the_other_bot_is_recognised, for_other_bot)
{
    const char *const *own = row->here->stems, *const *other = row->here->other->stems;

    ck_assert_msg(other_bot_is_meant(slice_of(row->text), own, other) == row->meant, "%s",
                  row->text);
}

// clang-format off
CONVERSATION(text_for_the_bot_of_rides_gets_its_name,
    {.type = "хочу такси из Алматы в Талдыкорган завтра", .step = "", .sees = {"our_other_bot", "@button_search"}},
    {.type = "/search", .step = "city"},
    {.type = "такси до Тараза", .step = "city", .sees = {"our_other_bot", "@stay_city"}, .sees_not = "@stay_unsure_city"},
    {.type = "квартира в Алматы, приеду на такси", .step = "day"},
)
static const struct scripted rides[] = {{"GET /v1/places?", 200, PLACES}, {NULL, 0, NULL}};
static const struct exchange asks_for_flat[] = {
    {.type = "сниму квартиру в Алматы", .step = "to", .sees = {"our_other_bot", "@ride_to"}},
    {.type = "нужна квартира", .step = "to", .sees = {"our_other_bot", "@ride_to"}},
    {.type = "такси в Алматы", .step = "from", .sees_not = "our_other_bot"},
};
// clang-format on

TEST(text_for_the_bot_of_apartments_gets_its_name)
{
    stay_talk_ride(rides);
    CONVERSE(asks_for_flat);
}
