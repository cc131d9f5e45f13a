// SPDX-License-Identifier: MIT
/* Two servers whose instances watch each other: what the cause is, and which one sends the
 * alert. */

#include "handlers/status_json.h"
#include "monitor/monitor_private.h"
#include "probes/peer_json.h"
#include "support/scratch.h"
#include "unit/health/plan_text.h"

enum { S = 1000 * 1000, NOW_S = 10000 };

static struct monitor monitor;
static struct plan plan;
static struct verdict_state *const states = monitor.states;
static struct check_verdict *const verdicts = monitor.verdicts;
static struct peer_check *const reported = monitor.peer.checks;
static int64_t now_us;

static const char both[] =
    "checks:\n"
    "  - {name: host, kind: host, needs: [site]}\n"
    "  - {name: peer, kind: peer, when: PEER, target: 'http://p:1', public: 'http://p:2',"
    " interval: 5s, bad: 1}\n"
    "  - {name: peer-link, kind: peer, when: PEER, target: 'http://p:1', needs: [peer],"
    " interval: 5s, bad: 1}\n"
    "  - {name: peer-public, kind: peer, when: PEER, public: 'http://p:2', needs: [peer, site, "
    "api],"
    " interval: 5s, bad: 1, severity: warning}\n"
    "  - {name: postgres, kind: postgres, server: server2}\n"
    "  - {name: api, kind: http, target: 'http://a', server: server2}\n"
    "  - {name: bots, kind: tcp, target: 'b:1', server: server1, needs: [postgres, peer-link],"
    " bad: 1}\n"
    "  - {name: mail, kind: tcp, target: 'm:1', server: server1, needs: [postgres], bad: 1}\n"
    "  - {name: site, kind: http, target: 'http://s', server: server1}\n";

static void plan_for(const char *server)
{
    char *mistakes;

    plan_finish(&plan);
    ck_assert_msg(plan_of(textf("server: %s\n%s", server, both), &plan, &mistakes), "%s", mistakes);
    free(mistakes);
    memset(&monitor, 0, sizeof monitor);
    monitor.plan = monitor.peer.plan = &plan;
}

static void begin(void)
{
    setenv("PEER", "http://p", 1);
    now_us = NOW_S * (int64_t)S;
    plan = (struct plan){0};
    plan_for("server1");
}

static void end(void)
{
    plan_finish(&plan);
    unsetenv("PEER");
}

TEST_CASE("peer", .setup = begin, .teardown = end);

static size_t at(const char *name)
{
    const struct check *check = plan_find(&plan, slice_of(name));

    ck_assert_msg(check != NULL, "no check %s", name);
    return (size_t)(check - plan.checks);
}

static enum verdict shown(const char *name)
{
    return verdicts[at(name)].verdict;
}

#define ck_shown(name, verdict_)                                                                   \
    ck_assert_str_eq(verdict_names[shown(name)], verdict_names[VERDICT_##verdict_])
#define ck_cause(name_, of) ck_assert_str_eq(plan.checks[verdicts[at(name_)].cause].name, (of))

static void resolve(void)
{
    const struct verdict_context context = {.now_us = now_us};

    monitor_peer_apply_answer(&monitor, now_us);
    verdicts_resolve(&plan, states, NULL, 0, &context, verdicts);
    monitor_peer_set_unknown_causes(&monitor);
}

static void probe(const char *name, enum probe_trouble trouble)
{
    const struct probe_result result = {.trouble = trouble, .began_us = now_us};
    const struct verdict_context context = {.now_us = now_us};

    verdict_apply_result(&plan.checks[at(name)], &states[at(name)], &result, &context);
}

static void later(int64_t seconds)
{
    now_us += seconds * S;
}

/* Probes the link and the public path with these results; twice, since the cause must be probed
 * after the first bad probe. */
static void probe_paths(bool link, bool outside)
{
    for (int i = 0; i < 3; i++) {
        later(5);
        probe("peer", link || outside ? TROUBLE_NONE : TROUBLE_SILENT);
        probe("peer-link", link ? TROUBLE_NONE : TROUBLE_TIMEOUT);
        probe("peer-public", outside ? TROUBLE_NONE : TROUBLE_TIMEOUT);
        if (link)
            monitor.peer.read_us = now_us;
        resolve();
    }
}

static void says(const char *body)
{
    ck_ok(peer_status_read(slice_of(body), &plan, &arena, reported, &monitor.peer.rules, &fault));
    monitor.peer.read_us = now_us;
}

/* --- the plan --- */

TEST(item_with_unset_variable_is_omitted)
{
    unsetenv("PEER");
    plan_for("server1");
    ck_assert_ptr_null(plan_find(&plan, SLICE("peer-link")));
    ck_assert_ptr_null(plan_find(&plan, SLICE("server2-host")));
    ck_assert_uint_eq(plan.checks[at("bots")].need_count, 1);
    ck_assert_ptr_null(plan.peer);
    ck_assert_uint_eq(plan.count, 6);
}

TEST(plan_contains_checks_of_the_peer)
{
    const struct check *other = plan_find(&plan, SLICE("server2-host"));

    ck_assert_str_eq(plan.peer, "server2");
    ck_assert_ptr_nonnull(other);
    ck_assert_str_eq(other->server, "server2");
    ck_assert_str_eq(other->peer_name, "host");
    ck_assert_uint_eq(other->need_count, 0); /* the peer reports its cause */
    ck_assert(plan_is_on_peer(&plan, other) && !plan_is_local(&plan, other));
    ck_assert_ptr_null(plan_find(&plan, SLICE("server2-peer")));
}

// clang-format off
static const struct {
    const char *text, *messages;
} mistakes[] = {
    {"server: s1\nchecks:\n  - {name: p, kind: peer, target: 'http://p'}\n", "exactly one server beside"},
    {"server: s1\nchecks:\n  - {name: p, kind: peer, target: 'http://p'}\n"
     "  - {name: a, kind: redis, server: s2}\n  - {name: b, kind: redis, server: s3}\n", "exactly one server beside"},
    {"server: s1\nchecks:\n  - {name: p, kind: peer, target: 'http://p'}\n  - {name: a, kind: redis, server: s2}\n"
     "  - gone\n", "must be a mapping"},
    {"server: s1\nchecks:\n  - {name: p, kind: peer}\n  - {name: a, kind: redis, server: s2}\n", "checks[0].target: is required"},
    {"server: s1\nchecks:\n  - {name: p, kind: peer, public: x}\n  - {name: a, kind: redis, server: s2}\n",
     "checks[0].public: must be a URL"},
    {"server: s1\nchecks:\n  - {name: p, kind: peer, public: 'http://p'}\n  - {name: a, kind: redis}\n"
     "  - {name: s2-a, kind: redis, server: s2}\n", "is called s2-a on the other server"},
    {"server: s1\nchecks:\n  - {name: a, kind: redis, public: 'http://p'}\n", "is not for checks of kind redis"},
};
// clang-format on

TEST_ROWS(invalid_peer_is_reported, mistakes)
{
    char *messages;

    plan_finish(&plan);
    ck_assert(!plan_of(row->text, &plan, &messages));
    ck_has(messages, row->messages);
    free(messages);
}

/* --- causes --- */

static const struct {
    bool link, outside;
    enum verdict peer, by_link, from_outside;
} causes[] = {
    {true,  true,  VERDICT_GREEN, VERDICT_GREEN,    VERDICT_GREEN   },
    {false, true,  VERDICT_GREEN, VERDICT_RED,      VERDICT_GREEN   }, /* the link is cut */
    {true,  false, VERDICT_GREEN, VERDICT_GREEN,    VERDICT_YELLOW  }, /* its proxy is broken */
    {false, false, VERDICT_RED,   VERDICT_AFFECTED, VERDICT_AFFECTED}, /* it is dead */
};

TEST_ROWS(link_edge_and_server_failures_are_distinguished, causes)
{
    says("{\"checks\":[]}");
    probe_paths(true, true);
    probe_paths(row->link, row->outside);
    later(100); /* longer than the wait for the peer's report */
    probe_paths(row->link, row->outside);
    ck_assert_int_eq(shown("peer"), row->peer);
    ck_assert_int_eq(shown("peer-link"), row->by_link);
    ck_assert_int_eq(shown("peer-public"), row->from_outside);
    if (row->by_link == VERDICT_AFFECTED)
        ck_cause("peer-link", "peer");
}

#define SAID(name, status, more)                                                                   \
    "{\"name\":\"" name "\",\"server\":\"server2\",\"status\":\"" status                           \
    "\",\"since\":\"1970-01-01T02:46:00Z\"" more "}"

TEST(peer_check_is_no_cause_here)
{
    says("{\"checks\":[" SAID("api", "red", ",\"detail\":\"status 502\"") "]}");
    probe_paths(true, false);
    ck_shown("peer-public", AFFECTED);
    ck_cause("peer-public", "api");
}

TEST(check_that_needs_peer_is_affected_by_it)
{
    says("{\"checks\":[" SAID("postgres", "red", ",\"detail\":\"refused\"") "]}");
    probe_paths(true, true);
    probe("bots", TROUBLE_REFUSED);
    resolve();
    ck_shown("bots", AFFECTED);
    ck_cause("bots", "postgres");
    probe_paths(false, false);
    later(1); /* the report is too old */
    probe("bots", TROUBLE_REFUSED);
    resolve();
    ck_shown("bots", AFFECTED);
    ck_cause("bots", "peer");
}

TEST(affected_peer_check_explains_here)
{
    says("{\"checks\":[" SAID("postgres", "affected", ",\"cause\":\"api\"") "]}");
    probe("mail", TROUBLE_REFUSED);
    resolve();
    ck_shown("mail", AFFECTED);
    ck_cause("mail", "postgres");
}

/* A report about the check that a red check here needs. */
static const struct {
    const char *status, *detail;
    enum verdict here;
} reports[] = {
    {"silenced", "refused",        VERDICT_AFFECTED},
    {"silenced", "connections 46", VERDICT_AFFECTED},
    {"silenced", "connections 41", VERDICT_RED     },
    {"affected", "connections 41", VERDICT_RED     },
    {"silenced", "unknown",        VERDICT_AFFECTED},
};

TEST_ROWS(yellow_peer_check_explains_no_red_here, reports)
{
    probe("mail", TROUBLE_REFUSED);
    later(1);
    says(textf("{\"checks\":[{\"name\":\"postgres\",\"server\":\"server2\",\"status\":\"%s\","
               "\"detail\":\"%s\",\"looked_at\":\"1970-01-02T00:00:00Z\"}]}",
               row->status, row->detail));
    resolve();
    ck_assert_str_eq(verdict_names[shown("mail")], verdict_names[row->here]);
}

TEST(unreported_peer_check_causes_no_wait)
{
    probe("mail", TROUBLE_REFUSED);
    resolve();
    ck_shown("mail", RED);
}

/* The peer has seen a bad probe, and will soon report the failure. */
TEST(failing_peer_check_is_waited_for)
{
    says("{\"checks\":[" SAID("postgres", "green", ",\"failing\":true") "]}");
    probe_paths(true, true);
    later(1);
    says("{\"checks\":[" SAID("postgres", "green",
                              ",\"looked_at\":\"1970-01-02T00:00:00Z\",\"failing\":true") "]}");
    probe("bots", TROUBLE_REFUSED);
    resolve();
    ck_shown("bots", UNKNOWN); /* never green before */
    says("{\"checks\":[" SAID("postgres", "red",
                              ",\"looked_at\":\"1970-01-02T00:00:00Z\",\"failing\":true") "]}");
    resolve();
    ck_shown("bots", AFFECTED);
}

/* --- the peer's report --- */

TEST(peer_checks_are_shown_while_recent)
{
    says("{\"checks\":[" SAID("postgres", "red", ",\"detail\":\"connections 46\"") "," SAID(
        "host", "green", "") "," SAID("api", "affected", ",\"cause\":\"postgres\"") "]}");
    probe_paths(true, true);
    ck_shown("postgres", RED);
    ck_shown("server2-host", GREEN);
    ck_shown("api", AFFECTED);
    ck_cause("api", "postgres");
    ck_assert_int_eq(states[at("postgres")].why.readings[0].measure, MEASURE_connections);
    ck_assert_int_eq(verdicts[at("postgres")].since_us, 9960 * (int64_t)S);
    later(15);
    resolve();
    ck_shown("postgres", RED);
    probe_paths(false, true);
    later(1);
    resolve();
    ck_shown("postgres", UNKNOWN);
    ck_cause("postgres", "peer-link");
}

TEST(peer_check_may_be_affected_by_local_check)
{
    plan_for("server2");
    says("{\"checks\":[{\"name\":\"bots\",\"server\":\"server1\",\"status\":\"affected\",\"cause\":"
         "\"postgres\"}]}");
    probe_paths(true, true);
    ck_shown("bots", AFFECTED);
    ck_cause("bots", "postgres");
}

TEST(overall_status_includes_both_servers)
{
    says("{\"checks\":[" SAID("postgres", "red",
                              "") "," SAID("host", "green", "") "," SAID("api", "green", "") "]}");
    probe_paths(true, true);
    for (int i = 0; i < 3; i++) {
        probe("host", TROUBLE_NONE);
        probe("bots", TROUBLE_NONE);
        probe("site", TROUBLE_NONE);
        probe("mail", TROUBLE_NONE);
        later(1);
    }
    resolve();
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_RED);
    says("{\"checks\":[" SAID("postgres", "green",
                              "") "," SAID("host", "green", "") "," SAID("api", "green", "") "]}");
    resolve();
    ck_assert_int_eq(verdicts_overall(&plan, verdicts), VERDICT_GREEN);
}

/* A peer of another version, and other servers. */
static const char strange[] =
    "{\"status\":7,\"checks\":[1,null,"
    "{\"name\":\"postgres\",\"server\":\"server2\",\"status\":\"purple\",\"cause\":\"nobody\"},"
    "{\"name\":\"nobody\",\"server\":\"server2\",\"status\":\"red\"},"
    "{\"name\":\"site\",\"server\":\"server1\",\"status\":\"red\"},"
    "{\"name\":\"host\",\"server\":\"server3\",\"status\":\"red\"},"
    "{\"name\":\"api\",\"server\":\"server2\",\"status\":\"red\",\"detail\":\"down a\\u0007b\","
    "\"since\":\"1970-01-03T00:00:00Z\",\"looked_at\":\"1970-01-03T00:00:00Z\",\"latency_ms\":-1}]"
    "}";

TEST(unknown_json_is_ignored)
{
    says(strange);
    probe_paths(true, true);
    ck_shown("postgres", UNKNOWN);
    ck_shown("site", UNKNOWN); /* its report about our checks is not read */
    ck_shown("api", RED);
    ck_shown("server2-host", UNKNOWN);
    ck_assert_int_eq(states[at("api")].why.trouble, TROUBLE_DOWN);
    ck_assert_str_eq(states[at("api")].why.detail, "");
    ck_assert_int_le(states[at("api")].probed_us, now_us);
    ck_assert_int_le(verdicts[at("api")].since_us, now_us);
    ck_assert_int_eq(states[at("api")].last.took_us, 0);
}

TEST(prometheus_alerts_of_peer_are_read)
{
    says("{\"checks\":[{\"name\":\"prometheus-a-01234567\",\"kind\":\"prometheus\",\"status\":"
         "\"red\"},"
         "{\"name\":\"prometheus-b-01234567\",\"kind\":\"prometheus\",\"status\":\"silenced\"},"
         "{\"name\":\"postgres\",\"kind\":\"postgres\",\"status\":\"red\"}]}");
    ck_assert_uint_eq(monitor.peer.rules.count, 2);
    ck_assert_str_eq(monitor.peer.rules.names[0], "prometheus-a-01234567");
    ck_assert_str_eq(monitor.peer.rules.names[1], "prometheus-b-01234567");
    says("{\"checks\":[]}");
    ck_assert_uint_eq(monitor.peer.rules.count, 0);
}

TEST(maximum_of_silenced_peer_alerts_is_read)
{
    buf_text(&scratch, "{\"checks\":[");
    for (int i = 0; i < RULES_MAX; i++)
        buf_printf(
            &scratch,
            "%s{\"name\":\"prometheus-a-%08d\",\"kind\":\"prometheus\",\"status\":\"silenced\"}",
            i == 0 ? "" : ",", i);
    buf_text(&scratch, "]}");
    says(scratch_text());
    ck_assert_uint_eq(monitor.peer.rules.count, RULES_MAX);
}

static const char *const broken[] = {"", "[]", "{", "{\"checks\":{}}", "{}", "nothing"};

TEST_ROWS(invalid_peer_status_changes_nothing, broken)
{
    says("{\"checks\":[" SAID("api", "red", "") "]}");
    ck_assert(!peer_status_read(slice_of(broken[_i]), &plan, &arena, reported, &monitor.peer.rules,
                                &fault));
    ck_assert_int_eq(reported[at("api")].verdict, VERDICT_RED);
}

/* The answer of GET /v1/status that shows `states` and `verdicts`. */
static const char *status_text(void)
{
    const struct monitor_view view = {
        .plan = &plan, .states = states, .verdicts = verdicts, .trends = monitor.trends};

    status_encode(&view, &scratch);
    return scratch_text();
}

TEST(large_reading_is_read)
{
    const size_t postgres = at("postgres");

    states[postgres].present = (struct probe_result){
        .readings = {{MEASURE_longest_transaction_s, 1234567}}, .reading_count = 1};
    verdicts[postgres].verdict = VERDICT_YELLOW;
    says(status_text());
    ck_assert_uint_eq(reported[postgres].why.reading_count, 1);
    ck_assert_double_eq(reported[postgres].why.readings[0].value, 1234567);
}

TEST(uptime_is_that_of_the_page)
{
    monitor.trends[0] = (struct trend){.day = 0.96F, .week = 0.99999F, .month = 1};
    ck_has(status_text(), "\"uptime\":{\"day\":96.00,\"week\":99.99,\"month\":100.00}");
}

/* --- which instance sends --- */

static bool sends_alert(const char *name, int64_t at_us)
{
    return monitor_peer_sends_alert(&monitor, at(name), at_us);
}

TEST(first_server_alerts_of_cut_link)
{
    probe_paths(false, true);
    ck_assert(!sends_alert("peer-link", now_us));
    ck_assert(!sends_alert("peer", now_us));
}

TEST(second_server_alerts_if_first_does_not)
{
    plan_for("server2");
    probe_paths(false, true);
    const int64_t began_us = verdicts[at("peer-link")].since_us;
    ck_shown("peer-link", RED);
    ck_assert(sends_alert("peer-link", began_us + 59 * (int64_t)S));
    ck_assert(!sends_alert("peer-link", began_us + 60 * (int64_t)S));
    ck_assert_ptr_eq(monitor_find_check_alerted_by_peer(&monitor, now_us),
                     &plan.checks[at("peer-link")]);
    ck_assert_ptr_null(monitor_find_check_alerted_by_peer(&monitor, began_us + 60 * (int64_t)S));
    monitor.peer.alerted_us = began_us + 55 * (int64_t)S;
    ck_assert(sends_alert("peer-link", began_us + 60 * (int64_t)S));
    ck_assert(!sends_alert("peer-link", began_us + 115 * (int64_t)S));
}

TEST(times_in_the_future_count_as_old)
{
    plan_for("server2");
    probe_paths(false, true);
    const int64_t began_us = verdicts[at("peer-link")].since_us;
    monitor.peer.read_us = began_us;
    ck_assert(monitor_has_recent_peer_answer(&monitor, began_us));
    ck_assert(!monitor_has_recent_peer_answer(&monitor, began_us - 1));
    ck_assert(!sends_alert("peer-link", began_us - 1));
}

TEST(dead_server_is_alerted_by_the_peer)
{
    plan_for("server2");
    probe_paths(false, false);
    ck_assert(!sends_alert("peer", now_us));
    ck_assert(!sends_alert("peer-public", now_us));
}
