// SPDX-License-Identifier: MIT
/* Probes a service of tapbot: its readiness and its metrics. Counters of the instances behind one
 * name are added up. If the number of instances changes, as during a restart, increases are
 * counted from the next probe on, and no trouble is reported. */
#include <assert.h>
#include <math.h>

#include "base/now.h"

#include "probes/counter_rate.h"
#include "probes/exposition.h"
#include "probes/probe_private.h"
#include "probes/ready_json.h"

/* Time for which a logged error counts. It covers several probes, because a single bad probe fails
 * no check. */
#define LOG_SPAN (600 * NS_PER_S)

enum { READY_MAX = 4096 /* bytes of a /readyz */ };

/* State of a check that is kept between its probes. */
struct memory {
    struct counter_rate requests; /* `all`: all requests; `part`: failed requests */
    struct counter_rate errors;   /* logged errors */
    int troubles;                 /* number of consecutive bad probes */
    size_t addresses;             /* number of instances when the counters were last read */
};
static_assert(sizeof(struct memory) <= PROBE_MEMORY, "the memory of a probe");

/* Gauges that are read from the metrics. The worst of all instances counts. */
static const struct {
    const char *name;
    enum measure measure;
} gauges[] = {
    {"sending_oldest_seconds",   MEASURE_oldest_unsent_s},
    {"delivery_oldest_seconds",  MEASURE_oldest_unsent_s},
    {"update_oldest_seconds",    MEASURE_oldest_unsent_s},
    {"search_index_lag_seconds", MEASURE_index_lag_s    },
    {"booking_feed_lag_seconds", MEASURE_feed_lag_s     },
};

/* Sums over all instances. */
struct numbers {
    double errors, requests, failed;
    double worst[MEASURES]; /* worst values of gauges; NAN: no instance has the gauge */
    size_t instances;       /* number of instances that returned metrics */
    size_t addresses;       /* number of all instances */
};

/* Routes of monitoring, whose requests are not those of users and are not counted. */
static const char *const uncounted_routes[] = {"/livez", "/readyz", "/health", "/metrics"};

static void add_sample_to_sums(const struct exposition_sample *sample, struct numbers *numbers)
{
    const double value = sample->value;

    if (slice_is(sample->name, "log_events_total")) {
        if (slice_is(exposition_find_label(sample->labels, "level"), "error"))
            numbers->errors += value;
    } else if (slice_is(sample->name, "http_requests_total")) {
        if (SLICE_IS_IN(exposition_find_label(sample->labels, "route"), uncounted_routes))
            return;
        numbers->requests += value;
        if (slice_starts(exposition_find_label(sample->labels, "code"), SLICE("5")))
            numbers->failed += value;
    } else {
        for (size_t i = 0; i < ARRAY_LEN(gauges); i++) {
            double *worst = &numbers->worst[gauges[i].measure];
            if (slice_is(sample->name, gauges[i].name))
                *worst = fmax(*worst, value); /* fmax() ignores NAN */
        }
    }
}

/* Requests /readyz and sets a trouble if the instance is not ready. False: there was no valid
 * answer, so the metrics need not be requested. */
static bool probe_readiness(struct probe_target *target, struct probe_result *result)
{
    char why[READY_WHY_MAX];
    const struct probe_request request = {.path = "/readyz", .answer_max = READY_MAX};
    struct http_answer answer;

    if (!probe_call(target, &request, &answer, result))
        return false;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (answer.status != 503 && !ready_is_paused(answer.body, target->arena))
        return probe_check_status(&request, &answer, result);
    ready_read_why_not_ready(answer.body, target->arena, why);
    probe_fail(result, TROUBLE_NOT_READY, "%s", why);
    return true;
}

/* Requests the readiness of one instance and then, ready or not, its metrics. */
static void probe_instance(struct probe_target *target, struct probe_result *result)
{
    struct numbers *numbers = target->data;
    const struct probe_request request = {.path = "/metrics", .answer_max = PROBE_METRICS_MAX};
    struct exposition_sample sample;
    struct http_answer answer;

    numbers->addresses = target->address_count;
    if (!probe_readiness(target, result) || !probe_call(target, &request, &answer, result) ||
        !probe_check_status(&request, &answer, result))
        return;
    while (exposition_read_next(&answer.body, &sample))
        add_sample_to_sums(&sample, numbers);
    numbers->instances++;
}

static void add_service_readings(struct memory *counters, const struct numbers *numbers,
                                 struct probe_result *result)
{
    const int64_t now_ns = now_mono_ns();
    double grown, part;

    if (counters->addresses != numbers->addresses)
        *counters = (struct memory){.addresses = numbers->addresses};
    if (result->trouble == TROUBLE_NONE) {
        counter_rate_add_sample(&counters->errors, now_ns, LOG_SPAN, numbers->errors, 0, &grown,
                                &part);
        probe_add_reading(result, MEASURE_log_errors, grown);
        probe_add_reading(result, MEASURE_error_percent,
                          counter_rate_add_and_get_percent(&counters->requests, now_ns,
                                                           PROBE_ERRORS_SPAN, numbers->requests,
                                                           numbers->failed, PROBE_REQUESTS_MIN));
    }
    for (int measure = 0; measure < MEASURES; measure++)
        if (!isnan(numbers->worst[measure]))
            probe_add_reading(result, (enum measure)measure, numbers->worst[measure]);
}

void probe_service(const struct probe_tools *tools, const struct check *check, void *memory,
                   struct probe_result *result)
{
    struct memory *counters = memory;
    struct numbers numbers = {0};

    for (int measure = 0; measure < MEASURES; measure++)
        numbers.worst[measure] = (double)NAN;
    probe_each_address(tools, check, check->target, probe_instance, &numbers, result);
    /* Errors that were counted or logged while the service failed are part of that failure, so the
     * counters are reset. Fewer than bad_to_fail bad probes are no failure and reset nothing. */
    counters->troubles = result->trouble == TROUBLE_NONE ? 0 : counters->troubles + 1;
    if (counters->troubles > 0 && counters->troubles >= check->bad_to_fail)
        counters->errors = counters->requests = (struct counter_rate){0};
    /* If only some instances returned metrics, the sums are too low, so they are not evaluated. */
    if (numbers.instances > 0 && numbers.instances == numbers.addresses)
        add_service_readings(counters, &numbers, result);
}
