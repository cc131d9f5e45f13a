// SPDX-License-Identifier: MIT
/* The calendar of a chat. Expected days are drawn as text, one letter a day from today on: . can be
 * chosen, t taken, c closed, s too few nights, e not after check-in, f too far, p past. */
#include "base/text.h"

#include "dialogue/button.h"
#include "guest/calendar.h"
#include "support/scratch.h"

enum { TODAY = 20778 /* 2026-11-21, a Saturday */ };

/* --- what can be chosen --- */

/* A letter a day: . free, t taken, b taken as a buffer, a no check-in, d no check-out, T taken and
 * no check-out, 3 at least three nights. */
static struct calendar known(const char *days)
{
    struct calendar calendar = {.today = TODAY, .check_in = DATE_ABSENT, .first = TODAY};

    for (; days[calendar.count] != '\0'; calendar.count++)
        calendar.days[calendar.count] = (struct calendar_day){
            .taken = strchr("tbT", days[calendar.count]) != NULL,
            .no_check_in = days[calendar.count] == 'a',
            .no_check_out = days[calendar.count] == 'd' || days[calendar.count] == 'T',
            .min_nights = days[calendar.count] == '3' ? 3 : 1,
            .buffer = days[calendar.count] == 'b',
        };
    return calendar;
}

static const struct {
    const char *why, *days;
    int check_in; /* day after today; -1: it is asked for */
    const char *drawn;
} cases[] = {
    {"no apartment chosen",                        "",         -1, ".........."},
    {"a taken night",                              "..t...",   -1, "..t......."},
    {"no check-in",                                "..a...",   -1, "..c......."},
    {"no possible check-out",                      "..T...",   -1, ".st......."},
    {"a gap of two nights for a minimum of three", "333tt333", -1, ".sstt....."},
    {"a single free night",                        "t.t",      -1, "t.t......."},
    {"check-out, no apartment chosen",             "",         2,  "eee......."},
    {"up to a taken night",                        "....t...", 2,  "eee..ttttt"},
    {"no check-out",                               "...d....", 2,  "eeec......"},
    {"three nights at least",                      "..3.....", 2,  "eeess....."},
    {"a later night wants three",                  "...3....", 2,  "eee.s....."},
    {"no check-in during the stay",                "...a....", 2,  "eee......."},
    {"the night of the check-in itself",           "..t.....", 2,  "eeettttttt"},
};

TEST_ROWS_WHY(known_days_decide_choice, cases)
{
    static const char letters[] = ".peftcs"; /* in the order of enum calendar_status */
    struct calendar calendar = known(row->days);
    char drawn[16] = "";

    ck_assert_uint_eq(sizeof letters - 1, CALENDAR_STATUSES);
    if (row->check_in >= 0)
        calendar.check_in = TODAY + row->check_in;
    for (int day = 0; row->drawn[day] != '\0'; day++)
        drawn[day] = letters[calendar_day_status(&calendar, TODAY + day)];
    ck_assert_str_eq(drawn, row->drawn);
}

/* What can be chosen once the guest's own stay, from `own` to `end` - 1, is free. */
static const struct {
    const char *why, *days;
    int own, end;
    const char *drawn;
} freed[] = {
    {"its nights",                               ".tt.",     1,  3,  ".........."},
    {"not those of others",                      "tttt",     1,  3,  "t..t......"},
    {"the buffer after the stay",                ".ttbb.",   1,  3,  ".........."},
    {"the buffer before the stay",               ".bbtt.",   3,  5,  ".........."},
    {"not the buffers of other stays",           "tb.tb.tb", 3,  4,  "tt....tt.."},
    {"that begins where it ends",                ".ttt",     1,  3,  "...t......"},
    {"in another month",                         "t",        90, 95, "t........."},
    {"a stay that begins before the known days", "ttt",      -4, 2,  "..t......."},
    {"whose check-in stays",                     ".a..",     1,  3,  ".........."},
};

TEST_ROWS_WHY(nights_of_moved_stay_are_free, freed)
{
    struct calendar calendar = known(row->days);
    char drawn[16] = "";

    calendar_mark_stay_free(&calendar, TODAY + row->own, TODAY + row->end);
    for (int day = 0; row->drawn[day] != '\0'; day++) {
        const enum calendar_status why = calendar_day_status(&calendar, TODAY + day);
        drawn[day] = why == CALENDAR_OPEN ? '.' : why == CALENDAR_TAKEN ? 't' : '?';
    }
    ck_assert_str_eq(drawn, row->drawn);
}

TEST(choice_is_limited_by_today_window_and_longest_stay)
{
    struct calendar calendar = known("");

    ck_assert_int_eq(calendar_day_status(&calendar, TODAY - 1), CALENDAR_PAST);
    ck_assert_int_eq(calendar_day_status(&calendar, TODAY + 365), CALENDAR_OPEN);
    ck_assert_int_eq(calendar_day_status(&calendar, TODAY + 366), CALENDAR_FAR);
    calendar.check_in = TODAY + 365;
    ck_assert_int_eq(calendar_day_status(&calendar, TODAY - 1), CALENDAR_PAST);
    ck_assert_int_eq(calendar_day_status(&calendar, TODAY + 365 + 30), CALENDAR_OPEN);
    ck_assert_int_eq(calendar_day_status(&calendar, TODAY + 365 + 31), CALENDAR_FAR);
}

/* --- months --- */

static int32_t day(const char *text)
{
    int32_t read = 0;

    ck_assert(date_parse(slice_of(text), &read));
    return read;
}

static const struct {
    const char *check_in, *wanted, *shown;
} months[] = {
    {NULL,         "1970-01-01", "2026-11-01"},
    {NULL,         "2026-11-30", "2026-11-01"},
    {NULL,         "2026-12-31", "2026-12-01"},
    {NULL,         "2027-11-21", "2027-11-01"},
    {NULL,         "2027-12-01", "2027-11-01"},
    {"2026-12-15", "2026-11-30", "2026-12-01"},
    {"2026-12-15", "2027-01-14", "2027-01-01"},
    {"2026-12-15", "2027-02-01", "2027-01-01"},
};

TEST_ROWS(month_without_choice_is_not_shown, months)
{
    struct calendar calendar = known("");

    if (row->check_in != NULL)
        calendar.check_in = day(row->check_in);
    ck_assert_int_eq(calendar_clamp_month(&calendar, day(row->wanted)), day(row->shown));
}

TEST(days_after_taken_night_are_not_shown)
{
    struct calendar calendar = known("..........t");

    calendar.check_in = TODAY + 8;
    ck_assert_int_eq(calendar_clamp_month(&calendar, day("2026-12-20")), day("2026-12-01"));
    calendar.days[9].taken = true;
    ck_assert_int_eq(calendar_clamp_month(&calendar, day("2026-12-20")), day("2026-11-01"));
}

/* --- buttons --- */

static struct calendar_page page;

/* A tap on another day is answered with the reason why it cannot be chosen. */
TEST(only_past_days_blanks_and_headings_are_disabled)
{
    struct calendar calendar = known("..ta3t");

    calendar_make_month_page(&calendar, day("2026-11-01"), LANGUAGE_EN, &page);
    for (size_t i = 0; i < page.count; i++) {
        const struct calendar_button *button = &page.buttons[i];
        const struct slice why = slice_of(button->argument);
        const bool says_nothing =
            strcmp(button->action, CALENDAR_NO) == 0 && (why.len == 0 || slice_is(why, "past"));
        ck_assert_msg(button->is_disabled == says_nothing, "%s: %s", button->label.text,
                      button->argument);
    }
}

// clang-format off
static const struct {
    enum language language;
    const char *month, *check_in, *days, *drawn;
} pages[] = {
    {LANGUAGE_RU, "2026-11-01", NULL, "..t",
     "· ноябрь 2026 декабрь →\n"
     "пн вт ср чт пт сб вс\n"
     "· · · · · 21 22\n"
     "2̶3̶ 24 25 26 27 28 29\n"
     "30 · · · · · ·"},
    {LANGUAGE_EN, "2027-02-01", NULL, "",
     "← January February 2027 March →\n"
     "Mon Tue Wed Thu Fri Sat Sun\n"
     "1 2 3 4 5 6 7\n"
     "8 9 10 11 12 13 14\n"
     "15 16 17 18 19 20 21\n"
     "22 23 24 25 26 27 28"},
    {LANGUAGE_KZ, "2026-12-01", "2026-11-30", "...........t",
     "← қараша желтоқсан 2026 ·\n"
     "дс сс ср бс жм сб жс\n"
     "· 1 2 3̶ 4̶ 5̶ 6̶\n"
     "7̶ 8̶ 9̶ 1̶0̶ 1̶1̶ 1̶2̶ 1̶3̶\n"
     "1̶4̶ 1̶5̶ 1̶6̶ 1̶7̶ 1̶8̶ 1̶9̶ 2̶0̶\n"
     "2̶1̶ 2̶2̶ 2̶3̶ 2̶4̶ 2̶5̶ 2̶6̶ 2̶7̶\n"
     "2̶8̶ 2̶9̶ 3̶0̶ · · · ·"},
    {LANGUAGE_RU, "2027-11-01", NULL, "",
     "← октябрь ноябрь 2027 ·\n"
     "пн вт ср чт пт сб вс\n"
     "1 2 3 4 5 6 7\n"
     "8 9 10 11 12 13 14\n"
     "15 16 17 18 19 20 21"},
    {LANGUAGE_RU, "2026-11-01", "2026-11-22", "",
     "· ноябрь 2026 декабрь →\n"
     "пн вт ср чт пт сб вс\n"
     "· · · · · · [22]\n"
     "23 24 25 26 27 28 29\n"
     "30 · · · · · ·"},
};
// clang-format on

TEST_ROWS(weeks_begin_on_monday, pages)
{
    struct calendar calendar = known(row->days);
    char drawn[1024];

    if (row->check_in != NULL)
        calendar.check_in = day(row->check_in);
    calendar_make_month_page(&calendar, day(row->month), row->language, &page);
    /* Rows of labels. */
    struct buf text = buf_over(drawn, sizeof drawn - 1);
    for (size_t i = 0; i < page.count; i++) {
        buf_text(&text, i == 0 ? "" : page.buttons[i].new_row ? "\n" : " ");
        buf_slice(&text, formatted_slice(&page.buttons[i].label));
    }
    drawn[text.len] = '\0';
    ck_assert_str_eq(drawn, row->drawn);
    ck_assert(page.has_open);
}

/* Each date once, in order; each button with an action; arguments that are valid in a button. */
TEST(button_names_date_or_reason)
{
    struct calendar calendar = known("..t");
    int32_t next = TODAY, date;

    calendar_make_month_page(&calendar, day("2026-11-01"), LANGUAGE_RU, &page);
    for (size_t i = 0; i < page.count; i++) {
        const struct calendar_button *button = &page.buttons[i];
        ck_assert(text_is_url_safe(slice_of(button->argument)));
        if (strcmp(button->action, CALENDAR_DAY) == 0) {
            next += next == TODAY + 2;
            ck_assert(date_parse(slice_of(button->argument), &date));
            ck_assert_int_eq(date, next++);
        }
    }
    ck_assert_int_eq(next, day("2026-12-01"));
    ck_assert_str_eq(page.buttons[0].action, CALENDAR_NO);
    ck_assert_str_eq(page.buttons[2].argument, "2026-12-01");
    ck_assert_str_eq(page.buttons[2].action, CALENDAR_MONTH);
    ck_assert_str_eq(page.buttons[10].argument, "past"); /* Monday the 16th */
    ck_assert_str_eq(page.buttons[10 + 7].argument, "taken");
    ck_assert_str_eq(page.buttons[page.count - 1].argument, "");
}

TEST(every_month_of_window_fits)
{
    struct calendar calendar = known("");

    for (int32_t month = day("2026-11-01"); month < day("2027-12-01");
         month = calendar_next_month_start(month)) {
        calendar_make_month_page(&calendar, month, LANGUAGE_KZ, &page);
        ck_assert_uint_le(page.count, CALENDAR_BUTTONS_MAX);
        ck_assert_uint_eq((page.count - 3) % 7, 0);
        for (size_t i = 0; i < page.count; i++)
            ck_assert_uint_ge(page.buttons[i].label.len, 1);
    }
}

TEST(full_month_is_reported)
{
    struct calendar calendar = known("tttttttttt");

    calendar_make_month_page(&calendar, day("2026-11-01"), LANGUAGE_RU, &page);
    ck_assert(!page.has_open);
    ck_assert(page.has_unavailable);
    calendar.days[9].taken = false;
    calendar_make_month_page(&calendar, day("2026-11-01"), LANGUAGE_RU, &page);
    ck_assert(page.has_open);
    calendar.check_in = TODAY + 9;
    calendar_make_month_page(&calendar, day("2026-11-01"), LANGUAGE_RU, &page);
    ck_assert(!page.has_open);
    ck_assert(!page.has_unavailable);
}

/* --- answers of booking-api --- */

static const struct {
    const char *status, *reasons, *min_nights;
    struct calendar_day day;
} told[] = {
    {"free",    "[]",                                    "1",    {false, false, false, 1, false, false}},
    {"booked",  "[\"booked\"]",                          "2",    {true, false, false, 2, false, true}  },
    {"held",    "[\"held\"]",                            "1",    {true, false, false, 1, false, true}  },
    {"blocked", "[\"blocked\",\"closed_to_departure\"]", "1",    {true, false, true, 1, false, true}   },
    {"buffer",  "[\"buffer\"]",                          "1",    {true, false, false, 1, true, true}   },
    {"new",     "[]",                                    "1",    {true, false, false, 1, false, true}  },
    {"closed",  "[\"past\"]",                            "1",    {true, false, false, 1, false, false} },
    {"closed",  "[\"inactive\"]",                        "1",    {true, false, false, 1, false, false} },
    {"closed",  "[\"beyond_window\"]",                   "1",    {false, true, false, 1, false, false} },
    {"free",    "[\"buffer_ahead\"]",                    "1",    {true, false, false, 1, true, false}  },
    {"free",    "[\"gap_too_short\"]",                   "4",    {false, false, false, 4, false, false}},
    {"free",    "[\"too_late\"]",                        "1",    {false, true, false, 1, false, false} },
    {"free",    "[\"closed_to_arrival\"]",               "1",    {false, true, false, 1, false, false} },
    {"free",    "[\"not_closed_to_arrival\"]",           "1",    {false, false, false, 1, false, false}},
    {"free",    "null",                                  "null", {false, false, false, 0, false, false}},
    {"free",    "7",                                     "-3",   {false, false, false, 0, false, false}},
};

TEST_ROWS(day_is_read_from_answer, told)
{
    struct calendar calendar = known("");

    const char *body =
        textf("{\"days\":[{\"date\":\"2026-11-22\",\"status\":\"%s\",\"price\":{\"amount\":1},"
              "\"min_nights\":%s,\"reasons\":%s},{\"date\":\"x\",\"status\":\"booked\"},7,"
              "{\"date\":\"2026-11-20\",\"status\":\"booked\"},"
              "{\"date\":\"2027-01-22\",\"status\":\"booked\"}]}",
              row->status, row->min_nights, row->reasons);
    ck_assert_msg(calendar_read(slice_of(body), TODAY, &arena, &calendar, &fault), "%s",
                  fault.detail);
    for (size_t i = 0; i < CALENDAR_DAYS_MAX; i++) {
        const struct calendar_day none = {.min_nights = 0}, *wanted = i == 1 ? &row->day : &none,
                                  *got = &calendar.days[i];
        ck_assert_int_eq(got->taken, wanted->taken);
        ck_assert_int_eq(got->no_check_in, wanted->no_check_in);
        ck_assert_int_eq(got->no_check_out, wanted->no_check_out);
        ck_assert_int_eq(got->min_nights, wanted->min_nights);
        ck_assert_int_eq(got->buffer, wanted->buffer);
        ck_assert_int_eq(got->occupied, wanted->occupied);
    }
}

static const char *const unreadable[] = {"", "[]", "{}", "{\"days\":7}", "{\"days\":null}"};

TEST_ROWS(answer_without_days_is_rejected, unreadable)
{
    struct calendar calendar = known("t");

    ck_assert(!calendar_read(slice_of(*row), TODAY, &arena, &calendar, &fault));
    ck_assert_str_eq(fault.code, "bad_answer");
    ck_assert_uint_eq(calendar.count, 1);
    ck_assert(calendar.days[0].taken);
}
