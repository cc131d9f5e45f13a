// SPDX-License-Identifier: MIT
/* Who may see a driver, and act for him. */
#pragma once

#include "api/caller.h"

/* Staff and the driver himself; else FAULT_NOT_FOUND "not_found", as for an id that nobody has. */
bool driver_may_see(const struct api_caller *caller, const struct uuid *driver_id,
                    struct fault *fault) MUST_CHECK;
/* FAULT_FORBIDDEN "forbidden" for actors who have nothing to do with rides, such as owners of
 * flats. */
bool rides_party(const struct api_caller *caller, struct fault *fault) MUST_CHECK;
/* The same for others than staff. */
bool staff_only(const struct api_caller *caller, struct fault *fault) MUST_CHECK;
