// SPDX-License-Identifier: MIT
/* One maintenance at a time. */
#include "history_fixture.h"

/* Also where there is room for no more. */
static void maintain(struct stand *stand, void *data)
{
    static struct silence silences[SILENCES_MAX];
    struct silence one = {.match = "*", .who = "Aigul"};
    size_t count = SILENCES_MAX, maintenances = 0;

    one.since_us = now_wall_us();
    one.until_us = one.since_us + HISTORY_HOUR_US;
    for (int i = 0; i < SILENCES_MAX + 5; i++) {
        one.id = uuid_make();
        snprintf(one.match, sizeof one.match, "%s", i < 3 || i >= SILENCES_MAX + 2 ? "*" : "post*");
        FINE(history_silence_add(stand->history, &one, &fault));
    }
    FINE(history_silences(stand->history, now_wall_us(), silences, &count, &fault));
    for (size_t i = 0; i < count; i++)
        maintenances += strcmp(silences[i].match, "*") == 0;
    ck_assert_uint_eq(maintenances, 1);
    ck_assert_msg(uuid_equal(&silences[count - 1].id, &one.id), "the last one holds");
}

START_TEST(a_maintenance_takes_the_place_of_the_one_before)
{
    struct stand stand;

    stand_open(&stand, 1, 10 * 1000);
    stand_run(&stand, maintain, NULL);
    stand_close(&stand);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("maintenance");

    tcase_add_test(tests, a_maintenance_takes_the_place_of_the_one_before);
    return stand_main("history_maintenance", tests);
}
