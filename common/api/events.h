// SPDX-License-Identifier: MIT
/* GET /v1/events: a service's outbox, ordered by epoch, transaction, id. It shows only transactions
 * older than every running one, so that no event can appear later before a cursor, and only
 * when they are on the disk. A page ends early if its events are large, or if many events that the
 * caller may not read had to be passed over: it may be empty. Its next_cursor is never null; at the
 * end of the events it is `after`. `types` selects types; `after=now` is the end of the events.
 *
 * A service adds the route with its own scope:
 *     {.method = HTTP_GET, .path = "/v1/events", .scope = ..., .handler = service_get_events} */
#pragma once

#include "api/caller.h"
#include "db/query.h"
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

enum { EVENTS_TYPES_MAX = 50 }; /* types of a request or a webhook */

/* Whether `type` is one of `known` (NULL-terminated), or its first part and ".*": "note.*". */
bool events_type_is_known(const char *const *known, struct slice type);
/* Whether the caller may read events of this type, or of all types of "note.*". */
bool events_part_has_type(const struct events_part *part, struct slice type);

http_handler service_get_events;

/* --- positions --- */

/* A position in the outbox. Ids become visible out of order, so epoch and transaction come
 * first. */
struct event_position {
    int64_t epoch;
    int64_t tx;
    int64_t id;
};

/* Reads the position after which all events come that are not visible yet. */
bool events_store_find_end(struct db *db, struct event_position *out,
                           struct fault *fault) MUST_CHECK;
/* Reads the position after which all events of the tenant come that occurred at `at_us` or later.
 */
bool events_store_find_time(struct db *db, const struct uuid *tenant_id, int64_t at_us,
                            struct event_position *out, struct fault *fault) MUST_CHECK;
/* Reads a next_cursor of GET /v1/events. FAULT_INVALID "bad_cursor" of the field `name`. */
bool events_position_read(struct slice cursor, const char *name, struct arena *arena,
                          struct event_position *out, struct fault *fault) MUST_CHECK;
