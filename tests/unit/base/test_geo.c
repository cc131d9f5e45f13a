// SPDX-License-Identifier: MIT
/* Distances between places. */
#include <math.h>

#include <check.h>

#include "base/geo.h"

#include "suite.h"

#define ABSENT ((double)NAN)

// clang-format off
/* Great circles, computed from the vectors of their ends. */
static const struct {
    const char *why;
    struct field_geo from, to;
    double km;
} distances[] = {
    {"the same place",          {43.2383, 76.9456},  {43.2383, 76.9456},  0      },
    {"a degree of the equator", {0, 10},             {0, 11},             111.195},
    {"a degree of a meridian",  {50, 70},            {51, 70},            111.195},
    {"a degree east in 60 N",   {60, 0},             {60, 1},             55.597 },
    {"over the date line",      {0, 179.5},          {0, -179.5},         111.195},
    {"over the pole",           {89.5, 0},           {89.5, 180},         111.195},
    {"half around",             {0, 0},              {0, 180},            20015.114},
    {"pole to pole",            {90, 33},            {-90, -120},         20015.114},
    {"Almaty to Astana",        {43.2389, 76.8897},  {51.1605, 71.4704},  970.696},
};

static const struct {
    const char *why;
    struct field_geo place;
    bool good;
} places[] = {
    {"a city",                {43.2, 76.9},     true },
    {"zeros",                 {0, 0},           true },
    {"the corner",            {90, 180},        true },
    {"the other corner",      {-90, -180},      true },
    {"beyond the north pole", {90.001, 0},      false},
    {"beyond the south pole", {-90.001, 0},     false},
    {"too far east",          {0, 180.001},     false},
    {"too far west",          {0, -180.001},    false},
    {"no latitude",           {ABSENT, 0},  false},
    {"no longitude",          {0, ABSENT},  false},
};
// clang-format on

START_TEST(distance_is_the_great_circle_in_both_directions)
{
    const double there = geo_km(distances[_i].from, distances[_i].to);
    const double back = geo_km(distances[_i].to, distances[_i].from);

    ck_assert_msg(fabs(there - distances[_i].km) < 0.001, "%s: %f", distances[_i].why, there);
    ck_assert_msg(fabs(back - there) < 0.001, "%s: %f", distances[_i].why, back);
}
END_TEST

START_TEST(place_outside_of_the_ranges_is_refused)
{
    ck_assert_msg(geo_is_place(places[_i].place) == places[_i].good, "%s", places[_i].why);
    ck_assert_msg(isnan(geo_km(places[_i].place, distances[0].to)) != places[_i].good, "%s",
                  places[_i].why);
    ck_assert_msg(isnan(geo_km(distances[0].to, places[_i].place)) != places[_i].good, "%s",
                  places[_i].why);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("geo");
    tcase_add_loop_test(tests, distance_is_the_great_circle_in_both_directions, 0,
                        COUNT(distances));
    tcase_add_loop_test(tests, place_outside_of_the_ranges_is_refused, 0, COUNT(places));
    return suite_main("geo", tests);
}
