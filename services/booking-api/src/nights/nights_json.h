// SPDX-License-Identifier: MIT
/* What is asked of nights, on the wire: the query of the list, a day of the calendar. */
#pragma once

#include "json/fields.h"

#include "nights/apartment_list.h"
#include "nights/calendar.h"

extern const struct fields apartment_query_fields;
extern const struct fields calendar_day_fields;
