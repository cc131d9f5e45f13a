// SPDX-License-Identifier: MIT
/* The state of each night of an apartment as shown to people who want to book; it never shows who
 * occupies a night. calendar.c is pure, handlers/calendar_handlers.c has the route,
 * calendar_json.c the JSON fields, calendar_store.c the SQL. */
#pragma once

#include "apartments/apartment.h"

enum { CALENDAR_DAYS_DEFAULT = 60, CALENDAR_DAYS_MAX = 366 };

/* The status of a night, in the order of status_names in calendar_json.c. */
enum calendar_status {
    CALENDAR_FREE,
    CALENDAR_BOOKED,  /* confirmed, checked in */
    CALENDAR_HELD,    /* held or requested, and not overdue; or payment claimed */
    CALENDAR_BLOCKED, /* by the owner */
    CALENDAR_BUFFER,  /* buffer days of a stay, or its first night if it ended on that */
    CALENDAR_CLOSED   /* past, beyond the window, or the apartment is inactive */
};

/* Reasons why a night cannot be booked, or why no stay can begin or end on its day. Bits, in the
 * order of reason_names in calendar_json.c. A comment begins with the name in JSON if that differs
 * from the constant. */
enum calendar_reason {
    CALENDAR_BY_BOOKING = 1 << 0,    /* "booked" */
    CALENDAR_BY_HOLD = 1 << 1,       /* "held" */
    CALENDAR_BY_BLOCK = 1 << 2,      /* "blocked" */
    CALENDAR_BY_BUFFER = 1 << 3,     /* "buffer": after another stay */
    CALENDAR_PAST = 1 << 4,          /* before today in the apartment's time zone */
    CALENDAR_BEYOND_WINDOW = 1 << 5, /* more than booking_window_days after today */
    CALENDAR_INACTIVE = 1 << 6,      /* the apartment is not active */
    CALENDAR_TOO_LATE = 1 << 7,      /* the day ends in less than advance_notice_hours */
    CALENDAR_SHORT_GAP = 1 << 8,     /* "gap_too_short": the gap has fewer nights than min_nights */
    /* "buffer_ahead": a stay with this night leaves no room for its buffer before the next stay. */
    CALENDAR_NEEDS_BUFFER = 1 << 9,
    CALENDAR_NO_ARRIVAL = 1 << 10,   /* "closed_to_arrival": no check-in on this day */
    CALENDAR_NO_DEPARTURE = 1 << 11, /* "closed_to_departure": no check-out on this day */
    /* "feed:airbnb" and the others of calendar_channel_names: 1 << (CALENDAR_FEED_SHIFT + channel).
     * A channel's calendar has the night. */
    CALENDAR_FEED_SHIFT = 12
};

/* The channels whose calendars are read (channels/feed.h), in the order of their reasons. */
enum { CALENDAR_CHANNELS = 7, CHANNEL_OTHER = CALENDAR_CHANNELS - 1 };
extern const char *const calendar_channel_names[CALENDAR_CHANNELS + 1]; /* NULL-terminated */

/* The nights check_in .. check_out - 1 of a stay or block, and the buffer after it. The buffer of a
 * completed stay is an entry of its own. */
struct calendar_taken {
    enum calendar_status status; /* neither CALENDAR_FREE nor CALENDAR_CLOSED */
    int32_t check_in;
    int32_t check_out;
    int32_t until;  /* check_out plus the buffer; the first free day */
    unsigned feeds; /* CALENDAR_BLOCKED by feeds of these channels: reasons; 0: by the owner */
};

struct calendar_day {
    int32_t date;
    int status;       /* enum calendar_status */
    unsigned reasons; /* bits of enum calendar_reason */
    int64_t price;
    int64_t min_nights;
};

/* Computes the days from .. to - 1 of an apartment. `taken` must be sorted by date, free of
 * overlaps, and reach beyond the range, so that gaps at its ends are measured correctly.
 * `apartment` must have local time, prices and seasons. */
void calendar_compute_days(const struct apartment *apartment, const struct calendar_taken *taken,
                           size_t count, int32_t from, int32_t to, struct calendar_day *out);

/* The arguments of calendar_compute_days() for a range of days. */
struct calendar_page {
    struct apartment apartment; /* only local time, prices, seasons, owner_id, is_active, version */
    int32_t from;
    int32_t to;
    const struct calendar_taken *taken;
    size_t count;
};
/* Reads a calendar page by one statement. If `from` is absent, the range begins today in the
 * apartment's time zone; if `to_exclusive` is absent, the range has CALENDAR_DAYS_DEFAULT days.
 * FAULT_NOT_FOUND "not_found": the tenant has no such apartment. */
bool calendar_store_find(struct db *db, const struct uuid *tenant_id,
                         const struct uuid *apartment_id, int32_t from, int32_t to_exclusive,
                         struct arena *arena, struct calendar_page *out,
                         struct fault *fault) MUST_CHECK;
