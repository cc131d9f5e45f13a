// SPDX-License-Identifier: MIT
#include "api/deliver_private.h"
#include "base/parse.h"

enum { SECONDS_READ = 1000000000, MS_PER_S = 1000 };

/* Before the first repetition, the second ...; then as before the last. */
static const int64_t waits_ms[] = {2000, 5000, 15000, 45000, 120000, 300000};
enum { WAITS = ARRAY_LEN(waits_ms) };

static int64_t wait_after(int64_t before, uint32_t chance)
{
    const int64_t wait_ms = waits_ms[before < WAITS ? before : WAITS - 1];

    return wait_ms + (int64_t)chance % (wait_ms / 2);
}

int64_t deliver_retry_after(struct slice header)
{
    int64_t seconds;

    return parse_i64(header, 0, SECONDS_READ, &seconds) ? seconds : FIELD_ABSENT;
}

static int64_t asked_ms(int64_t retry_after_s)
{
    const int64_t most = DELIVER_RETRY_AFTER_MAX_S;
    const int64_t seconds = retry_after_s < 1 ? 1 : retry_after_s > most ? most : retry_after_s;

    return seconds * MS_PER_S;
}

/* The receiver as a whole cannot be used now. Standard Webhooks, "Delivery success and failure". */
static bool is_down(const struct deliver_result *result)
{
    if (result->end != DELIVER_ANSWERED)
        return result->end == DELIVER_NOT_SENT;
    return result->status == 429 || (result->status >= 502 && result->status <= 504);
}

struct deliver_verdict deliver_verdict_of(const struct deliver_result *result,
                                          const struct deliver_past *past, uint32_t chance)
{
    const bool answered = result->end == DELIVER_ANSWERED;
    const bool down = is_down(result);
    const bool asked = answered && result->retry_after_s != FIELD_ABSENT;
    const int64_t own_ms = wait_after(past->tries, chance);
    struct deliver_verdict verdict = {.outcome = DELIVER_AGAIN};

    if (answered && result->status >= 200 && result->status <= 299)
        return (struct deliver_verdict){.outcome = DELIVER_DONE};
    if (answered && result->status == 410)
        return (struct deliver_verdict){.outcome = DELIVER_GONE};
    verdict.refused = !down;
    verdict.lane_ms = asked ? asked_ms(result->retry_after_s) : own_ms;
    if (verdict.refused && verdict.lane_ms < own_ms)
        verdict.lane_ms = own_ms; /* a receiver cannot ask for an early end of its item */
    if (down)
        verdict.rest_ms =
            asked ? asked_ms(result->retry_after_s) : wait_after(past->failures, chance);
    if (verdict.refused && past->refusals + 1 >= DELIVER_REFUSALS_MAX)
        verdict.outcome = DELIVER_DEAD;
    return verdict;
}
