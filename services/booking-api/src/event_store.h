// SPDX-License-Identifier: MIT
/* SQL of what others may hear: the outbox, in the order in which it may be read. */
#pragma once

#include "base/arena.h"
#include "db/query.h"

/* A place in the outbox. Ids become visible out of the order of commits, so the order is by epoch,
 * transaction, id, and only transactions older than every running one are shown: what is behind a
 * place stays behind it. */
struct event_place {
    int64_t epoch;
    int64_t tx;
    int64_t id;
};

struct event {
    struct uuid id;
    struct slice type;
    int64_t occurred_at;
    int64_t sequence; /* of its resource */
    struct event_resource {
        struct slice type;
        struct uuid id;
        int64_t version;
    } resource;
    struct slice data; /* JSON */
    struct event_place place;
};

/* At most `limit` behind `after`, fewer where they are large. `owner_id` nil: of all flats. Rows
 * for event_store_read(). */
bool event_store_list(struct db *db, const struct uuid *tenant_id, const struct uuid *owner_id,
                      const struct event_place *after, int64_t limit, struct db_rows *rows,
                      struct fault *fault) MUST_CHECK;
/* Text is borrowed from the rows. */
void event_store_read(const struct db_rows *rows, int row, struct event *out);
