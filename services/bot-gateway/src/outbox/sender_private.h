// SPDX-License-Identifier: MIT
/* The parts of the sender: rounds (sender.c), calls (sender_call.c), periodic tasks
 * (sender_cleanup.c). */
#pragma once

#include <sys/queue.h>

#include "api/periodic.h"
#include "base/metric.h"

#include "outbox/backoff.h"
#include "outbox/rate_limiter.h"
#include "outbox/sender.h"

enum { SENDER_ID_LIST_MAX = SENDER_CALLS_MAX * (UUID_TEXT_LEN + 1) + 2 };

/* Outcomes that are counted, in the order of the counters. */
enum sender_count {
    SENDER_SENT,
    SENDER_RETRIED,   /* failed for the moment, or outcome unknown: queued again */
    SENDER_THROTTLED, /* 429 */
    SENDER_UNCERTAIN,
    SENDER_FAILED,
    SENDER_EXPIRED,
    SENDER_COUNTS
};

/* A running call. Owns its memory. */
struct sender_running {
    LIST_ENTRY(sender_running) next;
    struct sender *sender;
    struct sender_call call; /* its text is in the arena */
    struct arena arena;
};

struct sender {
    struct sender_options options;
    struct db_pool *pool;
    struct rate_limiter *limiter;
    struct uuid process;
    struct periodic rounds;
    struct periodic leases;
    struct periodic cleanups;
    LIST_HEAD(, sender_running) running;
    size_t running_count;
    struct {
        struct uuid bot_id;
        struct backoff_bot backoff;
    } backoffs[BOTS_MAX];
    struct sender_gauges gauges;
    struct metric counters[SENDER_COUNTS];
    struct metric gauge_metrics[2];
};

/* Makes the call in a fiber of its own and stores the outcome. If no fiber can be started, the
 * outcome is "not sent". Runs in a fiber. */
void sender_start_call(struct sender *sender, const struct sender_call *call);
/* The ids of the messages of the running calls: "{a,b}". */
struct slice sender_running_ids(const struct sender *sender, char room[SENDER_ID_LIST_MAX]);
/* Counts, logs and stores the outcome of a call, and retries until the database accepts it. Runs in
 * a fiber. `owner` is the process that has leased the message; `lapsed` as in struct sender_end. */
void sender_finish_call(struct sender *sender, const struct sender_call *call,
                        const struct call_result *result, const struct uuid *owner, bool lapsed);

periodic_fn sender_renew_leases; /* every third of a lease */
periodic_fn sender_clean_up;     /* every second */
enum { SENDER_CLEANUP_MS = 1000 };
