// SPDX-License-Identifier: MIT
#include "base/money.h"

#include "apartments/apartment.h"
#include "prices/prices_json.h"
#include "support/scratch.h"

TEST_CASE("prices");

enum { MONDAY = 20416 /* 2025-11-24 */, BODY_BYTES = 64 * 1024 };

static struct tariff tariff_of(int64_t base, int64_t weekend, int64_t extra, int64_t cleaning)
{
    return (struct tariff){.base_price = base,
                           .weekend_price = weekend,
                           .extra_guest_fee = extra,
                           .cleaning_fee = cleaning,
                           .included_guests = 2};
}

#define NO FIELD_ABSENT

static const struct {
    const char *why;
    int64_t base, weekend, extra, cleaning;
    int from, nights;
    int64_t guests;
    size_t lines;
    int64_t total;
} stays[] = {
    {"one plain night",                   1000000, NO,      NO,     NO,     0, 1, 1, 1, 1000000},
    {"Friday and Saturday are dearer",    1000000, 1500000, NO,     NO,     0, 7, 1, 7, 8000000},
    {"Sunday's night is an ordinary one", 1000000, 1500000, NO,     NO,     6, 1, 1, 1, 1000000},
    {"Friday's night is a weekend's",     1000000, 1500000, NO,     NO,     4, 1, 1, 1, 1500000},
    {"no weekend price: the base",        1000000, NO,      NO,     NO,     4, 2, 1, 2, 2000000},
    {"a free weekend",                    1000000, 0,       NO,     NO,     4, 2, 1, 2, 0      },
    {"included guests cost no more",      1000000, NO,      200000, NO,     0, 2, 2, 2, 2000000},
    {"each extra guest, each night",      1000000, NO,      200000, NO,     0, 2, 4, 3, 2800000},
    {"extra guests without a fee",        1000000, NO,      NO,     NO,     0, 2, 4, 2, 2000000},
    {"cleaning once",                     1000000, NO,      NO,     500000, 0, 3, 1, 4, 3500000},
    {"all of it",                         1000000, 1500000, 200000, 500000, 3, 4, 3, 6, 6300000},
    {"a fee of zero is no line",          1000000, NO,      0,      0,      0, 1, 6, 1, 1000000},
};

/* The highest valid prices: neither total nor deposit overflows. */
TEST(highest_prices_do_not_overflow)
{
    const struct rate season = {.from = MONDAY,
                                .to = MONDAY + STAY_NIGHTS_MAX,
                                .price = FIELD_ABSENT,
                                .percent = RATE_PERCENT_MAX,
                                .min_nights = FIELD_ABSENT};
    struct tariff tariff = tariff_of(STAY_TOTAL_MAX, NO, STAY_TOTAL_MAX, STAY_TOTAL_MAX);
    const int64_t guests = APARTMENT_GUESTS_MAX;

    tariff.included_guests = 1;
    tariff.rates = &season;
    tariff.rate_count = 1;
    int64_t total = stay_price_total(&tariff, MONDAY, MONDAY + STAY_NIGHTS_MAX, guests);
    ck_assert_int_eq(total, (6 * STAY_NIGHTS_MAX + 99 * STAY_NIGHTS_MAX + 1) * STAY_TOTAL_MAX);
    ck_assert_int_eq(money_percent_rounded_up(total, 100), total);
}

TEST(absent_included_guests_equal_max_guests)
{
    struct apartment apartment = apartment_defaults();

    apartment.base_price = 1000000;
    apartment.extra_guest_fee = 200000;
    apartment.max_guests = 6;
    struct tariff tariff = apartment_tariff(&apartment);
    ck_assert_int_eq(stay_price_total(&tariff, MONDAY, MONDAY + 2, apartment.max_guests), 2000000);
    apartment.max_guests = 1;
    tariff = apartment_tariff(&apartment);
    ck_assert_int_eq(stay_price_total(&tariff, MONDAY, MONDAY + 2, 2), 2400000);
}

TEST_ROWS_WHY(total_is_the_sum_of_the_lines, stays)
{
    struct tariff tariff = tariff_of(row->base, row->weekend, row->extra, row->cleaning);
    struct stay_price price;
    int32_t from = MONDAY + row->from;

    ck_assert(
        stay_price_compute(&tariff, from, from + row->nights, row->guests, &arena, &price, &fault));
    int64_t sum = 0;
    for (size_t i = 0; i < price.count; i++)
        sum += price.lines[i].amount;
    ck_assert_msg(price.count == row->lines, "%zu lines", price.count);
    ck_assert_int_eq(price.total, row->total);
    ck_assert_int_eq(sum, price.total);
    ck_assert_int_eq(stay_price_total(&tariff, from, from + row->nights, row->guests), sum);
}

static const struct {
    const char *why;
    int64_t total, percent, deposit;
} deposits[] = {
    {"nothing",                     3300000,           0,   0                },
    {"all",                         3300000,           100, 3300000          },
    {"whole tenge already",         1000000,           30,  300000           },
    {"up to whole tenge",           100,               30,  100              },
    {"a hundredth over a tenge",    101 * 100,         1,   200              },
    {"of nothing",                  0,                 50,  0                },
    {"the largest that may happen", 36600000000000000, 100, 36600000000000000},
};

TEST_ROWS_WHY(deposit_is_rounded_up_to_whole_tenge, deposits)
{
    ck_assert(money_percent_rounded_up(row->total, row->percent) == row->deposit);
}

TEST(weekend_nights_are_counted_as_they_are_priced)
{
    struct tariff tariff = tariff_of(100, 200, NO, NO);

    for (int32_t from = MONDAY; from < MONDAY + 7; from++) {
        for (int32_t nights = 1; nights < 30; nights++) {
            int64_t priced = 0;
            for (int32_t day = from; day < from + nights; day++) {
                enum stay_line_kind kind;
                priced += stay_price_night(&tariff, day, &kind) == 200;
                ck_assert_int_eq(kind == STAY_WEEKEND,
                                 stay_price_night(&tariff, day, &kind) == 200);
            }
            ck_assert_int_eq(stay_price_count_weekend_nights(from, from + nights), priced);
        }
    }
}

TEST(seasonal_nights_have_their_price_and_kind)
{
    const struct rate rates[] = {
        {MONDAY + 3, MONDAY + 5, 0, NO, 25, NO, false, false},
        {MONDAY + 5, MONDAY + 6, 0, NO, NO, 2,  false, false},
    };
    static const enum stay_line_kind kinds[] = {STAY_NIGHT, STAY_SEASON, STAY_SEASON, STAY_WEEKEND};
    static const int64_t amounts[] = {1000000, 1250000, 1875000, 1500000};
    struct tariff tariff = tariff_of(1000000, 1500000, NO, NO);
    struct stay_price price;

    tariff.rates = rates;
    tariff.rate_count = 2;
    ck_assert(stay_price_compute(&tariff, MONDAY + 2, MONDAY + 6, 1, &arena, &price, &fault));
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(price.lines[i].kind, kinds[i]);
        ck_assert_int_eq(price.lines[i].amount, amounts[i]);
    }
    ck_assert_int_eq(price.total, 5625000);
}

TEST(full_arena_fails_and_leaves_the_output_untouched)
{
    struct tariff tariff = tariff_of(100, NO, NO, NO);
    struct stay_price price = {.total = 7};
    struct arena full = ARENA(16);

    ck_assert(!stay_price_compute(&tariff, MONDAY, MONDAY + 300, 1, &full, &price, &fault));
    ck_assert_int_eq(price.total, 7);
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    arena_finish(&full);
}

TEST(lines_are_encoded_with_their_texts)
{
    struct tariff tariff = tariff_of(1000000, NO, NO, 500000);
    struct stay_price price;
    struct buf out = BUF(BODY_BYTES);

    ck_assert(stay_price_compute(&tariff, MONDAY, MONDAY + 1, 1, &arena, &price, &fault));
    stay_price_encode_lines(&price, &out);
    ck_assert(buf_ok(&out, &fault));
    ck_assert_slice(buf_as_slice(&out),
                    "[{\"kind\":\"night\",\"date\":\"2025-11-24\","
                    "\"text\":{\"ru\":\"Ночь\",\"kz\":\"Түн\",\"en\":\"Night\"},"
                    "\"amount\":{\"amount\":1000000,\"currency\":\"KZT\"}},"
                    "{\"kind\":\"cleaning\",\"text\":{\"ru\":\"Уборка\",\"kz\":\"Тазалау\","
                    "\"en\":\"Cleaning\"},"
                    "\"amount\":{\"amount\":500000,\"currency\":\"KZT\"}}]");
    buf_finish(&out);
}
