// SPDX-License-Identifier: MIT
/* A monitor without probes, on a history that can be slow: the checks of history_fixture.h, each of
 * which is critical and red after one bad probe. */
#pragma once

#include "history_fixture.h"
#include "monitor/monitor_private.h"

enum { CHECKS = 80 };

extern struct monitor monitor;
extern struct health_app app; /* with that monitor */
extern const struct health_config monitor_config;
extern unsigned channels; /* result of alerts_channels_for_incident(); 0 at the start of a test */

void monitor_fixture_open(void);
void monitor_fixture_close(void);
/* Restarts monitor and history. */
void monitor_fixture_restart(void);

void probed(size_t check, enum probe_trouble trouble);
/* In a fiber, as what follows: evaluates, and waits until all pending calls of history have
 * ended. */
void evaluate(void);
/* Does not wait: the disk hangs. */
void evaluate_only(void);
/* The thread of history is writing when the fiber's deadline passes. */
void evaluate_with_timeout(void);
/* The disk hangs; and it answers again, and all is written. */
void disk_hangs(void);
void disk_answers(void);

/* So many incidents exist, and so many of them are open. */
void expect_incidents(int64_t all, int64_t open);
/* Sends what is due by e-mail, and counts it in `sent`, by event. */
void send_due(void);
extern int sent[ALERT_REMINDED + 1];
