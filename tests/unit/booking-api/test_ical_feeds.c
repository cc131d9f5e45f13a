// SPDX-License-Identifier: MIT
/* Whole feeds in the dialects of channels, with the nights written by hand: tests/data/ical. */
#include "base/buf.h"
#include "base/date.h"

#include "channels/ical_read.h"
#include "support/test.h"

enum { ROWS_MAX = 200, ROW_MAX = 500, FEEDS_MIN = 60, COLUMNS = 6 };
enum { FEED, ABOUT, VERDICT, ENDS, INCLUSIVE, NIGHTS };

static char rows[ROWS_MAX][ROW_MAX];
static int row_count;

static FILE *open_data(const char *name)
{
    char path[400];

    snprintf(path, sizeof path, "%s/tests/data/ical/%s", REPOSITORY, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    return file;
}

static void load_table(void)
{
    FILE *file = open_data("expected.tsv");
    char line[ROW_MAX];

    row_count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || strncmp(line, "feed\t", 5) == 0)
            continue;
        ck_assert_int_lt(row_count, ROWS_MAX);
        memcpy(rows[row_count++], line, sizeof line);
    }
    fclose(file);
}

static struct slice load_feed(struct slice name, char *out, size_t size)
{
    char path[200];

    snprintf(path, sizeof path, "feeds/%.*s.ics", SLICE_ARG(name));
    FILE *file = open_data(path);
    const size_t len = fread(out, 1, size, file);
    ck_assert_uint_lt(len, size);
    fclose(file);
    return (struct slice){out, len};
}

static void append_day(struct buf *out, int32_t day)
{
    char text[DATE_TEXT_LEN + 1];

    date_format(day, text);
    buf_text(out, text + (strncmp(text, "2026-", 5) == 0 ? 5 : 0));
}

/* The nights as in the table. The stays are sorted by their first night. */
static const char *nights_of(const struct ical_feed *feed)
{
    static char text[ROW_MAX];
    struct buf out = buf_over(text, sizeof text - 1);

    for (size_t i = 0; i < feed->count;) {
        int32_t to = feed->stays[i].to;
        if (i > 0)
            buf_char(&out, ' ');
        append_day(&out, feed->stays[i].from);
        for (i++; i < feed->count && feed->stays[i].from <= to; i++)
            to = feed->stays[i].to > to ? feed->stays[i].to : to;
        buf_char(&out, '>');
        append_day(&out, to);
    }
    ck_assert(!out.failed);
    text[out.len] = '\0';
    return text;
}

static void check_row(const char *row)
{
    static const char *const ends[] = {"unknown", "exclusive", "inclusive"};
    static char text[100000];
    struct arena arena = ARENA(ICAL_ARENA_MAX);
    struct ical_options options = {.time_zone = "Asia/Almaty"};
    struct slice rest = slice_of(row), columns[COLUMNS];
    struct ical_feed feed;

    for (int i = 0; i < COLUMNS; i++) {
        ck_assert_msg(rest.at != NULL, "%s: too few columns", row);
        columns[i] = slice_cut(&rest, '\t');
    }
    ck_assert(date_parse(SLICE("2026-12-01"), &options.from));
    ck_assert(date_parse(SLICE("2027-12-01"), &options.to));
    options.ends_inclusive = slice_is(columns[INCLUSIVE], "yes");
    ck_ok(ical_read(load_feed(columns[FEED], text, sizeof text), &options, &arena, &feed, &fault));
    const char *nights = nights_of(&feed);
    ck_assert_msg(slice_is(columns[NIGHTS], nights), "%s: %s", row, nights);
    ck_assert_msg(slice_is(columns[VERDICT], ical_verdict_name(feed.verdict)), "%s: %s", row,
                  ical_verdict_name(feed.verdict));
    ck_assert_msg(slice_is(columns[ENDS], ends[feed.ends]), "%s: %s", row, ends[feed.ends]);
    arena_finish(&arena);
}

TEST_CASE("feeds", .setup = load_table);

TEST(feeds_hold_the_nights_of_the_table)
{
    ck_assert_int_ge(row_count, FEEDS_MIN);
    for (int i = 0; i < row_count; i++)
        check_row(rows[i]);
}

/* However a feed is cut, only its whole text is complete, and it never holds other nights. */
TEST(cut_feed_is_never_complete)
{
    static char text[100000];
    struct ical_options options = {.time_zone = "Asia/Almaty", .from = 20788, .to = 20788 + 365};
    const struct slice whole = load_feed(SLICE("google-moved-instance"), text, sizeof text);

    for (size_t len = 0; len < whole.len - strlen("\r\n"); len++) {
        struct arena arena = ARENA(ICAL_ARENA_MAX);
        struct ical_feed feed;
        ck_ok(ical_read((struct slice){whole.at, len}, &options, &arena, &feed, &fault));
        ck_assert_msg(feed.verdict != ICAL_OK, "%zu bytes", len);
        arena_finish(&arena);
    }
}
