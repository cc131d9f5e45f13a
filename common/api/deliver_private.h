// SPDX-License-Identifier: MIT
/* Parts of api/deliver: rounds and cleanup (deliver.c), calls (deliver_call.c), decisions on
 * results (deliver_decision.c, pure), signatures and addresses (deliver_receiver.c), SQL
 * (deliver_store.c).
 */
#pragma once

#include "api/deliver.h"
#include "api/queue.h"

/* --- decisions --- */

enum deliver_end {
    DELIVER_ANSWERED,
    DELIVER_NOT_SENT, /* nothing of the request was sent */
    DELIVER_NO_ANSWER /* the receiver may have received the request, but did not answer */
};

struct deliver_result {
    enum deliver_end end;
    long status;           /* HTTP status, if `end` is DELIVER_ANSWERED */
    int64_t retry_after_s; /* as requested by the answer; FIELD_ABSENT: not requested */
    const char *code;      /* the fault's code if there is no answer */
};

/* The history of the item and its receiver before this call. */
struct deliver_history {
    int64_t tries;    /* earlier calls of the item */
    int64_t refusals; /* refusals of the item */
    int64_t failures; /* failed calls of the receiver in a row */
};

enum deliver_outcome { DELIVER_DONE, DELIVER_AGAIN, DELIVER_DEAD, DELIVER_GONE };

struct deliver_decision {
    enum deliver_outcome outcome;
    bool refused;     /* counts as a refusal of the item */
    int64_t lane_ms;  /* the lane waits this long before its next call */
    int64_t block_ms; /* the receiver is blocked this long; 0: not blocked */
};

/* Decides what to do after a call. `chance` is a random number, which spreads the retries. */
struct deliver_decision deliver_decide(const struct deliver_policy *policy,
                                       const struct deliver_result *result,
                                       const struct deliver_history *history, uint32_t chance);
/* The policy of a service without one of its own. */
extern const struct deliver_policy deliver_default_policy;

/* --- SQL --- */

enum {
    DELIVER_LEASE_MS = 30000, /* enough for a call and for storing its result */
    DELIVER_SWEEP_MAX = 500   /* items that one transaction expires or deletes */
};

/* A running call with the item that it delivers, the head of a lane. Its text is in base.arena. */
struct deliver_call {
    struct queue_call base;
    struct uuid lease;
    struct uuid id;
    struct uuid webhook_id;
    struct uuid receiver_id;
    struct uuid lane_id;
    struct deliver_history history;
    bool failing; /* the receiver's last call failed */
    struct slice idempotency_key;
    struct slice url; /* ends with a NUL */
    struct slice key;
    int64_t at_s;         /* the value of webhook-timestamp */
    struct slice content; /* "id.timestamp.body" */
    int64_t body_len;     /* length of the body, which is the end of `content` */
};

bool deliver_store_has_due(struct db *db, bool *has_due, struct fault *fault) MUST_CHECK;

/* What a round may take from the queue, given the running calls. */
struct deliver_capacity {
    struct uuid lease;                          /* lease of all items taken by this round */
    struct db_value running[DELIVER_CALLS_MAX]; /* the receiver of each running call */
    size_t running_count;
    int64_t calls;   /* maximum of calls of this round */
    int64_t failing; /* maximum of calls to failing receivers */
    int64_t bytes;   /* maximum of all bodies; the last item may exceed it */
    bool id_is_item; /* see struct deliver_policy */
};
/* Takes the first items of due lanes, and leases the lanes. In a transaction. Read the rows with
 * deliver_store_read_call(). */
bool deliver_store_lease_due(struct db *tx, const struct deliver_capacity *capacity,
                             struct db_rows *rows, struct fault *fault) MUST_CHECK;
/* Reads a row of deliver_store_lease_due() into a call; copies its text into the call's arena. */
bool deliver_store_read_call(const struct db_rows *rows, int row, struct deliver_call *call,
                             struct fault *fault) MUST_CHECK;

struct deliver_settled {
    const struct deliver_call *call;
    const struct deliver_decision *decision;
    struct slice reason; /* reason of a failure */
};
/* Stores the result of a call. Does nothing if another process leased the lane meanwhile. In a
 * transaction. */
bool deliver_store_write_result(struct db *tx, const struct deliver_settled *settled,
                                struct fault *fault) MUST_CHECK;

/* The age of the oldest waiting item; 0: no item waits. */
bool deliver_store_read_oldest_age(struct db *db, double *seconds, struct fault *fault) MUST_CHECK;
/* Marks at most DELIVER_SWEEP_MAX expired items as dead, except those in lanes that are locked or
 * have a running call; `dead_count` is their number. */
bool deliver_store_mark_expired_dead(struct db *tx, int64_t age_max_s, int64_t *dead_count,
                                     struct fault *fault) MUST_CHECK;
/* Disables receivers that have failed for so long. */
bool deliver_store_disable_failing(struct db *tx, int64_t after_s, int64_t *disabled_count,
                                   struct fault *fault) MUST_CHECK;
/* For db_batches_run(): deletes dead items that were enqueued eight days ago. */
extern const struct db_statement deliver_store_delete_old;

/* --- the module --- */

enum { DELIVER_COUNT_DELIVERED, DELIVER_COUNT_FAILED, DELIVER_COUNT_DEAD };

struct deliver {
    struct queue queue;
    struct deliver_options options;
    const struct deliver_policy *policy;
    struct work *names; /* for receivers, so that no name of the service waits behind theirs */
    struct http_client *http;
};

/* Makes the call and stores its result, in the call's fiber. */
void deliver_run_call(struct queue_call *base);
