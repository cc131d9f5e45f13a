// SPDX-License-Identifier: MIT
/* A running change. Shared by change*.c. */
#pragma once

#include "api/change.h"
#include "api/idempotency.h"

enum {
    CHANGE_WRITES_MAX = 8,
    CHANGE_EVENTS_MAX = 8,
    CHANGE_AUDITS_MAX = 8,
    CHANGE_AFTERS_MAX = 8,
    CHANGE_CALLS_MAX = CHANGE_WRITES_MAX + CHANGE_EVENTS_MAX + CHANGE_AUDITS_MAX + 1
};

struct change_callback {
    void (*run)(void *arg);
    void *arg;
};

struct change_state {
    /* The argument of `act`; first, so that change_write() can cast it to the state. */
    struct change change;
    struct api_changes *changes;
    struct http_response *res; /* NULL for tasks */
    size_t headers_before; /* number of headers set by the guard; a retry removes all later ones */
    bool close_before;     /* res->close before the change, to which a retry resets it */
    api_change_fn *act;
    api_task_fn *task;
    void *arg;
    struct idempotency idempotency;
    struct slice stored;                    /* see change_store_reply(); absent: the reply */
    bool replayed;                          /* the reply is a stored one */
    bool overflowed;                        /* `act` queued more than CHANGE_..._MAX of a kind */
    bool arena_full;                        /* the values of a statement could not be copied */
    struct db_call calls[CHANGE_CALLS_MAX]; /* queued statements */
    size_t call_count, write_count, event_count, audit_count;
    struct change_callback afters[CHANGE_AFTERS_MAX];
    size_t after_count;
};

/* change_request.c: reads query, Idempotency-Key and body before the transaction. */
bool change_request_read(struct change_state *state, struct fault *fault) MUST_CHECK;

/* change_queue.c: queues a statement; its values are copied. */
void change_queue_statement(struct change_state *state, const struct db_statement *statement,
                            const struct db_value *values, size_t count);
/* Whether `act` has exceeded no limit of the queue. Otherwise the fault is "out_of_memory" or
 * "change_too_large". */
bool change_queue_check_limits(const struct change_state *state, struct fault *fault) MUST_CHECK;
