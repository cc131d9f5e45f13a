// SPDX-License-Identifier: MIT
#include "rides/driver_erase.h"

#include "drivers/driver_store.h"
#include "rides/driver_erase_store.h"
#include "rides/offer_store.h"

bool driver_erase(struct change *change, const struct uuid *id, struct fault *fault)
{
    struct driver driver;
    int64_t version;
    bool live;

    /* Creating a trip of this driver waits for this lock. */
    if (!driver_store_lock(change->tx, &change->caller->tenant_id, id, change->arena, &driver,
                           fault) ||
        !change_if_match(change, driver.version, fault) ||
        !driver_erase_store_live(change->tx, id, &live, fault))
        return false;
    if (live)
        return fault_set(fault, FAULT_CONFLICT, "has_live_trips", "The driver has trips ahead.");
    if (!offer_store_withdraw_all(change, id, fault) ||
        !driver_erase_store_blank(change->tx, id, &version, fault))
        return false;
    change_audit(change, "driver.erase", "driver", id, version);
    return true;
}
