// SPDX-License-Identifier: MIT
/* Kilometres, minutes and prices of a route between two places. Pure.
 *
 * There are three sources, in this order: the tenant's own row (`PUT /v1/routes`), the table of
 * busy roads here, and an estimate from the great circle. Only the tenant's row limits the prices
 * of trips (route_allows_seat_price()). */
#pragma once

#include "db/query.h"

#include "places/place.h"

/* A busy road, in both directions. Kilometres are those of the usual road, rounded to 5. They are
 * estimates, and so are the prices computed from them. */
struct route_road {
    const char *a; /* slug */
    const char *b;
    int32_t km;
};
extern const struct route_road route_roads[]; /* each pair once, a before b */
extern const size_t route_road_count;

/* Estimates for a route that the tenant has not configured. Length, unless route_roads has it:
 * great circle x 1.25, rounded half up to whole kilometres. Time: at 70 km/h, rounded up to whole
 * minutes. Price a kilometre: 15 tenge for a seat, 60 for the whole car; taxis between cities ask
 * 80 to 90 for a car (taximaxim.kz). */
enum {
    ROUTE_DETOUR_PERCENT = 125,
    ROUTE_KM_PER_HOUR = 70,
    ROUTE_SEAT_TENGE_PER_KM = 15,
    ROUTE_CAR_TENGE_PER_KM = 60
};

/* A route as the API returns it. Money is in tiyn, a multiple of 100 (whole tenge). */
struct route {
    const struct city *from;
    const struct city *to;
    int64_t km;
    int64_t minutes;
    int64_t seat_typical;
    int64_t car_price;
    bool is_set;     /* configured by the tenant */
    int64_t version; /* of the tenant's row; 0: there is no row */
};

/* Maximum values that a tenant can configure. */
enum {
    ROUTE_KM_MAX = 5000,
    ROUTE_MINUTES_MAX = 10000,
    ROUTE_PRICE_MAX = 100 * 1000 * 1000 /* tiyn */
};

/* The default route. `from` and `to` differ. */
struct route route_default(const struct city *from, const struct city *to);

/* Lowest price of a seat: half of the typical price, rounded up to whole tenge. */
int64_t route_seat_price_min(const struct route *route);
/* Highest price of a seat: twice the typical price. */
int64_t route_seat_price_max(const struct route *route);

/* Whether this price of a seat (tiyn) is within route_seat_price_min() and route_seat_price_max(),
 * inclusive. Always true if the tenant has not configured the route. */
bool route_allows_seat_price(const struct route *route, int64_t seat_price);

/* --- SQL of the tenant's rows (route_store.c) --- */

/* Reads the tenant's row; if there is none, `out` is route_default(). */
bool route_store_find_or_default(struct db *db, const struct uuid *tenant_id,
                                 const struct city *from, const struct city *to, struct route *out,
                                 struct fault *fault) MUST_CHECK;
/* Like route_store_find_or_default(), and locks the row until the transaction ends. */
bool route_store_lock_or_default(struct db *tx, const struct uuid *tenant_id,
                                 const struct city *from, const struct city *to, struct route *out,
                                 struct fault *fault) MUST_CHECK;
/* Inserts the route, or replaces the tenant's row for the same two places in the same direction;
 * sets `route_id` and the stored version. */
bool route_store_upsert(struct db *tx, const struct uuid *tenant_id, struct route *route,
                        struct uuid *route_id, struct fault *fault) MUST_CHECK;

/* The tenant's rows for all pairs of these places, in both directions, for route_store_read().
 * Values: tenant, array of slugs. */
extern const struct db_statement route_between_statement;
void route_store_read(const struct db_rows *rows, int row, struct route *out);
