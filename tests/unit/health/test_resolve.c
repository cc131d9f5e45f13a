// SPDX-License-Identifier: MIT
/* Checks that need each other: which is the cause, and whether it is told once. Probes are written
 * as "name sign" at seconds; what follows is one sign for each check. */
#include <check.h>

#include "unit/base/suite.h"
#include "unit/health/plan_text.h"
#include "verdicts/verdict.h"

enum { S = 1000 * 1000, CHECKS = 8, SILENCES = 2 };

static struct plan plan;
static struct verdict_state states[CHECKS];
static struct verdict_of verdicts[CHECKS];
static struct verdict_times times;
static struct silence_of silences[SILENCES];
static size_t silence_count;
static enum level open[CHECKS];
static char told[200]; /* changes, as "+postgres -postgres" */

static void begin(void)
{
    memset(states, 0, sizeof states);
    memset(verdicts, 0, sizeof verdicts);
    memset(open, 0, sizeof open);
    times = (struct verdict_times){0};
    silence_count = 0;
    told[0] = '\0';
}

static void end(void)
{
    plan_finish(&plan);
}

static void plan_from(const char *text)
{
    char *mistakes = NULL;

    ck_assert_msg(plan_of(text, &plan, &mistakes), "%s", mistakes);
    ck_assert_uint_le(plan.count, CHECKS);
    free(mistakes);
}

static void tell(size_t i)
{
    const enum verdict_change change = verdict_change(&plan.checks[i], open[i], &verdicts[i]);
    const size_t len = strlen(told);

    if (change == CHANGE_NONE)
        return;
    snprintf(told + len, sizeof told - len, "%s%c%s", len > 0 ? " " : "", " +!-"[change],
             plan.checks[i].name);
    open[i] = change == CHANGE_END                 ? LEVEL_UNKNOWN
              : verdicts[i].verdict == VERDICT_RED ? LEVEL_RED
                                                   : LEVEL_YELLOW;
}

static void resolve(void)
{
    verdicts_resolve(&plan, states, silences, silence_count, &times, verdicts);
    for (size_t i = 0; i < plan.count; i++)
        tell(i);
}

static void probe(size_t i, bool bad, int64_t began_us, int64_t ended_us)
{
    const struct probe_result result = {.trouble = bad ? TROUBLE_REFUSED : TROUBLE_NONE,
                                        .began_us = began_us,
                                        .took_us = ended_us - began_us};

    times.now_us = ended_us;
    verdict_step(&plan.checks[i], &states[i], &result, &times);
    resolve();
}

/* Checks are called a, b, c: "ag br" at one second. */
static void probes(const char *list, int64_t at_s)
{
    for (; list[0] != '\0'; list += list[2] == ' ' ? 3 : 2) {
        const size_t i = (size_t)(list[0] - 'a');
        const struct probe_result result = {
            .trouble = list[1] == 'r' ? TROUBLE_REFUSED : TROUBLE_NONE,
            .readings = {{MEASURE_latency_ms, list[1] == 'y' ? 700 : 1}},
            .reading_count = 1,
            .began_us = at_s * S};
        times.now_us = at_s * S + S / 10;
        verdict_step(&plan.checks[i], &states[i], &result, &times);
        resolve();
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

/* a <- b <- c, and d by itself. */
static void chain(void)
{
    plan_from("server: s\nchecks:\n"
              " - {name: a, kind: tcp, target: 'a:1'}\n"
              " - {name: b, kind: tcp, target: 'a:1', needs: [a]}\n"
              " - {name: c, kind: tcp, target: 'a:1', needs: [b]}\n"
              " - {name: d, kind: tcp, target: 'a:1'}\n");
    probes("ag bg cg dg", 1000);
    ck_shown("gggg");
}

START_TEST(what_needs_a_bad_check_is_affected)
{
    chain();
    probes("ar br cr dg", 1010);
    ck_shown("gggg");
    probes("ar br cr dg", 1020);
    ck_shown("raag");
    ck_assert_uint_eq(verdicts[2].cause, 0);
    ck_assert_uint_eq(verdicts[1].cause, 0);
    ck_assert_uint_eq(verdicts[0].cause, 0);
    ck_assert_int_eq(verdicts[0].since_us, 1010 * (int64_t)S);
    probes("ag bg cg", 1030);
    probes("ag bg cg", 1040);
    ck_shown("gggg");
    ck_assert_str_eq(told, "+a -a");
}
END_TEST

START_TEST(a_check_waits_for_what_it_needs)
{
    chain();
    probes("cr", 1009);
    probes("cr", 1019);
    ck_assert_msg(states[2].level == LEVEL_RED, "it has failed by itself");
    ck_shown("gggg");
    probes("bg", 1020);
    ck_shown("gggg");
    probes("ag", 1021);
    ck_shown("ggrg");
    ck_assert_str_eq(told, "+c");
    ck_assert_int_eq(verdicts[2].since_us, 1009 * (int64_t)S);
}
END_TEST

START_TEST(a_check_waits_for_a_need_that_is_about_to_fail)
{
    chain();
    probes("br", 1009);
    probes("br ar", 1019);
    ck_shown("gggg");
    probes("br", 1028);
    ck_shown("gggg");
    probes("ar", 1029);
    ck_shown("ragg");
    ck_assert_str_eq(told, "+a");
}
END_TEST

START_TEST(a_need_that_fails_slowly_is_waited_for)
{
    plan_from("server: s\nchecks:\n"
              " - {name: a, kind: tcp, target: 'a:1', bad: 5}\n"
              " - {name: b, kind: tcp, target: 'a:1', needs: [a]}\n");
    for (int64_t at_s = 1010; at_s < 1050; at_s += 10)
        probes("br ar", at_s);
    ck_shown("??");
    probes("br ar", 1050);
    ck_shown("ra");
    ck_assert_str_eq(told, "+a");
}
END_TEST

START_TEST(a_need_that_hangs_delays_nothing_for_ever)
{
    chain();
    for (int64_t at_s = 1005; at_s <= 1035; at_s += 10)
        probes("br", at_s);
    ck_assert_int_eq(verdicts[1].verdict, VERDICT_GREEN);
    probes("br", 1045);
    ck_assert_int_eq(verdicts[1].verdict, VERDICT_RED);
    ck_assert_str_eq(told, "+b");
}
END_TEST

START_TEST(nor_does_a_clock_that_is_set_back)
{
    int waited = 0;

    chain();
    probes("br", 1005);
    probes("br", 1015);
    for (int64_t at_s = 15; verdicts[1].verdict != VERDICT_RED; at_s += 10, waited++) {
        probes("br ag", at_s);
        ck_assert_int_lt(waited, 6);
    }
    ck_assert_str_eq(told, "+b");
}
END_TEST

START_TEST(a_check_that_recovers_after_its_cause_is_no_cause)
{
    chain();
    probes("ar br", 1010);
    probes("ar br", 1020);
    probes("ag br", 1030);
    probes("ag br", 1040);
    ck_shown("ga");
    ck_assert_uint_eq(verdicts[1].cause, 0);
    probes("ag br", 1050);
    ck_shown("ga");
    probes("ag bg", 1060);
    ck_shown("ga");
    probes("ag bg", 1070);
    ck_shown("gg");
    ck_assert_str_eq(told, "+a -a");
}
END_TEST

START_TEST(one_that_stays_bad_becomes_a_cause_of_its_own)
{
    chain();
    probes("ar br cr", 1010);
    probes("ar br cr", 1020);
    probes("ag br cr", 1030);
    probes("ag br cr", 1040);
    probes("ag br cr", 1050);
    ck_shown("gaa");
    ck_assert_uint_eq(verdicts[1].cause, 0);
    ck_assert_msg(verdicts[2].cause == 0, "not b, which is excused");
    probes("ag br cr", 1060);
    ck_shown("gra");
    ck_assert_uint_eq(verdicts[2].cause, 1);
    ck_assert_str_eq(told, "+a -a +b");
}
END_TEST

START_TEST(a_cause_that_recovers_before_the_other_has_failed_is_remembered)
{
    chain();
    probes("ar", 1010);
    probes("ar", 1020);
    probes("br", 1021);
    probes("ag", 1030);
    probes("ag", 1040);
    probes("br", 1041);
    ck_shown("ga");
    probes("bg", 1051);
    probes("bg", 1061);
    ck_shown("gg");
    ck_assert_str_eq(told, "+a -a");
}
END_TEST

START_TEST(yellow_explains_nothing_red)
{
    chain();
    for (int64_t at_s = 1010; at_s < 1050; at_s += 10)
        probes("ay bg cg", at_s);
    ck_shown("ygg");
    probes("ay by cr", 1050);
    probes("ay by cr", 1060);
    ck_shown("yar");
    ck_assert_str_eq(told, "+a +c");
    probes("ar br cr", 1070);
    probes("ar br cr", 1080);
    ck_shown("raa");
    ck_assert_str_eq(told, "+a +c !a");
    probes("ag bg cg", 1090);
    probes("ag bg cg", 1100);
    ck_assert_str_eq(told, "+a +c !a -a -c");
}
END_TEST

START_TEST(what_gets_worse_than_its_cause_was_is_a_cause)
{
    chain();
    probes("ay by", 1010);
    probes("ay by", 1020);
    ck_shown("ya");
    probes("ag br", 1030);
    ck_shown("ya");
    probes("ag br", 1040);
    ck_shown("gr");
    ck_assert_str_eq(told, "+a -a +b");
}
END_TEST

START_TEST(what_gets_worse_waits_again)
{
    chain();
    probes("bg by", 1010);
    probes("by ag", 1020);
    ck_shown("gy");
    probes("br", 1030);
    probes("br", 1040);
    ck_shown("gy");
    probes("ar", 1041);
    probes("br", 1050);
    probes("ar", 1051);
    ck_shown("ra");
    ck_assert_str_eq(told, "+b +a");
}
END_TEST

START_TEST(what_does_not_count_explains_nothing)
{
    plan_from("server: s\nchecks:\n"
              " - {name: a, kind: tcp, target: 'a:1', counted: false}\n"
              " - {name: b, kind: tcp, target: 'a:1', needs: [a, c]}\n"
              " - {name: c, kind: tcp, target: 'a:1', server: other}\n");
    probes("ar br", 1010);
    probes("ar br", 1020);
    ck_shown("rr?");
    ck_assert_str_eq(told, "+b");
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_RED);
    probes("bg", 1030);
    probes("bg", 1040);
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_GREEN);
}
END_TEST

START_TEST(what_is_silenced_is_not_told)
{
    chain();
    silences[0] = (struct silence_of){"a", 1035 * (int64_t)S};
    silences[1] = (struct silence_of){"", INT64_MAX};
    silence_count = 2;
    probes("ar br cg dg", 1010);
    probes("ar br cg dg", 1020);
    ck_shown("sa");
    ck_assert_str_eq(told, "");
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_GREEN);
    probes("ar br", 1030);
    probes("ar br", 1040);
    ck_shown("ra");
    ck_assert_str_eq(told, "+a");
    silences[0] = (struct silence_of){"*", INT64_MAX};
    resolve();
    ck_shown("sa");
    probes("ag bg", 1050);
    probes("ag bg", 1060);
    ck_assert_str_eq(told, "+a -a");
}
END_TEST

static const struct {
    const char *match;
    bool silenced;
} matches[] = {
    {"booking-api",  true },
    {"booking-*",    true },
    {"*",            true },
    {"booking-api*", true },
    {"booking",      false},
    {"bookings*",    false},
    {"booking-api2", false},
    {"",             false}
};

START_TEST(a_silence_is_a_name_or_its_beginning)
{
    plan_from("{server: s, checks: [{name: booking-api, kind: tcp, target: 'a:1'}]}");
    silences[0] = (struct silence_of){matches[_i].match, INT64_MAX};
    silence_count = 1;
    probes("ar", 1010);
    probes("ar", 1020);
    ck_shown(matches[_i].silenced ? "s" : "r");
    silence_count = 0;
    times.maintenance = true;
    resolve();
    ck_shown("s");
}
END_TEST

START_TEST(a_probe_that_stalls_is_unknown)
{
    chain();
    times.now_us = 1033 * (int64_t)S;
    resolve();
    ck_shown("gggg");
    times.now_us = 1033 * (int64_t)S + 1;
    resolve();
    ck_shown("????");
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_UNKNOWN);
    probes("ag bg cg dr", 1050);
    ck_shown("gggg");
    ck_assert_str_eq(told, "");
}
END_TEST

START_TEST(a_need_is_wanted_when_what_needs_it_goes_bad)
{
    chain();
    ck_assert(!verdict_wants(&plan, states, 0));
    probes("cr", 1005);
    ck_assert(verdict_wants(&plan, states, 0) && verdict_wants(&plan, states, 1));
    ck_assert(!verdict_wants(&plan, states, 2) && !verdict_wants(&plan, states, 3));
    probes("ag", 1007);
    ck_assert(!verdict_wants(&plan, states, 0) && verdict_wants(&plan, states, 1));
    probes("br", 1006);
    ck_assert(!verdict_wants(&plan, states, 1));
    ck_assert_msg(!verdict_wants(&plan, states, 0), "it was looked at when b was");
    probes("br", 1016);
    ck_assert(!verdict_wants(&plan, states, 1));
}
END_TEST

/* --- outages in a world where everything takes its time --- */

/* site needs booking-api and traefik, booking-api needs postgres and redis, bot-gateway postgres;
 * postgres and redis need disk. */
static const char *const world_checks[CHECKS] = {
    "{name: site, kind: tcp, target: 'a:1', needs: [booking-api, traefik]",
    "{name: booking-api, kind: tcp, target: 'a:1', needs: [postgres, redis]",
    "{name: bot-gateway, kind: tcp, target: 'a:1', needs: [postgres]",
    "{name: postgres, kind: tcp, target: 'a:1', needs: [disk]",
    "{name: redis, kind: tcp, target: 'a:1', needs: [disk]",
    "{name: traefik, kind: tcp, target: 'a:1'",
    "{name: disk, kind: tcp, target: 'a:1'",
    "{name: telegram, kind: tcp, target: 'a:1', needs: [bot-gateway]"};

struct part {
    int64_t down_us, up_us; /* of this outage; down_us INT64_MAX: it is not hit */
    int64_t next_us;        /* its next probe begins */
    int64_t ends_us;        /* the probe under way; INT64_MAX: none */
    int64_t began_us;
    bool bad; /* what that probe will say */
    int begun, ended;
    int64_t told_us;
};

static uint64_t seed;
static bool has_wishes; /* whether probes that are wanted come at once */
static struct part parts[CHECKS];

static int64_t any(int64_t from, int64_t to)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return from + (int64_t)(seed % (uint64_t)(to - from + 1));
}

static void make_world(bool usual)
{
    static const int intervals_ms[] = {500, 1000, 2000, 5000, 10000, 30000};
    char text[2000];
    size_t len = (size_t)snprintf(text, sizeof text, "server: s\nchecks:\n");

    for (size_t i = 0; i < CHECKS; i++)
        len += (size_t)snprintf(text + len, sizeof text - len,
                                " - %s, interval: %dms, bad: %d, good: %d}\n", world_checks[i],
                                usual ? 10000 : intervals_ms[any(0, COUNT(intervals_ms) - 1)],
                                usual ? 2 : (int)any(1, 3), usual ? 2 : (int)any(1, 3));
    plan_from(text);
}

/* Part `i` falls, and what needs it after it; that recovers up to 5 s after all that it needs. */
static void hit(size_t i, int64_t down_us, int64_t up_us)
{
    struct part *part = &parts[i];

    if (part->down_us != INT64_MAX && part->down_us <= down_us && part->up_us >= up_us)
        return;
    part->down_us = down_us < part->down_us ? down_us : part->down_us;
    part->up_us = up_us > part->up_us ? up_us : part->up_us;
    for (size_t k = 0; k < plan.count; k++)
        for (size_t n = 0; n < plan.checks[k].need_count; n++)
            if (plan.checks[k].needs[n] == i)
                hit(k, part->down_us + any(0, 4 * S), part->up_us + any(0, 5 * S));
}

static void end_probe(size_t i)
{
    struct part *part = &parts[i];
    size_t needs[CHECKS_MAX];
    const int64_t now_us = part->ends_us;

    part->ends_us = INT64_MAX;
    enum level before[CHECKS];
    memcpy(before, open, sizeof before);
    probe(i, part->bad, part->began_us, now_us);
    for (size_t k = 0; k < plan.count; k++) {
        parts[k].begun += before[k] == LEVEL_UNKNOWN && open[k] != LEVEL_UNKNOWN;
        parts[k].ended += before[k] != LEVEL_UNKNOWN && open[k] == LEVEL_UNKNOWN;
        if (before[k] == LEVEL_UNKNOWN && open[k] != LEVEL_UNKNOWN)
            parts[k].told_us = now_us;
    }
    if (!part->bad || !has_wishes)
        return;
    const size_t count = plan_needs(&plan, i, needs);
    for (size_t k = 0; k < count; k++)
        if (parts[needs[k]].ends_us == INT64_MAX && verdict_wants(&plan, states, needs[k]))
            parts[needs[k]].next_us = now_us;
}

static void begin_probe(size_t i, bool hangs)
{
    struct part *part = &parts[i];
    const struct check *check = &plan.checks[i];

    part->began_us = part->next_us;
    part->bad = part->began_us >= part->down_us && part->began_us < part->up_us;
    part->ends_us =
        part->began_us + (part->bad && hangs ? check->timeout_ms * 1000 : any(100, 50000));
    part->next_us += check->interval_ms * 1000;
}

static void live_until(int64_t until_us, bool hangs)
{
    for (;;) {
        size_t first = 0;
        bool ends = false;
        int64_t at_us = INT64_MAX;
        for (size_t i = 0; i < plan.count; i++) {
            const bool is_under_way = parts[i].ends_us != INT64_MAX;
            const int64_t turn_us = is_under_way ? parts[i].ends_us : parts[i].next_us;
            if (turn_us >= at_us)
                continue;
            at_us = turn_us;
            first = i;
            ends = is_under_way;
        }
        if (at_us > until_us)
            return;
        if (ends)
            end_probe(first);
        else
            begin_probe(first, hangs);
    }
}

static bool all_are(enum verdict verdict)
{
    for (size_t i = 0; i < plan.count; i++)
        if (verdicts[i].verdict != verdict)
            return false;
    return true;
}

/* Where each outage leads to one alert and one recovery. */
static void outage(size_t cause, int64_t at_us, int64_t slow_us, bool hangs)
{
    const int64_t up_us = at_us + slow_us + any(0, 60 * S);

    for (size_t i = 0; i < plan.count; i++) {
        parts[i].down_us = INT64_MAX;
        parts[i].up_us = 0;
        parts[i].begun = parts[i].ended = 0;
    }
    hit(cause, at_us, up_us);
    live_until(up_us, hangs);
    for (size_t i = 0; i < plan.count; i++) {
        const bool is_hit = parts[i].down_us != INT64_MAX;
        const enum verdict want = i == cause ? VERDICT_RED
                                  : is_hit   ? VERDICT_AFFECTED
                                             : VERDICT_GREEN;
        ck_assert_msg(verdicts[i].verdict == want, "%s is %s, not %s, with %s down",
                      plan.checks[i].name, verdict_names[verdicts[i].verdict], verdict_names[want],
                      plan.checks[cause].name);
        ck_assert_msg(want != VERDICT_AFFECTED || verdicts[i].cause == cause, "the cause of %s",
                      plan.checks[i].name);
        ck_assert_msg(parts[i].begun == (i == cause), "%s began %d times with %s down",
                      plan.checks[i].name, parts[i].begun, plan.checks[cause].name);
    }
    live_until(up_us + slow_us + 60 * S, hangs);
    ck_assert(all_are(VERDICT_GREEN));
    for (size_t i = 0; i < plan.count; i++)
        ck_assert_msg(parts[i].begun == (i == cause) && parts[i].ended == (i == cause),
                      "%s: begun %d, ended %d, with %s down", plan.checks[i].name, parts[i].begun,
                      parts[i].ended, plan.checks[cause].name);
}

static void start_world(int number, bool usual)
{
    seed = UINT64_C(0x9E3779B97F4A7C15) * (uint64_t)(number + 1);
    make_world(usual);
    for (size_t i = 0; i < plan.count; i++)
        parts[i] =
            (struct part){.down_us = INT64_MAX,
                          .ends_us = INT64_MAX,
                          .next_us = 1000 * (int64_t)S + any(0, plan.checks[i].interval_ms * 1000)};
    live_until(1100 * (int64_t)S, false);
    ck_assert(all_are(VERDICT_GREEN));
}

START_TEST(an_outage_has_one_cause_and_is_told_once)
{
    int64_t at_us = 1100 * (int64_t)S;

    has_wishes = _i % 4 != 3;
    start_world(_i, _i % 2 == 0);
    for (size_t cause = 0; cause < plan.count; cause++, at_us += 1500 * (int64_t)S) {
        live_until(at_us, false);
        outage(cause, at_us, 300 * (int64_t)S, any(0, 1) == 1);
        ck_assert_msg(_i % 2 != 0 || parts[cause].told_us - at_us <= 30 * S,
                      "%s is told after %d s", plan.checks[cause].name,
                      (int)((parts[cause].told_us - at_us) / S));
    }
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("resolve");

    tcase_add_checked_fixture(tests, begin, end);
    tcase_add_test(tests, what_needs_a_bad_check_is_affected);
    tcase_add_test(tests, a_check_waits_for_what_it_needs);
    tcase_add_test(tests, a_check_waits_for_a_need_that_is_about_to_fail);
    tcase_add_test(tests, a_need_that_fails_slowly_is_waited_for);
    tcase_add_test(tests, a_need_that_hangs_delays_nothing_for_ever);
    tcase_add_test(tests, nor_does_a_clock_that_is_set_back);
    tcase_add_test(tests, a_check_that_recovers_after_its_cause_is_no_cause);
    tcase_add_test(tests, one_that_stays_bad_becomes_a_cause_of_its_own);
    tcase_add_test(tests, a_cause_that_recovers_before_the_other_has_failed_is_remembered);
    tcase_add_test(tests, yellow_explains_nothing_red);
    tcase_add_test(tests, what_gets_worse_than_its_cause_was_is_a_cause);
    tcase_add_test(tests, what_gets_worse_waits_again);
    tcase_add_test(tests, what_does_not_count_explains_nothing);
    tcase_add_test(tests, what_is_silenced_is_not_told);
    tcase_add_loop_test(tests, a_silence_is_a_name_or_its_beginning, 0, COUNT(matches));
    tcase_add_test(tests, a_probe_that_stalls_is_unknown);
    tcase_add_test(tests, a_need_is_wanted_when_what_needs_it_goes_bad);
    tcase_add_loop_test(tests, an_outage_has_one_cause_and_is_told_once, 0, 100);
    return suite_main("resolve", tests);
}
