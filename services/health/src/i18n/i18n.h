// SPDX-License-Identifier: MIT
/* What page and alerts say of checks, in the languages of people: sentences of troubles, measures
 * and verdicts, and what to do. One table each, in words.c and runbook.c. All texts are plain, not
 * escaped for HTML. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "config/check.h"
#include "config/probe_result.h"
#include "status/verdict.h"

/* The check's title, or its name. */
const char *i18n_title(const struct check *check, enum language language);
/* One or two words: "работает", "не работает". */
const char *i18n_verdict(enum verdict verdict, enum language language);
/* One sentence without a full stop: what is wrong, with how bad: "соединений 46, красная граница
 * 45". Where the border of several measures is passed, the first that is red, else the first that
 * is yellow. `check` NULL (no longer in the plan): the first reading, without a border. */
void i18n_problem(const struct check *check, const struct probe_result *why, enum language language,
                  struct buf *out);
/* "12 с", "3 мин", "2 ч 5 мин", "4 дня", "12 дней". Negative: 0. */
void i18n_duration(int64_t us, enum language language, struct buf *out);
/* A share of time, 0 to 1: "99,98 %", "100 %". Never rounded up. */
void i18n_percent(float share, enum language language, struct buf *out);
/* "14:05" of the day that `now_us` lies in, else "21.11 14:05", of another year "21.11.2025 14:05".
 * In the zone of the process, TZ, which tzset() has read. */
void i18n_time(int64_t at_us, int64_t now_us, struct buf *out);
/* The day alone, of today the time: "20.11", "13:58". */
void i18n_date(int64_t at_us, int64_t now_us, struct buf *out);

/* What is to be done about a check that is red: docs/runbook.md has a section for each, with the
 * same commands; a test compares them. */
enum { RUNBOOK_COMMANDS = 3 };
struct runbook {
    const char *slug;
    const char *advice[3];                  /* in the order of enum language; one sentence */
    const char *commands[RUNBOOK_COMMANDS]; /* ${name}: the check's name */
};
extern const struct runbook runbooks[];
extern const size_t runbook_count;
/* NULL: there is none; configuration that names it is refused. */
const struct runbook *runbook_find(const char *slug);
/* The check's section: what its `runbook` names; where that is only its kind, the section that
 * bears its own name is nearer, if there is one. NULL: there is none. */
const struct runbook *runbook_of(const struct check *check);
/* Command `index` of the check's section, with its name in place of ${name}. No section: nothing.
 */
void runbook_command(const struct check *check, int index, struct buf *out);
