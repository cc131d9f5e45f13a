// SPDX-License-Identifier: MIT
/* A monitor without probes, on a history that can be slow: the checks of history_fixture.h, each of
 * which is critical and red after one bad probe. */
#pragma once

#include "history_fixture.h"
#include "monitor/monitor_private.h"

enum { CHECKS = 80 };

extern struct history_fixture fixture;
extern struct monitor monitor;
extern struct health_app app; /* with that monitor */
extern const struct health_config monitor_config;
extern unsigned channels; /* result of alerts_channels(); 0 at the start of a test */

void monitor_fixture_open(void);
void monitor_fixture_close(void);
/* Only the monitor, for a restart. */
void monitor_fixture_begin(void);
void monitor_fixture_end(void);

void probed(size_t check, enum probe_trouble trouble);
/* For history_fixture_run(): evaluates, and waits until all pending calls of history have ended. */
void evaluate(struct history_fixture *of, void *data);
/* The thread of history is writing when the fiber's deadline passes. */
void evaluate_with_timeout(void);
/* The disk hangs; and it answers again, and all is written. */
void disk_hangs(void);
void disk_answers(void);
/* For history_fixture_run(), while the disk hangs. */
void evaluate_only(struct history_fixture *of, void *data);

int64_t open_incidents(void);
int64_t incidents(void);
/* For history_fixture_run(): sends what is due by e-mail; `data` counts it by event. */
enum { EVENTS = ALERT_REMINDED + 1 };
void send_due(struct history_fixture *of, void *data);
