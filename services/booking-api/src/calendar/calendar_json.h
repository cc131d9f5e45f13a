// SPDX-License-Identifier: MIT
/* JSON of the list's query and of calendar days. */
#pragma once

#include "json/fields.h"

#include "calendar/apartment_list.h"
#include "calendar/calendar.h"

extern const struct fields apartment_list_query_fields;
extern const struct fields calendar_day_fields;
