// SPDX-License-Identifier: MIT
/* Which of several dependent checks is the cause, and whether it has one incident. The verdict of
 * each check is shown as one sign. */
#include "support/test.h"
#include "unit/health/resolve_fixture.h"

/* Probes checks a, b, c: "ag br", at one second. */
static void probes(const char *list, int64_t at_s)
{
    for (; list[0] != '\0'; list += list[2] == ' ' ? 3 : 2) {
        const size_t i = (size_t)(list[0] - 'a');
        const struct probe_result result = {
            .trouble = list[1] == 'r' ? TROUBLE_REFUSED : TROUBLE_NONE,
            .readings = {{MEASURE_latency_ms, list[1] == 'y' ? 700 : 1}},
            .reading_count = 1,
            .began_us = at_s * S};
        probe(i, &result, at_s * S + S / 10);
    }
}

static const char *shown(void)
{
    static char signs[CHECKS + 1];

    for (size_t i = 0; i < plan.count; i++)
        signs[i] = "?gyras"[verdicts[i].verdict];
    signs[plan.count] = '\0';
    return signs;
}

/* As many of the first checks as there are signs. */
#define ck_shown(signs) ck_assert_msg(strncmp(shown(), (signs), strlen(signs)) == 0, "%s", shown())

static void probes_show(const char *list, int64_t at_s, const char *signs)
{
    probes(list, at_s);
    ck_assert_msg(strncmp(shown(), signs, strlen(signs)) == 0, "%s after %s at %d", shown(), list,
                  (int)at_s);
}

/* c needs b, b needs a; d is independent. */
static void begin_chain(void)
{
    begin();
    plan_from("server: s\nchecks:\n"
              " - {name: a, kind: tcp, target: 'a:1'}\n"
              " - {name: b, kind: tcp, target: 'a:1', needs: [a]}\n"
              " - {name: c, kind: tcp, target: 'a:1', needs: [b]}\n"
              " - {name: d, kind: tcp, target: 'a:1'}\n");
    probes_show("ag bg cg dg", 1000, "gggg");
}

TEST_CASE("resolve", .setup = begin_chain, .teardown = end);

TEST(dependent_of_bad_check_is_affected)
{
    probes_show("ar br cr dg", 1010, "gggg");
    probes_show("ar br cr dg", 1020, "raag");
    ck_assert_uint_eq(verdicts[2].cause, 0);
    ck_assert_uint_eq(verdicts[1].cause, 0);
    ck_assert_uint_eq(verdicts[0].cause, 0);
    ck_assert_int_eq(verdicts[0].since_us, 1010 * (int64_t)S);
    probes("ag bg cg", 1030);
    probes_show("ag bg cg", 1040, "gggg");
    ck_assert_str_eq(changes, "+a -a");
}

TEST(check_waits_for_its_dependencies)
{
    probes("cr", 1009);
    probes("cr", 1019);
    ck_assert_msg(states[2].level == LEVEL_RED, "it has failed independently");
    ck_shown("gggg");
    probes_show("bg", 1020, "gggg");
    probes_show("ag", 1021, "ggrg");
    ck_assert_str_eq(changes, "+c");
    ck_assert_int_eq(verdicts[2].since_us, 1009 * (int64_t)S);
}

TEST(check_waits_for_a_failing_dependency)
{
    probes("br", 1009);
    probes_show("br ar", 1019, "gggg");
    probes_show("br", 1028, "gggg");
    probes_show("ar", 1029, "ragg");
    ck_assert_str_eq(changes, "+a");
}

TEST(hanging_dependency_delays_only_for_a_time)
{
    for (int64_t at_s = 1005; at_s <= 1035; at_s += 10)
        probes("br", at_s);
    ck_assert_int_eq(verdicts[1].verdict, VERDICT_GREEN);
    probes("br", 1045);
    ck_assert_int_eq(verdicts[1].verdict, VERDICT_RED);
    ck_assert_str_eq(changes, "+b");
}

TEST(clock_set_back_delays_only_for_a_time)
{
    int waited = 0;

    probes("br", 1005);
    probes("br", 1015);
    for (int64_t at_s = 15; verdicts[1].verdict != VERDICT_RED; at_s += 10, waited++) {
        probes("br ag", at_s);
        ck_assert_int_lt(waited, 6);
    }
    ck_assert_str_eq(changes, "+b");
}

TEST(check_that_stays_bad_becomes_a_cause)
{
    probes("ar br cr", 1010);
    probes("ar br cr", 1020);
    probes("ag br cr", 1030);
    probes("ag br cr", 1040);
    probes_show("ag br cr", 1050, "gaa");
    ck_assert_uint_eq(verdicts[1].cause, 0);
    ck_assert_msg(verdicts[2].cause == 0, "not b, which is explained");
    probes_show("ag br cr", 1060, "gra");
    ck_assert_uint_eq(verdicts[2].cause, 1);
    ck_assert_str_eq(changes, "+a -a +b");
}

TEST(cause_that_recovers_first_is_remembered)
{
    probes("ar", 1010);
    probes("ar", 1020);
    probes("br", 1021);
    probes("ag", 1030);
    probes("ag", 1040);
    probes_show("br", 1041, "ga");
    probes("bg", 1051);
    probes_show("bg", 1061, "gg");
    ck_assert_str_eq(changes, "+a -a");
}

TEST(yellow_does_not_explain_red)
{
    for (int64_t at_s = 1010; at_s < 1050; at_s += 10)
        probes("ay bg cg", at_s);
    ck_shown("ygg");
    probes("ay by cr", 1050);
    probes_show("ay by cr", 1060, "yar");
    ck_assert_str_eq(changes, "+a +c");
    probes("ar br cr", 1070);
    probes_show("ar br cr", 1080, "raa");
    ck_assert_str_eq(changes, "+a +c !a");
    probes("ag bg cg", 1090);
    probes("ag bg cg", 1100);
    ck_assert_str_eq(changes, "+a +c !a -a -c");
}

TEST(check_worse_than_its_cause_is_a_cause)
{
    probes("ay by", 1010);
    probes_show("ay by", 1020, "ya");
    probes_show("ag br", 1030, "ya");
    probes_show("ag br", 1040, "gr");
    ck_assert_str_eq(changes, "+a -a +b");
}

TEST(worsened_check_waits_again)
{
    probes("bg by", 1010);
    probes_show("by ag", 1020, "gy");
    probes("br", 1030);
    probes_show("br", 1040, "gy");
    probes("ar", 1041);
    probes("br", 1050);
    probes_show("ar", 1051, "ra");
    ck_assert_str_eq(changes, "+b +a");
}

TEST(silenced_check_has_no_incident)
{
    silences[0] = (struct silence_match){"a", 1035 * (int64_t)S};
    silences[1] = (struct silence_match){"", INT64_MAX};
    silence_count = 2;
    probes("ar br cg dg", 1010);
    probes_show("ar br cg dg", 1020, "sa");
    ck_assert_str_eq(changes, "");
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_GREEN);
    probes("ar br", 1030);
    probes_show("ar br", 1040, "ra");
    ck_assert_str_eq(changes, "+a");
    silences[0] = (struct silence_match){"*", INT64_MAX};
    resolve();
    ck_shown("sa");
    probes("ag bg", 1050);
    probes("ag bg", 1060);
    ck_assert_str_eq(changes, "+a -a");
}

TEST(stalled_probe_is_unknown)
{
    context.now_us = 1033 * (int64_t)S;
    resolve();
    ck_shown("gggg");
    context.now_us = 1033 * (int64_t)S + 1;
    resolve();
    ck_shown("????");
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_UNKNOWN);
    probes_show("ag bg cg dr", 1050, "gggg");
    ck_assert_str_eq(changes, "");
}

TEST(dependency_of_new_bad_check_needs_a_probe)
{
    ck_assert(!verdict_awaits_probe_of(&plan, states, 0));
    probes("cr", 1005);
    ck_assert(verdict_awaits_probe_of(&plan, states, 0) &&
              verdict_awaits_probe_of(&plan, states, 1));
    ck_assert(!verdict_awaits_probe_of(&plan, states, 2) &&
              !verdict_awaits_probe_of(&plan, states, 3));
    probes("ag", 1007);
    ck_assert(!verdict_awaits_probe_of(&plan, states, 0) &&
              verdict_awaits_probe_of(&plan, states, 1));
    probes("br", 1006);
    ck_assert(!verdict_awaits_probe_of(&plan, states, 1));
    ck_assert_msg(!verdict_awaits_probe_of(&plan, states, 0), "it was probed after b");
    probes("br", 1016);
    ck_assert(!verdict_awaits_probe_of(&plan, states, 1));
}

/* --- other plans --- */

TEST_CASE("resolve_plans", .setup = begin, .teardown = end);

TEST(slowly_failing_dependency_is_waited_for)
{
    plan_from("server: s\nchecks:\n"
              " - {name: a, kind: tcp, target: 'a:1', bad: 5}\n"
              " - {name: b, kind: tcp, target: 'a:1', needs: [a]}\n");
    for (int64_t at_s = 1010; at_s < 1050; at_s += 10)
        probes("br ar", at_s);
    ck_shown("??");
    probes_show("br ar", 1050, "ra");
    ck_assert_str_eq(changes, "+a");
}

TEST(uncounted_check_explains_nothing)
{
    plan_from("server: s\nchecks:\n"
              " - {name: a, kind: tcp, target: 'a:1', counted: false}\n"
              " - {name: b, kind: tcp, target: 'a:1', needs: [a, c]}\n"
              " - {name: c, kind: tcp, target: 'a:1', server: other}\n");
    probes("ar br", 1010);
    probes_show("ar br", 1020, "rr?");
    ck_assert_str_eq(changes, "+b");
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_RED);
    probes("bg", 1030);
    probes("bg", 1040);
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_GREEN);
}

TEST(awaited_check_does_not_affect_the_overall_status)
{
    plan_from("server: s\nchecks:\n"
              " - {name: a, kind: tcp, target: 'a:1'}\n"
              " - {name: b, kind: heartbeat, interval: 10s, optional: true}\n");
    probes_show("ag", 1010, "g?");
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_GREEN);
    probes("br", 1020);
    probes_show("ag br", 1030, "gr");
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_RED);
}

static const struct {
    const char *match;
    bool silenced;
} matches[] = {
    {"notes-api",  true },
    {"notes-*",    true },
    {"*",          true },
    {"notes-api*", true },
    {"notes",      false},
    {"notess*",    false},
    {"notes-api2", false},
    {"",           false}
};

TEST_ROWS(silence_matches_name_or_prefix, matches)
{
    plan_from("{server: s, checks: [{name: notes-api, kind: tcp, target: 'a:1'}]}");
    silences[0] = (struct silence_match){row->match, INT64_MAX};
    silence_count = 1;
    probes("ar", 1010);
    probes("ar", 1020);
    ck_shown(row->silenced ? "s" : "r");
}
