// SPDX-License-Identifier: MIT
/* Price limits of a trip on routes configured by the tenant. */
#include "base/money.h"

#include "places/route.h"
#include "trips/trip_create.h"

/* The index of the stop at the place; if there is none, the number of stops. */
static size_t find_stop_index(const struct trip *trip, const struct city *place)
{
    const struct trip_stop *stops = trip->stops.items;
    size_t i = 0;

    while (i < trip->stops.count && !slice_equal(stops[i].place, place->slug))
        i++;
    return i;
}

static void check_seat_price_on_route(const struct trip *trip, const struct route *route,
                                      struct fault_list *problems)
{
    const size_t from = find_stop_index(trip, route->from), to = find_stop_index(trip, route->to);

    if (from >= to || to >= trip->stops.count)
        return; /* the trip does not go from the first place to the second */
    const int64_t price = fare_seat_price(&trip->tariff, (int64_t)from, (int64_t)to);
    if (!route_allows_seat_price(route, price))
        fault_list_add(problems, trip->prices.items != NULL ? "seat_prices" : "seat_price",
                       "price_out_of_bounds",
                       "A seat from %.*s to %.*s costs %lld to %lld tenge, not %lld.",
                       SLICE_ARG(route->from->slug), SLICE_ARG(route->to->slug),
                       (long long)(route_seat_price_min(route) / MONEY_TENGE),
                       (long long)(route_seat_price_max(route) / MONEY_TENGE),
                       (long long)(price / MONEY_TENGE));
}

bool trip_price_bounds_check(struct change *change, const struct trip *trip, struct fault *fault)
{
    const struct trip_stop *stops = trip->stops.items;
    auto_rows struct db_rows rows = {0};
    struct fault_list problems;

    if (!db_query(change->tx, &route_between_statement,
                  DB_VALUES(db_uuid(&change->caller->tenant_id),
                            DB_MEMBERS(DB_TEXT, stops, trip->stops.count, place)),
                  &rows, fault))
        return false;
    fault_list_init(&problems, change->arena);
    for (int i = 0; i < rows.count; i++) {
        struct route route;

        route_store_read(&rows, i, &route);
        check_seat_price_on_route(trip, &route, &problems);
    }
    return fault_list_ok(&problems, fault);
}
