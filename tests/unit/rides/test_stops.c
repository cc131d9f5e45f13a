// SPDX-License-Identifier: MIT
/* The times of a trip's stops. */
#include "base/now.h"

#include "support/scratch.h"
#include "support/test.h"
#include "trips/trip.h"

#define HOUR (INT64_C(3600) * US_PER_S)

static const struct {
    int64_t first, last;
    const char *code, *field; /* NULL: valid */
} cases[] = {
    {HOUR,         5 * HOUR,               NULL,          NULL        },
    {HOUR,         HOUR + HOUR / 2,        "too_fast",    "stops/1/at"},
    {5 * HOUR,     HOUR,                   "stops_order", "stops/1/at"},
    {HOUR,         50 * HOUR,              "too_long",    "stops"     },
    {HOUR,         HOUR * 24 * 365 * 7000, "too_long",    "stops"     },
    {FIELD_ABSENT, HOUR,                   NULL,          NULL        }, /* reported by the decoder */
    {HOUR,         FIELD_ABSENT,           NULL,          NULL        },
    {FIELD_ABSENT, FIELD_ABSENT,           NULL,          NULL        },
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
    ck_assert_uint_eq(problems.count, row->code != NULL);
    if (row->code == NULL)
        return;
    ck_assert_str_eq(problems.fields[0].code, row->code);
    ck_assert_str_eq(problems.fields[0].field, row->field);
}

TEST(stop_with_a_problem_is_named)
{
    const struct trip_stop stops[] = {
        {.place = SLICE("almaty"), .at = HOUR                       },
        { .place = SLICE("almaty"),          .at = 2 * HOUR, .point = SLICE("8 701 765-43-21")},
    };
    struct fault_list problems;

    fault_list_init(&problems, &arena);
    trip_stops_check(stops, 2, &problems);
    ck_assert_uint_eq(problems.count, 2);
    ck_assert_str_eq(problems.fields[0].field, "stops/1/place");
    ck_assert_str_eq(problems.fields[1].field, "stops/1/point");
}
