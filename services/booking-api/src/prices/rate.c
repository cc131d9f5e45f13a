// SPDX-License-Identifier: MIT
#include "prices/rate.h"

#include <stdio.h>

#include "base/date.h"
#include "base/money.h"
#include "base/number.h"

static bool rule_matches_day(const struct rate *rate, int32_t day)
{
    return rate->from <= day && day < rate->to &&
           (rate->weekdays == 0 || (rate->weekdays >> date_weekday(day) & 1) != 0);
}

struct rate_night rate_apply_to_night(const struct rate *rates, size_t count, int32_t day,
                                      int64_t ordinary_price)
{
    struct rate_night night = {.price = FIELD_ABSENT, .min_nights = FIELD_ABSENT};

    for (size_t i = 0; i < count; i++) {
        const struct rate *rate = &rates[i];
        if (!rule_matches_day(rate, day))
            continue;
        if (rate->price != FIELD_ABSENT)
            night.price = rate->price;
        else if (rate->percent != FIELD_ABSENT)
            night.price = money_percent(ordinary_price, 100 + rate->percent);
        /* FIELD_ABSENT is lower than every value, so it does not count. */
        night.min_nights = number_max(night.min_nights, rate->min_nights);
        night.closed_to_arrival = night.closed_to_arrival || rate->closed_to_arrival;
        night.closed_to_departure = night.closed_to_departure || rate->closed_to_departure;
    }
    return night;
}

struct rate_stay rate_apply_to_stay(const struct rate *rates, size_t count, int32_t check_in,
                                    int32_t check_out, int64_t apartment_min_nights)
{
    struct rate_stay stay = {.min_nights = apartment_min_nights};

    if (count == 0)
        return stay;
    for (int32_t day = check_in; day < check_out; day++)
        stay.min_nights =
            number_max(stay.min_nights, rate_apply_to_night(rates, count, day, 0).min_nights);
    stay.closed_to_arrival = rate_apply_to_night(rates, count, check_in, 0).closed_to_arrival;
    stay.closed_to_departure = rate_apply_to_night(rates, count, check_out, 0).closed_to_departure;
    return stay;
}

bool rate_night_has_rule(const struct rate_night *night)
{
    return night->price != FIELD_ABSENT || night->min_nights != FIELD_ABSENT ||
           night->closed_to_arrival || night->closed_to_departure;
}

static void add_problem(struct fault_list *problems, size_t index, const char *field,
                        const char *code, const char *detail)
{
    char path[FAULT_FIELD_MAX];

    snprintf(path, sizeof path, "items/%zu/%s", index, field);
    fault_list_add(problems, path, code, "%s", detail);
}

void rates_check(const struct rate *rates, size_t count, int64_t max_nights,
                 struct fault_list *problems)
{
    for (size_t i = 0; i < count; i++) {
        const struct rate *rate = &rates[i];
        if (rate->from != FIELD_ABSENT32 && rate->to != FIELD_ABSENT32 && rate->to <= rate->from)
            add_problem(problems, i, "to", "bad_range", "It is not after `from`.");
        if (rate->price != FIELD_ABSENT && rate->percent != FIELD_ABSENT) {
            add_problem(problems, i, "price", "contradiction", "Either price or percent.");
            add_problem(problems, i, "percent", "contradiction", "Either price or percent.");
        }
        if (rate->min_nights > max_nights)
            add_problem(problems, i, "min_nights", "contradiction",
                        "It is more than the apartment's max_nights.");
    }
}
