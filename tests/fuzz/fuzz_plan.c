// SPDX-License-Identifier: MIT
/* The configuration file of health's checks. An accepted file is within all limits; a refused one
 * has a mistake with its line; mistakes contain no value of the environment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/plan.h"
#include "fuzz.h"

static bool ends_with_nul(const char *text)
{
    return text != NULL && strlen(text) <= 4096;
}

static void try_check(const struct plan *plan, size_t i)
{
    const struct check *check = &plan->checks[i];
    size_t needs[CHECKS_MAX];

    PROMISE(check->name[0] != '\0' && strlen(check->name) <= CHECK_NAME_MAX);
    PROMISE(plan_find(plan, slice_of(check->name)) == check);
    PROMISE(check->kind < CHECK_KINDS && ends_with_nul(check->target));
    PROMISE(check->interval_ms >= CHECK_INTERVAL_MIN_MS &&
            check->interval_ms <= CHECK_INTERVAL_MAX_MS);
    PROMISE(check->timeout_ms > 0 && check->timeout_ms < check->interval_ms);
    PROMISE(check->bad_to_fail >= 1 && check->good_to_pass >= 1);
    PROMISE(check->limit_count <= CHECK_LIMITS_MAX && check->expect_count <= CHECK_EXPECT_MAX);
    PROMISE(ends_with_nul(check->server) && check->runbook[0] != '\0');
    const size_t count = plan_list_all_dependencies(plan, i, needs);
    for (size_t k = 0; k < count; k++)
        PROMISE(needs[k] != i && needs[k] < plan->count);
}

FUZZ(1)
{
    char *mistakes = NULL;
    size_t mistakes_len = 0;
    FILE *errors = open_memstream(&mistakes, &mistakes_len);
    struct plan plan;

    setenv("A", "canary 7", 1);
    const bool fine = plan_parse(input, "f.yaml", &plan, errors);
    fclose(errors);
    PROMISE(fine == (mistakes_len == 0));
    PROMISE(strstr(mistakes, "canary 7") == NULL ||
            memmem(input.at, input.len, "canary 7", strlen("canary 7")) != NULL);
    if (fine) {
        PROMISE(plan.count <= CHECKS_MAX); /* 0: `when` omits all */
        for (size_t i = 0; i < plan.count; i++)
            try_check(&plan, i);
        plan_finish(&plan);
    }
    free(mistakes);
}
