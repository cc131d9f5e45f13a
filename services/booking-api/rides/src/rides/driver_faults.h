// SPDX-License-Identifier: MIT
/* What too many faults do to a driver. */
#pragma once

#include "api/change.h"

/* A locked driver with CANCEL_FAULTS_MAX faults within the last CANCEL_DRIVER_DAYS becomes
 * suspended, with an audit row; his trips stay. Called behind the write of the fault. */
bool driver_faults_judge(struct change *change, const struct uuid *driver_id, int64_t now,
                         struct fault *fault) MUST_CHECK;
