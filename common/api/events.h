// SPDX-License-Identifier: MIT
/* GET /v1/events: a service's outbox, ordered by epoch, transaction, id. It shows only transactions
 * older than every running one, so that no event can appear later before a cursor, and only
 * when they are on the disk. A page ends early if its events are large, or if many events that the
 * caller may not read had to be passed over: it may be empty. Its next_cursor is never null; at the
 * end of the events it is `after`.
 *
 * A service adds the route with its own scope:
 *     {.method = HTTP_GET, .path = "/v1/events", .scope = ..., .handler = service_get_events} */
#pragma once

#include "api/caller.h"
#include "http/route.h"

/* SQL: a new event id, for statements that insert several events. It is a UUID of version 7 (RFC
 * 9562, 5.7), as those of uuid_make(): 48 bits of milliseconds and random bits. gen_random_uuid()
 * has version 4, which bits 52 and 53 make 7. */
#define EVENT_ID_SQL                                                                               \
    "encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING"                          \
    " substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)"          \
    " FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid"

/* The part of a tenant's events that a caller may read: those whose `data` has a member with this
 * value, without those of hidden types. Zeroed: all events. */
struct events_part {
    const char *member; /* static: name of the member */
    struct uuid id;     /* value of the member */
    /* Static: types of resources, separated by spaces, whose events the caller may not read. NULL:
     * none. */
    const char *hidden_types;
};

/* Sets the part of the events that the caller may read. False with a fault: the caller may read
 * none. The member `events` of a service's definition is such a function; if it is NULL, staff may
 * read all events, other actors none. */
typedef bool events_part_fn(const struct api_caller *caller, struct events_part *part,
                            struct fault *fault);

http_handler service_get_events;
