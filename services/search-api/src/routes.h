// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

extern const struct http_route search_routes[];
extern const size_t search_route_count;
