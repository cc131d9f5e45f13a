// SPDX-License-Identifier: MIT
#include "matrix.h"

#include <stdio.h>

#include "api/steps.h"

enum { CODE_MAX = 64 };
static char answer[CODE_MAX];

static const char *given(const char *prefix, struct slice word)
{
    snprintf(answer, sizeof answer, "%s%.*s", prefix, SLICE_ARG(word));
    return answer;
}

static struct slice next_word(struct slice *rest)
{
    while (rest->len > 0 && rest->at[0] == ' ')
        *rest = slice_from(*rest, 1);
    return slice_cut(rest, ' ');
}

static bool holds(const struct matrix_fact *facts, struct slice name)
{
    size_t i = 0;

    while (facts[i].name != NULL && !slice_is(name, facts[i].name))
        i++;
    if (facts[i].name == NULL)
        ck_abort_msg("no fact %.*s", SLICE_ARG(name));
    return facts[i].holds;
}

/* The code of the first need that does not hold; absent: all hold. */
static struct slice unmet(const char *needs, const struct matrix_fact *facts)
{
    struct slice rest = slice_of(needs);

    while (rest.len > 0) {
        struct slice code = next_word(&rest);
        const struct slice fact = slice_cut(&code, ':');
        if (!holds(facts, fact))
            return code;
    }
    return SLICE_NONE;
}

/* The status with this prefix; NULL: none. */
static const char *status_of(const struct matrix *matrix, struct slice word)
{
    for (int i = 0; i < matrix->status_count && word.len == 4; i++) {
        if (strncmp(matrix->machine->statuses[i], word.at, 4) == 0)
            return matrix->machine->statuses[i];
    }
    return NULL;
}

static const struct matrix_row *row_of(const struct matrix *matrix, int action, unsigned actor)
{
    for (size_t i = 0; i < matrix->row_count; i++)
        if (matrix->rows[i].action == action && (matrix->rows[i].actor & actor) != 0)
            return &matrix->rows[i];
    return NULL;
}

const char *matrix_expected(const struct matrix *matrix, int action, int status, unsigned actor,
                            const struct matrix_fact *facts)
{
    const struct matrix_row *row = row_of(matrix, action, actor);
    struct slice rest, word = {NULL, 0};

    if (row == NULL)
        return "forbidden";
    rest = slice_of(row->words);
    for (int i = 0; i <= status; i++)
        word = next_word(&rest);
    if (word.len == 0)
        ck_abort_msg("a row is too short: %s", row->words);
    if (slice_is(word, "."))
        return given("already_", slice_of(matrix->machine->statuses[status]));
    if (word.at[0] == '*') {
        const struct slice code = unmet(row->needs, facts);
        if (code.at != NULL)
            return given("", code);
        word = slice_from(word, 1);
    }
    const struct slice whole = word;
    const struct slice paid = slice_cut(&word, '/');
    const struct slice chosen = word.at == NULL || holds(facts, slice_of("paid")) ? paid : word;
    const char *name = status_of(matrix, chosen);
    return name != NULL ? name : given("", whole);
}

static bool is_listed(const struct transition_allowed *allowed, size_t count, int action)
{
    for (size_t i = 0; i < count; i++)
        if (allowed[i].row->action == action)
            return true;
    return false;
}

static void compare(const struct matrix *matrix, int action, struct transition_state state,
                    unsigned actor, bool listed, const struct matrix_fact *facts, const char *why)
{
    const struct transition_machine *machine = matrix->machine;
    const char *verb = machine->actions[action].verb, *from = machine->statuses[state.status];
    const char *want = matrix_expected(matrix, action, state.status, actor, facts);
    int to = -1;
    struct fault fault = {.code = ""};
    const bool goes = transition_check(machine, state, action, actor, &to, &fault);
    const char *got = goes ? machine->statuses[to] : fault.code;

    const bool shown = goes && machine->actions[action].label.ru.at != NULL;
    const struct step_last last = {slice_of(from), slice_of(got), SLICE("x")};
    const bool leads = !goes || transition_repeats(machine, &last, to, action, SLICE("x"));

    /* A check costs a system call, so only failures call it. */
    const bool never = strcmp(want, "forbidden") == 0;

    if (strcmp(got, want) == 0 && goes == (to >= 0) && leads && listed == shown &&
        (goes || never == (fault.kind == FAULT_FORBIDDEN)))
        return;
    ck_assert_msg(goes || never == (fault.kind == FAULT_FORBIDDEN),
                  "%s from %s by %u: only what an actor may never do is forbidden", verb, from,
                  actor);
    ck_assert_msg(goes == (to >= 0), "outputs are untouched on failure");
    ck_assert_msg(leads, "%s leads from %s to %s", verb, from, got);
    ck_assert_msg(listed == shown, "listed actions are allowed and others refused: %s from %s",
                  verb, from);
    ck_abort_msg("%s from %s by %u, %s: %s, not %s", verb, from, actor, why, got, want);
}

void matrix_compare(const struct matrix *matrix, int status, struct transition_state state,
                    const struct matrix_fact *facts, const char *why)
{
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];

    ck_assert_int_eq(state.status, status);
    const unsigned actors[] = {matrix->actors[0], matrix->actors[1], TRANSITION_BY_STAFF,
                               TRANSITION_BY_SYSTEM};

    for (size_t i = 0; i < ARRAY_LEN(actors); i++) {
        const unsigned actor = actors[i];
        const size_t count = transition_allowed(matrix->machine, state, actor, allowed);

        for (int action = 0; action < (int)matrix->machine->action_count; action++)
            compare(matrix, action, state, actor, is_listed(allowed, count, action), facts, why);
    }
}
