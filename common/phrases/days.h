// SPDX-License-Identifier: MIT
/* What a phrase says of days, before the calendar is asked (stay.c). */
#pragma once

#include "phrases/parts.h"

enum point_kind {
    POINT_DAY,    /* of a month: the 5th */
    POINT_DATE,   /* day and month; year 0: the next */
    POINT_AWAY,   /* so many days from today */
    POINT_WEEKDAY /* 1 Monday .. 7 */
};

enum point_role { POINT_ANY, POINT_START, POINT_END };

enum which { WHICH_NONE, WHICH_THIS, WHICH_NEXT, WHICH_NEAREST };

struct point {
    enum point_kind kind;
    enum point_role role;
    enum which which;
    int day, month, year;
    int32_t days; /* from today; or the weekday */
    int weekday;  /* said beside a date; 0: none */
    size_t from, to;
    bool linked; /* goes on from the one before: "5-8", "с 5 на 6" */
    bool or_so;  /* "and", "or" stand before it */
    bool from_now;
};

enum { POINTS_MAX = 6 };

struct days {
    struct point points[POINTS_MAX];
    size_t count;
    int month; /* said apart from the days: "5 тен 8 ге дейін желтоқсанда" */
    int32_t nights;  /* said as nights; 0: none */
    int32_t lengths; /* said as days, or as weeks */
    bool vague;      /* пара дней, a month */
    bool weekend;
    enum which weekend_which;
    bool next_week, this_week;
    bool holiday;
    bool unsure; /* what cannot be one stay */
};

/* The role of a point, by the words around it and by the points before it. */
void days_find_role(const struct items *items, const struct days *days, struct point *point);
/* "пятница, 27 ноября" is one day. */
void days_join_weekdays(const struct items *items, struct days *days);

void days_read(struct work *work, struct days *days);
