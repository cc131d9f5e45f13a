// SPDX-License-Identifier: MIT
/* A month of days on which a guest taps check-in and then check-out: which days can be chosen, and
 * the rows of buttons. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/fault.h"
#include "base/language.h"

#include "texts/format.h"

enum {
    CALENDAR_NIGHTS_MAX = 30, /* longest stay that the bot offers */
    /* Maximum from today to check-in, as in booking-api. An apartment may have a lower maximum. */
    CALENDAR_WINDOW_DAYS = 365,
    /* Days read at once: a month, and the longest stay from its last day. */
    CALENDAR_DAYS_MAX = 31 + 31
};

/* Whether a day can be chosen, or why not. */
enum calendar_status {
    CALENDAR_OPEN,
    CALENDAR_PAST,
    CALENDAR_EARLY,  /* the day is not after check-in */
    CALENDAR_FAR,    /* beyond the window or the longest stay */
    CALENDAR_TAKEN,  /* the night of the day is taken, or one between check-in and the day */
    CALENDAR_CLOSED, /* check-in or check-out is not allowed on the day */
    CALENDAR_SHORT,  /* the apartment requires more nights, or no check-out is possible after it */
    CALENDAR_STATUSES
};
/* The status as it is written in the argument of a button; "" for CALENDAR_OPEN. */
extern const char *const calendar_status_names[CALENDAR_STATUSES];

/* What is known of a day of an apartment. */
struct calendar_day {
    bool taken; /* its night is not available */
    bool no_check_in;
    bool no_check_out;
    int64_t min_nights; /* of a stay that includes its night; 0: any */
    bool buffer;        /* its night is kept free before or after a stay */
    bool occupied;      /* a stay, the buffer after it, or a block has its night */
};

struct calendar {
    int32_t today;
    int32_t check_in; /* the chosen one; DATE_ABSENT: the next day to choose is check-in */
    int32_t first;    /* date of days[0] */
    size_t count;     /* known days; 0: the calendar has no apartment */
    struct calendar_day days[CALENDAR_DAYS_MAX];
};

/* Whether the day can be chosen as check-in or, once check-in is chosen, as check-out. */
enum calendar_status calendar_day_status(const struct calendar *calendar, int32_t day);
/* Marks the nights of a stay as free, with the buffers around them: booking-api reports them as
 * taken, without a reason, although the guest may move the stay. The day of its check-in may stay
 * check-in. If a buffer also belongs to another stay, booking-api refuses the change. */
void calendar_mark_stay_free(struct calendar *calendar, int32_t check_in, int32_t check_out);
/* The minimum nights of a stay with check-in on the day or, once check-in is chosen, with check-out
 * on the day; 0: not known. */
int64_t calendar_min_nights_if_chosen(const struct calendar *calendar, int32_t day);

/* The minimum nights of any stay that begins on a day of the apartment; 0: not known. */
int64_t calendar_least_nights(const struct calendar *calendar);

/* The first day of the month of `wanted_day`, or of the nearest month that has a day from today to
 * the end of the window or, once check-in is chosen, from check-in to the end of the longest stay
 * or to the first taken night. */
int32_t calendar_clamp_month(const struct calendar *calendar, int32_t wanted_day);
/* The first day of the month after that of `day`. */
int32_t calendar_next_month_start(int32_t day);

/* The actions of the calendar's buttons: */
#define CALENDAR_DAY   "day"   /* chooses the date in its argument */
#define CALENDAR_MONTH "month" /* shows the month of the date in its argument */
/* A button that chooses nothing. Its argument is one of calendar_status_names; that of
 * CALENDAR_SHORT is followed by the minimum nights, such as "-2", if they are known. */
#define CALENDAR_NO "no"

struct calendar_button {
    struct formatted label;
    const char *action;
    char argument[DATE_TEXT_LEN + 1];
    bool is_disabled; /* a past day, a blank or a heading: a tap has nothing to say */
    bool new_row;
};

/* The buttons for title and adjacent months, for weekdays, and for at most six weeks of days. */
enum { CALENDAR_BUTTONS_MAX = 3 + 7 + 6 * 7 };
struct calendar_page {
    struct calendar_button buttons[CALENDAR_BUTTONS_MAX];
    size_t count;
    bool has_open;        /* a day can be chosen */
    bool has_unavailable; /* a day cannot be chosen because of the apartment: taken, closed, or too
                             few nights */
};

/* Makes the buttons of the month that begins with the day `month_start`, without empty weeks. */
void calendar_make_month_page(const struct calendar *calendar, int32_t month_start,
                              enum language language, struct calendar_page *out);

/* Reads the answer of GET /v1/apartments/{id}/calendar into `first`, `count` and `days`. Omits days
 * before `first_day`, days without a date, and days beyond CALENDAR_DAYS_MAX; missing days are
 * unknown. Faults: stay_answers_json.h. */
bool calendar_read(struct slice body, int32_t first_day, struct arena *arena, struct calendar *out,
                   struct fault *fault) MUST_CHECK;
