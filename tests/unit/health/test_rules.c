// SPDX-License-Identifier: MIT
/* Alerts of Prometheus: how they are read, and which fire. */

#include "prometheus/rule_alert_json.h"
#include "support/scratch.h"

static const int64_t now_us = INT64_C(1795338300) * US_PER_S; /* 2026-11-22T09:05:00Z */
static const int64_t minute_us = 60 * US_PER_S;
static struct foreign_list list;
static struct rule_alert places[3];
static struct rules rules;

static void setup(void)
{
    memset(places, 0, sizeof places);
    rules = (struct rules){.alerts = places, .room = 3};
}

TEST_CASE("rules", .setup = setup);

static bool decode(const char *body)
{
    return rule_alert_decode_list(slice_of(body), &list, &arena, &fault);
}

/* The first alert of a body. */
static struct rule_alert read_one(const char *body)
{
    struct rule_alert alert;

    ck_assert_msg(decode(body), "%s: %s", body, fault.detail);
    ck_assert_uint_ge(list.count, 1);
    rule_alert_read(&list, 0, now_us, &alert);
    return alert;
}

/* --- reading --- */

#define LABELS                                                                                     \
    "\"labels\":{\"alertname\":\"ApiBurnFast\",\"job\":\"notes-api\",\"severity\":\"critical\"}"

TEST(prometheus_alert_is_read)
{
    const struct rule_alert alert = read_one(
        "[{" LABELS
        ",\"annotations\":{\"summary\":\"Бюджет \\\"ошибок\\\"\",\"description\":\"за час\\n5 %\","
        "\"command\":\"deploy/tapbot status\",\"runbook\":\"docs/runbook.md#service\"},"
        "\"startsAt\":\"2026-11-22T09:03:00.123456789Z\",\"endsAt\":\"2026-11-22T14:09:00+05:00\","
        "\"generatorURL\":\"http://prometheus:9090/graph\"}]");
    const struct incident *incident = &alert.incident;

    ck_assert_str_eq(alert.rule, "prometheus-apiburnfast");
    ck_assert_uint_eq(strlen(incident->check), strlen("prometheus-apiburnfast-01234567"));
    ck_begins(incident->check, "prometheus-apiburnfast-");
    ck_assert_int_eq(incident->severity, SEVERITY_CRITICAL);
    ck_assert_int_eq(incident->level, LEVEL_RED);
    ck_assert_int_eq(incident->trouble, TROUBLE_RULE);
    ck_assert_str_eq(incident->detail, "Бюджет \"ошибок\". за час 5 %");
    ck_assert_str_eq(incident->command, "deploy/tapbot status");
    ck_assert_str_eq(incident->runbook, "service");
    ck_assert_int_eq(incident->started_us, now_us - 2 * minute_us + 123456);
    ck_assert_int_eq(alert.until_us, now_us + 4 * minute_us);
    ck_assert(!alert.quiet && !rule_has_incident(&alert));
}

static const struct {
    const char *why, *labels;
    bool same;
} prints[] = {
    {"another order",
     "{\"severity\":\"critical\", \"job\":\"notes-api\",\"alertname\":\"ApiBurnFast\"}", true },
    {"another value",
     "{\"alertname\":\"ApiBurnFast\",\"job\":\"other-api\",\"severity\":\"critical\"}",  false},
    {"one label more",
     "{\"alertname\":\"ApiBurnFast\",\"job\":\"notes-api\",\"severity\":\"critical\",\"a\":"
     "\"b\"}",                                                                           false},
};

TEST_ROWS_WHY(alerts_with_equal_labels_are_one, prints)
{
    const struct rule_alert one = read_one("[{" LABELS "}]");
    const struct rule_alert other = read_one(textf("[{\"labels\":%s}]", row->labels));

    ck_assert_str_eq(one.rule, other.rule);
    ck_assert((strcmp(one.incident.check, other.incident.check) == 0) == row->same);
}

static const struct {
    const char *name, *rule;
} slugs[] = {
    {"Disk Soon!",                                  "prometheus-disk-soon"                   },
    {"__a__B9__",                                   "prometheus-a-b9"                        },
    {"Диск",                                    "prometheus-rule"                        },
    {"AVeryLongNameOfAnAlertThatNobodyWouldChoose", "prometheus-averylongnameofanalertthatno"},
    {"AVeryLongNameOfAnAlertThatN-x",               "prometheus-averylongnameofanalertthatn" },
};

TEST_ROWS(rule_name_is_a_slug, slugs)
{
    buf_printf(&scratch, "[{\"labels\":{\"alertname\":\"%s\"}}]", row->name);
    const struct rule_alert alert = read_one(scratch_text());
    ck_assert_str_eq(alert.rule, row->rule);
    ck_assert_uint_le(strlen(alert.incident.check), CHECK_NAME_MAX);
}

static const struct {
    const char *severity;
    enum severity is;
    bool quiet;
} severities[] = {
    {"critical", SEVERITY_CRITICAL, false},
    {"page",     SEVERITY_CRITICAL, false},
    {"warning",  SEVERITY_WARNING,  false},
    {"info",     SEVERITY_WARNING,  false},
    {"",         SEVERITY_WARNING,  false},
    {"none",     SEVERITY_WARNING,  true },
};

TEST_ROWS(label_severity_sets_severity, severities)
{
    buf_printf(&scratch, "[{\"labels\":{\"alertname\":\"A\",\"severity\":\"%s\"}}]", row->severity);
    const struct rule_alert alert = read_one(scratch_text());
    ck_assert_int_eq(alert.incident.severity, row->is);
    ck_assert_int_eq(alert.incident.level, row->is == SEVERITY_CRITICAL ? LEVEL_RED : LEVEL_YELLOW);
    ck_assert_int_eq(alert.quiet, row->quiet);
}

static const struct {
    const char *ends;
    int64_t until_us; /* from now */
} ends[] = {
    {"\"2026-11-22T09:04:00Z\"",      -60 * US_PER_S  },
    {"\"2026-11-22T09:07:00Z\"",      120 * US_PER_S  },
    {"\"0001-01-01T00:00:00Z\"",      300 * US_PER_S  },
    {"\"\"",                          300 * US_PER_S  },
    {"null",                          300 * US_PER_S  },
    {"\"2099-01-01T00:00:00Z\"",      86400 * US_PER_S},
    {"\"2026-11-22T09:07:00+00:00\"", 120 * US_PER_S  },
};

TEST_ROWS(alert_fires_until_its_end_or_five_minutes, ends)
{
    buf_printf(&scratch, "[{\"labels\":{\"alertname\":\"A\"},\"endsAt\":%s}]", row->ends);
    ck_assert_int_eq(read_one(scratch_text()).until_us - now_us, row->until_us);
}

TEST(alert_without_annotations_shows_its_name)
{
    const struct rule_alert alert =
        read_one("[{\"labels\":{\"alertname\":\"A\"},\"annotations\":"
                 "{\"summary\":7,\"command\":\"a\\nb\",\"runbook_url\":"
                 "\"https://x/y#B C\"},\"startsAt\":\"2099-01-01T00:00:00Z\"}]");

    ck_assert_str_eq(alert.incident.detail, "A");
    ck_assert_str_eq(alert.incident.command, "");
    ck_assert_str_eq(alert.incident.runbook, "");
    ck_assert_int_eq(alert.incident.started_us, now_us);
}

TEST(long_texts_are_cut_and_long_commands_omitted)
{
    char text[1201] = {0};

    for (size_t i = 0; i < 600; i++)
        memcpy(text + 2 * i, "ж", 2);
    const struct rule_alert alert =
        read_one(textf("[{\"labels\":{\"alertname\":\"A\"},\"annotations\":{\"summary\":\"%s\","
                       "\"command\":\"%s\"}}]",
                       text, text));
    ck_assert_uint_eq(strlen(alert.incident.detail), INCIDENT_DETAIL_MAX - 2);
    ck_assert_str_eq(alert.incident.command, "");
}

#define LONG_4 "xxxx"
#define LONG_64                                                                                    \
    LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4     \
        LONG_4 LONG_4 LONG_4
#define LONG_256 LONG_64 LONG_64 LONG_64 LONG_64

static const struct {
    const char *body, *field, *code;
} refusals[] = {
    {"",                                                             NULL,                 "bad_json"  },
    {"{}",                                                           NULL,                 "bad_json"  },
    {"[",                                                            NULL,                 "bad_json"  },
    {"[{}]",                                                         "0/labels",           "required"  },
    {"[7]",                                                          "0/labels",           "required"  },
    {"[{\"labels\":[]}]",                                            "0/labels",           "required"  },
    {"[{\"labels\":{}}]",                                            "0/labels/alertname", "required"  },
    {"[{\"labels\":{\"alertname\":7}}]",                             "0/labels/alertname", "required"  },
    {"[{\"labels\":{\"alertname\":\"" LONG_256 "\"}}]",              "0/labels/alertname", "too_long"  },
    {"[{\"labels\":{\"alertname\":\"A\",\"a\":\"b\",\"a\":\"c\"}}]", "0/labels",           "bad_labels"},
    {"[{\"labels\":{\"alertname\":\"A\"},\"endsAt\":\"now\"}]",      "0/endsAt",           "bad_time"  },
    {"[{\"labels\":{\"alertname\":\"A\"},\"startsAt\":\"now\"}]",    "0/startsAt",         "bad_time"  },
    {"[{\"labels\":{\"alertname\":\"A\"}},{}]",                      "1/labels",           "required"  },
};

TEST_ROWS(refusal_names_the_field, refusals)
{
    list = (struct foreign_list){0};
    ck_assert_msg(!decode(row->body), "%s", row->body);
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_uint_eq(fault.field_count, row->field != NULL);
    if (row->field != NULL)
        ck_assert_str_eq(fault.fields[0].field, row->field);
    ck_assert_ptr_null(list.items);
}

TEST(alerts_and_labels_are_limited)
{
    for (int i = 0; i < RULE_ALERTS_MAX + 1; i++)
        buf_printf(&scratch, "%s{\"labels\":{\"alertname\":\"A%d\"}}", i == 0 ? "[" : ",", i);
    buf_text(&scratch, "]");
    ck_assert(!decode(scratch_text()));
    ck_assert_str_eq(fault.fields[0].field, "256");
    ck_assert_str_eq(fault.code, "too_many");
    buf_printf(&scratch, "[{\"labels\":{\"alertname\":\"A\",\"long\":\"%0*d\"}}]", RULE_LABELS_MAX,
               0);
    ck_assert(!decode(scratch_text()));
    ck_assert_str_eq(fault.code, "too_long");
}

TEST(empty_list_is_valid)
{
    ck_assert(decode("[]"));
    ck_assert_uint_eq(list.count, 0);
}

/* --- firing --- */

static void note(const char *name, enum level level, int64_t until_us)
{
    struct rule_alert alert = {
        .incident = {.level = level, .trouble = TROUBLE_RULE},
          .until_us = until_us
    };

    snprintf(alert.rule, sizeof alert.rule, "prometheus-%s", name);
    snprintf(alert.incident.check, sizeof alert.incident.check, "prometheus-%s-01234567", name);
    rules_receive_alert(&rules, &alert, now_us);
}

static void resolve(int64_t after_us, const char *silence)
{
    const struct silence_match silences = {silence, INT64_MAX};
    const struct verdict_context context = {.now_us = now_us + after_us};

    rules_resolve_verdicts(&rules, &silences, silence != NULL, &context);
}

TEST(alert_fires_while_repeated)
{
    note("a", LEVEL_RED, now_us + minute_us);
    resolve(0, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_RED);
    ck_assert_int_eq(rules_worsen_overall(&rules, VERDICT_GREEN), VERDICT_RED);
    note("a", LEVEL_RED, now_us + 2 * minute_us);
    resolve(minute_us, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_RED);
    ck_assert_int_eq(places[1].until_us, 0);
    resolve(2 * minute_us, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_GREEN);
    ck_assert_int_eq(rules_worsen_overall(&rules, VERDICT_GREEN), VERDICT_GREEN);
}

TEST(end_of_unknown_alert_takes_no_slot)
{
    note("a", LEVEL_YELLOW, now_us - 1);
    ck_assert_int_eq(places[0].until_us, 0);
    note("a", LEVEL_YELLOW, now_us + minute_us);
    resolve(0, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_YELLOW);
    ck_assert_int_eq(rules_worsen_overall(&rules, VERDICT_UNKNOWN), VERDICT_YELLOW);
    ck_assert_int_eq(rules_worsen_overall(&rules, VERDICT_RED), VERDICT_RED);
    note("a", LEVEL_YELLOW, now_us - 1);
    resolve(0, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_GREEN);
}

static const char *const silences[] = {"prometheus-a", "prometheus-a-01234567", "prometheus-*"};

TEST_ROWS(silence_matches_rule_or_one_alert, silences)
{
    note("a", LEVEL_RED, now_us + minute_us);
    resolve(0, silences[_i]);
    ck_assert_int_eq(places[0].verdict, VERDICT_SILENCED);
    ck_assert_int_eq(rules_worsen_overall(&rules, VERDICT_GREEN), VERDICT_GREEN);
    resolve(0, "prometheus-ab");
    ck_assert_int_eq(places[0].verdict, VERDICT_RED);
    resolve(0, "*");
    ck_assert_int_eq(places[0].verdict, VERDICT_SILENCED);
}

/* Seconds from now_us. The first alert fires until 240. */
static const struct {
    const char *why;
    const char *starts[2]; /* of the alert that fires, and of the later message */
    int ends_s;            /* of the later message */
    bool still_fires;
} episodes[] = {
    {"its end",                                 {"09:04:00", "09:04:00"}, -10,  false},
    {"its end, from another Prometheus",        {"09:04:00", "09:03:50"}, -10,  false},
    {"the end of the episode before",           {"09:04:00", "09:01:00"}, -120, true },
    {"the end of an episode of a second",       {"09:04:00", "09:02:59"}, -61,  true },
    {"it began and ended in the same second",   {"09:04:00", "09:04:00"}, -60,  false},
    {"an end without a start, from before",     {"09:04:00", NULL},       -120, true },
    {"an end without a start, from now",        {"09:04:00", NULL},       -1,   false},
    {"the start of the alert is not known",     {NULL, "09:01:00"},       -120, false},
    {"the start of the alert is in the future", {"10:00:00", "10:00:00"}, -1,   false},
};

static void post_episode(const char *starts, int ends_s)
{
    const struct rule_alert alert = read_one(
        textf("[{\"labels\":{\"alertname\":\"A\"}%s%s%s,\"endsAt\":\"2026-11-22T09:%02d:%02dZ\"}]",
              starts != NULL ? ",\"startsAt\":\"2026-11-22T" : "", starts != NULL ? starts : "",
              starts != NULL ? "Z\"" : "", (300 + ends_s) / 60, (300 + ends_s) % 60));

    rules_receive_alert(&rules, &alert, now_us);
}

/* Before the incident of the alert has begun, afterwards, and if the incident began with the
 * episode before. */
TEST_ROWS_WHY(late_end_does_not_end_a_newer_episode, episodes)
{
    for (int open = 0; open < 3; open++) {
        setup();
        if (open == 2)
            post_episode("09:00:00", 60);
        if (open > 0) {
            post_episode(row->starts[0], 200);
            places[0].incident.id = uuid_make();
        }
        post_episode(row->starts[0], 240);
        post_episode(row->starts[1], row->ends_s);
        resolve(0, NULL);
        ck_assert_msg((places[0].verdict != VERDICT_GREEN) == row->still_fires, "%s: %d", row->why,
                      open);
    }
}

TEST(late_end_does_not_end_a_restored_incident)
{
    const struct incident open = {.id = uuid_make(),
                                  .check = "prometheus-a-01234567",
                                  .level = LEVEL_RED,
                                  .trouble = TROUBLE_RULE,
                                  .started_us = now_us - minute_us};

    ck_assert(rules_restore_incident(&rules, &open, 0, now_us));
    note("a", LEVEL_RED, now_us - 2 * minute_us);
    resolve(0, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_RED);
    note("a", LEVEL_RED, now_us - 1);
    resolve(0, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_GREEN);
}

static const struct {
    const char *label, *silence;
    enum verdict verdict;
} named[] = {
    {"\"true\"",  "*",                   VERDICT_RED     },
    {"\"true\"",  "prometheus-*",        VERDICT_RED     },
    {"\"true\"",  "prometheus-ridesos*", VERDICT_RED     },
    {"\"true\"",  "prometheus-ridesos",  VERDICT_SILENCED},
    {"\"false\"", "*",                   VERDICT_SILENCED},
    {"true",      "*",                   VERDICT_SILENCED}, /* labels are texts */
};

/* Also of an alert whose incident is from before a restart. */
TEST_ROWS(alert_with_the_label_always_is_silenced_only_by_name, named)
{
    struct rule_alert alert =
        read_one(textf("[{\"labels\":{\"alertname\":\"RideSos\",\"severity\":\"critical\","
                       "\"always\":%s},\"endsAt\":\"2026-11-22T09:07:00Z\"}]",
                       row->label));

    for (int restored = 0; restored < 2; restored++) {
        rules_receive_alert(&rules, &alert, now_us);
        resolve(0, row->silence);
        ck_assert_int_eq(places[0].verdict, row->verdict);
        setup();
        alert.incident.id = uuid_make();
        ck_assert(rules_restore_incident(&rules, &alert.incident, 0, now_us));
    }
}

TEST(alert_without_slot_is_counted)
{
    const char *const names[] = {"a", "b", "c", "d", "d"};

    for (size_t i = 0; i < 5; i++)
        note(names[i], LEVEL_RED, now_us + minute_us);
    resolve(0, NULL);
    ck_assert_int_eq(rules.dropped, 2);
    ck_assert_uint_eq(rules_count_alerts_without_incident(&rules), 3);
    places[0].incident.id = uuid_make();
    ck_assert_uint_eq(rules_count_alerts_without_incident(&rules), 2);
    places[1].until_us = places[2].until_us = 0;
    resolve(0, NULL);
    ck_assert_uint_eq(rules.used, 1);
    note("e", LEVEL_RED, now_us + minute_us);
    ck_assert_str_eq(places[1].rule, "prometheus-e");
    ck_assert_uint_eq(rules.used, 2);
}

TEST(resumed_incident_has_five_minutes)
{
    const struct incident lasts = {.id = uuid_make(),
                                   .check = "prometheus-a-01234567",
                                   .level = LEVEL_RED,
                                   .trouble = TROUBLE_RULE};
    const struct incident other = {.id = uuid_make(), .check = "postgres"};

    ck_assert(!rules_restore_incident(&rules, &other, 0, now_us));
    ck_assert(rules_restore_incident(&rules, &lasts, 7, now_us));
    ck_assert_str_eq(places[0].rule, "prometheus-a");
    ck_assert_int_eq(places[0].alerted.queued_us, 7);
    resolve(4 * minute_us, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_RED);
    note("a", LEVEL_RED, now_us + 9 * minute_us);
    ck_assert(uuid_equal(&places[0].incident.id, &lasts.id));
    ck_assert_int_eq(places[1].until_us, 0);
    resolve(9 * minute_us, NULL);
    ck_assert_int_eq(places[0].verdict, VERDICT_GREEN);
}

TEST(alert_before_resumed_incident_is_the_same)
{
    const struct incident lasts = {
        .id = uuid_make(), .check = "prometheus-a-01234567", .trouble = TROUBLE_RULE};

    note("a", LEVEL_RED, now_us + minute_us);
    ck_assert(rules_restore_incident(&rules, &lasts, 0, now_us));
    ck_assert(uuid_equal(&places[0].incident.id, &lasts.id));
    ck_assert_int_eq(places[0].until_us, now_us + minute_us);
    ck_assert_int_eq(places[1].until_us, 0);
}

/* --- two instances --- */

static bool same(void *data, const char *name)
{
    return data != NULL && strcmp(data, name) == 0;
}

static bool deferred(const char *tells, bool waits, int64_t after_us)
{
    char name[CHECK_NAME_MAX + 1] = "";

    if (tells != NULL)
        snprintf(name, sizeof name, "prometheus-%s-01234567", tells);
    rules_update_deferred(&rules, same, tells != NULL ? name : NULL, waits, now_us + after_us);
    return places[0].deferred;
}

static void fire(void)
{
    note("a", LEVEL_RED, now_us + 9 * minute_us);
    resolve(0, NULL);
}

TEST(one_of_two_instances_sends)
{
    const int64_t patience_us = RULE_DEFER_MS * US_PER_MS;

    fire();
    ck_assert(!deferred(NULL, false, 0)); /* the first instance does not wait */
    ck_assert(deferred(NULL, true, 0));
    ck_assert_uint_eq(rules_count_alerts_without_incident(&rules), 0);
    ck_assert(!deferred("b", true, patience_us)); /* the peer has had its time */
    ck_assert(deferred("a", true, patience_us));  /* the peer sends it */
    places[0].incident.id = uuid_make();
    ck_assert(!deferred("a", true, 0)); /* an instance that has sent it continues */
}

/* It has ended at the peer, and Prometheus has yet to report that here; or the peer was
 * restarted. */
TEST_LOOP(alert_of_peer_stays_deferred_for_a_while, 0, 2)
{
    const bool waits = _i == 1;
    const int64_t patience_us = RULE_DEFER_MS * US_PER_MS;
    const int64_t last_us = 2 * patience_us;

    fire();
    ck_assert(deferred("a", waits, last_us));
    fire();
    ck_assert(deferred(NULL, waits, last_us + minute_us)); /* Prometheus repeats it each minute */
    ck_assert(!deferred(NULL, waits, last_us + patience_us));
}

TEST(alert_from_the_future_is_not_deferred)
{
    fire();
    ck_assert(deferred(NULL, true, 0));
    ck_assert(!deferred(NULL, true, -1));
}
