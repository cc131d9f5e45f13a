// SPDX-License-Identifier: MIT
/* Price and availability of a stay as SQL over a row of table apartment (alias `a`), for statements
 * over many apartments. Tests compare the results with stay_price_compute() and booking_check(). */
#pragma once

#include "db/query.h"

/* The SQL expressions that a statement can use:
 * {stay_total}          total of the stay; if {guests} is NULL, without extra guests
 * {stay_total_max}      STAY_TOTAL_MAX
 * {stay_seasons_allow}  true if the seasons allow check-in, check-out and length of the stay
 * {stay_taken}          true if a night of the stay or of its buffer is occupied; reads only the
 *                       columns id and buffer_days of `a`
 * The statement declares the parameters check_in date, check_out date, nights bigint,
 * weekend_nights bigint (of Friday and Saturday), guests integer. */
extern const struct db_part stay_parts[];
