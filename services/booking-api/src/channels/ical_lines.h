// SPDX-License-Identifier: MIT
/* The lines and components of an iCalendar text (RFC 5545, 3.1 and 3.4): unfolds lines, follows
 * BEGIN and END, and judges whether the text is complete. Values are libical's work. Internal to
 * ical_read.c. */
#pragma once

#include "base/arena.h"

enum {
    ICAL_LINE_MAX = 64 << 10, /* bytes of an unfolded line; the rest of a longer one is dropped */
    ICAL_DEPTH_MAX = 8        /* components inside each other */
};

enum ical_component {
    ICAL_OUTSIDE,
    ICAL_CALENDAR,
    ICAL_EVENT,
    ICAL_ZONE,
    ICAL_OBSERVANCE,
    ICAL_OTHER
};

enum ical_line_kind { ICAL_LINE_BEGIN, ICAL_LINE_END, ICAL_LINE_PROPERTY };

struct ical_line {
    enum ical_line_kind kind;
    enum ical_component component; /* that begins or ends, or to which the property belongs */
    char *text;                    /* the unfolded line, NUL-terminated; until the next line */
    struct slice name;             /* "DTSTART", in any case */
    struct slice value;            /* after the first ':' outside of quotes */
};

struct ical_lines {
    struct slice rest;
    char *text; /* ICAL_LINE_MAX + 1 bytes */
    struct {
        enum ical_component component;
        char name[16];
    } open[ICAL_DEPTH_MAX];
    size_t depth;
    size_t calendars; /* BEGIN:VCALENDAR so far */
    bool is_damaged;  /* END is missing or too much, or there is text outside of the calendars */
};

/* Begins at the start of `bytes`, which are borrowed. False with arena_fault(). */
bool ical_lines_init(struct ical_lines *lines, struct slice bytes, struct arena *arena,
                     struct fault *fault) MUST_CHECK;

/* Finds the next line of a calendar. False at the end of the text. A BEGIN:VCALENDAR within a
 * calendar, and a BEGIN:VEVENT within an event, leave what was open without an ICAL_LINE_END. */
bool ical_lines_next(struct ical_lines *lines, struct ical_line *out) MUST_CHECK;

/* After the last line: whether each calendar was closed and nothing was damaged. */
bool ical_lines_are_complete(const struct ical_lines *lines);
