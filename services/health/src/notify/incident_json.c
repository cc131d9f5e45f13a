// SPDX-License-Identifier: MIT
#include "notify/incident_json.h"

#include "api/transition.h"
#include "json/fields.h"

struct incident_shown {
    struct uuid id;
    struct slice check;
    int level;
    int severity;
    struct slice trouble;
    struct slice detail;
    int64_t started_at;
    int64_t ended_at;
    struct slice acked_by;
    int64_t acked_at;
};

/* Names of levels, in the order of enum level. */
static const char *const levels[] = {"unknown", "green", "yellow", "red", NULL};

/* An acknowledgement does not change the level of the incident. An incident that has ended can be
 * acknowledged too. */
enum { ACK, ACTIONS };
enum { UNACKED = 1 }; /* bit of a condition: the incident is not acknowledged yet */

// clang-format off
static const struct transition_action actions[ACTIONS] = {
    [ACK] = {"ack", "incident.ack", {TEXTS_LITERAL("Вижу, занимаюсь"), TEXTS_LITERAL("Көрдім, айналысамын"), TEXTS_LITERAL("I am on it")}},
};

/* action, from, to, actors, conditions */
static const struct transition rows[] = {
    {ACK, 1 << LEVEL_YELLOW | 1 << LEVEL_RED, TRANSITION_STAYS, TRANSITION_BY_STAFF, UNACKED},
};
// clang-format on

static const struct transition_machine machine = {
    .noun = "incident",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = ACTIONS,
    .statuses = levels,
};

static void encode_allowed_actions(const void *value, struct buf *out)
{
    const struct incident_shown *shown = value;
    const unsigned conditions = shown->acked_at == FIELD_ABSENT ? UNACKED : 0;

    transition_encode(&machine, (struct transition_state){shown->level, conditions},
                      TRANSITION_BY_STAFF, FIELD_ABSENT, out);
}

// clang-format off
#define AT(member) .offset = offsetof(struct incident_shown, member)
static const struct field items[] = {
    {.name = "id",              .type = FIELD_UUID, AT(id)},
    {.name = "check",           .type = FIELD_SLUG, AT(check)},
    {.name = "status",          .type = FIELD_ENUM, AT(level), .names = levels},
    {.name = "severity",        .type = FIELD_ENUM, AT(severity), .names = severity_names},
    {.name = "trouble",         .type = FIELD_SLUG, AT(trouble)},
    {.name = "detail",          .type = FIELD_TEXT, AT(detail)},
    {.name = "started_at",      .type = FIELD_TIME, AT(started_at)},
    {.name = "ended_at",        .type = FIELD_TIME, AT(ended_at)},
    {.name = "acked_by",        .type = FIELD_TEXT, AT(acked_by)},
    {.name = "acked_at",        .type = FIELD_TIME, AT(acked_at)},
    {.name = "allowed_actions", .type = FIELD_CUSTOM, .offset = 0, .encode = encode_allowed_actions},
};
// clang-format on
static const struct fields incident_fields = FIELDS_OF(items, struct incident_shown);

static int64_t time_or_absent(int64_t us)
{
    return us != 0 ? us : FIELD_ABSENT;
}

void incident_encode(const struct incident *incident, struct buf *out)
{
    const struct incident_shown shown = {
        .id = incident->id,
        .check = slice_of(incident->check),
        .level = (int)incident->level,
        .severity = (int)incident->severity,
        .trouble =
            slice_of(incident->trouble != TROUBLE_NONE || incident->reading.measure == MEASURES
                         ? probe_trouble_names[incident->trouble]
                         : measure_kinds[incident->reading.measure].word),
        .detail = slice_of(incident->detail),
        .started_at = incident->started_us,
        .ended_at = time_or_absent(incident->ended_us),
        .acked_by = incident->acked_by[0] != '\0' ? slice_of(incident->acked_by) : SLICE_NONE,
        .acked_at = time_or_absent(incident->acked_us),
    };

    fields_encode(&incident_fields, &shown, false, out);
}
