// SPDX-License-Identifier: MIT
/* What ical_read() is asked and what it returns: plain values. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum {
    ICAL_BYTES_MAX = 2 << 20,
    ICAL_EVENTS_MAX = 5000,   /* VEVENT of a feed */
    ICAL_STAYS_MAX = 5000,    /* stays in the window, after recurrence rules are expanded */
    ICAL_ARENA_MAX = 4 << 20, /* bytes of the arena for a feed */
    ICAL_UID_MAX = 255,       /* bytes; a longer one is cut */
    ICAL_ZONE_NAME_MAX = 64   /* bytes with NUL */
};

/* Stays are returned with every verdict: nights that a damaged feed names are taken, too. Only the
 * absence of nights from a feed that is not ICAL_OK means nothing. */
enum ical_verdict {
    ICAL_OK,
    ICAL_NOT_A_CALENDAR, /* no BEGIN:VCALENDAR: empty, HTML, JSON, ... */
    ICAL_INCOMPLETE,     /* cut off, a component without END, text outside of the calendars (such as
                            an error message of the channel's server), an unreadable event */
    ICAL_TOO_LARGE,      /* longer than ICAL_BYTES_MAX; nothing was read */
    ICAL_TOO_MANY_EVENTS, /* more than ICAL_EVENTS_MAX, ICAL_STAYS_MAX, or an excessive rule */
};

/* Whether a feed's DTEND of all-day events is the last night (inclusive) or the day after it. */
enum ical_ends {
    ICAL_ENDS_UNKNOWN,
    ICAL_ENDS_EXCLUSIVE, /* a stay begins on the DTEND of another */
    ICAL_ENDS_INCLUSIVE  /* stays with DTEND equal to DTSTART, and none begins on the DTEND of
                            another */
};

struct ical_options {
    char time_zone[ICAL_ZONE_NAME_MAX]; /* of the apartment: "Asia/Almaty" */
    int32_t from;                       /* the window: nights from .. to - 1 */
    int32_t to;
    bool ends_inclusive;
};

/* Nights from .. to - 1, cut to the window. */
struct ical_stay {
    struct slice uid; /* "" if the event has none; all instances of a recurring event share it */
    int32_t from;
    int32_t to;
    bool is_timed; /* DTSTART is a time */
};

struct ical_feed {
    enum ical_verdict verdict;
    enum ical_ends ends;           /* a guess, independent of `ends_inclusive` */
    const struct ical_stay *stays; /* by from, to, uid; no two are equal. They may overlap */
    size_t count;
    size_t events; /* VEVENT seen, those that hold nothing included */
};

/* "ok", or the code of an unreadable feed: "not_a_calendar", "incomplete", "too_large",
 * "too_many_events". */
const char *ical_verdict_name(enum ical_verdict verdict);
