// SPDX-License-Identifier: MIT
/* Metrics of health itself: checks, incidents, history and alerts. */
#include "base/metric.h"
#include "base/now.h"

#include "metrics/metrics.h"

/* The value of health_check_status for each verdict. */
static const double statuses[VERDICTS] = {
    [VERDICT_GREEN] = 0,    [VERDICT_YELLOW] = 1,   [VERDICT_RED] = 2,
    [VERDICT_AFFECTED] = 3, [VERDICT_SILENCED] = 4, [VERDICT_UNKNOWN] = 5,
};

static void print_check(struct buf *out, const char *name, const struct check *check, double value)
{
    const struct metric_label labels[] = {
        {"check", slice_of(check->name)                  },
        {"kind",  slice_of(check_kind_names[check->kind])},
    };
    metric_print_series(out, name, labels, ARRAY_LEN(labels), value);
}

static void print_checks(const struct monitor_view *view, struct buf *out)
{
    static const char status[] = "health_check_status", latency[] = "health_check_latency_seconds";
    const struct plan *plan = view->plan;
    metric_print_family(out, status,
                        "The verdict of a check: 0 green, 1 yellow, 2 red, 3 affected, 4 silenced, "
                        "5 unknown.",
                        METRIC_GAUGE);
    for (size_t i = 0; i < plan->count; i++)
        if (plan_is_local(plan, &plan->checks[i]))
            print_check(out, status, &plan->checks[i], statuses[view->verdicts[i].verdict]);
    metric_print_family(out, latency, "Duration of the last probe of a check.", METRIC_GAUGE);
    for (size_t i = 0; i < plan->count; i++)
        if (plan_is_local(plan, &plan->checks[i]) && view->states[i].probed_us != 0)
            print_check(out, latency, &plan->checks[i],
                        (double)view->states[i].last.took_us / US_PER_S);
}

static void print_incidents(const struct monitor_view *view, struct buf *out)
{
    static const char name[] = "health_incidents_open";
    metric_print_family(out, name, "Open incidents, by the severity of their checks.",
                        METRIC_GAUGE);
    for (size_t word = 0; severity_names[word] != NULL; word++) {
        const struct metric_label label = {"severity", slice_of(severity_names[word])};
        double open = 0;
        for (size_t i = 0; i < view->incident_count; i++)
            open += view->incidents[i].ended_us == 0 && view->incidents[i].severity == word;
        metric_print_series(out, name, &label, 1, open);
    }
}

static void print_one(struct buf *out, const char *name, const char *help, double value)
{
    metric_print_family(out, name, help, METRIC_GAUGE);
    metric_print_series(out, name, NULL, 0, value);
}

void metrics_print_health(const struct monitor_view *view, int64_t alerts_waiting, struct buf *out)
{
    print_checks(view, out);
    print_incidents(view, out);
    print_one(out, "health_history_gap_seconds", "Time since history could last be written.",
              view->history_gap_us > 0
                  ? (double)(view->now_us - view->history_gap_us) / (double)US_PER_S
                  : 0);
    print_one(out, "health_history_missing_samples",
              "Samples dropped because history could not be written.",
              (double)view->history_missing.samples);
    print_one(out, "health_rules_left_out",
              "Firing alerts of Prometheus without incident, because too many fire at once.",
              (double)rules_left_out(&view->rules));
    print_one(out, "health_rules_dropped", "Alerts of Prometheus dropped because too many fired.",
              (double)view->rules.dropped);
    print_one(out, "health_alerts_undelivered", "Alerts that no channel has accepted yet.",
              (double)alerts_waiting);
}
