// SPDX-License-Identifier: MIT
#include "probes/restarts.h"

#include <string.h>

#include "base/now.h"

enum { LATE_S = 1 }; /* tolerance in seconds, because lists arrive with different delays */

static bool is_same_container(const struct restarts_of *known,
                              const struct container_info *container)
{
    return known->made_s == container->made_s && strcmp(known->name, container->name) == 0;
}

/* Finds the container. If it is unknown, adds it in a free slot, or in the slot of a container that
 * was not listed for `span_ns`. NULL: all slots are in use. */
static struct restarts_of *find_or_add_slot(struct restarts *restarts,
                                            const struct container_info *container, int64_t now_ns,
                                            int64_t span_ns)
{
    struct restarts_of *spare = NULL;

    for (size_t i = 0; i < restarts->count; i++) {
        struct restarts_of *one = &restarts->items[i];
        if (is_same_container(one, container))
            return one;
        if (now_ns - one->seen_ns > span_ns)
            spare = one;
    }
    if (spare == NULL && restarts->count < CONTAINERS_MAX)
        spare = &restarts->items[restarts->count++];
    if (spare == NULL)
        return NULL;
    *spare = (struct restarts_of){.made_s = container->made_s, .seen_ns = now_ns};
    memcpy(spare->name, container->name, sizeof spare->name);
    return spare;
}

static void drop_oldest_restart(struct restarts_of *container)
{
    container->count--;
    memmove(container->at_ns, container->at_ns + 1, container->count * sizeof container->at_ns[0]);
}

static void update_container_restarts(struct restarts_of *container, int64_t up_max_s,
                                      int64_t now_ns, int64_t span_ns)
{
    const int64_t passed_s = (now_ns - container->seen_ns) / NS_PER_S;

    if (up_max_s != CONTAINER_UP_LONG && up_max_s + LATE_S < passed_s) {
        if (container->count == RESTARTS_KEPT)
            drop_oldest_restart(container);
        container->at_ns[container->count++] = now_ns;
    }
    while (container->count > 0 && now_ns - container->at_ns[0] > span_ns)
        drop_oldest_restart(container);
    container->seen_ns = now_ns;
}

size_t restarts_add_list_and_find_most(struct restarts *restarts,
                                       const struct container_list *listed, int64_t now_ns,
                                       int64_t span_ns, const char **worst_name)
{
    size_t most = 0;

    *worst_name = NULL;
    for (size_t i = 0; i < listed->count; i++) {
        struct restarts_of *one = find_or_add_slot(restarts, &listed->items[i], now_ns, span_ns);
        if (one == NULL)
            continue;
        update_container_restarts(one, listed->items[i].up_max_s, now_ns, span_ns);
        if (one->count > most) {
            most = one->count;
            *worst_name = listed->items[i].name;
        }
    }
    return most;
}
