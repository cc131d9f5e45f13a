// SPDX-License-Identifier: MIT
/* What page and alerts say of checks, in the languages of people: sentences of troubles, measures
 * and verdicts, and what to do. One table each, in words.c and runbook.c. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "checks/check.h"
#include "checks/result.h"

/* The check's title, or its name. */
const char *words_title(const struct check *check, enum language language);
/* One sentence without a full stop: what is wrong, with how bad: "соединений 46 из 50, красная
 * граница 45". Plain text, not escaped for HTML. */
void words_wrong(const struct check *check, const struct probe_result *why, enum language language,
                 struct buf *out);
/* "12 с", "3 мин", "2 ч 5 мин", "4 дн." */
void words_span(int64_t us, enum language language, struct buf *out);

/* What is to be done about a check that is red: docs/runbook.md has a section for each, with the
 * same commands; a test compares them. */
enum { RUNBOOK_COMMANDS = 3 };
struct runbook {
    const char *slug;
    const char *advice[3];                  /* in the order of enum language; one sentence */
    const char *commands[RUNBOOK_COMMANDS]; /* ${name}: the check's name */
};
/* NULL: there is none; configuration that names it is refused. */
const struct runbook *runbook_find(const char *slug);
