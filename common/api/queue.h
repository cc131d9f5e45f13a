// SPDX-License-Identifier: MIT
/* Runs a durable queue: rows of PostgreSQL that lead to calls of other servers, each at least once.
 *
 *   round    a periodic task takes due items under a lease, in a transaction that is committed
 *            before a call begins, and starts the calls; or it starts fibers that do so themselves
 *   call     a fiber of its own with its own memory makes the call and stores the result
 *   cleanup  a periodic task ends and deletes expired items, and measures the queue
 *
 * The rows belong to the queue's module: their order, fairness, lease, retries and end are its SQL
 * and its rules. If a process dies during a call, the lease expires and another process takes the
 * item, so no transaction waits for another server. Any number of instances may run a queue whose
 * SQL takes rows with SKIP LOCKED. */
#pragma once

#include <sys/queue.h>

#include "api/periodic.h"
#include "api/service.h"

struct queue_call;

enum { QUEUE_OUTCOMES_MAX = 8 };

/* Static. */
struct queue_kind {
    struct periodic_task round;
    struct periodic_task cleanup; /* sets `oldest_s`; no name: none, and `round` sets it */
    const char *call;             /* name of a call's fiber */
    /* Makes the call and stores its result, in the call's fiber. Without a deadline: all its waits
     * have their own. */
    void (*run)(struct queue_call *call);
    size_t arena_max;     /* of a call */
    const char *unstored; /* logged if a result cannot be stored at once */
    int store_tries;      /* afterwards the lease has expired */
    /* Metrics: a counter of calls for each label, and the age of the oldest waiting item. */
    const char *counter;
    const char *counter_help;
    const char *labels[QUEUE_OUTCOMES_MAX]; /* ends with NULL, unless full */
    const char *oldest;
    const char *oldest_help;
};

/* The first member of the module's struct, which is the `data` of round and cleanup. */
struct queue {
    const struct queue_kind *kind; /* NULL: not started */
    struct service *service;
    struct periodic rounds;
    struct periodic cleanups;
    LIST_HEAD(, queue_call) calls; /* running ones */
    size_t call_count;
    struct metric counters[QUEUE_OUTCOMES_MAX];
    struct metric oldest;
    double oldest_s; /* 0: none waits */
};

/* The first member of the module's struct of a call. */
struct queue_call {
    LIST_ENTRY(queue_call) next;
    struct queue *queue;
    struct arena arena;
};

void queue_start(struct queue *queue, const struct queue_kind *kind, struct service *service);
/* True: nothing of the queue runs any more. In a fiber: waits for the calls until the fiber's
 * deadline. False: some are still running and need the queue; stop it again later. */
bool queue_stop(struct queue *queue) MUST_CHECK;
/* Starts a round at once: call it after creating an item. Takes NULL. Also a callback for
 * change_after(). */
void queue_wake(void *queue);

/* Returns new: zeroed memory of `size` bytes, which begins with a struct queue_call. It counts as a
 * running call. */
void *queue_call_create(struct queue *queue, size_t size, struct fault *fault);
/* Frees a call that does not start. */
void queue_call_end(struct queue_call *call);
/* Starts the fiber, after which the call is freed and a round begins. If that fails, the caller
 * ends the call. */
bool queue_call_start(struct queue_call *call, struct fault *fault) MUST_CHECK;

/* Runs the transaction that stores a result, and retries it until PostgreSQL accepts it or the
 * lease has expired. In a fiber. */
void queue_store(struct queue *queue, db_transaction_fn *store, void *arg);
