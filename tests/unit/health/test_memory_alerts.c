// SPDX-License-Identifier: MIT
/* What is told from memory while history is stuck. */
#include "notify/memory_alerts.h"
#include "unit/base/suite.h"

enum { TELEGRAM = 1U << ALERT_TELEGRAM, EMAIL = 1U << ALERT_EMAIL, BOTH = TELEGRAM | EMAIL };

static struct urgents urgents;

static struct incident fresh(void)
{
    return (struct incident){.id = uuid_make(), .level = LEVEL_RED};
}

START_TEST(what_is_known_makes_no_room)
{
    const struct incident first = fresh();

    urgents = (struct urgents){0};
    ck_assert(urgents_add(&urgents, &first, ALERT_FIRED, BOTH));
    urgents_find(&urgents, &first.id, ALERT_FIRED)->left = 0;
    for (int i = 1; i <= URGENT_MAX; i++) {
        const struct incident other = fresh();
        ck_assert_int_eq(urgents_add(&urgents, &other, ALERT_FIRED, BOTH), i < URGENT_MAX);
    }
    ck_assert(urgents_add(&urgents, &first, ALERT_FIRED, BOTH));
    ck_assert_uint_eq(urgents_find(&urgents, &first.id, ALERT_FIRED)->left, 0);
    /* A recovery takes the place of the beginning. */
    ck_assert(urgents_add(&urgents, &first, ALERT_RECOVERED, BOTH));
    ck_assert_uint_eq(urgents.count, URGENT_MAX);
}
END_TEST

START_TEST(a_recovery_is_for_who_was_told_and_comes_instead)
{
    const struct incident first = fresh(), other = fresh();

    urgents = (struct urgents){0};
    ck_assert(urgents_add(&urgents, &first, ALERT_FIRED, BOTH));
    ck_assert(urgents_add(&urgents, &other, ALERT_FIRED, BOTH));
    ck_assert(urgents_add(&urgents, &first, ALERT_WORSE, BOTH));
    urgents_find(&urgents, &first.id, ALERT_FIRED)->left = TELEGRAM;
    ck_assert(urgents_add(&urgents, &first, ALERT_RECOVERED, BOTH));
    ck_assert_uint_eq(urgents.count, 2);
    ck_assert(uuid_equal(&urgents.all[0].incident.id, &other.id));
    ck_assert_uint_eq(urgents.all[0].left, BOTH);
    ck_assert_int_eq(urgents.all[1].event, ALERT_RECOVERED);
    ck_assert_uint_eq(urgents.all[1].left, EMAIL);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("urgent");
    tcase_add_test(tests, what_is_known_makes_no_room);
    tcase_add_test(tests, a_recovery_is_for_who_was_told_and_comes_instead);
    return suite_main("urgent", tests);
}
