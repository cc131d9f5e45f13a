// SPDX-License-Identifier: MIT
/* What booking-api is made of, for common/api. */
#pragma once

#include "api/service.h"

const struct service_definition *booking_definition(void);
