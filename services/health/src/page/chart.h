// SPDX-License-Identifier: MIT
/* Small charts as SVG, each with a text alternative. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "page/page_label.h"
#include "storage/history.h"

/* A bar for each of TREND_DAYS. Good days are high; bad ones are low and in another colour.
 * Consecutive days of one kind are one dashed line, so most charts have about 200 bytes. */
void chart_days(const struct trend *trend, enum language language, struct buf *out);
/* The means of the last two hours. Nothing if none is known. */
void chart_latency(const struct trend *trend, enum language language, struct buf *out);
/* "99,98 %", never rounded up; "нет данных" for NAN. */
void chart_share(float share, enum language language, struct buf *out);
