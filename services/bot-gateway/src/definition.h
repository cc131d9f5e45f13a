// SPDX-License-Identifier: MIT
/* The service bot-gateway, as common/api runs it. */
#pragma once

#include "api/service.h"

const struct service_definition *gateway_definition(void);

extern const struct api_callers gateway_callers;
