// SPDX-License-Identifier: MIT
/* The service search-api, as common/api runs it. */
#pragma once

#include "api/service.h"

const struct service_definition *search_definition(void);

extern const struct api_callers search_callers;
