// SPDX-License-Identifier: MIT
#include "api/queue.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/now.h"
#include "loop/fiber.h"

enum { STORE_PAUSE_MS = 500, STOP_POLL_MS = 5 };

/* --- calls --- */

void *queue_call_create(struct queue *queue, size_t size, struct fault *fault)
{
    struct queue_call *call = fault_calloc(size, queue->kind->call, fault);

    if (call == NULL)
        return NULL;
    call->queue = queue;
    arena_init(&call->arena, queue->kind->arena_max);
    LIST_INSERT_HEAD(&queue->calls, call, next);
    queue->call_count++;
    queue->service->queue_calls++;
    return call;
}

void queue_call_free(struct queue_call *call)
{
    struct queue *queue = call->queue;

    LIST_REMOVE(call, next);
    queue->call_count--;
    queue->service->queue_calls--;
    arena_finish(&call->arena);
    free(call);
}

static void run_call(void *data)
{
    struct queue_call *call = data;
    struct queue *queue = call->queue;

    queue->kind->run(call);
    queue_call_free(call);
    queue_wake(queue);
}

bool queue_call_start(struct queue_call *call, struct fault *fault)
{
    const struct queue *queue = call->queue;

    return fiber_start(queue->service->loop, run_call, call, INT64_MAX, queue->kind->call, fault);
}

void queue_store_result(struct queue *queue, db_transaction_fn *store, void *arg)
{
    struct fault fault;

    for (int tries = 0; !db_transaction(queue->service->pool, store, arg, &fault); tries++) {
        if (tries == 0)
            log_fault(LOG_WARN, queue->kind->unstored, &fault, SLICE_NONE);
        if (tries == queue->kind->store_tries || !fiber_sleep(STORE_PAUSE_MS * NS_PER_MS, &fault))
            return;
    }
}

/* --- start and stop --- */

static void register_metrics(struct queue *queue)
{
    const struct queue_kind *kind = queue->kind;

    for (int i = 0; i < QUEUE_OUTCOMES_MAX && kind->labels[i] != NULL; i++)
        metric_register_counter(&queue->counters[i], kind->counter, kind->counter_help,
                                kind->labels[i]);
    metric_register_gauge(&queue->oldest, kind->oldest, kind->oldest_help, NULL, NULL);
}

void queue_start(struct queue *queue, const struct queue_kind *kind, struct service *service)
{
    queue->kind = kind;
    queue->service = service;
    register_metrics(queue);
    periodic_start(&queue->rounds, service->loop, &kind->round, queue);
    if (kind->cleanup.name != NULL)
        periodic_start(&queue->cleanups, service->loop, &kind->cleanup, queue);
}

static void wait_for_calls(const struct queue *queue)
{
    struct fault ignored;

    while (queue->call_count > 0 && fiber_current() != NULL &&
           fiber_sleep(STOP_POLL_MS * NS_PER_MS, &ignored))
        continue;
}

bool queue_stop(struct queue *queue)
{
    periodic_stop(&queue->rounds);
    wait_for_calls(queue);
    if (queue->call_count > 0)
        return false;
    periodic_stop(&queue->cleanups);
    metric_unregister_all(queue->counters, QUEUE_OUTCOMES_MAX);
    metric_unregister(&queue->oldest);
    return true;
}

void queue_wake(void *queue)
{
    if (queue != NULL)
        periodic_run_soon(&((struct queue *)queue)->rounds, 0);
}
