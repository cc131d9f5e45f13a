// SPDX-License-Identifier: MIT
/* What a stay costs and whether it can be, as SQL over a row of table apartment (alias `a`): for
 * statements that look at many flats. stay_price() and booking_judge() say the same; tests compare.
 * The arguments are parameters with their types: "$3::date". */
#pragma once

#include "flats/apartment_row.h"
#include "nights/occupancy.h"

/* Seasons: only where there are any does somebody look. The LIMIT keeps the planner from
 * reading all nights of all flats at once. */
#define STAY_SEASON_DIFFERENCE(from, to)                                                           \
    "CASE WHEN a.has_rates THEN coalesce((SELECT sum(n.price -"                                    \
    " CASE WHEN extract(isodow FROM n.day) IN (5, 6) THEN coalesce(a.weekend_price, a.base_price)" \
    " ELSE a.base_price END) FROM apartment_night n WHERE n.apartment_id = a.id"                   \
    " AND n.day >= " from " AND n.day < " to "), 0)::bigint ELSE 0 END"
#define STAY_SEASON_ALLOWS(from, to, nights)                                                       \
    "(NOT a.has_rates OR (SELECT true FROM apartment_night n WHERE n.apartment_id = a.id"          \
    " AND n.day BETWEEN " from " AND " to " AND (n.min_nights > " nights " AND n.day < " to        \
    " OR n.closed_to_arrival AND n.day = " from " OR n.closed_to_departure AND n.day = " to        \
    ") LIMIT 1) IS NULL)"

/* `weekend` of the nights are of Friday or Saturday; `guests` may be NULL: no more than are
 * included.
 */
#define STAY_TOTAL(from, to, nights, weekend, guests)                                              \
    "((" nights " - " weekend ") * a.base_price"                                                   \
    " + " weekend " * coalesce(a.weekend_price, a.base_price)"                                     \
    " + greatest(0, " guests " - a.included_guests) * " nights " * coalesce(a.extra_guest_fee, 0)" \
    " + coalesce(a.cleaning_fee, 0) + " STAY_SEASON_DIFFERENCE(from, to) ")"

/* STAY_TOTAL_MAX; a test compares by their hits. */
#define STAY_TOTAL_MAX_SQL "1000000000000"

/* Somebody has one of the nights, or of those the stay's own buffer needs. `flat` has id and
 * buffer_days. */
#define STAY_TAKEN(flat, from, to)                                                                 \
    "coalesce((SELECT true FROM occupancy o WHERE o.apartment_id = " flat ".id"                    \
    " AND o.check_out + o.buffer_days > " from " AND o.check_in < " to " + " flat                  \
    ".buffer_days AND " OCCUPANCY_TAKES("o") " LIMIT 1), false)"
