// SPDX-License-Identifier: MIT
/* The price of a stay, computed from an apartment's prices. Pure: no I/O.
 *
 * All code that shows or charges the price of a stay uses this file. Amounts are whole tenge, in
 * tiyn. The total is the sum of the lines. Seasons are rules of rate.h. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

struct rate;

/* Upper bound, in nights, of a stay, a block and a calendar. */
enum { STAY_NIGHTS_MAX = 366 };

/* The prices of an apartment, in tiyn; made by apartment_tariff(). */
struct tariff {
    int64_t base_price;      /* per night */
    int64_t weekend_price;   /* nights of Friday and Saturday; FIELD_ABSENT: base_price */
    int64_t extra_guest_fee; /* per night and guest beyond included_guests; FIELD_ABSENT: none */
    int64_t cleaning_fee;    /* once per stay; FIELD_ABSENT: none */
    int64_t included_guests;
    int64_t prepayment_percent;
    const struct rate *rates; /* seasons (rate.h), in order */
    size_t rate_count;
};

enum stay_line_kind { STAY_NIGHT, STAY_WEEKEND, STAY_SEASON, STAY_EXTRA_GUEST, STAY_CLEANING };

struct stay_line {
    enum stay_line_kind kind;
    int32_t date; /* on which the night begins; DATE_ABSENT for extra guests and cleaning */
    int64_t amount;
};

struct stay_price {
    const struct stay_line *lines; /* in the arena; nights first, in order */
    size_t count;
    int64_t total;
    int64_t deposit; /* to be paid in advance: prepayment_percent of the total, rounded up */
};

/* The highest total of a stay. booking_check() refuses higher ones, because JSON bodies limit
 * amounts to this value. Intermediate sums cannot overflow: 366 nights of 6 * 10^12 (a season of
 * 500 % more) and 99 extra guests of 10^12 a night are 3.9 * 10^16. */
#define STAY_TOTAL_MAX INT64_C(1000000000000) /* tiyn */

/* Returns the price of the night that begins on `day`, and sets `kind`. */
int64_t stay_price_night(const struct tariff *tariff, int32_t day, enum stay_line_kind *kind);
/* Like stay_price_night(), without seasons. */
int64_t stay_price_ordinary(const struct tariff *tariff, int32_t day, enum stay_line_kind *kind);

/* Prices the nights check_in .. check_out - 1. The caller must have checked that there are 1 to
 * STAY_NIGHTS_MAX nights and 1 to max_guests guests. False: the arena is full. */
bool stay_price_compute(const struct tariff *tariff, int32_t check_in, int32_t check_out,
                        int64_t guests, struct arena *arena, struct stay_price *out,
                        struct fault *fault) MUST_CHECK;

/* Computes only the total of a stay. */
int64_t stay_price_total(const struct tariff *tariff, int32_t check_in, int32_t check_out,
                         int64_t guests);

/* The number of Friday and Saturday nights, a parameter of the SQL in calendar/stay_sql.h. */
int64_t stay_price_count_weekend_nights(int32_t check_in, int32_t check_out);
