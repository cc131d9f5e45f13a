// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

extern const struct http_route booking_routes[];
extern const size_t booking_route_count;
