// SPDX-License-Identifier: MIT
/* The actions of guests who greet, ask and agree in their own words, or are not understood. */
#include "stay_world.h"
#include "transcript.h"

// clang-format off
#define THREE(ru, kz, en) "{\"ru\":\"" ru "\",\"kz\":\"" kz "\",\"en\":\"" en "\"}"
#define TITLE             THREE("Двушка у парка", "Саябақ жанындағы екі бөлмелі пәтер", "Two rooms by the park")
#define APARTMENT                                                                                  \
    "{\"id\":\"" WORLD_APARTMENT_ID "\",\"title\":" TITLE ",\"city\":\"almaty\",\"district\":\"Медеуский\",\"rooms\":2,\"max_guests\":4," \
    "\"min_nights\":1,\"check_in_time\":\"14:00\",\"check_out_time\":\"12:00\",\"photos\":[],\"amenities\":[\"wifi\",\"mountain-view\"]}"
#define POLICY            THREE("Бесплатная отмена за 5 дней до заезда.", "Келуге 5 күн қалғанға дейін тегін бас тарту.", "Free cancellation until 5 days before check-in.")
#define QUOTE(deposit)                                                                             \
    "{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" WORLD_SUM(2200000) deposit ",\"lines\":[],\"cancellation\":{\"policy\":\"moderate\",\"text\":" POLICY ",\"tiers\":[{\"until\":\"2026-11-25T09:00:00Z\",\"kept\":" WORLD_SUM(0) "}]}}"
#define PREPAID           QUOTE(",\"deposit\":" WORLD_SUM(660000))
#define ACTION(name, text) "{\"action\":\"" name "\",\"label\":" text "}"
#define MAY_CANCEL        ACTION("cancel", THREE("Отменить бронь", "Броньнан бас тарту", "Cancel the booking"))
#define MAY_CONFIRM       ACTION("confirm", THREE("Подтвердить", "Растау", "Confirm"))
#define BOOKING(status, more, actions)                                                             \
    "{\"id\":\"" WORLD_BOOKING_ID "\",\"code\":\"K7M2RWHD\",\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"status\":\"" status "\"," \
    "\"check_in\":\"2026-11-27\",\"check_out\":\"2026-11-29\",\"guests\":2,\"total\":" WORLD_SUM(2200000) "," \
    "\"check_in_at\":\"2026-11-27T09:00:00Z\",\"check_out_at\":\"2026-11-29T07:00:00Z\","          \
    "\"apartment\":{\"title\":" TITLE more ",\"allowed_actions\":[" actions "]}"
#define ADDRESS           ",\"address\":\"ул. Абая, 1, кв. 15\",\"address_kz\":\"Абай көшесі, 1, 15-пәтер\",\"address_en\":\"1 Abay St, apt. 15\"},\"payment_info\":\"Kaspi +7 701 234 56 78\",\"check_in_info\":" THREE("Код двери 12, Wi-Fi park2026", "Есік коды 12, Wi-Fi park2026", "Door code 12, Wi-Fi park2026")
#define HELD              BOOKING("held", "}", MAY_CONFIRM "," MAY_CANCEL)
#define AGREED            BOOKING("confirmed", ADDRESS, MAY_CANCEL)

#define FLAT(quote)       .instead = {{"GET /v1/apartments/" WORLD_APARTMENT_ID, 200, APARTMENT}, {"POST /v1/quotes", 201, quote}}
#define ONE(booking)      .instead = {{"GET /v1/bookings/" WORLD_BOOKING_ID, 200, booking}}
#define AT_CANCEL         .instead = {{"GET /v1/bookings/" WORLD_BOOKING_ID, 200, AGREED}, {"GET /v1/bookings/" WORLD_BOOKING_ID "/cancel-preview", 200, "{\"refund\":" WORLD_SUM(0) ",\"fee\":" WORLD_SUM(0) "}"}, {"GET /v1/apartments/" WORLD_APARTMENT_ID, 200, APARTMENT}}
#define DO(action, booking) .instead = {{"POST /v1/bookings/" WORLD_BOOKING_ID "/" action, 200, booking}, {"GET /v1/bookings/" WORLD_BOOKING_ID, 200, HELD}}

static const struct act manners[] = {
    {TYPE("/help")},
    {.tap = "language"},
    {TYPE("/language ru", "/language en", "/language kz")},
    {TYPE("привет", "hi", "сәлем")},
    {TYPE("как погода?", "what a day", "халіңіз қалай?")},
    {.sticker = true},
    {TYPE("/search")},
    {.tap = "city.almaty"},
    {.old = "city.astana"},
    {TYPE("спасибо", "thanks", "рақмет")},
    {TYPE("/language ru", "/language en", "/language kz")},
    {TYPE("/cancel")},
    {.old = "day.2026-11-27"},
};

static const struct act questions[] = {
    {TYPE("/search"), .quiet = true},
    {.tap = "city.almaty", .quiet = true},
    {TYPE("27-29")},
    {.tap = "guests.2", .quiet = true},
    {TYPE("а парковка есть?", "is there parking?", "тұрақ бар ма?"), FLAT(PREPAID)},
    {TYPE("wifi есть?", "is there wifi?", "wifi бар ма?"), FLAT(PREPAID)},
    {TYPE("во сколько заезд?", "what time is check in?", "сағат нешеде кіруге болады?"), FLAT(PREPAID)},
    {TYPE("какой адрес?", "where is it?", "мекенжайы қандай?"), FLAT(PREPAID)},
    {TYPE("какая предоплата?", "do I pay in advance?", "алдын ала төлем бар ма?"), FLAT(PREPAID)},
    {TYPE("если отменю, деньги вернут?", "can I cancel for free?", "бас тартсам, ақшаны қайтарасыз ба?"), FLAT(QUOTE(",\"deposit\":" WORLD_SUM(0)))},
    {TYPE("давайте эту", "I'll take it", "осыны аламын"), .instead = {{"POST /v1/bookings", 201, HELD}}},
    {TYPE("без номера", "no phone please", "нөмірсіз"), ONE(HELD)},
    {TYPE("как попасть в квартиру?", "how do I get in?", "пәтерге қалай кіремін?"), ONE(HELD)},
    {TYPE("подтверждаю", "confirm", "растаймын"), DO("confirm", AGREED)},
    {TYPE("скиньте адрес", "what's the address?", "мекенжайды жіберіңізші"), ONE(AGREED)},
    {TYPE("пароль от wifi?", "wifi password?", "wifi паролі қандай?"), ONE(AGREED)},
    {TYPE("где можно оплатить?", "how can I pay?", "қалай төлеймін?"), ONE(AGREED)},
    {TYPE("ключ не подходит", "the door code doesn't work", "есік ашылмай тұр"), ONE(AGREED)},
    {TYPE("перенесите на другие даты", "can I change the dates?", "басқа күнге ауыстырғым келеді"), ONE(AGREED)},
};

static const struct act asked_meanwhile[] = {
    {TYPE("/search"), .quiet = true},
    {TYPE("есть вайфай?", "is there wifi?", "вайфай бар ма?")},
    {.tap = "city.almaty", .quiet = true},
    {TYPE("во сколько заезд?", "what time is check in?", "сағат нешеде кіруге болады?")},
    {TYPE("27-29"), .quiet = true},
    {TYPE("с парковкой и до 20 тысяч", "with parking, up to 20 thousand", "тұрағы бар, 20 мыңға дейін")},
    {TYPE("а сколько стоит?", "how much is it?", "қанша тұрады?")},
    {.tap = "guests.2", .quiet = true},
    {.tap = "flat", .quiet = true},
    {.tap = "dates"},
    {TYPE("есть вайфай?", "is there wifi?", "вайфай бар ма?")},
    {TYPE("во сколько заезд?", "what time is check in?", "сағат нешеде кіруге болады?")},
    {TYPE("какая предоплата?", "do I pay in advance?", "алдын ала төлем бар ма?")},
    {.tap = "back", .quiet = true},
    {TYPE("давайте эту", "I'll take it", "осыны аламын"), .instead = {{"POST /v1/bookings", 201, HELD}}, .quiet = true},
    {TYPE("без номера", "no phone please", "нөмірсіз"), ONE(HELD), .quiet = true},
    {TYPE("подтверждаю", "confirm", "растаймын"), DO("confirm", AGREED), .quiet = true},
    {.tap = "cancel", AT_CANCEL},
    {TYPE("есть вайфай?", "is there wifi?", "вайфай бар ма?"), AT_CANCEL},
    {TYPE("во сколько заезд?", "what time is check in?", "сағат нешеде кіруге болады?"), AT_CANCEL},
    {TYPE("а сколько стоит?", "how much is it?", "қанша тұрады?"), AT_CANCEL},
};

static const struct act misunderstood[] = {
    {TYPE("/search"), .quiet = true},
    {.tap = "city.almaty", .quiet = true},
    {TYPE("как получится", "whatever", "қалай болса солай")},
    {TYPE("как получится", "whatever", "қалай болса солай")},
    {TYPE("позовите человека", "I want to talk to a human", "адаммен сөйлескім келеді")},
};

static const struct act meant_for_rides[] = {
    {TYPE("хочу такси из Алматы в Талдыкорган завтра", "I need a taxi from Almaty to Taldykorgan tomorrow", "ертең Алматыдан Талдықорғанға такси керек")},
    {TYPE("/search"), .quiet = true},
    {TYPE("есть попутка в Тараз?", "any rideshare to Taraz?", "Таразға попутка бар ма?")},
};

static const struct act by_an_unknown_place[] = {
    {TYPE("студия возле Хогвартса в Алматы", "a studio near Hogwarts in Almaty", "Алматыда Хогвартс жанында студия")},
};

static const struct act far_dates[] = {
    {TYPE("Алматы, 5-8 сентября на двоих", "Almaty, 5-8 September for two", "Алматы, 5-8 қыркүйек, екі адам")},
    {.tap = "day.2027-09-05"},
};

const struct walk question_walks[] = {WALK(manners), WALK(questions), WALK(asked_meanwhile), WALK(misunderstood), WALK(meant_for_rides), WALK(by_an_unknown_place), WALK(far_dates)};
const size_t question_walk_count = ARRAY_LEN(question_walks);
// clang-format on
