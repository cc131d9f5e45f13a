// SPDX-License-Identifier: MIT
/* Every use case loses its connection at each of its database calls. Add a row for a new route. */
#include "tortured.h"

#define HOLD_OVER  "UPDATE occupancy SET expires_at = now() - interval '1 second'"
#define STAY_BEGUN "UPDATE occupancy SET check_in = check_in - 11, check_out = check_out - 11"
#define PREPAID    "UPDATE apartment SET prepayment_percent = 30"
#define ON_REQUEST "UPDATE apartment SET instant_book = false"
#define SECOND_ID  "01900000-0000-7000-8000-000000000001"
#define SECOND_OWNER                                                                                \
    "INSERT INTO owner (id, tenant_id, name) SELECT '" SECOND_ID "', tenant_id, 'Болат' FROM " \
    "owner"
#define STAY  "'check_in':'$+10','check_out':'$+12','guests':2"
#define GUEST "'guest':{'name':'Данияр','telegram_id':9}"

// clang-format off
static const struct torture_case rows[] = {
    CASE("owner", "POST /v1/owners", .body = "{'name':'Айгуль','phone':'+77011234567'}"),
    CASE("owner changed", "PATCH /v1/owners/:id", .body = "{'name':'Айгуль'}"),
    CASE("owners", "GET /v1/owners"),
    CASE("one owner", "GET /v1/owners/:id"),

    CASE("apartment", "POST /v1/apartments", .body = "{'owner_id':'$owner','title':{'ru':'Студия'},'city':'almaty','rooms':1,'max_guests':2,'base_price':KZT(1000000)}"),
    CASE("apartment changed", "PATCH /v1/apartments/:id", .body = "{'title':{'ru':'Двушка'},'rooms':2}"),
    CASE("apartment handed over with its bookings", "PATCH /v1/apartments/:id", .given = GIVEN_CONFIRMED, .before = SECOND_OWNER, .body = "{'owner_id':'" SECOND_ID "'}"),
    CASE("one apartment", "GET /v1/apartments/:id"),
    CASE("apartments", "GET /v1/apartments"),
    CASE("apartments for dates", "GET /v1/apartments", .params = "check_in=$+10&check_out=$+12"),
    CASE("rates", "PUT /v1/apartments/:id/rates", .body = "{'items':[{'from':'$+10','to':'$+20','percent':10},{'from':'$+12','to':'$+14','min_nights':2}]}"),
    CASE("rates read", "GET /v1/apartments/:id/rates"),
    CASE("calendar", "GET /v1/apartments/:id/calendar", .given = GIVEN_CONFIRMED),
    CASE("block", "POST /v1/apartments/:id/blocks", .body = "{'from':'$+10','to':'$+12','reason':'Ремонт'}"),
    CASE("block over a hold that is over", "POST /v1/apartments/:id/blocks", .given = GIVEN_BOOKED, .then = HOLD_OVER, .body = "{'from':'$+10','to':'$+12'}"),
    CASE("blocks", "GET /v1/apartments/:id/blocks", .given = GIVEN_BLOCK),
    CASE("block deleted", "DELETE /v1/apartments/:id/blocks/:block_id", .given = GIVEN_BLOCK),
    CASE("calendar link", "POST /v1/apartments/:id/calendar-links", .body = "{'channel':'airbnb','name':'Студия'}"),
    CASE("calendar links", "GET /v1/apartments/:id/calendar-links", .given = GIVEN_LINK),
    CASE("calendar link deleted", "DELETE /v1/apartments/:id/calendar-links/:link_id", .given = GIVEN_LINK),
    CASE("calendar link closed", "POST /v1/apartments/:id/calendar-links/:link_id/closed", .given = GIVEN_LINK),
    /* The calendar is sent even if the time of the reading cannot be stored, so here it is stored already. */
    CASE("calendar for a channel", "GET /v1/calendars/:calendar", .given = GIVEN_LINK, .then = "UPDATE calendar_link SET last_read_at = now()"),
    CASE("feed", "POST /v1/apartments/:id/feeds", .body = "{'url':'https://calendar.invalid/a.ics','channel':'airbnb'}"),
    CASE("feeds", "GET /v1/apartments/:id/feeds", .given = GIVEN_FEED),
    CASE("one feed", "GET /v1/apartments/:id/feeds/:feed_id", .given = GIVEN_FEED),
    CASE("feed changed", "PATCH /v1/apartments/:id/feeds/:feed_id", .given = GIVEN_FEED, .body = "{'channel':'airbnb','ends_inclusive':true}"),
    CASE("feed deleted", "DELETE /v1/apartments/:id/feeds/:feed_id", .given = GIVEN_FEED),
    CASE("feed accepted", "POST /v1/apartments/:id/feeds/:feed_id/accept", .given = GIVEN_FEED),
    CASE("feed read", "POST /v1/apartments/:id/feeds/:feed_id/read", .given = GIVEN_FEED),
    CASE("conflicts", "GET /v1/conflicts", .given = GIVEN_CONFLICT),
    CASE("conflict decided for ours", "POST /v1/conflicts/:id/resolve", .given = GIVEN_CONFLICT, .body = "{'keep':'ours'}"),
    CASE("conflict decided for theirs", "POST /v1/conflicts/:id/resolve", .given = GIVEN_CONFLICT, .body = "{'keep':'theirs'}"),
    CASE("cancel under a feed", "POST /v1/bookings/:id/cancel", .given = GIVEN_CONFLICT),
    CASE("webhook", "POST /v1/webhooks", .body = "{'url':'https://hooks.invalid/a','types':['booking.*','apartment.updated']}"),
    CASE("webhooks", "GET /v1/webhooks", .given = GIVEN_WEBHOOK),
    CASE("one webhook", "GET /v1/webhooks/:id", .given = GIVEN_WEBHOOK),
    CASE("webhook changed", "PATCH /v1/webhooks/:id", .given = GIVEN_WEBHOOK, .body = "{'types':['block.*']}"),
    CASE("webhook revived", "PATCH /v1/webhooks/:id", .given = GIVEN_WEBHOOK, .then = "UPDATE receiver SET disabled_at = now()", .body = "{'status':'active'}"),
    CASE("webhook deleted", "DELETE /v1/webhooks/:id", .given = GIVEN_WEBHOOK),
    CASE("webhook tested", "POST /v1/webhooks/:id/test", .given = GIVEN_WEBHOOK),
    CASE("webhook replayed", "POST /v1/webhooks/:id/replay", .given = GIVEN_WEBHOOK, .body = "{'after':'2026-01-01T00:00:00Z'}"),
    CASE("availability", "POST /v1/availability", .given = GIVEN_CONFIRMED, .body = "{'apartment_ids':['$apartment','$other']," STAY "}"),
    CASE("cities", "GET /v1/cities"),

    CASE("quote", "POST /v1/quotes", .body = "{'apartment_id':'$apartment'," STAY "}"),
    CASE("quote read", "GET /v1/quotes/:id", .given = GIVEN_QUOTE),

    CASE("booking", "POST /v1/bookings", .body = "{'apartment_id':'$apartment'," STAY "," GUEST ",'note':'Поздно'}"),
    CASE("booking as a dry run", "POST /v1/bookings", .params = "dry_run=true", .body = "{'apartment_id':'$apartment'," STAY "," GUEST "}"),
    CASE("booking repeated", "POST /v1/bookings", .repeated = true, .body = "{'apartment_id':'$apartment'," STAY "," GUEST "}"),
    CASE("booking by quote", "POST /v1/bookings", .given = GIVEN_QUOTE, .body = "{'quote_id':'$quote'," GUEST "}"),
    CASE("booking on request", "POST /v1/bookings", .before = ON_REQUEST, .caller = &stand_guest8, .body = "{'apartment_id':'$apartment'," STAY ",'guest':{'name':'Данияр'}}"),
    CASE("booking over an overdue hold", "POST /v1/bookings", .given = GIVEN_BOOKED, .then = HOLD_OVER, .body = "{'apartment_id':'$apartment'," STAY "," GUEST "}"),
    CASE("bookings", "GET /v1/bookings", .given = GIVEN_BOOKED),
    CASE("one booking", "GET /v1/bookings/:id", .given = GIVEN_BOOKED),
    CASE("history", "GET /v1/bookings/:id/history", .given = GIVEN_CONFIRMED),
    CASE("cancel preview", "GET /v1/bookings/:id/cancel-preview", .given = GIVEN_CONFIRMED),

    CASE("confirm", "POST /v1/bookings/:id/confirm", .given = GIVEN_BOOKED, .caller = &stand_guest, .body = "{'phone':'+77011234567'}"),
    CASE("confirm what is paid", "POST /v1/bookings/:id/confirm", .given = GIVEN_BOOKED, .before = PREPAID, .caller = &stand_owner, .body = "{'phone':'+77011234567','paid':KZT(600000)}"),
    CASE("confirm a request", "POST /v1/bookings/:id/confirm", .given = GIVEN_BOOKED, .before = ON_REQUEST, .caller = &stand_owner),
    CASE("claim a payment", "POST /v1/bookings/:id/claim-payment", .given = GIVEN_BOOKED, .before = PREPAID, .caller = &stand_guest, .body = "{'receipt':'Kaspi 12'}"),
    CASE("claim tapped twice", "POST /v1/bookings/:id/claim-payment", .keyless = true, .given = GIVEN_BOOKED, .before = PREPAID, .caller = &stand_guest),
    CASE("decline", "POST /v1/bookings/:id/decline", .given = GIVEN_BOOKED, .before = ON_REQUEST, .body = "{'reason':'Занято'}"),
    CASE("cancel", "POST /v1/bookings/:id/cancel", .given = GIVEN_CONFIRMED, .caller = &stand_guest),
    CASE("cancel tapped twice", "POST /v1/bookings/:id/cancel", .keyless = true, .given = GIVEN_CONFIRMED, .caller = &stand_guest),
    CASE("check in", "POST /v1/bookings/:id/check-in", .given = GIVEN_CONFIRMED, .then = STAY_BEGUN),
    CASE("check out", "POST /v1/bookings/:id/check-out", .given = GIVEN_ARRIVED),
    CASE("no show", "POST /v1/bookings/:id/no-show", .given = GIVEN_CONFIRMED, .then = STAY_BEGUN, .body = "{'reason':'Не приехал'}"),
    CASE("other dates", "POST /v1/bookings/:id/change-dates", .given = GIVEN_CONFIRMED, .body = "{'check_in':'$+11','check_out':'$+14'}"),
    CASE("phone", "POST /v1/bookings/:id/contact", .given = GIVEN_BOOKED, .caller = &stand_guest, .body = "{'phone':'+77011234567'}"),
    CASE("phone corrected", "POST /v1/bookings/:id/contact", .keyless = true, .given = GIVEN_CONFIRMED, .then = "UPDATE booking SET guest_phone = '+77017654321'", .body = "{'phone':'+77011234567'}"),
    CASE("rating", "POST /v1/bookings/:id/rate", .given = GIVEN_LEFT, .caller = &stand_guest, .body = "{'rating':5}"),
    CASE("money of a confirmed stay", "POST /v1/bookings/:id/set-paid", .given = GIVEN_CONFIRMED, .caller = &stand_owner, .body = "{'paid':KZT(600000)}"),
    CASE("money of a hold that is over", "POST /v1/bookings/:id/set-paid", .given = GIVEN_BOOKED, .then = HOLD_OVER, .body = "{'paid':KZT(600000)}"),
    CASE("other apartment", "POST /v1/bookings/:id/change-dates", .given = GIVEN_CONFIRMED, .body = "{'apartment_id':'$other','check_in':'$+10','check_out':'$+12'}"),

    CASE("guest erased", "POST /v1/guests/erase", .given = GIVEN_BOOKED, .body = "{'telegram_id':7}"),
    CASE("guest who erases himself", "POST /v1/guests/erase", .given = GIVEN_BOOKED, .caller = &stand_guest, .body = "{'telegram_id':7}"),
    CASE("events", "GET /v1/events", .given = GIVEN_CONFIRMED),
    CASE("self-check", "GET /v1/selfcheck", .given = GIVEN_CONFIRMED),
};
// clang-format on

int main(void)
{
    return torture_main(&tortured_service, "test_torture", rows, ARRAY_LEN(rows));
}
