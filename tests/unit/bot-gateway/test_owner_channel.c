// SPDX-License-Identifier: MIT
/* Addresses of calendars as owners paste them. */
#include "owner/owner_channel.h"
#include "support/scratch.h"
#include "support/test.h"

TEST_CASE("owner_channel");

// clang-format off
static const struct {
    const char *text, *url; /* NULL: there is none */
    const char *channel;
} pasted[] = {
    {"https://www.airbnb.com/calendar/ical/1.ics?s=2", "https://www.airbnb.com/calendar/ical/1.ics?s=2", "airbnb"},
    {"вот: https://www.airbnb.ru/calendar/ical/1.ics?s=2\nспасибо", "https://www.airbnb.ru/calendar/ical/1.ics?s=2", "airbnb"},
    {"https://airbnb.com.au/x.ics", "https://airbnb.com.au/x.ics", "airbnb"},
    {"HTTPS://WWW.AIRBNB.KZ/x.ics", "HTTPS://WWW.AIRBNB.KZ/x.ics", "airbnb"},
    {"https://ical.booking.com/v1/export?t=ab", "https://ical.booking.com/v1/export?t=ab", "booking"},
    {"https://admin.booking.com:443/hotel/x.ics", "https://admin.booking.com:443/hotel/x.ics", "booking"},
    {"https://sutochno.ru/calendar/ical/1", "https://sutochno.ru/calendar/ical/1", "sutochno"},
    {"https://krisha.kz/ical/1.ics", "https://krisha.kz/ical/1.ics", "krisha"},
    {"webcal://calendar.google.com/calendar/ical/a%40b/private-1/basic.ics", "https://calendar.google.com/calendar/ical/a%40b/private-1/basic.ics", "google"},
    {"https://www.vrbo.com/icalendar/1.ics", "https://www.vrbo.com/icalendar/1.ics", "vrbo"},
    {"https://www.homeaway.com/icalendar/1.ics", "https://www.homeaway.com/icalendar/1.ics", "vrbo"},
    {"https://example.com/airbnb.ics", "https://example.com/airbnb.ics", "other"},
    {"https://myairbnb.example.com/?u=www.airbnb.com", "https://myairbnb.example.com/?u=www.airbnb.com", "other"},
    {"https://example.com#.airbnb.x", "https://example.com#.airbnb.x", "other"},
    {"http://www.airbnb.com/1.ics", "http://www.airbnb.com/1.ics", "airbnb"},
    {"<https://www.airbnb.com/1.ics?s=2>", "https://www.airbnb.com/1.ics?s=2", "airbnb"},
    {"«https://www.airbnb.com/1.ics»", "https://www.airbnb.com/1.ics", "airbnb"},
    {"\"https://www.airbnb.com/1.ics\",", "https://www.airbnb.com/1.ics", "airbnb"},
    {"“https://www.airbnb.com/1.ics”", "https://www.airbnb.com/1.ics", "airbnb"},
    {"'https://www.airbnb.com/1.ics'", "https://www.airbnb.com/1.ics", "airbnb"},
    {"`https://www.airbnb.com/1.ics`", "https://www.airbnb.com/1.ics", "airbnb"},
    {"Вот https://www.airbnb.com/1.ics.", "https://www.airbnb.com/1.ics", "airbnb"},
    {"https://www.airbnb.com/1.ics, https://krisha.kz/2.ics", "https://www.airbnb.com/1.ics", "airbnb"},
    {"https://www.airbnb.com/1.ics?!…", "https://www.airbnb.com/1.ics", "airbnb"},
    {"(https://www.airbnb.com/1.ics)", "https://www.airbnb.com/1.ics", "airbnb"},
    {"[Airbnb](https://www.airbnb.com/1.ics).", "https://www.airbnb.com/1.ics", "airbnb"},
    {"https://example.com/a(1)", "https://example.com/a(1)", "other"},
    {"https://www.airbnb.com/1.ics\u00a0спасибо", "https://www.airbnb.com/1.ics", "airbnb"},
    {"\u200bhttps://www.airbnb.com/1.ics\u200b", "https://www.airbnb.com/1.ics", "airbnb"},
    {"адрес:https://www.airbnb.com/1.ics", "https://www.airbnb.com/1.ics", "airbnb"},
    {"Webcal://p01.icloud.com/1;", "https://p01.icloud.com/1", "other"},
    {"webcals://example.com/1.ics", "https://example.com/1.ics", "other"},
    {"https://... https://krisha.kz/2.ics", "https://krisha.kz/2.ics", "krisha"},
    {"xhttps://krisha.kz/2.ics", NULL, NULL},
    {"<https://>", NULL, NULL},
    {"http://", NULL, NULL},
    {"www.airbnb.com/1.ics", NULL, NULL},
    {"https://", NULL, NULL},
    {"webcal://", NULL, NULL},
    {"не знаю", NULL, NULL},
    {"", NULL, NULL},
};
// clang-format on

TEST_ROWS(address_and_channel_are_found, pasted)
{
    const struct slice url = owner_find_calendar_url(slice_of(row->text), &arena);

    if (row->url == NULL) {
        ck_assert_ptr_null(url.at);
        return;
    }
    ck_assert_slice(url, row->url);
    ck_assert_str_eq(owner_channel_of_url(url), row->channel);
    ck_assert(owner_is_channel(slice_of(row->channel)));
}

TEST(address_without_encryption_is_told_apart)
{
    ck_assert(owner_is_plain_url(SLICE("HTTP://a.kz")));
    ck_assert(!owner_is_plain_url(SLICE("https://a.kz")));
    ck_assert(!owner_is_plain_url(SLICE("http:/")));
}

TEST(long_host_is_another_channel)
{
    char url[2000] = "https://";

    memset(url + 8, 'a', 1900);
    ck_assert_str_eq(owner_channel_of_url(slice_of(url)), "other");
    ck_assert_str_eq(owner_channel_of_url(SLICE("x")), "other");
    ck_assert_str_eq(owner_channel_of_url(SLICE("")), "other");
}
