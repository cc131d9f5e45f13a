// SPDX-License-Identifier: MIT
#include "trips/trip_search.h"

void trip_query_set_window(struct trip_query *query, int64_t now)
{
    if (query->date != FIELD_ABSENT32) {
        query->depart_from = query->date * TRIP_DAY_US - TRIP_ZONE_US;
        query->depart_to = query->depart_from + TRIP_DAY_US - 1;
    } else if (query->depart_from == 0 && query->from.at == NULL) {
        query->depart_from = now - TRIP_LONGEST_US;
        query->depart_to = FIELD_ABSENT;
    } else if (query->depart_from == 0) {
        query->depart_from = now;
        query->depart_to = now + TRIP_SEARCH_US;
    }
}
