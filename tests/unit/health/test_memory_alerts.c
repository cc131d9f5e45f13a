// SPDX-License-Identifier: MIT
/* Alerts that are sent from memory while history is stuck. */
#include "notify/memory_alerts.h"
#include "support/test.h"

TEST_CASE("urgent");

enum { TELEGRAM = 1U << ALERT_TELEGRAM, EMAIL = 1U << ALERT_EMAIL, BOTH = TELEGRAM | EMAIL };

static struct memory_alerts alerts;

static struct incident fresh(void)
{
    return (struct incident){.id = uuid_make(), .level = LEVEL_RED};
}

TEST(repeated_event_takes_no_slot)
{
    const struct incident first = fresh();

    alerts = (struct memory_alerts){0};
    ck_assert(memory_alerts_add(&alerts, &first, ALERT_FIRED, BOTH));
    memory_alerts_find(&alerts, &first.id, ALERT_FIRED)->pending = 0;
    for (int i = 1; i <= MEMORY_ALERTS_MAX; i++) {
        const struct incident other = fresh();
        ck_assert_int_eq(memory_alerts_add(&alerts, &other, ALERT_FIRED, BOTH),
                         i < MEMORY_ALERTS_MAX);
    }
    ck_assert(memory_alerts_add(&alerts, &first, ALERT_FIRED, BOTH));
    ck_assert_uint_eq(memory_alerts_find(&alerts, &first.id, ALERT_FIRED)->pending, 0);
    /* A recovery replaces the beginning. */
    ck_assert(memory_alerts_add(&alerts, &first, ALERT_RECOVERED, BOTH));
    ck_assert_uint_eq(alerts.count, MEMORY_ALERTS_MAX);
}

TEST(recovery_replaces_begin_on_channels_that_sent_it)
{
    const struct incident first = fresh(), other = fresh();

    alerts = (struct memory_alerts){0};
    ck_assert(memory_alerts_add(&alerts, &first, ALERT_FIRED, BOTH));
    ck_assert(memory_alerts_add(&alerts, &other, ALERT_FIRED, BOTH));
    ck_assert(memory_alerts_add(&alerts, &first, ALERT_WORSE, BOTH));
    memory_alerts_find(&alerts, &first.id, ALERT_FIRED)->pending = TELEGRAM;
    ck_assert(memory_alerts_add(&alerts, &first, ALERT_RECOVERED, BOTH));
    ck_assert_uint_eq(alerts.count, 2);
    ck_assert(uuid_equal(&alerts.all[0].incident.id, &other.id));
    ck_assert_uint_eq(alerts.all[0].pending, BOTH);
    ck_assert_int_eq(alerts.all[1].event, ALERT_RECOVERED);
    ck_assert_uint_eq(alerts.all[1].pending, EMAIL);
}
