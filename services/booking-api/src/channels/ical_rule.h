// SPDX-License-Identifier: MIT
/* Which recurrence rules libical may expand. It looks for the next repetition until the year 2582,
 * so a rule that never matches ("the 30th of February") costs seconds, and a rule of seconds hours.
 * Internal to ical_event.c. */
#pragma once

#include <libical/ical.h>

#include "base/fault.h"

bool ical_rule_is_cheap(const struct icalrecurrencetype *rule) MUST_CHECK;
