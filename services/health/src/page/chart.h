// SPDX-License-Identifier: MIT
/* Small charts as SVG, each with a text alternative. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "page/page_label.h"
#include "storage/history.h"

/* Draws a bar for each of the last TREND_DAYS days. Good days are high; bad days are low and in
 * another colour. Consecutive days of one kind are one dashed line, so most charts have about 200
 * bytes. */
void chart_put_uptime_days(const struct trend *trend, enum language language, struct buf *out);
/* Draws the mean latencies of the last two hours; draws nothing if there are no samples. */
void chart_put_latency(const struct trend *trend, enum language language, struct buf *out);
/* Writes a share of time as "99,98 %", never rounded up; "нет данных" for NAN. */
void chart_put_share(float share, enum language language, struct buf *out);
