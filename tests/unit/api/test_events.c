// SPDX-License-Identifier: MIT
/* Cursors of events decode to the positions that were encoded. */
#include "api/events_private.h"

#include "support/test.h"

static const struct event_position places[] = {
    {0,         0,                           0                          },
    {1,         745,                         3                          },
    {7,         INT64_C(0x0123456789abcdef), INT64_C(0x7edcba9876543210)},
    {INT32_MAX, INT64_MAX,                   INT64_MAX                  },
};

TEST_ROWS(event_position_survives_a_round_trip, places)
{
    const struct list_cursor packed = event_position_to_cursor(row);
    struct event_position back = {-1, -1, -1};

    ck_assert(event_position_from_cursor(&packed, &back));
    ck_assert_int_eq(back.epoch, row->epoch);
    ck_assert_int_eq(back.tx, row->tx);
    ck_assert_int_eq(back.id, row->id);
}

TEST(impossible_position_is_refused)
{
    struct event_position back = {-1, -1, -1};
    struct list_cursor packed = event_position_to_cursor(&(struct event_position){1, 2, 3});

    packed.number = -1;
    ck_assert(!event_position_from_cursor(&packed, &back));
    packed.number = INT64_C(1) << 40;
    ck_assert(!event_position_from_cursor(&packed, &back));
    packed.number = 1;
    packed.id.bytes[0] = 0xff;
    ck_assert(!event_position_from_cursor(&packed, &back));
    ck_assert_int_eq(back.tx, -1);
}
