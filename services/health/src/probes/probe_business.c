// SPDX-License-Identifier: MIT
/* Probes figures that staff must act on: gauges of a service's /metrics, which have the names of
 * their measures. Whether the service itself works is probed by a check of the kind service. */
#include <math.h>

#include "probes/exposition.h"
#include "probes/probe_private.h"

static const enum measure gauges[] = {MEASURE_claims_waiting, MEASURE_bookings_silent,
                                      MEASURE_owner_unbound};
enum { GAUGES = ARRAY_LEN(gauges) };

void probe_business(struct probe_target *target, struct probe_result *result)
{
    const struct probe_request request = {.path = "/metrics", .answer_max = PROBE_METRICS_MAX};
    double values[GAUGES] = {(double)NAN, (double)NAN, (double)NAN};
    struct exposition_sample sample;
    struct http_answer answer;

    if (!probe_call(target, &request, &answer, result) ||
        !probe_check_status(&request, &answer, result))
        return;
    while (exposition_read_next(&answer.body, &sample))
        for (size_t i = 0; i < GAUGES; i++)
            if (slice_is(sample.name, measure_kinds[gauges[i]].word))
                values[i] = sample.value;
    for (size_t i = 0; i < GAUGES; i++)
        probe_add_reading(result, gauges[i], values[i]);
}
