// SPDX-License-Identifier: MIT
/* Runs a durable queue: rows of PostgreSQL that lead to calls of other servers, each at least once.
 *
 *   round    a periodic task takes due items under a lease, in a transaction that is committed
 *            before a call begins, and starts the calls; or it starts fibers that take items
 *   call     a fiber with memory of its own makes the call and stores the result
 *   cleanup  a periodic task ends and deletes expired items, and measures the queue
 *
 * The module that runs a queue owns the rows; its SQL decides the order, fairness, lease and
 * retries of the items, and when an item ends. If a process dies during a call, the lease expires
 * and another process takes the item, so no transaction waits for another server. Any number of
 * instances may run a queue whose SQL takes rows with SKIP LOCKED. */
#pragma once

#include <sys/queue.h>

#include "api/periodic.h"
#include "api/service.h"

struct queue_call;

enum { QUEUE_OUTCOMES_MAX = 8 };

/* Properties of a queue; static. */
struct queue_kind {
    struct periodic_task round;
    struct periodic_task cleanup; /* sets `oldest` of the queue. If its name is NULL, there is no
                                     cleanup, and `round` sets `oldest` */
    const char *call;             /* label of the fiber of a call */
    /* Makes the call and stores its result, in the call's fiber. The fiber has no deadline, so each
     * wait needs a time limit. */
    void (*run)(struct queue_call *call);
    size_t arena_max;     /* bytes of a call's arena */
    const char *unstored; /* logged if a result cannot be stored at the first try */
    int store_tries;      /* maximum of retries to store a result, one each 0.5 s */
    /* Metrics: a counter of calls for each label, and the age of the oldest waiting item. */
    const char *counter;
    const char *counter_help;
    const char *labels[QUEUE_OUTCOMES_MAX]; /* the last one is NULL, unless the array is full */
    const char *oldest;
    const char *oldest_help;
};

/* The first member of the module's struct, which is the `data` of round and cleanup. */
struct queue {
    const struct queue_kind *kind; /* NULL: not started */
    struct service *service;
    struct periodic rounds;
    struct periodic cleanups;
    LIST_HEAD(, queue_call) calls; /* running calls */
    size_t call_count;
    struct metric counters[QUEUE_OUTCOMES_MAX];
    struct metric oldest; /* its value: seconds; 0: no item waits */
};

/* The first member of the module's struct for a call. */
struct queue_call {
    LIST_ENTRY(queue_call) next;
    struct queue *queue;
    struct arena arena;
};

void queue_start(struct queue *queue, const struct queue_kind *kind, struct service *service);
/* True: no round, cleanup or call runs any more. In a fiber, waits for the calls until the fiber's
 * deadline. False: some still run and need the queue; call it again later. */
bool queue_stop(struct queue *queue) MUST_CHECK;
/* Starts a round at once. Call it after creating an item, also as callback of
 * change_after_commit(). NULL is allowed. */
void queue_wake(void *queue);

/* Returns new: zeroed memory of `size` bytes, beginning with a struct queue_call. It counts as a
 * running call. */
void *queue_call_create(struct queue *queue, size_t size, struct fault *fault);
/* Frees a call whose fiber was not started. */
void queue_call_free(struct queue_call *call);
/* Starts the fiber of the call; when the fiber ends, the call is freed and a round begins. On
 * failure the caller must call queue_call_free(). */
bool queue_call_start(struct queue_call *call, struct fault *fault) MUST_CHECK;

/* Must run in a fiber. Runs the transaction that stores a result. While it fails, retries it at
 * most kind->store_tries times, then gives up: the lease of the item expires. */
void queue_store_result(struct queue *queue, db_transaction_fn *store, void *arg);
