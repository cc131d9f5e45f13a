// SPDX-License-Identifier: MIT
#include "api/deliver_private.h"
#include "base/number.h"
#include "base/parse.h"
#include "base/retry.h"

enum { SECONDS_READ = 1000000000, MS_PER_S = 1000 };

static const struct retry_policy retries = {
    .jitter_percent = 50, .waits_ms = {2000, 5000, 15000, 45000, 120000, 300000}
};
const struct deliver_policy deliver_default_policy = {
    .waits = &retries, .refusals_max = DELIVER_REFUSALS_MAX, .age_max_s = DELIVER_AGE_MAX_S};

int64_t deliver_parse_retry_after_s(struct slice header)
{
    int64_t seconds;

    return parse_i64(header, 0, SECONDS_READ, &seconds) ? seconds : FIELD_ABSENT;
}

static int64_t clamp_retry_after_ms(int64_t retry_after_s)
{
    return number_clamp(retry_after_s, 1, DELIVER_RETRY_AFTER_MAX_S) * MS_PER_S;
}

/* True if the whole receiver is unavailable (Standard Webhooks, "Delivery success and failure"). */
static bool receiver_is_down(const struct deliver_result *result)
{
    if (result->end != DELIVER_ANSWERED)
        return result->end == DELIVER_NOT_SENT;
    return result->status == 429 || (result->status >= 502 && result->status <= 504);
}

struct deliver_decision deliver_decide(const struct deliver_policy *policy,
                                       const struct deliver_result *result,
                                       const struct deliver_history *history, uint32_t chance)
{
    const bool answered = result->end == DELIVER_ANSWERED;
    const bool down = receiver_is_down(result);
    const bool asked = answered && result->retry_after_s != FIELD_ABSENT;
    const int64_t own_ms = retry_wait_ms(policy->waits, history->tries + 1, chance);
    struct deliver_decision decision = {.outcome = DELIVER_AGAIN};

    if (answered && result->status >= 200 && result->status <= 299)
        return (struct deliver_decision){.outcome = DELIVER_DONE};
    if (answered && result->status == 410)
        return (struct deliver_decision){.outcome = DELIVER_GONE};
    decision.refused = !down;
    decision.lane_ms = asked ? clamp_retry_after_ms(result->retry_after_s) : own_ms;
    if (decision.refused && decision.lane_ms < own_ms)
        /* By Retry-After a receiver cannot shorten the retries of an item that it refuses. */
        decision.lane_ms = own_ms;
    if (down)
        decision.block_ms = asked ? clamp_retry_after_ms(result->retry_after_s)
                                  : retry_wait_ms(policy->waits, history->failures + 1, chance);
    if (decision.refused && policy->refusals_max > 0 &&
        history->refusals + 1 >= policy->refusals_max)
        decision.outcome = DELIVER_DEAD;
    return decision;
}
