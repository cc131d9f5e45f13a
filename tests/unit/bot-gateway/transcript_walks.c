// SPDX-License-Identifier: MIT
/* Answers of booking-api for the transcripts, and the actions of the guests. */
#include "stay_world.h"
#include "transcript.h"

// clang-format off

/* --- answers of booking-api in the three languages --- */

#define THREE(ru, kz, en)   "{\"ru\":\"" ru "\",\"kz\":\"" kz "\",\"en\":\"" en "\"}"
#define APARTMENT_TITLE          THREE("Двушка у парка", "Саябақ жанындағы екі бөлмелі пәтер", "Two rooms by the park")
#define OTHER_TITLE         THREE("Студия в центре", "Орталықтағы студия", "Studio in the centre")
#define PHOTO(name)         "https://flats.example/" name ".jpg"
#define ABOUT                                                                                              \
    "\"location\":{\"lat\":43.2387,\"lon\":76.9432},\"check_in_time\":\"14:00\",\"check_out_time\":\"12:00\"," \
    "\"description\":" THREE("Тихий двор, пять минут до метро. Чистое бельё и полотенца.", "Тыныш аула, метроға бес минут. Таза төсек-орын мен сүлгілер.", "A quiet courtyard, five minutes to the metro. Clean linen and towels.") "," \
    "\"house_rules\":" THREE("Не курить, без вечеринок, после 22:00 тихо.", "Темекі шегуге және кеш өткізуге болмайды, 22:00-ден кейін тыныштық.", "No smoking, no parties, quiet after 10 pm.")
#define APARTMENT(id, title, rooms, nights, photo, amenities, more)                                        \
    "{\"id\":\"" id "\",\"title\":" title ",\"city\":\"almaty\",\"district\":\"Медеуский\",\"address\":\"ул. Абая, 1, кв. 15\"," \
    "\"rooms\":" rooms ",\"max_guests\":4,\"min_nights\":" nights ",\"photos\":[\"" PHOTO(photo) "\",\"" PHOTO(photo "2") "\"],\"amenities\":[" amenities "]," ABOUT more "}"
#define PARK(more)          APARTMENT(WORLD_APARTMENT_ID, APARTMENT_TITLE, "2", "1", "park", "\"wifi\",\"mountain-view\",\"parking\"", more)
#define LONGER              APARTMENT(WORLD_APARTMENT_ID, APARTMENT_TITLE, "2", "3", "park", "\"wifi\",\"mountain-view\",\"parking\"", "")
#define STUDIO(more)        APARTMENT(WORLD_OTHER_ID, OTHER_TITLE, "1", "1", "studio", "\"wifi\",\"washer\"", more)
#define TOTAL(tiyn)         ",\"total\":" WORLD_SUM(tiyn)
#define LIST(items, next)   "{\"items\":[" items "],\"next_cursor\":" next "}"
#define DEPOSIT(tiyn)       ",\"deposit\":" WORLD_SUM(tiyn)
#define ASKS                ",\"instant_book\":false,\"security_deposit\":" WORLD_SUM(2000000)
#define FOUND               LIST(PARK(TOTAL(2200000) DEPOSIT(0)) "," STUDIO(TOTAL(2600000) DEPOSIT(780000) ASKS), "null")

#define LINE(kind, date, text, tiyn) "{\"kind\":\"" kind "\"," date "\"text\":" text ",\"amount\":" WORLD_SUM(tiyn) "}"
#define LINES                                                                                       \
    LINE("night", "\"date\":\"2026-11-27\",", THREE("Ночь", "Түн", "Night"), 800000) ","             \
    LINE("weekend", "\"date\":\"2026-11-28\",", THREE("Ночь выходного дня", "Демалыс күнгі түн", "Weekend night"), 1000000) "," \
    LINE("cleaning", "", THREE("Уборка", "Тазалау", "Cleaning"), 400000)
#define POLICY                                                                                      \
    THREE("Бесплатная отмена за 5 дней до заезда, позже удерживается половина. Уборка возвращается.", \
          "Келуге 5 күн қалғанға дейін тегін бас тарту, кейін жартысы ұсталады. Тазалау ақысы қайтарылады.", \
          "Free cancellation until 5 days before check-in, then half is kept. Cleaning is refunded.")
#define CANCELLATION        "\"cancellation\":{\"policy\":\"moderate\",\"text\":" POLICY ",\"tiers\":[{\"until\":\"2026-11-25T09:00:00Z\",\"kept\":" WORLD_SUM(0) "}]}"
#define QUOTE(more)         QUOTE_UNDER(more, CANCELLATION)
#define QUOTE_UNDER(more, cancellation)                                                             \
    "{\"id\":\"" WORLD_QUOTE_ID "\"" TOTAL(2200000) more ",\"lines\":[" LINES "]," cancellation "}"
/* The quote was made when free cancellation had ended; it has no end; there is none. */
#define NO_LONGER_FREE      "\"cancellation\":{\"policy\":\"moderate\",\"text\":" POLICY ",\"free_until\":\"2026-11-22T09:00:00Z\",\"tiers\":[{\"until\":null,\"kept\":" WORLD_SUM(900000) "}]}"
#define FREE_WITHOUT_END    "\"cancellation\":{\"policy\":\"free\",\"text\":" THREE("Отмена бесплатна до заезда.", "Келгенге дейін бас тарту тегін.", "Cancellation is free until check-in.") ",\"free_until\":null,\"tiers\":[{\"until\":null,\"kept\":" WORLD_SUM(0) "}]}"
#define NEVER_FREE                                                                                  \
    "\"cancellation\":{\"policy\":\"strict\",\"text\":"                                            \
    THREE("За 7 дней до заезда возвращается половина, позже ничего. Уборка возвращается.",          \
          "Келуге 7 күн қалғанға дейін жартысы қайтарылады, кейін ештеңе. Тазалау ақысы қайтарылады.", \
          "Half is refunded until 7 days before check-in, then nothing. Cleaning is refunded.")     \
    ",\"free_until\":null,\"tiers\":[{\"until\":null,\"kept\":" WORLD_SUM(1800000) "}]}"
#define ALTERNATIVE(apartment, from, to, tiyn)                                                           \
    "{\"apartment_id\":\"" apartment "\",\"check_in\":\"" from "\",\"check_out\":\"" to "\"" TOTAL(tiyn) "}"
#define NOT_AVAILABLE(others) "{\"code\":\"not_available\",\"alternatives\":[" others "]}"

#define ACTION(name, text)  "{\"action\":\"" name "\",\"label\":" text "}"
#define MAY_CONFIRM         ACTION("confirm", THREE("Подтвердить", "Растау", "Confirm"))
#define MAY_CLAIM           ACTION("claim-payment", THREE("Я оплатил", "Мен төледім", "I have paid"))
#define MAY_CANCEL          ACTION("cancel", THREE("Отменить бронь", "Броньнан бас тарту", "Cancel the booking"))
#define MAY_CHANGE          ACTION("change-dates", THREE("Изменить даты", "Күндерді өзгерту", "Change the dates"))
#define SHOWN               "\"apartment\":{\"title\":" APARTMENT_TITLE ",\"address\":\"ул. Абая, 1, кв. 15\",\"address_kz\":\"Абай көшесі, 1, 15-пәтер\",\"address_en\":\"1 Abay St, apt. 15\",\"location\":{\"lat\":43.2387,\"lon\":76.9432}},\"lines\":[" LINES "],"
#define BOOKING(code, status, more, actions) BOOKING_WITH(SHOWN, code, status, more, actions)
#define BOOKING_WITH(shown, code, status, more, actions)                                            \
    "{\"id\":\"" WORLD_BOOKING_ID "\",\"code\":\"" code "\",\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"status\":\"" status "\"," \
    "\"check_in\":\"2026-11-27\",\"check_out\":\"2026-11-29\",\"guests\":2" TOTAL(2200000) ","       \
    "\"check_in_at\":\"2026-11-27T09:00:00Z\",\"check_out_at\":\"2026-11-29T07:00:00Z\"," shown more "\"allowed_actions\":[" actions "]}"
#define CODE                "K7M2RWHD"
#define UNTIL(time)         "\"expires_at\":\"" time "\","
#define HELD                BOOKING(CODE, "held", UNTIL("2026-11-24T07:15:00Z") "\"deposit\":" WORLD_SUM(0) ",", MAY_CONFIRM "," MAY_CANCEL)
#define PAY_TO              "\"payment_info\":\"Kaspi +7 701 234 56 78\","
#define PREPAID             UNTIL("2026-11-24T07:15:00Z") PAY_TO CANCELLATION ",\"deposit\":" WORLD_SUM(660000) ","
#define TO_PAY              BOOKING(CODE, "held", PREPAID, MAY_CLAIM "," MAY_CANCEL)
#define PAID_IN_PART        BOOKING(CODE, "held", PREPAID "\"paid\":" WORLD_SUM(160000) ",", MAY_CLAIM "," MAY_CANCEL)
#define CLAIMED             BOOKING(CODE, "payment_claimed", UNTIL("2026-11-24T13:00:00Z"), MAY_CANCEL)
#define REQUESTED           BOOKING(CODE, "requested", UNTIL("2026-11-24T13:00:00Z"), MAY_CANCEL)
#define ENTRY               "\"check_in_info\":" THREE("Код двери 12, третий этаж", "Есік коды 12, үшінші қабат", "Door code 12, third floor") ","
#define ENTRY_COMES         "\"check_in_info_at\":\"2026-11-26T09:00:00Z\","
#define CONFIRMED           BOOKING(CODE, "confirmed", PAY_TO ENTRY_COMES, MAY_CANCEL)
#define ANONYMOUS           BOOKING_WITH("\"apartment\":{\"title\":" APARTMENT_TITLE "},", CODE, "confirmed", PAY_TO ENTRY_COMES "\"needs_phone\":true,", MAY_CANCEL)
#define PAID                BOOKING(CODE, "confirmed", PAY_TO ENTRY_COMES "\"paid\":" WORLD_SUM(660000) ",", MAY_CANCEL)
#define OPEN(paid)          BOOKING(CODE, "confirmed", PAY_TO "\"paid\":" WORLD_SUM(paid) ",", MAY_CHANGE "," MAY_CANCEL)
#define CLOSED              BOOKING(CODE, "confirmed", PAY_TO "\"paid\":" WORLD_SUM(2200000) ",\"cancellation\":{\"text\":" POLICY ",\"tiers\":[{\"until\":\"2026-11-24T06:58:00Z\",\"kept\":" WORLD_SUM(0) "}]},", MAY_CANCEL)
#define MOVED(from, to, tiyn, status, more)                                                         \
    "{\"id\":\"" WORLD_BOOKING_ID "\",\"code\":\"" CODE "\",\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"status\":\"" status "\"," \
    "\"check_in\":\"" from "\",\"check_out\":\"" to "\",\"guests\":2" TOTAL(tiyn) ","              \
    "\"check_in_at\":\"" from "T09:00:00Z\",\"check_out_at\":\"" to "T07:00:00Z\"," SHOWN more "\"allowed_actions\":[" MAY_CHANGE "," MAY_CANCEL "]}"
#define LONGER_BY(tiyn)     MOVED("2026-11-28", "2026-12-01", tiyn, "confirmed", PAY_TO "\"paid\":" WORLD_SUM(660000) ",")
#define LATER               MOVED("2026-12-05", "2026-12-08", 2800000, "confirmed", "\"paid\":" WORLD_SUM(2200000) ",")
#define SHORTER             MOVED("2026-11-27", "2026-11-28", 1200000, "confirmed", "\"paid\":" WORLD_SUM(2200000) ",\"refund_due\":" WORLD_SUM(1000000) ",")
#define OPEN_TO_PAY         BOOKING(CODE, "held", PREPAID, MAY_CLAIM "," MAY_CHANGE "," MAY_CANCEL)
#define LATER_TO_PAY        MOVED("2026-12-05", "2026-12-08", 2800000, "held", "\"deposit\":" WORLD_SUM(840000) ",")
#define OWN_DAYS            "{\"days\":[" WORLD_DAY("2026-11-26", "booked", "1", "\"booked\"") "," WORLD_DAY("2026-11-27", "booked", "1", "\"booked\"") "," WORLD_DAY("2026-11-28", "booked", "1", "\"booked\"") "]}"
#define WOULD(booking)      "{\"would\":" booking "}"
#define TRY                 DO("change-dates?dry_run=true")
#define CANCELLED           BOOKING(CODE, "cancelled", "", "")
#define REFUNDED            BOOKING(CODE, "cancelled", "\"refund\":" WORLD_SUM(330000) ",", "")
#define LAPSED               BOOKING(CODE, "expired", "\"expired_from\":\"held\",\"deposit\":" WORLD_SUM(660000) ",", "")
#define EXPIRED_FROM(status) BOOKING(CODE, "expired", "\"expired_from\":\"" status "\",", "")
#define DECLINED            BOOKING(CODE, "declined", "", "")
#define CHECKED_IN          BOOKING(CODE, "checked_in", ENTRY, "")
#define COMPLETED           BOOKING(CODE, "completed", "", "")
#define NO_SHOW             BOOKING(CODE, "no_show", "", "")
#define PREVIEW(refund, fee) "{\"refund\":" WORLD_SUM(refund) ",\"fee\":" WORLD_SUM(fee) "}"

#define SEARCH              "GET /v1/apartments?"
#define BY_CODE             "GET /v1/apartments?code="
#define LIVE                "GET /v1/bookings?status=held,requested,payment_claimed,confirmed,checked_in&limit=6"
#define OVER                "GET /v1/bookings?status=completed"
#define HOLDS               "GET /v1/bookings?status=held,requested,payment_claimed&limit=3"
#define HELD_ONES           "GET /v1/bookings?status=held&limit=3"
#define ONE                 "GET /v1/bookings/" WORLD_BOOKING_ID
#define DO(action)          "POST /v1/bookings/" WORLD_BOOKING_ID "/" action
#define CALENDAR            "GET /v1/apartments/" WORLD_APARTMENT_ID "/calendar?"
#define NONE                LIST("", "null")
#define NOW_STANDS(booking) .instead = {{ONE, 200, booking}}
#define PROBLEM(code)       "{\"code\":\"" code "\"}"

const int64_t transcript_now = CONVERSATION_NOW + INT64_C(3) * 24 * 3600 * 1000000;
const struct scripted transcript_world[] = {
    {"GET /v1/cities",                       200, WORLD_CITIES},
    {SEARCH,                                 200, FOUND},
    {SEARCH "id=" WORLD_OTHER_ID,            200, LIST(STUDIO(TOTAL(2600000) DEPOSIT(780000) ASKS), "null")},
    {BY_CODE,                                200, LIST(PARK(""), "null")},
    {"GET /v1/apartments/" WORLD_APARTMENT_ID,    200, PARK("")},
    {"GET /v1/apartments/" WORLD_OTHER_ID,   200, STUDIO("")},
    {CALENDAR,                               200, WORLD_DAYS},
    {"POST /v1/quotes",                      201, QUOTE(DEPOSIT(0))},
    {"POST /v1/bookings",                    201, HELD},
    {"GET /v1/bookings?",                    200, NONE},
    {ONE,                                    200, HELD},
    {ONE "/cancel-preview",                  200, PREVIEW(0, 0)},
    {DO("contact"),                          200, HELD},
    {DO("confirm"),                          200, CONFIRMED},
    {DO("claim-payment"),                    200, CLAIMED},
    {DO("cancel"),                           200, CANCELLED},
    {NULL, 0, NULL},
};

/* --- actions of guests --- */

#define TO_THE_GUESTS {TYPE("/search"), .quiet = true}, {.tap = "city.almaty", .quiet = true}, {.tap = "weekend", .quiet = true}
#define TO_THE_CARD   TO_THE_GUESTS, {.tap = "guests.2", .quiet = true}
#define TO_THE_APARTMENT   TO_THE_CARD, {.tap = "flat", .quiet = true}
#define TO_THE_PHONE  TO_THE_CARD, {.tap = "book", .quiet = true}
#define GIVES(call, body) .instead = {{call, 200, body}}

static const struct act booked_by_taps[] = {
    {TYPE("/start")},
    {.tap = "search"},
    {.tap = "city.almaty"},
    {.tap = "weekend"},
    {.tap = "guests.2"},
    {.tap = "book"},
    {.share = "77012345678"},
};

static const struct act booked_by_words[] = {
    {TYPE("двушка в Алматы на выходные, нас двое", "two rooms in Almaty for the weekend, two of us", "Алматыда демалысқа екі бөлмелі, екеуміз")},
    {.tap = "flat"},
    {.tap = "book"},
    {TYPE("+7 701 234 56 78")},
    {.share = "77012345678"},
};

static const struct act cancelled_with_a_refund[] = {
    {TYPE("/mybookings"), .instead = {{LIVE, 200, LIST(PAID, "null")}}},
    {.tap = "open", NOW_STANDS(PAID)},
    {.tap = "cancel", .instead = {{ONE "/cancel-preview", 200, PREVIEW(660000, 0)}}},
    {.tap = "yes", .instead = {{DO("cancel"), 409, PROBLEM("refund_changed")}, {ONE "/cancel-preview", 200, PREVIEW(330000, 330000)}}},
    {.tap = "yes", GIVES(DO("cancel"), REFUNDED)},
    {.tap = "back", .instead = {{OVER, 200, LIST(REFUNDED, "null")}}},
};

static const struct act by_words[] = {
    {TYPE("/search")},
    {TYPE("Лондон", "nowhere", "Лондон")},
    {TYPE("алматы", "almaty", "алматы")},
    {TYPE("скоро", "soon", "жақында")},
    {TYPE("2026-11-20")},
    {TYPE("2028-01-01")},
    {TYPE("27.11")},
    {.tap = "back", .quiet = true},
    {TYPE("с 5 по 8", "from 5 to 8", "5-тен 8-ге дейін")},
    {.tap = "back"},
    {.tap = "back", .quiet = true},
    {TYPE("27.11"), .quiet = true},
    {TYPE("26.11.2026")},
    {TYPE("много", "many", "көп")},
    {TYPE("2")},
    {TYPE("нас много", "a lot of us", "біз көппіз")},
    {TYPE("3")},
};

#define LONG "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
static const struct act wishes[] = {
    TO_THE_CARD,
    {TYPE("тихая, в центре", "quiet, in the centre", "тыныш, орталықта")},
    {TYPE("1 или 2 комнаты, от 5 до 15 тысяч, с парковкой и вай-фаем", "1 or 2 rooms, from 5k to 15k, with parking and wifi", "1 немесе 2 бөлмелі, 5 мыңнан 15 мыңға дейін, тұрағы мен вайфайы бар")},
    {.tap = "all"},
    {.tap = "drop.1"},
    {TYPE("Медеуский район, до 20 тысяч", "Medeu district, under 20k", "Медеу ауданы, 20 мыңға дейін")},
    {TYPE("как вам погода?", "what a day", "халіңіз қалай?")},
    {TYPE(LONG LONG "0")},
    {TYPE("в Астане", "in Astana", "Астанада"), .instead = {{SEARCH, 200, NONE}}},
};

static const struct act wishes_in_words[] = {
    TO_THE_CARD,
    {TYPE("с сауной, у метро", "with a sauna, near the metro", "саунасы бар, метро жанында")},
    {TYPE("с баней, у набережной", "with a banya, by the embankment", "моншасы бар, жағалау жанында")},
    TO_THE_CARD,
    {TYPE("дом у парка", "a house by the park", "саябақ жанында жер үй")},
    {TYPE("пентхаус у вокзала", "a penthouse near the station", "вокзал жанында пентхаус")},
    {TYPE("рядом с аэропортом", "near the airport", "әуежай жанында")},
};

static const struct act nothing_has_it_all[] = {
    TO_THE_CARD,
    {TYPE("двушка с парковкой до 15 тысяч", "two rooms with parking under 15k", "екі бөлмелі, тұрағы бар, 15 мыңға дейін"), .instead = {{SEARCH, 200, NONE}, {SEARCH, 200, FOUND}, {SEARCH, 200, NONE}, {SEARCH, 200, FOUND}}},
    {.tap = "drop.2"},
    {TYPE("с балконом", "with a balcony", "балконы бар"), .instead = {{SEARCH, 200, NONE}}},
    {.tap = "drop.all", .instead = {{SEARCH, 200, NONE}}},
    {TYPE("с балконом", "with a balcony", "балконы бар"), .instead = {{SEARCH, 200, NONE}}},
};

static const struct act unsure[] = {
    {TYPE("Алматы или Астана", "Almaty or Astana", "Алматы немесе Астана")},
    {TYPE("в Алматы на двое суток", "Almaty for two nights", "Алматыда екі түнге")},
    {TYPE("на следующие выходные", "next weekend", "келесі демалыста")},
    {.tap = "weekend.2026-12-04"},
    {TYPE("с детьми", "with children", "балалармен")},
    {TYPE("2 взрослых и 1 ребёнок", "2 adults and 1 child", "2 үлкен, 1 бала")},
    {TYPE("недорого", "cheap", "арзан")},
    {TYPE("two-bedroom")},
    {TYPE(LONG LONG "0")},
};

static const struct field_geo near_almaty = {43.88, 77.07}, paris = {48.85, 2.35};
static const struct act by_a_place[] = {
    {.at = &paris},
    {.at = &near_almaty},
    {.tap = "back"},
    {.tap = "cancel"},
};

static const struct act by_a_link[] = {
    {TYPE("/start apt_K7M2")},
    {.tap = "no.taken"},
    {.tap = "no.closed"},
    {.tap = "day.2026-11-28"},
    {.tap = "no.short"},
    {.tap = "no.early"},
    {.tap = "day.2026-11-30"},
    {TYPE("6")},
    {.tap = "guests.2"},
    {.tap = "dates"},
    {.tap = "back"},
    {.tap = "back"},
    {TYPE("/mybookings"), GIVES(LIVE, LIST(HELD, "null"))},
    {.tap = "search"},
};

static const struct act a_month_that_is_full[] = {
    {TYPE("/start apt_K7M2"), .instead = {{CALENDAR, 200, WORLD_FULL}}},
    {.tap = "month.2026-12"},
    {TYPE("/start apt_GONE"), .instead = {{BY_CODE, 200, NONE}}},
};

static const struct act nothing_is_free[] = {
    TO_THE_GUESTS,
    {.tap = "guests.6", .instead = {{SEARCH, 200, NONE}}},
    {.tap = "day"},
    {.tap = "weekend", .instead = {{SEARCH, 200, NONE}}},
    {.tap = "city"},
};

static const struct act a_search_is_refused[] = {
    TO_THE_GUESTS,
    {.tap = "guests.6", .instead = {{SEARCH, 422, PROBLEM("in_the_past")}}},
};

static const struct act cards[] = {
    TO_THE_GUESTS,
    {.tap = "guests.2", .instead = {{SEARCH, 200, LIST(PARK(TOTAL(2200000)) "," STUDIO(TOTAL(2600000)), "\"bmV4dA\"")}}},
    {.tap = "page", .instead = {{SEARCH, 200, LIST(PARK(TOTAL(2200000)) "," STUDIO(TOTAL(2600000)), "\"bmV4dA\"")}}},
    {.tap = "all", .instead = {{SEARCH, 200, LIST(PARK(TOTAL(2200000)) "," STUDIO(TOTAL(2600000)), "\"bmV4dA\"")}}},
    {.tap = "back", .instead = {{SEARCH, 200, LIST(PARK(TOTAL(2200000)) "," STUDIO(TOTAL(2600000)), "\"bmV4dA\"")}}},
    {.tap = "flat"},
    {.tap = "back"},
};

#define OFFERS(amenities) {.tap = "guests.2", .instead = {{SEARCH, 200, LIST(APARTMENT(WORLD_APARTMENT_ID, APARTMENT_TITLE, "2", "1", "park", amenities, TOTAL(2200000)), "null")}}}, {.tap = "back"}
static const struct act what_flats_have[] = {
    TO_THE_GUESTS,
    OFFERS("\"mountain-view\",\"city-view\",\"balcony\",\"fireplace\",\"self-check-in\",\"pets-allowed\""),
    OFFERS("\"crib\",\"parking\",\"workplace\",\"wifi\",\"air-conditioner\",\"kitchen\""),
    OFFERS("\"washer\",\"dishwasher\",\"elevator\",\"tv\",\"iron\""),
};

static const struct act nights_are_taken[] = {
    TO_THE_CARD,
    {.tap = "book", .instead = {{"POST /v1/bookings", 409, PROBLEM("nights_taken")},
                                {"POST /v1/quotes", 422, NOT_AVAILABLE(ALTERNATIVE(WORLD_APARTMENT_ID, "2026-11-30", "2026-12-02", 2000000) ","
                                                                       ALTERNATIVE(WORLD_OTHER_ID, "2026-11-27", "2026-11-29", 2600000))}}},
    {.tap = "other.1", .instead = {{"POST /v1/quotes", 422, NOT_AVAILABLE("")}}},
    {.tap = "back"},
    {.tap = "flat", .instead = {{"GET /v1/apartments/" WORLD_APARTMENT_ID, 404, PROBLEM("not_found")}}},
};

static const struct act too_many_guests[] = {
    TO_THE_GUESTS,
    {.tap = "guests.6", .quiet = true},
    {.tap = "flat", .instead = {{"POST /v1/quotes", 422, NOT_AVAILABLE(ALTERNATIVE(WORLD_OTHER_ID, "2026-11-27", "2026-11-29", 2600000))}}},
    {.tap = "guests"},
    {.tap = "guests.4"},
};

static const struct act about_the_apartment[] = {
    TO_THE_APARTMENT,
    {.tap = "show.photos"}, {.tap = "show.map"}, {.tap = "show.about"}, {.tap = "show"}, {.tap = "show.amenities"},
    {.tap = "show", .quiet = true}, {.tap = "show.rules"},
    {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), NOW_STANDS(CONFIRMED), .quiet = true}, {.tap = "show.map", NOW_STANDS(CONFIRMED)},
};

static const struct act too_few_nights[] = {
    TO_THE_CARD,
    {.tap = "flat", .instead = {{"GET /v1/apartments/" WORLD_APARTMENT_ID, 200, LONGER}, {"POST /v1/quotes", 422, NOT_AVAILABLE(ALTERNATIVE(WORLD_APARTMENT_ID, "2026-11-27", "2026-11-30", 3000000))}}},
    {.tap = "other.0", GIVES("GET /v1/apartments/" WORLD_APARTMENT_ID, LONGER)},
    {TYPE("на две ночи", "for two nights", "екі түнге"), .instead = {{"GET /v1/apartments/" WORLD_APARTMENT_ID "/calendar?", 200, WORLD_DAYS}, {"GET /v1/apartments/" WORLD_APARTMENT_ID, 200, LONGER}, {"POST /v1/quotes", 422, NOT_AVAILABLE("")}}},
};

static const struct act a_booking_is_refused[] = {
    TO_THE_APARTMENT,
    {.tap = "book", .instead = {{"POST /v1/bookings", 410, PROBLEM("quote_expired")}}},
    {.tap = "book", .instead = {{"POST /v1/bookings", 422, PROBLEM("too_late")}}},
};

static const struct act too_many_bookings[] = {
    TO_THE_APARTMENT,
    {.tap = "book", .instead = {{"POST /v1/bookings", 409, PROBLEM("too_many_holds")}, {HOLDS, 200, LIST(HELD, "null")}}},
    {.tap = "open"}, {.tap = "back"}, {.tap = "flat"},
    {.tap = "book", .instead = {{"POST /v1/bookings", 409, PROBLEM("too_many_holds")}}},
    TO_THE_PHONE,
    {.share = "77012345678", .instead = {{DO("confirm"), 409, PROBLEM("too_many_unpaid")}}},
    TO_THE_CARD,
    {.tap = "book", .instead = {{"POST /v1/bookings", 409, PROBLEM("too_many_unpaid")}, {LIVE, 200, LIST(CONFIRMED "," CONFIRMED, "null")}}},
};

static const struct act phones[] = {
    TO_THE_PHONE, {TYPE("/privacy")},
    {TYPE("не скажу", "I will not say", "айтпаймын"), .instead = {{ONE, 200, TO_PAY}}},
    {.share = "77019998877", .foreign = true},
    {TYPE("8 (701) 234-56-78"), .instead = {{ONE, 200, TO_PAY}, {DO("contact"), 200, TO_PAY}}},
};

static const struct act without_a_phone[] = {
    TO_THE_PHONE,
    {.key = "stay_key_no_contact"},
    {.tap = "confirm", .instead = {{DO("confirm"), 422, PROBLEM("contact_missing")}}},
    {.key = "stay_key_no_contact", .quiet = true},
    {.tap = "cancel"}, {.tap = "back"}, {.tap = "cancel"}, {.tap = "yes"}, {.tap = "back"},
};

/* A prepayment confirms the booking, so nobody needs the phone. */
static const struct act prepaid_without_a_phone[] = {
    TO_THE_PHONE,
    {.key = "stay_key_no_contact", .instead = {{ONE, 200, TO_PAY}}},
};

static const struct act no_name[] = {TO_THE_PHONE, {.key = "button_again"}};

static const struct act terms_of_cancelling[] = {
    TO_THE_CARD,
    {.tap = "flat", .instead = {{"POST /v1/quotes", 201, QUOTE_UNDER(DEPOSIT(660000), NO_LONGER_FREE)}}},
    {.tap = "back", .quiet = true},
    {.tap = "flat", .instead = {{"POST /v1/quotes", 201, QUOTE_UNDER(DEPOSIT(660000), FREE_WITHOUT_END)}}},
    {.tap = "back", .quiet = true},
    {.tap = "flat", .instead = {{"POST /v1/quotes", 201, QUOTE_UNDER(DEPOSIT(660000), NEVER_FREE)}}},
};

static const struct act to_be_paid_beforehand[] = {
    TO_THE_CARD,
    {.tap = "flat", .instead = {{"POST /v1/quotes", 201, QUOTE(DEPOSIT(660000))}}},
    {.tap = "book", BOOKS(TO_PAY)},
    {.share = "77012345678", GIVES(DO("contact"), TO_PAY)},
    {.tap = "claim"},
    {.tap = "back"},
    {TYPE("/mybookings"), GIVES(LIVE, LIST(TO_PAY, "null"))},
    {.tap = "open", NOW_STANDS(PAID_IN_PART)},
};

#define UNPAID              "GET /v1/bookings?status=held,payment_claimed"
#define ANOTHER(status)     "{\"id\":\"018f0005-0000-7000-8000-000000000002\",\"code\":\"X3T9QKBW\",\"apartment_id\":\"" WORLD_OTHER_ID "\",\"status\":\"" status "\"," \
    "\"check_in\":\"2026-12-05\",\"check_out\":\"2026-12-08\",\"guests\":2" TOTAL(2800000) ",\"allowed_actions\":[]}"
static const struct act receipts[] = {
    TO_THE_CARD,
    {.tap = "book", BOOKS(TO_PAY), .quiet = true},
    {.file = UPDATE_OTHER_FILE, .instead = {{UNPAID, 200, LIST(TO_PAY, "null")}, {LIVE, 200, LIST(TO_PAY, "null")}}},
    {.file = UPDATE_PHOTO, GIVES(UNPAID, LIST(TO_PAY, "null"))},
    {.file = UPDATE_DOCUMENT, GIVES(UNPAID, LIST(CLAIMED, "null"))},
    {.file = UPDATE_PHOTO, GIVES(UNPAID, LIST(TO_PAY "," ANOTHER("payment_claimed"), "null"))},
    {.tap = "pay"},
    {.file = UPDATE_PHOTO, .instead = {{UNPAID, 200, LIST(TO_PAY, "null")}, {DO("claim-payment"), 410, PROBLEM("hold_expired")}, {ONE, 200, LAPSED}}},
    {TYPE("/cancel"), .quiet = true},
    {.file = UPDATE_PHOTO},
    {.file = UPDATE_PHOTO, .instead = {{"GET /v1/bookings?status=confirmed,checked_in&limit=6", 200, LIST(PAID, "null")}, {ONE, 200, PAID}}},
};

static const struct act paid_and_cancelled[] = {
    {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), NOW_STANDS(BOOKING(CODE, "payment_claimed", UNTIL("2026-11-24T06:30:00Z"), MAY_CANCEL))},
    {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), NOW_STANDS(CLAIMED)},
    {.tap = "cancel", .instead = {{ONE "/cancel-preview", 200, PREVIEW(0, 0)}, {ONE, 200, CLAIMED}}},
    {.tap = "back", NOW_STANDS(CLAIMED)},
    {.tap = "cancel", .instead = {{ONE "/cancel-preview", 200, PREVIEW(0, 330000)}, {ONE, 200, CLAIMED}}},
    {.tap = "back", NOW_STANDS(CLAIMED), .quiet = true},
    {.tap = "cancel", .instead = {{ONE "/cancel-preview", 200, PREVIEW(330000, 0)}, {ONE, 200, CLAIMED}}},
    {.tap = "yes", GIVES(DO("cancel"), REFUNDED)},
};

static const struct act asked_of_the_owner[] = {
    TO_THE_APARTMENT,
    {.tap = "book", BOOKS(REQUESTED)},
    {TYPE("/mybookings"), .instead = {{LIVE, 200, LIST(REQUESTED, "null")}}},
    {.tap = "open", NOW_STANDS(DECLINED)},
    {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), NOW_STANDS(EXPIRED_FROM("requested"))},
    {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), NOW_STANDS(EXPIRED_FROM("payment_claimed"))},
};

static const struct act out_of_time[] = {
    TO_THE_PHONE,
    {.key = "stay_key_no_contact"},
    {.tap = "confirm", .instead = {{DO("confirm"), 410, PROBLEM("hold_expired")}, {ONE, 200, EXPIRED_FROM("held")}}},
    {.tap = "again", NOW_STANDS(EXPIRED_FROM("held"))},
};

static const struct act changed_meanwhile[] = {
    TO_THE_PHONE,
    {.key = "stay_key_no_contact"},
    {.tap = "confirm", .instead = {{DO("confirm"), 409, PROBLEM("already_cancelled")}, {ONE, 200, CANCELLED}}},
    {.tap = "back"},
    {TYPE("/mybookings"), .instead = {{LIVE, 200, LIST(HELD, "null")}}},
    {.tap = "open", .instead = {{ONE, 404, PROBLEM("not_found")}}},
};

/* By the button of the message that another site has sold the dates. */
static const struct act sold_elsewhere[] = {
    {TYPE("/again AY8ABQAAcACAAAAAAAAAAQ"),
     .instead = {{ONE, 200, CANCELLED}, {"POST /v1/quotes", 422, NOT_AVAILABLE(ALTERNATIVE(WORLD_OTHER_ID, "2026-11-27", "2026-11-29", 2200000))}}},
    {.tap = "other.0", .instead = {{"POST /v1/quotes", 201, QUOTE(DEPOSIT(0))}}},
};

static const struct act my_bookings[] = {
    {TYPE("/mybookings")},
    {TYPE("/mybookings"), .instead = {{LIVE, 200, LIST(REQUESTED "," CLAIMED "," HELD "," CONFIRMED "," CHECKED_IN, "\"b2\"")}}},
    {.tap = "more", .instead = {{OVER, 200, LIST(COMPLETED "," EXPIRED_FROM("held") "," DECLINED "," CANCELLED "," NO_SHOW, "null")}}},
    {.tap = "open", NOW_STANDS(COMPLETED)},
    {.tap = "back", .instead = {{LIVE, 200, LIST(CHECKED_IN, "null")}, {OVER, 200, LIST(NO_SHOW, "null")}}},
    {.tap = "open", NOW_STANDS(CHECKED_IN)},
    {TYPE("/mybookings"), .instead = {{OVER, 200, LIST(NO_SHOW, "null")}}},
    {.tap = "open", NOW_STANDS(NO_SHOW)},
    {TYPE("/rate AY8ABQAAcACAAAAAAAAAAQ_5"), GIVES(DO("rate"), COMPLETED)},
};

static const struct act how_to_get_in[] = {
    {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), NOW_STANDS(ANONYMOUS)},
    {.tap = "phone", NOW_STANDS(ANONYMOUS)},
    {.share = "77012345678", GIVES(DO("contact"), CONFIRMED)},
    {TYPE("/booking AY8ABQAAcACAAAAAAAAAAQ"), NOW_STANDS(BOOKING(CODE, "confirmed", PAY_TO ENTRY ENTRY_COMES, MAY_CANCEL))},
};

static const struct act other_dates[] = {
    {TYPE("/mybookings"), GIVES(LIVE, LIST(OPEN(660000), "null")), .quiet = true},
    {.tap = "open", NOW_STANDS(OPEN(660000))},
    {.tap = "dates", .instead = {{ONE, 200, OPEN(660000)}, {CALENDAR, 200, OWN_DAYS}}},
    {.tap = "day.2026-11-28", GIVES(CALENDAR, OWN_DAYS)},
    {.tap = "day.2026-11-30", .instead = {{ONE, 200, OPEN(660000)}, {TRY, 422, PROBLEM("min_nights")}}},
    {TYPE("3"), .instead = {{ONE, 200, OPEN(660000)}, {TRY, 200, WOULD(LONGER_BY(3000000))}}},
    {.tap = "yes", .instead = {{DO("change-dates {"), 409, PROBLEM("total_changed")}, {ONE, 200, OPEN(660000)}, {TRY, 200, WOULD(LONGER_BY(3200000))}}},
    {.tap = "yes", GIVES(DO("change-dates"), LONGER_BY(3200000))},
};

static const struct act other_dates_by_words[] = {
    {TYPE("/mybookings"), GIVES(LIVE, LIST(OPEN(2200000), "null")), .quiet = true},
    {.tap = "open", NOW_STANDS(OPEN(2200000)), .quiet = true},
    {TYPE("изменить даты", "change the dates", "күндерді өзгерту"), NOW_STANDS(OPEN(2200000))},
    {TYPE("на следующие выходные", "next weekend", "келесі демалыста")},
    {TYPE("с 27 по 29", "from 27 to 29", "27-ден 29-ға дейін"), NOW_STANDS(OPEN(2200000))},
    {TYPE("с 5 по 8", "from 5 to 8", "5-тен 8-ге дейін"), .instead = {{ONE, 200, OPEN(2200000)}, {TRY, 409, "{\"code\":\"nights_taken\",\"nights\":[\"2026-12-06\",\"2026-12-07\"]}"}}},
    {TYPE("с 5 по 8", "from 5 to 8", "5-тен 8-ге дейін"), .instead = {{ONE, 200, OPEN(2200000)}, {TRY, 200, WOULD(LATER)}}},
    {TYPE("с 27 по 28", "from 27 to 28", "27-ден 28-ге дейін"), .instead = {{ONE, 200, OPEN(2200000)}, {TRY, 200, WOULD(SHORTER)}}},
    {.tap = "yes", .instead = {{DO("change-dates"), 409, PROBLEM("change_not_free")}, {ONE, 200, CLOSED}}},
};

static const struct act other_dates_before_payment[] = {
    {TYPE("/mybookings"), GIVES(LIVE, LIST(OPEN_TO_PAY, "null")), .quiet = true},
    {.tap = "open", NOW_STANDS(OPEN_TO_PAY), .quiet = true},
    {.tap = "dates", .instead = {{ONE, 200, OPEN_TO_PAY}, {CALENDAR, 200, OWN_DAYS}}, .quiet = true},
    {TYPE("с 5 по 8", "from 5 to 8", "5-тен 8-ге дейін"), .instead = {{ONE, 200, OPEN_TO_PAY}, {TRY, 200, WOULD(LATER_TO_PAY)}}},
};

static const struct act stopped[] = {
    {TYPE("/cancel")},
    TO_THE_PHONE,
    {TYPE("/cancel"), .instead = {{HELD_ONES, 200, LIST(HELD, "null")}}},
    {.tap = "drop"},
    {TYPE("/cancel"), .instead = {{HELD_ONES, 200, LIST(HELD, "null")}}},
    {.tap = "mybookings", .instead = {{LIVE, 200, LIST(HELD, "null")}}},
};

#define BOTH_SOUGHT                                                                                 \
    WORLD_SOUGHT(WORLD_APARTMENT_ID, APARTMENT_TITLE, 2200000, THREE("2 комнаты, 11 000 ₸ за ночь (на 4 000 ₸ дешевле вашего бюджета), есть парковка, в описании: тихо", "2 бөлме, бір түнге 11 000 ₸ (бюджетіңізден 4 000 ₸ арзан), тұрақ бар, сипаттамасында: тыныш", "2 rooms, 11,000 ₸ a night (4,000 ₸ under your budget), parking, in its description: quiet")) "," \
    WORLD_SOUGHT(WORLD_OTHER_ID, OTHER_TITLE, 2600000, THREE("2 комнаты, 13 000 ₸ за ночь, без парковки", "2 бөлме, бір түнге 13 000 ₸, тұрақ жоқ", "2 rooms, 13,000 ₸ a night, no parking"))
static const struct act found_by_search[] = {
    {TYPE("тихая двушка с парковкой в Алматы на выходные до 15 тысяч, нас двое", "quiet two rooms with parking in Almaty for the weekend under 15k, two of us", "Алматыда демалысқа тыныш екі бөлмелі, тұрағы бар, екеуміз, 15 мыңға дейін"), .instead = {WORLD_ANSWERS(BOTH_SOUGHT, WORLD_GIVE_UP("max_price", "3"))}},
    {.tap = "page.0-1", .instead = {WORLD_ANSWERS(BOTH_SOUGHT, WORLD_GIVE_UP("max_price", "3"))}},
    {.tap = "drop.1", .instead = {WORLD_ANSWERS("", WORLD_GIVE_UP("rooms", "4") "," WORLD_GIVE_UP("dates", "7") "," WORLD_GIVE_UP("guests", "1"))}},
    {.tap = "drop.0", .instead = {WORLD_SILENT}},
};

const struct walk walks[] = {
    WALK(booked_by_taps), WALK(booked_by_words), WALK(cancelled_with_a_refund), WALK(by_words), WALK(wishes),
    WALK(wishes_in_words), WALK(nothing_has_it_all), WALK_OF(found_by_search, true), WALK(unsure), WALK(by_a_place),
    WALK(by_a_link), WALK(a_month_that_is_full), WALK(nothing_is_free), WALK(a_search_is_refused), WALK(cards),
    WALK(what_flats_have), WALK(about_the_apartment), WALK(nights_are_taken), WALK(too_many_guests), WALK(too_few_nights),
    WALK(a_booking_is_refused), WALK(too_many_bookings), WALK(phones), WALK(without_a_phone), WALK(prepaid_without_a_phone),
    {"no_name", no_name, ARRAY_LEN(no_name), true, false, 0}, WALK(terms_of_cancelling), WALK(to_be_paid_beforehand), WALK(receipts),
    WALK(paid_and_cancelled), WALK(asked_of_the_owner), WALK(out_of_time), WALK(changed_meanwhile), WALK(sold_elsewhere),
    WALK(my_bookings), WALK(how_to_get_in),
    WALK(other_dates), WALK(other_dates_by_words), WALK(other_dates_before_payment), WALK(stopped),
};
const size_t walk_count = ARRAY_LEN(walks);
// clang-format on
