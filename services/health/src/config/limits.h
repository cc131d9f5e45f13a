// SPDX-License-Identifier: MIT
/* The default limits of checks. Pure. */
#pragma once

#include "config/check.h"

/* Sets `limits` and `limit_count` to the default limits of check->kind. */
void limits_set_defaults(struct check *check);
/* Whether probes of this kind report the measure. */
bool limits_kind_has_measure(enum check_kind kind, enum measure measure);
/* Whether a value that gets worse reaches the yellow threshold no later than the red one. */
bool limits_are_ordered(const struct limit *limit);
