// SPDX-License-Identifier: MIT
/* Containers of this server, through the read-only socket proxy. */
#include "base/now.h"

#include "probes/last_seen.h"
#include "probes/probe_parts.h"

static void look(struct probe_place *place, struct probe_result *result)
{
    const struct probe_ask ask = {.url = place->check->target,
                                  .path = "/containers/json?all=1",
                                  .answer_max = CONTAINERS_BYTES_MAX};
    char room[PROBE_DETAIL_MAX];
    struct last_seen *last = place->tools->seen;
    struct containers_seen *seen = &last->containers;
    struct http_answer answer;
    struct buf names;
    struct fault fault;
    last->containers_known = false;
    if (!probe_call(place, &ask, &answer, result) || !probe_status(&ask, &answer, result))
        return;
    buf_init_over(&names, room, sizeof room);
    if (!containers_read(answer.body, seen, &names, place->arena, &fault)) {
        probe_fail(result, TROUBLE_BODY, "%s", fault.code);
        return;
    }
    last->containers_known = true;
    last->containers_at_us = now_wall_us();
    probe_add(result, MEASURE_containers_down, (double)seen->down);
    if (seen->down > 0)
        probe_fail(result, TROUBLE_DOWN, "%.*s", SLICE_ARG(buf_as_slice(&names)));
}

void probe_containers(const struct probe_tools *tools, const struct check *check, void *memory,
                      struct probe_result *result)
{
    (void)memory;
    probe_places(tools, check, check->target, look, NULL, result);
}
