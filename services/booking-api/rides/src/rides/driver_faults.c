// SPDX-License-Identifier: MIT
#include "rides/driver_faults.h"

#include "drivers/driver_store.h"
#include "fares/cancel.h"

bool driver_faults_apply(struct change *change, const struct uuid *driver_id, int64_t now,
                         struct fault *fault)
{
    int64_t version;

    if (!driver_store_suspend(change->tx, driver_id, cancel_faults_since(CANCEL_FAULT_DRIVER, now),
                              CANCEL_FAULTS_MAX, &version, fault))
        return false;
    if (version > 0)
        change_audit(change, "driver.suspend", "driver", driver_id, version);
    return true;
}
