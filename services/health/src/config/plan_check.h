// SPDX-License-Identifier: MIT
/* Reads one item of `checks:` into a struct check. For plan.c. */
#pragma once

#include "config/check.h"
#include "config/doc.h"

enum check_key {
    KEY_NAME,
    KEY_WHEN,
    KEY_KIND,
    KEY_TARGET,
    KEY_SERVER,
    KEY_INTERVAL,
    KEY_TIMEOUT,
    KEY_BAD,
    KEY_GOOD,
    KEY_SEVERITY,
    KEY_COUNTED,
    KEY_OUTSIDE,
    KEY_ALWAYS,
    KEY_NEEDS,
    KEY_LIMITS,
    KEY_TITLE,
    KEY_RUNBOOK,
    /* Keys that only some kinds have. */
    KEY_STATUS,
    KEY_BODY,
    KEY_EXPECT,
    KEY_PUBLIC,
    KEY_OPTIONAL,
    KEY_EXPIRES,
    CHECK_KEYS
};

/* An item of `checks:` while it is read. */
struct check_draft {
    struct doc_value item;
    struct doc_value keys[CHECK_KEYS];
};

/* Reads draft->item into `check`, except its dependencies, and prints mistakes. `default_server`:
 * the server if the item names none. False: the item is to be omitted, because the variable that
 * its `when` names is not set; only the name was read. */
bool plan_check_read_if_enabled(struct doc *doc, struct check_draft *draft,
                                const char *default_server, struct check *check);
/* Reads the name of a check; `out` is unchanged if the value is absent. False: a mistake was
 * printed. */
bool plan_check_read_name(struct doc *doc, const struct doc_value *value, const char **out);
