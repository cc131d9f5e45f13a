// SPDX-License-Identifier: MIT
/* One change on its way. What change*.c share. */
#pragma once

#include "api/change.h"
#include "api/repeat.h"

enum {
    CHANGE_WRITES_MAX = 8,
    CHANGE_EVENTS_MAX = 8,
    CHANGE_AUDITS_MAX = 8,
    CHANGE_AFTERS_MAX = 8,
    CHANGE_CALLS_MAX = CHANGE_WRITES_MAX + CHANGE_EVENTS_MAX + CHANGE_AUDITS_MAX + 1
};

struct api_changes {
    struct db_pool *pool;
    struct slice source;
};

struct change_callback {
    void (*run)(void *arg);
    void *arg;
};

struct change_state {
    struct change
        change; /* first: what `act` sees; change_write() and its like find the rest by it */
    struct api_changes *changes;
    struct http_response *res; /* NULL for tasks */
    size_t headers_before;     /* what the guard set stays, whatever happens here */
    bool close_before;
    api_change_fn *act;
    api_task_fn *task;
    void *arg;
    struct repeat repeat;
    bool body_refused; /* readable, not allowed: told after key_reused */
    struct fault body_fault;
    bool replayed;
    bool overflowed;                        /* `act` left more than there is room for */
    struct db_call calls[CHANGE_CALLS_MAX]; /* deferred */
    size_t call_count, write_count, event_count, audit_count;
    struct change_callback afters[CHANGE_AFTERS_MAX];
    size_t after_count;
};

/* change_request.c: reads query, key and body before the transaction. */
bool change_request_read(struct change_state *state, struct fault *fault) MUST_CHECK;

/* change.c: sends what was deferred. */
bool change_send(struct change_state *state, struct fault *fault) MUST_CHECK;

/* change_leave.c: defers one more statement; values are copied. */
void change_leave(struct change_state *state, const struct db_statement *statement,
                  const struct db_value *values, size_t count);
