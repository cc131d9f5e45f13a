// SPDX-License-Identifier: MIT
/* All that the file HEALTH_CONFIG says: the checks, and the settings beside them. YAML, read by
 * libyaml with the line of every value.
 *
 * ${NAME} in a value is the environment's variable; one that is not set, or empty, is a mistake.
 * ${NAME:-else} stands for `else` then. Values are not expanded again, and never printed. */
#pragma once

#include <stdio.h>

#include "config/check.h"

enum { PLAN_BYTES_MAX = 256 * 1024, PLAN_MISTAKES_MAX = 64 };

struct plan {
    struct check *checks;
    size_t count;        /* at most CHECKS_MAX */
    const char *servers; /* where this copy is, with commas between: "server1,server2" on a host
                            that is both. Checks of other servers are not made here */
    const char *server;  /* the first of them: of a check that names none */
    const char *peer; /* the other server, where a check is of kind peer; else NULL or "". What is
                         looked at there stands in `checks` too: beside the checks that name it
                         those that name none, as "server1-host" */
    /* The rest belongs to the plan. */
    void *memory;
};

/* Reads the file. False: every mistake stands in `errors`, a line each, as
 * "health.yaml:12: checks[3].interval: must be 200ms to 192h" (at most PLAN_MISTAKES_MAX). */
bool plan_load(const char *path, struct plan *out, FILE *errors) MUST_CHECK;
/* The same from text; `name` stands in the mistakes. For tests. */
bool plan_read(struct slice text, const char *name, struct plan *out, FILE *errors) MUST_CHECK;
void plan_finish(struct plan *plan);
/* The check of this name, or NULL. */
const struct check *plan_find(const struct plan *plan, struct slice name);
/* All that a check needs, and what that needs, the nearest first, each once. Returns how many. */
size_t plan_needs(const struct plan *plan, size_t check, size_t out[CHECKS_MAX]);
/* Whether its probes are made by this copy. */
bool plan_is_local(const struct plan *plan, const struct check *check);
/* Whether they are made by the copy on the other server. */
bool plan_is_on_peer(const struct plan *plan, const struct check *check);
