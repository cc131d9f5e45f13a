// SPDX-License-Identifier: MIT
/* Rows of the outbox and positions in it. Private to service_events.c and its tests. */
#pragma once

#include "api/events.h"
#include "api/list.h"
#include "db/query.h"

/* Rows that are read for a page, at most; also a constant in the statement. */
enum { EVENTS_SCAN_MAX = 2000 };

struct event {
    struct uuid id;
    struct slice type;
    int64_t occurred_at;
    int64_t sequence; /* number of the event in the history of its resource */
    struct event_resource {
        struct slice type;
        struct uuid id;
        int64_t version;
    } resource;
    struct slice data; /* JSON */
    struct event_position position;
    bool shown; /* false: the caller may not read it */
};

/* Reads at most `rows_max` events of these types (no items: of all) after `after`, fewer if they
 * are large. If it has scanned EVENTS_SCAN_MAX rows or all, the last row may be an event that is
 * not shown, whose position is where the next page begins. */
bool events_store_list(struct db *db, const struct uuid *tenant_id, const struct events_part *part,
                       const struct field_texts *types, const struct event_position *after,
                       int64_t rows_max, struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* Converts a position to the form in the cursors of lists. */
struct list_cursor event_position_to_cursor(const struct event_position *position);
/* Converts a cursor of a list to a position. False if it is not a valid position. */
bool event_position_from_cursor(const struct list_cursor *cursor,
                                struct event_position *out) MUST_CHECK;
