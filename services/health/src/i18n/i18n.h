// SPDX-License-Identifier: MIT
/* Texts about checks for the page and alerts, in the three languages of enum language: verdicts,
 * troubles, measures, times and advice. Texts are plain, not escaped for HTML. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "config/check.h"
#include "config/probe_result.h"
#include "status/verdict.h"

/* The title of the check; if it has none, its name. */
const char *i18n_title(const struct check *check, enum language language);
/* The verdict in a few words: "работает", "не работает". */
const char *i18n_verdict(enum verdict verdict, enum language language);
/* Writes what is wrong, without a full stop: the trouble or, if there is none, the reading and the
 * threshold that threshold_find_exceeded() finds: "соединений 46, красная граница 45". If `check`
 * is NULL (no longer in the plan): the trouble or the first reading, without a threshold. In each
 * case the detail of the result follows, if it has one. */
void i18n_put_problem(const struct check *check, const struct probe_result *why,
                      enum language language, struct buf *out);
/* Writes a measure and its value: "соединений 46". */
void i18n_put_reading(const struct reading *reading, enum language language, struct buf *out);
/* Writes a duration: "12 с", "3 мин", "2 ч 5 мин", "4 дня", "12 дней". A negative one is 0. */
void i18n_put_duration(int64_t duration_us, enum language language, struct buf *out);
/* Writes a share of time, 0 to 1, as "99,98 %" or "100 %". Never rounds up. */
void i18n_put_percent(float share, enum language language, struct buf *out);
/* Writes the time `at_us` in the time zone of the process (TZ, after tzset()): "14:05" on the day
 * of `now_us`, "21.11 14:05" on another day, "21.11.2025 14:05" in another year. */
void i18n_put_time(int64_t at_us, int64_t now_us, struct buf *out);
/* Like i18n_put_time(), but on another day writes only the date: "20.11", "20.11.2025". */
void i18n_put_date(int64_t at_us, int64_t now_us, struct buf *out);
