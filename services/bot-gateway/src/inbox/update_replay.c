// SPDX-License-Identifier: MIT
#include "inbox/update_replay.h"

#include "base/now.h"

/* How long after its receipt an update that has made calls can be replayed. A replay repeats the
 * calls with their Idempotency-Keys, whose answers are stored for 48 h (api/change_store.c); after
 * that the calls would take effect again. One of the 48 hours is left for the handling of
 * the update. */
enum { CALLS_REPEAT_S = 47 * 3600 };

/* Conditions of the action UPDATE_REPLAY. */
enum { READABLE = 1 << 0, IN_TIME = 1 << 1 };

static const char *const already[] = {"already_received", "already_done", "already_dead"};

// clang-format off
static const struct transition_action actions[UPDATE_ACTIONS] = {
    [UPDATE_REPLAY] = {"replay", "update.replay", {TEXTS_LITERAL("Обработать снова"), TEXTS_LITERAL("Қайта өңдеу"), TEXTS_LITERAL("Replay")}},
};

/* action, from, to, actors, conditions */
static const struct transition rows[] = {
    {UPDATE_REPLAY, 1 << UPDATE_DEAD, UPDATE_RECEIVED, TRANSITION_BY_STAFF, READABLE | IN_TIME},
};

static const struct transition_refusal refusals[] = {
    {READABLE, FAULT_CONFLICT, "unreadable", "The update cannot be read, so there is nothing to do."},
    {IN_TIME,  FAULT_CONFLICT, "too_old",    "What it may have changed in another service would be done a second time."},
};
// clang-format on

const struct transition_machine update_machine = {
    .noun = "update",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = UPDATE_ACTIONS,
    .statuses = update_status_names,
    .already = already,
    .refusals = refusals,
    .refusal_count = ARRAY_LEN(refusals),
};

int64_t update_get_replay_deadline_us(const struct update_shown *update)
{
    return update->has_calls ? update->received_at + CALLS_REPEAT_S * US_PER_S : FIELD_ABSENT;
}

struct transition_state update_transition_state_of(const struct update_shown *update,
                                                   int64_t now_us)
{
    const int64_t until = update_get_replay_deadline_us(update);
    const bool in_time = until == FIELD_ABSENT || now_us <= until;

    return (struct transition_state){update->status, (update->broken ? 0U : (unsigned)READABLE) |
                                                         (in_time ? (unsigned)IN_TIME : 0U)};
}
