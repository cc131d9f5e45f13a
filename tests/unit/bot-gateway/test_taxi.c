// SPDX-License-Identifier: MIT
/* Values that a driver types, and lists of several pages, in the dialogue of rides. */
#include "bots/bot.h"
#include "conversation.h"
#include "dialogue/button.h"
#include "products/products.h"
#include "ride_world.h"
#include "taxi/ride.h"
#include "texts/texts.h"

static struct conversation talk;

/* Opens a conversation that is at this step of the dialogue. */
static void begin_at(const struct scripted *world, const char *step, const char *data)
{
    conversation_open(&talk, world);
    talk.bot_type = BOT_TAXI;
    conversation_put(&talk, ride_flow.name, step, data, ride_flow.data_format, 1);
}

static void end(void)
{
    conversation_close(&talk);
}

TEST_CASE("taxi", .teardown = end);

// clang-format off
#define PRICE(tiyn) "\"price\":" WORLD_SUM(tiyn)
#define CLOCK(minutes) "\"clock\":" #minutes ","
/* A departure may be at any minute of the day; a price may be in thousands. */
static const struct {
    const char *at, *text, *step, *stored;
} typed[] = {
    {"clock", "00:00", "seats", CLOCK(1440)}, {"clock", "0.00", "seats", CLOCK(1440)},
    {"clock", "00:01", "seats", CLOCK(1)}, {"clock", "23:59", "seats", CLOCK(1439)},
    {"clock", "18-30", "seats", CLOCK(1110)}, {"clock", "18 30", "seats", CLOCK(1110)},
    {"clock", "18.30", "seats", CLOCK(1110)}, {"clock", "25:00", "clock", CLOCK(0)},
    {"clock", "18-3", "clock", CLOCK(0)}, {"clock", "18 мест", "clock", CLOCK(0)},
    {"price", "5", "clock", PRICE(500000)}, {"price", "130", "clock", PRICE(13000)},
    {"price", "130 000 тг", "clock", PRICE(13000000)}, {"price", "9 тысяч", "clock", PRICE(900000)},
    {"price", "130 тысяч", "clock", PRICE(13000000)}, {"price", "130 тыс.", "clock", PRICE(13000000)},
    {"price", "130к", "clock", PRICE(13000000)}, {"price", "130k", "clock", PRICE(13000000)},
    {"price", "130 мың", "clock", PRICE(13000000)}, {"price", "500 thousand", "clock", PRICE(50000000)},
};
// clang-format on

TEST_ROWS(driver_may_type_what_a_trip_needs, typed)
{
    begin_at(NULL, row->at,
             "{\"from\":\"almaty\",\"to\":\"taraz\",\"day\":\"2026-11-25\",\"publishes\":true}");
    ck_assert_msg(conversation_type(&talk, row->text), "%s: %s", row->text, talk.fault.code);
    ck_assert_msg(strcmp(talk.step, row->step) == 0, "%s: %s", row->text, talk.step);
    ck_assert_msg(strstr(talk.data, row->stored) != NULL, "%s: %s", row->text, talk.data);
}

// clang-format off
#define PAGE(item, next) "{\"items\":[" item "],\"next_cursor\":" next "}"
#define RUN(number, day)                                                                           \
    "{\"id\":\"018f0012-0000-7000-8000-00000000000" number "\",\"status\":\"scheduled\",\"seats\":4,"    \
    "\"depart_at\":\"2026-11-" day "T13:30:00Z\",\"arrive_at\":\"2026-11-" day "T17:30:00Z\","         \
    "\"stops\":[{\"place\":\"almaty\"},{\"place\":\"taraz\"}],\"segments\":[{\"free_seats\":4,"          \
    "\"price\":" WORLD_SUM(500000) "}]," CAR("\"777ABC05\"") ",\"allowed_actions\":[]}"
#define ORDER(number, day)                                                                         \
    "{\"id\":\"018f0013-0000-7000-8000-00000000000" number "\",\"code\":null,\"trip_id\":null,"        \
    "\"kind\":\"seat\",\"status\":\"open\",\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2,"            \
    "\"depart_from\":\"2026-11-" day "T04:00:00Z\",\"depart_to\":\"2026-11-" day "T07:00:00Z\","       \
    "\"total\":" WORLD_SUM(0) ",\"passenger\":{\"name\":\"Гаухар\",\"phone\":null},\"driver\":null,"   \
    "\"car\":null,\"allowed_actions\":[]}"
#define FOUND(tiyn)                                                                                \
    "{\"items\":[{\"trip_id\":\"" TRIP "\",\"from_stop\":0,\"to_stop\":1,\"depart_at\":\"2026-11-25T13:30:00Z\"," \
    "\"arrive_at\":\"2026-11-25T17:30:00Z\",\"free_seats\":3,\"price\":" WORLD_SUM(tiyn) "," CAR("null") ",\"instant_book\":false,\"warnings\":[]}]}"
static const struct scripted repriced[] = {
    {"GET /v1/trips?", 200, FOUND(500000)}, {"POST /v1/rides", 409, PROBLEM("total_changed", "")}, {NULL, 0, NULL},
};
static const struct exchange order_after_a_change[] = {
    {.share = "77012345678", .step = "trips", .sees = {"\"expected_total\":" WORLD_SUM(500000), "@ride_repriced"},
     .instead = {{"GET /v1/trips?", 200, FOUND(1000000)}}},
};

/* A ride that is held until its prepayment is reported. */
#define DUE                                                                                        \
    "{\"id\":\"" RIDE "\",\"code\":\"R7K2M9QX\",\"trip_id\":\"" TRIP "\",\"kind\":\"seat\",\"status\":\"held\"," \
    "\"from_stop\":0,\"to_stop\":1,\"from\":\"almaty\",\"to\":\"taraz\",\"depart_at\":\"2026-11-25T13:30:00Z\"," \
    "\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":2,\"total\":" WORLD_SUM(500000) ",\"deposit\":" WORLD_SUM(100000) "," \
    "\"passenger\":{\"name\":\"Данияр\",\"phone\":null},\"driver\":{\"name\":\"Асхат\",\"payment_info\":\"Kaspi, Асхат Н.\"},\"car\":null,\"allowed_actions\":[" \
    ACTION("claim-payment", THREE("Я оплатил", "Мен төледім", "I have paid")) "," ACTION("cancel", THREE("Отменить", "Бас тарту", "Cancel")) "]}"
static const struct scripted due[] = {{"GET /v1/rides/" RIDE, 200, DUE}, {"GET /v1/rides/" RIDE "/cancel-preview", 200, PREVIEW(0, 0, "none")}, {"POST /v1/rides/" RIDE "/claim-payment", 200, DUE}, {NULL, 0, NULL}};
static const struct exchange claim[] = {
    {.type = "/ride AY8AEwAAcACAAAAAAAAAAQ", .step = "ride", .sees = {"Kaspi, Асхат Н."}},
    {.type = "отмените поездку", .step = "cancel", .sees = {"@ride_cancel_free"}}, {.tap = "@button_back", .step = "ride"},
    {.type = "чек нужен?", .step = "ride", .sees = {"@ride_receipt"}}, {.type = "түбіртек", .step = "ride", .sees = {"@ride_receipt"}},
    {.type = "receipt", .step = "ride", .sees = {"@ride_receipt"}}, {.type = "где квитанция", .step = "ride", .sees = {"@ride_receipt"}},
    {.type = "оплатил?", .step = "ride", .sees = {"@ride_unheard"}}, {.tap = "Я оплатил", .step = "pay", .sees = {"@ride_contact"}},
    {.type = "8 701 234 56 78", .step = "pay", .sees = {"@ride_contact_share"}},
    {.share = "77012345678", .step = "ride", .sees = {"POST /v1/rides/" RIDE "/claim-payment", "{\"phone\":\"+77012345678\"}"}},
    {.type = "Перевел деньги", .step = "pay", .sees = {"@ride_contact"}},
};

static const struct scripted cancelling[] = {
    {"GET /v1/rides/" RIDE, 200, DUE}, {"GET /v1/rides/" RIDE "/cancel-preview", 200, PREVIEW(0, 0, "none")},
    {"POST /v1/rides/" RIDE "/cancel", 409, PROBLEM("fault_changed", "")}, {NULL, 0, NULL},
};
static const struct exchange cancel_too_late[] = {
    {.tap = "@ride_button_cancel", .step = "cancel", .sees = {"\"expected_fault\":\"none\"", "@ride_refund_changed", "@ride_cancel_late"},
     .instead = {{"GET /v1/rides/" RIDE "/cancel-preview", 200, PREVIEW(0, 0, "passenger")}}},
    {.tap = "@ride_button_cancel", .step = "ride", .sees = {"\"expected_fault\":\"passenger\""}, .instead = {{"POST /v1/rides/" RIDE "/cancel", 200, DUE}}},
};

static const struct scripted cancelling_by_an_older_version[] = {
    {"GET /v1/rides/" RIDE, 200, DUE}, {"GET /v1/rides/" RIDE "/cancel-preview", 200, PREVIEW(0, 0, "none")},
    {"POST /v1/rides/" RIDE "/cancel", 422, PROBLEM("invalid", ",\"errors\":[{\"field\":\"expected_fault\",\"code\":\"unknown_field\"}]")},
    {"POST /v1/rides/" RIDE "/cancel", 200, DUE}, {NULL, 0, NULL},
};
static const struct exchange cancel_without_fault[] = {
    {.tap = "@ride_button_cancel", .step = "ride", .sees = {"\"expected_fault\":\"none\"}", "/cancel {\"expected_refund\":" WORLD_SUM(0) "}"}, .sees_not = "@ride_moved_on"},
};

/* A full trip whose driver must agree. */
static const struct scripted crowded[] = {
    {"GET /v1/trips?", 200, LIST("", "\"nearby\":[],")}, {"GET /v1/trips?", 200, FOUND(500000)},
    {"POST /v1/rides", 409, PROBLEM("overlapping_ride", ",\"ride_id\":\"" RIDE "\"")}, {"GET /v1/rides/" RIDE, 200, DUE}, {NULL, 0, NULL},
};
static const struct exchange wait_although_busy[] = {
    {.share = "77012345678", .step = "ride", .sees = {"\"phone\":\"+77012345678\"", "\"wait\":true", "@ride_busy"}, .sees_not = "for_other"},
    {.tap = "@ride_button_anyway", .step = "contact"},
    {.share = "77012345678", .step = "ride", .sees = {"\"phone\":\"+77012345678\"", "\"for_other\":true,\"wait\":true"}, .instead = {{"POST /v1/rides", 201, DUE}}},
};

static const struct scripted restricted[] = {
    {"GET /v1/rides?", 200, LIST("", "")}, {"POST /v1/rides", 403, "{\"status\":403,\"code\":\"restricted\"}"}, {NULL, 0, NULL},
};
#define MORE "&cursor=b2xk"
static const struct scripted lists[] = {
    {"GET /v1/drivers?", 200, LIST("{\"id\":\"018f0010-0000-7000-8000-000000000001\",\"name\":\"Асхат\",\"status\":\"active\",\"rating\":4.8,\"documents\":[]}", "")},
    {"GET /v1/trips?status=scheduled,started,finished&limit=12", 200, PAGE(RUN("1", "25"), "\"b2xk\"")},
    {"GET /v1/trips?status=scheduled,started,finished&limit=12" MORE, 200, PAGE(RUN("2", "28"), "null")},
    {"GET /v1/rides?needs=driver&limit=12", 200, PAGE(ORDER("1", "25"), "\"b2xk\"")},
    {"GET /v1/rides?needs=driver&limit=12" MORE, 200, PAGE(ORDER("2", "28"), "null")},
    {"GET /v1/rides?limit=12", 200, PAGE(ORDER("1", "25"), "\"b2xk\"")},
    {"GET /v1/rides?limit=12" MORE, 200, PAGE(ORDER("2", "28"), "null")},
    {NULL, 0, NULL},
};
#define FIRST  .sees = {"25 ноя", "@button_more"}, .sees_not = "cursor="
#define SECOND(name) {.tap = "@button_more", .step = name, .sees = {MORE, "28 ноя"}, .sees_not = "@button_more"}
static const struct exchange every_page[] = {
    {.type = "/drive", .step = "drive"},
    {.tap = "@drive_button_runs", .step = "runs", FIRST}, SECOND("runs"),
    {.tap = "@button_back", .step = "drive"}, {.tap = "@drive_button_runs", .step = "runs", FIRST},
    {.tap = "@button_back", .step = "drive"}, {.tap = "@drive_button_requests", .step = "requests", FIRST}, SECOND("requests"),
    {.type = "/rides", .step = "rides", FIRST}, SECOND("rides"),
    {.type = "/rides", .step = "rides", FIRST},
};
// clang-format on

/* The driver would be asked about a price that the passenger has not seen. */
TEST(order_has_the_price_of_its_button)
{
    begin_at(repriced, "seats", "{\"from\":\"almaty\",\"to\":\"taraz\",\"day\":\"2026-11-25\"}");
    ck_assert(conversation_type(&talk, "2"));
    ck_assert(conversation_press(&talk, &talk.shown, 0));
    ck_assert_str_eq(talk.step, "contact");
    CONVERSE(order_after_a_change);
}

/* The driver and staff need it, as before a confirmation. */
TEST(prepayment_is_reported_with_the_phone)
{
    begin_at(due, "ride", "{\"order\":\"" RIDE "\"}");
    CONVERSE(claim);
}

/* The passenger is asked again, because the cancel has become a fault while the question waited. */
TEST(cancel_has_the_fault_that_was_shown)
{
    begin_at(cancelling, "ride", "{\"order\":\"" RIDE "\"}");
    ck_assert(conversation_type(&talk, "/ride_cancel AY8AEwAAcACAAAAAAAAAAQ"));
    CONVERSE(cancel_too_late);
}

/* booking-api may be rolled back to a version that does not know expected_fault. */
TEST(cancel_works_with_an_older_booking_api)
{
    begin_at(cancelling_by_an_older_version, "ride", "{\"order\":\"" RIDE "\"}");
    ck_assert(conversation_type(&talk, "/ride_cancel AY8AEwAAcACAAAAAAAAAAQ"));
    CONVERSE(cancel_without_fault);
}

/* If a seat is free again, the ride is requested of the driver, who needs the phone. */
TEST(waiting_for_a_driver_who_must_agree_needs_the_phone)
{
    begin_at(crowded, "seats", "{\"from\":\"almaty\",\"to\":\"taraz\",\"day\":\"2026-11-25\"}");
    ck_assert(conversation_type(&talk, "2"));
    ck_assert_str_eq(talk.step, "trips");
    ck_assert(conversation_press(&talk, &talk.shown, 1));
    ck_assert_str_eq(talk.step, "contact");
    CONVERSE(wait_although_busy);
}

static const struct {
    const char *choice;
    bool waits;
    const char *order; /* that was refused for the time of another ride; "": it needs no phone */
} clashes[] = {
    {"AY8AEgAAcACAAAAAAAAAAQ02w", true,  ""                                                   },
    {"AY8AEgAAcACAAAAAAAAAAQ02i", false, ""                                                   },
    {"AY8AEgAAcACAAAAAAAAAAg02w", false, ""                                                   }, /* another trip */
    {"AY8AEgAAcACAAAAAAAAAAQ02r", false, ",\"order\":\"018f0013-0000-7000-8000-000000000002\""},
};

/* The order of a full trip still waits. A driver who must agree needs the phone, which a refused
 * order has not stored. */
TEST_ROWS(clashing_order_is_made_as_it_was_chosen, clashes)
{
    const struct button anyway = {SLICE("ride"), 1, SLICE("anyway"), SLICE("")};

    begin_at(restricted, "ride",
             textf("{\"trip\":\"" TRIP "\",\"from_stop\":0,\"to_stop\":2,\"seats\":1,"
                   "\"choice\":\"%s\"%s}",
                   row->choice, row->order));
    ck_assert_msg(conversation_tap_button(&talk, &anyway), "%s: %s", row->choice, talk.fault.code);
    if (row->order[0] != '\0') {
        ck_assert_str_eq(talk.step, "contact");
        ck_lacks(talk.asked, "POST");
        ck_assert(conversation_share(&talk, "77012345678", talk.user_id));
        ck_has(talk.asked, "\"phone\":\"+77012345678\"");
    }
    ck_has(talk.asked, "\"for_other\":true");
    ck_assert_msg(conversation_saw(&talk, "\"wait\":true") == row->waits, "%s: %s", row->choice,
                  talk.asked);
}

TEST(lists_have_pages_and_begin_at_the_first_one)
{
    conversation_open(&talk, lists);
    talk.bot_type = BOT_TAXI;
    CONVERSE(every_page);
}

// clang-format off
#define ME "018f0010-0000-7000-8000-000000000001"
static const struct scripted driving[] = {
    {"GET /v1/drivers?", 200, LIST("{\"id\":\"" ME "\",\"name\":\"Асхат\",\"status\":\"active\",\"documents\":[]}", "")},
    {"PUT /v1/drivers/" ME "/location ", 200, "{}"}, {NULL, 0, NULL},
};
#define ASKING                                                                                     \
    "{\"id\":\"" RIDE "\",\"version\":3,\"trip_id\":\"" TRIP "\",\"kind\":\"seat\",\"status\":\"requested\",\"from\":\"almaty\",\"to\":\"taraz\"," \
    "\"from_stop\":0,\"to_stop\":1,\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":2,\"total\":" WORLD_SUM(500000) "," \
    "\"passenger\":{\"name\":\"Тимур\",\"phone\":null},\"allowed_actions\":[" ACTION("confirm", THREE("Подтвердить", "Растау", "Confirm")) "]}"
static const struct scripted asked[] = {
    {"GET /v1/drivers?", 200, LIST("{\"id\":\"" ME "\",\"name\":\"Асхат\",\"status\":\"active\",\"documents\":[]}", "")},
    {"GET /v1/trips/" TRIP, 200, RUN("1", "25")}, {"GET /v1/trips/" TRIP "/passengers", 200, LIST(ASKING, "")},
    {"POST /v1/rides/" RIDE "/confirm", 412, PROBLEM("version_mismatch", "")}, {NULL, 0, NULL},
};
static const struct exchange agree_to_the_party_that_was_shown[] = {
    {.tap = "Подтвердить · Тимур", .step = "run", .sees = {"POST /v1/rides/" RIDE "/confirm", " if 3", "@ride_moved_on"}},
};
static const struct scripted delayed[] = {
    {"GET /v1/drivers?", 200, LIST("{\"id\":\"" ME "\",\"name\":\"Асхат\",\"status\":\"active\",\"documents\":[]}", "")},
    {"POST /v1/trips/" TRIP "/delay", 200, RUN("1", "25")}, {"GET /v1/trips/" TRIP "/passengers", 200, LIST("", "")}, {NULL, 0, NULL},
};

/* A request for a departure from 22:00 to 02:00. */
static const struct scripted at_night[] = {
    {"GET /v1/drivers?", 200, LIST("{\"id\":\"" ME "\",\"name\":\"Асхат\",\"status\":\"active\",\"documents\":[]}", "")},
    {"GET /v1/drivers/" ME "/cars", 200, LIST("{\"id\":\"018f0011-0000-7000-8000-000000000001\",\"make\":\"Toyota\",\"model\":\"Camry\",\"plate\":\"777ABC05\",\"seats\":4}", "")},
    {"GET /v1/rides/" RIDE " ", 200, "{\"id\":\"" RIDE "\",\"kind\":\"seat\",\"status\":\"open\",\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2,"
        "\"depart_from\":\"2026-11-25T17:00:00Z\",\"depart_to\":\"2026-11-25T21:00:00Z\",\"total\":" WORLD_SUM(0) ",\"passenger\":{\"name\":\"Гаухар\"},\"allowed_actions\":[]}"},
    {"GET /v1/rides/" RIDE "/offers", 200, LIST("", "")},
    {"POST /v1/rides/" RIDE "/offers", 201, "{\"id\":\"" RIDE "\",\"status\":\"pending\",\"price\":" WORLD_SUM(800000) ",\"depart_at\":\"2026-11-25T20:00:00Z\",\"arrive_at\":\"2026-11-26T00:00:00Z\"}"},
    {NULL, 0, NULL},
};
static const struct exchange offer_at_night[] = {
    {.type = "15:00", .step = "clock", .sees = {"Это время не подходит", "25 ноября, ср, 22:00", "26 ноября, чт, 02:00"}},
    {.type = "01:00", .step = "request", .sees_not = "Это время не подходит"},
};
// clang-format on

TEST(offer_has_a_departure_in_the_window_of_the_passenger)
{
    begin_at(at_night, "clock",
             "{\"order\":\"" RIDE "\",\"from\":\"almaty\",\"to\":\"taraz\",\"day\":\"2026-11-25\","
             "\"clock\":1320,\"bids\":true,\"price\":" WORLD_SUM(800000) "}");
    CONVERSE(offer_at_night);
    ck_assert(conversation_press(&talk, &talk.shown, 0));
    ck_assert(conversation_saw(&talk, "\"depart_at\":\"2026-11-25T20:00:00"));
}

static const struct {
    const char *text, *minutes; /* NULL: nothing is posted, and the question is repeated */
} delays[] = {
    {"15",                  "{\"minutes\":15}" },
    {"5 мин.",           "{\"minutes\":5}"  },
    {"На 15 минут",  "{\"minutes\":15}" },
    {"90 minutes",          "{\"minutes\":90}" },
    {"720",                 "{\"minutes\":720}"},
    {"На полчаса", "{\"minutes\":30}" },
    {"Час",              "{\"minutes\":60}" },
    {"2 часа",          "{\"minutes\":120}"},
    {"13 часов",       NULL               },
    {"4",                   NULL               },
    {"721",                 NULL               },
    {"15:30",               NULL               },
    {"минут",          NULL               },
    {"26.11",               NULL               },
};

TEST_ROWS(driver_may_type_the_delay, delays)
{
    const bool is_read = row->minutes != NULL;

    begin_at(delayed, "late", "{\"trip\":\"018f0012-0000-7000-8000-000000000001\"}");
    ck_assert_msg(conversation_type(&talk, row->text), "%s: %s", row->text, talk.fault.code);
    ck_assert_msg(strcmp(talk.step, is_read ? "run" : "late") == 0, "%s: %s", row->text, talk.step);
    ck_assert_msg(is_read ? conversation_saw(&talk, row->minutes)
                          : strstr(talk.asked, "POST") == NULL &&
                                conversation_saw(&talk, "@ride_unheard"),
                  "%s: %s", row->text, talk.asked);
}

static const struct update_view moved_location = {
    .about = ABOUT_EDIT,
    .chat_id = 7,
    .user_id = 7,
    .is_private = true,
    .message_id = 41,
    .has_location = true,
    .location = {44.12, 77.51},
    .sent_at = INT64_C(1795600000000000),
    .edited_at = INT64_C(1795600060000000)
};

/* The ride may have become another one since the list was shown. */
TEST(driver_agrees_to_the_version_of_the_list)
{
    begin_at(asked, "runs", "{}");
    ck_assert(conversation_type(&talk, "/run AY8AEgAAcACAAAAAAAAAAQ"));
    CONVERSE(agree_to_the_party_that_was_shown);
}

/* Its changes come every few seconds. */
TEST(live_location_moves_the_car_without_a_reply)
{
    begin_at(driving, "run", "{}");
    ck_assert(conversation_update(&talk, &moved_location));
    ck_assert(conversation_saw(
        &talk, "PUT /v1/drivers/" ME "/location {\"lat\":44.120000,"
               "\"lon\":77.510000,\"at\":\"2026-11-25T09:47:40.000Z\"} as driver:" ME));
    ck_assert_uint_eq(talk.output.count, 0);
    ck_assert(!talk.output.moved);
}

static bool fail_call(void *data, const struct service_call *call, struct service_answer *answer,
                      struct fault *fault)
{
    (void)data, (void)call, (void)answer;
    return fault_set(fault, FAULT_UNAVAILABLE, "booking_failed", "booking-api does not answer.");
}

/* A retry would delay what the driver writes. */
TEST(live_location_is_dropped_while_booking_api_does_not_answer)
{
    const struct turn_input input = {.product = &product_taxi,
                                     .update = moved_location,
                                     .texts = texts_built_in(),
                                     .caller = {.call = fail_call}};
    struct turn_output output;

    conversation_open(&talk, driving);
    ck_assert(turn_handle_update(&input, &talk.arena, &output, &talk.fault));
    ck_assert_uint_eq(output.count, 0);
}

// clang-format off
static const struct scripted notices[] = {
    {"GET /v1/drivers?", 200, LIST("{\"id\":\"" ME "\",\"name\":\"Асхат\",\"status\":\"active\",\"documents\":[]}", "")},
    {"GET /v1/trips/" TRIP, 200, RUN("1", "25")}, {"GET /v1/trips/" TRIP "/passengers", 200, LIST("", "")},
    {"GET /v1/rides/" RIDE, 200, DUE}, {"GET /v1/trips?", 200, FOUND(500000)}, {NULL, 0, NULL},
};
static const struct {
    const char *command, *argument, *step;
} kept[] = {
    {"run",        "AY8AEgAAcACAAAAAAAAAAQ", "run"  },
    {"ride_again", "AY8AEwAAcACAAAAAAAAAAQ", "trips"},
};
// clang-format on

/* It names the sum, and the passenger who gets it back; no screen shows that again. */
TEST_ROWS(notification_about_a_refund_stays_in_the_chat, kept)
{
    const struct button button = {
        .flow = SLICE("go"), .action = slice_of(row->command), .argument = slice_of(row->argument)};

    begin_at(notices, "rides", "{}");
    ck_assert_msg(conversation_tap_button(&talk, &button), "%s: %s", row->command, talk.fault.code);
    ck_assert_str_eq(talk.step, row->step);
    ck_assert_uint_eq(talk.output.count, 2);
    ck_assert_int_eq(talk.output.replies[1].kind, TURN_TEXT);
}

// clang-format off
#define ENDED(kind, status, more)                                                                  \
    "{\"id\":\"" RIDE "\",\"kind\":\"" kind "\",\"status\":\"" status "\",\"from\":\"almaty\",\"to\":\"taraz\"," \
    "\"depart_at\":\"2026-11-20T13:30:00Z\",\"arrive_at\":\"2026-11-20T17:30:00Z\",\"total\":" WORLD_SUM(500000) "," more \
    "\"allowed_actions\":[]}"
#define ON_TRIP  "\"trip_id\":\"" TRIP "\",\"from_stop\":0,\"to_stop\":1,"
#define REFUNDED ON_TRIP "\"refund\":" WORLD_SUM(200000) ","
/* The history, which the same row of the world answers. */
#define STEPS(to) "\"items\":[{\"to_status\":\"open\"},{\"to_status\":\"" to "\"},{\"to_status\":\"expired\"}],"
static const struct {
    const char *ride, *text;
} ended[] = {
    {ENDED("seat", "completed", REFUNDED), "Поездка завершена. Вернём 2"},
    {ENDED("parcel", "completed", REFUNDED), "позовите человека: /person\nВернём 2"},
    {ENDED("parcel", "completed", REFUNDED "\"delivered\":true,"), "Посылка вручена. Вернём 2"},
    {ENDED("seat", "completed", ON_TRIP), "Поездка завершена.\n"},
    {ENDED("seat", "expired", ON_TRIP), "место больше не держим"},
    {ENDED("seat", "expired", "\"trip_id\":null,"), "@notice_ride_unmet"},
    {ENDED("seat", "expired", ON_TRIP STEPS("open")), "@notice_ride_unfreed"},
    {ENDED("seat", "expired", ON_TRIP STEPS("held")), "место больше не держим"},
};
// clang-format on

/* Staff may decide on a refund after the ride. A request without a driver, or a place on a waiting
 * list, has held no seat. */
TEST_ROWS(ended_ride_has_its_reason_and_refund, ended)
{
    const struct scripted world[] = {
        {"GET /v1/rides/" RIDE, 200, row->ride},
        {NULL,                  0,   NULL     },
    };

    begin_at(world, "rides", "{}");
    ck_assert(conversation_type(&talk, "/ride AY8AEwAAcACAAAAAAAAAAQ"));
    ck_assert_msg(conversation_saw(&talk, row->text), "%s", talk.seen);
}

// clang-format off
#define OWN_REQUEST                                                                                \
    "{\"id\":\"" RIDE "\",\"kind\":\"seat\",\"status\":\"open\",\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2," \
    "\"depart_from\":\"2026-11-25T17:00:00Z\",\"depart_to\":\"2026-11-25T21:00:00Z\",\"total\":" WORLD_SUM(0) ",\"allowed_actions\":[]}"
#define OFFERED(number, depart)                                                                    \
    "{\"id\":\"018f0014-0000-7000-8000-00000000000" number "\",\"status\":\"pending\",\"price\":" WORLD_SUM(800000) "," \
    "\"depart_at\":\"2026-11-25T" depart "Z\",\"arrive_at\":\"2026-11-26T00:00:00Z\"}"
static const struct scripted by_night[] = {
    {"GET /v1/trips?", 200, "{\"items\":[{\"trip_id\":\"" TRIP "\",\"from_stop\":0,\"to_stop\":1,\"depart_at\":\"2026-11-25T21:00:00Z\","
        "\"arrive_at\":\"2026-11-26T01:00:00Z\",\"free_seats\":3,\"price\":" WORLD_SUM(500000) "," CAR("null") ",\"instant_book\":true}]}"},
    {"GET /v1/rides/" RIDE, 200, OWN_REQUEST},
    {"GET /v1/rides/" RIDE "/offers", 200, LIST(OFFERED("1", "18:00:00") "," OFFERED("2", "20:00:00"), "")}, {NULL, 0, NULL},
};
static const struct exchange departures_by_night[] = {
    {.type = "2", .step = "trips", .sees = {"25 ноября, ср", "<b>26 ноября, чт, 02:00–06:00</b>"}},
    {.type = "/ride AY8AEwAAcACAAAAAAAAAAQ", .step = "ride", .sees = {"<b>23:00–05:00</b>", "<b>26 ноября, чт, 01:00–05:00</b>"}},
};
// clang-format on

TEST(departure_after_midnight_has_its_date)
{
    begin_at(by_night, "seats",
             "{\"from\":\"almaty\",\"to\":\"taraz\",\"day\":\"2026-11-25\","
             "\"after\":1200,\"before\":1740}");
    CONVERSE(departures_by_night);
}

TEST(name_of_a_recipient_is_kept_if_the_phone_is_incomplete)
{
    begin_at(by_night, "recipient", "{\"parcel\":true,\"size\":1}");
    ck_assert(conversation_type(&talk, "Сауле, 8 701 99"));
    ck_assert_str_eq(talk.step, "recipient");
    ck_assert(strstr(talk.data, "\"recipient\":\"Сауле\"") != NULL);
    ck_assert(conversation_saw(&talk, "Получатель: <b>Сауле</b>. Теперь напишите телефон"));
}

static const struct {
    const char *before, *place;
    bool has_stop;
} origins[] = {
    {"\"almaty\"", "Алматы",   true },
    {"\"almaty\"", "Шымкент", false},
    {"null",       "Алматы",   true },
};

TEST_ROWS(stops_belong_to_the_route_that_was_chosen, origins)
{
    static const struct scripted places[] = {
        {"GET /v1/places", 200, PLACES},
        {NULL,             0,   NULL  },
    };
    const struct exchange choice = {.tap = row->place};

    begin_at(places, "from",
             textf("{\"from\":%s,\"to\":\"taldykorgan\",\"day\":\"2026-11-25\","
                   "\"publishes\":true,\"stops\":[{\"place\":\"konaev\",\"minutes\":70}]}",
                   row->before));
    ck_assert(conversation_type(&talk, "?"));
    ck_assert(conversation_do(&talk, &choice));
    ck_assert_str_eq(talk.step, "clock");
    ck_assert_int_eq(strstr(talk.data, "konaev") != NULL, row->has_stop);
}
