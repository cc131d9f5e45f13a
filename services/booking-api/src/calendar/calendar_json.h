// SPDX-License-Identifier: MIT
/* JSON of calendar days, and of the query for the list of apartments. */
#pragma once

#include "json/fields.h"

#include "calendar/apartment_list.h"
#include "calendar/calendar.h"

extern const struct fields apartment_list_query_fields;
extern const struct fields calendar_day_fields;
