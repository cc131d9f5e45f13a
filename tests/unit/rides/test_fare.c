// SPDX-License-Identifier: MIT
/* Prices of rides: the split over segments, lines, deposit, load. Expected sums computed by hand.
 */
#include "fares/fare.h"
#include "support/scratch.h"
#include "support/test.h"

TEST_CASE("fares");

#define TENGE(n) (INT64_C(100) * (n))
#define NONE     FIELD_ABSENT

// clang-format off
static const struct {
    const char *why;
    int64_t price;
    size_t segments;
    int64_t metres[FARE_SEGMENTS_MAX];
    int64_t shares[FARE_SEGMENTS_MAX];
} splits[] = {
    {"one segment has all of it", TENGE(5500), 1, {182471}, {TENGE(5500)}},
    /* 4000 * 70500 / 234600 = 1202.05 */
    {"Almaty-Konaev-Taldykorgan", TENGE(4000), 2, {70500, 164100}, {TENGE(1202), TENGE(2798)}},
    /* 1000 * 1/3 = 333.33, the last has 334 */
    {"thirds: the rest in the last", TENGE(1000), 3, {50, 50, 50}, {TENGE(333), TENGE(333), TENGE(334)}},
    /* 500 * 2/3 = 333.33, 500 * 1/6 = 83.33 */
    {"down, down, the rest", TENGE(500), 3, {400, 100, 100}, {TENGE(333), TENGE(83), TENGE(84)}},
    /* 1001 / 2 = 500.5 */
    {"half a tenge is rounded up", TENGE(1001), 2, {100, 100}, {TENGE(501), TENGE(500)}},
    /* 5 / 2 = 2.5 up */
    {"half a tenge of a small price", TENGE(5), 2, {7, 7}, {TENGE(3), TENGE(2)}},
    /* 5 / 9 = 0.56, up to 1, five times; then nothing is left */
    {"no share is negative",      TENGE(5), 9, {1, 1, 1, 1, 1, 1, 1, 1, 1},
     {TENGE(1), TENGE(1), TENGE(1), TENGE(1), TENGE(1), 0, 0, 0, 0}},
    {"nothing", 0, 3, {10, 20, 30}, {0, 0, 0}},
    {"a segment without length costs nothing", TENGE(900), 3, {10, 0, 20}, {TENGE(300), 0, TENGE(600)}},
    {"no lengths: the last has it", TENGE(900), 3, {0, 0, 0}, {0, 0, TENGE(900)}},
    /* 1000000 * k / 45, k = 1..8: 22222.22, 44444.44, 66666.67, 88888.89, 111111.11, 133333.33,
     * 155555.56, 177777.78; the rest of 800000 is 200000 */
    {"the dearest over the longest", FARE_PRICE_MAX, 9,
     {1000000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, 8000000, 9000000},
     {TENGE(22222), TENGE(44444), TENGE(66667), TENGE(88889), TENGE(111111), TENGE(133333),
      TENGE(155556), TENGE(177778), TENGE(200000)}},
};
// clang-format on

TEST_ROWS(seat_price_is_split_by_distance, splits)
{
    int64_t shares[FARE_SEGMENTS_MAX], sum = 0;

    fare_split_seat_price(row->price, row->metres, row->segments, shares);
    for (size_t i = 0; i < row->segments; i++) {
        ck_assert_msg(shares[i] == row->shares[i], "%s: segment %zu: %lld", row->why, i,
                      (long long)shares[i]);
        sum += shares[i];
    }
    ck_assert_int_eq(sum, row->price);
}

/* A generator with a fixed seed, so that failures can be repeated. */
static int64_t random_below(uint64_t *state, int64_t below)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (int64_t)((*state >> 33) % (uint64_t)below);
}

TEST(shares_are_whole_tenge_and_not_negative)
{
    uint64_t state = 17;

    for (int round = 0; round < 20000; round++) {
        const size_t segments = (size_t)random_below(&state, FARE_SEGMENTS_MAX) + 1;
        const int64_t price = TENGE(random_below(&state, round % 2 == 0 ? 20 : 1000001));
        int64_t metres[FARE_SEGMENTS_MAX], shares[FARE_SEGMENTS_MAX], sum = 0;

        for (size_t i = 0; i < segments; i++)
            metres[i] = random_below(&state, 40000001);
        fare_split_seat_price(price, metres, segments, shares);
        bool sound = true;
        for (size_t i = 0; i < segments; i++) {
            sound = sound && shares[i] >= 0 && shares[i] % 100 == 0;
            sum += shares[i];
        }
        if (!sound || sum != price)
            ck_abort_msg("round %d: %zu segments of %lld", round, segments, (long long)price);
    }
}

/* The trip of the contract's example, with a car and parcels. */
static const struct fare_tariff example = {
    .seat_prices = {TENGE(3000),  TENGE(2500)},
    .segments = 2,
    .car_price = TENGE(20000),
    .parcel_prices = { TENGE(1000), TENGE(2500),        NONE},
    .luggage_price = TENGE(1000),
    .child_seat_price = TENGE(500),
    .prepayment_percent = 20,
};
static const struct fare_tariff seats_only = {
    .seat_prices = {TENGE(3000), TENGE(2501)},
    .segments = 2,
    .car_price = NONE,
    .parcel_prices = { NONE,       NONE,        NONE},
    .luggage_price = NONE,
    .child_seat_price = NONE,
    .prepayment_percent = 0,
};

#define SEATS(from, to, seats, children, luggage)                                                  \
    {                                                                                              \
        FARE_SEATS, 0, (from), (to), (seats), (children), (luggage), NONE                          \
    }
#define CAR(from, to, children, luggage)                                                           \
    {                                                                                              \
        FARE_WHOLE_CAR, 0, (from), (to), 4, (children), (luggage), NONE                            \
    }
#define PARCEL(size, from, to)                                                                     \
    {                                                                                              \
        FARE_PARCEL, (size), (from), (to), 1, 0, 0, NONE                                           \
    }

// clang-format off
static const struct {
    const char *why;
    const struct fare_tariff *tariff;
    struct fare_order order;
    size_t count;
    struct fare_line lines[FARE_LINES_MAX];
    int64_t total, deposit;
} fares[] = {
    {"the contract's example", &example, SEATS(0, 2, 2, 1, 1), 3,
     {{FARE_LINE_SEAT, 2, TENGE(11000)}, {FARE_LINE_CHILD_SEAT, 1, TENGE(500)}, {FARE_LINE_LUGGAGE, 1, TENGE(1000)}},
     TENGE(12500), TENGE(2500)},
    {"the first segment alone", &example, SEATS(0, 1, 1, 0, 0), 1, {{FARE_LINE_SEAT, 1, TENGE(3000)}}, TENGE(3000), TENGE(600)},
    {"the second alone", &example, SEATS(1, 2, 1, 0, 0), 1, {{FARE_LINE_SEAT, 1, TENGE(2500)}}, TENGE(2500), TENGE(500)},
    {"two child seats, three pieces", &example, SEATS(1, 2, 3, 2, 3), 3,
     {{FARE_LINE_SEAT, 3, TENGE(7500)}, {FARE_LINE_CHILD_SEAT, 2, TENGE(1000)}, {FARE_LINE_LUGGAGE, 3, TENGE(3000)}},
     TENGE(11500), TENGE(2300)},
    {"a free item has no line",        &seats_only, SEATS(0, 2, 1, 1, 1), 1, {{FARE_LINE_SEAT, 1, TENGE(5501)}}, TENGE(5501), 0},
    {"the whole car, its boot in it", &example, CAR(0, 2, 1, 2), 2,
     {{FARE_LINE_CAR, 1, TENGE(20000)}, {FARE_LINE_CHILD_SEAT, 1, TENGE(500)}}, TENGE(20500), TENGE(4100)},
    {"a small parcel", &example, PARCEL(FARE_SMALL, 0, 1), 1, {{FARE_LINE_PARCEL, 1, TENGE(1000)}}, TENGE(1000), TENGE(200)},
    {"a medium one costs the same over one segment or two", &example, PARCEL(FARE_MEDIUM, 0, 2), 1, {{FARE_LINE_PARCEL, 1, TENGE(2500)}}, TENGE(2500), TENGE(500)},
    {"an offer is the price of everything", &example,
     {FARE_SEATS, 0, 0, 2, 2, 1, 1, TENGE(9001)}, 1, {{FARE_LINE_OFFER, 1, TENGE(9001)}},
     /* 20 % of 9001 is 1800.2, up */
     TENGE(9001), TENGE(1801)},
    {"an offer for a car that has no price", &seats_only, {FARE_WHOLE_CAR, 0, 0, 2, 4, 0, 0, TENGE(30000)}, 1,
     {{FARE_LINE_OFFER, 1, TENGE(30000)}}, TENGE(30000), 0},
    {"an offer for a parcel that has no price", &seats_only, {FARE_PARCEL, FARE_LARGE, 0, 2, 1, 0, 0, TENGE(4000)}, 1,
     {{FARE_LINE_OFFER, 1, TENGE(4000)}}, TENGE(4000), 0},
};
// clang-format on

TEST_ROWS(fare_is_the_sum_of_its_lines, fares)
{
    struct fare fare;
    int64_t sum = 0;

    ck_assert_msg(fare_compute_price(row->tariff, &row->order, &fare, &fault), "%s", row->why);
    ck_assert_msg(fare.count == row->count, "%s: %zu lines", row->why, fare.count);
    for (size_t i = 0; i < fare.count; i++) {
        const struct fare_line *want = &row->lines[i];
        ck_assert_msg(fare.lines[i].kind == want->kind && fare.lines[i].count == want->count &&
                          fare.lines[i].amount == want->amount,
                      "%s: line %zu", row->why, i);
        sum += fare.lines[i].amount;
    }
    ck_assert_int_eq(fare.total, row->total);
    ck_assert_int_eq(sum, fare.total);
    ck_assert_msg(fare.deposit == row->deposit, "%s: deposit %lld", row->why,
                  (long long)fare.deposit);
}

// clang-format off
static const struct {
    const char *why;
    const struct fare_tariff *tariff;
    struct fare_order order;
} refused[] = {
    {"the car from the second stop",     &example,    CAR(1, 2, 0, 0)             },
    {"the car to the second stop",       &example,    CAR(0, 1, 0, 0)             },
    {"a car without a price",            &seats_only, CAR(0, 2, 0, 0)             },
    {"a large parcel without a price",   &example,    PARCEL(FARE_LARGE, 0, 2)    },
    {"no parcels at all",                &seats_only, PARCEL(FARE_SMALL, 0, 2)    },
};
// clang-format on

TEST_ROWS(unoffered_kind_is_refused, refused)
{
    struct fare fare = {.total = 7};

    ck_assert_msg(!fare_compute_price(row->tariff, &row->order, &fare, &fault), "%s", row->why);
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert_str_eq(fault.code, "not_offered");
    ck_assert_int_eq(fare.total, 7);
}

static const struct {
    int64_t offer, seats, seat;
} rests[] = {
    {TENGE(8000),  1, TENGE(8000)},
    {TENGE(8000),  2, TENGE(4000)},
    {TENGE(10000), 3, TENGE(3333)},
    {TENGE(20000), 3, TENGE(6667)},
    {TENGE(9001),  2, TENGE(4501)},
    {TENGE(0),     4, TENGE(0)   },
};

TEST_ROWS(remaining_seats_cost_the_offer_price_per_seat, rests)
{
    ck_assert_int_eq(fare_offer_seat_price(row->offer, row->seats), row->seat);
}

static const struct {
    struct fare_order order;
    int64_t units;
} loads[] = {
    {SEATS(0,           1, 2,                 0,  0),             0},
    {SEATS(0,                 1,            2,            0,  2),    16},
    {PARCEL(FARE_SMALL,               0,                1),                 1   },
    {PARCEL(FARE_MEDIUM,                 0, 1), 4},
    {PARCEL(FARE_LARGE, 0, 1),                8 },
    {CAR(0,                2, 0,                1), 20},
};

TEST_ROWS(cargo_units_follow_parcel_size_luggage_and_kind, loads)
{
    ck_assert_int_eq(fare_order_cargo_units(&row->order, 20), row->units);
}
