// SPDX-License-Identifier: MIT
#include "unit/health/resolve_fixture.h"

struct plan plan;
struct verdict_state states[CHECKS];
struct check_verdict verdicts[CHECKS];
struct verdict_context context;
struct silence_match silences[SILENCES];
size_t silence_count;
enum level open[CHECKS];
char changes[200];

void begin(void)
{
    memset(states, 0, sizeof states);
    memset(verdicts, 0, sizeof verdicts);
    memset(open, 0, sizeof open);
    context = (struct verdict_context){0};
    silence_count = 0;
    changes[0] = '\0';
}

void end(void)
{
    plan_finish(&plan);
}

void plan_from(const char *text)
{
    char *mistakes = NULL;

    ck_assert_msg(plan_of(text, &plan, &mistakes), "%s", mistakes);
    ck_assert_uint_le(plan.count, CHECKS);
    free(mistakes);
}

static void tell(size_t i)
{
    const enum verdict_change change =
        verdict_incident_change(&plan.checks[i], open[i], false, &verdicts[i]);
    const size_t len = strlen(changes);

    if (change == CHANGE_NONE)
        return;
    snprintf(changes + len, sizeof changes - len, "%s%c%s", len > 0 ? " " : "", " +!-"[change],
             plan.checks[i].name);
    open[i] = change == CHANGE_END                 ? LEVEL_UNKNOWN
              : verdicts[i].verdict == VERDICT_RED ? LEVEL_RED
                                                   : LEVEL_YELLOW;
}

void resolve(void)
{
    verdicts_resolve(&plan, states, silences, silence_count, &context, verdicts);
    for (size_t i = 0; i < plan.count; i++)
        tell(i);
}

void probe(size_t i, const struct probe_result *result, int64_t ended_us)
{
    context.now_us = ended_us;
    verdict_apply_result(&plan.checks[i], &states[i], result, &context);
    resolve();
}
