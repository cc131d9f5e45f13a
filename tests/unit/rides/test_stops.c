// SPDX-License-Identifier: MIT
/* The times of a trip's stops. */
#include "base/now.h"

#include "support/scratch.h"
#include "support/test.h"
#include "trips/trip.h"

#define HOUR (INT64_C(3600) * US_PER_S)

static const struct {
    int64_t first, last;
    const char *code; /* NULL: valid */
} cases[] = {
    {HOUR,         5 * HOUR,               NULL         },
    {HOUR,         HOUR + HOUR / 2,        "too_fast"   },
    {5 * HOUR,     HOUR,                   "stops_order"},
    {HOUR,         50 * HOUR,              "too_long"   },
    {HOUR,         HOUR * 24 * 365 * 7000, "too_long"   },
    {FIELD_ABSENT, HOUR,                   NULL         }, /* reported by the decoder */
    {HOUR,         FIELD_ABSENT,           NULL         },
    {FIELD_ABSENT, FIELD_ABSENT,           NULL         },
};

TEST_ROWS(time_between_stops_is_validated, cases)
{
    const struct trip_stop stops[] = {
        {.place = SLICE("almaty"),      .at = row->first},
        {.place = SLICE("taldykorgan"), .at = row->last },
    };
    struct fault_list problems;

    fault_list_init(&problems, &arena);
    trip_stops_check(stops, 2, &problems);
    if (row->code == NULL)
        ck_assert_uint_eq(problems.count, 0);
    else
        ck_assert_str_eq(problems.fields[0].code, row->code);
}
