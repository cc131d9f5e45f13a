// SPDX-License-Identifier: MIT
/* A month on which a guest taps the day of check-in, and then that of check-out: what can be
 * chosen, and the rows of its buttons. Pure. */
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
    CALENDAR_NIGHTS_MAX = 30,   /* of a stay that the bot offers */
    CALENDAR_WINDOW_DAYS = 365, /* from today to check-in: booking-api's, unless a flat has less */
    CALENDAR_DAYS_MAX = 31 + 31 /* known at once: a month, and the longest stay from its last day */
};

/* Whether a day can be chosen; if not, why. */
enum calendar_why {
    CALENDAR_OPEN,
    CALENDAR_PAST,
    CALENDAR_EARLY,  /* not after check-in */
    CALENDAR_FAR,    /* beyond the window, or the longest stay */
    CALENDAR_TAKEN,  /* its night, or one between check-in and it */
    CALENDAR_CLOSED, /* no check-in or no check-out on it */
    CALENDAR_SHORT,  /* the flat is let for more nights than that */
    CALENDAR_WHYS
};
/* As arguments of buttons; that of CALENDAR_OPEN is empty. */
extern const char *const calendar_why_names[CALENDAR_WHYS];

/* What is known of a day of a flat. */
struct calendar_day {
    bool taken; /* its night cannot be had */
    bool no_check_in;
    bool no_check_out;
    int64_t min_nights; /* of a stay with its night; 0: any */
    bool buffer;        /* nobody has its night: it is kept free before or behind a stay */
};

struct calendar {
    int32_t today;
    int32_t check_in; /* chosen already; DATE_ABSENT: it is asked for. Else check-out is */
    int32_t first;    /* of `days` */
    size_t count;     /* of those that are known; 0: it is the calendar of no flat */
    struct calendar_day days[CALENDAR_DAYS_MAX];
};

enum calendar_why calendar_judge(const struct calendar *calendar, int32_t day);
/* The nights of the guest's own stay, which is to be moved, can be had. booking-api tells that they
 * are taken and not by whom, so they are freed by their dates. With them goes what is kept free
 * around them; where that is also for a neighbour, booking-api refuses. */
void calendar_free(struct calendar *calendar, int32_t check_in, int32_t check_out);
/* Nights that a stay has at least, where the day is the one of its check-in, or of its check-out
 * once check-in is chosen; 0: not known. */
int64_t calendar_least(const struct calendar *calendar, int32_t day);

/* The first day of the month of `wanted`, or of the nearest that may be shown: none before the
 * first day that can be chosen, none after the last. */
int32_t calendar_month(const struct calendar *calendar, int32_t wanted);
/* The first day of the month after that of `day`. */
int32_t calendar_next(int32_t day);

/* What a tap does: */
#define CALENDAR_DAY   "day"   /* chooses the date that is its argument */
#define CALENDAR_MONTH "month" /* shows the month of the date that is its argument */
/* Nothing; its argument says why: calendar_why_names, that of CALENDAR_SHORT with "-2" behind it
 * where calendar_least() is known. */
#define CALENDAR_NO "no"

struct calendar_button {
    struct formatted label;
    const char *action;
    char argument[DATE_TEXT_LEN + 1];
    bool new_row;
};

/* Months to go to, weekdays, and at most six weeks. */
enum { CALENDAR_BUTTONS_MAX = 3 + 7 + 6 * 7 };
struct calendar_page {
    struct calendar_button buttons[CALENDAR_BUTTONS_MAX];
    size_t count;
    bool has_open;   /* one of its days can be chosen */
    bool has_struck; /* one cannot because of the flat: taken, closed, or for longer stays */
};

/* The month that begins with the day `month`, without weeks of which no day can be had. */
void calendar_show(const struct calendar *calendar, int32_t month, enum language language,
                   struct calendar_page *out);

/* Reads what booking-api tells of a flat's days (GET /v1/apartments/{id}/calendar) into `first`,
 * `count` and `days`. Days before `first` and what has no date are left out; of a day that is not
 * told nothing is known. Faults: stay_answers_json.h. */
bool calendar_read(struct slice body, int32_t first, struct arena *arena, struct calendar *out,
                   struct fault *fault) MUST_CHECK;
