// SPDX-License-Identifier: MIT
/* The inside of the sender: rounds (sender.c), calls (sender_call.c), what is done by the clock
 * (sender_cleanup.c). */
#pragma once

#include <sys/queue.h>

#include "api/periodic.h"
#include "base/metric.h"

#include "outbox/backoff.h"
#include "outbox/rate_limiter.h"
#include "outbox/sender.h"

enum { SENDER_ID_LIST = SENDER_CALLS_MAX * (UUID_TEXT_LEN + 1) + 2 };

/* What messages have come to; in the order of the counters. */
enum sender_count {
    SENDER_SENT,
    SENDER_AGAIN,  /* not sent for the moment, or nobody knows */
    SENDER_PARKED, /* 429 */
    SENDER_UNCERTAIN,
    SENDER_FAILED,
    SENDER_EXPIRED,
    SENDER_COUNTS
};

/* A call under way. Owns its memory. */
struct sender_flight {
    LIST_ENTRY(sender_flight) next;
    struct sender *sender;
    struct sender_call call; /* its text is in the arena */
    struct arena arena;
};

struct sender {
    struct sender_options options;
    struct db_pool *pool;
    struct rate_limiter *pacer;
    struct uuid process;
    struct periodic *rounds;
    struct periodic *leases;
    struct periodic *sweeps;
    LIST_HEAD(, sender_flight) flights;
    size_t flying;
    struct {
        struct uuid bot_id;
        struct backoff_bot park;
    } parks[BOTS_MAX];
    struct sender_gauges gauges;
    struct metric counters[SENDER_COUNTS];
    struct metric gauge_metrics[2];
};

/* Calls in a fiber of its own, and stores how it ended; what cannot be begun ends as not sent. In a
 * fiber. */
void sender_fly(struct sender *sender, const struct sender_call *call);
/* The ids of the messages that are being called for: "{a,b}". */
struct slice sender_flying_ids(const struct sender *sender, char room[SENDER_ID_LIST]);
/* Counts, logs and stores how a call ended, again and again until the database has taken it; in a
 * fiber. `owner` is the process that has leased the message; `lapsed` as in struct sender_end. */
void sender_settle(struct sender *sender, const struct sender_call *call,
                   const struct call_result *result, const struct uuid *owner, bool lapsed);

periodic_fn sender_keep_leases; /* every third of a lease */
periodic_fn sender_sweep;       /* every second */
enum { SENDER_SWEEP_MS = 1000 };
