// SPDX-License-Identifier: MIT
#include "handlers/access.h"

#include "ride_callers.h"

bool access_check_driver(const struct api_caller *caller, const struct uuid *driver_id,
                         struct fault *fault)
{
    if (api_caller_is_staff(caller) ||
        (caller->actor == RIDE_ACTOR_DRIVER && uuid_equal(&caller->actor_id, driver_id)))
        return true;
    return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such driver.");
}

bool access_check_party(const struct api_caller *caller, struct fault *fault)
{
    return caller->actor == RIDE_ACTOR_GUEST || caller->actor == RIDE_ACTOR_DRIVER ||
           access_check_staff(caller, fault);
}

bool access_check_staff(const struct api_caller *caller, struct fault *fault)
{
    return api_caller_is_staff(caller) ||
           fault_set(fault, FAULT_FORBIDDEN, "forbidden", "This actor may not do that.");
}
