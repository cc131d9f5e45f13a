// SPDX-License-Identifier: MIT
/* Money is a number of tiyn, a hundredth of a tenge (ISO 4217: KZT); prices are whole tenge. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { MONEY_TENGE = 100 };
/* The largest amount of the API, in tiyn: 10 billion tenge. */
#define MONEY_MAX INT64_C(1000000000000)

/* Whether an amount from another program can be a sum: whole tenge from 0 to MONEY_MAX. */
static inline bool money_is_sum(int64_t money_tiyn)
{
    return money_tiyn >= 0 && money_tiyn <= MONEY_MAX && money_tiyn % MONEY_TENGE == 0;
}

/* Return `percent` percent of `money_tiyn`, rounded to whole tenge: money_percent() rounds half up,
 * money_percent_rounded_up() rounds up. Neither is negative; their product is at most 9 * 10^18. */
static inline int64_t money_percent(int64_t money_tiyn, int64_t percent)
{
    const int64_t whole = INT64_C(100) * MONEY_TENGE; /* 100 percent of one tenge, in tiyn */

    return (money_tiyn * percent + whole / 2) / whole * MONEY_TENGE;
}

/* Returns the price of one night of a stay of `nights` nights (1 or more), rounded half up to whole
 * tenge. All places that show or compare a price per night of a stay use this function, so that
 * they agree; a list of the API has the same rule in SQL. */
static inline int64_t money_per_night(int64_t total_tiyn, int64_t nights)
{
    const int64_t whole = nights * MONEY_TENGE;

    return (total_tiyn + whole / 2) / whole * MONEY_TENGE;
}

static inline int64_t money_percent_rounded_up(int64_t money_tiyn, int64_t percent)
{
    const int64_t whole = INT64_C(100) * MONEY_TENGE;

    return (money_tiyn * percent + whole - 1) / whole * MONEY_TENGE;
}
