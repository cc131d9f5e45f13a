// SPDX-License-Identifier: MIT
/* Distances between places. */

#include "base/geo.h"

#include "support/test.h"

#define ABSENT ((double)NAN)

/* Great circles, computed from the vectors of their ends. */
static const struct {
    const char *why;
    struct field_geo from, to;
    double km;
} distances[] = {
    {"the same place",          {43.2383, 76.9456}, {43.2383, 76.9456}, 0        },
    {"a degree of the equator", {0, 10},            {0, 11},            111.195  },
    {"a degree of a meridian",  {50, 70},           {51, 70},           111.195  },
    {"a degree east in 60 N",   {60, 0},            {60, 1},            55.597   },
    {"over the date line",      {0, 179.5},         {0, -179.5},        111.195  },
    {"over the pole",           {89.5, 0},          {89.5, 180},        111.195  },
    {"half around",             {0, 0},             {0, 180},           20015.114},
    {"pole to pole",            {90, 33},           {-90, -120},        20015.114},
    {"Almaty to Astana",        {43.2389, 76.8897}, {51.1605, 71.4704}, 970.696  },
};

static const struct {
    const char *why;
    struct field_geo place;
    bool good;
} places[] = {
    {"a city",                {43.2, 76.9},  true },
    {"zeros",                 {0, 0},        true },
    {"the corner",            {90, 180},     true },
    {"the other corner",      {-90, -180},   true },
    {"beyond the north pole", {90.001, 0},   false},
    {"beyond the south pole", {-90.001, 0},  false},
    {"too far east",          {0, 180.001},  false},
    {"too far west",          {0, -180.001}, false},
    {"no latitude",           {ABSENT, 0},   false},
    {"no longitude",          {0, ABSENT},   false},
};

TEST_ROWS_WHY(distance_is_the_great_circle_in_both_directions, distances)
{
    const double there = geo_km(row->from, row->to);
    const double back = geo_km(row->to, row->from);

    ck_assert_msg(fabs(there - row->km) < 0.001, "%f", there);
    ck_assert_msg(fabs(back - there) < 0.001, "%f", back);
}

TEST_ROWS_WHY(place_outside_of_the_ranges_is_refused, places)
{
    ck_assert(geo_is_in_range(row->place) == row->good);
    ck_assert(isnan(geo_km(row->place, distances[0].to)) != row->good);
    ck_assert(isnan(geo_km(distances[0].to, row->place)) != row->good);
}
