// SPDX-License-Identifier: MIT
#include "prometheus/rule_alert_json.h"

#include <stdio.h>

#include "base/digest.h"
#include "base/number.h"
#include "base/parse.h"
#include "base/text.h"
#include "json/fields.h"

enum {
    FINGERPRINT_BYTES = 4, /* bytes of the labels' hash in incident.check */
    SLUG_MAX = CHECK_NAME_MAX - (int)sizeof RULE_PREFIX - 2 * FINGERPRINT_BYTES,
    ALERTNAME_MAX = 200,
    POINTER_MAX = 48,
    /* An alert without endsAt ends if it is not repeated within this time. */
    UNREPEATED_MS = 5 * 60 * 1000
};

static const int64_t day_us = INT64_C(24) * 3600 * US_PER_S;

struct wire_alert {
    struct slice raw;                    /* all labels as JSON */
    struct slice name, severity, always; /* labels */
    struct slice summary, description, message, command, runbook, runbook_url; /* annotations */
    struct slice starts, ends;
    /* Values parsed from the texts above. */
    int64_t starts_us, ends_us; /* FIELD_ABSENT: not given */
    char fingerprint[2 * FINGERPRINT_BYTES + 1];
};

// clang-format off
#define ANNOTATION(name) {"annotations/" #name, FOREIGN_TEXT, offsetof(struct wire_alert, name), NULL, 0}
static const struct foreign_member alert_members[] = {
    ANNOTATION(command), ANNOTATION(description), ANNOTATION(message), ANNOTATION(runbook), ANNOTATION(runbook_url), ANNOTATION(summary),
    {"endsAt",           FOREIGN_TEXT, offsetof(struct wire_alert, ends),     NULL, 0},
    {"startsAt",         FOREIGN_TEXT, offsetof(struct wire_alert, starts),   NULL, 0},
    {"labels",           FOREIGN_RAW,  offsetof(struct wire_alert, raw),      NULL, 0},
    {"labels/alertname", FOREIGN_TEXT, offsetof(struct wire_alert, name),     NULL, 0},
    {"labels/always",    FOREIGN_TEXT, offsetof(struct wire_alert, always),   NULL, 0},
    {"labels/severity",  FOREIGN_TEXT, offsetof(struct wire_alert, severity), NULL, 0},
};
static const struct foreign alert_table = FOREIGN_OF(alert_members, struct wire_alert);
// clang-format on

/* --- validation --- */

static void add_problem(struct fault_list *problems, size_t index, const char *member,
                        const char *code, const char *sentence)
{
    char pointer[POINTER_MAX];

    (void)snprintf(pointer, sizeof pointer, "%zu%s", index, member);
    fault_list_add(problems, pointer, code, "%s", sentence);
}

/* Reads a time. FIELD_ABSENT for "" and for Go's zero time, which means that there is no time. */
static bool parse_time_or_absent(struct slice text, int64_t *out)
{
    *out = FIELD_ABSENT;
    return text.len == 0 || slice_starts(text, SLICE("0001-01-01T")) || parse_timestamp(text, out);
}

/* Computes the fingerprint of the labels, which does not depend on their order. False: jansson
 * cannot parse the labels. */
static bool set_label_fingerprint(struct wire_alert *alert, struct arena *arena,
                                  struct fault *fault)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    struct json_body *body;
    struct buf text = BUF(2 * RULE_LABELS_MAX);
    bool ok;

    if (!fields_parse(alert->raw, true, &body, arena, fault))
        return false;
    ok = fields_encode_canonical(body, &text, fault);
    fields_parse_finish(body);
    if (ok) {
        digest_sha256(buf_as_slice(&text), hash);
        digest_hex(hash, FINGERPRINT_BYTES, alert->fingerprint);
    }
    buf_finish(&text);
    return ok;
}

static void parse_labels(struct wire_alert *alert, size_t index, struct arena *arena,
                         struct fault_list *problems)
{
    struct fault fault;

    if (alert->raw.at == NULL || alert->raw.at[0] != '{')
        add_problem(problems, index, "/labels", "required", "Must be an object");
    else if (alert->raw.len > RULE_LABELS_MAX)
        add_problem(problems, index, "/labels", "too_long", "Must be at most 4096 bytes");
    else if (!set_label_fingerprint(alert, arena, &fault))
        add_problem(problems, index, "/labels", "bad_labels", fault.detail);
    else if (alert->name.len == 0)
        add_problem(problems, index, "/labels/alertname", "required",
                    "Must be the name of the rule");
    else if (alert->name.len > ALERTNAME_MAX)
        add_problem(problems, index, "/labels/alertname", "too_long", "Must be at most 200 bytes");
}

bool rule_alert_decode_list(struct slice body, struct foreign_list *out, struct arena *arena,
                            struct fault *fault)
{
    static const char bad_time[] = "Must be a time like 2026-01-02T03:04:05Z";
    struct fault_list problems;
    struct foreign_list list;

    if (!foreign_read_list(&alert_table, RULE_ALERTS_MAX, body, &list, arena, fault))
        return false;
    fault_list_init(&problems, arena);
    for (size_t i = 0; i < list.count; i++) {
        struct wire_alert *alert = (struct wire_alert *)list.items + i;

        parse_labels(alert, i, arena, &problems);
        if (!parse_time_or_absent(alert->starts, &alert->starts_us))
            add_problem(&problems, i, "/startsAt", "bad_time", bad_time);
        if (!parse_time_or_absent(alert->ends, &alert->ends_us))
            add_problem(&problems, i, "/endsAt", "bad_time", bad_time);
    }
    if (list.left_out > 0)
        add_problem(&problems, list.count, "", "too_many", "There are more than 256 alerts");
    if (!fault_list_ok(&problems, fault))
        return false;
    *out = list;
    return true;
}

/* --- conversion --- */

static void put_name_as_slug(struct slice name, struct buf *out)
{
    const size_t end = out->len + SLUG_MAX;
    bool apart = false;

    for (size_t i = 0; i < name.len && out->len + apart < end; i++) {
        const int32_t c = text_to_lower((unsigned char)name.at[i]);

        if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
            apart = out->len > sizeof RULE_PREFIX - 1;
            continue;
        }
        if (apart)
            buf_char(out, '-');
        buf_char(out, (char)c);
        apart = false;
    }
    if (out->len == sizeof RULE_PREFIX - 1)
        buf_text(out, "rule");
}

static void write_alert_names(const struct wire_alert *alert, struct rule_alert *out)
{
    struct buf rule = buf_over(out->rule, sizeof out->rule - 1);

    buf_text(&rule, RULE_PREFIX);
    put_name_as_slug(alert->name, &rule);
    (void)snprintf(out->incident.check, sizeof out->incident.check, "%.*s-%.8s",
                   SLUG_MAX + (int)sizeof RULE_PREFIX - 1, out->rule, alert->fingerprint);
}

/* Writes as much of the text as fits, with control characters replaced by spaces. */
static void put_text_as_line(struct slice text, struct buf *out)
{
    const struct slice cut = {text.at, slice_prefix_len(text, out->max - out->len)};

    for (size_t i = 0; i < cut.len; i++)
        if (cut.at[i] > 0 && cut.at[i] < ' ')
            buf_char(out, ' ');
        else
            buf_char(out, cut.at[i]);
}

static void write_detail(const struct wire_alert *alert, struct incident *out)
{
    const struct slice parts[] = {alert->summary, alert->description, alert->message};
    struct buf text = buf_over(out->detail, sizeof out->detail - 1);

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].len == 0)
            continue;
        put_text_as_line(text.len > 0 ? SLICE(". ") : SLICE(""), &text);
        put_text_as_line(parts[i], &text);
    }
    if (text.len == 0)
        put_text_as_line(alert->name, &text);
}

/* Copies a command. One that is too long is omitted, because a truncated command would be another
 * command; one with control characters is omitted too. */
static void copy_command_if_one_line(struct slice text, struct incident *out)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.at[i] > 0 && text.at[i] < ' ') || text.at[i] == 0x7f)
            return;
    if (text.len <= INCIDENT_COMMAND_MAX && text.len > 0)
        memcpy(out->command, text.at, text.len);
}

/* Copies the section of the runbook from "docs/runbook.md#service" or a URL with a fragment. */
static void copy_runbook_section(struct slice link, struct incident *out)
{
    (void)slice_cut(&link, '#');
    if (link.len <= CHECK_NAME_MAX && text_is_slug(link))
        memcpy(out->runbook, link.at, link.len);
}

void rule_alert_read(const struct foreign_list *list, size_t index, int64_t now_us,
                     struct rule_alert *out)
{
    const struct wire_alert *alert = (const struct wire_alert *)list->items + index;
    const struct slice severity = alert->severity;
    const bool critical = slice_is(severity, "critical") || slice_is(severity, "page");
    const bool plausible = alert->starts_us != FIELD_ABSENT && alert->starts_us <= now_us &&
                           alert->starts_us > now_us - 365 * day_us;

    *out = (struct rule_alert){
        .quiet = slice_is(severity, "none"),
        .always = slice_is(alert->always, "true"),
        .incident = {.level = critical ? LEVEL_RED : LEVEL_YELLOW,
                     .severity = critical ? SEVERITY_CRITICAL : SEVERITY_WARNING,
                     .trouble = TROUBLE_RULE,
                     .reading = {.measure = MEASURES},
                     .started_us = plausible ? alert->starts_us : now_us},
        .starts_us = plausible ? alert->starts_us : 0,
        .until_us = alert->ends_us == FIELD_ABSENT
                        ? now_us + UNREPEATED_MS * US_PER_MS
                        : number_clamp(alert->ends_us, 1, now_us + day_us),
    };
    write_alert_names(alert, out);
    write_detail(alert, &out->incident);
    copy_command_if_one_line(alert->command, &out->incident);
    copy_runbook_section(alert->runbook.len > 0 ? alert->runbook : alert->runbook_url,
                         &out->incident);
}
