// SPDX-License-Identifier: MIT
/* Alerts of an incident, inside its change: see history.h. */
#pragma once

#include "storage/incident_store.h"

extern const struct mirror alert_mirror;

/* What history_alerts_waiting() and history_alerts_given_up() give. */
void history_set_alerts_waiting(struct history *history, int64_t count);
void history_add_alerts_given_up(struct history *history, int64_t count);

/* Queued already: true. */
bool alert_store_queue(struct sqlite *sqlite, const struct uuid *incident, enum alert_event event,
                       enum alert_channel channel, int64_t now_us, struct fault *fault) MUST_CHECK;
/* Queues a reminder of this step, unless it was, or the channel has yet to be told something of the
 * incident, or that is over or acknowledged: true all the same. */
bool alert_store_remind(struct sqlite *sqlite, const struct uuid *incident, int step,
                        enum alert_channel channel, int64_t now_us, struct fault *fault) MUST_CHECK;
/* Queues the recovery, on the channels where the incident was or will be told. */
bool alert_store_recover(struct sqlite *sqlite, const struct uuid *incident, int64_t now_us,
                         struct fault *fault) MUST_CHECK;
/* Alerts of the incident come back from the disk. */
bool alert_store_restore(struct sqlite *sqlite, const struct uuid *incident,
                         struct fault *fault) MUST_CHECK;
