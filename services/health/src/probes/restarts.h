// SPDX-License-Identifier: MIT
/* Counts restarts of containers. The list of containers (GET /containers/json) has no number of
 * restarts but an uptime: a container that is known and whose uptime is shorter than the time since
 * the last list was started in between. Pure: the caller passes the time. */
#pragma once

#include "probes/containers.h"

enum { RESTARTS_KEPT = 8 }; /* of a container; more are not counted */

/* Zeroed: nothing is known. */
struct restarts {
    struct restarts_of {
        char name[CONTAINER_NAME_MAX + 1];
        int64_t made_s; /* another value means another container of this name */
        int64_t seen_ns;
        int64_t at_ns[RESTARTS_KEPT]; /* of the last `count` restarts, oldest first */
        size_t count;
    } items[CONTAINERS_MAX];
    size_t count;
};

/* Adds a list. Returns the restarts of the container that has most within `span_ns`, and sets
 * `worst`, of `seen`; NULL: none. Several restarts between two lists count as one. */
size_t restarts_update(struct restarts *restarts, const struct container_list *seen, int64_t now_ns,
                       int64_t span_ns, const char **worst);
