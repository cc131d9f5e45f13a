// SPDX-License-Identifier: MIT
/* A monitor without probes, on a history that can be slow: the checks of history_fixture.h, each of
 * which is critical and red after one bad probe. */
#pragma once

#include <stdatomic.h>

#include "history_fixture.h"
#include "monitor/monitor_private.h"

enum { CHECKS = 80 };

extern struct history_fixture fixture;
extern struct monitor monitor;
extern const struct health_config monitor_config;
extern unsigned channels; /* result of alerts_channels(); 0 at the start of a test */
extern atomic_bool slow;  /* the disk does not answer */
extern int memory_sends[ALERT_REMINDED + 1]; /* calls of alerts_send_from_memory(), by event */

void monitor_fixture_open(void);
void monitor_fixture_close(void);
/* Only the monitor, for a restart. */
void monitor_fixture_begin(void);
void monitor_fixture_end(void);

void probed(size_t check, enum probe_trouble trouble);
/* For history_fixture_run(): evaluates, and waits until all pending calls of history have ended. */
void evaluate(struct history_fixture *of, void *data);
/* History times out: its thread is writing when the fiber's deadline passes. */
void evaluate_with_timeout(void);
/* The disk hangs, so history is stuck; and it answers again. */
void history_sticks(void);
void history_answers(void);
/* For history_fixture_run(), while history is stuck. */
void evaluate_stuck(struct history_fixture *of, void *data);

int64_t open_incidents(void);
int64_t incidents(void);
/* For history_fixture_run(): sends what is due by e-mail; `data`, an int, counts the reminders. */
void send_reminders(struct history_fixture *of, void *data);
