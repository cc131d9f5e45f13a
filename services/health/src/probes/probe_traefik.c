// SPDX-License-Identifier: MIT
/* Probes Traefik by its own metrics. Names are those of Traefik 3
 * (pkg/observability/metrics/prometheus.go); traefik_config_reloads_failure_total and
 * traefik_config_last_reload_failure are from version 2. traefik_service_server_up exists only for
 * servers of services with a health check. */
#include <assert.h>
#include <math.h>

#include "base/buf.h"
#include "base/now.h"

#include "probes/counter_rate.h"
#include "probes/exposition.h"
#include "probes/probe_private.h"

enum { NAMES_MAX = 120, SECONDS_PER_DAY = 86400 };

/* State of a check that is kept between its probes. Used only if the name has one address, because
 * counters of several instances cannot be distinguished. */
struct memory {
    bool known;                   /* there was a probe before */
    double failures;              /* number of failed reloads at that probe */
    struct counter_rate requests; /* `all`: all requests to services; `part`: failed ones */
};
static_assert(sizeof(struct memory) <= PROBE_MEMORY, "the memory of a probe");

struct numbers {
    double reloads, failures, succeeded_at, failed_at;
    double requests, failed;
    double servers_down;
    double until; /* first expiry of a certificate, seconds since 1970; NAN: there is none */
    char names[NAMES_MAX];
    struct buf names_buf;
};

static void count_server_if_down(const struct exposition_sample *sample, struct numbers *numbers)
{
    const struct slice name = exposition_find_label(sample->labels, "service");

    if (sample->value != 0)
        return;
    numbers->servers_down++;
    if (numbers->names_buf.len + name.len + 2 >= NAMES_MAX)
        return;
    if (numbers->names_buf.len > 0)
        buf_text(&numbers->names_buf, ", ");
    buf_slice(&numbers->names_buf, name);
}

/* Reads the expiry of a certificate, except the one that Traefik generates for itself. */
static void update_first_expiry(const struct exposition_sample *sample, struct numbers *numbers)
{
    if (slice_is(exposition_find_label(sample->labels, "cn"), "TRAEFIK DEFAULT CERT"))
        return;
    numbers->until = fmin(numbers->until, sample->value); /* fmin() ignores NAN */
}

static void add_sample_to_sums(const struct exposition_sample *sample, struct numbers *numbers)
{
    const struct {
        const char *name;
        double *into;
    } sums[] = {
        {"traefik_config_reloads_total",         &numbers->reloads     },
        {"traefik_config_reloads_failure_total", &numbers->failures    },
        {"traefik_config_last_reload_success",   &numbers->succeeded_at},
        {"traefik_config_last_reload_failure",   &numbers->failed_at   },
    };
    for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
        if (slice_is(sample->name, sums[i].name))
            *sums[i].into += sample->value;
    }
    if (slice_is(sample->name, "traefik_service_requests_total")) {
        numbers->requests += sample->value;
        if (slice_starts(exposition_find_label(sample->labels, "code"), SLICE("5")))
            numbers->failed += sample->value;
    } else if (slice_is(sample->name, "traefik_service_server_up")) {
        count_server_if_down(sample, numbers);
    } else if (slice_is(sample->name, "traefik_tls_certs_not_after")) {
        update_first_expiry(sample, numbers);
    }
}

static void add_traefik_readings(const struct probe_target *target, const struct numbers *numbers,
                                 struct probe_result *result)
{
    struct memory *counters = target->data;
    const bool grew =
        target->address_count == 1 && counters->known && numbers->failures > counters->failures;

    counters->known = true;
    counters->failures = numbers->failures;
    if (target->address_count == 1)
        probe_add_reading(result, MEASURE_error_percent,
                          counter_rate_add_and_get_percent(&counters->requests, now_mono_ns(),
                                                           PROBE_ERRORS_SPAN, numbers->requests,
                                                           numbers->failed, PROBE_REQUESTS_MIN));
    probe_add_reading(result, MEASURE_servers_down, numbers->servers_down);
    if (!isnan(numbers->until))
        probe_add_reading(result, MEASURE_certificate_days,
                          (numbers->until - (double)now_wall_us() / US_PER_S) / SECONDS_PER_DAY);
    if (numbers->reloads == 0 && numbers->succeeded_at == 0)
        probe_fail(result, TROUBLE_BODY, "no metrics of Traefik");
    else if (grew || numbers->failed_at > numbers->succeeded_at)
        probe_fail(result, TROUBLE_NOT_READY, "reload failed");
    if (numbers->names_buf.len > 0)
        probe_set_detail(result, "%.*s", SLICE_ARG(buf_as_slice(&numbers->names_buf)));
}

void probe_traefik(struct probe_target *target, struct probe_result *result)
{
    const struct probe_request request = {.answer_max = PROBE_METRICS_MAX};
    struct numbers numbers = {.until = (double)NAN};
    struct exposition_sample sample;
    struct http_answer answer;

    if (!probe_call(target, &request, &answer, result))
        return;
    probe_add_reading(result, MEASURE_latency_ms, target->took_ms);
    if (!probe_check_status(&request, &answer, result))
        return;
    buf_init_over(&numbers.names_buf, numbers.names, sizeof numbers.names);
    while (exposition_read_next(&answer.body, &sample))
        add_sample_to_sums(&sample, &numbers);
    add_traefik_readings(target, &numbers, result);
}
