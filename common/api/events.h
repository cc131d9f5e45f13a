// SPDX-License-Identifier: MIT
/* GET /v1/events: a service's outbox for whoever wants to catch up, in the order in which it may be
 * read: by epoch, transaction, id, and only transactions older than every running one, so that
 * nothing appears behind a cursor later. A page ends early where its events are large; its
 * next_cursor is never null.
 *
 * A service has it by one row of its routes, with its own scope:
 *     {.method = HTTP_GET, .path = "/v1/events", .scope = ..., .handler = service_get_events}
 */
#pragma once

#include "api/caller.h"
#include "http/route.h"

/* The events one may read; zeroed: all of the tenant. */
struct events_part {
    const char *member; /* static: a member of the events' `data` ... */
    struct uuid id;     /* ... that must have this value */
};

/* Narrows what the caller may read; false with a fault: nothing. A service names its own in its
 * definition (`events`); without one staff read all, and no other actor anything. */
typedef bool events_part_fn(const struct api_caller *caller, struct events_part *part,
                            struct fault *fault);

http_handler service_get_events;
