// SPDX-License-Identifier: MIT
/* Answers of booking-api about rides, and the actions of passengers. */
#include "ride_world.h"
#include "transcript.h"

// clang-format off
#define LATER             "018f0012-0000-7000-8000-000000000002"
#define OTHER             "018f0013-0000-7000-8000-000000000002"
#define DRIVER(phone)     "\"driver\":{\"name\":\"Асхат\",\"phone\":" phone ",\"rating\":4.8,\"trips_done\":112}"
#define FOUND(trip, depart, arrive, free, tiyn, more)                                               \
    "{\"trip_id\":\"" trip "\",\"from_stop\":0,\"to_stop\":2,\"depart_at\":\"" depart "\",\"arrive_at\":\"" arrive "\",\"free_seats\":" free "," \
    "\"price\":" WORLD_SUM(tiyn) "," DRIVER("null") "," CAR("null") "," more "}"
#define AT_ONCE           "\"instant_book\":true,\"warnings\":[]"
#define EVENING(free)     FOUND(TRIP, "2026-11-25T13:30:00Z", "2026-11-25T17:30:00Z", free, 1000000, AT_ONCE)
#define ASKING            "{\"trip_id\":\"" LATER "\",\"from_stop\":0,\"to_stop\":1,\"depart_at\":\"2026-11-25T15:00:00Z\",\"arrive_at\":\"2026-11-25T19:00:00Z\",\"free_seats\":2," \
                          "\"price\":" WORLD_SUM(900000) ",\"driver\":{\"name\":\"Ерлан\",\"rating\":null},\"car\":{\"make\":\"Kia\",\"model\":\"K5\"},\"instant_book\":false,\"warnings\":[]}"
#define SHUT              FOUND(LATER, "2026-11-25T15:00:00Z", "2026-11-25T19:00:00Z", "4", 1000000, "\"instant_book\":true,\"warnings\":[{\"reason\":\"weather\",\"until\":\"2026-11-26T03:00:00Z\"}]")
#define LEAVING           FOUND(LATER, "2026-11-24T07:20:00Z", "2026-11-24T11:20:00Z", "0", 1000000, AT_ONCE)
#define NEARBY            "\"nearby\":[{\"date\":\"2026-11-26\",\"trips\":3},{\"date\":\"2026-11-27\",\"trips\":1}],"
#define OFFER             "{\"id\":\"" LATER "\",\"trip_id\":null,\"status\":\"pending\",\"price\":" WORLD_SUM(3500000) ",\"depart_at\":\"2026-11-25T05:00:00Z\",\"arrive_at\":\"2026-11-25T09:00:00Z\"," DRIVER("null") "," CAR("null") "}"
#define OUTBID            "{\"id\":\"" OTHER "\",\"trip_id\":null,\"status\":\"superseded\",\"price\":" WORLD_SUM(3600000) ",\"depart_at\":\"2026-11-25T05:00:00Z\",\"arrive_at\":\"2026-11-25T09:00:00Z\"," DRIVER("null") "," CAR("null") "}"
#define REPEATED          OUTBID "," OUTBID "," OUTBID "," OUTBID "," OUTBID "," OUTBID "," OUTBID "," OFFER
#define BOTH              LIST(EVENING("3") "," ASKING, "")
#define NONE              LIST("", "")

#define MAY_CONFIRM       ACTION("confirm", THREE("Подтвердить", "Растау", "Confirm"))
#define MAY_CLAIM         ACTION("claim-payment", THREE("Я оплатил", "Мен төледім", "I have paid"))
#define MAY_CANCEL        ACTION("cancel", THREE("Отменить", "Бас тарту", "Cancel"))
#define MAY_CALL          ACTION("sos", THREE("SOS", "Көмек", "SOS"))
#define MAY_SHARE         ACTION("share", THREE("Поделиться", "Бөлісу", "Share"))
#define MAY_REPORT        ACTION("driver-no-show", THREE("Водителя нет", "Жүргізуші келмеді", "The driver is not here"))
#define FREE_UNTIL        "\"cancellation\":{\"text\":" THREE("Бесплатно за сутки", "Тәулік бұрын тегін", "Free a day ahead") ",\"tiers\":[{\"until\":\"2026-11-24T13:30:00Z\",\"keep_percent\":0}]},"
#define HALF              "\"cancellation\":{\"text\":" THREE("удерживается половина.", "жартысы ұсталады.", "half is kept.") ",\"tiers\":[{\"until\":null,\"keep_percent\":50}]},"
#define SUMS(paid)        "\"total\":" WORLD_SUM(1000000) ",\"deposit\":" WORLD_SUM(0) ",\"paid\":" WORLD_SUM(paid) ","
#define ORDER(id, status, phone, driver, car, more, actions)                                        \
    "{\"id\":\"" id "\",\"code\":\"R7K2M9QX\",\"trip_id\":\"" TRIP "\",\"kind\":\"seat\",\"status\":\"" status "\",\"from_stop\":0,\"to_stop\":2," \
    "\"from\":\"almaty\",\"to\":\"taldykorgan\",\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":2," \
    "\"passenger\":{\"name\":\"Данияр\",\"phone\":" phone "}," driver "," car "," more "\"allowed_actions\":[" actions "]}"
#define UNTIL(time)       "\"expires_at\":\"" time "\","
#define HELD_BY(id)       ORDER(id, "held", "null", DRIVER("null"), CAR("null"), SUMS(0) FREE_UNTIL UNTIL("2026-11-24T07:10:00Z"), MAY_CONFIRM "," MAY_CANCEL)
#define HELD              HELD_BY(RIDE)
#define OVER(status, more) ORDER(RIDE, status, "null", DRIVER("null"), CAR("null"), SUMS(0) HALF more, "")
#define WITH_PHONE        "\"+77012345678\""
#define AGREED_WITH(more, actions) ORDER(RIDE, "confirmed", WITH_PHONE, DRIVER("\"+77017778899\""), CAR("\"777ABC05\""), more, actions)
#define AGREED            AGREED_WITH(SUMS(0) FREE_UNTIL, MAY_CANCEL)
#define LATE              AGREED_WITH(SUMS(250000) HALF "\"free_cancel\":true,", MAY_REPORT "," MAY_CALL "," MAY_CANCEL)
#define REQUESTED         ORDER(RIDE, "requested", WITH_PHONE, DRIVER("null"), CAR("null"), SUMS(0) HALF UNTIL("2026-11-24T10:00:00Z"), MAY_CANCEL)
#define CLAIMED           ORDER(RIDE, "payment_claimed", WITH_PHONE, DRIVER("null"), CAR("null"), SUMS(0) HALF UNTIL("2026-11-24T10:00:00Z"), MAY_CANCEL)
#define DUE               ORDER(RIDE, "held", "null", DRIVER("null,\"payment_info\":\"Kaspi +7 701 777 88 99, Асхат Н.\""), CAR("null"), "\"total\":" WORLD_SUM(1000000) ",\"deposit\":" WORLD_SUM(200000) "," HALF UNTIL("2026-11-24T07:10:00Z"), MAY_CLAIM "," MAY_CANCEL)
#define WAITING           ORDER(RIDE, "open", "null", DRIVER("null"), CAR("null"), SUMS(0) HALF UNTIL("2026-11-25T13:00:00Z"), MAY_CANCEL)
#define OPEN              "{\"id\":\"" RIDE "\",\"code\":\"R7K2M9QX\",\"trip_id\":null,\"kind\":\"car\",\"status\":\"open\",\"from\":\"almaty\",\"to\":\"taldykorgan\"," \
                          "\"depart_from\":\"2026-11-24T19:00:00Z\",\"depart_to\":\"2026-11-25T18:59:00Z\",\"seats\":1,\"total\":" WORLD_SUM(0) "," UNTIL("2026-11-25T18:59:00Z") \
                          "\"passenger\":{\"name\":\"Данияр\",\"phone\":null},\"driver\":null,\"car\":null,\"allowed_actions\":[" MAY_CANCEL "]}"
#define SENT              "{\"id\":\"" RIDE "\",\"code\":\"R7K2M9QX\",\"delivery_code\":\"042917\",\"trip_id\":\"" TRIP "\",\"kind\":\"parcel\",\"status\":\"boarded\",\"from_stop\":0,\"to_stop\":2," \
                          "\"from\":\"almaty\",\"to\":\"taldykorgan\",\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":0," SUMS(0) "\"allowed_actions\":[]}"
#define PARCEL_BY(id, status, phone, driver, car, more, actions)                                           \
    "{\"id\":\"" id "\",\"code\":\"R7K2M9QX\",\"delivery_code\":\"042917\",\"trip_id\":\"" TRIP "\",\"kind\":\"parcel\",\"parcel_size\":\"medium\"," \
    "\"status\":\"" status "\",\"from_stop\":0,\"to_stop\":2,\"from\":\"almaty\",\"to\":\"taldykorgan\",\"depart_at\":\"2026-11-25T13:30:00Z\"," \
    "\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":0,\"recipient\":{\"name\":\"Сауле\",\"phone\":\"+77019998877\"}," \
    "\"passenger\":{\"name\":\"Данияр\",\"phone\":" phone "},\"total\":" WORLD_SUM(200000) "," driver "," car "," more "\"allowed_actions\":[" actions "]}"
#define PARCEL(status, more, actions) PARCEL_BY(RIDE, status, "null", DRIVER("null"), CAR("null"), more, actions)
#define PARCEL_HELD       PARCEL("held", FREE_UNTIL UNTIL("2026-11-24T07:10:00Z"), MAY_CONFIRM "," MAY_CANCEL)
#define PARCEL_AGREED     PARCEL_BY(RIDE, "confirmed", WITH_PHONE, DRIVER("\"+77017778899\""), CAR("\"777ABC05\""), FREE_UNTIL, MAY_CANCEL)
#define PARCEL_OVER       PARCEL("expired", HALF, "")
#define STOPS             "{\"stops\":[{\"place\":\"almaty\",\"point\":\"автовокзал «Саяхат»\"},{\"place\":\"konaev\"},{\"place\":\"taldykorgan\"}]}"

#define ONE               "GET /v1/rides/" RIDE
#define DO(action)        "POST /v1/rides/" RIDE "/" action
#define MAKE              "POST /v1/rides"
#define ALL               "GET /v1/rides?"
#define SEARCH            "GET /v1/trips?"

#define OVER_RATED        ORDER(RIDE, "completed", "null", DRIVER("null"), CAR("null"), SUMS(0) HALF, ACTION("rating", THREE("Оценить", "Бағалау", "Rate")))
#define STARS(given)      "{\"guest\":" given ",\"driver\":null}"

const struct scripted ride_world[] = {
    {"GET /v1/places", 200, PLACES}, {SEARCH, 200, BOTH}, {MAKE, 201, HELD}, {ONE, 200, HELD}, {DO("confirm"), 200, AGREED},
    {"GET /v1/trips/" TRIP, 200, STOPS}, {ALL, 200, LIST(AGREED, "")}, {DO("cancel"), 200, OVER("cancelled", "")},
    {ONE "/cancel-preview", 200, PREVIEW(0, 0, "none")}, {ONE "/offers", 200, NONE}, {ONE "/rating", 200, STARS("null")}, {DO("rating"), 201, "{}"}, {NULL, 0, NULL},
};

#define ASKED TYPE("завтра вечером из Алматы в Талдык, двое", "tomorrow evening from Almaty to Taldykorgan for two", "ертең кешке Алматыдан Талдыққа екі орын")
#define TO_THE_TRIPS {ASKED, .quiet = true}
#define TO_THE_HOLD  TO_THE_TRIPS, {.tap = "t", .quiet = true}
#define STANDS(order) {TYPE("/rides"), .instead = {{ALL, 200, LIST(order, "")}}, .quiet = true}, {.tap = "open", .instead = {{ONE, 200, order}}}

static const struct act taken_by_taps[] = {
    {TYPE("/start")}, {.tap = "place.taldykorgan"}, {.tap = "place.almaty"}, {.tap = "day.2026-11-25"}, {.tap = "seats.2"}, {.tap = "t"},
    {.tap = "do.confirm"}, {.share = "77012345678"},
};
static const struct act taken_by_words[] = {
    {ASKED}, {.tap = "t"}, {TYPE("да", "yes", "иә")}, {TYPE("8 (701) 234-56-78")}, {.share = "77019998877", .foreign = true}, {.key = "button_back"},
    {.tap = "do.confirm"}, {.share = "77012345678"},
};
static const struct act cancelled[] = {
    TO_THE_HOLD, {.tap = "do.cancel"}, {.tap = "back"}, {.tap = "do.cancel"}, {TYPE("не нужно отменять, я поеду", "I do not wish to cancel", "бас тартқым келмейді")}, {.tap = "yes"},
    STANDS(LATE), {.tap = "do.cancel", .instead = {{ONE "/cancel-preview", 200, PREVIEW(125000, 125000, "passenger")}}},
    {TYPE("да", "yes", "иә"), .instead = {{DO("cancel"), 409, PROBLEM("refund_changed", "")}, {ONE "/cancel-preview", 200, PREVIEW(100000, 150000, "passenger")}}},
    {.tap = "yes", .instead = {{DO("cancel"), 200, OVER("cancelled", "\"refund\":" WORLD_SUM(100000) ",")}}},
    STANDS(LATE), {.tap = "do.driver", .instead = {{ONE, 200, LATE}}}, {TYPE("нет", "no", "жоқ"), .instead = {{ONE, 200, LATE}}, .quiet = true}, {.tap = "do.driver", .instead = {{ONE, 200, LATE}}, .quiet = true},
    {TYPE("да", "yes", "иә"), .instead = {{DO("driver-no-show"), 409, PROBLEM("too_early", "")}, {ONE, 200, LATE}}},
    {.tap = "do.driver", .instead = {{ONE, 200, LATE}}, .quiet = true}, {.tap = "yes", .instead = {{DO("driver-no-show"), 200, OVER("cancelled", "")}}}, STANDS(LATE),
    {.tap = "do.sos", .instead = {{ONE, 200, LATE}}}, {TYPE("отмени", "cancel it", "бас тарту"), .instead = {{ONE, 200, LATE}}}, {.tap = "do.sos", .instead = {{ONE, 200, LATE}}, .quiet = true},
    {.tap = "yes", .instead = {{ONE, 200, LATE}, {DO("sos"), 201, "{\"call\":[\"112\"]}"}}},
};
static const struct act by_words[] = {
    {TYPE("/start")}, {TYPE("в Москву", "to Moscow", "Мәскеуге")}, {TYPE("в Москву из Алматы", "to Moscow from Almaty", "Алматыдан Ташкентке")},
    {TYPE("Тараз", "Taraz", "Тараз")}, {TYPE("абракадабра", "abracadabra", "абракадабра")}, {TYPE("Шымкент", "Shymkent", "Шымкент")},
    {TYPE("вчера", "yesterday", "кеше")}, {.tap = "days"}, {.tap = "back"}, {TYPE("5.12")},
    {TYPE("большой компанией", "a big group", "көп адам")}, {TYPE("нас 12 человек", "12 people", "12 адам")}, {TYPE("3"), .instead = {{SEARCH, 200, LIST(EVENING("3"), "")}}}, {.tap = "back"}, {.tap = "back"}, {.tap = "back"}, {.tap = "back"},
    {TYPE("привет", "hello", "сәлем")}, {TYPE("/privacy")}, {TYPE("/help")}, {TYPE("/language")}, {TYPE("/cancel")}, {TYPE("/cancel")}, {TYPE("хм-хм", "hmm", "хм-хм")}, {.sticker = true},
};
static const struct act the_whole_car[] = {
    {TYPE("завтра из Алматы в Талдыкорган", "tomorrow from Almaty to Taldykorgan", "ертең Алматыдан Талдықорғанға"), .quiet = true},
    {.tap = "car", .instead = {{SEARCH, 200, NONE}}}, {.tap = "request"}, {.share = "77012345678", .instead = {{MAKE, 201, OPEN}}},
    {TYPE("/rides"), .instead = {{ALL, 200, LIST(OPEN, "")}}, .quiet = true}, {.tap = "open", .instead = {{ONE, 200, OPEN}, {ONE "/offers", 200, LIST(OFFER, "")}}},
    {.tap = "take", .instead = {{DO("offers"), 409, PROBLEM("driver_busy", "")}, {ONE, 200, OPEN}, {ONE "/offers", 200, LIST(OFFER, "")}}},
    {.tap = "take", .instead = {{DO("offers"), 409, PROBLEM("own_trip", "")}, {ONE, 200, OPEN}, {ONE "/offers", 200, LIST(OFFER, "")}}}, {.tap = "take", .instead = {{DO("offers"), 200, AGREED}}},
    /* An offer older than those that a driver has repeated. */
    {TYPE("/rides"), .instead = {{ALL, 200, LIST(OPEN, "")}}, .quiet = true}, {.tap = "open", .instead = {{ONE, 200, OPEN}, {ONE "/offers", 200, LIST(REPEATED, "")}}, .quiet = true}, {.tap = "take", .instead = {{DO("offers"), 200, AGREED}}, .quiet = true},
};
static const struct act nothing_is_free[] = {
    /* The waiting list of a trip that leaves in 20 minutes is closed. */
    {ASKED, .instead = {{SEARCH, 200, NONE}, {SEARCH, 200, LIST("", NEARBY)}, {SEARCH, 200, LIST(LEAVING "," EVENING("0"), "")}}},
    {.tap = "t", .instead = {{MAKE, 201, WAITING}}},
    {ASKED, .instead = {{SEARCH, 200, NONE}, {SEARCH, 200, BOTH}}, .quiet = false},
    {ASKED, .instead = {{SEARCH, 200, NONE}, {SEARCH, 200, LIST("", NEARBY)}, {SEARCH, 200, LIST(EVENING("0"), "")}}, .quiet = true},
    {.tap = "day.2026-11-26"},
};
static const struct act the_driver_agrees[] = {
    TO_THE_TRIPS, {.tap = "t.AY8AEgAAcACAAAAAAAAAAg"}, {.key = "button_back"}, {.tap = "t.AY8AEgAAcACAAAAAAAAAAg", .quiet = true},
    {.share = "77012345678", .instead = {{MAKE, 201, REQUESTED}}},
    STANDS(OVER("declined", "")), STANDS(OVER("completed", "")), STANDS(OVER("no_show", "")), STANDS(SENT), STANDS(ORDER(RIDE, "boarded", WITH_PHONE, DRIVER("\"+77017778899\""), CAR("\"777ABC05\""), SUMS(0) HALF, "")),
};
static const struct act refused[] = {
    TO_THE_TRIPS,
    {.tap = "t", .instead = {{MAKE, 409, PROBLEM("seats_taken", "")}, {SEARCH, 200, LIST(ASKING, "")}}},
    {.tap = "t", .quiet = true}, {.share = "77012345678", .instead = {{MAKE, 409, PROBLEM("road_closed", "")}, {SEARCH, 200, LIST(EVENING("1") "," SHUT, "")}}},
    {.tap = "t", .instead = {{MAKE, 409, PROBLEM("waitlist_full", "")}}},
    {.tap = "t", .instead = {{MAKE, 409, PROBLEM("total_changed", "")}, {SEARCH, 200, LIST(FOUND(TRIP, "2026-11-25T13:30:00Z", "2026-11-25T17:30:00Z", "3", 1200000, AT_ONCE), "")}}},
    {.tap = "t", .instead = {{MAKE, 422, PROBLEM("not_bookable", "")}}},
    {.tap = "t", .instead = {{MAKE, 409, PROBLEM("overlapping_ride", ",\"ride_id\":\"" OTHER "\"")}, {"GET /v1/rides/" OTHER, 200, HELD_BY(OTHER)}}},
    TO_THE_TRIPS, {.tap = "t", .instead = {{MAKE, 409, PROBLEM("duplicate_ride", ",\"ride_id\":\"" OTHER "\"")}, {"GET /v1/rides/" OTHER, 200, HELD_BY(OTHER)}}, .quiet = true}, {.tap = "anyway"},
    TO_THE_TRIPS, {.tap = "t", .instead = {{MAKE, 409, PROBLEM("own_trip", "")}}},
    TO_THE_TRIPS, {.tap = "t", .instead = {{MAKE, 409, PROBLEM("too_many_rides", "")}}},
    TO_THE_TRIPS, {.tap = "t", .instead = {{MAKE, 409, PROBLEM("too_many_unpaid", "")}}},
    TO_THE_TRIPS, {.tap = "t", .instead = {{MAKE, 403, PROBLEM("restricted", "")}, {ALL, 200, NONE}}},
};
static const struct act out_of_time[] = {
    TO_THE_HOLD, {.tap = "do.confirm", .quiet = true},
    {.share = "77012345678", .instead = {{DO("confirm"), 409, PROBLEM("too_many_unpaid", "")}}},
    {.tap = "do.confirm", .quiet = true}, {.share = "77012345678", .instead = {{DO("confirm"), 410, PROBLEM("hold_expired", "")}, {ONE, 200, OVER("expired", "")}}},
    {.tap = "again", .instead = {{ONE, 200, OVER("expired", "")}}},
};
static const struct act paid_beforehand[] = {
    TO_THE_TRIPS, {.tap = "t", .instead = {{MAKE, 201, DUE}}}, {.file = UPDATE_PHOTO, .instead = {{ONE, 200, DUE}}}, {.tap = "do.claim", .instead = {{ONE, 200, DUE}}},
    {TYPE("8 (701) 234-56-78"), .quiet = true}, {.share = "77012345678", .instead = {{DO("claim-payment"), 200, CLAIMED}}},
    {.tap = "do.cancel", .instead = {{ONE " ", 200, CLAIMED}}},
};
static const struct act my_rides[] = {
    {TYPE("/rides"), .instead = {{ALL, 200, LIST(AGREED "," HELD_BY(OTHER) "," OVER("completed", ""), "")}}}, {.tap = "open", .instead = {{ONE, 200, AGREED}}},
    {TYPE("Мои поездки", "My rides", "Сапарларым"), .instead = {{ALL, 200, NONE}}}, STANDS(AGREED), {TYPE("позовите человека", "call a person", "адам шақырыңыз")},
    {TYPE("/rides"), .quiet = true}, {.tap = "open", .instead = {{ONE, 404, PROBLEM("not_found", "")}}},
};
static const struct act rated[] = {
    {TYPE("/rides"), .instead = {{ALL, 200, LIST(OVER_RATED, "")}}, .quiet = true}, {.tap = "open", .instead = {{ONE " ", 200, OVER_RATED}}},
    {TYPE("5"), .instead = {{ONE " ", 200, OVER_RATED}, {ONE "/rating", 200, STARS("{\"stars\":5}")}}},
    {TYPE("/rides"), .instead = {{ALL, 200, LIST(OVER_RATED, "")}}, .quiet = true}, {.tap = "open", .instead = {{ONE " ", 200, OVER_RATED}}, .quiet = true},
    {.tap = "rate.1", .instead = {{ONE " ", 200, OVER_RATED}, {DO("rating"), 409, PROBLEM("already_rated", "")}, {ONE "/rating", 200, STARS("{\"stars\":4}")}}},
};
#define TOKEN             "3q2-7wAAAAAAAAAAAAAAAA"
#define SHARED(status, place)                                                                       \
    "{\"status\":\"" status "\",\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\",\"expires_at\":\"2026-11-25T23:30:00Z\"," \
    "\"stops\":[{\"place\":\"almaty\"},{\"place\":\"taldykorgan\"}],\"driver\":{\"name\":\"Асхат\"}," CAR("\"777ABC05\"") ",\"place\":" place "}"
#define SEEN(status, place) .instead = {{"GET /v1/shared/" TOKEN, 200, SHARED(status, place)}}
#define AGREED_SHARED     AGREED_WITH(SUMS(0) HALF, MAY_SHARE "," MAY_CANCEL)
static const struct act shared[] = {
    STANDS(AGREED_SHARED), {.tap = "do.share", .instead = {{ONE, 200, AGREED_SHARED}, {DO("share"), 201, "{\"url\":\"/v1/shared/" TOKEN "\",\"expires_at\":\"2026-11-25T23:30:00Z\"}"}}},
    {.tap = "back", .instead = {{ONE, 200, AGREED_SHARED}}, .quiet = true}, {.tap = "do.share", .instead = {{ONE, 200, AGREED_SHARED}, {DO("share"), 409, PROBLEM("not_allowed", "")}}},
    {TYPE("/start see_" TOKEN), SEEN("confirmed", "null")}, {TYPE("/see " TOKEN), SEEN("boarded", "{\"location\":{\"lat\":43.26,\"lon\":76.93},\"at\":\"2026-11-25T13:40:00Z\"}")},
    {TYPE("/see " TOKEN), SEEN("completed", "null")}, {TYPE("/see " TOKEN), SEEN("cancelled", "null")}, {TYPE("/see " TOKEN), .instead = {{"GET /v1/shared/", 404, PROBLEM("not_found", "")}}}, {TYPE("/see x"), .quiet = true},
};
#define NAMED "AY8AEwAAcACAAAAAAAAAAQ"
#define PARCEL_ASKED TYPE("посылка завтра вечером из Алматы в Талдык", "a parcel tomorrow evening from Almaty to Taldykorgan", "ертең кешке Алматыдан Талдыққа сәлемдеме")
#define TO_PARCELS {PARCEL_ASKED, .quiet = true}, {TYPE("2"), .quiet = true}
#define BOTH_GIVEN TYPE("Сауле, 8 701 999 88 77", "Saule 8 701 999 88 77", "Сәуле 8 701 999 88 77")
static const struct act parcel_by_taps[] = {
    {TYPE("/start"), .quiet = true}, {.tap = "parcel"}, {.tap = "place.taldykorgan"}, {.tap = "place.almaty"}, {.tap = "day.2026-11-25"}, {.tap = "size.2"},
    {.tap = "t"}, {TYPE("+7 701 99")}, {TYPE("Сауле", "Saule", "Сәуле")}, {TYPE("8 (701) 999-88-77"), .instead = {{MAKE, 201, PARCEL_HELD}}},
    {.tap = "do.confirm", .instead = {{ONE, 200, PARCEL_HELD}}}, {.share = "77012345678", .instead = {{DO("confirm"), 200, PARCEL_AGREED}}},
};
static const struct act parcel_by_words[] = {
    {PARCEL_ASKED}, {TYPE("огромная", "huge", "алып")}, {TYPE("средняя", "medium", "орташа")}, {.tap = "back"}, {TYPE("1")},
    {.tap = "t.AY8AEgAAcACAAAAAAAAAAg"}, {TYPE("отмена", "cancel", "бас тарту"), .quiet = true}, {.tap = "t.AY8AEgAAcACAAAAAAAAAAg", .quiet = true},
    {.share = "77019998877", .foreign = true}, {.share = "77012345678", .instead = {{MAKE, 201, PARCEL("requested", HALF UNTIL("2026-11-24T10:00:00Z"), MAY_CANCEL)}}},
    STANDS(PARCEL("boarded", HALF, "")), STANDS(PARCEL("completed", HALF "\"delivered\":true,", "")), STANDS(PARCEL("completed", HALF, "")),
    TO_THE_TRIPS, {TYPE("посылка", "parcel", "сәлемдеме")}, {TYPE("двое", "two people", "екі адам")},
};
static const struct act parcel_refused[] = {
    TO_PARCELS, {.tap = "t", .quiet = true}, {BOTH_GIVEN, .instead = {{MAKE, 409, PROBLEM("cargo_full", "")}, {SEARCH, 200, LIST(EVENING("1"), "")}}},
    {.tap = "t", .instead = {{MAKE, 422, PROBLEM("contact_in_text", "")}}}, {.tap = "t", .quiet = true}, {TYPE("8 701 999 88 77")},
    {TYPE("Сауле", "Saule", "Сәуле"), .instead = {{MAKE, 409, PROBLEM("duplicate_ride", ",\"ride_id\":\"" OTHER "\"")}, {"GET /v1/rides/" OTHER, 200, PARCEL_BY(OTHER, "held", "null", DRIVER("null"), CAR("null"), HALF, MAY_CANCEL)}}},
    {.tap = "anyway", .instead = {{MAKE, 201, PARCEL_HELD}}}, STANDS(PARCEL_OVER), {.tap = "again", .instead = {{ONE, 200, PARCEL_OVER}, {MAKE, 201, PARCEL_HELD}}},
};
static const struct act parcel_requested[] = {
    {PARCEL_ASKED, .quiet = true}, {TYPE("3"), .instead = {{SEARCH, 200, NONE}, {SEARCH, 200, NONE}, {SEARCH, 200, NONE}}}, {.tap = "request", .quiet = true}, {BOTH_GIVEN},
    {.share = "77012345678", .instead = {{MAKE, 201, OPEN}}},
};
static const struct act notified[] = {
    {TYPE("/ride " NAMED), .instead = {{ONE, 200, AGREED}}}, {TYPE("/ride_cancel " NAMED "_7")}, {.tap = "back", .quiet = true}, {TYPE("/ride_again " NAMED), .instead = {{ONE, 200, OVER("declined", "")}}},
    {TYPE("/ride_again " NAMED), .instead = {{ONE, 404, PROBLEM("not_found", "")}}}, {TYPE("/ride_again 7")}, {TYPE("/ride_cancel " NAMED "-7")},
};
static const struct act after_midnight[] = {
    {ASKED}, {.tap = "day.2026-11-25"}, {.tap = "back"}, {.tap = "back"}, {TYPE("сегодня", "today", "бүгін")}, {TYPE("26.11")},
};
static const struct act no_rides[] = {
    {TYPE("/start"), .instead = {{"GET /v1/places", 404, PROBLEM("not_found", "")}}}, {TYPE("такси", "taxi", "такси"), .instead = {{"GET /v1/places", 404, PROBLEM("not_found", "")}}},
    {ASKED, .instead = {{SEARCH, 404, PROBLEM("not_found", "")}}}, {TYPE("/rides"), .instead = {{ALL, 404, PROBLEM("not_found", "")}}},
};
#define TYPICAL "{\"minutes\":1050,\"seat_price\":{\"typical\":" WORLD_SUM(1800000) "},\"car_price\":" WORLD_SUM(7200000) "}"
#define ROUTES  {"GET /v1/routes?", 200, TYPICAL}
static const struct act asks_the_price[] = {
    {TYPE("сколько стоит до Астаны?", "how much is it to Astana?", "Астанаға дейін қанша тұрады?")}, {TYPE("Алматы", "Almaty", "Алматыдан"), .instead = {ROUTES}},
    {TYPE("почём место?", "what is the price?", "бағасы қанша?"), .instead = {ROUTES}},
    {TYPE("сколько стоит вся машина из Алматы в Астану?", "how much is the whole car from Almaty to Astana?", "Алматыдан Астанаға бүкіл көлік қанша тұрады?"), .instead = {ROUTES}},
    {TYPE("сколько стоит из Тараза?", "what does it cost from Taraz?", "Тараздан қанша тұрады?"), .instead = {{"GET /v1/routes?", 422, PROBLEM("unknown_place", "")}}},
};
static const struct act asked_meanwhile[] = {
    {TYPE("завтра из Алматы в Талдыкорган", "tomorrow from Almaty to Taldykorgan", "ертең Алматыдан Талдықорғанға"), .quiet = true},
    {TYPE("как оплатить?", "how can I pay?", "қалай төлеймін?")}, {TYPE("2"), .quiet = true}, {.tap = "t", .quiet = true}, {.tap = "do.confirm", .quiet = true},
    {TYPE("во сколько выезжаем?", "what time do we leave?", "сағат нешеде шығамыз?")}, {TYPE("сколько стоит?", "how much is it?", "қанша тұрады?")},
};
static const struct act meant_for_flats[] = {
    {TYPE("сниму квартиру в Алматы на сутки", "I need an apartment in Almaty for a night", "Алматыда бір түнге пәтер керек")},
    {TYPE("такси в Алматы от квартиры", "a taxi to Almaty from my flat", "пәтерден Алматыға такси")},
};

const struct walk ride_walks[] = {
    WALK(taken_by_taps), WALK(taken_by_words), WALK(cancelled), WALK(by_words), WALK(the_whole_car), WALK(nothing_is_free), WALK(the_driver_agrees),
    WALK(refused), WALK(out_of_time), WALK(paid_beforehand), WALK(my_rides), WALK(rated), WALK(shared), WALK(parcel_by_taps), WALK(parcel_by_words), WALK(parcel_refused), WALK(parcel_requested), WALK(notified), WALK(no_rides),
    WALK(asks_the_price), WALK(asked_meanwhile), WALK(meant_for_flats),
    {"after_midnight", after_midnight, ARRAY_LEN(after_midnight), false, false, 13},
};
const size_t ride_walk_count = ARRAY_LEN(ride_walks);
// clang-format on
