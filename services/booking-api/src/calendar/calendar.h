// SPDX-License-Identifier: MIT
/* What each night of an apartment looks like to somebody who wants to book. It never shows who has
 * a night. calendar.c is pure; handlers/calendar_handlers.c is the route, calendar_json.c the names
 * on the wire, calendar_store.c the SQL. */
#pragma once

#include "apartments/apartment.h"

enum { CALENDAR_DAYS_DEFAULT = 60, CALENDAR_DAYS_MAX = 366 };

/* Order of calendar_status_names. */
enum calendar_status {
    CALENDAR_FREE,
    CALENDAR_BOOKED,  /* confirmed, checked in */
    CALENDAR_HELD,    /* held, requested, claimed, and its time has not run out */
    CALENDAR_BLOCKED, /* by the owner or a feed */
    CALENDAR_BUFFER,  /* kept free after a stay */
    CALENDAR_CLOSED   /* past, beyond the window, or the apartment is inactive */
};

/* Bits, in the order of calendar_reason_names. */
enum calendar_reason {
    CALENDAR_BY_BOOKING = 1 << 0,    /* booked */
    CALENDAR_BY_HOLD = 1 << 1,       /* held */
    CALENDAR_BY_BLOCK = 1 << 2,      /* blocked */
    CALENDAR_BY_BUFFER = 1 << 3,     /* buffer */
    CALENDAR_PAST = 1 << 4,          /* past */
    CALENDAR_BEYOND_WINDOW = 1 << 5, /* beyond_window */
    CALENDAR_INACTIVE = 1 << 6,      /* inactive */
    CALENDAR_TOO_LATE = 1 << 7,      /* too_late: no check-in on this day any more */
    CALENDAR_SHORT_GAP = 1 << 8,     /* gap_too_short: fewer nights than min_nights fit */
    CALENDAR_NEEDS_BUFFER = 1 << 9,  /* buffer_ahead: a stay with this night has no room for its own
                                        buffer before the next one */
    CALENDAR_NO_ARRIVAL = 1 << 10,   /* closed_to_arrival: no check-in on this day */
    CALENDAR_NO_DEPARTURE = 1 << 11  /* closed_to_departure: no check-out on this day, whoever has
                                        its night */
};

/* Nights from check_in to check_out - 1 that a stay or block has, and the buffer after it. */
struct calendar_taken {
    enum calendar_status status; /* BOOKED, HELD or BLOCKED */
    int32_t check_in;
    int32_t check_out;
    int32_t until; /* check_out plus the buffer; from this day on the nights are free */
};

struct calendar_day {
    int32_t date;
    int status; /* enum calendar_status */
    unsigned reasons;
    int64_t price;
    int64_t min_nights;
};

/* Computes the days from .. to - 1. `taken` is sorted, does not overlap, and includes what is just
 * before and after the range, so that a gap at its border is known whole. `apartment` needs its
 * clock, prices and seasons. */
void calendar_fill(const struct apartment *apartment, const struct calendar_taken *taken,
                   size_t count, int32_t from, int32_t to, struct calendar_day *out);

/* What the calendar needs, read by one statement. Absent `from` is the apartment's today; absent
 * `to` is CALENDAR_DAYS_DEFAULT days later. */
struct calendar_page {
    struct apartment apartment; /* only clock, prices, seasons, owner_id, is_active, version */
    int32_t from;
    int32_t to;
    const struct calendar_taken *taken;
    size_t count;
};
bool calendar_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                         int32_t from, int32_t to, struct arena *arena, struct calendar_page *out,
                         struct fault *fault) MUST_CHECK;
