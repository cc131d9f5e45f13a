// SPDX-License-Identifier: MIT
/* GET /v1/events: a service's outbox, ordered by epoch, transaction, id. Only transactions older
 * than every running one are shown, so that nothing appears before a cursor later. A page ends
 * early if its events are large; its next_cursor is never null.
 *
 * A service adds it by a row of its routes, with its own scope:
 *     {.method = HTTP_GET, .path = "/v1/events", .scope = ..., .handler = service_get_events}
 */
#pragma once

#include "api/caller.h"
#include "http/route.h"

/* The events that a caller may read; zeroed: all of the tenant. */
struct events_part {
    const char *member; /* static: a member of the events' `data` ... */
    struct uuid id;     /* ... that must have this value */
};

/* Restricts the events that the caller may read; false with a fault: none. A service's definition
 * sets it (`events`); without one staff may read all events, other actors none. */
typedef bool events_part_fn(const struct api_caller *caller, struct events_part *part,
                            struct fault *fault);

http_handler service_get_events;
