// SPDX-License-Identifier: MIT
/* The targets that checks may have. Pure. */
#pragma once

#include "base/slice.h"

#include "config/check.h"

enum { TARGET_MAX = 512 };

/* The form of a target, which depends on the kind of the check. */
enum target_form {
    TARGET_NONE,
    TARGET_URL,     /* http:// or https://, without a user: keys are in files */
    TARGET_ADDRESS, /* host:port, [2001:db8::1]:443 */
    TARGET_NAME,    /* DNS name */
    TARGET_PATH     /* absolute path */
};
enum target_form target_form_of_kind(enum check_kind kind);
bool target_fits(enum target_form form, struct slice target);
/* Names of the forms that complete the sentence "must be ...". */
extern const char *const target_forms[];
