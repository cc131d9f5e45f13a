// SPDX-License-Identifier: MIT
#include "page/chart.h"

#include <math.h>

#include "i18n/i18n.h"

/* Width of a day in units of the SVG: a bar of 2 and a gap of 1, as in the dashes of page.css. */
enum { DAY_WIDTH = 3, LATENCY_HEIGHT = 20, GAP = -1 /* y of a point without samples */ };

/* A class of days, drawn as bars of the same height. `letter` is the class in page.css, which sets
 * the height; y is the middle of the bar. */
static const struct day_kind {
    float least; /* minimum share of good time */
    const char *letter, *y;
} day_kinds[] = {
    {0.999F, "g", "8" },
    {0.99F,  "y", "10"},
    {0.0F,   "r", "12"},
};
enum { DAY_KINDS = 3, DAY_BAD = 1 /* this kind or worse */, DAY_UNKNOWN = DAY_KINDS };

static size_t day_kind_of_share(float share)
{
    size_t kind = 0;

    if (isnan(share))
        return DAY_UNKNOWN;
    while (kind < DAY_KINDS - 1 && share < day_kinds[kind].least)
        kind++;
    return kind;
}

void chart_put_share(float share, enum language language, struct buf *out)
{
    if (isnan(share)) {
        buf_text(out, page_label(LABEL_NO_DATA, language));
        return;
    }
    i18n_put_percent(share, language, out);
}

static void put_days_of_kind(const uint8_t kinds[TREND_DAYS], size_t kind, struct buf *out)
{
    bool begun = false;

    for (size_t i = 0; i < TREND_DAYS; i++) {
        if (kinds[i] != kind)
            continue;
        const size_t from = i;
        while (i + 1 < TREND_DAYS && kinds[i + 1] == kind)
            i++;
        if (!begun)
            buf_printf(out, "<path class=\"%s\" d=\"", day_kinds[kind].letter);
        begun = true;
        buf_char(out, 'M');
        buf_u64(out, from * DAY_WIDTH);
        buf_char(out, ' ');
        buf_text(out, day_kinds[kind].y);
        buf_char(out, 'H');
        buf_u64(out, (i + 1) * DAY_WIDTH);
    }
    if (begun)
        buf_text(out, "\"/>");
}

void chart_put_uptime_days(const struct trend *trend, enum language language, struct buf *out)
{
    uint8_t kinds[TREND_DAYS];
    float sum = 0;
    int known = 0, bad = 0;

    for (size_t i = 0; i < TREND_DAYS; i++) {
        kinds[i] = (uint8_t)day_kind_of_share(trend->days[i]);
        if (kinds[i] == DAY_UNKNOWN)
            continue;
        sum += trend->days[i];
        known++;
        bad += kinds[i] >= DAY_BAD;
    }
    buf_printf(
        out,
        "<svg class=\"days\" viewBox=\"0 0 %d 16\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"%s%d%s%d: ",
        TREND_DAYS * DAY_WIDTH - 1, page_label(LABEL_UPTIME, language), known,
        page_label(LABEL_OF, language), TREND_DAYS);
    chart_put_share(known > 0 ? sum / (float)known : NAN, language, out);
    if (bad > 0)
        buf_printf(out, "%s%d", page_label(LABEL_BAD_DAYS, language), bad);
    buf_printf(out, "\"><path class=\"n\" d=\"M0 15.5H%d\"/>", TREND_DAYS * DAY_WIDTH);
    for (size_t kind = 0; kind < DAY_KINDS; kind++)
        put_days_of_kind(kinds, kind, out);
    buf_text(out, "</svg>");
}

/* Draws a line from point `at` to the last point before the next gap, and returns the index of the
 * gap. To keep the page small, consecutive points on a straight line are drawn as one step. */
static size_t put_latency_line(const int y[TREND_POINTS], size_t at, struct buf *out)
{
    char separator = 'l';

    buf_char(out, 'M');
    buf_u64(out, at);
    buf_char(out, ' ');
    buf_i64(out, y[at]);
    while (at + 1 < TREND_POINTS && y[at + 1] != GAP) {
        const size_t from = at;
        const int down = y[at + 1] - y[at];
        while (at + 1 < TREND_POINTS && y[at + 1] != GAP && y[at + 1] - y[at] == down)
            at++;
        buf_char(out, separator);
        buf_u64(out, at - from);
        if (y[at] >= y[from])
            buf_char(out, ' ');
        buf_i64(out, y[at] - y[from]);
        separator = ' ';
    }
    return at + 1;
}

void chart_put_latency(const struct trend *trend, enum language language, struct buf *out)
{
    float most = 0, least = INFINITY;

    for (size_t i = 0; i < TREND_POINTS; i++) {
        most = fmaxf(most, trend->latency_ms[i]); /* fmaxf() ignores NAN */
        least = fminf(least, trend->latency_ms[i]);
    }
    if (!isfinite(most) || !isfinite(least))
        return;
    buf_printf(out,
               "<svg class=\"line\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
               "role=\"img\" aria-label=\"%s%.0f–%.0f\"><path d=\"",
               TREND_POINTS - 1, LATENCY_HEIGHT, page_label(LABEL_LATENCY, language),
               (double)ceilf(least), (double)ceilf(most));
    /* The full height is at least 1 ms, so that variations far below 1 ms look small. */
    const float scale = (LATENCY_HEIGHT - 2) / fmaxf(most, 1);
    int y[TREND_POINTS];
    for (size_t i = 0; i < TREND_POINTS; i++) {
        const float value = trend->latency_ms[i];
        y[i] = isnan(value) ? GAP : LATENCY_HEIGHT - 1 - (int)(fmaxf(value, 0) * scale);
    }
    for (size_t at = 0; at < TREND_POINTS;)
        at = y[at] == GAP ? at + 1 : put_latency_line(y, at, out);
    buf_text(out, "\"/></svg>");
}
