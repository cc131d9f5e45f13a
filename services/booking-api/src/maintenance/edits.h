// SPDX-License-Identifier: MIT
/* Changes of apartments past the API, in Directus or psql: a trigger has written the audit row and
 * noted the apartment; this task writes the event apartment.updated, as PATCH does. Any number of
 * instances run it. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"
#include "db/query.h"

enum { EDITS_EVERY_MS = 250 };

void edits_start(struct periodic *edits, struct service *service);
/* One run. `data` is the struct service. */
bool edits_run(void *data, struct fault *fault);

/* An apartment that was edited. */
struct apartment_edit {
    struct uuid id;
    struct uuid tenant_id;
};
/* Reads the edit that waits longest; `found` is false if none does. */
bool edits_store_find_next(struct db *db, struct apartment_edit *out, bool *found,
                           struct fault *fault) MUST_CHECK;
/* Deletes the note of the apartment; `taken` is false if another process has. The apartment must be
 * locked. */
bool edits_store_take(struct db *tx, const struct uuid *apartment_id, bool *taken,
                      struct fault *fault) MUST_CHECK;
