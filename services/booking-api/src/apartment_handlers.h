// SPDX-License-Identifier: MIT
#pragma once

#include "http/route.h"

http_handler post_apartment;
http_handler get_apartment;
http_handler patch_apartment;
http_handler get_apartments; /* apartment_list_handlers.c */
http_handler get_calendar;   /* calendar_handlers.c */
