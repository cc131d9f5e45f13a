// SPDX-License-Identifier: MIT
/* Answers of booking-api about a driver and the trips, and the actions of drivers. */
#include "ride_world.h"
#include "transcript.h"

// clang-format off
#define SECOND            "018f0013-0000-7000-8000-000000000002"
#define THIRD             "018f0013-0000-7000-8000-000000000003"
#define FOURTH            "018f0013-0000-7000-8000-000000000004"
#define ME                "018f0010-0000-7000-8000-000000000001"
#define PAPER(kind, day)  "{\"kind\":\"" kind "\",\"last4\":\"4821\",\"expires_on\":\"" day "\"}"
#define VALID             PAPER("licence", "2030-06-01") "," PAPER("car", "2030-06-01") "," PAPER("insurance", "2026-11-24")
#define I_AM(status, papers) LIST("{\"id\":\"" ME "\",\"name\":\"Асхат Нурланов\",\"status\":\"" status "\",\"rating\":4.8,\"documents\":[" papers "]}", "")
#define OWN_CAR(id, model, plate) "{\"id\":\"018f0011-0000-7000-8000-00000000000" id "\",\"make\":\"Toyota\",\"model\":\"" model "\",\"color\":\"белый\",\"plate\":\"" plate "\",\"seats\":4}"
#define CAMRY             OWN_CAR("1", "Camry", "777ABC05")
#define ALPHARD           OWN_CAR("2", "Alphard", "778ABC05")
#define ROUTE             "{\"from\":\"almaty\",\"to\":\"taldykorgan\",\"km\":270,\"minutes\":240,\"seat_price\":{\"typical\":" WORLD_SUM(500000) "},\"car_price\":" WORLD_SUM(1800000) ",\"set\":true}"
#define RUN(status, free, more, actions)                                                           \
    "{\"id\":\"" TRIP "\",\"status\":\"" status "\",\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":4," \
    "\"stops\":[{\"place\":\"almaty\"},{\"place\":\"konaev\",\"at\":\"2026-11-25T14:40:00Z\"},{\"place\":\"taldykorgan\"}],\"segments\":[{\"free_seats\":" free ",\"price\":" WORLD_SUM(200000) "}," \
    "{\"free_seats\":4,\"price\":" WORLD_SUM(300000) "}]," CAR("\"777ABC05\"") "," more "\"allowed_actions\":[" actions "]}"
#define MAY_GO            ACTION("confirm", THREE("Еду", "Барамын", "I am going"))
#define MAY_BE_LATE       ACTION("delay", THREE("Задержусь", "Кешігемін", "I am late"))
#define MAY_START         ACTION("start", THREE("Выезжаю", "Шықтым", "Set off"))
#define MAY_FINISH        ACTION("finish", THREE("Приехали", "Жеттік", "We have arrived"))
#define MAY_CANCEL        ACTION("cancel", THREE("Отменить поездку", "Сапардан бас тарту", "Cancel the trip"))
#define NEW_RUN           RUN("scheduled", "4", "", MAY_BE_LATE "," MAY_CANCEL)
#define FULL_RUN          RUN("scheduled", "2", "", MAY_GO "," MAY_START "," MAY_BE_LATE "," MAY_CANCEL)
#define ON_THE_WAY        RUN("started", "2", "", MAY_FINISH "," MAY_BE_LATE "," MAY_CANCEL)
#define RIDER(id, status, name, phone, from, seats, tiyn, paid, actions)                           \
    "{\"id\":\"" id "\",\"code\":\"R7K2M9QX\",\"trip_id\":\"" TRIP "\",\"kind\":\"seat\",\"status\":\"" status "\",\"from_stop\":0,\"to_stop\":2,\"from\":\"" from "\"," \
    "\"to\":\"taldykorgan\",\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":" seats ",\"total\":" WORLD_SUM(tiyn) ",\"paid\":" WORLD_SUM(paid) "," \
    "\"version\":3,\"expires_at\":\"2026-11-24T09:00:00Z\",\"passenger\":{\"name\":\"" name "\",\"phone\":" phone "},\"allowed_actions\":[" actions "]}"
#define MAY_BOARD         ACTION("board", THREE("Сел", "Отырды", "On board"))
#define MAY_BE_ABSENT     ACTION("no-show", THREE("Не пришёл", "Келмеді", "Did not come"))
#define MAY_DROP          ACTION("drop", THREE("Вышел", "Түсті", "Dropped off"))
#define MAY_AGREE         ACTION("confirm", THREE("Подтвердить", "Растау", "Confirm"))
#define MAY_DECLINE       ACTION("decline", THREE("Отклонить", "Қабылдамау", "Decline"))
#define AIGUL(status, actions) RIDER(RIDE, status, "Айгуль", "\"+77017654321\"", "almaty", "2", 1000000, 250000, actions)
#define TIMUR(status, actions) RIDER(SECOND, status, "Тимур", "null", "konaev", "1", 300000, 0, actions)
#define HOLDER            RIDER(THIRD, "held", "Дана", "null", "almaty", "1", 500000, 0, MAY_AGREE)
#define PARCEL            "{\"id\":\"" FOURTH "\",\"version\":3,\"trip_id\":\"" TRIP "\",\"kind\":\"parcel\",\"status\":\"confirmed\",\"from_stop\":0,\"to_stop\":2,\"from\":\"almaty\",\"to\":\"taldykorgan\"," \
                          "\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":0,\"total\":" WORLD_SUM(200000) ",\"passenger\":{\"name\":\"Игорь\"},\"allowed_actions\":[" ACTION("deliver", THREE("Посылка вручена", "Сәлемдеме табысталды", "Parcel delivered")) "]}"
#define WHOLE_CAR         "{\"id\":\"" FOURTH "\",\"version\":3,\"trip_id\":\"" TRIP "\",\"kind\":\"car\",\"status\":\"confirmed\",\"from_stop\":0,\"to_stop\":2,\"from\":\"almaty\",\"to\":\"taldykorgan\"," \
                          "\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\",\"seats\":1,\"total\":" WORLD_SUM(1800000) ",\"passenger\":{\"name\":\"Игорь\"},\"allowed_actions\":[" MAY_BOARD "]}"
#define PAYER             RIDER(FOURTH, "payment_claimed", "Ержан", "null", "almaty", "1", 500000, 0, MAY_AGREE)
#define WAITING           LIST(HOLDER "," PAYER "," TIMUR("requested", MAY_AGREE "," MAY_DECLINE) "," AIGUL("confirmed", MAY_BOARD "," MAY_BE_ABSENT), "")
#define AGREED            LIST(TIMUR("confirmed", MAY_BOARD "," MAY_BE_ABSENT) "," AIGUL("confirmed", MAY_BOARD "," MAY_BE_ABSENT), "")
#define SEATED            LIST(TIMUR("no_show", "") "," AIGUL("boarded", MAY_DROP), "")
#define MAY_RATE          ACTION("rating", THREE("Оценить", "Бағалау", "Rate"))
#define ARRIVED           LIST(TIMUR("no_show", "") "," AIGUL("completed", MAY_RATE), "")
#define RATING            "GET /v1/rides/" RIDE "/rating"
#define STARS(given)      "{\"guest\":{\"stars\":2},\"driver\":" given "}"
#define NOBODY            LIST("", "")

#define WISH_OF(status, kind, seats, more) WISH_UNTIL("2026-11-25T04:00:00Z", "2026-11-25T07:00:00Z", status, kind, seats, more)
#define WISH_UNTIL(from, until, status, kind, seats, more)                                                         \
    "{\"id\":\"" RIDE "\",\"code\":null,\"trip_id\":null,\"kind\":\"" kind "\",\"status\":\"" status "\",\"from\":\"almaty\",\"to\":\"taldykorgan\"," \
    "\"depart_from\":\"" from "\",\"depart_to\":\"" until "\",\"seats\":" seats "," more "\"total\":" WORLD_SUM(0) "," \
    "\"passenger\":{\"name\":\"Гаухар\",\"phone\":null},\"driver\":null,\"car\":null,\"allowed_actions\":[" ACTION("offers", THREE("Предложить цену", "Баға ұсыну", "Make an offer")) "]}"
#define WISH              WISH_OF("open", "seat", "2", "\"price\":" WORLD_SUM(800000) ",")
#define FREE_WISH         WISH_OF("open", "car", "1", "")
#define SOON_WISH         WISH_UNTIL("2026-11-24T06:10:33Z", "2026-11-24T12:00:00Z", "open", "seat", "1", "\"price\":" WORLD_SUM(800000) ",")
#define LAST_WISH         WISH_UNTIL("2026-11-24T06:10:33Z", "2026-11-24T07:20:33Z", "open", "seat", "1", "\"price\":" WORLD_SUM(800000) ",")
#define DAY_WISH          WISH_UNTIL("2026-11-24T19:00:00Z", "2026-11-25T18:59:00Z", "open", "seat", "1", "\"price\":" WORLD_SUM(800000) ",")
#define PARCEL_WISH       WISH_OF("open", "parcel", "0", "\"parcel_size\":\"large\",\"price\":" WORLD_SUM(500000) ",")
#define BIG_WISH          WISH_OF("open", "seat", "6", "")
#define OFFER(status, trip) "{\"id\":\"" SECOND "\",\"trip_id\":" trip ",\"status\":\"" status "\",\"price\":" WORLD_SUM(800000) ",\"depart_at\":\"2026-11-25T04:00:00Z\",\"arrive_at\":\"2026-11-25T08:00:00Z\"}"
#define OFFERED           LIST(OFFER("expired", "null") "," OFFER("pending", "null"), "")
#define WISHES            "GET /v1/rides?"
#define THE_WISH          "GET /v1/rides/" RIDE " "
#define OFFERS            "GET /v1/rides/" RIDE "/offers"
#define BID               "POST /v1/rides/" RIDE "/offers "

#define MY_RUN            "GET /v1/trips/" TRIP
#define RIDERS            MY_RUN "/passengers"
#define DO(action)        "POST /v1/trips/" TRIP "/" action
#define DO_TO(id, action) "POST /v1/rides/" id "/" action
#define PUBLISH           "POST /v1/trips "
#define MY_RUNS           "GET /v1/trips?"
#define MY_CARS           "GET /v1/drivers/" ME "/cars"
#define WHO               "GET /v1/drivers?"

const struct scripted drive_world[] = {
    {WHO, 200, I_AM("active", VALID)}, {MY_CARS, 200, LIST(CAMRY, "")}, {"GET /v1/places", 200, PLACES}, {"GET /v1/routes?", 200, ROUTE},
    {PUBLISH, 201, NEW_RUN}, {MY_RUNS, 200, LIST(FULL_RUN, "")}, {MY_RUN, 200, FULL_RUN}, {RIDERS, 200, AGREED}, {DO("confirm"), 200, FULL_RUN},
    {DO("start"), 200, ON_THE_WAY}, {DO("finish"), 200, RUN("finished", "2", "", "")}, {DO("delay"), 200, FULL_RUN}, {DO("cancel"), 200, RUN("cancelled", "4", "", "")},
    {WISHES, 200, LIST(WISH, "")}, {THE_WISH, 200, WISH}, {OFFERS, 200, NOBODY}, {BID, 201, OFFER("pending", "null")},
    {"POST /v1/rides/", 200, "{}"}, {"GET /v1/rides/" RIDE "/cancel-preview", 200, PREVIEW(250000, 0, "driver")}, {"GET /v1/rides/" SECOND, 200, PREVIEW(250000, 0, "driver")}, {NULL, 0, NULL},
};

/* A town on the way, one near the start, one far away. */
#define TOWNS             LIST(PLACE("almaty", THREE("Алматы", "Алматы", "Almaty"), "43.2567", "76.9286") "," PLACE("taldykorgan", THREE("Талдыкорган", "Талдықорған", "Taldykorgan"), "45.0156", "78.3739") "," \
                               PLACE("saryozek", THREE("Сарыозек", "Сарыөзек", "Saryozek"), "44.3618", "77.9728") "," PLACE("konaev", THREE("Конаев", "Қонаев", "Konaev"), "43.8668", "77.0630") "," \
                               PLACE("shymkent", THREE("Шымкент", "Шымкент", "Shymkent"), "42.3417", "69.5901"), "")
#define SAID TYPE("завтра в 18:30 из Алматы в Талдык, 3 места", "tomorrow at 18:30 from Almaty to Taldykorgan, 3 seats", "ертең 18:30-да Алматыдан Талдыққа 3 орын")
#define SAID_VIA TYPE("завтра в 9 из Алматы в Талдыкорган через Конаев и Сарыозек, 4 пассажира, 5000", "tomorrow at 9 from Almaty to Taldykorgan via Konaev and Saryozek, 4 passengers, 5000", "ертең 9:00-де Алматыдан Талдықорғанға, Қонаев пен Сарыөзек арқылы, 4 жолаушы, 5000")
#define TO_HOME     {TYPE("/drive"), .quiet = true}
#define TO_SUMMARY  TO_HOME, {.tap = "publish", .quiet = true}, {SAID, .quiet = true}, {.tap = "price.5000", .quiet = true}
#define TO_RUN      TO_HOME, {.tap = "runs", .quiet = true}, {.tap = "open", .quiet = true}
#define REFUSED(code) {.tap = "make", .instead = {{PUBLISH, 422, "{\"code\":\"invalid\",\"errors\":[{\"code\":\"" code "\"}]}"}}}

static const struct act published_by_taps[] = {
    {TYPE("/start")}, {TYPE("Я водитель", "I am a driver", "Жүргізушімін")}, {.tap = "publish"}, {.tap = "place.taldykorgan"}, {.tap = "place.almaty"},
    {.tap = "day.2026-11-25"}, {.tap = "clock.1080"}, {.tap = "seats.4"}, {.tap = "price.5000"}, {.tap = "parcels"}, {.tap = "make", .instead = {{RIDERS, 200, NOBODY}}},
};
static const struct act published_by_words[] = {
    TO_HOME, {SAID}, {TYPE("4 500 тг", "4500", "5 тыс")}, {TYPE("в 19:00", "at 19:00", "сағат 19:00")}, {TYPE("4 места", "4 seats", "4 орын")},
    {TYPE("беру посылки", "I take parcels", "сәлемдеме аламын")}, {.tap = "parcels"}, {TYPE("не беру посылки", "no parcels", "сәлемдеме алмаймын")},
    {TYPE("да", "yes", "иә"), .instead = {{RIDERS, 200, NOBODY}}},
};
static const struct act back_and_forth[] = {
    TO_HOME, {.tap = "publish", .quiet = true}, {.tap = "place.taldykorgan", .quiet = true}, {.tap = "place.almaty", .quiet = true}, {.tap = "day.2026-11-24"}, {TYPE("25:00")}, {TYPE("18.30")},
    {TYPE("2"), .quiet = true}, {TYPE("дорого", "a lot", "қымбат")}, {.tap = "back"}, {.tap = "back"}, {.tap = "back"}, {.tap = "back"}, {.tap = "back"}, {.tap = "drive"},
};
static const struct act published_at_midnight[] = {
    TO_HOME, {.tap = "publish", .quiet = true}, {.tap = "place.taldykorgan", .quiet = true}, {.tap = "place.almaty", .quiet = true}, {.tap = "day.2026-11-25", .quiet = true}, {TYPE("00:00")},
    {.tap = "seats.4", .quiet = true}, {.tap = "price.5000"}, {.tap = "make", .instead = {{RIDERS, 200, NOBODY}}},
};
#define OFFER_OF_ALPHARD "{\"price\":" WORLD_SUM(800000) ",\"depart_at\":\"2026-11-25T04:00:00.000Z\",\"car_id\":\"018f0011-0000-7000-8000-000000000002\"}"
static const struct act two_cars[] = {
    TO_SUMMARY, {.tap = "back"}, {.tap = "price.6000", .instead = {{MY_CARS, 200, LIST(CAMRY "," ALPHARD, "")}}}, {TYPE("да", "yes", "иә"), .instead = {{MY_CARS, 200, LIST(CAMRY "," ALPHARD, "")}}},
    {.tap = "make.AY8AEQAAcACAAAAAAAAAAg", .instead = {{RIDERS, 200, NOBODY}}}, TO_HOME, {.tap = "publish", .quiet = true}, {SAID, .quiet = true}, {.tap = "price.4000", .instead = {{MY_CARS, 200, NOBODY}}},
    TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{MY_CARS, 200, LIST(CAMRY "," ALPHARD, "")}}},
    {.tap = "take.AY8AEQAAcACAAAAAAAAAAg", .instead = {{BID OFFER_OF_ALPHARD, 409, PROBLEM("ride_taken", "")}, {WISHES, 200, NOBODY}}},
};
static const struct act stops_on_the_way[] = {
    TO_SUMMARY, {.tap = "stops", .instead = {{"GET /v1/places", 200, TOWNS}}}, {.tap = "place.saryozek", .instead = {{"GET /v1/places", 200, TOWNS}}}, {.tap = "place.konaev", .quiet = true}, {.tap = "place.saryozek", .quiet = true},
    {TYPE("Сарыозек, Алматы, Хогвартс", "Saryozek, Almaty, Hogwarts", "Сарыөзек, Алматы, Хогвартс"), .instead = {{"GET /v1/places", 200, TOWNS}}},
    {.tap = "stops", .quiet = true}, {TYPE("Москва", "Moscow", "Мәскеу")}, {TYPE("нет", "no", "жоқ")},
    {SAID_VIA, .instead = {{"GET /v1/places", 200, TOWNS}}},
    {TYPE("через Шымкент", "via Shymkent", "Шымкент арқылы"), .instead = {{"GET /v1/places", 200, TOWNS}}}, {.tap = "stops", .quiet = true}, {TYPE("да", "yes", "иә"), .quiet = true}, {.tap = "stops", .quiet = true}, {.tap = "none"},
    {.tap = "stops", .quiet = true}, {TYPE("Талгар, Есик, Жаркент, Шу, Мерке, Кордай, Балхаш, Приозерск, Караганда", "Talgar, Esik, Zharkent, Shu, Merke, Korday, Balkhash, Priozersk, Karaganda", "Талғар, Есік, Жаркент, Шу, Меркі, Қордай, Балқаш, Приозерск, Қарағанды")},
    REFUSED("too_long"), {.tap = "done"}, {.tap = "make", .instead = {{RIDERS, 200, NOBODY}}},
    /* Another route. */
    TO_HOME, {.tap = "publish", .quiet = true}, {SAID_VIA, .quiet = true}, {TYPE("в Тараз", "to Taraz", "Таразға")},
};
static const struct act not_published[] = {
    TO_SUMMARY, REFUSED("too_soon"), {TYPE("20")}, REFUSED("too_many_seats"), {TYPE("2"), .quiet = true}, REFUSED("price_out_of_bounds"), {.tap = "price.6000", .quiet = true},
    REFUSED("beyond_window"), {.tap = "day.2026-11-25", .quiet = true}, REFUSED("stops_order"),
    {.tap = "make", .instead = {{PUBLISH, 409, PROBLEM("driver_busy", ",\"trip_id\":\"" TRIP "\"")}}}, {.tap = "clock.1200"},
    TO_SUMMARY, {.tap = "make", .instead = {{PUBLISH, 409, PROBLEM("too_many_trips", "")}}},
    TO_SUMMARY, {.tap = "make", .instead = {{PUBLISH, 403, PROBLEM("document_expired", "")}}},
    TO_SUMMARY, {.tap = "make", .instead = {{PUBLISH, 403, PROBLEM("driver_suspended", "")}, {WHO, 200, I_AM("active", VALID)}}},
    TO_HOME, {.tap = "publish", .quiet = true}, {SAID, .instead = {{"GET /v1/routes?", 422, PROBLEM("unknown_place", "")}}},
};
static const struct act the_trip[] = {
    TO_HOME, {.tap = "runs"}, {.tap = "open", .instead = {{RIDERS, 200, WAITING}}},
    {.tap = "on.AY8AEwAAcACAAAAAAAAAAg_30"}, {.tap = "do.confirm"}, {.tap = "do.delay"}, {.tap = "back"}, {.tap = "do.delay", .quiet = true}, {.tap = "late.30"},
    {.tap = "do.delay", .quiet = true}, {SAID}, {TYPE("На 15 минут", "15 minutes", "15 минут")},
    {.tap = "do.delay", .quiet = true}, {.tap = "late.60", .instead = {{DO("delay"), 409, PROBLEM("driver_busy", ",\"trip_id\":\"" TRIP "\"")}}},
    {.tap = "do.start", .instead = {{DO("start"), 409, PROBLEM("too_early", "")}}}, {.tap = "do.start"},
    {.tap = "on.AY8AEwAAcACAAAAAAAAAAQ_32", .quiet = true}, {.tap = "on.AY8AEwAAcACAAAAAAAAAAg_33"}, {.tap = "back", .quiet = true}, {.tap = "on.AY8AEwAAcACAAAAAAAAAAg_33", .quiet = true},
    {TYPE("отмена", "cancel", "бас тарту"), .instead = {{DO_TO(SECOND, "no-show"), 204, ""}}, .quiet = true}, {.tap = "on.AY8AEwAAcACAAAAAAAAAAg_33", .quiet = true},
    {TYPE("да", "yes", "иә"), .instead = {{MY_RUN, 200, ON_THE_WAY}, {RIDERS, 200, SEATED}}},
    {TYPE("/drive"), .quiet = true}, {.tap = "runs", .quiet = true}, {.tap = "open", .instead = {{MY_RUN, 200, ON_THE_WAY}, {RIDERS, 200, LIST(PARCEL, "")}}},
    {.tap = "on.AY8AEwAAcACAAAAAAAAABA_36"}, {TYPE("0429")}, {TYPE("042-918"), .instead = {{DO_TO(FOURTH, "deliver"), 422, PROBLEM("wrong_code", "")}}},
    {TYPE("042 917"), .instead = {{MY_RUN, 200, ON_THE_WAY}, {RIDERS, 200, SEATED}}},
    {.tap = "do.finish", .instead = {{DO("finish"), 409, PROBLEM("unsettled_rides", "")}, {MY_RUN, 200, ON_THE_WAY}, {RIDERS, 200, SEATED}}},
    {.tap = "do.finish", .instead = {{RIDERS, 200, ARRIVED}}},
    {.tap = "on.AY8AEwAAcACAAAAAAAAAAQ_35", .instead = {{RATING, 200, STARS("null")}, {RIDERS, 200, ARRIVED}}},
    {.tap = "rate.5", .instead = {{DO_TO(RIDE, "rating"), 201, "{}"}, {RATING, 200, STARS("{\"stars\":5}")}, {RIDERS, 200, ARRIVED}}},
    {.tap = "back", .instead = {{RIDERS, 200, ARRIVED}}, .quiet = true}, {.tap = "on.AY8AEwAAcACAAAAAAAAAAQ_35", .instead = {{RATING, 200, STARS("null")}, {RIDERS, 200, ARRIVED}}, .quiet = true},
    {TYPE("1"), .instead = {{DO_TO(RIDE, "rating"), 409, PROBLEM("already_rated", "")}, {RIDERS, 200, ARRIVED}}}, {.tap = "back", .instead = {{MY_RUNS, 200, LIST(RUN("finished", "2", "", ""), "")}}}, {.tap = "back", .quiet = true}, {.tap = "runs", .instead = {{MY_RUNS, 200, NOBODY}}},
};
static const struct act cancelled_trip[] = {
    TO_RUN, {.tap = "do.cancel"}, {TYPE("нет", "no", "жоқ"), .quiet = true}, {.tap = "do.cancel", .quiet = true}, {TYPE("а потом отменить можно?", "can I cancel later?", "кейін бас тартуға бола ма?")}, {.tap = "yes", .instead = {{RIDERS, 200, NOBODY}}},
    TO_RUN, {.tap = "do.cancel", .instead = {{RIDERS, 200, SEATED}}}, TO_RUN, {.tap = "do.cancel", .instead = {{RIDERS, 200, NOBODY}}}, {.tap = "yes", .instead = {{DO("cancel"), 409, PROBLEM("already_cancelled", "")}, {MY_RUN, 200, RUN("cancelled", "4", "", "")}, {RIDERS, 200, NOBODY}}},
    TO_HOME, {.tap = "runs", .quiet = true}, {.tap = "open", .instead = {{MY_RUN, 200, RUN("scheduled", "4", "\"warnings\":[{\"until\":\"2026-11-26T03:00:00Z\"}],", MAY_CANCEL)}, {RIDERS, 200, NOBODY}}},
    TO_HOME, {.tap = "runs", .quiet = true}, {.tap = "open", .instead = {{MY_RUN, 404, PROBLEM("not_found", "")}}},
    {.tap = "open", .instead = {{MY_RUN, 200, RUN("scheduled", "0", "", MAY_CANCEL)}, {RIDERS, 200, LIST(WHOLE_CAR, "")}}},
    /* More passengers and parcels than a page has. */
    TO_HOME, {.tap = "runs", .quiet = true}, {.tap = "open", .instead = {{RIDERS, 200, "{\"items\":[" AIGUL("confirmed", MAY_BOARD) "],\"next_cursor\":\"b2xk\"}"}}, .quiet = true},
    {.tap = "more", .instead = {{RIDERS, 204, ""}, {RIDERS "?limit=12&cursor=b2xk", 200, LIST(TIMUR("confirmed", MAY_BOARD), "")}}, .quiet = true},
    {.tap = "on.AY8AEwAAcACAAAAAAAAAAg_32", .instead = {{RIDERS, 204, ""}, {RIDERS "?limit=12&cursor=b2xk", 200, LIST(TIMUR("boarded", MAY_DROP), "")}}, .quiet = true},
    {.tap = "back", .quiet = true}, {.tap = "open", .instead = {{RIDERS "?limit=12&cursor", 204, ""}}, .quiet = true},
};
static const struct act no_driver[] = {
    {TYPE("/drive"), .instead = {{WHO, 200, NOBODY}}}, {TYPE("/drive"), .instead = {{WHO, 200, I_AM("pending", "")}}},
    {TYPE("/drive"), .instead = {{WHO, 200, I_AM("suspended", PAPER("licence", "2026-11-23") "," PAPER("car", "2026-11-23") "," PAPER("insurance", "2026-11-23") "," PAPER("medical", "2026-11-23") "," PAPER("technical", "2026-11-23"))}}},
    TO_HOME, {.tap = "runs", .instead = {{WHO, 200, NOBODY}}}, {TYPE("/drive"), .instead = {{WHO, 404, PROBLEM("not_found", "")}}},
};

#define TO_WISH     TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .quiet = true}
static const struct act requests_taken[] = {
    TO_HOME, {.tap = "requests"}, {.tap = "open"}, {.tap = "take", .instead = {{OFFERS, 200, OFFERED}}}, {.tap = "undo"},
    {.tap = "bid"}, {.tap = "back"}, {.tap = "bid", .quiet = true}, {TYPE("9500")}, {.tap = "take", .instead = {{BID, 201, OFFER("accepted", "\"" TRIP "\"")}}},
    TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{THE_WISH, 200, FREE_WISH}}}, {.tap = "bid", .instead = {{THE_WISH, 200, FREE_WISH}}}, {.tap = "price.18000", .instead = {{THE_WISH, 200, FREE_WISH}}},
    {.tap = "clock"}, {.tap = "clock.600", .instead = {{THE_WISH, 200, FREE_WISH}}},
    {TYPE("завтра в 18:30 из Алматы в Талдык, 3 места", "tomorrow at 18:30 from Almaty to Taldykorgan, 3 seats", "ертең 18:30-да Алматыдан Талдыққа 3 орын")},
};
static const struct act requests_lost[] = {
    TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{THE_WISH, 200, SOON_WISH}}},
    TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{THE_WISH, 200, LAST_WISH}}},
    TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{THE_WISH, 200, DAY_WISH}}},
    TO_WISH, {.tap = "take", .instead = {{BID, 409, PROBLEM("ride_taken", "")}, {WISHES, 200, NOBODY}}},
    TO_WISH, {.tap = "take", .instead = {{BID, 409, PROBLEM("own_trip", "")}, {WISHES, 200, NOBODY}}},
    TO_WISH, {.tap = "take", .instead = {{BID, 404, PROBLEM("not_found", "")}, {WISHES, 200, NOBODY}}},
    TO_WISH, {.tap = "take", .instead = {{BID, 409, PROBLEM("driver_busy", ",\"trip_id\":\"" TRIP "\"")}}}, {.tap = "back", .quiet = true},
    {.tap = "take", .instead = {{BID, 409, PROBLEM("driver_busy", ",\"trip_id\":\"" TRIP "\"")}}, .quiet = true}, {TYPE("15:00")}, {TYPE("11:30")}, {.tap = "bid", .quiet = true}, {TYPE("9500"), .quiet = true},
    {.tap = "take", .instead = {{BID, 422, "{\"code\":\"invalid\",\"errors\":[{\"code\":\"outside_window\"}]}"}}},
    TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{THE_WISH, 404, PROBLEM("not_found", "")}}},
    TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{THE_WISH, 200, PARCEL_WISH}}}, {.tap = "bid", .instead = {{THE_WISH, 200, PARCEL_WISH}}},
    TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{THE_WISH, 200, BIG_WISH}}}, TO_HOME, {.tap = "requests", .quiet = true}, {.tap = "open", .instead = {{MY_CARS, 200, NOBODY}}}, {.tap = "back", .instead = {{WISHES, 200, NOBODY}}},
};

#define ASKING(status)      {"GET /v1/rides/" SECOND " ", 200, TIMUR(status, MAY_AGREE "," MAY_DECLINE)}
#define NAMED             "AY8AEwAAcACAAAAAAAAAAg"
static const struct act driver_notified[] = {
    {TYPE("/run AY8AEgAAcACAAAAAAAAAAQ")}, {TYPE("/rider_ok " NAMED "_3"), .instead = {ASKING("requested")}}, {TYPE("/rider_no " NAMED "_3"), .instead = {ASKING("requested"), {RIDERS, 200, NOBODY}}},
    {TYPE("/rider_ok " NAMED "_2"), .instead = {ASKING("payment_claimed")}}, {TYPE("/rider_ok " NAMED "_3"), .instead = {ASKING("requested"), {DO_TO(SECOND, "confirm"), 410, PROBLEM("hold_expired", "")}}},
    {TYPE("/rider_ok " NAMED "_3"), .instead = {{"GET /v1/rides/" SECOND " ", 404, PROBLEM("not_found", "")}}}, {TYPE("/rider_no " NAMED "_")}, {TYPE("/run x")}, {TYPE("/run_ok AY8AEgAAcACAAAAAAAAAAQ")}, {TYPE("/run_ok x")}, {TYPE("/run_late AY8AEgAAcACAAAAAAAAAAQ")},
    {TYPE("/wish AY8AEwAAcACAAAAAAAAAAQ")}, {TYPE("/wish_bid AY8AEwAAcACAAAAAAAAAAQ")}, {TYPE("9 тысяч", "9 thousand", "9 мың")}, {.tap = "bid", .quiet = true}, {TYPE("9 тыс.", "9k", "9000 теңге")}, {TYPE("/wish_bid AY8AEwAAcACAAAAAAAAAAQ"), .instead = {{THE_WISH, 404, PROBLEM("not_found", "")}}}, {TYPE("/wish_bid x")},
    {TYPE("/rider_ok " NAMED "_3"), .instead = {{WHO, 200, NOBODY}}},
};

#define PLACED            "PUT /v1/drivers/" ME "/location "
static const struct field_geo on_the_road = {44.12, 77.51};
static const struct act car_located[] = {
    TO_RUN, {TYPE("выезжаю", "set off", "шықтым")}, {.at = &on_the_road, .instead = {{PLACED, 200, "{}"}, {MY_RUN, 200, ON_THE_WAY}, {RIDERS, 200, SEATED}}},
    {TYPE("/cancel"), .quiet = true}, {.at = &on_the_road, .instead = {{PLACED, 200, "{}"}}}, {.at = &on_the_road, .instead = {{PLACED, 409, PROBLEM("too_early", "")}}},
    {.at = &on_the_road, .instead = {{WHO, 200, NOBODY}}}, {.at = &on_the_road, .instead = {{PLACED, 422, PROBLEM("bad_location", "")}}},
};

const struct walk drive_walks[] = {
    WALK(published_by_taps), WALK(published_by_words), WALK(back_and_forth), WALK(published_at_midnight), WALK(two_cars), WALK(stops_on_the_way), WALK(not_published), WALK(the_trip), WALK(cancelled_trip), WALK(no_driver), WALK(requests_taken), WALK(requests_lost), WALK(driver_notified), WALK(car_located),
};
const size_t drive_walk_count = ARRAY_LEN(drive_walks);
// clang-format on
