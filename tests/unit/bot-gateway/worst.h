// SPDX-License-Identifier: MIT
/* The longest answers of booking-api, for test_flow.c. */
#pragma once

#include "stay_world.h"

#define MOST WORLD_SUM(1000000000000)
enum {
    WORST_ROWS_MAX = 20,
    CHECK_IN = 20800,    /* 2026-12-13 */
    WORST_RIDES = 2 * 12 /* statuses of a ride, with and without actions */
};

extern struct arena made; /* of all that follows */

/* In the three languages: a character with long escapes in HTML and JSON. */
const char *worst_words(size_t count);
/* The same as one text. */
const char *worst_text(size_t count);
/* Repeats `item`. */
const char *worst_list(const char *item, size_t count);

/* Of the flow "ride". */
void worst_ride(size_t variant, struct scripted rows[WORST_ROWS_MAX]);
const char *worst_ride_data(void);
