// SPDX-License-Identifier: MIT
/* The rules of channels/ical_read.h, one by one. Whole feeds in the dialects of channels are in
 * tests/data/ical (test_ical_feeds.c). */
#include "base/buf.h"
#include "base/date.h"

#include "channels/ical_read.h"
#include "support/test.h"

TEST_CASE("rules");

enum { TEXT_MAX = ICAL_BYTES_MAX + 1000 };

static struct ical_options options(bool ends_inclusive)
{
    struct ical_options window = {.time_zone = "Asia/Almaty", .ends_inclusive = ends_inclusive};

    ck_assert(date_parse(SLICE("2026-12-01"), &window.from));
    ck_assert(date_parse(SLICE("2027-12-01"), &window.to));
    return window;
}

static struct ical_feed read_text(struct slice text, bool ends_inclusive, struct arena *arena)
{
    const struct ical_options window = options(ends_inclusive);
    struct ical_feed feed;
    struct fault fault;

    ck_assert_msg(ical_read(text, &window, arena, &feed, &fault), "%s", fault.detail);
    return feed;
}

/* The stays as "12-14>12-16", with a space between two; the year where it is not 2026. */
static const char *stays_of(const struct ical_feed *feed)
{
    static char text[4000];
    struct buf out = buf_over(text, sizeof text - 1);
    char day[DATE_TEXT_LEN + 1];

    for (size_t i = 0; i < feed->count; i++) {
        if (i > 0)
            buf_char(&out, ' ');
        date_format(feed->stays[i].from, day);
        buf_text(&out, day + (strncmp(day, "2026-", 5) == 0 ? 5 : 0));
        buf_char(&out, '>');
        date_format(feed->stays[i].to, day);
        buf_text(&out, day + (strncmp(day, "2026-", 5) == 0 ? 5 : 0));
    }
    ck_assert(!out.failed);
    text[out.len] = '\0';
    return text;
}

/* A feed of one event with these lines. */
static struct slice feed_of(const char *lines)
{
    static char text[20000];

    const int len = snprintf(text, sizeof text,
                             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
                             "BEGIN:VEVENT\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                             lines);
    ck_assert(len > 0 && (size_t)len < sizeof text);
    return (struct slice){text, (size_t)len};
}

// clang-format off
static const struct {
    const char *why, *lines, *stays;
} events[] = {
    {"an all-day event ends on the day of departure",
     "UID:a\nDTSTART;VALUE=DATE:20261214\nDTEND;VALUE=DATE:20261216", "12-14>12-16"},
    {"a date without VALUE=DATE", "DTSTART:20261214\nDTEND:20261216", "12-14>12-16"},
    {"no DTEND is one night", "DTSTART;VALUE=DATE:20261214", "12-14>12-15"},
    {"DTEND equal to DTSTART is one night", "DTSTART;VALUE=DATE:20261214\nDTEND;VALUE=DATE:20261214", "12-14>12-15"},
    {"DTEND before DTSTART is one night", "DTSTART;VALUE=DATE:20261214\nDTEND;VALUE=DATE:20261210", "12-14>12-15"},
    {"DURATION of days", "DTSTART;VALUE=DATE:20261214\nDURATION:P3D", "12-14>12-17"},
    {"DURATION of weeks", "DTSTART;VALUE=DATE:20261214\nDURATION:P1W", "12-14>12-21"},
    {"DURATION of hours after a date", "DTSTART;VALUE=DATE:20261214\nDURATION:PT36H", "12-14>12-16"},

    {"a floating time is the apartment's", "DTSTART:20261214T140000\nDTEND:20261216T120000", "12-14>12-16"},
    {"UTC is converted: 20:00 is 01:00 of the next day", "DTSTART:20261214T200000Z\nDTEND:20261216T070000Z", "12-15>12-16"},
    {"a zone of tzdata", "DTSTART;TZID=Asia/Almaty:20261214T140000\nDTEND;TZID=Asia/Almaty:20261216T120000", "12-14>12-16"},
    {"another zone: 21:00 in Berlin is 01:00 of the next day",
     "DTSTART;TZID=Europe/Berlin:20261214T210000\nDTEND;TZID=Europe/Berlin:20261216T120000", "12-15>12-16"},
    {"a Windows name: 22:30 in Moscow is 00:30",
     "DTSTART;TZID=Russian Standard Time:20261214T223000\nDTEND;TZID=Russian Standard Time:20261216T120000", "12-15>12-16"},
    {"Central Asia Standard Time is UTC+06: 00:30 there is 23:30 of the day before",
     "DTSTART;TZID=Central Asia Standard Time:20261214T003000\nDTEND;TZID=Central Asia Standard Time:20261216T120000", "12-13>12-16"},
    {"a vendor's prefix", "DTSTART;TZID=/citadel.org/20210210_1/Europe/Berlin:20261214T210000\nDTEND:20261216T120000", "12-15>12-16"},
    {"an offset as a name", "DTSTART;TZID=GMT+03:00:20261214T223000\nDTEND;TZID=GMT+03:00:20261216T120000", "12-15>12-16"},
    {"an offset in a display name", "DTSTART;TZID=\"(UTC+03:00) Moscow\":20261214T223000\nDTEND:20261216T120000", "12-15>12-16"},
    {"an unknown zone is the apartment's", "DTSTART;TZID=Mars/Olympus:20261214T233000\nDTEND;TZID=Mars/Olympus:20261216T003000", "12-14>12-16"},
    {"a name with a path is an unknown zone",
     "DTSTART;TZID=../zoneinfo/Europe/Berlin:20261214T210000\nDTEND:20261216T120000", "12-14>12-16"},
    {"a time of one date holds nothing", "DTSTART:20261214T100000\nDTEND:20261214T120000", ""},
    {"a night of one hour", "DTSTART:20261214T233000\nDTEND:20261215T003000", "12-14>12-15"},
    {"24:00 is the next day", "DTSTART:20261214T140000\nDTEND:20261215T240000", "12-14>12-16"},
    {"a time without DTEND has no length", "DTSTART:20261214T100000", ""},
    {"a timed DURATION", "DTSTART:20261214T140000\nDURATION:P1DT22H", "12-14>12-16"},
    {"a date with a time as its end", "DTSTART;VALUE=DATE:20261214\nDTEND:20261216T120000", "12-14>12-16"},
    {"the same on one day", "DTSTART;VALUE=DATE:20261214\nDTEND:20261214T120000", "12-14>12-15"},
    {"a time with a date as its end", "DTSTART:20261214T140000\nDTEND;VALUE=DATE:20261216", "12-14>12-16"},

    {"a transparent event holds nothing", "DTSTART:20261214\nDTEND:20261216\nTRANSP:TRANSPARENT", ""},
    {"a cancelled event holds nothing", "DTSTART:20261214\nDTEND:20261216\nSTATUS:CANCELLED", ""},
    {"a tentative event holds", "DTSTART:20261214\nDTEND:20261216\nSTATUS:TENTATIVE\nTRANSP:OPAQUE", "12-14>12-16"},

    {"a rule with COUNT", "DTSTART:20261214\nDTEND:20261215\nRRULE:FREQ=WEEKLY;COUNT=3", "12-14>12-15 12-21>12-22 12-28>12-29"},
    {"a rule until a time in UTC",
     "DTSTART;TZID=Asia/Almaty:20261214T140000\nDTEND;TZID=Asia/Almaty:20261215T120000\n"
     "RRULE:FREQ=DAILY;INTERVAL=7;UNTIL=20261221T090000Z", "12-14>12-15 12-21>12-22"},
    {"a rule that began years ago", "DTSTART:20160104\nDTEND:20160105\nRRULE:FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270201",
     "12-07>12-08 2027-01-04>2027-01-05 2027-02-01>2027-02-02"},
    {"an exception", "DTSTART:20261214\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20261221", "12-14>12-15 12-28>12-29"},
    {"an exception by time for an all-day event", "DTSTART:20261214\nRRULE:FREQ=WEEKLY;COUNT=2\nEXDATE:20261221T000000", "12-14>12-15"},
    {"an exception of the first", "DTSTART:20261214\nRRULE:FREQ=WEEKLY;COUNT=2\nEXDATE;VALUE=DATE:20261214", "12-21>12-22"},
    {"further dates", "DTSTART:20261214\nRDATE;VALUE=DATE:20261220,20261225", "12-14>12-15 12-20>12-21 12-25>12-26"},
    {"a further period", "DTSTART:20261214T140000\nDURATION:P1D\nRDATE;VALUE=PERIOD:20261220T090000Z/P2D",
     "12-14>12-15 12-20>12-22"},
    {"a rule without end stops at the window", "DTSTART:20271127\nRRULE:FREQ=DAILY", "2027-11-27>2027-11-28 "
     "2027-11-28>2027-11-29 2027-11-29>2027-11-30 2027-11-30>2027-12-01"},
    {"a midnight of winter time is a midnight of summer time", 
     "DTSTART;TZID=Europe/Berlin:20270325T000000\nDTEND;TZID=Europe/Berlin:20270326T000000\nRRULE:FREQ=DAILY;INTERVAL=7;COUNT=2",
     "2027-03-25>2027-03-26 2027-04-01>2027-04-02"},

    {"what lies outside of the window is cut", "DTSTART:20261101\nDTEND:20261203", "12-01>12-03"},
    {"what ends before the window", "DTSTART:20261101\nDTEND:20261201", ""},
    {"far dates", "DTSTART:19000101\nDTEND:99991231", "12-01>2027-12-01"},
};
// clang-format on

TEST_ROWS_WHY(event_holds_its_nights, events)
{
    struct arena arena = ARENA(ICAL_ARENA_MAX);
    const struct ical_feed feed = read_text(feed_of(row->lines), false, &arena);

    ck_assert_str_eq(stays_of(&feed), row->stays);
    ck_assert_str_eq(ical_verdict_name(feed.verdict), "ok");
    ck_assert_uint_eq(feed.events, 1);
    arena_finish(&arena);
}

// clang-format off
static const struct {
    const char *why, *lines, *stays;
} inclusive[] = {
    {"DTEND is the last night", "DTSTART:20261214\nDTEND:20261216", "12-14>12-17"},
    {"one night", "DTSTART:20261214\nDTEND:20261214", "12-14>12-15"},
    {"no DTEND", "DTSTART:20261214", "12-14>12-15"},
    {"DURATION says how long", "DTSTART:20261214\nDURATION:P2D", "12-14>12-16"},
    {"times too", "DTSTART:20261214T140000\nDTEND:20261216T235900", "12-14>12-17"},
};
// clang-format on

TEST_ROWS_WHY(inclusive_end_is_a_night, inclusive)
{
    struct arena arena = ARENA(ICAL_ARENA_MAX);
    const struct ical_feed feed = read_text(feed_of(row->lines), true, &arena);

    ck_assert_str_eq(stays_of(&feed), row->stays);
    arena_finish(&arena);
}

#define EVENT(lines)  "BEGIN:VEVENT\n" lines "\nEND:VEVENT\n"
#define CALENDAR(...) "BEGIN:VCALENDAR\n" __VA_ARGS__ "END:VCALENDAR\n"
#define ONE           EVENT("UID:a\nDTSTART:20261214\nDTEND:20261216")

// clang-format off
static const struct {
    const char *why, *text, *verdict, *stays;
} feeds[] = {
    {"empty", "", "not_a_calendar", ""},
    {"blank", " \r\n\n", "not_a_calendar", ""},
    {"HTML", "<!DOCTYPE html><html><body>Sign in</body></html>", "not_a_calendar", ""},
    {"JSON", "{\"error\":\"BEGIN:VCALENDAR\"}", "not_a_calendar", ""},
    {"no events", CALENDAR(""), "ok", ""},
    {"one event", CALENDAR(ONE), "ok", "12-14>12-16"},
    {"a BOM", "\xef\xbb\xbf" CALENDAR(ONE), "ok", "12-14>12-16"},
    {"blank lines around", "\n\n" CALENDAR(ONE) "\n \n", "ok", "12-14>12-16"},
    {"CR alone", "BEGIN:VCALENDAR\rBEGIN:VEVENT\rDTSTART:20261214\rEND:VEVENT\rEND:VCALENDAR", "ok", "12-14>12-15"},
    {"lower case", "begin:vcalendar\nbegin:vevent\ndtstart;value=date:20261214\nend:vevent\nend:vcalendar\n", "ok", "12-14>12-15"},
    {"a fold inside of a name, a value and a letter",
     CALENDAR(EVENT("SUMMARY:\xd0\n \x91\nDTS\r\n TART:202612\n\t14")), "ok", "12-14>12-15"},
    {"two calendars", CALENDAR(ONE) CALENDAR(EVENT("UID:b\nDTSTART:20261220")), "ok", "12-14>12-16 12-20>12-21"},
    {"an alarm's DURATION is not the event's", CALENDAR(EVENT("DTSTART:20261214\nBEGIN:VALARM\nDURATION:P9D\nEND:VALARM")),
     "ok", "12-14>12-15"},
    {"a to-do is no event", CALENDAR("BEGIN:VTODO\nDTSTART:20261214\nEND:VTODO\n"), "ok", ""},

    {"cut off in an event", "BEGIN:VCALENDAR\n" ONE "BEGIN:VEVENT\nDTSTART:2026", "incomplete", "12-14>12-16"},
    {"cut off between events", "BEGIN:VCALENDAR\n" ONE, "incomplete", "12-14>12-16"},
    {"an event without END", CALENDAR("BEGIN:VEVENT\nDTSTART:20261220\n" ONE), "incomplete", "12-14>12-16"},
    {"END of what did not begin", CALENDAR("END:VEVENT\n" ONE), "incomplete", "12-14>12-16"},
    {"a server's message before it", "Warning: mysql_connect()\n" CALENDAR(ONE), "incomplete", "12-14>12-16"},
    {"a server's message after it", CALENDAR(ONE) "<b>Fatal error</b>\n", "incomplete", "12-14>12-16"},
    {"a calendar in a calendar", "BEGIN:VCALENDAR\n" ONE CALENDAR(ONE), "incomplete", "12-14>12-16"},
    {"no DTSTART", CALENDAR(EVENT("UID:x\nDTEND:20261214") ONE), "incomplete", "12-14>12-16"},
    {"a day that does not exist", CALENDAR(EVENT("UID:x\nDTSTART:20270230") ONE), "incomplete", "12-14>12-16"},
    {"an unreadable DTEND", CALENDAR(EVENT("UID:x\nDTSTART:20261220\nDTEND:soon")), "incomplete", "12-20>12-21"},
    {"an unreadable rule", CALENDAR(EVENT("UID:x\nDTSTART:20261220\nRRULE:FREQ=SOMETIMES")), "incomplete", "12-20>12-21"},
    {"an empty DTEND is none", CALENDAR(EVENT("UID:x\nDTSTART:20261220\nDTEND:")), "ok", "12-20>12-21"},

    {"a rule of seconds", CALENDAR(EVENT("DTSTART:20261214T000000\nDTEND:20261215T000000\nRRULE:FREQ=SECONDLY")),
     "too_many_events", NULL},
    {"a rule of hours that never matches",
     CALENDAR(EVENT("DTSTART:20261214T000000\nDTEND:20261215T000000\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")),
     "too_many_events", "12-14>12-15"},
    {"a rule of months that never matches",
     CALENDAR(EVENT("DTSTART:20261214\nRRULE:FREQ=MONTHLY;BYDAY=6MO")), "too_many_events", "12-14>12-15"},

    {"the same event twice", CALENDAR(ONE ONE), "ok", "12-14>12-16"},
    {"one UID for all", CALENDAR(ONE EVENT("UID:a\nDTSTART:20261220")), "ok", "12-14>12-16 12-20>12-21"},
    {"a later revision", CALENDAR(EVENT("UID:a\nSEQUENCE:1\nDTSTART:20261220") ONE), "ok", "12-20>12-21"},
    {"a later revision that cancels", CALENDAR(ONE EVENT("UID:a\nSEQUENCE:1\nSTATUS:CANCELLED\nDTSTART:20261214")), "ok", ""},
    {"no UID at all", CALENDAR(EVENT("DTSTART:20261214\nSEQUENCE:1") EVENT("DTSTART:20261220")), "ok", "12-14>12-15 12-20>12-21"},
    {"a moved repetition", CALENDAR(EVENT("UID:a\nRECURRENCE-ID:20261221\nDTSTART:20261223")
     EVENT("UID:a\nDTSTART:20261214\nRRULE:FREQ=WEEKLY;COUNT=3")), "ok", "12-14>12-15 12-23>12-24 12-28>12-29"},
    {"a cancelled repetition, by another clock",
     CALENDAR(EVENT("UID:a\nDTSTART;TZID=Asia/Almaty:20261214T140000\nDURATION:P1D\nRRULE:FREQ=WEEKLY;COUNT=2")
              EVENT("UID:a\nRECURRENCE-ID:20261221T090000Z\nDTSTART:20261221T090000Z\nSTATUS:CANCELLED")), "ok", "12-14>12-15"},
    {"a repetition of another event stays",
     CALENDAR(EVENT("UID:a\nDTSTART:20261214\nRRULE:FREQ=WEEKLY;COUNT=2")
              EVENT("UID:b\nRECURRENCE-ID:20261221\nDTSTART:20261225")), "ok", "12-14>12-15 12-21>12-22 12-25>12-26"},

    {"a VTIMEZONE of the feed", CALENDAR(EVENT("DTSTART;TZID=Home:20261214T223000\nDTEND;TZID=Home:20261216T120000")
     "BEGIN:VTIMEZONE\nTZID:Home\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0300\nEND:STANDARD\n"
     "END:VTIMEZONE\n"), "ok", "12-15>12-16"},
    {"tzdata knows better than an old VTIMEZONE",
     CALENDAR("BEGIN:VTIMEZONE\nTZID:Asia/Almaty\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0600\nTZOFFSETTO:+0600\n"
     "END:STANDARD\nEND:VTIMEZONE\n" EVENT("DTSTART;TZID=Asia/Almaty:20261214T003000\nDTEND;TZID=Asia/Almaty:20261216T120000")),
     "ok", "12-14>12-16"},
    {"a VTIMEZONE with a rule of seconds is an unknown zone",
     CALENDAR("BEGIN:VTIMEZONE\nTZID:Home\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0300\n"
     "RRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
     EVENT("DTSTART;TZID=Home:20261214T223000\nDTEND;TZID=Home:20261216T120000")), "ok", "12-14>12-16"},
    {"a VTIMEZONE without offsets is an unknown zone",
     CALENDAR("BEGIN:VTIMEZONE\nTZID:Home\nEND:VTIMEZONE\n"
     EVENT("DTSTART;TZID=Home:20261214T223000\nDTEND;TZID=Home:20261216T120000")), "ok", "12-14>12-16"},
};
// clang-format on

TEST_ROWS_WHY(feed_is_judged, feeds)
{
    struct arena arena = ARENA(ICAL_ARENA_MAX);
    const struct ical_feed feed = read_text(slice_of(row->text), false, &arena);

    ck_assert_str_eq(ical_verdict_name(feed.verdict), row->verdict);
    if (row->stays != NULL)
        ck_assert_str_eq(stays_of(&feed), row->stays);
    arena_finish(&arena);
}

// clang-format off
static const struct {
    const char *why, *text;
    enum ical_ends ends;
} guesses[] = {
    {"nothing to see", CALENDAR(ONE), ICAL_ENDS_UNKNOWN},
    {"two stays touch", CALENDAR(ONE EVENT("UID:b\nDTSTART:20261216\nDTEND:20261218")), ICAL_ENDS_EXCLUSIVE},
    {"one night ends on its own date", CALENDAR(ONE EVENT("UID:b\nDTSTART:20261220\nDTEND:20261220")), ICAL_ENDS_INCLUSIVE},
    {"both", CALENDAR(ONE EVENT("UID:b\nDTSTART:20261216\nDTEND:20261218") EVENT("UID:c\nDTSTART:20261220\nDTEND:20261220")),
     ICAL_ENDS_EXCLUSIVE},
    {"times say nothing", CALENDAR(EVENT("DTSTART:20261220T100000\nDTEND:20261220T110000")), ICAL_ENDS_UNKNOWN},
    {"no DTEND says nothing", CALENDAR(EVENT("DTSTART:20261220")), ICAL_ENDS_UNKNOWN},
};
// clang-format on

TEST_ROWS_WHY(kind_of_ends_is_guessed, guesses)
{
    struct arena arena = ARENA(ICAL_ARENA_MAX);

    ck_assert_int_eq(read_text(slice_of(row->text), false, &arena).ends, row->ends);
    ck_assert_int_eq(read_text(slice_of(row->text), true, &arena).ends, row->ends);
    arena_finish(&arena);
}

static void append_events(struct buf *text, size_t count, const char *lines)
{
    for (size_t i = 0; i < count; i++)
        buf_printf(text, "BEGIN:VEVENT\nUID:%zu\n%sEND:VEVENT\n", i, lines);
}

TEST(events_have_a_limit)
{
    struct buf text = BUF(TEXT_MAX);
    struct arena arena = ARENA(ICAL_ARENA_MAX);

    buf_text(&text, "BEGIN:VCALENDAR\n");
    append_events(&text, ICAL_EVENTS_MAX, "DTSTART:20261214\nDTEND:20261216\n");
    struct buf more = BUF(TEXT_MAX);
    buf_slice(&more, buf_as_slice(&text));
    buf_text(&text, "END:VCALENDAR\n");
    struct ical_feed feed = read_text(buf_as_slice(&text), false, &arena);
    ck_assert_int_eq(feed.verdict, ICAL_OK);
    ck_assert_uint_eq(feed.count, ICAL_EVENTS_MAX);

    append_events(&more, 1, "DTSTART:20261214\n");
    buf_text(&more, "END:VCALENDAR\n");
    arena_reset(&arena);
    feed = read_text(buf_as_slice(&more), false, &arena);
    ck_assert_int_eq(feed.verdict, ICAL_TOO_MANY_EVENTS);
    ck_assert_uint_eq(feed.count, ICAL_EVENTS_MAX);
    arena_finish(&arena);
    buf_finish(&text);
    buf_finish(&more);
}

TEST(repetitions_have_a_limit)
{
    struct buf text = BUF(TEXT_MAX);
    struct arena arena = ARENA(ICAL_ARENA_MAX);

    buf_text(&text, "BEGIN:VCALENDAR\n");
    append_events(&text, 20, "DTSTART:20261214\nRRULE:FREQ=DAILY\n");
    buf_text(&text, "END:VCALENDAR\n");
    const struct ical_feed feed = read_text(buf_as_slice(&text), false, &arena);
    ck_assert_int_eq(feed.verdict, ICAL_TOO_MANY_EVENTS);
    ck_assert_uint_le(feed.count, ICAL_STAYS_MAX);
    arena_finish(&arena);
    buf_finish(&text);
}

TEST(text_has_a_limit)
{
    struct arena arena = ARENA(ICAL_ARENA_MAX);
    char *text = malloc(ICAL_BYTES_MAX + 1);

    memset(text, '\n', ICAL_BYTES_MAX + 1);
    ck_assert_int_eq(read_text((struct slice){text, ICAL_BYTES_MAX}, false, &arena).verdict,
                     ICAL_NOT_A_CALENDAR);
    ck_assert_int_eq(read_text((struct slice){text, ICAL_BYTES_MAX + 1}, false, &arena).verdict,
                     ICAL_TOO_LARGE);
    free(text);
    arena_finish(&arena);
}

TEST(nul_is_a_character_like_others)
{
    static const char text[] = CALENDAR("X:\0\n" ONE);
    struct arena arena = ARENA(ICAL_ARENA_MAX);
    const struct ical_feed feed = read_text((struct slice){text, sizeof text - 1}, false, &arena);

    ck_assert_str_eq(stays_of(&feed), "12-14>12-16");
    ck_assert_int_eq(feed.verdict, ICAL_OK);
    arena_finish(&arena);
}

TEST(long_line_is_cut)
{
    struct buf text = BUF(TEXT_MAX);
    struct arena arena = ARENA(ICAL_ARENA_MAX);

    buf_text(&text, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261214\nATTACH:");
    for (size_t i = 0; i < 1500000; i++)
        buf_char(&text, 'x');
    buf_text(&text, "\nEND:VEVENT\nEND:VCALENDAR\n");
    const struct ical_feed feed = read_text(buf_as_slice(&text), false, &arena);
    ck_assert_str_eq(stays_of(&feed), "12-14>12-15");
    ck_assert_int_eq(feed.verdict, ICAL_OK);
    arena_finish(&arena);
    buf_finish(&text);
}

TEST(full_arena_is_a_fault_and_leaves_the_output)
{
    struct buf text = BUF(TEXT_MAX);
    struct ical_feed feed = {.count = 7};
    const struct ical_options window = options(false);
    struct fault fault;

    buf_text(&text, "BEGIN:VCALENDAR\n");
    append_events(&text, 3000, "DTSTART:20261214\nDTEND:20261216\n");
    for (size_t room = 0; room < 200000; room += 20000) {
        struct arena arena = ARENA(room);
        ck_assert(!ical_read(buf_as_slice(&text), &window, &arena, &feed, &fault));
        ck_assert_str_eq(fault.code, "out_of_memory");
        ck_assert_uint_eq(feed.count, 7);
        arena_finish(&arena);
    }
    buf_finish(&text);
}
