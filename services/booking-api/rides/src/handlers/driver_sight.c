// SPDX-License-Identifier: MIT
#include "handlers/driver_sight.h"

#include "ride_callers.h"

bool driver_may_see(const struct api_caller *caller, const struct uuid *driver_id,
                    struct fault *fault)
{
    if (api_caller_is_staff(caller) ||
        (caller->actor == RIDE_ACTOR_DRIVER && uuid_equal(&caller->actor_id, driver_id)))
        return true;
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such driver.");
}

bool rides_party(const struct api_caller *caller, struct fault *fault)
{
    return caller->actor == RIDE_ACTOR_GUEST || caller->actor == RIDE_ACTOR_DRIVER ||
           staff_only(caller, fault);
}

bool staff_only(const struct api_caller *caller, struct fault *fault)
{
    return api_caller_is_staff(caller) ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "This actor may not do that.");
}
