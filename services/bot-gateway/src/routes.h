// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

extern const struct http_route gateway_routes[];
extern const size_t gateway_route_count;
