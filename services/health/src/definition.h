// SPDX-License-Identifier: MIT
/* The service health, as common/api runs it. */
#pragma once

#include "api/service.h"

const struct service_definition *health_definition(void);

extern const struct api_callers health_callers;
