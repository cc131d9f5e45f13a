// SPDX-License-Identifier: MIT
/* The service definition of health, for service_main() of common/api. */
#pragma once

#include "api/service.h"

const struct service_definition *health_definition(void);

extern const struct api_callers health_callers;
