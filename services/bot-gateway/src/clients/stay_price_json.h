// SPDX-License-Identifier: MIT
/* Parts of the price of a stay in booking-api's answers: its lines, and the tiers of the
 * cancellation policy. */
#pragma once

#include "clients/answer_values_json.h"

/* A line of an itemised price. */
struct stay_line {
    struct slice kind;
    bool of_night; /* the line is about one night */
    struct texts text;
    int64_t amount; /* tiyn; negative for a discount */
};
struct stay_lines {
    const struct stay_line *items; /* in the arena */
    size_t count;                  /* 0 if a line cannot be read */
    struct foreign_list list;      /* as received */
};
enum { STAY_LINES_MAX = 400 /* 366 nights and other items */ };
extern const struct foreign stay_price_line_table;
/* Sets `items` and `count` from `list`. */
bool stay_price_clean_lines(struct stay_lines *lines, struct arena *arena,
                            struct fault *fault) MUST_CHECK;

/* The tiers of a cancellation policy, sorted by time. Only the first tier is read, because in the
 * policies of booking-api only the first can be free. */
enum { STAY_TIERS_MAX = 1 };
extern const struct foreign stay_price_tier_table;
#define STAY_FREE_ALWAYS INT64_MAX
/* The end of free cancellation, in microseconds UTC; STAY_FREE_ALWAYS: it has no end; FIELD_ABSENT:
 * it is not free. */
int64_t stay_price_free_cancel_until(const struct foreign_list *tiers);
