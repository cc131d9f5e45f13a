// SPDX-License-Identifier: MIT
/* The longest answers of booking-api, for test_flow.c. */
#pragma once

#include "stay_world.h"

#define MOST WORLD_SUM(1000000000000)
enum {
    WORST_ROWS_MAX = 24,
    CHECK_IN = 20800,    /* 2026-12-13 */
    WORST_RIDES = 2 * 12 /* statuses of a ride, with and without actions */
};

/* In the three languages: a character with long escapes in HTML and JSON. */
const char *worst_words(size_t count);
/* The same as one text. */
const char *worst_text(size_t count);
/* A list that repeats `item`; the second with the longest cursor, then `more`. */
const char *worst_list(const char *item, size_t count);
const char *worst_page(const char *item, size_t count, const char *more);
/* Allowed actions with these names. */
const char *worst_actions(const char *const *names, size_t count);
/* The state of a dialogue, written to `scratch`. */
const char *worst_state(void);

/* Of the flow "ride". */
void worst_ride(size_t variant, struct scripted rows[WORST_ROWS_MAX]);
const char *worst_ride_data(void);
