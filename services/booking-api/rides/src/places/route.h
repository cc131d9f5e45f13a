// SPDX-License-Identifier: MIT
/* What is usual between two places: kilometres of road, minutes, prices. Pure.
 *
 * Three sources, in this order: the tenant's own row (`PUT /v1/routes`), the table of busy roads
 * here, and the great circle. Only the tenant's row binds the prices of trips (route_price_fits()).
 */
#pragma once

#include "places/place.h"

/* A road that is often driven, in both directions. Kilometres are those of the usual road, rounded
 * to 5: estimates, as are the prices that follow from them. */
struct route_road {
    const char *a; /* slug */
    const char *b;
    int32_t km;
};
extern const struct route_road route_roads[]; /* each pair once, a before b */
extern const size_t route_road_count;

/* Without a row: great circle x 1.25 (whole kilometres, half up), 70 km/h (whole minutes, up),
 * 15 tenge a kilometre for a seat and 60 for the whole car. Estimates; taxis between cities ask 80
 * to 90 tenge a kilometre for a car (taximaxim.kz). */
enum {
    ROUTE_DETOUR_PERCENT = 125,
    ROUTE_KM_PER_HOUR = 70,
    ROUTE_SEAT_TENGE_PER_KM = 15,
    ROUTE_CAR_TENGE_PER_KM = 60
};

/* A route as it is shown. Money in tiyn, whole tenge. */
struct route {
    const struct city *from;
    const struct city *to;
    int64_t km;
    int64_t minutes;
    int64_t seat_typical;
    int64_t car_price;
    bool is_set;     /* it is the tenant's row */
    int64_t version; /* of the row; 0 without one */
};

/* Bounds of a tenant's row. */
enum {
    ROUTE_KM_MAX = 5000,
    ROUTE_MINUTES_MAX = 10000,
    ROUTE_PRICE_MAX = 100 * 1000 * 1000 /* tiyn */
};

/* The route without a row of the tenant's. `from` and `to` are two places. */
struct route route_usual(const struct city *from, const struct city *to);

/* A seat costs at least half and at most twice of the typical price: the minimum is rounded up to
 * whole tenge. */
int64_t route_seat_min(const struct route *route);
int64_t route_seat_max(const struct route *route);

/* May a seat of a trip cost that (tiyn)? Borders inclusive; always where the route is not set. */
bool route_price_fits(const struct route *route, int64_t seat_price);
