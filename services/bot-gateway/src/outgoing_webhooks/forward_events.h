// SPDX-License-Identifier: MIT
/* Failures for forwards with match.events: triggers write rows of `forward_event`, and this task
 * queues them for api/deliver. The body is {"bot":"name","event":{...}}, without data of people.
 * Any number of instances run it. */
#pragma once

#include "api/deliver.h"
#include "api/periodic.h"
#include "db/query.h"

enum { FORWARD_EVENTS_EVERY_MS = 250 };

extern const char *const forward_event_types[]; /* NULL-terminated */

struct forward_events {
    struct service *service;
    struct deliver *deliver; /* is woken; NULL in tests */
    struct periodic task;
};

/* Returns new. */
struct forward_events *forward_events_start(struct service *service, struct deliver *deliver,
                                            struct fault *fault);
/* NULL is allowed. Outside of fibers. */
void forward_events_stop(struct forward_events *events);
/* One run. `data` is a struct forward_events. */
bool forward_events_run(void *data, struct fault *fault);

/* Whether an event waits. */
bool forward_events_store_has_any(struct db *db, bool *has, struct fault *fault) MUST_CHECK;
/* Enqueues at most `most` events for their forwards and deletes them; `taken` is their number. In a
 * transaction. */
bool forward_events_store_enqueue(struct db *tx, int64_t most, int64_t *taken,
                                  struct fault *fault) MUST_CHECK;
