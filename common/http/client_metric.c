// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/metric.h"
#include "http/client_metric_private.h"

/* Addresses come from configuration and from redirects: as labels they would have no bound. */
#define CALLS(outcome)                                                                             \
    {                                                                                              \
        (outcome),                                                                                 \
        {                                                                                          \
            .name = "http_client_calls_total",                                                     \
            .help = "Outbound calls by the answer's class or the reason of none.",                 \
            .labels = "outcome=\"" outcome "\""                                                    \
        }                                                                                          \
    }

static struct {
    const char *outcome;
    struct metric metric;
} calls[] = {
    CALLS("2xx"),
    CALLS("3xx"),
    CALLS("4xx"),
    CALLS("5xx"),
    CALLS("circuit_open"),
    CALLS("upstream_timeout"),
    CALLS("upstream_unreachable"),
    CALLS("other"), /* every other fault */
};
enum { CALLS_COUNT = sizeof(calls) / sizeof(calls[0]) };

static struct metric retries = {.name = "http_client_retries_total",
                                .help = "Outbound requests sent again after a failure or a 429."};
static struct metric_histogram duration = {
    .metric = {.name = "http_client_call_duration_seconds",
               .help = "Outbound calls that sent a request, from begin to end with all tries.",
               .type = METRIC_HISTOGRAM}
};

void http_client_metric_register(void)
{
    for (size_t i = 0; i < CALLS_COUNT; i++)
        metric_register(&calls[i].metric);
    metric_register(&retries);
    metric_register(&duration.metric);
}

static const char *class_of(long status)
{
    return status >= 500 ? "5xx" : status >= 400 ? "4xx" : status >= 300 ? "3xx" : "2xx";
}

void http_client_metric_call(long status, const struct fault *fault, bool sent, int64_t took_ns)
{
    const char *outcome = fault != NULL ? fault->code : class_of(status);
    size_t i = 0;
    while (i < CALLS_COUNT - 1 && strcmp(calls[i].outcome, outcome) != 0)
        i++;
    calls[i].metric.value++;
    if (sent)
        metric_observe(&duration, (double)took_ns / 1e9);
}

void http_client_metric_retry(void)
{
    retries.value++;
}
