// SPDX-License-Identifier: MIT
/* Containers that start again and again. The list of containers (GET /containers/json) has no count
 * of restarts, but since when each is up: one that has run at the last look and is up for less time
 * than has passed since then was started in between. Pure: the caller says what time it is. */
#pragma once

#include "probes/containers.h"

enum { RESTARTS_KEPT = 8 }; /* of a container; more are not counted */

/* Zeroed: nothing is known. */
struct restarts {
    struct restarts_of {
        char name[CONTAINER_NAME_MAX + 1];
        int64_t made_s; /* another one of this name is another container */
        int64_t seen_ns;
        int64_t at_ns[RESTARTS_KEPT]; /* of the last `count`, oldest first */
        size_t count;
    } items[CONTAINERS_MAX];
    size_t count;
};

/* Adds a look. Returns the restarts of the container that has most of them within `span_ns`, and
 * sets `worst`, of `seen`; NULL: there are none. Several between two looks count as one. */
size_t restarts_update(struct restarts *restarts, const struct container_list *seen, int64_t now_ns,
                       int64_t span_ns, const char **worst);
