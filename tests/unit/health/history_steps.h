// SPDX-License-Identifier: MIT
/* Steps of tests about incidents and alerts, in a fiber. */
#pragma once

#include "history_fixture.h"

enum {
    TELEGRAM = 1 << ALERT_TELEGRAM,
    EMAIL = 1 << ALERT_EMAIL,
    BOTH = TELEGRAM | EMAIL,
    ROOM = 8
};

extern struct history_steps {
    struct incident incident; /* the one that began last */
    struct incident read[ROOM];
    struct alert alerts[ROOM];
    size_t count; /* of those */
} steps;

/* Setup of each test: a new history of 2 * ROOM + 1 checks, with the clock stopped at T0. */
void steps_open(void);

/* Reads the due alerts of a channel into `alerts`: so many. */
void expect_due_by(enum alert_channel channel, bool quiet, size_t count);
/* Of all channels. */
void steps_due(void);
void expect_due(size_t count);
/* So many of them are sent. */
void expect_sent(size_t count);
/* Reads incidents into `read`: so many. */
void expect_incidents(bool only_open, size_t count);
/* `incident` is a yellow one that begins now. */
void steps_begin(size_t check, unsigned channels);
/* `incident` becomes red. */
void steps_worsen(unsigned channels);
void steps_end(void);
/* The acknowledged incident. */
struct incident steps_ack(const char *who, int64_t at_us);
