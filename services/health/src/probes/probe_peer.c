// SPDX-License-Identifier: MIT
/* Probes health on the other server: by the link, and its public page from outside. */
#include "base/now.h"

#include "probes/peer_json.h"
#include "probes/probe_private.h"

enum { BODY_MAX = 512 * 1024 };

static void query_status_by_link(struct probe_target *target, struct probe_result *result)
{
    struct peer_status *seen = target->tools->peer;
    const struct probe_request request = {
        .path = "/v1/status", .key = target->tools->link_key, .answer_max = BODY_MAX};
    struct http_answer answer;
    struct fault fault;

    if (target->check->public_url[0] != '\0') /* reserves half of the time for the public page */
        target->until_ns -= (target->until_ns - loop_now_ns(target->tools->service->loop)) / 2;
    if (!probe_call(target, &request, &answer, result) ||
        !probe_check_status(&request, &answer, result))
        return;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (peer_status_read(answer.body, seen->plan, target->arena, seen->checks, &seen->rules,
                         &fault))
        seen->read_us = now_wall_us();
    else
        probe_fail_by_fault(result, &fault);
}

static void query_public_page(struct probe_target *target, struct probe_result *result)
{
    const struct probe_request request = {.path = "/public", .wanted = PEER_ALERT_HEADER};
    struct http_answer answer;

    if (!probe_call(target, &request, &answer, result) ||
        !probe_check_status(&request, &answer, result))
        return;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (slice_is(answer.headers[0], "yes"))
        target->tools->peer->alerted_us = now_wall_us();
    else if (!slice_is(answer.headers[0], "no"))
        probe_fail(result, TROUBLE_HEADER, "%s", PEER_ALERT_HEADER);
}

/* Probes by the link and, if this fails, the public page. If both fail, the check fails. */
static void probe_link_then_public_page(const struct probe_tools *tools, const struct check *check,
                                        struct probe_result *result)
{
    struct probe_result link = {.trouble = TROUBLE_NONE}, outside = {.trouble = TROUBLE_NONE};

    probe_each_address(tools, check, check->target, query_status_by_link, NULL, &link);
    if (link.trouble != TROUBLE_NONE)
        probe_each_address(tools, check, check->public_url, query_public_page, NULL, &outside);
    if (outside.trouble != TROUBLE_NONE)
        probe_fail(result, TROUBLE_SILENT, "%s, %s", probe_trouble_names[link.trouble],
                   probe_trouble_names[outside.trouble]);
}

void probe_peer(const struct probe_tools *tools, const struct check *check, void *memory,
                struct probe_result *result)
{
    const bool outside = check->public_url[0] != '\0';

    (void)memory;
    if (outside && check->target[0] != '\0')
        probe_link_then_public_page(tools, check, result);
    else if (outside)
        probe_each_address(tools, check, check->public_url, query_public_page, NULL, result);
    else
        probe_each_address(tools, check, check->target, query_status_by_link, NULL, result);
}
