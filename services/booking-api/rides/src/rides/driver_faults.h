// SPDX-License-Identifier: MIT
/* Consequences of repeated faults of a driver. */
#pragma once

#include "api/change.h"

/* Suspends a locked driver who has CANCEL_FAULTS_MAX faults within the last CANCEL_DRIVER_DAYS, and
 * records an audit row. Existing trips stay. Call it after writing the fault. */
bool driver_faults_apply(struct change *change, const struct uuid *driver_id, int64_t now,
                         struct fault *fault) MUST_CHECK;
