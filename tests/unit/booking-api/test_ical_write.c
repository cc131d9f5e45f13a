// SPDX-License-Identifier: MIT
/* Our calendar for other channels: its form, and that it is read back as it is. */
#include "base/date.h"

#include "channels/ical_read.h"
#include "channels/ical_write.h"
#include "support/test.h"

TEST_CASE("write");

enum { CALENDARS = 500, STAYS_MAX = 60 };

static const struct ical_entry entry = {
    .id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
    .from = 20801, /* 2026-12-14 */
    .to = 20803,
    .is_stay = true,
    .version = 3,
    .changed_at = INT64_C(1796000000123456),
};

static void write_calendar(struct buf *out, const char *name, const struct ical_entry *entries,
                           size_t count)
{
    ical_write_begin(out, slice_of(name));
    for (size_t i = 0; i < count; i++)
        ical_write_entry(out, &entries[i]);
    ical_write_end(out);
    ck_assert(!out->failed);
}

TEST(calendar_has_the_form_of_the_rfc)
{
    struct buf text = BUF(10000);

    write_calendar(&text, "Студия", &entry, 1);
    buf_char(&text, '\0');
    ck_assert_str_eq(
        text.data,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tapbot.kz//calendars 1.0//EN\r\n"
        "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n"
        "X-WR-CALNAME:Студия\r\n"
        "BEGIN:VEVENT\r\nUID:01020304-0506-0708-090a-0b0c0d0e0f10@calendars.tapbot.kz\r\n"
        "DTSTAMP:20261130T005320Z\r\nDTSTART;VALUE=DATE:20261214\r\n"
        "DTEND;VALUE=DATE:20261216\r\nSEQUENCE:3\r\nSUMMARY:Reserved\r\n"
        "TRANSP:OPAQUE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    buf_finish(&text);
}

TEST(block_is_no_reservation)
{
    struct buf text = BUF(10000);
    struct ical_entry block = entry;

    block.is_stay = false;
    write_calendar(&text, "", &block, 1);
    ck_assert(slice_contains(buf_as_slice(&text), SLICE("SUMMARY:Not available\r\n")));
    buf_finish(&text);
}

/* Names of 1 to 200 characters of 1 to 4 bytes. */
TEST_LOOP(lines_are_folded_between_characters, 0, 4)
{
    static const char *const letters[] = {"x", "Ж", "₸", "🏠"};

    for (int length = 1; length <= 200; length++) {
        struct buf name = BUF(1000), text = BUF(10000), unfolded = BUF(10000);
        for (int i = 0; i < length; i++)
            buf_text(&name, letters[_i]);
        buf_char(&name, '\0');
        write_calendar(&text, name.data, NULL, 0);
        struct slice rest = buf_as_slice(&text);
        while (rest.len > 0) {
            const struct slice line = slice_cut(&rest, '\n');
            ck_assert_uint_le(line.len, 76); /* with CR */
            if (line.len == 0)
                continue;
            ck_assert_int_eq(line.at[line.len - 1], '\r');
            ck_assert_uint_eq(slice_prefix_len(line, line.len - 1), line.len - 1);
            const bool continues = line.at[0] == ' ';
            buf_append(&unfolded, line.at + continues, line.len - continues - 1);
        }
        ck_assert(slice_contains(buf_as_slice(&unfolded), slice_of(name.data)));
        buf_finish(&name);
        buf_finish(&text);
        buf_finish(&unfolded);
    }
}

TEST(name_is_escaped)
{
    struct buf text = BUF(10000);

    write_calendar(&text, "a;b,c\\d\ne\r\x01", NULL, 0);
    ck_assert(slice_contains(buf_as_slice(&text), SLICE("X-WR-CALNAME:a\\;b\\,c\\\\d\\ne\r\n")));
    buf_finish(&text);
}

TEST(own_events_are_recognised)
{
    ck_assert(ical_uid_is_ours(SLICE("01020304-0506-0708-090a-0b0c0d0e0f10@calendars.tapbot.kz")));
    ck_assert(!ical_uid_is_ours(SLICE("1418fb94e984-e7d5@airbnb.com")));
    ck_assert(!ical_uid_is_ours(SLICE("")));
}

/* Stays, blocks and gaps of 1 to 9 nights, one after the other. */
static size_t make_entries(unsigned *seed, struct ical_entry *entries,
                           const struct ical_options *window)
{
    const size_t count = (size_t)rand_r(seed) % STAYS_MAX;
    int32_t day = window->from;

    for (size_t i = 0; i < count; i++) {
        const int32_t from = day + rand_r(seed) % 4;
        entries[i] = (struct ical_entry){.from = from,
                                         .to = from + 1 + rand_r(seed) % 9,
                                         .is_stay = rand_r(seed) % 2 == 0,
                                         .version = 1 + rand_r(seed) % 9,
                                         .changed_at = INT64_C(1796000000000000)};
        memcpy(entries[i].id.bytes, &i, sizeof i);
        day = entries[i].to;
    }
    return count;
}

TEST(random_calendars_are_read_back)
{
    struct ical_options window = {.time_zone = "Asia/Almaty", .from = 20788, .to = 20788 + 1000};
    struct ical_entry entries[STAYS_MAX];
    unsigned seed = 7;

    for (int i = 0; i < CALENDARS; i++) {
        struct buf text = BUF(100000);
        struct arena arena = ARENA(ICAL_ARENA_MAX);
        struct ical_feed feed;
        struct fault fault;
        const size_t count = make_entries(&seed, entries, &window);
        write_calendar(&text, "Квартира с видом на горы; этаж 9, «Алатау»", entries, count);
        ck_assert(ical_read(buf_as_slice(&text), &window, &arena, &feed, &fault));
        ck_assert_int_eq(feed.verdict, ICAL_OK);
        ck_assert_int_ne(feed.ends, ICAL_ENDS_INCLUSIVE);
        ck_assert_uint_eq(feed.count, count);
        for (size_t k = 0; k < count; k++) {
            ck_assert_int_eq(feed.stays[k].from, entries[k].from);
            ck_assert_int_eq(feed.stays[k].to, entries[k].to);
            ck_assert(ical_uid_is_ours(feed.stays[k].uid));
        }
        arena_finish(&arena);
        buf_finish(&text);
    }
}
