// SPDX-License-Identifier: MIT
/* Cursors of events decode to the positions that were encoded. */
#include <stdlib.h>

#include <check.h>

#include "api/events_private.h"

static const struct event_position places[] = {
    {0,         0,                           0                          },
    {1,         745,                         3                          },
    {7,         INT64_C(0x0123456789abcdef), INT64_C(0x7edcba9876543210)},
    {INT32_MAX, INT64_MAX,                   INT64_MAX                  },
};

START_TEST(event_position_survives_a_round_trip)
{
    const struct list_cursor packed = event_position_pack(&places[_i]);
    struct event_position back = {-1, -1, -1};

    ck_assert(event_position_unpack(&packed, &back));
    ck_assert_int_eq(back.epoch, places[_i].epoch);
    ck_assert_int_eq(back.tx, places[_i].tx);
    ck_assert_int_eq(back.id, places[_i].id);
}
END_TEST

START_TEST(impossible_position_is_refused)
{
    struct event_position back = {-1, -1, -1};
    struct list_cursor packed = event_position_pack(&(struct event_position){1, 2, 3});

    packed.number = -1;
    ck_assert(!event_position_unpack(&packed, &back));
    packed.number = INT64_C(1) << 40;
    ck_assert(!event_position_unpack(&packed, &back));
    packed.number = 1;
    packed.id.bytes[0] = 0xff;
    ck_assert(!event_position_unpack(&packed, &back));
    ck_assert_int_eq(back.tx, -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("events");
    TCase *tests = tcase_create("places");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tests, event_position_survives_a_round_trip, 0, (int)(ARRAY_LEN(places)));
    tcase_add_test(tests, impossible_position_is_refused);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
