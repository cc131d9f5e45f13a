// SPDX-License-Identifier: MIT
#include "places/route.h"

#include "base/money.h"

/* Keep sorted by both slugs. */
// clang-format off
const struct route_road route_roads[] = {
    {"aktau",         "atyrau",          860},
    {"aktau",         "zhanaozen",       150},
    {"aktobe",        "atyrau",          610},
    {"aktobe",        "kandyagash",       95},
    {"aktobe",        "khromtau",        100},
    {"aktobe",        "uralsk",          480},
    {"almaty",        "balkhash",        620},
    {"almaty",        "esik",             50},
    {"almaty",        "kaskelen",         30},
    {"almaty",        "konaev",           75},
    {"almaty",        "korday",          195},
    {"almaty",        "shymkent",        700},
    {"almaty",        "taldykorgan",     270},
    {"almaty",        "taraz",           510},
    {"almaty",        "zharkent",        310},
    {"astana",        "karaganda",       220},
    {"astana",        "kokshetau",       295},
    {"astana",        "pavlodar",        440},
    {"astana",        "petropavlovsk",   485},
    {"astana",        "shchuchinsk",     235},
    {"astana",        "stepnogorsk",     200},
    {"astana",        "temirtau",        190},
    {"balkhash",      "karaganda",       385},
    {"ekibastuz",     "pavlodar",        140},
    {"karaganda",     "temirtau",         35},
    {"karaganda",     "zhezkazgan",      530},
    {"kokshetau",     "petropavlovsk",   190},
    {"kokshetau",     "shchuchinsk",      75},
    {"konaev",        "taldykorgan",     195},
    {"kostanay",      "lisakovsk",       110},
    {"kostanay",      "rudny",            45},
    {"kyzylorda",     "turkistan",       295},
    {"pavlodar",      "semey",           335},
    {"saryagash",     "shymkent",        110},
    {"semey",         "ust-kamenogorsk", 215},
    {"shymkent",      "taraz",           190},
    {"shymkent",      "turkistan",       165},
};
// clang-format on
const size_t route_road_count = ARRAY_LEN(route_roads);

/* Kilometres from route_roads; 0: the table has no road between these places. */
static int64_t find_road_km(const struct city *from, const struct city *to)
{
    for (size_t i = 0; i < route_road_count; i++) {
        const struct route_road *road = &route_roads[i];
        if ((slice_is(from->slug, road->a) && slice_is(to->slug, road->b)) ||
            (slice_is(from->slug, road->b) && slice_is(to->slug, road->a)))
            return road->km;
    }
    return 0;
}

static int64_t estimate_road_km(const struct city *from, const struct city *to)
{
    const int64_t whole = INT64_C(100) * 1000; /* 100 percent x 1000 metres a kilometre */

    return (place_distance_metres(from, to) * ROUTE_DETOUR_PERCENT + whole / 2) / whole;
}

struct route route_default(const struct city *from, const struct city *to)
{
    const int64_t road = find_road_km(from, to);
    const int64_t km = road > 0 ? road : estimate_road_km(from, to);

    return (struct route){
        .from = from,
        .to = to,
        .km = km,
        .minutes = (km * 60 + ROUTE_KM_PER_HOUR - 1) / ROUTE_KM_PER_HOUR,
        .seat_typical = km * ROUTE_SEAT_TENGE_PER_KM * MONEY_TENGE,
        .car_price = km * ROUTE_CAR_TENGE_PER_KM * MONEY_TENGE,
    };
}

int64_t route_seat_price_min(const struct route *route)
{
    return money_percent_rounded_up(route->seat_typical, 50);
}

int64_t route_seat_price_max(const struct route *route)
{
    return 2 * route->seat_typical;
}

bool route_allows_seat_price(const struct route *route, int64_t seat_price)
{
    return !route->is_set ||
           (seat_price >= route_seat_price_min(route) && seat_price <= route_seat_price_max(route));
}
