// SPDX-License-Identifier: MIT
/* Mistakes in the file of checks. */

#include "support/scratch.h"
#include "unit/health/plan_case.h"

TEST_CASE("plan_mistakes", .setup = plan_case_begin, .teardown = plan_case_end);

#define LINE(line, rest) "health.yaml:" #line ": " rest "\n"

// clang-format off
static const struct {
    const char *text;
    int line;
    const char *says;
} mistakes[] = {
    {"", 1, "the file is empty"},
    {"# nothing", 1, "the file is empty"},
    {"- a", 1, "must be a mapping, with keys and values"},
    {"server: s", 1, "checks: is required"},
    {"server: s\nchecks: []", 2, "checks: must be a list of 1 to 256 items"},
    {"server: s\nchecks: {}", 2, "checks: must be a list of 1 to 256 items"},
    {CHECK("name: a\n    kind: redis\n    when: PLAN_ABSENT"), 3, "checks: has no check, because no variable of a `when` is set"},
    {"server: S\nchecks: [{name: a, kind: redis}]", 1, "server: must be comma-separated slugs: small letters and digits, joined by - or _"},
    {"server: s\nserver: s\nchecks: [{name: a, kind: redis}]", 2, "has the key server twice"},
    {"server: s\nchecks: [3]", 2, "checks[0]: must be a mapping, with keys and values"},
    {CHECK("nome: a\n    kind: redis"), 3, "checks[0]: has an unknown key: nome\nhealth.yaml:3: checks[0].name: is required"},
    {CHECK("name: a\n    kind: redis\n    \"b\\nc\": 1"), 5, "checks[0]: has an unknown key"},
    {CHECK("name: a\n    kind: redis\n    kind: redis"), 5, "checks[0]: has the key kind twice"},
    {CHECK("name: a"), 3, "checks[0].kind: is required"},
    {CHECK("name: a\n    kind: ping"), 4, "checks[0].kind: must be one of http, tcp, tls, dns, postgres, redis, qdrant, directus, n8n, traefik, containers, host, disk, telegram, service, business, heartbeat, peer"},
    {CHECK("name: a\n    kind: [redis]"), 4, "checks[0].kind: must be a single value, not a list or mapping"},
    {DISK("interval: 100ms"), 6, "checks[0].interval: must be 200ms to 192h"},
    {DISK("interval: 193h"), 6, "checks[0].interval: must be 200ms to 192h"},
    {DISK("interval: 10"), 6, "checks[0].interval: must be 200ms to 192h"},
    {DISK("timeout: 10s"), 6, "checks[0].timeout: must be less than the interval"},
    {DISK("interval: 1h\n    timeout: 31s"), 7, "checks[0].timeout: must be 10ms to 30s"},
    {DISK("bad: 0"), 6, "checks[0].bad: must be a whole number from 1 to 10"},
    {DISK("good: 11"), 6, "checks[0].good: must be a whole number from 1 to 10"},
    {DISK("severity: high"), 6, "checks[0].severity: must be one of warning, critical"},
    {DISK("counted: yes"), 6, "checks[0].counted: must be true or false"},
    {DISK("outside:"), 6, "checks[0].outside: has no value: omit the key, or write one"},
    {DISK("title: Disk"), 6, "checks[0].title: must be a mapping, with keys and values"},
    {DISK("title: {kk: Disk}"), 6, "checks[0].title: has an unknown key: kk"},
    {DISK("runbook: '#disk'"), 6, "checks[0].runbook: must be a slug of at most 64 bytes: small letters and digits, joined by - or _"},
    {DISK("status: 200"), 6, "checks[0].status: is not for checks of kind disk"},
    {DISK("expect: [a]"), 6, "checks[0].expect: is not for checks of kind disk"},
    {DISK("limits: {cpu: {red: 3}}"), 6, "checks[0].limits: has an unknown key: cpu"},
    {DISK("limits: {cpu_percent: {red: 3}}"), 6, "checks[0].limits.cpu_percent: is not measured by checks of kind disk"},
    {DISK("limits:\n      disk_free_percent:\n        yellow: 10\n        red: 20"), 8, "checks[0].limits.disk_free_percent: must reach yellow before red: less is worse"},
    {DISK("limits: {disk_free_percent: {red: -1}}"), 6, "checks[0].limits.disk_free_percent.red: must be a number of at least 0"},
    {DISK("limits: {disk_free_percent: {}}"), 6, "checks[0].limits.disk_free_percent: must have yellow, red or both"},
    {DISK("limits: {disk_free_percent: 20}"), 6, "checks[0].limits.disk_free_percent: must be one of none"},
    {DISK("needs: [b]"), 6, "checks[0].needs[0]: there is no check of this name"},
    {DISK("needs: [root]"), 6, "checks[0].needs: is a cycle: root -> root"},
    {DISK("needs: [a,b,c,d,e,f,g,h,i]"), 6, "checks[0].needs: must be a list of 1 to 8 items"},
    {DISK("target: /x"), 6, "checks[0]: has the key target twice"},
    {HTTP("status: 99"), 6, "checks[0].status: must be a whole number from 100 to 599"},
    {CHECK("{name: a, kind: dns, target: b}"), 3, "checks[0].expect: is required"},
    {CHECK("{name: a, kind: redis}\n  - {name: a, kind: host}"), 4, "checks[1].name: is also the name of checks[0]"},
    {CHECK("{name: a, kind: redis, needs: [b]}\n  - {name: b, kind: host, needs: [c]}\n  - {name: c, kind: host, needs: [d, b]}\n  - {name: d, kind: host}"), 4, "checks[1].needs: is a cycle: b -> c -> b"},
    {CHECK("{name: a, kind: redis, needs: [b, b]}\n  - {name: b, kind: host}"), 3, "checks[0].needs[1]: is listed twice"},
    {HTTP("body: ${PLAN_ABSENT}"), 6, "checks[0].body: names the variable PLAN_ABSENT, which is not set"},
    {HTTP("body: ${PLAN_EMPTY}"), 6, "checks[0].body: names the variable PLAN_EMPTY, which is not set"},
    {HTTP("body: ${PLAN-HOST}"), 6, "checks[0].body: must have ${NAME} or ${NAME:-else} where it has ${"},
    {HTTP("body: ${PLAN_HOST"), 6, "checks[0].body: has ${ without }"},
    {HTTP("body: ${PLAN_ABSENT:-}"), 6, "checks[0].body: has no value: omit the key, or write one"},
    {HTTP("body: ${PLAN_SECRET}"), 6, "checks[0].body: must be text of 1 to 1024 bytes on one line"},
    {HTTP("severity: ${PLAN_HOST}"), 6, "checks[0].severity: must be one of warning, critical"},
    {HTTP("server: ${PLAN_SECRET:-x}"), 6, "checks[0].server: must be text of 1 to 1024 bytes on one line"},
    {"server: &a s\nchecks: *a", 1, "anchors are not supported: write the value out"},
    {"server: s\nchecks: *a", 2, "aliases are not supported: write the value out"},
    {"server: !!str s", 1, "tags are not supported"},
    {"server: s\n---\nserver: s", 2, "must be one document"},
    {"server: s\nchecks:\n\t- a", 3, "invalid YAML: found character that cannot start any token"},
    {"server: 'a\\\xff'", 1, "invalid YAML: invalid leading UTF-8 octet"},
    {"[[[[[[[[[]]]]]]]]]", 1, "lists and mappings are nested too deeply"},
};
// clang-format on

TEST_ROWS(mistake_is_reported_with_its_line, mistakes)
{
    buf_printf(&scratch, "health.yaml:%d: %s\n", row->line, row->says);
    ck_assert(!plan_of(row->text, &plan, &messages));
    ck_assert_str_eq(messages, scratch_text());
    ck_assert_ptr_null(plan.checks);
}

TEST(every_mistake_is_reported)
{
    ck_assert(!plan_of("server: s\nchecks:\n"
                       "  - {name: A, kind: disk, bad: x}\n"
                       "  - {name: b, kind: http}\n"
                       "  - name: c\n"
                       "    kind: redis\n"
                       "    timeout: 1m\n"
                       "    needs: [b, x]\n",
                       &plan, &messages));
    ck_assert_str_eq(messages,
                     LINE(3, "checks[0].name: must be a slug of at most 48 bytes: small "
                             "letters and digits, joined by - or _")
                         LINE(3, "checks[0].bad: must be a whole number from 1 to 10")
                             LINE(3, "checks[0].target: is required")
                                 LINE(4, "checks[1].target: is required")
                                     LINE(7, "checks[2].timeout: must be 10ms to 30s")
                                         LINE(8, "checks[2].needs[1]: there is no check of "
                                                 "this name"));
}

TEST(all_cycles_are_reported)
{
    ck_assert(!plan_of("server: s\nchecks:\n"
                       "  - {name: a, kind: host, needs: [b]}\n"
                       "  - {name: b, kind: host, needs: [a, c]}\n"
                       "  - {name: c, kind: host, needs: [d]}\n"
                       "  - {name: d, kind: host, needs: [c]}\n",
                       &plan, &messages));
    ck_assert_str_eq(messages, LINE(3, "checks[0].needs: is a cycle: a -> b -> a")
                                   LINE(5, "checks[2].needs: is a cycle: c -> d -> c"));
}
