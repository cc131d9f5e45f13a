// SPDX-License-Identifier: MIT
#include "calendar/calendar.h"

#include "base/date.h"

#include "prices/rate.h"
#include "prices/stay_price.h"

/* The free nights around a night: begin .. end - 1. */
struct gap {
    int32_t begin;
    int32_t end; /* DATE_MAX: no stay or block follows */
};

const char *const calendar_channel_names[] = {"airbnb", "booking", "vrbo",  "sutochno",
                                              "krisha", "google",  "other", NULL};

/* The reason of each status that occupies a night. */
static const unsigned taken_reasons[CALENDAR_CLOSED + 1] = {
    [CALENDAR_BOOKED] = CALENDAR_BY_BOOKING,
    [CALENDAR_HELD] = CALENDAR_BY_HOLD,
    [CALENDAR_BLOCKED] = CALENDAR_BY_BLOCK,
    [CALENDAR_BUFFER] = CALENDAR_BY_BUFFER,
};

/* Reasons that make the day CALENDAR_CLOSED, whether or not its night is free. */
static unsigned reasons_for_closed_day(const struct apartment *apartment, int32_t day)
{
    unsigned reasons = 0;

    if (day < apartment->local_day)
        reasons |= CALENDAR_PAST;
    if (day > apartment->local_day + apartment->booking_window_days)
        reasons |= CALENDAR_BEYOND_WINDOW;
    if (!apartment->is_active)
        reasons |= CALENDAR_INACTIVE;
    return reasons;
}

/* Sets the price of the day: that of a season, else the ordinary one. Sets min_nights: the higher
 * value of seasons and apartment. Returns CALENDAR_NO_ARRIVAL and CALENDAR_NO_DEPARTURE if a season
 * sets them, else 0. */
static unsigned apply_seasons_and_get_reasons(const struct apartment *apartment,
                                              const struct tariff *tariff,
                                              struct calendar_day *calendar_day)
{
    enum stay_line_kind kind;
    int64_t ordinary = stay_price_ordinary(tariff, calendar_day->date, &kind);
    struct rate_night night =
        rate_apply_to_night(apartment->rates, apartment->rate_count, calendar_day->date, ordinary);
    unsigned reasons = 0;

    calendar_day->price = night.price != FIELD_ABSENT ? night.price : ordinary;
    calendar_day->min_nights =
        apartment->min_nights > night.min_nights ? apartment->min_nights : night.min_nights;
    if (night.closed_to_arrival)
        reasons |= CALENDAR_NO_ARRIVAL;
    if (night.closed_to_departure)
        reasons |= CALENDAR_NO_DEPARTURE;
    return reasons;
}

/* Reasons why a free night cannot be booked, or why no stay can begin on its day. `gap` has the
 * free nights around the night. */
static unsigned reasons_against_free_night(const struct apartment *apartment, int32_t day,
                                           int64_t min_nights, struct gap gap)
{
    enum { DAY_MINUTES = 24 * 60, HOUR_MINUTES = 60 };
    unsigned reasons = 0;
    int64_t now = (int64_t)apartment->local_day * DAY_MINUTES + apartment->local_minute;

    if (now + apartment->advance_notice_hours * HOUR_MINUTES > ((int64_t)day + 1) * DAY_MINUTES)
        reasons |= CALENDAR_TOO_LATE;
    if (gap.end == DATE_MAX)
        return reasons;
    int64_t last = gap.end - apartment->buffer_days; /* last possible check-out day */
    if (last - gap.begin < min_nights)
        reasons |= CALENDAR_SHORT_GAP;
    if (day >= last)
        reasons |= CALENDAR_NEEDS_BUFFER;
    return reasons;
}

void calendar_compute_days(const struct apartment *apartment, const struct calendar_taken *taken,
                           size_t count, int32_t from, int32_t to, struct calendar_day *out)
{
    const struct tariff tariff = apartment_tariff(apartment);
    struct gap gap = {.begin = apartment->local_day};
    size_t next = 0; /* index of the first stay that ends after the day */

    for (int32_t day = from; day < to; day++) {
        struct calendar_day *entry = out + (day - from);
        while (next < count && taken[next].until <= day) {
            if (taken[next].until > gap.begin)
                gap.begin = taken[next].until;
            next++;
        }
        gap.end = next < count ? taken[next].check_in : DATE_MAX;
        *entry = (struct calendar_day){.date = day, .status = CALENDAR_FREE};
        unsigned seasonal = apply_seasons_and_get_reasons(apartment, &tariff, entry);
        if (day >= gap.end)
            entry->status = day < taken[next].check_out ? (int)taken[next].status : CALENDAR_BUFFER;
        entry->reasons = seasonal & CALENDAR_NO_DEPARTURE;
        entry->reasons |= entry->status == CALENDAR_BLOCKED && taken[next].feeds != 0
                              ? taken[next].feeds
                              : taken_reasons[entry->status];
        unsigned closed = reasons_for_closed_day(apartment, day);
        if (closed != 0) {
            entry->status = CALENDAR_CLOSED;
            entry->reasons = closed;
        } else if (entry->status == CALENDAR_FREE) {
            entry->reasons =
                seasonal | reasons_against_free_night(apartment, day, entry->min_nights, gap);
        }
    }
}
