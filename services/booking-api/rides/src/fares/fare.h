// SPDX-License-Identifier: MIT
/* Prices of rides. Pure.
 *
 * Money is in tiyn and whole tenge. A trip of n stops has n - 1 segments; segment i runs from stop
 * i to stop i + 1. The price of a seat is the sum of its segments. A total is the sum of its lines.
 */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/value.h"

enum { FARE_STOPS_MAX = 10, FARE_SEGMENTS_MAX = FARE_STOPS_MAX - 1, FARE_SEATS_MAX = 8 };

/* Maximum of any single price: 1,000,000 tenge. The total of the most expensive ride, 8 seats over
 * 9 segments with 8 child seats and FARE_LUGGAGE_MAX pieces, is then about 10^10 tiyn. */
#define FARE_PRICE_MAX INT64_C(100000000) /* tiyn */

/* Splits the price of a seat over the whole trip in proportion to the metres of each segment. Every
 * share but the last is rounded half up to whole tenge; the last share is the remainder. No share
 * is negative: a share is limited to what the earlier shares have left. The shares add up to
 * `seat_price`, which is whole tenge, 0 to FARE_PRICE_MAX. Each of `segment_metres`: 0 to
 * 40,000,000. `segments`: 1 to FARE_SEGMENTS_MAX. */
void fare_split_seat_price(int64_t seat_price, const int64_t *segment_metres, size_t segments,
                           int64_t *segment_prices);

/* --- prices of a trip --- */

enum fare_kind { FARE_SEATS, FARE_WHOLE_CAR, FARE_PARCEL, FARE_KIND_COUNT };
extern const char *const fare_kind_names[]; /* "seat", "car", "parcel"; NULL-terminated */

enum fare_size { FARE_SMALL, FARE_MEDIUM, FARE_LARGE, FARE_SIZE_COUNT };
extern const char *const fare_size_names[]; /* "small", "medium", "large"; NULL-terminated */

/* Prices of a trip in tiyn; FIELD_ABSENT: not offered. */
struct fare_tariff {
    int64_t seat_prices[FARE_SEGMENTS_MAX]; /* of each segment */
    int64_t segments;
    int64_t car_price; /* the whole car, from the first to the last stop */
    int64_t parcel_prices[FARE_SIZE_COUNT];
    int64_t luggage_price;    /* per piece; FIELD_ABSENT: free */
    int64_t child_seat_price; /* per seat; FIELD_ABSENT: free */
    int64_t prepayment_percent;
};

enum { FARE_LUGGAGE_MAX = 8 };

/* An order. The caller has checked: 0 <= from_stop < to_stop <= segments; seats 1 to
 * FARE_SEATS_MAX; child_seats 0 to seats; luggage 0 to FARE_LUGGAGE_MAX. */
struct fare_order {
    int kind;          /* enum fare_kind */
    int size;          /* enum fare_size, of a parcel */
    int64_t from_stop; /* 0 is the first stop of the trip */
    int64_t to_stop;
    int64_t seats;
    int64_t child_seats;
    int64_t luggage;
    int64_t offer_price; /* of an accepted offer, for the whole order; FIELD_ABSENT: the trip's
                            prices */
};

/* --- the price of an order --- */

enum fare_line_kind {
    FARE_LINE_SEAT,
    FARE_LINE_CAR,
    FARE_LINE_CHILD_SEAT,
    FARE_LINE_LUGGAGE,
    FARE_LINE_PARCEL,
    FARE_LINE_OFFER,
    FARE_LINE_KIND_COUNT
};
extern const char *const fare_line_names[]; /* NULL-terminated */

struct fare_line {
    enum fare_line_kind kind;
    int64_t count;  /* seats or pieces; 1 for a car, a parcel, an offer */
    int64_t amount; /* tiyn, for all `count` together */
};

enum { FARE_LINES_MAX = 3 };

struct fare {
    struct fare_line lines[FARE_LINES_MAX];
    size_t count;
    int64_t total;
    int64_t deposit; /* prepayment_percent of the total, rounded up to whole tenge */
};

/* Prices the order. The first line is the seats, the car, the parcel or the offer; child seats and
 * luggage follow if they cost something. Luggage is included in a whole car and in a parcel; child
 * seats do not apply to a parcel. An offer's price includes everything. FAULT_INVALID
 * "not_offered": a whole car for less than the whole trip; a whole car or a parcel size without a
 * price. */
bool fare_compute_price(const struct fare_tariff *tariff, const struct fare_order *order,
                        struct fare *out, struct fault *fault) MUST_CHECK;

int64_t fare_seat_price(const struct fare_tariff *tariff, int64_t from_stop, int64_t to_stop);

/* The seat price of a trip created for an offer: the offer's price divided by `seats`, the number
 * of seats that it pays for (1 to FARE_SEATS_MAX), rounded half up to whole tenge. */
int64_t fare_offer_seat_price(int64_t offer_price, int64_t seats);

/* --- the load --- */

/* Cargo units that the order takes: 1, 4 or 8 for a small, medium or large parcel; 8 for a piece of
 * luggage; for a whole car, `trip_cargo_units`, all that the trip has. */
int64_t fare_order_cargo_units(const struct fare_order *order, int64_t trip_cargo_units);
