// SPDX-License-Identifier: MIT
/* The default limits of checks. Pure. */
#pragma once

#include "config/check.h"

void limits_set_defaults(struct check *check);
/* True if probes of this kind report the measure. */
bool limits_have_measure(enum check_kind kind, enum measure measure);
/* True if a measure that gets worse reaches yellow no later than red. */
bool limits_are_ordered(const struct limit *limit);
