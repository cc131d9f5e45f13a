// SPDX-License-Identifier: MIT
/* The parts of the sender: rounds (sender.c), calls (sender_call.c), periodic tasks
 * (sender_cleanup.c). */
#pragma once

#include "api/queue.h"

#include "outbox/backoff.h"
#include "outbox/rate_limit.h"
#include "outbox/sender.h"

/* Outcomes that are counted, in the order of the counters. */
enum sender_count {
    SENDER_SENT,
    SENDER_RETRIED,   /* failed for the moment, or outcome unknown: queued again */
    SENDER_THROTTLED, /* 429 */
    SENDER_UNCERTAIN,
    SENDER_FAILED,
    SENDER_EXPIRED
};

/* A running call. */
struct sender_running {
    struct queue_call base;
    struct sender_call call; /* its text is in the arena */
};

/* Reads the text or caption of a call without markup, as people read it, into the arena; absent if
 * it is blank or missing, or cannot be read. */
struct slice sent_text_extract_plain(const struct sender_call *call, struct arena *arena);

struct sender {
    struct queue queue;
    struct sender_options options;
    struct rate_limit *limit;
    struct uuid process;
    int64_t held_ns;      /* when the lease was taken or renewed; 0: not held */
    struct uuid last_bot; /* the last bot that started a call; a round begins with the next bot */
    struct periodic leases;
    struct {
        struct uuid bot_id;
        struct backoff_bot backoff;
    } backoffs[BOTS_MAX];
    struct metric throttled, held, without_photo;
};

/* Makes the call in a fiber of its own and stores the outcome. If no fiber can be started, the
 * outcome is "not sent". Must be called in a fiber. */
void sender_start_call(struct sender *sender, const struct sender_call *call);
void sender_run_call(struct queue_call *base); /* the body of that fiber */
/* Lists the ids of the messages of the running calls. Returns their number. */
size_t sender_list_running_ids(const struct sender *sender, struct db_value ids[SENDER_CALLS_MAX]);
/* Counts, logs and stores the outcome of a call; retries as queue_store_result(). Must be called in
 * a fiber. `lease_owner` is the process with the message's lease; `process_has_ended` is
 * `lapsed` of struct sender_end. */
void sender_count_and_store_outcome(struct sender *sender, const struct sender_call *call,
                                    const struct call_result *result,
                                    const struct uuid *lease_owner, bool process_has_ended);

periodic_fn sender_renew_leases_of_calls; /* every third of a lease */
periodic_fn sender_clean_up;              /* every second */
enum { SENDER_CLEANUP_MS = 1000 };
