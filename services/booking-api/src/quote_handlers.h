// SPDX-License-Identifier: MIT
/* Handlers of quotes, for routes.c. */
#pragma once

#include "http/route.h"

http_handler post_quote;
http_handler get_quote;
