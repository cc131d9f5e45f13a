// SPDX-License-Identifier: MIT
/* Alerts of an incident, inside its change: see history.h. */
#pragma once

#include "history/incident_store.h"

extern const struct mirror alert_mirror;

/* What history_alerts_waiting() gives. */
void history_set_alerts_waiting(struct history *history, int64_t count);

/* Queued already: true. */
bool alert_store_queue(struct sqlite *sqlite, const struct uuid *incident, enum alert_event event,
                       enum alert_channel channel, int64_t now_us, struct fault *fault) MUST_CHECK;
/* Queues the recovery, on the channels where the incident was or will be told. */
bool alert_store_recovered(struct sqlite *sqlite, const struct uuid *incident, int64_t now_us,
                           struct fault *fault) MUST_CHECK;
/* Alerts of the incident come back from the disk. */
bool alert_store_bring(struct sqlite *sqlite, const struct uuid *incident,
                       struct fault *fault) MUST_CHECK;
