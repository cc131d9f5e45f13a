// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

extern const struct http_route health_routes[];
extern const size_t health_route_count;
