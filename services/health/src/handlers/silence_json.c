// SPDX-License-Identifier: MIT
#include "handlers/silence_json.h"

#include "base/now.h"

#include "prometheus/rules.h"
#include "status/verdict.h"

struct silence_shown {
    struct uuid id;
    struct slice match;
    struct slice reason;
    struct slice by;
    int64_t since;
    int64_t until;
};

static void validate_silence_end(const void *value, struct fault_list *problems)
{
    const struct silence_shown *shown = value;
    const int64_t now_us = now_wall_us();

    if (shown->until == FIELD_ABSENT)
        return;
    if (shown->until <= now_us)
        fault_list_add(problems, "until", "in_the_past", "Must be later than now");
    else if (shown->until > now_us + (int64_t)SILENCE_DAYS_MAX * 24 * 3600 * US_PER_S)
        fault_list_add(problems, "until", "too_late", "Must be within %d days", SILENCE_DAYS_MAX);
}

// clang-format off
#define AT(member) .offset = offsetof(struct silence_shown, member)
#define TIMES                                                                                      \
    {.name = "until",  .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(until), .decode = field_decode_time}, \
    {.name = "reason", .type = FIELD_TEXT,   .flags = FIELD_REQUIRED, AT(reason), .min = 1, .max = SILENCE_REASON_MAX}
static const struct field silence_items[] = {
    {.name = "match", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, AT(match), .min = 1, .max = SILENCE_MATCH_MAX},
    TIMES,
};
static const struct field maintenance_items[] = {TIMES};
static const struct field shown_items[] = {
    {.name = "id",     .type = FIELD_UUID, AT(id)},
    {.name = "match",  .type = FIELD_TEXT, AT(match)},
    {.name = "until",  .type = FIELD_TIME, AT(until)},
    {.name = "reason", .type = FIELD_TEXT, AT(reason)},
    {.name = "by",     .type = FIELD_TEXT, AT(by)},
    {.name = "since",  .type = FIELD_TIME, AT(since)},
};
// clang-format on
static const struct fields wanted_silence =
    FIELDS_CHECKED(silence_items, struct silence_shown, validate_silence_end);
static const struct fields wanted_maintenance =
    FIELDS_CHECKED(maintenance_items, struct silence_shown, validate_silence_end);
static const struct fields silence_fields = FIELDS_OF(shown_items, struct silence_shown);

static bool copy_as_new_silence(const struct silence_shown *shown, struct silence *out)
{
    *out = (struct silence){.since_us = now_wall_us(), .until_us = shown->until};
    memcpy(out->match, shown->match.at, shown->match.len);
    memcpy(out->reason, shown->reason.at, shown->reason.len);
    return true;
}

static bool matches_any_check(const struct plan *plan, struct slice match)
{
    char room[SILENCE_MATCH_MAX + 1] = {0};
    const struct silence_match silence = {.match = room, .until_us = INT64_MAX};

    /* Accepted unchecked, because only Prometheus knows its rules. */
    if (slice_starts(match, SLICE(RULE_PREFIX)))
        return true;
    memcpy(room, match.at, match.len);
    for (size_t i = 0; i < plan->count; i++)
        if (verdict_is_silenced(&silence, 1, plan->checks[i].name, plan->checks[i].always, 0))
            return true;
    return false;
}

/* True for printable ASCII without spaces; names of checks and '*' consist of such characters. */
static bool is_valid_match(struct slice match)
{
    for (size_t i = 0; i < match.len; i++)
        if (match.at[i] <= ' ' || match.at[i] > '~')
            return false;
    return match.len <= SILENCE_MATCH_MAX;
}

bool silence_decode(const struct http_request *req, const struct plan *plan, struct silence *out,
                    struct fault *fault)
{
    struct silence_shown shown;

    fields_clear(&wanted_silence, &shown);
    if (!http_request_decode(req, &wanted_silence, false, &shown, NULL, fault))
        return false;
    if (!is_valid_match(shown.match) || !matches_any_check(plan, shown.match))
        return fault_set_field(fault, req->arena, "match", "unknown_check",
                               "Must be the name of a check, or a beginning of names and '*'; "
                               "a check with `always` only by its name");
    return copy_as_new_silence(&shown, out);
}

bool maintenance_decode(const struct http_request *req, struct silence *out, struct fault *fault)
{
    struct silence_shown shown;

    fields_clear(&wanted_maintenance, &shown);
    shown.match = SLICE("*");
    return http_request_decode(req, &wanted_maintenance, false, &shown, NULL, fault) &&
           copy_as_new_silence(&shown, out);
}

void silence_encode(const struct silence *silence, struct buf *out)
{
    const struct silence_shown shown = {
        .id = silence->id,
        .match = slice_of(silence->match),
        .reason = slice_of(silence->reason),
        .by = slice_of(silence->who),
        .since = silence->since_us,
        .until = silence->until_us,
    };

    fields_encode(&silence_fields, &shown, false, out);
}
