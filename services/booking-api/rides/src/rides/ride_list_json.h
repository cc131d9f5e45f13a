// SPDX-License-Identifier: MIT
/* Lists of rides and their histories on the wire. */
#pragma once

#include "api/list.h"

#include "rides/ride_list_store.h"

/* The query of GET /v1/rides: over ride_query_defaults(). */
struct ride_query {
    struct ride_filter filter;
    int32_t date; /* of the departure, local; FIELD_ABSENT32: any */
    struct list_page page;
};
extern const struct fields ride_query_fields;
void ride_query_defaults(struct ride_query *query);

/* A ride, as the caller in `data` sees it. */
list_item_fn ride_encode_item;
/* A row of ride_history(), as the caller in `data` sees it; its version is the place of the next
 * page. Accounts of passengers are shown to themselves and to staff. */
list_item_fn ride_encode_step;
