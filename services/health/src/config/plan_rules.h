// SPDX-License-Identifier: MIT
/* What a check may be, apart from how its file writes it. Pure. */
#pragma once

#include "base/slice.h"

#include "config/check.h"

enum { TARGET_MAX = 512 };

/* What a target is: by its kind. */
enum target_form {
    TARGET_NONE,
    TARGET_URL,     /* http:// or https://, without a user: keys stand in files */
    TARGET_ADDRESS, /* host:port, [2001:db8::1]:443 */
    TARGET_NAME,    /* of DNS */
    TARGET_PATH     /* absolute */
};
enum target_form target_form(enum check_kind kind);
bool target_fits(enum target_form form, struct slice target);
/* The end of "must be ...". */
extern const char *const target_forms[];

/* 3 s, or half the interval where that is not longer. */
int64_t limits_default_timeout_ms(int64_t interval_ms);
/* Sets the limits that a check of its kind has unless its file says otherwise. */
void limits_default(struct check *check);
/* Whether probes of this kind measure it. */
bool limits_have_measure(enum check_kind kind, enum measure measure);
/* Whether a measure that gets worse passes yellow first, then red. */
bool limits_are_ordered(const struct limit *limit);
