// SPDX-License-Identifier: MIT
/* Places, distances and routes. */
#include <math.h>

#include "base/geo.h"
#include "base/text.h"

#include "places/route.h"
#include "support/test.h"

TEST_CASE("places");

#define TENGE(n) (INT64_C(100) * (n))

static const struct city *place(const char *name)
{
    const struct city *found = place_find(slice_of(name));

    ck_assert_msg(found != NULL, "%s", name);
    return found;
}

TEST(towns_are_sorted_unique_and_in_kazakhstan)
{
    ck_assert_uint_ge(city_count, 20);
    ck_assert_uint_ge(town_count, 20);
    for (size_t i = 0; i < town_count; i++) {
        const struct city *town = &town_all[i];

        ck_assert_msg(i == 0 || strcmp(town_all[i - 1].slug.at, town->slug.at) < 0, "%s",
                      town->slug.at);
        ck_assert_msg(text_is_slug(town->slug), "%s", town->slug.at);
        ck_assert_msg(town->location.lat > 40.5 && town->location.lat < 55.5 &&
                          town->location.lon > 46.4 && town->location.lon < 87.4,
                      "%s", town->slug.at);
    }
}

TEST(each_name_finds_exactly_its_place)
{
    for (size_t i = 0; i < place_count(); i++) {
        const struct city *one = place_at(i);

        ck_assert_ptr_eq(place_find(one->slug), one);
        ck_assert_ptr_eq(place_find(one->name.ru), one);
        ck_assert_ptr_eq(place_find(one->name.kz), one);
        ck_assert_ptr_eq(place_find(one->name.en), one);
        for (size_t j = 0; j < i; j++)
            if (place_distance_metres(one, place_at(j)) < 5000)
                ck_abort_msg("%s and %s", one->slug.at, place_at(j)->slug.at);
    }
}

static const struct {
    const char *typed;
    const char *slug; /* NULL: not found */
} typed[] = {
    {"almaty",                          "almaty"         },
    {"АЛМАТЫ",                    "almaty"         },
    {"қонаев",                    "konaev"         },
    {"Капчагай",                "konaev"         },
    {"капшагай",                "konaev"         },
    {"Қапшағай",                "konaev"         },
    {"Чимкент",                  "shymkent"       },
    {"нурсултан",              "astana"         },
    {"Боровое",                  "burabay"        },
    {"Зыряновск",              "altai"          },
    {"Аральск",                  "aral"           },
    {"усть каменогорск", "ust-kamenogorsk"},
    {"Moscow",                          NULL             },
    {"",                                NULL             },
};

TEST_ROWS(place_is_found_by_spelling_variants, typed)
{
    const struct city *found = place_find(slice_of(row->typed));

    if (row->slug == NULL)
        ck_assert_msg(found == NULL, "%s", row->typed);
    else
        ck_assert_msg(found != NULL && slice_is(found->slug, row->slug), "%s", row->typed);
}

/* The first result and the number of results; 0: any number. */
static const struct {
    const char *typed;
    const char *first; /* NULL: nothing */
    size_t count;
} beginnings[] = {
    {"алм",             "almaty",          1},
    {"ALM",                "almaty",          1},
    {"fkvf",               "almaty",          1},
    {"алмата",       "almaty",          1},
    {"Оскемен",     "ust-kamenogorsk", 1},
    {"каменогор", "ust-kamenogorsk", 1},
    {"капчаг",       "konaev",          1},
    {"чимк",           "shymkent",        1},
    {"Chimkent",           "shymkent",        1},
    {"аксай",         "aksai",           0},
    {"акс",             "aksai",           2},
    {"а",                 "aktau",           0},
    {"moscow",             NULL,              0},
    {"123",                NULL,              0},
    {"",                   NULL,              0},
};

TEST_ROWS(search_finds_places_by_partial_name, beginnings)
{
    const struct city *found[PLACES_MAX];
    const size_t count = place_search(slice_of(row->typed), found);

    if (row->first == NULL) {
        ck_assert_uint_eq(count, 0);
        return;
    }
    ck_assert_msg(count > 0, "%s", row->typed);
    ck_assert_str_eq(found[0]->slug.at, row->first);
    if (row->count > 0)
        ck_assert_uint_eq(count, row->count);
}

TEST(without_text_each_place_is_listed_once_the_largest_city_first)
{
    const struct city *found[PLACES_MAX];

    ck_assert_uint_eq(place_search(SLICE_NONE, found), place_count());
    ck_assert_str_eq(found[0]->slug.at, "almaty");
    for (size_t i = 0; i < place_count(); i++) {
        size_t times = 0;

        for (size_t j = 0; j < place_count(); j++)
            times += found[j] == place_at(i);
        ck_assert_msg(times == 1, "%s: %zu", place_at(i)->slug.at, times);
    }
}

TEST(search_ranks_exact_name_first_without_duplicates)
{
    const struct city *found[PLACES_MAX];

    ck_assert_uint_le(place_count(), PLACES_MAX);
    for (size_t i = 0; i < place_count(); i++) {
        const struct city *one = place_at(i);
        const struct slice names[] = {one->slug, one->name.ru, one->name.kz, one->name.en};

        for (size_t k = 0; k < 4; k++) {
            const size_t count = place_search(names[k], found);

            ck_assert_uint_ge(count, 1);
            ck_assert_msg(found[0] == one, "%s: %s", names[k].at, found[0]->slug.at);
            for (size_t j = 1; j < count; j++)
                ck_assert_ptr_ne(found[j], one);
        }
    }
}

/* Great circles on the sphere of geo_km(), computed from the cross product of the end points.
 * Unlisted routes: km = metres x 1.25 half up, minutes = km / 70 h up, 15 tenge a kilometre for a
 * seat, 60 for a car. */
static const struct {
    const char *from, *to;
    int64_t metres, km, minutes, seat, car;
} estimates[] = {
    {"almaty", "astana", 970640, 1213, 1040, TENGE(18195), TENGE(72780)},
    {"taraz",  "shu",    208942, 261,  224,  TENGE(3915),  TENGE(15660)},
    {"semey",  "ayagoz", 272465, 341,  293,  TENGE(5115),  TENGE(20460)},
    {"esik",   "talgar", 18055,  23,   20,   TENGE(345),   TENGE(1380) },
};

TEST_ROWS(unlisted_route_uses_great_circle_estimate, estimates)
{
    const struct city *from = place(row->from), *to = place(row->to);
    const struct route route = route_default(from, to);

    ck_assert_int_eq(place_distance_metres(from, to), row->metres);
    ck_assert_int_eq(route.km, row->km);
    ck_assert_int_eq(route.minutes, row->minutes);
    ck_assert_int_eq(route.seat_typical, row->seat);
    ck_assert_int_eq(route.car_price, row->car);
    ck_assert(!route.is_set);
    ck_assert_ptr_eq(route.from, from);
    ck_assert_ptr_eq(route.to, to);
}

TEST(distance_is_symmetric_in_whole_metres)
{
    for (size_t i = 0; i < place_count(); i++) {
        ck_assert_int_eq(place_distance_metres(place_at(i), place_at(i)), 0);
        for (size_t j = 0; j < i; j++) {
            const struct city *a = place_at(i), *b = place_at(j);
            const double metres = geo_km(a->location, b->location) * 1000;

            if (place_distance_metres(a, b) != place_distance_metres(b, a) ||
                fabs((double)place_distance_metres(a, b) - metres) > 0.5)
                ck_abort_msg("%s-%s", a->slug.at, b->slug.at);
        }
    }
}

TEST(listed_road_applies_in_both_directions)
{
    const struct route there = route_default(place("astana"), place("temirtau"));
    const struct route back = route_default(place("temirtau"), place("astana"));

    ck_assert_int_eq(there.km, 190);
    ck_assert_int_eq(there.minutes, 163);
    ck_assert_int_eq(there.seat_typical, TENGE(2850));
    ck_assert_int_eq(there.car_price, TENGE(11400));
    ck_assert_int_eq(back.km, 190);
    ck_assert_ptr_eq(back.from, there.to);
}

/* A road is longer than the great circle by less than half, except around the Caspian Sea, where it
 * is up to twice as long. */
TEST(roads_are_sorted_and_not_shorter_than_great_circle)
{
    ck_assert_uint_ge(route_road_count, 12);
    for (size_t i = 0; i < route_road_count; i++) {
        const struct route_road *road = &route_roads[i];
        const int64_t straight = place_distance_metres(place(road->a), place(road->b));
        const bool by_the_sea = strcmp(road->a, "aktau") == 0 && strcmp(road->b, "atyrau") == 0;
        const int64_t metres = INT64_C(1000) * road->km;

        ck_assert_int_lt(strcmp(road->a, road->b), 0);
        ck_assert_int_eq(road->km % 5, 0);
        ck_assert_msg(metres >= straight && metres * 2 < straight * (by_the_sea ? 5 : 3),
                      "%s-%s: %lld m", road->a, road->b, (long long)straight);
        if (i > 0) {
            const int before = strcmp(route_roads[i - 1].a, road->a);
            ck_assert_msg(before < 0 || (before == 0 && strcmp(route_roads[i - 1].b, road->b) < 0),
                          "%s-%s", road->a, road->b);
        }
    }
}

static const struct {
    const char *why;
    bool is_set;
    int64_t typical, price;
    bool fits;
} bounds[] = {
    {"the typical price",                  true,  TENGE(5000), TENGE(5000),    true },
    {"half of it",                         true,  TENGE(5000), TENGE(2500),    true },
    {"a tenge less than half",             true,  TENGE(5000), TENGE(2499),    false},
    {"twice",                              true,  TENGE(5000), TENGE(10000),   true },
    {"a tenge more than twice",            true,  TENGE(5000), TENGE(10001),   false},
    {"half of an odd price, rounded up",   true,  TENGE(5001), TENGE(2501),    true },
    {"half of an odd price, rounded down", true,  TENGE(5001), TENGE(2500),    false},
    {"no configured price: less",          false, TENGE(5000), TENGE(1),       true },
    {"no configured price: much more",     false, TENGE(5000), TENGE(1000000), true },
};

TEST_ROWS(only_configured_route_limits_prices, bounds)
{
    const struct route route = {.seat_typical = row->typical, .is_set = row->is_set};

    ck_assert_msg(route_allows_seat_price(&route, row->price) == row->fits, "%s", row->why);
}

TEST(route_price_limits_are_whole_tenge)
{
    const struct route route = {.seat_typical = TENGE(5001)};

    ck_assert_int_eq(route_seat_price_min(&route), TENGE(2501));
    ck_assert_int_eq(route_seat_price_max(&route), TENGE(10002));
}
