// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/parse.h"
#include "json/foreign.h"

#include "probes/containers.h"

struct container {
    struct foreign_list names;
    struct slice state;
    struct slice status;
    int64_t made_s;
};

// clang-format off
static const struct foreign_member container_members[] = {
    {.name = "Created", .type = FOREIGN_INT, .offset = offsetof(struct container, made_s)},
    {.name = "Names",  .type = FOREIGN_TEXTS, .offset = offsetof(struct container, names), .max = 1},
    {.name = "State",  .type = FOREIGN_TEXT,  .offset = offsetof(struct container, state)},
    {.name = "Status", .type = FOREIGN_TEXT,  .offset = offsetof(struct container, status)},
};
static const struct foreign container_table = FOREIGN_OF(container_members, struct container);
// clang-format on

static bool has_succeeded(const struct container *container)
{
    return slice_is(container->state, "exited") &&
           slice_starts(container->status, SLICE("Exited (0)"));
}

static bool is_up(const struct container *container)
{
    return slice_is(container->state, "running") &&
           !slice_contains(container->status, SLICE("(unhealthy)"));
}

/* The name without its '/': "/stack-postgres-1" gives "stack-postgres-1". "": it has no name. */
static struct slice name_of_container(const struct container *container)
{
    const struct slice *name = container->names.items;

    if (container->names.count == 0 || name->len < 2)
        return SLICE("");
    return slice_from(*name, name->at[0] == '/' ? 1 : 0);
}

static void add_container_name(const struct container *container, struct buf *names)
{
    const struct slice name = name_of_container(container);

    if (name.len == 0)
        return;
    if (buf_as_slice(names).len > 0)
        buf_text(names, ", ");
    buf_slice(names, name);
}

/* Reads an upper bound of the uptime, in seconds, from "Up 5 seconds (healthy)". Docker truncates
 * the uptime to the unit (units.HumanDuration of docker/go-units), so the bound is a unit more. */
static int64_t parse_uptime_max_s(struct slice status)
{
    static const struct slice up = {"Up ", 3};
    int64_t number;

    if (!slice_starts(status, up))
        return CONTAINER_UP_LONG;
    status = slice_from(status, up.len);
    if (slice_starts(status, SLICE("Less than a second")))
        return 1;
    if (slice_starts(status, SLICE("About a minute")))
        return 2 * 60;
    if (!parse_i64(slice_cut(&status, ' '), 0, 59, &number))
        return CONTAINER_UP_LONG;
    return slice_starts(status, SLICE("second"))   ? number + 1
           : slice_starts(status, SLICE("minute")) ? (number + 1) * 60
                                                   : CONTAINER_UP_LONG;
}

static void add_running_container(const struct container *container, struct container_list *out)
{
    struct container_info *kept = &out->items[out->count];
    const struct slice name = name_of_container(container);

    if (name.len == 0 || !slice_is(container->state, "running"))
        return;
    out->count++;
    kept->made_s = container->made_s;
    kept->up_max_s = parse_uptime_max_s(container->status);
    (void)snprintf(kept->name, sizeof kept->name, "%.*s", SLICE_ARG(name));
}

bool containers_read(struct slice json, struct container_list *out, struct buf *down_names,
                     struct arena *arena, struct fault *fault)
{
    struct foreign_list list;

    if (!foreign_read_list(&container_table, CONTAINERS_MAX, json, &list, arena, fault))
        return false;
    *out = (struct container_list){0};
    const struct container *all = list.items;
    for (size_t i = 0; i < list.count; i++) {
        add_running_container(&all[i], out);
        if (is_up(&all[i]) || has_succeeded(&all[i]))
            continue;
        out->down++;
        add_container_name(&all[i], down_names);
    }
    return true;
}
