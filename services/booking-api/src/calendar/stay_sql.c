// SPDX-License-Identifier: MIT
#include "calendar/stay_sql.h"

// clang-format off
/* Table apartment_night is read only if the apartment has seasons. Without LIMIT the planner would
 * read all nights of all apartments at once. */
const struct db_part stay_parts[] = {
    {"stay_total",
        "(({nights} - {weekend_nights}) * a.base_price"
        " + {weekend_nights} * coalesce(a.weekend_price, a.base_price)"
        " + greatest(0, {guests} - a.included_guests) * {nights} * coalesce(a.extra_guest_fee, 0)"
        " + coalesce(a.cleaning_fee, 0)"
        " + {stay_season_difference})"},
    {"stay_total_max", "1000000000000"},
    {"stay_season_difference",
        "CASE WHEN a.has_rates THEN coalesce(("
        "   SELECT sum(n.price - CASE WHEN extract(isodow FROM n.day) IN (5, 6)"
        "                             THEN coalesce(a.weekend_price, a.base_price)"
        "                             ELSE a.base_price END)"
        "   FROM apartment_night n"
        "   WHERE n.apartment_id = a.id AND n.day >= {check_in} AND n.day < {check_out}"
        " ), 0)::bigint ELSE 0 END"},
    {"stay_seasons_allow",
        "(NOT a.has_rates OR ("
        "   SELECT true FROM apartment_night n"
        "   WHERE n.apartment_id = a.id AND n.day BETWEEN {check_in} AND {check_out}"
        "     AND (n.min_nights > {nights} AND n.day < {check_out}"
        "       OR n.closed_to_arrival AND n.day = {check_in}"
        "       OR n.closed_to_departure AND n.day = {check_out})"
        "   LIMIT 1) IS NULL)"},
    {"stay_taken",
        "coalesce(("
        "   SELECT true FROM occupancy o"
        "   WHERE o.apartment_id = a.id"
        "     AND o.check_out + o.buffer_days > {check_in}"
        "     AND o.check_in < {check_out} + a.buffer_days"
        "     AND occupancy_takes(o.status, o.expires_at)"
        "   LIMIT 1), false)"},
    {0},
};
