// SPDX-License-Identifier: MIT
/* Assignment of freed seats: oldest ride first, rides that do not fit are skipped. */
#include "rides/ride_change.h"
#include "support/test.h"

enum { MOST = 4 };

static const int64_t none[FARE_SEGMENTS_MAX] = {0};

static struct trip trip_with(const int64_t *seat_load)
{
    const struct field_ints empty = {none, 3};

    return (struct trip){
        .tariff = {.segments = 3},
        .seats = 4,
        .cargo_units = 16,
        .child_seats = 1,
        .seat_load = { seat_load,            3},
        .cargo_load = empty,
        .child_load = empty,
    };
}

static struct ride seats(int from, int to, int count)
{
    return (struct ride){
        .kind = FARE_SEATS, .from_stop = from, .to_stop = to, .seat_load = count, .seats = count};
}

/* The chosen positions as digits: "02". */
static const char *chosen(const struct trip *trip, const struct ride *waiting, size_t count)
{
    static char text[MOST + 1];
    size_t fits[MOST];
    const size_t some = ride_waitlist_choose_fitting(trip, waiting, count, fits);

    for (size_t i = 0; i < some; i++)
        text[i] = (char)('0' + fits[i]);
    text[some] = '\0';
    return text;
}

TEST(oldest_waiting_ride_gets_the_seat)
{
    const int64_t load[] = {3, 3, 3};
    const struct trip trip = trip_with(load);
    const struct ride waiting[] = {seats(0, 3, 1), seats(0, 3, 1)};

    ck_assert_str_eq(chosen(&trip, waiting, 2), "0");
    ck_assert_int_eq(load[0], 3);
}

TEST(large_group_does_not_block_smaller_ones)
{
    const int64_t load[] = {3, 2, 3};
    const struct trip trip = trip_with(load);
    const struct ride waiting[] = {seats(0, 3, 2), seats(1, 2, 1), seats(0, 1, 1), seats(1, 2, 2)};

    ck_assert_str_eq(chosen(&trip, waiting, 4), "12");
}

TEST(assigned_seats_are_not_assigned_twice)
{
    const int64_t load[] = {0, 0, 0};
    const struct trip trip = trip_with(load);
    struct ride waiting[] = {seats(0, 1, 3), seats(0, 2, 2), seats(1, 3, 4)};

    ck_assert_str_eq(chosen(&trip, waiting, 3), "02");
    waiting[0].child_load = waiting[1].child_load = 1;
    waiting[0].seat_load = 1;
    ck_assert_str_eq(chosen(&trip, waiting, 3), "02");
    waiting[1].child_load = 0;
    ck_assert_str_eq(chosen(&trip, waiting, 3), "01");
    waiting[0].cargo_load = 16;
    waiting[1].cargo_load = 1;
    ck_assert_str_eq(chosen(&trip, waiting, 3), "02");
}

TEST(full_segments_are_not_assigned)
{
    const int64_t load[] = {4, 4, 4};
    const struct trip trip = trip_with(load);
    const struct ride waiting[] = {seats(0, 3, 1), seats(2, 3, 4)};

    ck_assert_str_eq(chosen(&trip, waiting, 2), "");
    ck_assert_str_eq(chosen(&trip, waiting, 0), "");
}
