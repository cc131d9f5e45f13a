// SPDX-License-Identifier: MIT
#include "history_steps.h"

struct history_steps steps;

void steps_open(void)
{
    now_freeze(T0, 0);
    history_fixture_open(2 * ROOM + 1, 10000);
}

void expect_due_by(enum alert_channel channel, bool quiet, size_t count)
{
    const struct alert_query wanted = {.channel = channel, .now_us = now_wall_us(), .quiet = quiet};

    steps.count = ROOM;
    ck_ok(history_list_due_alerts(fixture.history, &wanted, steps.alerts, &steps.count, &fault));
    ck_assert_uint_eq(steps.count, count);
}

void steps_due(void)
{
    steps.count = 0;
    for (enum alert_channel i = 0; i < ALERT_CHANNELS; i++) {
        const struct alert_query wanted = {.channel = i, .now_us = now_wall_us()};
        size_t found = ROOM - steps.count;
        ck_ok(history_list_due_alerts(fixture.history, &wanted, &steps.alerts[steps.count], &found,
                                      &fault));
        for (; found > 0; found--)
            ck_assert_int_eq(steps.alerts[steps.count++].channel, i);
    }
    ck_assert_uint_lt(steps.count, ROOM);
}

void expect_due(size_t count)
{
    steps_due();
    ck_assert_uint_eq(steps.count, count);
}

void expect_sent(size_t count)
{
    expect_due(count);
    for (size_t i = 0; i < steps.count; i++)
        ck_ok(history_alert_mark_sent(fixture.history, &steps.alerts[i], 0, &fault));
}

void expect_incidents(bool only_open, size_t count)
{
    steps.count = ROOM;
    ck_ok(
        history_list_incidents(fixture.history, NULL, only_open, steps.read, &steps.count, &fault));
    ck_assert_uint_eq(steps.count, count);
}

void steps_begin(size_t check, unsigned channels)
{
    steps.incident = history_fixture_incident(check, LEVEL_YELLOW);
    ck_ok(history_incident_begin(fixture.history, &steps.incident, channels, &fault));
}

void steps_worsen(unsigned channels)
{
    steps.incident.level = LEVEL_RED;
    ck_ok(history_incident_worsen(fixture.history, &steps.incident, 0, channels, &fault));
}

void steps_end(void)
{
    ck_ok(history_incident_end(fixture.history, &steps.incident.id, now_wall_us(), &fault));
}

struct incident steps_ack(const char *who, int64_t at_us)
{
    struct incident acked;

    ck_ok(history_incident_ack(fixture.history, &steps.incident.id, who, at_us, &acked, &fault));
    return acked;
}
