// SPDX-License-Identifier: MIT
/* Small pictures as SVG, each with its words for those who do not see it. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "page/page_label.h"
#include "storage/history.h"

/* A bar for each of TREND_DAYS. Good days are high, bad ones low and of another colour. Days of one
 * kind that follow each other are one dashed line, so that most pictures are some 200 bytes. */
void chart_days(const struct trend *trend, enum language language, struct buf *out);
/* The means of the last two hours. Nothing where none is known. */
void chart_latency(const struct trend *trend, enum language language, struct buf *out);
/* "99,98 %", never rounded up; "нет данных" where it is NAN. */
void chart_share(float share, enum language language, struct buf *out);
