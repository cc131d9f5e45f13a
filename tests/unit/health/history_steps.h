// SPDX-License-Identifier: MIT
/* Steps of tests about incidents and alerts. */
#pragma once

#include "history_fixture.h"

enum {
    TELEGRAM = 1 << ALERT_TELEGRAM,
    EMAIL = 1 << ALERT_EMAIL,
    BOTH = TELEGRAM | EMAIL,
    ROOM = 8
};

struct history_steps {
    struct incident incident;
    struct incident read[ROOM];
    struct alert alerts[ROOM];
    size_t count;
};

/* Runs `act` on a new history of so many checks, with the clock stopped; `act` receives the
 * steps. */
void steps_play(size_t checks, void (*act)(struct history_fixture *fixture, void *steps));

/* A test whose body is such an `act`. */
#define STEPS_TEST(name, checks)                                                                   \
    static void name##_steps(struct history_fixture *fixture, struct history_steps *steps);        \
    static void name##_act(struct history_fixture *fixture, void *steps)                           \
    {                                                                                              \
        name##_steps(fixture, steps);                                                              \
    }                                                                                              \
    TEST(name)                                                                                     \
    {                                                                                              \
        steps_play(checks, name##_act);                                                            \
    }                                                                                              \
    static void name##_steps(struct history_fixture *fixture, struct history_steps *steps)

/* Reads the due alerts of a channel into `alerts`. */
void steps_due_by(struct history_fixture *fixture, struct history_steps *steps,
                  enum alert_channel channel, bool quiet);
/* Of all channels. */
void steps_due(struct history_fixture *fixture, struct history_steps *steps);
/* So many are due, of all channels. */
void expect_due(struct history_fixture *fixture, struct history_steps *steps, size_t count);
void steps_send_all(struct history_fixture *fixture, struct history_steps *steps);
/* Reads incidents into `read`. */
void steps_list(struct history_fixture *fixture, struct history_steps *steps, bool only_open);
/* `incident` is a yellow one that begins now. */
void steps_begin(struct history_fixture *fixture, struct history_steps *steps, size_t check,
                 unsigned channels);
void steps_end(struct history_fixture *fixture, struct history_steps *steps);
