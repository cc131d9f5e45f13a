// SPDX-License-Identifier: MIT
#include "channels/feed_trust.h"

#include "base/date.h"

/* What an answer means. */
struct rule {
    bool lets_in;         /* its nights are held from now on */
    bool counts_omission; /* it may be one of two complete answers in a row */
    enum feed_verdict verdict;
    const char *error; /* NULL: none, or that of the reading */
};

enum finding { COMPLETE, SHRUNKEN, JUMPED, INCOMPLETE, NOT_A_CALENDAR, UNTRUSTED_PAGE, UNREADABLE };

// clang-format off
static const struct rule rules[] = {
    [COMPLETE]       = {true,  true,  FEED_OK,      NULL},
    [SHRUNKEN]       = {true,  false, FEED_SUSPECT, "shrunken"},
    [JUMPED]         = {true,  false, FEED_SUSPECT, "times_jumped"},
    [INCOMPLETE]     = {true,  false, FEED_SUSPECT, "incomplete"},
    [NOT_A_CALENDAR] = {false, false, FEED_SUSPECT, "not_a_calendar"},
    /* The address has never been a calendar: probably a wrong address. */
    [UNTRUSTED_PAGE] = {false, false, FEED_FAILING, "not_a_calendar"},
    [UNREADABLE]     = {false, false, FEED_FAILING, NULL},
};
// clang-format on

/* A list of nights in their order. */
struct nights {
    const int32_t *at;
    size_t count;
};

static bool has_night(struct nights list, int32_t night)
{
    size_t low = 0, high = list.count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (list.at[middle] < night)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list.count && list.at[low] == night;
}

/* The nights of the state after `today` with the property `said`, or of all that were not missed.
 */
static bool list_nights(const struct feed_state *state, bool only_said, int32_t after,
                        struct arena *arena, struct nights *out, struct fault *fault)
{
    int32_t *list = arena_alloc(arena, (state->count + 1) * sizeof *list);
    size_t count = 0;

    if (list == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < state->count; i++) {
        const struct feed_night *night = &state->nights[i];
        if (night->night > after && (only_said ? night->said : !night->missed))
            list[count++] = night->night;
    }
    *out = (struct nights){list, count};
    return true;
}

static bool is_shrunken(struct nights held, struct nights said)
{
    size_t gone = 0;

    for (size_t i = 0; i < held.count; i++)
        gone += !has_night(said, held.at[i]);
    return gone * 100 > held.count * FEED_SHRINK_PERCENT;
}

static size_t count_stays(struct nights list)
{
    size_t stays = 0;

    for (size_t i = 0; i < list.count; i++)
        stays += i == 0 || list.at[i] != list.at[i - 1] + 1;
    return stays;
}

/* True if `said` is `held` moved by `days`. Nights that the move takes to today and before, or
 * brings from there, do not count. */
static bool is_moved_by(struct nights held, struct nights said, int32_t days, int32_t today)
{
    const int32_t from = today + (days > 0 ? days : 0);
    size_t moved = 0;

    for (size_t i = 0; i < held.count; i++) {
        if (held.at[i] + days <= from)
            continue;
        if (!has_night(said, held.at[i] + days))
            return false;
        moved++;
    }
    for (size_t i = 0; i < said.count; i++)
        moved -= said.at[i] > from;
    return moved == 0;
}

static bool is_jumped(struct nights held, struct nights said, int32_t passed, int32_t today)
{
    if (count_stays(held) < FEED_JUMP_STAYS || count_stays(said) < FEED_JUMP_STAYS ||
        is_moved_by(held, said, 0, today))
        return false;
    for (int32_t days = 1; days <= FEED_JUMP_DAYS; days++) {
        if ((days != passed && is_moved_by(held, said, days, today)) ||
            is_moved_by(held, said, -days, today))
            return true;
    }
    return false;
}

/* The nights that an answer omits are compared with all that the feed holds, except those that the
 * answer before has omitted already. */
static bool judge_complete(const struct feed_state *before, struct nights said, int32_t today,
                           struct arena *arena, enum finding *out, struct fault *fault)
{
    struct nights held;

    *out = COMPLETE;
    if (!before->trusted)
        return true;
    if (!list_nights(before, false, today, arena, &held, fault))
        return false;
    if (is_jumped(held, said, before->day != DATE_ABSENT ? today - before->day : 0, today))
        *out = JUMPED;
    else if (is_shrunken(held, said))
        *out = SHRUNKEN;
    return true;
}

static bool find_meaning(const struct feed_state *before, enum feed_answer answer,
                         struct nights said, int32_t today, struct arena *arena, enum finding *out,
                         struct fault *fault)
{
    switch (answer) {
    case FEED_ANSWER_COMPLETE:
        return judge_complete(before, said, today, arena, out, fault);
    case FEED_ANSWER_INCOMPLETE:
        *out = INCOMPLETE;
        return true;
    case FEED_ANSWER_NOT_A_CALENDAR:
        *out = before->trusted ? NOT_A_CALENDAR : UNTRUSTED_PAGE;
        return true;
    case FEED_ANSWER_NONE:
    case FEED_ANSWER_UNCHANGED:
        break;
    }
    *out = UNREADABLE;
    return true;
}

/* A night that was held after an answer by `rule`. False: it is freed. */
static bool keep_night(const struct rule *rule, struct nights said, int32_t today,
                       struct feed_night *night)
{
    if (rule->lets_in)
        night->said = has_night(said, night->night);
    if (!rule->counts_omission || night->said || night->night <= today) {
        night->missed = false;
        return true;
    }
    if (night->missed)
        return false;
    night->missed = true;
    return true;
}

/* Merges the nights of `said` into those of the state. */
static bool merge_nights(const struct feed_state *before, const struct rule *rule,
                         struct nights said, int32_t today, struct arena *arena,
                         struct feed_judgement *out, struct fault *fault)
{
    const size_t added = rule->lets_in ? said.count : 0;
    struct feed_night *list = arena_alloc(arena, (before->count + added + 1) * sizeof *list);
    size_t count = 0, next = 0;

    if (list == NULL)
        return arena_fault(fault);
    out->is_changed = false;
    for (size_t i = 0; i < before->count; i++) {
        struct feed_night night = before->nights[i];
        for (; next < added && said.at[next] < night.night; next++) {
            list[count++] = (struct feed_night){said.at[next], true, false};
            out->is_changed = true;
        }
        next += next < added && said.at[next] == night.night;
        if (keep_night(rule, said, today, &night))
            list[count++] = night;
        out->is_changed =
            out->is_changed || count == 0 || list[count - 1].night != before->nights[i].night ||
            night.said != before->nights[i].said || night.missed != before->nights[i].missed;
    }
    for (; next < added; next++) {
        list[count++] = (struct feed_night){said.at[next], true, false};
        out->is_changed = true;
    }
    out->state.nights = list;
    out->state.count = count;
    return true;
}

bool feed_judge(const struct feed_state *before, const struct feed_reading *reading, int32_t today,
                struct arena *arena, struct feed_judgement *out, struct fault *fault)
{
    const bool is_repeated = reading->answer == FEED_ANSWER_UNCHANGED;
    const enum feed_answer answer = is_repeated ? before->last : reading->answer;
    struct nights said = {reading->nights, reading->count};
    enum finding finding;

    if ((is_repeated && !list_nights(before, true, INT32_MIN, arena, &said, fault)) ||
        !find_meaning(before, answer, said, today, arena, &finding, fault))
        return false;
    const struct rule *rule = &rules[finding];

    *out = (struct feed_judgement){
        .verdict = rule->verdict,
        .error = finding == UNREADABLE ? reading->error : rule->error,
        .state = {.last = answer == FEED_ANSWER_NONE ? before->last : answer,
                  .trusted = before->trusted || finding == COMPLETE,
                  .day = today},
    };
    return merge_nights(before, rule, said, today, arena, out, fault);
}

bool feed_accept(const struct feed_state *before, int32_t today, struct arena *arena,
                 struct feed_judgement *out, struct fault *fault)
{
    struct feed_night *list = arena_alloc(arena, (before->count + 1) * sizeof *list);
    size_t count = 0;

    if (list == NULL)
        return arena_fault(fault);
    for (size_t i = 0; i < before->count; i++) {
        const struct feed_night *night = &before->nights[i];
        if (night->said || night->night <= today)
            list[count++] = (struct feed_night){night->night, night->said, false};
    }
    *out = (struct feed_judgement){
        .state = {list, count, before->last, true, before->day},
        .verdict = FEED_OK,
        .is_changed = true,
    };
    return true;
}

bool feed_is_acceptable(enum feed_verdict verdict, enum feed_answer last)
{
    return verdict == FEED_SUSPECT &&
           (last == FEED_ANSWER_COMPLETE || last == FEED_ANSWER_INCOMPLETE);
}
