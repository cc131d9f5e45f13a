// SPDX-License-Identifier: MIT
#include "broadcasts/broadcast.h"

#include "outbox/rate_limit.h"

const char *const broadcast_status_names[] = {"running", "paused", "done", "cancelled", NULL};
const char *const broadcast_action_names[] = {"pause", "resume", "cancel", NULL};

// clang-format off
static const struct {
    unsigned from; /* bit n: enum broadcast_status n */
    enum broadcast_status to;
} moves[BROADCAST_ACTIONS] = {
    [BROADCAST_PAUSE]  = {1U << BROADCAST_RUNNING,                          BROADCAST_PAUSED},
    [BROADCAST_RESUME] = {1U << BROADCAST_PAUSED,                           BROADCAST_RUNNING},
    [BROADCAST_CANCEL] = {1U << BROADCAST_RUNNING | 1U << BROADCAST_PAUSED, BROADCAST_CANCELLED},
};
// clang-format on

bool broadcast_may(int status, enum broadcast_action action)
{
    return (moves[action].from >> status & 1) != 0;
}

enum broadcast_status broadcast_after(enum broadcast_action action)
{
    return moves[action].to;
}

int64_t broadcast_room(const struct broadcast_state *state)
{
    const int64_t ready = BROADCAST_READY_MAX - state->ready;
    const int64_t queued = BROADCAST_QUEUED_MAX - state->queued;
    const int64_t room = ready < queued ? ready : queued;

    return room > 0 ? room : 0;
}

enum broadcast_step broadcast_next(const struct broadcast_state *state)
{
    if (state->status == BROADCAST_CANCELLED)
        return state->left || state->queued > 0 ? BROADCAST_CLEAR : BROADCAST_FINISH;
    if (!state->found)
        return state->settled ? BROADCAST_FIND : BROADCAST_WAIT;
    if (state->status != BROADCAST_RUNNING)
        return BROADCAST_WAIT;
    if (state->left) /* a few now and then cost more than many at once */
        return broadcast_room(state) >= BROADCAST_READY_MAX / 3 ? BROADCAST_QUEUE : BROADCAST_WAIT;
    return state->queued > 0 ? BROADCAST_WAIT : BROADCAST_FINISH;
}

/* --- how long it takes --- */

static int64_t at_least(int64_t value, int64_t least)
{
    return value > least ? value : least;
}

/* What the limit leaves in BROADCAST_RATE_MS. */
static int64_t allowed(const struct broadcast_pace *pace)
{
    return (int64_t)RATE_LIMIT_BOT_RATE * BROADCAST_RATE_MS / 1000 - pace->others;
}

/* Messages in BROADCAST_RATE_MS; 0 or less: not known. */
static int64_t rate_of(const struct broadcast_pace *pace)
{
    const int64_t over_ms =
        pace->running_ms < BROADCAST_RATE_MS ? pace->running_ms : BROADCAST_RATE_MS;
    const int64_t most = (int64_t)RATE_LIMIT_BOT_RATE * BROADCAST_RATE_MS / 1000;

    if (over_ms < BROADCAST_RATE_LEAST_MS || pace->pause_ms > 0 || pace->left <= pace->parked)
        return allowed(pace);
    const int64_t measured = pace->sent * BROADCAST_RATE_MS / over_ms;
    return measured < most ? measured : most;
}

int64_t broadcast_eta_s(const struct broadcast_pace *pace)
{
    const int64_t rate = rate_of(pace);

    if (pace->status != BROADCAST_RUNNING)
        return FIELD_ABSENT;
    if (pace->left <= 0)
        return 0;
    if (rate <= 0)
        return FIELD_ABSENT;
    const int64_t ms = (pace->left * BROADCAST_RATE_MS + rate - 1) / rate;
    const int64_t until_ms =
        at_least(at_least(pace->pause_ms, 0) + ms, at_least(pace->parked_ms, 0));
    return (until_ms + 999) / 1000;
}

/* --- as it is shown --- */

static int64_t not_cancelled(const struct broadcast_counts *counts)
{
    return counts->sent + counts->failed + counts->unreachable + counts->uncertain;
}

int64_t broadcast_left(const struct broadcast *broadcast)
{
    const struct broadcast_counts *counts = &broadcast->counts;
    const int64_t left = at_least(broadcast->total - not_cancelled(counts) - counts->cancelled, 0);

    return broadcast->status == BROADCAST_CANCELLED && left > broadcast->queued ? broadcast->queued
                                                                                : left;
}

int64_t broadcast_cancelled(const struct broadcast *broadcast)
{
    return at_least(
        broadcast->total - not_cancelled(&broadcast->counts) - broadcast_left(broadcast), 0);
}

int64_t broadcast_progress(const struct broadcast *broadcast)
{
    if (broadcast->total == 0)
        return 100;
    return (broadcast->total - broadcast_left(broadcast)) * 100 / broadcast->total;
}
