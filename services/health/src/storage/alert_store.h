// SPDX-License-Identifier: MIT
/* Alerts of an incident, within a transaction: see history.h. */
#pragma once

#include "storage/disk.h"
#include "storage/history.h"

extern const struct mirror alert_mirror;

/* True also if it is queued already. */
bool alert_store_queue(struct sqlite *sqlite, const struct uuid *incident, enum alert_event event,
                       enum alert_channel channel, int64_t now_us, struct fault *fault) MUST_CHECK;
/* Queues a reminder of this step. Queues nothing, and returns true, if it was queued before, if the
 * channel has an unsent alert of the incident, or if the incident has ended or is acknowledged. */
bool alert_store_remind(struct sqlite *sqlite, const struct uuid *incident, int step,
                        enum alert_channel channel, int64_t now_us, struct fault *fault) MUST_CHECK;
/* Queues the recovery on the channels that have sent or will send the incident. */
bool alert_store_recover(struct sqlite *sqlite, const struct uuid *incident, int64_t now_us,
                         struct fault *fault) MUST_CHECK;
/* Copies alerts of the incident from the disk to memory. */
bool alert_store_restore(struct sqlite *sqlite, const struct uuid *incident,
                         struct fault *fault) MUST_CHECK;
