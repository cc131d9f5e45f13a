// SPDX-License-Identifier: MIT
/* A state machine of a door: guests knock, staff open and lock it, the system closes it. */
#include "api/steps.h"
#include "api/transition.h"

#include "support/scratch.h"

enum { GUEST = 1 << ACTOR_OWN, STAFF = TRANSITION_BY_STAFF, SYSTEM = TRANSITION_BY_SYSTEM };
enum { SHUT, OPEN, LOCKED };
enum { KNOCK, UNLOCK, CLOSE, LOCK, ACTIONS };
enum { HAS_KEY = 1 << 0, IS_DAY = 1 << 1 };

static const char *const statuses[] = {"shut", "open", "locked", NULL};
static const char *const already[] = {"already_shut", "already_open", "already_locked"};
// clang-format off
static const struct transition_action actions[ACTIONS] = {
    [KNOCK]  = {"knock", "door.knock", {TEXTS_LITERAL("Стук"), TEXTS_LITERAL("Қағу"), TEXTS_LITERAL("Knock")}},
    [UNLOCK] = {"unlock", "door.unlock", {TEXTS_LITERAL("Открыть"), TEXTS_LITERAL("Ашу"), TEXTS_LITERAL("Unlock")}},
    [CLOSE]  = {.verb = "close", .audit = "door.close"},
    [LOCK]   = {"lock", "door.lock", {TEXTS_LITERAL("Запереть"), TEXTS_LITERAL("Құлыптау"), TEXTS_LITERAL("Lock")}},
};
static const struct transition rows[] = {
    {KNOCK,  1 << SHUT,   OPEN,   GUEST,          IS_DAY},
    {UNLOCK, 1 << LOCKED, OPEN,   STAFF,          HAS_KEY | IS_DAY},
    {UNLOCK, 1 << LOCKED, SHUT,   STAFF,          HAS_KEY},
    {CLOSE,  1 << OPEN,   SHUT,   SYSTEM | STAFF, 0},
    {LOCK,   1 << SHUT,   LOCKED, STAFF,          HAS_KEY},
};
static const struct transition_refusal refusals[] = {
    {HAS_KEY, FAULT_FORBIDDEN, "no_key",    "The key is needed."},
    {IS_DAY,  FAULT_CONFLICT,  "too_early", "By day only."},
};
static const struct transition_exception exceptions[] = {
    {KNOCK, 1 << LOCKED, FAULT_GONE, "nobody_home", "Nobody is home."},
};
// clang-format on
static const struct transition_machine door = {
    .noun = "door",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = ACTIONS,
    .statuses = statuses,
    .already = already,
    .refusals = refusals,
    .refusal_count = ARRAY_LEN(refusals),
    .exceptions = exceptions,
    .exception_count = ARRAY_LEN(exceptions),
};

static const struct {
    const char *why;
    int action, status;
    unsigned conditions, actor;
    const char *expected; /* status or code */
    enum fault_kind kind;
} cases[] = {
    {"a row without its condition fails",  KNOCK,  SHUT,   0,                GUEST,  "too_early",    FAULT_CONFLICT },
    {"with it, it passes",                 KNOCK,  SHUT,   IS_DAY,           GUEST,  "open",         0              },
    {"the first row that applies decides", UNLOCK, LOCKED, HAS_KEY | IS_DAY, STAFF,  "open",         0              },
    {"else the next",                      UNLOCK, LOCKED, HAS_KEY,          STAFF,  "shut",         0              },
    {"the first refusal in order",         UNLOCK, LOCKED, 0,                STAFF,  "no_key",       FAULT_FORBIDDEN},
    {"never this actor's action",          LOCK,   SHUT,   HAS_KEY,          GUEST,  "forbidden",    FAULT_FORBIDDEN},
    {"never, also from another status",    KNOCK,  LOCKED, 0,                STAFF,  "forbidden",    FAULT_FORBIDDEN},
    {"an exception before the status",     KNOCK,  LOCKED, IS_DAY,           GUEST,  "nobody_home",  FAULT_GONE     },
    {"nobody can from this status",        LOCK,   OPEN,   HAS_KEY,          STAFF,  "already_open", FAULT_CONFLICT },
    {"the system's row alone: others too", CLOSE,  OPEN,   0,                SYSTEM, "shut",         0              },
    {"an actor without rows",              CLOSE,  OPEN,   0,                GUEST,  "forbidden",    FAULT_FORBIDDEN},
};

TEST_ROWS_WHY(an_action_passes_or_is_refused_by_priority, cases)
{
    const struct transition_state state = {row->status, row->conditions};
    const bool allowed = transition_find(&door, state, row->action, row->actor) != NULL;
    int to = -1;

    if (transition_check(&door, state, row->action, row->actor, &to, &fault)) {
        ck_assert_str_eq(statuses[to], row->expected);
        ck_assert(allowed);
        return;
    }
    ck_assert(!allowed && to == -1);
    ck_assert_str_eq(fault.code, row->expected);
    ck_assert_int_eq(fault.kind, row->kind);
}

TEST(only_labelled_actions_of_the_actor_are_listed)
{
    struct transition_allowed allowed[TRANSITION_ACTIONS_MAX];
    const struct transition_state locked = {LOCKED, HAS_KEY}, open = {OPEN, ~0U};

    ck_assert_uint_eq(transition_allowed(&door, locked, STAFF, allowed), 1);
    ck_assert_slice(allowed[0].verb, "unlock");
    ck_assert_int_eq(allowed[0].row->to, SHUT);
    ck_assert_int_eq(allowed[0].until, FIELD_ABSENT);
    ck_assert_uint_eq(transition_allowed(&door, open, STAFF, allowed), 0);
    ck_assert_uint_eq(transition_allowed(&door, locked, GUEST, allowed), 0);
}

TEST(a_caller_repeats_only_its_own_step_to_the_present_status)
{
    const struct step_last last = {SLICE("shut"), SLICE("open"), SLICE("guest:1")};
    const struct step_last made = {.to = SLICE("open"), .actor = SLICE("guest:1")};

    ck_assert(transition_repeats(&door, &last, OPEN, KNOCK, SLICE("guest:1")));
    ck_assert(!transition_repeats(&door, &last, OPEN, KNOCK, SLICE("guest:2")));
    ck_assert(!transition_repeats(&door, &last, SHUT, KNOCK, SLICE("guest:1")));
    ck_assert(!transition_repeats(&door, &last, OPEN, UNLOCK, SLICE("guest:1")));
    ck_assert(!transition_repeats(&door, &made, OPEN, KNOCK, SLICE("guest:1")));
}
