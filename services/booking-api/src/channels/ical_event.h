// SPDX-License-Identifier: MIT
/* One VEVENT as the nights that it and its repetitions hold. Internal to ical_read.c. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"

#include "channels/ical_feed.h"
#include "channels/ical_zone.h"

enum {
    ICAL_EXCEPTIONS_MAX = 2000, /* EXDATE of an event; further ones are ignored */
    ICAL_CPU_MS_MAX = 2000      /* of a feed; the rules of a real one take a few ms */
};

/* A time by the apartment's clock. */
struct ical_moment {
    int32_t day;
    int32_t second; /* of the day; -1: a date, which stands for each time of that day */
};

static inline bool ical_moments_match(struct ical_moment a, struct ical_moment b)
{
    return a.day == b.day && (a.second < 0 || b.second < 0 || a.second == b.second);
}

/* An event, or one of its repetitions. */
struct ical_instance {
    struct slice uid; /* "" if it has none */
    int64_t sequence;
    struct ical_moment start;
    int32_t from, to;            /* nights from .. to - 1; none if they are equal */
    int32_t end;                 /* DTEND as written, if both are dates; else DATE_ABSENT */
    struct ical_moment replaces; /* RECURRENCE-ID; .day is DATE_ABSENT if it has none */
    bool is_timed;
    bool counts; /* no other one replaces it */
};

struct ical_reader {
    const struct ical_options *options;
    struct ical_zones zones;
    struct arena *arena;
    struct buf found; /* array of struct ical_instance */
    size_t held;      /* instances in the window */
    struct ical_moment *exceptions;
    size_t exception_count;
    int64_t cpu_until_ns;
    bool is_damaged;  /* a part of an event cannot be read */
    bool is_too_much; /* a limit was reached, and something is missing in `found` */
};

/* Adds the event, and its repetitions in the window, to reader->found. An event that holds nothing
 * is added too, because it may replace others. */
void ical_event_read(struct ical_reader *reader, icalcomponent *event);

/* Whether the reading takes too long; then sets is_too_much. */
bool ical_reader_is_late(struct ical_reader *reader);
