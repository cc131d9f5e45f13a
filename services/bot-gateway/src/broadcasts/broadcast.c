// SPDX-License-Identifier: MIT
#include "broadcasts/broadcast.h"

#include "base/number.h"

#include "outbox/rate_limit.h"

const char *const broadcast_status_names[] = {"running", "paused", "done", "cancelled", NULL};
const char *const broadcast_action_names[] = {"pause", "resume", "cancel", NULL};

static const char *const already[] = {"already_running", "already_paused", "already_done",
                                      "already_cancelled"};

// clang-format off
static const struct transition_action actions[BROADCAST_ACTIONS] = {
    [BROADCAST_PAUSE]  = {"pause",  "broadcast.pause",  {TEXTS_LITERAL("Приостановить"), TEXTS_LITERAL("Кідірту"), TEXTS_LITERAL("Pause")}},
    [BROADCAST_RESUME] = {"resume", "broadcast.resume", {TEXTS_LITERAL("Продолжить"), TEXTS_LITERAL("Жалғастыру"), TEXTS_LITERAL("Resume")}},
    [BROADCAST_CANCEL] = {"cancel", "broadcast.cancel", {TEXTS_LITERAL("Отменить"), TEXTS_LITERAL("Болдырмау"), TEXTS_LITERAL("Cancel")}},
};

/* action, from, to, actors, conditions */
static const struct transition rows[] = {
    {BROADCAST_PAUSE,  1 << BROADCAST_RUNNING, BROADCAST_PAUSED,  TRANSITION_BY_STAFF, 0},
    {BROADCAST_RESUME, 1 << BROADCAST_PAUSED,  BROADCAST_RUNNING, TRANSITION_BY_STAFF, 0},
    {BROADCAST_CANCEL, 1 << BROADCAST_RUNNING | 1 << BROADCAST_PAUSED, BROADCAST_CANCELLED, TRANSITION_BY_STAFF, 0},
};
// clang-format on

const struct transition_machine broadcast_machine = {
    .noun = "broadcast",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = BROADCAST_ACTIONS,
    .statuses = broadcast_status_names,
    .already = already,
};

int64_t broadcast_count_queueable(const struct broadcast_state *state)
{
    const int64_t ready = BROADCAST_READY_MAX - state->ready;
    const int64_t queued = BROADCAST_QUEUED_MAX - state->queued;

    return number_max(number_min(ready, queued), 0);
}

enum broadcast_step broadcast_next_step(const struct broadcast_state *state)
{
    if (state->status == BROADCAST_CANCELLED)
        return state->left || state->queued > 0 ? BROADCAST_CLEAR : BROADCAST_FINISH;
    if (!state->found)
        return state->settled ? BROADCAST_FIND : BROADCAST_WAIT;
    if (state->status != BROADCAST_RUNNING)
        return BROADCAST_WAIT;
    if (state->left) /* in batches, because few large statements cost less than many small ones */
        return broadcast_count_queueable(state) >= BROADCAST_READY_MAX / 3 ? BROADCAST_QUEUE
                                                                           : BROADCAST_WAIT;
    return state->queued > 0 ? BROADCAST_WAIT : BROADCAST_FINISH;
}

/* --- the remaining time --- */

/* Expected messages per BROADCAST_RATE_MS; 0 or less: unknown. The measured rate is not used if the
 * broadcast has run too briefly, the bot is paused, or all remaining chats back off. */
static int64_t compute_expected_rate(const struct broadcast_rate *rate)
{
    const int64_t over_ms = number_min(rate->running_ms, BROADCAST_RATE_MS);
    const int64_t most = (int64_t)RATE_LIMIT_BOT_RATE * BROADCAST_RATE_MS / 1000;

    if (over_ms < BROADCAST_RATE_MIN_MS || rate->pause_ms > 0 || rate->left <= rate->backing_off)
        return most - rate->others; /* the rate limit is shared with the bot's other messages */
    return number_min(rate->sent * BROADCAST_RATE_MS / over_ms, most);
}

int64_t broadcast_compute_eta_s(const struct broadcast_rate *rate)
{
    const int64_t per_window = compute_expected_rate(rate);

    if (rate->status != BROADCAST_RUNNING)
        return FIELD_ABSENT;
    if (rate->left <= 0)
        return 0;
    if (per_window <= 0)
        return FIELD_ABSENT;
    const int64_t ms = (rate->left * BROADCAST_RATE_MS + per_window - 1) / per_window;
    const int64_t until_ms =
        number_max(number_max(rate->pause_ms, 0) + ms, number_max(rate->backoff_ms, 0));
    return (until_ms + 999) / 1000;
}

/* --- counts of the API --- */

static int64_t count_outcomes_but_cancelled(const struct broadcast_counts *counts)
{
    return counts->sent + counts->failed + counts->unreachable + counts->uncertain;
}

int64_t broadcast_count_unfinished(const struct broadcast *broadcast)
{
    const struct broadcast_counts *counts = &broadcast->counts;
    const int64_t left =
        number_max(broadcast->total - count_outcomes_but_cancelled(counts) - counts->cancelled, 0);

    return broadcast->status == BROADCAST_CANCELLED && left > broadcast->queued ? broadcast->queued
                                                                                : left;
}

int64_t broadcast_count_cancelled(const struct broadcast *broadcast)
{
    return number_max(broadcast->total - count_outcomes_but_cancelled(&broadcast->counts) -
                          broadcast_count_unfinished(broadcast),
                      0);
}

int64_t broadcast_percent_done(const struct broadcast *broadcast)
{
    if (broadcast->total == 0)
        return 100;
    return (broadcast->total - broadcast_count_unfinished(broadcast)) * 100 / broadcast->total;
}
