// SPDX-License-Identifier: MIT
/* The plan: the checks of the file HEALTH_CONFIG, which libyaml parses.
 *
 * ${NAME} in a value is replaced by the environment variable; if the variable is unset or empty,
 * that is a mistake. ${NAME:-default} gives the default instead. Values are not expanded twice, and
 * never printed. */
#pragma once

#include <stdio.h>

#include "base/arena.h"

#include "config/check.h"

enum { PLAN_BYTES_MAX = 256 * 1024 };

struct plan {
    struct check *checks;
    size_t count; /* at most CHECKS_MAX */
    /* Servers on which this instance runs, comma-separated: "server1,server2" if one host is both.
     * It does not run the checks of other servers. */
    const char *servers;
    const char *server; /* the first of `servers`: the server of a check that names none */
    /* The other server if there is a check of kind peer; otherwise NULL or "". `checks` then also
     * has the checks that the peer runs: those that name it, and those that name no server, renamed
     * as "server1-host". */
    const char *peer;
    /* Used by plan.c alone. */
    struct arena memory;
};

/* Reads the file. On failure every mistake is printed to `errors` on a line of its own, such as
 * "health.yaml:12: checks[3].interval: must be 200ms to 192h" (at most DOC_MISTAKES_MAX). */
bool plan_load(const char *path, struct plan *out, FILE *errors) MUST_CHECK;
/* Reads a plan from memory, for tests; `name` is printed in the mistakes. */
bool plan_read(struct slice text, const char *name, struct plan *out, FILE *errors) MUST_CHECK;
void plan_finish(struct plan *plan);
/* Finds the check with this name; NULL if there is none. */
const struct check *plan_find(const struct plan *plan, struct slice name);
/* All direct and indirect dependencies of a check, nearest first. Returns their number. */
size_t plan_list_needs(const struct plan *plan, size_t check, size_t out[CHECKS_MAX]);
/* True if this instance runs the check. */
bool plan_is_local(const struct plan *plan, const struct check *check);
/* True if the peer runs the check. */
bool plan_is_on_peer(const struct plan *plan, const struct check *check);
