// SPDX-License-Identifier: MIT
/* Probes of the kinds http, tcp, tls, qdrant, directus and n8n. Redirects are not followed. If the
 * check has no `expect_body`, the probe ends after the headers. */
#include "base/now.h"

#include "probes/probe_private.h"

enum { BODY_MAX = 256 * 1024, SECONDS_PER_DAY = 86400 };

static bool check_expected_status(const struct check *check, const struct probe_request *request,
                                  const struct http_answer *answer, struct probe_result *result)
{
    if (check->expect_status == 0)
        return probe_check_status(request, answer, result);
    if (answer->status != check->expect_status)
        probe_fail(result, TROUBLE_STATUS, "%ld", answer->status);
    return answer->status == check->expect_status;
}

void probe_http(struct probe_target *target, struct probe_result *result)
{
    const struct check *check = target->check;
    const struct probe_request request = {.answer_max =
                                              check->expect_body[0] != '\0' ? BODY_MAX : 0};
    struct http_answer answer;

    if (!probe_call(target, &request, &answer, result))
        return;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (check_expected_status(check, &request, &answer, result) &&
        !slice_contains(answer.body, slice_of(check->expect_body)))
        probe_fail(result, TROUBLE_BODY, "not found");
}

void probe_connect(struct probe_target *target, struct probe_result *result)
{
    const struct probe_request request = {.only_connects = true};
    struct http_answer answer;

    if (!probe_call(target, &request, &answer, result))
        return;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (answer.certificate_until_us != 0)
        probe_add_reading(result, MEASURE_certificate_days,
                          (double)(answer.certificate_until_us - now_wall_us()) / US_PER_S /
                              SECONDS_PER_DAY);
}

/* Requests the server's health endpoint, whose status 503 means "not ready". */
void probe_health_endpoint(struct probe_target *target, struct probe_result *result)
{
    static const char *const paths[CHECK_KINDS] = {
        [CHECK_QDRANT] = "/readyz", [CHECK_DIRECTUS] = "/server/health", [CHECK_N8N] = "/healthz"};
    const struct probe_request request = {.path = paths[target->check->kind]};
    struct http_answer answer;

    if (!probe_call(target, &request, &answer, result))
        return;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (answer.status == 503)
        probe_fail(result, TROUBLE_NOT_READY, "%s", "");
    else
        (void)probe_check_status(&request, &answer, result);
}
