// SPDX-License-Identifier: MIT
/* At most one maintenance. */
#include "history_fixture.h"
#include "support/test.h"

TEST_CASE("maintenance");

/* Also if there are SILENCES_MAX silences. */
static void maintain(struct history_fixture *fixture, void *data)
{
    static struct silence silences[SILENCES_MAX];
    struct silence one = {.match = "*", .who = "Aigul"};
    size_t count = SILENCES_MAX, maintenances = 0;

    one.since_us = now_wall_us();
    one.until_us = one.since_us + HISTORY_HOUR_US;
    for (int i = 0; i < SILENCES_MAX + 5; i++) {
        one.id = uuid_make();
        snprintf(one.match, sizeof one.match, "%s", i < 3 || i >= SILENCES_MAX + 2 ? "*" : "post*");
        FINE(history_silence_add(fixture->history, &one, &fault));
    }
    FINE(history_list_silences(fixture->history, now_wall_us(), silences, &count, &fault));
    for (size_t i = 0; i < count; i++)
        maintenances += strcmp(silences[i].match, "*") == 0;
    ck_assert_uint_eq(maintenances, 1);
    ck_assert_msg(uuid_equal(&silences[count - 1].id, &one.id), "the last one applies");
}

TEST(new_maintenance_replaces_the_previous)
{
    struct history_fixture fixture;

    history_fixture_open(&fixture, 1, 10 * 1000);
    history_fixture_run(&fixture, maintain, NULL);
    history_fixture_close(&fixture);
}
