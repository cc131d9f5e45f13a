// SPDX-License-Identifier: MIT
/* Writes the list of all checks: status, latency and uptime. */
#include <math.h>

#include "i18n/runbook.h"
#include "page/chart.h"
#include "page/page_private.h"

/* Writes the uptime of a day, a week, a month and a year. The first of these spans that begins
 * before the known time is replaced by the known time, with its start; longer spans are omitted. */
static void put_uptimes(const struct page *page, const struct trend *trend)
{
    const int64_t now_us = page->view->now_us;

    const struct {
        enum page_label label;
        float share;
        int64_t unit_us, units; /* unit and number of units, as in history_read_trends() */
    } spans[] = {
        {LABEL_DAY,   trend->day,   HISTORY_HOUR_US, 25 },
        {LABEL_WEEK,  trend->week,  HISTORY_DAY_US,  7  },
        {LABEL_MONTH, trend->month, HISTORY_DAY_US,  30 },
        {LABEL_YEAR,  trend->year,  HISTORY_DAY_US,  365},
    };
    bool whole = true;

    for (size_t i = 0; whole && i < ARRAY_LEN(spans); i++) {
        const int64_t began_us =
            (now_us / spans[i].unit_us - spans[i].units + 1) * spans[i].unit_us;

        if (isnan(spans[i].share))
            continue;
        whole = trend->since_us <= began_us;
        buf_text(page->out, "<span>");
        if (whole) {
            page_put_label(page, spans[i].label);
        } else {
            page_put_label(page, LABEL_SINCE);
            i18n_put_date(trend->since_us, now_us, page->out);
        }
        buf_char(page->out, ' ');
        chart_put_share(whole ? spans[i].share : trend->year, page->language, page->out);
        buf_text(page->out, "</span> ");
    }
}

/* For an optional heartbeat that has no report, or whose last report has expired: writes this
 * problem and the command that sends a report. */
static void put_awaited_heartbeat(const struct page *page, size_t check_index)
{
    const struct check *check = &page->view->plan->checks[check_index];
    const bool any = page->view->states[check_index].last.reading_count > 0;
    const struct probe_result why = {.trouble = any ? TROUBLE_LATE : TROUBLE_AWAITED};
    char room[PAGE_SENTENCE_MAX];
    struct buf command = buf_over(room, sizeof room);

    runbook_write_command(check, 0, &command);
    buf_text(page->out, "<p class=\"reason\">");
    page_put_problem(page, check, &why);
    buf_text(page->out, ": <code>");
    html_put_escaped_slice(page->out, buf_as_slice(&command));
    buf_text(page->out, "</code></p>");
}

static void put_check_reason(const struct page *page, size_t check_index)
{
    const struct check_verdict *verdict = &page->view->verdicts[check_index];
    const struct check *checks = page->view->plan->checks;

    const bool caused = verdict->cause < page->view->plan->count && verdict->cause != check_index;

    if (!caused && verdict_awaits_heartbeat(&checks[check_index], verdict))
        put_awaited_heartbeat(page, check_index);
    if (verdict->verdict == VERDICT_GREEN || (verdict->verdict == VERDICT_UNKNOWN && !caused))
        return;
    buf_text(page->out, "<p class=\"reason\">");
    if (verdict->verdict == VERDICT_UNKNOWN || (verdict->verdict == VERDICT_AFFECTED && caused)) {
        page_put_label(page, LABEL_CAUSE);
        page_put_check_title(page, &checks[verdict->cause]);
    } else {
        page_put_problem(page, &checks[check_index], &page->view->states[check_index].present);
    }
    buf_text(page->out, "</p>");
}

/* True if the duration of the check's probe is the latency of a target. */
static bool has_latency(const struct check *check)
{
    return check->kind != CHECK_HOST && check->kind != CHECK_DISK && check->kind != CHECK_HEARTBEAT;
}

/* Writes a duration in seconds, below an hour with minutes and seconds: "6 мин 12 с". */
static void put_exact_duration(const struct page *page, double seconds)
{
    const int64_t us = (int64_t)seconds * US_PER_S, rest_us = us % (60 * US_PER_S);

    i18n_put_duration(us, page->language, page->out);
    if (us < HISTORY_HOUR_US && us > rest_us && rest_us > 0) {
        buf_char(page->out, ' ');
        i18n_put_duration(rest_us, page->language, page->out);
    }
}

/* Writes the last report of a heartbeat: "3 мин назад", "22.11 04:16, 6 мин 12 с, потеря 2 мин". */
static void put_last_heartbeat(const struct page *page, const struct probe_result *last)
{
    for (size_t i = 0; i < last->reading_count; i++) {
        const struct reading *reading = &last->readings[i];
        const int64_t at_us = last->began_us - (int64_t)(reading->value * (double)US_PER_S);

        if (reading->measure == MEASURE_heartbeat_took_s) {
            buf_text(page->out, ", ");
            put_exact_duration(page, reading->value);
        } else if (reading->measure == MEASURE_heartbeat_loss_s) {
            buf_text(page->out, ", ");
            page_put_label(page, LABEL_LOSS);
            put_exact_duration(page, reading->value);
        } else if (reading->measure != MEASURE_heartbeat_age_s) {
            buf_text(page->out, ", ");
            i18n_put_reading(reading, page->language, page->out);
        } else if (page->view->now_us - at_us < HISTORY_DAY_US) {
            i18n_put_duration(page->view->now_us - at_us, page->language, page->out);
            page_put_label(page, LABEL_AGO);
        } else {
            i18n_put_time(at_us, page->view->now_us, page->out);
        }
    }
}

static void put_check(const struct page *page, size_t check_index)
{
    const struct monitor_view *view = page->view;
    const struct check *check = &view->plan->checks[check_index];
    const enum verdict verdict = view->verdicts[check_index].verdict;
    const struct trend *trend = &view->trends[check_index];

    buf_text(page->out, "<li class=\"check\">");
    page_put_verdict_icon(page, verdict);
    buf_text(page->out, "<h3>");
    page_put_check_title(page, check);
    if (check->server[0] != '\0') {
        buf_text(page->out, " <small>");
        html_put_escaped(page->out, check->server);
        buf_text(page->out, "</small>");
    }
    buf_printf(page->out, "</h3><span class=\"state v-%s\">%s</span>", verdict_names[verdict],
               i18n_verdict(verdict, page->language));
    put_check_reason(page, check_index);
    buf_text(page->out, "<span class=\"took\">");
    if (view->states[check_index].probed_us > 0 && has_latency(check))
        buf_printf(
            page->out, "%s%lld%s", page_label(LABEL_ANSWERED, page->language),
            (long long)((view->states[check_index].last.took_us + US_PER_MS - 1) / US_PER_MS),
            page_label(LABEL_MS, page->language));
    if (check->kind == CHECK_HEARTBEAT)
        put_last_heartbeat(page, &view->states[check_index].last);
    buf_text(page->out, "</span>");
    chart_put_latency(trend, page->language, page->out);
    chart_put_uptime_days(trend, page->language, page->out);
    buf_text(page->out, "<p class=\"shares\">");
    put_uptimes(page, trend);
    buf_text(page->out, "</p></li>\n");
}

static void put_check_list(const struct page *page, bool counted, const char *heading_id,
                           enum page_label title)
{
    const struct monitor_view *view = page->view;

    if (page_count_checks(view, counted) == 0)
        return;
    buf_printf(page->out,
               "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>\n<ul class=\"checks\">\n",
               heading_id, heading_id, page_label(title, page->language));
    for (size_t i = 0; i < view->plan->count; i++)
        if (view->plan->checks[i].counted == counted)
            put_check(page, i);
    buf_text(page->out, "</ul></section>\n");
}

void page_put_checks(const struct page *page)
{
    put_check_list(page, true, "checks", LABEL_CHECKS);
    put_check_list(page, false, "apart", LABEL_APART);
}
