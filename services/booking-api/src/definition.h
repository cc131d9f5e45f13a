// SPDX-License-Identifier: MIT
/* The definition of booking-api, which service_main() runs. */
#pragma once

#include "api/service.h"

const struct service_definition *booking_definition(void);

extern const struct api_callers booking_callers;
