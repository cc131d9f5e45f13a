// SPDX-License-Identifier: MIT
#include "prices/stay_price.h"

#include "base/date.h"
#include "base/money.h"

#include "prices/rate.h"

enum { FRIDAY = 5, SATURDAY = 6 };

static int64_t zero_if_absent(int64_t money)
{
    return money != FIELD_ABSENT ? money : 0;
}

static bool is_weekend_night(int32_t day)
{
    int weekday = date_weekday(day);

    return weekday == FRIDAY || weekday == SATURDAY;
}

int64_t stay_price_ordinary(const struct tariff *tariff, int32_t day, enum stay_line_kind *kind)
{
    if (!is_weekend_night(day) || tariff->weekend_price == FIELD_ABSENT) {
        *kind = STAY_NIGHT;
        return tariff->base_price;
    }
    *kind = STAY_WEEKEND;
    return tariff->weekend_price;
}

int64_t stay_price_night(const struct tariff *tariff, int32_t day, enum stay_line_kind *kind)
{
    int64_t ordinary = stay_price_ordinary(tariff, day, kind);
    int64_t price = rate_apply_to_night(tariff->rates, tariff->rate_count, day, ordinary).price;

    if (price == FIELD_ABSENT)
        return ordinary;
    *kind = STAY_SEASON;
    return price;
}

int64_t stay_price_count_weekend_nights(int32_t check_in, int32_t check_out)
{
    int64_t weekend = 0;

    for (int32_t day = check_in; day < check_out; day++)
        weekend += is_weekend_night(day);
    return weekend;
}

static int64_t extra_guests_fee(const struct tariff *tariff, int64_t nights, int64_t guests)
{
    const int64_t extra = guests - tariff->included_guests;

    return extra > 0 ? extra * nights * zero_if_absent(tariff->extra_guest_fee) : 0;
}

int64_t stay_price_total(const struct tariff *tariff, int32_t check_in, int32_t check_out,
                         int64_t guests)
{
    int64_t total = extra_guests_fee(tariff, check_out - check_in, guests) +
                    zero_if_absent(tariff->cleaning_fee);
    enum stay_line_kind ignored;

    for (int32_t day = check_in; day < check_out; day++)
        total += stay_price_night(tariff, day, &ignored);
    return total;
}

bool stay_price_compute(const struct tariff *tariff, int32_t check_in, int32_t check_out,
                        int64_t guests, struct arena *arena, struct stay_price *out,
                        struct fault *fault)
{
    enum { MORE_LINES = 2 }; /* besides the nights: extra guests, cleaning */
    int64_t nights = check_out - check_in;
    struct stay_line *lines =
        arena_alloc(arena, ((size_t)nights + MORE_LINES) * sizeof(struct stay_line));

    if (lines == NULL)
        return arena_fault(fault);
    size_t count = 0;

    for (int32_t day = check_in; day < check_out; day++) {
        struct stay_line *line = &lines[count++];
        line->date = day;
        line->amount = stay_price_night(tariff, day, &line->kind);
    }
    const int64_t extra_fee = extra_guests_fee(tariff, nights, guests);
    if (extra_fee > 0)
        lines[count++] = (struct stay_line){STAY_EXTRA_GUEST, DATE_ABSENT, extra_fee};
    int64_t cleaning_fee = zero_if_absent(tariff->cleaning_fee);
    if (cleaning_fee > 0)
        lines[count++] = (struct stay_line){STAY_CLEANING, DATE_ABSENT, cleaning_fee};

    int64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += lines[i].amount;
    *out = (struct stay_price){
        .lines = lines,
        .count = count,
        .total = total,
        .deposit = money_percent_rounded_up(total, tariff->prepayment_percent),
    };
    return true;
}
