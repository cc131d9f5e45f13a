// SPDX-License-Identifier: MIT
/* Counts restarts of containers. The list of containers (GET /containers/json) has their uptimes
 * but no number of restarts: if a known container has an uptime shorter than the time since the
 * last list, it was started in between. Pure: the caller passes the time. */
#pragma once

#include "probes/containers.h"

enum { RESTARTS_KEPT = 8 }; /* restarts stored for each container; older ones are dropped */

/* The known containers. Zeroed: none. */
struct restarts {
    struct restarts_of {
        char name[CONTAINER_NAME_MAX + 1];
        int64_t made_s;  /* creation time; another value means another container with this name */
        int64_t seen_ns; /* time of the last list that had the container */
        int64_t at_ns[RESTARTS_KEPT]; /* times of the last `count` restarts, oldest first */
        size_t count;
    } items[CONTAINERS_MAX];
    size_t count;
};

/* Adds the list `listed`. Finds its container with the most restarts within the last `span_ns`:
 * returns the number of restarts, and sets `worst_name` to the name in `listed`; 0 and NULL if no
 * container was restarted. Several restarts of a container between two lists count as one. */
size_t restarts_add_list_and_find_most(struct restarts *restarts,
                                       const struct container_list *listed, int64_t now_ns,
                                       int64_t span_ns, const char **worst_name);
