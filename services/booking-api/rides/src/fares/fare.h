// SPDX-License-Identifier: MIT
/* What a ride costs. Pure.
 *
 * Money is in tiyn and whole tenge. A trip of n stops has n - 1 segments; segment i runs from stop
 * i to stop i + 1. The price of a seat is the sum of the segments it is taken over. A total is the
 * sum of its lines. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/value.h"

enum { FARE_STOPS_MAX = 10, FARE_SEGMENTS_MAX = FARE_STOPS_MAX - 1, FARE_SEATS_MAX = 8 };

/* The most that any one price may be: 1,000,000 tenge. The dearest ride is then 8 seats over 9
 * segments with 8 child seats and FARE_LUGGAGE_MAX pieces, about 10^10 tiyn. */
#define FARE_PRICE_MAX INT64_C(100000000) /* tiyn */

/* Splits the price of a seat over the whole trip by the metres of each segment: every share but the
 * last is rounded half up to whole tenge, the last one is what is left. No share is below 0: where
 * roundings would use up more than the price, later shares get what is left. The shares add up to
 * `seat_price`, which is whole tenge, 0 to FARE_PRICE_MAX. `metres` of a segment: 0 to 40,000,000.
 * `segments`: 1 to FARE_SEGMENTS_MAX. */
void fare_split(int64_t seat_price, const int64_t *metres, size_t segments, int64_t *shares);

/* --- what a trip asks --- */

enum fare_kind { FARE_SEATS, FARE_WHOLE_CAR, FARE_PARCEL, FARE_KIND_COUNT };
extern const char *const fare_kind_names[]; /* "seat", "car", "parcel"; NULL-terminated */

enum fare_size { FARE_SMALL, FARE_MEDIUM, FARE_LARGE, FARE_SIZE_COUNT };
extern const char *const fare_size_names[]; /* "small", "medium", "large"; NULL-terminated */

/* Prices of a trip in tiyn; FIELD_ABSENT where the trip has none. */
struct fare_tariff {
    int64_t seat_prices[FARE_SEGMENTS_MAX]; /* of each segment */
    int64_t segments;
    int64_t car_price; /* the whole car from first to last stop */
    int64_t parcel_prices[FARE_SIZE_COUNT];
    int64_t luggage_price;    /* of a piece; absent: a piece costs nothing */
    int64_t child_seat_price; /* of one; absent: it costs nothing */
    int64_t prepayment_percent;
};

enum { FARE_LUGGAGE_MAX = 8 };

/* What somebody orders. The caller has checked: 0 <= from_stop < to_stop <= segments; seats 1 to
 * FARE_SEATS_MAX; child_seats 0 to seats; luggage 0 to FARE_LUGGAGE_MAX. */
struct fare_order {
    int kind;          /* enum fare_kind */
    int size;          /* enum fare_size, of a parcel */
    int64_t from_stop; /* 0 is the first */
    int64_t to_stop;
    int64_t seats;
    int64_t child_seats;
    int64_t luggage;
    int64_t offer_price; /* of an accepted offer, for all of it; FIELD_ABSENT: the trip's prices */
};

/* --- what it comes to --- */

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
    int64_t count;  /* seats, pieces; 1 of a car, a parcel, an offer */
    int64_t amount; /* of all of them */
};

enum { FARE_LINES_MAX = 3 };

struct fare {
    struct fare_line lines[FARE_LINES_MAX];
    size_t count;
    int64_t total;
    int64_t deposit; /* prepayment_percent of the total, up to whole tenge */
};

/* The price of the order: the first line is the seats, the car, the parcel or the offer; child
 * seats and luggage follow where they cost something. Luggage is a part of a whole car and of a
 * parcel and costs nothing there; so are child seats of a parcel. An offer is the price of
 * everything. False with FAULT_INVALID "not_offered": a whole car that is not taken from the first
 * to the last stop; a whole car, or a parcel of this size, without a price. */
bool fare_price(const struct fare_tariff *tariff, const struct fare_order *order, struct fare *out,
                struct fault *fault) MUST_CHECK;

/* One seat over the stops. */
int64_t fare_seat_price(const struct fare_tariff *tariff, int64_t from_stop, int64_t to_stop);

/* A trip that was made for an offer sells its other seats at the offer's price divided by the seats
 * of that ride (1 to FARE_SEATS_MAX), rounded half up to whole tenge. */
int64_t fare_rest_price(int64_t offer_price, int64_t seats);

/* --- the load --- */

/* Units of a trip's cargo that one order takes: a parcel 1, 4 or 8 by its size, a piece of luggage
 * 8. A whole car takes all of them, which is `cargo_units`. */
int64_t fare_cargo(const struct fare_order *order, int64_t cargo_units);
