// SPDX-License-Identifier: MIT
/* Access checks of the handlers. */
#pragma once

#include "api/caller.h"

/* Allows staff and the driver; else FAULT_NOT_FOUND "not_found", as for an unknown id. */
bool access_check_driver(const struct api_caller *caller, const struct uuid *driver_id,
                         struct fault *fault) MUST_CHECK;
/* Allows passengers, drivers and staff; else FAULT_FORBIDDEN "forbidden", for instance for owners
 * of apartments. */
bool access_check_party(const struct api_caller *caller, struct fault *fault) MUST_CHECK;
/* Allows staff; else FAULT_FORBIDDEN "forbidden". */
bool access_check_staff(const struct api_caller *caller, struct fault *fault) MUST_CHECK;
