// SPDX-License-Identifier: MIT
/* The query of the list of apartments and a day of the calendar, on the wire. */
#pragma once

#include "json/fields.h"

#include "calendar/apartment_list.h"
#include "calendar/calendar.h"

extern const struct fields apartment_list_query_fields;
extern const struct fields calendar_day_fields;
