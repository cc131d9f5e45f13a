// SPDX-License-Identifier: MIT
/* What a stay costs and whether it can be, as SQL over a row of table apartment (alias `a`): for
 * statements that look at many apartments. stay_price() and booking_check() say the same; tests
 * compare.
 */
#pragma once

#include "db/query.h"

/* {stay_total}          what the stay costs; with {guests} NULL for no more than are included
 * {stay_total_max}      STAY_TOTAL_MAX
 * {stay_seasons_allow}  the apartment's seasons let it begin, end and last so
 * {stay_taken}          somebody has one of its nights, or of those that its own buffer needs; of
 *                       `a` it reads id and buffer_days alone
 * The statement declares the parameters check_in date, check_out date, nights bigint,
 * weekend_nights bigint (those of Friday and Saturday), guests integer. */
extern const struct db_part stay_parts[];
