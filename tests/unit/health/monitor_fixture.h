// SPDX-License-Identifier: MIT
/* A watch without probes, on a history that can be slow: the checks of history_fixture.h, each of
 * which is critical and red after one bad probe. */
#pragma once

#include <stdatomic.h>

#include "history_fixture.h"
#include "monitor/monitor_private.h"

enum { CHECKS = 80 };

extern struct stand stand;
extern struct monitor monitor;
extern const struct health_config monitor_config;
extern unsigned channels;               /* what alerts_channels() gives; 0 at the start of a test */
extern atomic_bool slow;                /* the disk does not answer */
extern int urgents[ALERT_REMINDED + 1]; /* calls of alerts_send_from_memory(), by their event */

void monitor_stand_open(void);
void monitor_stand_close(void);
/* The watch alone, over a restart. */
void monitor_stand_begin(void);
void monitor_stand_end(void);

void probed(size_t check, enum probe_trouble trouble);
/* For stand_run(): concludes, until all that was asked of history is done. */
void conclude(struct stand *of, void *data);
/* History does not answer in time: its thread is writing when the fiber's time is over. */
void conclude_in_vain(void);
/* The disk hangs, so history is stuck; and it answers again. */
void history_sticks(void);
void history_answers(void);
/* For stand_run(), while history is stuck. */
void conclude_stuck(struct stand *of, void *data);

int64_t open_incidents(void);
int64_t incidents(void);
/* For stand_run(): tells what is due by e-mail; `data`, an int, counts the reminders of it. */
void tell_reminders(struct stand *of, void *data);
