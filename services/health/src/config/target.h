// SPDX-License-Identifier: MIT
/* Validates the targets of checks. Pure. */
#pragma once

#include "base/slice.h"

#include "config/check.h"

enum { TARGET_MAX = 512 };

/* The form of a target, which depends on the kind of the check. */
enum target_form {
    TARGET_NONE,
    TARGET_URL,     /* http:// or https://, without user and password */
    TARGET_ADDRESS, /* host:port, [2001:db8::1]:443 */
    TARGET_NAME,    /* DNS name */
    TARGET_PATH     /* absolute path */
};
enum target_form target_form_of_kind(enum check_kind kind);
bool target_fits(enum target_form form, struct slice target);
bool target_is_url(struct slice text); /* of the form TARGET_URL */
/* Descriptions of the forms, which complete the sentence "must be ...". */
extern const char *const target_forms[];
