// SPDX-License-Identifier: MIT
/* The plan: the checks of the YAML file HEALTH_CONFIG.
 *
 * ${NAME} in a value is replaced by the environment variable; if the variable is unset or empty, a
 * mistake is printed. ${NAME:-default} is replaced by the variable or, if it is unset or empty, by
 * the default. Values of variables are not expanded again, and never printed. */
#pragma once

#include <stdio.h>

#include "base/arena.h"

#include "config/check.h"

enum { PLAN_BYTES_MAX = 256 * 1024 };

struct plan {
    struct check *checks;
    size_t count; /* at most CHECKS_MAX */
    /* Servers on which this instance runs, comma-separated: "server1,server2" if one host is both.
     * This instance does not run the checks of other servers. */
    const char *servers;
    const char *server; /* the first of `servers`; default of a check's `server` */
    /* Name of the other server; NULL or "" if there is no check of kind peer. With a peer, `checks`
     * also contains the checks that the peer runs: those whose server is the peer, and a copy of
     * each check that names no server, with a name such as "server2-host". */
    const char *peer;
    struct arena memory; /* owns the texts and lists; used by plan.c only */
};

/* Reads the file. On failure prints mistakes to `errors`, at most DOC_MISTAKES_MAX, one a line,
 * such as "health.yaml:12: checks[3].interval: must be 200ms to 192h". */
bool plan_load(const char *path, struct plan *out, FILE *errors) MUST_CHECK;
/* Like plan_load(), but reads the YAML from `text`, for tests. Mistakes begin with `file_name`. */
bool plan_parse(struct slice text, const char *file_name, struct plan *out,
                FILE *errors) MUST_CHECK;
void plan_finish(struct plan *plan);
/* Finds the check with this name; NULL if there is none. */
const struct check *plan_find(const struct plan *plan, struct slice name);
/* Lists all direct and indirect dependencies of a check, nearest first: indices of plan->checks.
 * Returns their number. */
size_t plan_list_all_dependencies(const struct plan *plan, size_t check, size_t out[CHECKS_MAX]);
/* Whether this instance runs the check. */
bool plan_is_local(const struct plan *plan, const struct check *check);
/* Whether the peer runs the check. */
bool plan_is_on_peer(const struct plan *plan, const struct check *check);
