// SPDX-License-Identifier: MIT
#include "report/report_text.h"

#include <math.h>
#include <time.h>

#include "base/now.h"
#include "base/parse.h"

#include "i18n/i18n.h"

enum { PIECE_MAX = 160 }; /* bytes of a title, a reason or another text that is quoted */

/* --- when, and for which day --- */

bool report_parse_time(const char *text, int *minute_of_day)
{
    if (text[0] == '\0') {
        *minute_of_day = REPORT_NEVER;
        return true;
    }
    return parse_time_of_day(slice_of(text), minute_of_day);
}

static struct tm local_time_of(int64_t at_us)
{
    const time_t at = at_us / US_PER_S;
    struct tm wall = {0};

    (void)!localtime_r(&at, &wall);
    return wall;
}

bool report_is_due(int at_min, int64_t now_us)
{
    const struct tm wall = local_time_of(now_us);
    const int minute = wall.tm_hour * 60 + wall.tm_min;

    return at_min != REPORT_NEVER && minute >= at_min && minute < at_min + REPORT_LATE_MIN;
}

static int64_t midnight_of_day_us(const struct tm *day, int days_later)
{
    struct tm wall = {.tm_year = day->tm_year,
                      .tm_mon = day->tm_mon,
                      .tm_mday = day->tm_mday + days_later,
                      .tm_isdst = -1};

    return (int64_t)mktime(&wall) * US_PER_S;
}

struct report_day report_day_if_sent_at(int64_t now_us)
{
    const struct tm wall = local_time_of(now_us);

    return (struct report_day){
        .day = ((wall.tm_year + 1900) * 100 + wall.tm_mon + 1) * 100 + wall.tm_mday,
        .from_us = midnight_of_day_us(&wall, -1),
        .to_us = midnight_of_day_us(&wall, 0),
    };
}

/* --- lines --- */

/* Writes at most PIECE_MAX bytes of the text, with control characters replaced by spaces. */
static void put_truncated_text(struct buf *out, const char *text)
{
    const size_t len = slice_prefix_len(slice_of(text), PIECE_MAX);

    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < ' ')
            buf_char(out, ' ');
        else
            buf_char(out, text[i]);
    }
    if (text[len] != '\0')
        buf_text(out, "…");
}

/* A list of the report. Lines beyond REPORT_LINES_MAX are only counted. */
struct list {
    struct buf *out;
    const char *heading; /* written before the first line; NULL: none */
    size_t count;
};

/* Counts a line and begins it with a title. False: the list is full, and the line must not be
 * written. */
static bool list_begin_line(struct list *list, const char *title)
{
    if (list->count == 0 && list->heading != NULL)
        buf_text(list->out, list->heading);
    if (++list->count > REPORT_LINES_MAX)
        return false;
    buf_text(list->out, "• ");
    put_truncated_text(list->out, title);
    return true;
}

static void list_put_omitted_count(const struct list *list)
{
    if (list->count > REPORT_LINES_MAX)
        buf_printf(list->out, "• и ещё %zu\n", list->count - REPORT_LINES_MAX);
}

static void put_day_and_month(struct buf *out, int64_t at_us)
{
    const struct tm wall = local_time_of(at_us);

    buf_printf(out, "%02d.%02d", wall.tm_mday, wall.tm_mon + 1);
}

static const char *const states[] = {[VERDICT_UNKNOWN] = "ещё проверяем",
                                     [VERDICT_GREEN] = "всё работает",
                                     [VERDICT_YELLOW] = "работает, есть замечания",
                                     [VERDICT_RED] = "есть сбой"};

void report_write_subject(const struct report_story *story, struct buf *out)
{
    buf_text(out, "Утро ");
    put_day_and_month(out, story->view->now_us);
    if (story->view->plan->server != NULL && story->view->plan->server[0] != '\0') {
        buf_text(out, ", ");
        put_truncated_text(out, story->view->plan->server);
    }
    buf_printf(out, ": %s", states[story->view->overall]);
}

/* --- the present status --- */

/* Adds a line unless the check or the alert of Prometheus is good. */
static void put_status_unless_good(struct list *list, const char *title, enum verdict verdict)
{
    if (verdict != VERDICT_GREEN && verdict != VERDICT_UNKNOWN && list_begin_line(list, title))
        buf_printf(list->out, ": %s\n", i18n_verdict(verdict, LANGUAGE_RU));
}

static void put_current_status(const struct report_story *story, struct buf *out)
{
    const struct monitor_view *view = story->view;
    struct list list = {.out = out};

    buf_printf(out, "Сейчас %s", states[view->overall]);
    if (view->overall_since_us != 0) {
        buf_text(out, ", с ");
        i18n_put_time(view->overall_since_us, view->now_us, out);
    }
    buf_char(out, '\n');
    for (size_t i = 0; i < view->plan->count; i++)
        if (view->plan->checks[i].counted)
            put_status_unless_good(&list, i18n_title(&view->plan->checks[i], LANGUAGE_RU),
                                   view->verdicts[i].verdict);
    for (size_t i = 0; i < view->rules.used; i++)
        if (view->rules.alerts[i].until_us != 0)
            put_status_unless_good(&list, incident_display_name(&view->rules.alerts[i].incident),
                                   view->rules.alerts[i].verdict);
    list_put_omitted_count(&list);
}

/* --- the previous day --- */

static void put_checks_with_downtime(const struct report_story *story, struct buf *out)
{
    const struct plan *plan = story->view->plan;
    struct list list = {.out = out, .heading = "Были перебои:\n"};
    size_t known = 0;

    if (story->uptimes == NULL) {
        buf_text(out, "Сколько что работало, неизвестно: история недоступна\n");
        return;
    }
    for (size_t i = 0; i < plan->count; i++) {
        const float up = story->uptimes[i].up;

        if (isnan(up))
            continue;
        known++;
        if (up >= 1 || !list_begin_line(&list, i18n_title(&plan->checks[i], LANGUAGE_RU)))
            continue;
        buf_text(out, ": ");
        i18n_put_percent(up, LANGUAGE_RU, out);
        buf_char(out, '\n');
    }
    list_put_omitted_count(&list);
    if (list.count == 0)
        buf_text(out, known > 0 ? "Всё работало весь день\n" : "Проверок не было\n");
}

static void put_incident(const struct report_story *story, const struct incident *incident,
                         struct list *list)
{
    struct buf *out = list->out;
    const struct monitor_view *view = story->view;
    const struct check *check = plan_find(view->plan, slice_of(incident->check));

    if (!list_begin_line(list, check != NULL ? i18n_title(check, LANGUAGE_RU)
                                             : incident_display_name(incident)))
        return;
    buf_text(out, incident->level == LEVEL_RED ? ": сбой с " : ": предупреждение с ");
    i18n_put_time(incident->started_us, story->day.to_us - 1, out);
    if (incident->ended_us != 0) {
        buf_text(out, ", длилось ");
        i18n_put_duration(incident->ended_us - incident->started_us, LANGUAGE_RU, out);
    } else {
        buf_text(out, ", длится уже ");
        i18n_put_duration(view->now_us - incident->started_us, LANGUAGE_RU, out);
    }
    buf_text(out, ", ");
    if (incident->acked_by[0] != '\0') {
        buf_text(out, "принял ");
        put_truncated_text(out, incident->acked_by);
    } else {
        buf_text(out, "никто не принял");
    }
    buf_char(out, '\n');
}

static void put_incidents(const struct report_story *story, struct buf *out)
{
    struct list list = {.out = out};

    if (story->incident_count == 0) {
        buf_text(out, "Сбоев и предупреждений не было\n");
        return;
    }
    buf_printf(out, "Сбоев и предупреждений: %zu\n", story->incident_count);
    for (size_t i = 0; i < story->incident_count; i++)
        put_incident(story, &story->incidents[i], &list);
    list_put_omitted_count(&list);
}

static void put_p95_latencies(const struct report_story *story, struct buf *out)
{
    const struct plan *plan = story->view->plan;
    struct list list = {.out = out, .heading = "95 % проб отвечали не дольше:\n"};

    for (size_t i = 0; story->uptimes != NULL && i < plan->count; i++)
        if (!isnan(story->uptimes[i].p95_ms) &&
            list_begin_line(&list, i18n_title(&plan->checks[i], LANGUAGE_RU)))
            buf_printf(out, ": %.0f мс\n", (double)ceilf(story->uptimes[i].p95_ms));
    list_put_omitted_count(&list);
}

/* --- the worst readings --- */

/* Adds a line with the worst of the last readings of a measure, and the title of its check. */
static void put_worst_reading(const struct report_story *story, enum measure measure,
                              struct list *list)
{
    struct buf *out = list->out;
    const struct monitor_view *view = story->view;
    const bool lower = measure_kinds[measure].lower_is_worse;
    const struct reading *worst = NULL;
    size_t of = 0;

    for (size_t i = 0; i < view->plan->count; i++) {
        const struct probe_result *last = &view->states[i].last;

        for (size_t k = 0; k < last->reading_count; k++) {
            const struct reading *one = &last->readings[k];

            if (one->measure != measure || (worst != NULL && (lower ? one->value >= worst->value
                                                                    : one->value <= worst->value)))
                continue;
            worst = one;
            of = i;
        }
    }
    if (worst == NULL)
        return;
    const struct probe_result why = {.readings = {*worst}, .reading_count = 1};

    if (!list_begin_line(list, i18n_title(&view->plan->checks[of], LANGUAGE_RU)))
        return;
    buf_text(out, ": ");
    i18n_put_problem(NULL, &why, LANGUAGE_RU, out);
    buf_char(out, '\n');
}

static void put_silences(const struct report_story *story, struct buf *out)
{
    const struct monitor_view *view = story->view;
    struct list list = {.out = out, .heading = "\nНе оповещаем\n"};

    for (size_t i = 0; i < view->silence_count; i++) {
        const struct silence *silence = &view->silences[i];
        const bool all = silence->match[0] == '*' && silence->match[1] == '\0';

        if (silence->until_us <= view->now_us ||
            !list_begin_line(&list, all ? "обо всём (работы)" : silence->match))
            continue;
        buf_text(out, " до ");
        i18n_put_time(silence->until_us, view->now_us, out);
        if (silence->reason[0] != '\0') {
            buf_text(out, ", ");
            put_truncated_text(out, silence->reason);
        }
        buf_char(out, '\n');
    }
    list_put_omitted_count(&list);
}

void report_write_text(const struct report_story *story, struct buf *out)
{
    static const enum measure extremes[] = {MEASURE_error_percent, MEASURE_certificate_days,
                                            MEASURE_disk_free_percent};
    struct list worst = {.out = out, .heading = "\nОбратите внимание\n"};

    put_current_status(story, out);
    buf_text(out, "\nВчера, ");
    put_day_and_month(out, story->day.from_us);
    buf_char(out, '\n');
    put_checks_with_downtime(story, out);
    put_incidents(story, out);
    put_p95_latencies(story, out);
    if (story->missed > 0)
        buf_printf(out, "История пропустила замеров: %lld\n", (long long)story->missed);
    for (size_t i = 0; i < ARRAY_LEN(extremes); i++)
        put_worst_reading(story, extremes[i], &worst);
    put_silences(story, out);
    if (story->public_url[0] != '\0') {
        buf_text(out, "\nСтраница: ");
        put_truncated_text(out, story->public_url);
        buf_char(out, '\n');
    }
}
