// SPDX-License-Identifier: MIT
/* What the stores need of a history; it is in history_write.c. */
#pragma once

#include "storage/disk.h"
#include "storage/history.h"

struct disk *history_disk(struct history *history);

/* Set the results of history_alerts_waiting() and history_alerts_given_up(). */
void history_set_alerts_waiting(struct history *history, int64_t count);
void history_add_alerts_given_up(struct history *history, int64_t count);
