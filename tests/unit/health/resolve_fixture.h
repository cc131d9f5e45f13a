// SPDX-License-Identifier: MIT
/* Checks that depend on each other, their probes, and the resulting incidents. */
#pragma once

#include <check.h>

#include "status/verdict.h"
#include "unit/health/plan_text.h"

enum { S = 1000 * 1000, CHECKS = 8, SILENCES = 2 };

extern struct plan plan;
extern struct verdict_state states[CHECKS];
extern struct check_verdict verdicts[CHECKS];
extern struct verdict_context context;
extern struct silence_match silences[SILENCES];
extern size_t silence_count;
extern enum level open[CHECKS]; /* open incidents */
extern char changes[200];       /* changes, as "+postgres !postgres -postgres" */

void begin(void);
void end(void);
/* At most CHECKS. */
void plan_from(const char *text);
void resolve(void);
void probe(size_t i, const struct probe_result *result, int64_t ended_us);
