// SPDX-License-Identifier: MIT
/* The days that a phrase mentions, before stay.c converts them to dates of the calendar. */
#pragma once

#include "phrases/parser.h"

enum point_kind {
    POINT_DAY,    /* a day of a month: "the 5th" */
    POINT_DATE,   /* day and month; year 0: not given */
    POINT_OFFSET, /* days from today */
    POINT_WEEKDAY /* 1 Monday .. 7 Sunday */
};

enum point_role { POINT_ANY, POINT_START, POINT_END };

enum which { WHICH_NONE, WHICH_THIS, WHICH_NEXT, WHICH_NEAREST };

struct point {
    enum point_kind kind;
    enum point_role role;
    enum which which;
    int day, month, year;
    int32_t days; /* POINT_WEEKDAY: the weekday; otherwise, if `from_now`: days from today */
    int weekday;  /* weekday given with a date; 0: none */
    size_t from, to;
    bool linked;         /* second part of a range that begins with the previous point: "5-8" */
    bool is_alternative; /* preceded by "and" or "or" */
    bool from_now;
};

enum { POINTS_MAX = 6 };

struct days {
    struct point points[POINTS_MAX];
    size_t count;
    int month; /* a month that is not next to the days: "5 тен 8 ге дейін желтоқсанда"; 0: none */
    size_t month_at; /* index of the item of that month */
    int32_t nights;  /* length of the stay in nights; 0: not given */
    int32_t lengths; /* length of the stay in days or weeks; 0: not given */
    bool vague;      /* an unspecified length: "пара дней", "a month" */
    bool weekend;
    enum which weekend_which;
    bool next_week, this_week;
    bool holiday;
    bool inclusive; /* "по 14 включительно": the end may be the last night or the day after it */
    bool unclear;      /* the days do not describe one stay */
    int32_t ahead_max; /* how many days ahead a date without a year may be */
};

/* Sets the role of a point (start or end of the stay) from adjacent words and previous points. */
void days_set_role(const struct items *items, const struct days *days, struct point *point);
/* True for a day that only bounds the stay or is approximate: "после 5 декабря", "жұмадан кейін",
 * "around Friday". */
bool days_is_only_bounded(const struct items *items, const struct point *point);
/* Joins the names of one day: "пятница, 27 ноября", "завтра, 25 ноября". */
void days_join_names(const struct items *items, struct days *days);

/* Whether a word that is not in the vocabulary stands beside a day and may change it: the month of
 * "сб 12 дкб", the first word of "слдщ пятница". */
bool days_have_unknown_words(const struct items *items, const struct days *days);

/* True for "в 3 ночи", "до 12 дня", "с 2 дня", which are times of day; not "extend by 3 nights" and
 * "до 3 дней". `number`: the index of the number. */
bool days_is_time_of_day(const struct parser *parser, size_t number);

void days_read(struct parser *parser, struct days *days);
