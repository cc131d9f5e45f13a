// SPDX-License-Identifier: MIT
/* Probes figures that staff must act on: gauges of a service's /metrics. Whether the service itself
 * works is probed by a check of the kind service. */
#include <math.h>

#include "probes/exposition.h"
#include "probes/probe_private.h"

static const struct {
    enum measure measure;
    const char *name; /* NULL: the name of the measure */
} gauges[] = {
    {MEASURE_claims_waiting,    NULL                  },
    {MEASURE_bookings_silent,   NULL                  },
    {MEASURE_owner_unbound,     NULL                  },
    {MEASURE_calendars_failing, NULL                  },
    {MEASURE_conflicts_open,    NULL                  },
    {MEASURE_broken_rules,      "selfcheck_broken"    },
    {MEASURE_trips_overdue,     "rides_trips_overdue" },
    {MEASURE_sos_unanswered,    "rides_sos_unanswered"},
};
enum { GAUGES = ARRAY_LEN(gauges) };

static void read_sample(const struct exposition_sample *sample, double values[GAUGES])
{
    for (size_t i = 0; i < GAUGES; i++) {
        const char *word = measure_kinds[gauges[i].measure].word;
        if (slice_is(sample->name, gauges[i].name != NULL ? gauges[i].name : word))
            values[i] = sample->value;
    }
}

static void read_figures(struct probe_target *target, struct probe_result *result)
{
    const struct probe_request request = {.path = "/metrics", .answer_max = PROBE_METRICS_MAX};
    double values[GAUGES];
    struct exposition_sample sample;
    struct http_answer answer;

    if (!probe_call(target, &request, &answer, result) ||
        !probe_check_status(&request, &answer, result))
        return;
    for (size_t i = 0; i < GAUGES; i++)
        values[i] = (double)NAN;
    while (exposition_read_next(&answer.body, &sample))
        read_sample(&sample, values);
    for (size_t i = 0; i < GAUGES; i++)
        probe_add_reading(result, gauges[i].measure, values[i]);
}

void probe_business(const struct probe_tools *tools, const struct check *check, void *memory,
                    struct probe_result *result)
{
    (void)memory;
    probe_each_address(tools, check, check->target, read_figures, NULL, result);
    /* An instance that does not answer does not hide the figures of another one. */
    if (result->reading_count > 0) {
        result->trouble = TROUBLE_NONE;
        result->detail[0] = '\0';
    }
}
