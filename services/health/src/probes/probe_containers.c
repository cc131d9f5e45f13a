// SPDX-License-Identifier: MIT
/* Probes the containers of this server, through the read-only proxy of Docker's socket. */
#include "base/now.h"

#include "probes/probe_private.h"
#include "probes/snapshot.h"

#define RESTARTS_SPAN (600 * NS_PER_S)

/* Reads the list of containers. False: the trouble is in `result`. */
static bool request_containers(struct probe_target *target, struct container_list *seen,
                               struct buf *names, struct probe_result *result)
{
    const struct probe_request request = {.path = "/containers/json?all=1",
                                          .answer_max = CONTAINERS_BYTES_MAX};
    struct http_answer answer;
    struct fault fault;

    if (!probe_call(target, &request, &answer, result) ||
        !probe_check_status(&request, &answer, result))
        return false;
    if (containers_read(answer.body, seen, names, target->arena, &fault))
        return true;
    probe_fail(result, TROUBLE_BODY, "%s", fault.code);
    return false;
}

static void add_restarts_reading(struct restarts *restarts, const struct container_list *seen,
                                 struct probe_result *result)
{
    const char *worst;
    const size_t most =
        restarts_add_list_and_find_most(restarts, seen, now_mono_ns(), RESTARTS_SPAN, &worst);

    probe_add_reading(result, MEASURE_container_restarts, (double)most);
    if (worst != NULL)
        probe_set_detail(result, "%s", worst);
}

void probe_containers(struct probe_target *target, struct probe_result *result)
{
    struct container_list *seen = arena_alloc(target->arena, sizeof *seen);
    char room[PROBE_DETAIL_MAX];
    struct buf names = buf_over(room, sizeof room);

    if (seen == NULL) {
        probe_fail(result, TROUBLE_LOCAL, "memory");
        return;
    }
    if (!request_containers(target, seen, &names, result))
        return;
    probe_add_reading(result, MEASURE_containers_down, (double)seen->down);
    if (seen->down > 0)
        probe_fail(result, TROUBLE_DOWN, "%.*s", SLICE_ARG(buf_as_slice(&names)));
    add_restarts_reading(&target->tools->snapshot->restarts, seen, result);
}
