// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

http_handler get_selfcheck;
