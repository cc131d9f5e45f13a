// SPDX-License-Identifier: MIT
#include "history_steps.h"

void steps_play(size_t checks, void (*act)(struct history_fixture *fixture, void *steps))
{
    struct history_fixture fixture;
    struct history_steps steps;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    history_fixture_open(&fixture, checks, 10000);
    history_fixture_run(&fixture, act, &steps);
    history_fixture_close(&fixture);
    now_thaw();
}

void steps_due_by(struct history_fixture *fixture, struct history_steps *steps,
                  enum alert_channel channel, bool quiet)
{
    const struct alert_query wanted = {.channel = channel, .now_us = now_wall_us(), .quiet = quiet};

    steps->count = ROOM;
    FINE(history_list_due_alerts(fixture->history, &wanted, steps->alerts, &steps->count, &fault));
}

void steps_due(struct history_fixture *fixture, struct history_steps *steps)
{
    struct history_steps one;

    steps->count = 0;
    for (int i = 0; i < ALERT_CHANNELS; i++) {
        steps_due_by(fixture, &one, (enum alert_channel)i, false);
        for (size_t k = 0; k < one.count; k++) {
            ck_assert_uint_lt(steps->count, ROOM);
            ck_assert_int_eq(one.alerts[k].channel, i);
            steps->alerts[steps->count++] = one.alerts[k];
        }
    }
}

void expect_due(struct history_fixture *fixture, struct history_steps *steps, size_t count)
{
    steps_due(fixture, steps);
    ck_assert_uint_eq(steps->count, count);
}

void steps_send_all(struct history_fixture *fixture, struct history_steps *steps)
{
    steps_due(fixture, steps);
    for (size_t i = 0; i < steps->count; i++)
        FINE(history_alert_mark_sent(fixture->history, &steps->alerts[i], 0, &fault));
}

void steps_list(struct history_fixture *fixture, struct history_steps *steps, bool only_open)
{
    steps->count = ROOM;
    FINE(history_list_incidents(fixture->history, NULL, only_open, steps->read, &steps->count,
                                &fault));
}

void steps_begin(struct history_fixture *fixture, struct history_steps *steps, size_t check,
                 unsigned channels)
{
    steps->incident = history_fixture_incident(fixture, check, LEVEL_YELLOW);
    FINE(history_incident_begin(fixture->history, &steps->incident, channels, &fault));
}

void steps_end(struct history_fixture *fixture, struct history_steps *steps)
{
    FINE(history_incident_end(fixture->history, &steps->incident.id, now_wall_us(), &fault));
}
