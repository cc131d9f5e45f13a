// SPDX-License-Identifier: MIT
#include "rides/ride_change.h"

bool driver_erase(struct change *change, const struct uuid *id, struct fault *fault)
{
    struct driver driver;
    int64_t version, live;

    /* The creation of a trip of this driver waits for this lock, so no trip is added meanwhile. */
    if (!driver_store_lock(change, id, &driver, fault) ||
        !change_if_match(change, driver.version, fault) ||
        !driver_erase_store_has_live_trips(change->tx, id, &live, fault))
        return false;
    if (live != 0)
        return fault_set(fault, FAULT_CONFLICT, "has_live_trips", "The driver has trips ahead.");
    if (!offer_store_withdraw_all(change, id, fault) ||
        !driver_erase_store_erase_data(change->tx, id, &version, fault))
        return false;
    change_audit(change, "driver.erase", "driver", id, version);
    return true;
}

_Static_assert(CANCEL_DRIVER_DAYS == 30, "FAULTS of drivers/driver_store.c");
bool driver_suspend_for_faults(struct change *change, const struct uuid *driver_id,
                               struct fault *fault)
{
    int64_t version;

    if (!driver_store_suspend_for_faults(change->tx, driver_id, CANCEL_FAULTS_MAX, &version, fault))
        return false;
    if (version > 0)
        change_audit(change, "driver.suspend", "driver", driver_id, version);
    return true;
}
