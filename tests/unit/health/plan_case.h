// SPDX-License-Identifier: MIT
/* The plan that a test reads, its mistakes, and the variables that the texts use. */
#pragma once

#include "unit/health/plan_text.h"

static struct plan plan;
static char *messages;

static inline void plan_case_begin(void)
{
    setenv("PLAN_HOST", "db.tapbot.kz", 1);
    setenv("PLAN_EMPTY", "", 1);
    setenv("PLAN_SECRET", "hush hush\n", 1);
    unsetenv("PLAN_ABSENT");
    unsetenv("NOTES_HOST");
    plan = (struct plan){0};
    messages = NULL;
}

static inline void plan_case_end(void)
{
    plan_finish(&plan);
    free(messages);
}
