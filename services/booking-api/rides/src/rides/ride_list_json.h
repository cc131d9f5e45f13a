// SPDX-License-Identifier: MIT
/* JSON of ride lists and histories. */
#pragma once

#include "api/list.h"

#include "rides/ride_list_store.h"

/* The query of GET /v1/rides, decoded over ride_query_defaults(). */
struct ride_query {
    struct ride_filter filter;
    int32_t date; /* local day of departure; FIELD_ABSENT32: any */
    struct list_page page;
};
extern const struct fields ride_query_fields;
void ride_query_defaults(struct ride_query *query);

/* A ride as visible to the caller in `data`. */
list_item_fn ride_encode_item;
