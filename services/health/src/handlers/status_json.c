// SPDX-License-Identifier: MIT
#include "handlers/status_json.h"

#include <math.h>

#include "api/list.h"
#include "base/now.h"

#include "config/threshold.h"

enum { HOURS_MAX = TREND_HISTORY_MAX };

struct uptime_shown {
    float day, week, month;
};

struct check_shown {
    struct slice name;
    struct slice kind;
    struct slice target;
    struct slice server;
    int status;
    int64_t since;
    int64_t looked_at;
    bool failing;
    int64_t latency_ms;
    struct slice detail;
    struct slice runbook;
    struct slice cause;
    struct uptime_shown uptime;
};

/* Writes a share of time as percent with two decimals, as i18n_put_percent() does; null if
 * unknown. */
static void encode_share_as_percent(const void *value, struct buf *out)
{
    const float share = *(const float *)value;

    if (isnan(share))
        buf_text(out, "null");
    else
        buf_printf(out, "%.2f", floor(((double)share + 1e-7) * 1e4) / 100);
}

static void encode_one_decimal(const void *value, struct buf *out)
{
    const float number = *(const float *)value;

    if (isnan(number))
        buf_text(out, "null");
    else
        buf_printf(out, "%.1f", (double)number);
}

// clang-format off
#define AT(member) .offset = offsetof(struct uptime_shown, member)
static const struct field uptime_items[] = {
    {.name = "day",   .type = FIELD_CUSTOM, AT(day),   .encode = encode_share_as_percent},
    {.name = "week",  .type = FIELD_CUSTOM, AT(week),  .encode = encode_share_as_percent},
    {.name = "month", .type = FIELD_CUSTOM, AT(month), .encode = encode_share_as_percent},
};
#undef AT
static const struct fields uptime_fields = FIELDS_OF(uptime_items, struct uptime_shown);

#define AT(member) .offset = offsetof(struct check_shown, member)
static const struct field check_items[] = {
    {.name = "name",       .type = FIELD_SLUG,   AT(name)},
    {.name = "kind",       .type = FIELD_SLUG,   AT(kind)},
    {.name = "target",     .type = FIELD_TEXT,   AT(target)},
    {.name = "server",     .type = FIELD_SLUG,   AT(server)},
    {.name = "status",     .type = FIELD_ENUM,   AT(status), .names = verdict_names},
    {.name = "since",      .type = FIELD_TIME,   AT(since)},
    {.name = "looked_at",  .type = FIELD_TIME,   AT(looked_at)},
    {.name = "failing",    .type = FIELD_BOOL,   AT(failing)},
    {.name = "latency_ms", .type = FIELD_INT,    AT(latency_ms)},
    {.name = "detail",     .type = FIELD_TEXT,   AT(detail)},
    {.name = "runbook",    .type = FIELD_SLUG,   AT(runbook)},
    {.name = "cause",      .type = FIELD_SLUG,   .flags = FIELD_OMIT, AT(cause)},
    {.name = "uptime",     .type = FIELD_OBJECT, AT(uptime), .table = &uptime_fields},
};
#undef AT
static const struct fields check_fields = FIELDS_OF(check_items, struct check_shown);

#define AT(member) .offset = offsetof(struct trend_point, member)
static const struct field point_items[] = {
    {.name = "at",         .type = FIELD_TIME,   AT(at_us)},
    {.name = "status",     .type = FIELD_ENUM,   AT(worst), .names = verdict_names},
    {.name = "latency_ms", .type = FIELD_CUSTOM, AT(latency_ms), .encode = encode_one_decimal},
};
#undef AT
static const struct fields point_fields = FIELDS_OF(point_items, struct trend_point);

static const struct field history_items[] = {
    {.name = "hours", .type = FIELD_INT, .offset = offsetof(struct check_history_query, hours), .min = 1, .max = HOURS_MAX},
};
// clang-format on
const struct fields check_history_fields = FIELDS_OF(history_items, struct check_history_query);

/* Writes at most six digits, but all digits before the point: the peer reads no exponent. */
static void put_reading(const struct reading *reading, struct buf *out)
{
    buf_printf(out, fabs(reading->value) < 1e5 ? "%s %.6g" : "%s %.0f",
               measure_kinds[reading->measure].word, reading->value);
}

/* What is wrong, for programs: "timeout", "status 502", "connections 46"; "": nothing. */
static struct slice format_problem(const struct monitor_view *view, size_t check_index,
                                   char *buffer, size_t size)
{
    const struct probe_result *why = &view->states[check_index].present;
    const enum verdict verdict = view->verdicts[check_index].verdict;
    struct exceeded exceeded;
    struct buf text = buf_over(buffer, size);

    if (verdict == VERDICT_GREEN || verdict == VERDICT_UNKNOWN)
        return SLICE("");
    if (why->trouble != TROUBLE_NONE)
        buf_printf(&text, "%s%s%s", probe_trouble_names[why->trouble],
                   why->detail[0] != '\0' ? " " : "", why->detail);
    else if (threshold_find_exceeded(&view->plan->checks[check_index], why, &exceeded))
        put_reading(exceeded.reading, &text);
    return buf_as_slice(&text);
}

static void encode_check(const struct monitor_view *view, size_t check_index, struct buf *out)
{
    const struct check *check = &view->plan->checks[check_index];
    const struct check_verdict *verdict = &view->verdicts[check_index];
    const struct trend *trend = &view->trends[check_index];
    char room[2 * PROBE_DETAIL_MAX];
    const struct check_shown shown = {
        .name = slice_of(check->name),
        .kind = slice_of(check_kind_names[check->kind]),
        .target = slice_of(check->target),
        .server = slice_of(check->server),
        .status = (int)verdict->verdict,
        .since = verdict->since_us != 0 ? verdict->since_us : FIELD_ABSENT,
        .looked_at = view->states[check_index].probed_us != 0 ? view->states[check_index].probed_us
                                                              : FIELD_ABSENT,
        .failing = view->states[check_index].at_least[LEVEL_YELLOW].count > 0,
        .latency_ms = view->states[check_index].probed_us != 0
                          ? view->states[check_index].last.took_us / 1000
                          : FIELD_ABSENT,
        .detail = format_problem(view, check_index, room, sizeof room),
        .runbook = slice_of(check->runbook),
        .cause = verdict->verdict == VERDICT_AFFECTED ||
                         (verdict->verdict == VERDICT_UNKNOWN && verdict->cause != check_index)
                     ? slice_of(view->plan->checks[verdict->cause].name)
                     : (struct slice){0            },
        .uptime = { trend->day, trend->week, trend->month},
    };

    fields_encode(&check_fields, &shown, false, out);
}

/* Writes an alert of Prometheus as a check. */
static void encode_rule_alert(const struct rule_alert *alert, struct buf *out)
{
    const struct incident *incident = &alert->incident;
    const struct check_shown shown = {
        .name = slice_of(incident->check),
        .kind = SLICE("prometheus"),
        .target = slice_of(alert->rule),
        .server = SLICE(""),
        .status = (int)alert->verdict,
        .since = incident->started_us,
        .looked_at = FIELD_ABSENT,
        .latency_ms = FIELD_ABSENT,
        .detail = slice_of(incident->detail),
        .runbook = slice_of(incident->runbook),
        .uptime = {NAN, NAN, NAN},
    };

    fields_encode(&check_fields, &shown, false, out);
}

/* Writes the alerts that have an incident, and those that a silence or maintenance suppresses. */
static void encode_shown_rule_alerts(const struct monitor_view *view, struct buf *out)
{
    const struct rules *rules = &view->rules;
    bool separate = view->plan->count > 0;

    for (size_t i = 0; i < rules->used; i++) {
        const struct rule_alert *alert = &rules->alerts[i];
        if (alert->until_us == 0 ||
            (!rule_has_incident(alert) && alert->verdict != VERDICT_SILENCED))
            continue;
        if (separate)
            buf_char(out, ',');
        separate = true;
        encode_rule_alert(alert, out);
    }
}

void status_encode(const struct monitor_view *view, struct buf *out)
{
    char since[NOW_RFC3339_LEN + 1];

    now_format_rfc3339(view->overall_since_us, since);
    buf_printf(out, "{\"status\":\"%s\",\"since\":\"%s\",\"maintenance\":%s,\"checks\":[",
               verdict_names[view->overall], since, view->maintenance ? "true" : "false");
    for (size_t i = 0; i < view->plan->count; i++) {
        list_separator(out, i);
        encode_check(view, i, out);
    }
    encode_shown_rule_alerts(view, out);
    buf_printf(out, "],\"rules_left_out\":%zu}", rules_count_alerts_without_incident(&view->rules));
}

void check_points_encode(const struct trend_point *points, size_t count, struct buf *out)
{
    list_begin(out);
    for (size_t i = 0; i < count; i++) {
        list_separator(out, i);
        fields_encode(&point_fields, &points[i], false, out);
    }
    buf_text(out, "],\"next_cursor\":null}");
}
