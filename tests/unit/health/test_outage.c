// SPDX-License-Identifier: MIT
/* Simulates outages in which everything takes time: parts fail and recover one after the other,
 * with intervals, timeouts and orders of probes by seed. Each outage must lead to one alert and one
 * recovery, of its cause. */
#include "support/test.h"
#include "unit/health/resolve_fixture.h"

TEST_CASE("outage", .setup = begin, .teardown = end);

/* site needs notes-api and traefik, notes-api needs postgres and redis, bot-gateway postgres;
 * postgres and redis need disk. */
static const char *const world_checks[CHECKS] = {
    "{name: site, kind: tcp, target: 'a:1', needs: [notes-api, traefik]",
    "{name: notes-api, kind: tcp, target: 'a:1', needs: [postgres, redis]",
    "{name: bot-gateway, kind: tcp, target: 'a:1', needs: [postgres]",
    "{name: postgres, kind: tcp, target: 'a:1', needs: [disk]",
    "{name: redis, kind: tcp, target: 'a:1', needs: [disk]",
    "{name: traefik, kind: tcp, target: 'a:1'",
    "{name: disk, kind: tcp, target: 'a:1'",
    "{name: telegram, kind: tcp, target: 'a:1', needs: [bot-gateway]"};

struct part {
    int64_t down_us, up_us; /* of this outage; down_us INT64_MAX: it does not fail */
    int64_t next_us;        /* start of its next probe */
    int64_t ends_us;        /* end of the running probe; INT64_MAX: none */
    int64_t began_us;
    bool bad; /* the result of that probe */
    int begun, ended;
    int64_t alerted_us;
};

static uint64_t seed;
static bool has_wishes; /* whether requested probes start at once */
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

/* Part `i` fails, then its dependents; each of these recovers up to 5 s after all that it needs. */
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
    probe(i,
          &(struct probe_result){.trouble = part->bad ? TROUBLE_TIMEOUT : TROUBLE_NONE,
                                 .began_us = part->began_us,
                                 .took_us = now_us - part->began_us},
          now_us);
    for (size_t k = 0; k < plan.count; k++) {
        parts[k].begun += before[k] == LEVEL_UNKNOWN && open[k] != LEVEL_UNKNOWN;
        parts[k].ended += before[k] != LEVEL_UNKNOWN && open[k] == LEVEL_UNKNOWN;
        if (before[k] == LEVEL_UNKNOWN && open[k] != LEVEL_UNKNOWN)
            parts[k].alerted_us = now_us;
    }
    if (!part->bad || !has_wishes)
        return;
    const size_t count = plan_list_all_dependencies(&plan, i, needs);
    for (size_t k = 0; k < count; k++)
        if (parts[needs[k]].ends_us == INT64_MAX &&
            verdict_awaits_probe_of(&plan, states, needs[k]))
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

/* Whether each outage leads to one alert and one recovery. */
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

TEST_LOOP(outage_has_one_cause_and_one_alert, 0, 100)
{
    int64_t at_us = 1100 * (int64_t)S;

    has_wishes = _i % 4 != 3;
    start_world(_i, _i % 2 == 0);
    for (size_t cause = 0; cause < plan.count; cause++, at_us += 1500 * (int64_t)S) {
        live_until(at_us, false);
        outage(cause, at_us, 300 * (int64_t)S, any(0, 1) == 1);
        ck_assert_msg(_i % 2 != 0 || parts[cause].alerted_us - at_us <= 30 * S,
                      "%s is alerted after %d s", plan.checks[cause].name,
                      (int)((parts[cause].alerted_us - at_us) / S));
    }
}
