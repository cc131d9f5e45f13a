// SPDX-License-Identifier: MIT
/* Containers of this server, through the read-only socket proxy. */
#include "base/now.h"

#include "probes/probe_private.h"
#include "probes/snapshot.h"

#define RESTARTS_SPAN (600 * NS_PER_S)

/* False: `result` says why not. */
static bool list(struct probe_place *place, struct containers_seen *seen, struct buf *names,
                 struct probe_result *result)
{
    const struct probe_ask ask = {.url = place->check->target,
                                  .path = "/containers/json?all=1",
                                  .answer_max = CONTAINERS_BYTES_MAX};
    struct http_answer answer;
    struct fault fault;
    if (!probe_call(place, &ask, &answer, result) || !probe_status(&ask, &answer, result))
        return false;
    if (containers_read(answer.body, seen, names, place->arena, &fault))
        return true;
    probe_fail(result, TROUBLE_BODY, "%s", fault.code);
    return false;
}

static void add_restarts(struct last_seen *last, struct probe_result *result)
{
    const char *worst;
    const size_t most =
        restarts_look(&last->restarts, &last->containers, now_mono_ns(), RESTARTS_SPAN, &worst);
    probe_add(result, MEASURE_container_restarts, (double)most);
    if (worst != NULL)
        probe_note(result, "%s", worst);
}

static void look(struct probe_place *place, struct probe_result *result)
{
    struct last_seen *last = place->tools->seen;
    char room[PROBE_DETAIL_MAX];
    struct buf names;
    buf_init_over(&names, room, sizeof room);
    last->containers_known = list(place, &last->containers, &names, result);
    if (!last->containers_known)
        return;
    last->containers_at_us = now_wall_us();
    probe_add(result, MEASURE_containers_down, (double)last->containers.down);
    if (last->containers.down > 0)
        probe_fail(result, TROUBLE_DOWN, "%.*s", SLICE_ARG(buf_as_slice(&names)));
    add_restarts(last, result);
}

void probe_containers(const struct probe_tools *tools, const struct check *check, void *memory,
                      struct probe_result *result)
{
    (void)memory;
    probe_places(tools, check, check->target, look, NULL, result);
}
