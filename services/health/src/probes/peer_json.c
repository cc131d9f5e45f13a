// SPDX-License-Identifier: MIT
#include "probes/peer_json.h"

#include "base/now.h"
#include "base/number.h"
#include "base/parse.h"
#include "base/text.h"
#include "json/foreign.h"

struct wire_check {
    struct slice name;
    struct slice kind;
    struct slice server;
    struct slice status;
    struct slice detail;
    struct slice cause;
    int64_t since, looked_at;
    int64_t latency_ms;
    bool failing;
};

// clang-format off
static const struct foreign_member check_members[] = {
    {"name",       FOREIGN_TEXT, offsetof(struct wire_check, name),       NULL, 0},
    {"kind",       FOREIGN_TEXT, offsetof(struct wire_check, kind),       NULL, 0},
    {"server",     FOREIGN_TEXT, offsetof(struct wire_check, server),     NULL, 0},
    {"status",     FOREIGN_TEXT, offsetof(struct wire_check, status),     NULL, 0},
    {"since",      FOREIGN_TIME, offsetof(struct wire_check, since),      NULL, 0},
    {"looked_at",  FOREIGN_TIME, offsetof(struct wire_check, looked_at),  NULL, 0},
    {"failing",    FOREIGN_BOOL, offsetof(struct wire_check, failing),    NULL, 0},
    {"latency_ms", FOREIGN_INT,  offsetof(struct wire_check, latency_ms), NULL, 0},
    {"detail",     FOREIGN_TEXT, offsetof(struct wire_check, detail),     NULL, 0},
    {"cause",      FOREIGN_TEXT, offsetof(struct wire_check, cause),      NULL, 0},
};
static const struct foreign check_table = FOREIGN_OF(check_members, struct wire_check);

static const struct foreign_member status_members[] = {
    {"checks", FOREIGN_LIST, 0, &check_table, CHECKS_MAX + PEER_RULES_MAX},
};
static const struct foreign status_table = FOREIGN_OF(status_members, struct foreign_list);
// clang-format on

/* Finds the check of the plan by the name that it has on the peer. */
static bool find_peer_check_index(const struct plan *plan, struct slice name, size_t *out)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct check *check = &plan->checks[i];
        if (!plan_is_on_peer(plan, check) ||
            !slice_is(name, check->peer_name != NULL ? check->peer_name : check->name))
            continue;
        *out = i;
        return true;
    }
    return false;
}

/* Finds the cause of a peer's check by its name, first among the peer's checks and then among ours,
 * because both instances read the same file of checks. Returns `default_index` if no check has this
 * name. */
static size_t find_cause_index(const struct plan *plan, struct slice name, size_t default_index)
{
    const struct check *ours = plan_find(plan, name);
    size_t at;

    if (find_peer_check_index(plan, name, &at))
        return at;
    return ours != NULL ? (size_t)(ours - plan->checks) : default_index;
}

static enum verdict parse_verdict_or_unknown(struct slice word)
{
    const size_t i = slice_find(word, verdict_names, VERDICTS);

    return i < VERDICTS ? (enum verdict)i : VERDICT_UNKNOWN;
}

/* Reads "status 502" as a trouble and its detail, "connections 46" as a measure and its value. */
static void parse_problem(struct slice detail, struct probe_result *why)
{
    const struct slice word = slice_cut(&detail, ' ');
    double value;

    for (enum probe_trouble i = TROUBLE_NONE + 1; i < TROUBLES; i++)
        if (slice_is(word, probe_trouble_names[i])) {
            why->trouble = i;
            if (detail.len > 0 && detail.len < sizeof why->detail && !text_has_control(detail))
                memcpy(why->detail, detail.at, detail.len);
            return;
        }
    for (enum measure i = 0; i < MEASURES; i++)
        if (slice_is(word, measure_kinds[i].word) && parse_double(detail, -1e15, 1e15, &value))
            why->readings[why->reading_count++] = (struct reading){i, value};
}

static void read_check(const struct plan *plan, size_t check_index, const struct wire_check *wire,
                       struct peer_check *out)
{
    *out = (struct peer_check){
        .verdict = parse_verdict_or_unknown(wire->status),
        .failing = wire->failing,
        .since_us = number_max(wire->since, 0),
        .probed_us = number_max(wire->looked_at, 0),
        .latency_us = wire->latency_ms >= 0 && wire->latency_ms <= CHECK_TIMEOUT_MAX_MS
                          ? wire->latency_ms * US_PER_MS
                          : 0,
        .cause = find_cause_index(plan, wire->cause, check_index),
    };
    parse_problem(wire->detail, &out->why);
}

/* Adds an alert of Prometheus that the peer sends or has silenced. A silenced one is added because
 * the person who silenced it knows of it, so this instance need not send it. */
static void add_rule_alert_if_bad(const struct wire_check *wire, struct peer_rules *out)
{
    const bool listed = slice_is(wire->status, "yellow") || slice_is(wire->status, "red") ||
                        slice_is(wire->status, "silenced");

    if (!slice_is(wire->kind, "prometheus") || !listed || out->count == PEER_RULES_MAX ||
        wire->name.len > CHECK_NAME_MAX)
        return;
    slice_copy(wire->name, out->names[out->count++], sizeof out->names[0]);
}

bool peer_status_read(struct slice body, const struct plan *plan, struct arena *arena,
                      struct peer_check *out, struct peer_rules *rules, struct fault *fault)
{
    struct foreign_list checks;
    size_t at;

    if (!foreign_read(&status_table, body, &checks, arena, fault))
        return false;
    if (checks.items == NULL)
        return fault_set(fault, FAULT_UNREADABLE, "bad_json", "The answer has no list of checks.");
    memset(out, 0, plan->count * sizeof *out);
    rules->count = 0;
    for (size_t i = 0; i < checks.count; i++) {
        const struct wire_check *wire = (const struct wire_check *)checks.items + i;
        if (slice_is(wire->server, plan->peer) && find_peer_check_index(plan, wire->name, &at))
            read_check(plan, at, wire, &out[at]);
        else if (wire->name.len > 0)
            add_rule_alert_if_bad(wire, rules);
    }
    return true;
}
