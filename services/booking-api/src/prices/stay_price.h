// SPDX-License-Identifier: MIT
/* What a stay costs, computed from the prices of an apartment. Pure.
 *
 * Whatever shows or charges money for a stay calls this, so a price is computed in one place. All
 * sums are whole tenge, in tiyn. The total is the sum of the lines. Seasons are rules of rate.h. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

struct rate;

/* The longest stay, block and range of a calendar, in nights. */
enum { STAY_NIGHTS_MAX = 366 };

/* The prices of an apartment, in tiyn; apartment_tariff() makes it. */
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
    int32_t date; /* of a night; DATE_ABSENT for the others */
    int64_t amount;
};

struct stay_price {
    const struct stay_line *lines; /* in the arena; nights first, in order */
    size_t count;
    int64_t total;
    int64_t deposit; /* prepayment_percent of the total, up to whole tenge */
};

/* booking_check() refuses a dearer stay, so that every total that is shown is within the bounds of
 * a body. Sums before that are far from overflowing: 366 nights of 6 * 10^12 (a season of 500 %
 * more) and 99 extra guests of 10^12 a night are 3.9 * 10^16. */
#define STAY_TOTAL_MAX INT64_C(1000000000000) /* tiyn */

/* The price of the night that begins on `day`, and its kind. */
int64_t stay_price_night(const struct tariff *tariff, int32_t day, enum stay_line_kind *kind);
/* The same without seasons. */
int64_t stay_price_ordinary(const struct tariff *tariff, int32_t day, enum stay_line_kind *kind);

/* Prices the nights check_in .. check_out - 1. The caller has checked them: 1 to STAY_NIGHTS_MAX
 * nights, 1 to max_guests guests. False: the arena is full. */
bool stay_price(const struct tariff *tariff, int32_t check_in, int32_t check_out, int64_t guests,
                struct arena *arena, struct stay_price *out, struct fault *fault) MUST_CHECK;

/* The total alone. */
int64_t stay_price_total(const struct tariff *tariff, int32_t check_in, int32_t check_out,
                         int64_t guests);

/* The number of nights that begin on Friday or Saturday. With it SQL computes the same total; a
 * test compares both. */
int64_t stay_price_weekend_nights(int32_t check_in, int32_t check_out);
