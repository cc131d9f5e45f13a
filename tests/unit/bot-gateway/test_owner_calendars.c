// SPDX-License-Identifier: MIT
/* An owner connects calendars of other channels, and gives them our links. */
#include "owner_talk.h"

TEST_CASE("desk_calendars", .setup = owner_talk_begin, .teardown = owner_talk_end);

// clang-format off
#define APARTMENT "ALM-004 · Двушка у парка"
#define FEED_ID   "018f0008-0000-7000-8000-000000000001"
#define LINK_ID   "018f0009-0000-7000-8000-000000000001"
#define CLASH_ID  "018f0007-0000-7000-8000-000000000001"
#define FLAT      "/v1/apartments/" DESK_APARTMENT_ID
#define FEEDS     "GET " FLAT "/feeds?limit=20"
#define FEED      "GET " FLAT "/feeds/" FEED_ID
#define CONNECT   "POST " FLAT "/feeds"
#define ACT       "POST " FLAT "/feeds/" FEED_ID
#define CUT       "DELETE " FLAT "/feeds/" FEED_ID
#define LINKS     "GET " FLAT "/calendar-links?limit=20"
#define MAKE      "POST " FLAT "/calendar-links"
#define END       "DELETE " FLAT "/calendar-links/" LINK_ID
#define CONFLICTS "GET /v1/conflicts?status=open&apartment_id=" DESK_APARTMENT_ID "&limit=10"
#define IS(status, more) "{\"id\":\"" FEED_ID "\",\"channel\":\"airbnb\",\"host\":\"www.airbnb.com\",\"status\":\"" status "\",\"nights\":5," more \
    "\"next_stays\":[{\"from\":\"2026-12-12\",\"to\":\"2026-12-14\"},{\"from\":\"2026-12-20\",\"to\":\"2026-12-23\"}]}"
#define READ      "\"last_read_at\":\"2026-11-21T06:30:00Z\",\"last_success_at\":\"2026-11-21T06:30:00Z\","
#define NEW       IS("new", "")
#define OK        IS("ok", READ)
#define WRONG(status, error) IS(status, "\"last_error\":\"" error "\"," READ)
#define LINK(more) "{\"id\":\"" LINK_ID "\",\"channel\":\"booking\"" more "}"
#define URL       "https://api.tapbot.kz/v1/calendars/3q2-7wAAAAAAAAAAAAAAAA.ics"
#define NOTHING   {FEEDS, 200, DESK_LIST("", "null")}, {CONFLICTS, 200, DESK_LIST("", "null")}
#define ONE(feed) {FEEDS, 200, DESK_LIST(feed, "null")}, {CONFLICTS, 200, DESK_LIST("", "null")}
#define TO_FEEDS(...)                                                                              \
    {.type = "/desk", .step = "home"},                                                             \
    {.tap = "@desk_button_flats", .step = "flats"},                                                \
    {.tap = APARTMENT, .step = "flat"},                                                            \
    {.tap = "@desk_button_feeds", .step = "feeds", .sees = {FEEDS " " AS_OWNER, CONFLICTS, "Двушка у парка"}, INSTEAD(__VA_ARGS__)}

CONVERSATION(connects_a_calendar,
    TO_FEEDS(NOTHING),
    {.tap = "@desk_button_connect", .step = "connect", .sees = {"@desk_connect"}},
    {.type = "не знаю", .step = "connect", .sees = {"@desk_connect_no_url"}, .sees_not = "POST"},
    {.type = "Вот https://www.airbnb.com/calendar/ical/1.ics?s=2", .step = "feed",
     .sees = {CONNECT " {\"url\":\"https://www.airbnb.com/calendar/ical/1.ics?s=2\",\"channel\":\"airbnb\"}" AS_OWNER, ACT "/read {}", "@desk_connected",
              "<b>Airbnb</b>: работает\nСервер: www.airbnb.com\nОбновлён: 11:30\nЗанято ночей впереди: 5\nБлижайшие даты: 12–14 дек, 20–23 дек"}, .sees_not = "DELETE",
     INSTEAD({CONNECT, 201, NEW}, {ACT "/read", 200, OK}, {FEED, 200, OK})},
    {.tap = "@button_back", .step = "feeds", .sees = {"\nAirbnb: работает, обновлён 11:30"}, INSTEAD(ONE(OK))},
    {.tap = "Airbnb", .step = "feed", INSTEAD({FEED, 200, OK})})
CONVERSATION(calendar_that_is_cut_off_is_connected_with_a_warning,
    TO_FEEDS(NOTHING),
    {.tap = "@desk_button_connect", .step = "connect"},
    {.type = "https://www.airbnb.com/calendar/ical/1.ics?s=2", .step = "feed", .sees = {"@desk_connected_suspect", "похож на ошибку", "оборван или повреждён", "@desk_button_accept"},
     .sees_not = "@desk_connected", INSTEAD({CONNECT, 201, NEW}, {ACT "/read", 200, WRONG("suspect", "incomplete")}, {FEED, 200, WRONG("suspect", "incomplete")})})
CONVERSATION(wrong_address_is_not_kept,
    TO_FEEDS(NOTHING),
    {.tap = "@desk_button_connect", .step = "connect"},
    {.type = "https://www.airbnb.com/rooms/1", .step = "connect", .sees = {CUT, "не подключён. Вместо календаря пришла страница", "@desk_connect"},
     INSTEAD({CONNECT, 201, NEW}, {ACT "/read", 200, WRONG("failing", "not_a_calendar")}, {CUT, 204, ""})},
    {.type = "https://10.0.0.1/1.ics", .step = "connect", .sees = {"не подключён. Это не адрес экспорта"}, .sees_not = "/read", INSTEAD({CONNECT, 422, DESK_PROBLEM("url_not_allowed")})},
    {.type = "http://www.airbnb.com/1.ics", .step = "connect", .sees = {"@desk_connect_plain", "@desk_connect"}, .sees_not = "@desk_connect_failed", INSTEAD({CONNECT, 422, DESK_PROBLEM("url_not_allowed")})},
    {.type = "<https://www.airbnb.com/1.ics>.", .step = "connect", .sees = {CONNECT " {\"url\":\"https://www.airbnb.com/1.ics\",\"channel\":\"airbnb\"}"}, INSTEAD({CONNECT, 422, DESK_PROBLEM("bad_url")})},
    {.type = URL, .step = "connect", .sees = {"@desk_connect_ours", "@desk_connect"}, .sees_not = "@desk_connect_failed", INSTEAD({CONNECT, 422, DESK_PROBLEM("own_calendar")})},
    {.type = "https://www.airbnb.com/1.ics", .step = "feeds", .sees = {"@desk_feeds_many"}, INSTEAD({CONNECT, 409, DESK_PROBLEM("too_many_feeds")}, NOTHING)})
CONVERSATION(calendar_is_connected_once,
    TO_FEEDS(ONE(OK)),
    {.tap = "@desk_button_connect", .step = "connect"},
    {.type = "https://www.airbnb.com/1.ics", .step = "feeds", .sees = {"@desk_feed_twice", "\nAirbnb: работает"}, .sees_not = "/read", INSTEAD({CONNECT, 409, DESK_PROBLEM("already_connected")}, ONE(OK))})
CONVERSATION(suspect_calendar_is_accepted,
    TO_FEEDS(ONE(WRONG("suspect", "shrunken"))),
    {.tap = "Airbnb", .step = "feed", .sees = {"похож на ошибку", "Сразу пропало больше 30 %", "Если на ней всё так и есть"}, INSTEAD({FEED, 200, WRONG("suspect", "shrunken")})},
    {.tap = "@desk_button_accept", .step = "feed", .sees = {ACT "/accept {}" AS_OWNER, "@desk_accepted"}, .sees_not = "@desk_button_accept", INSTEAD({ACT "/accept", 200, OK}, {FEED, 200, OK})})
CONVERSATION(stale_calendar_says_what_it_means,
    TO_FEEDS(ONE(WRONG("stale", "status_404"))),
    {.tap = "Airbnb", .step = "feed", .sees = {"не работает больше часа", "адрес отозван", "@desk_feed_kept", "только по запросу"}, .sees_not = "@desk_button_accept", INSTEAD({FEED, 200, WRONG("stale", "status_404")})},
    {.tap = "@desk_button_read", .step = "feed", .sees = {ACT "/read {}"}, INSTEAD({FEED, 200, WRONG("stale", "status_404")}, {ACT "/read", 200, OK})})
CONVERSATION(stale_calendar_may_be_accepted_if_it_is_read,
    TO_FEEDS(ONE(WRONG("stale", "times_jumped"))),
    {.tap = "Airbnb", .step = "feed", .sees = {"только по запросу", "@desk_button_accept"}, INSTEAD({FEED, 200, WRONG("stale", "times_jumped")})},
    {.tap = "@desk_button_accept", .step = "feed", INSTEAD({ACT "/accept", 409, DESK_PROBLEM("nothing_to_accept")}, {FEED, 200, OK})})
/* The conversation's time is 07:00 UTC. */
CONVERSATION(calendar_just_read_is_not_read_again,
    TO_FEEDS(ONE(OK)),
    {.tap = "Airbnb", .step = "feed", INSTEAD({FEED, 200, OK})},
    {.tap = "@desk_button_read", .step = "feed", .sees = {"прочитан только что, в 11:59: ниже то"}, .sees_not = "POST", INSTEAD({FEED, 200, IS("ok", "\"last_read_at\":\"2026-11-21T06:59:55Z\",")})})
CONVERSATION(disconnects_a_calendar,
    TO_FEEDS(ONE(OK)),
    {.tap = "Airbnb", .step = "feed", INSTEAD({FEED, 200, OK})},
    {.tap = "@desk_button_disconnect", .step = "cut", .sees = {"Отключить календарь (Airbnb)?"}, .sees_not = "DELETE", INSTEAD({FEED, 200, OK})},
    {.tap = "@button_back", .step = "feed", INSTEAD({FEED, 200, OK})},
    {.tap = "@desk_button_disconnect", .step = "cut", INSTEAD({FEED, 200, OK})},
    {.tap = "@desk_button_sure", .step = "feeds", .sees = {CUT " " AS_OWNER, "@desk_disconnected", "@desk_feeds_none"}, INSTEAD({CUT, 204, ""}, NOTHING)})
CONVERSATION(sees_nights_taken_twice,
    TO_FEEDS({FEEDS, 200, DESK_LIST(OK, "null")}, {CONFLICTS, 200, DESK_LIST("{\"id\":\"" CLASH_ID "\",\"apartment_id\":\"" DESK_APARTMENT_ID
        "\",\"booking_id\":null,\"channel\":\"airbnb\",\"from\":\"2026-12-12\",\"to\":\"2026-12-14\",\"status\":\"open\"}", "null")}),
    {.tap = "⚠️ 12–14 дек: заняты дважды", .step = "clash", INSTEAD({"POST /v1/conflicts/" CLASH_ID "/resolve?dry_run=true", 200,
        "{\"would\":{\"id\":\"" CLASH_ID "\",\"apartment_id\":\"" DESK_APARTMENT_ID "\",\"booking_id\":null,\"channel\":\"airbnb\",\"from\":\"2026-12-12\",\"to\":\"2026-12-14\",\"status\":\"open\"}}"})})
CONVERSATION(feed_is_gone,
    TO_FEEDS(ONE(OK)),
    {.tap = "Airbnb", .step = "feeds", .sees = {"@desk_not_there"}, INSTEAD({FEED, 404, DESK_PROBLEM("not_found")}, NOTHING)})
CONVERSATION(command_of_a_notice_opens_the_calendars,
    {.type = "/calendars AY8AAgAAcACAAAAAAAAAAQ", .step = "feeds", .sees = {FEEDS}, INSTEAD(NOTHING)},
    {.tap = "@button_back", .step = "flat"},
    {.type = "/calendars x", .step = "flats"})
CONVERSATION(gives_a_channel_our_link,
    TO_FEEDS(NOTHING),
    {.tap = "@desk_button_exports", .step = "exports", .sees = {LINKS " " AS_OWNER, "@desk_exports"}, INSTEAD({LINKS, 200, DESK_LIST("", "null")})},
    {.tap = "@desk_button_export", .step = "make", .sees = {"@desk_export_channel", "Суточно.ру", "Другая площадка"}},
    {.tap = "Booking.com", .step = "make", .sees = {MAKE " {\"channel\":\"booking\"}" AS_OWNER, "<code>" URL "</code>", "@desk_button_feeds"}, INSTEAD({MAKE, 201, LINK(",\"url\":\"" URL "\"")})},
    {.tap = "@desk_button_feeds", .step = "feeds", INSTEAD(NOTHING)},
    {.tap = "@desk_button_exports", .step = "exports", .sees = {"\nBooking.com: ещё не читала"}, INSTEAD({LINKS, 200, DESK_LIST(LINK(""), "null")})},
    {.tap = "@desk_button_export", .step = "make"},
    {.tap = "@button_back", .step = "exports", .sees = {"\nBooking.com: читала 11:30"}, INSTEAD({LINKS, 200, DESK_LIST(LINK(",\"last_read_at\":\"2026-11-21T06:30:00Z\""), "null")})},
    {.tap = "@desk_button_export", .step = "make"},
    {.tap = "Airbnb", .step = "exports", .sees = {"@desk_exports_many"}, INSTEAD({MAKE, 409, DESK_PROBLEM("too_many_links")}, {LINKS, 200, DESK_LIST("", "null")})})
#define HAS_LINK INSTEAD({LINKS, 200, DESK_LIST(LINK(""), "null")})
CONVERSATION(deletes_a_link,
    TO_FEEDS(NOTHING),
    {.tap = "@desk_button_exports", .step = "exports", HAS_LINK},
    {.tap = "Booking.com", .step = "export", .sees = {"Удалить ссылку (Booking.com)?"}, .sees_not = "DELETE", HAS_LINK},
    {.tap = "@button_back", .step = "exports", HAS_LINK},
    {.tap = "Booking.com", .step = "export", HAS_LINK},
    {.tap = "@desk_button_sure", .step = "exports", .sees = {END " " AS_OWNER, "@desk_export_ended"}, INSTEAD({END, 204, ""}, {LINKS, 200, DESK_LIST("", "null")})})
/* What channels know of a booking that was changed at 06:30. */
#define BOOKED(status) DESK_BOOKING(status, "\"updated_at\":\"2026-11-21T06:30:00Z\",", DESK_MAY_CANCEL)
#define OTHER_ID "018f0009-0000-7000-8000-000000000002"
#define FLAT_LINKS "GET " FLAT "/calendar-links?limit=20"
#define OTHER(more) "{\"id\":\"" OTHER_ID "\",\"channel\":\"airbnb\"" more "}"
#define KNOWN(link, other) INSTEAD({DESK_CALL, 200, BOOKED("confirmed")}, {FLAT_LINKS, 200, DESK_LIST(LINK(link) "," OTHER(other), "null")}, {"POST " FLAT "/calendar-links/" LINK_ID "/closed", 200, LINK("")})
#define AT(member, time) ",\"" member "\":\"2026-11-21T06:" time "Z\""
CONVERSATION(channels_that_do_not_know_a_booking_are_named,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {FLAT_LINKS " " AS_OWNER, "Ещё не знают об этой брони:</b>\nBooking.com: читала нас 11:29\nAirbnb\nЕсли ждать", "Закрыл сам: Booking.com", "Закрыл сам: Airbnb"},
     KNOWN(AT("last_read_at", "29:00"), "")},
    {.tap = "Закрыл сам: Booking.com", .step = "booking", .sees = {"POST " FLAT "/calendar-links/" LINK_ID "/closed {\"as_of\":\"2026-11-21T06:30:00.000Z\"}" AS_OWNER, "\nAirbnb\n"}, .sees_not = "Закрыл сам: Booking.com",
     KNOWN(AT("last_read_at", "29:00") AT("closed_at", "45:00"), "")},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees_not = "Ещё не знают", KNOWN(AT("last_read_at", "30:10"), AT("closed_at", "30:00"))},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"\nBooking.com: читала нас 11:30\nAirbnb: читала нас 11:20"}, KNOWN(AT("last_read_at", "30:09"), AT("last_read_at", "20:00") AT("closed_at", "29:59"))})
/* The booking is changed at 06:31 after its message was sent; another one may have come as well. */
CONVERSATION(only_what_the_message_shows_is_closed,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", KNOWN("", "")},
    {.tap = "Закрыл сам: Booking.com", .step = "booking", .sees = {"/closed {\"as_of\":\"2026-11-21T06:30:00.000Z\"}", "Закрыл сам: Booking.com"},
     INSTEAD({DESK_CALL, 200, DESK_BOOKING("confirmed", "\"updated_at\":\"2026-11-21T06:31:00Z\",", DESK_MAY_CANCEL)},
             {FLAT_LINKS, 200, DESK_LIST(LINK(AT("closed_at", "30:00")), "null")}, {"POST " FLAT "/calendar-links/" LINK_ID "/closed", 200, LINK("")})})
CONVERSATION(ended_booking_and_refused_links_name_no_channels,
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees_not = "calendar-links", INSTEAD({DESK_CALL, 200, BOOKED("cancelled")})},
    {.type = "/deal " DESK_ARGUMENT, .step = "booking", .sees = {"подтверждена"}, .sees_not = "Ещё не знают", INSTEAD({DESK_CALL, 200, BOOKED("confirmed")}, {FLAT_LINKS, 404, DESK_PROBLEM("not_found")})})
// clang-format on

static const struct exchange to_connect[] = {
    TO_FEEDS(NOTHING),
    {.tap = "@desk_button_connect", .step = "connect"},
};

/* The address is a secret of the channel. */
TEST(address_is_not_stored)
{
    static const struct scripted answers[] = {
        {CONNECT, 422, DESK_PROBLEM("bad_url")},
        {NULL,    0,   NULL                   }
    };

    CONVERSE(to_connect);
    talk.instead = answers;
    ck_assert(conversation_type(&talk, "https://www.airbnb.com/calendar/ical/1.ics?s=2"));
    ck_assert(talk.output.conceals);
}
