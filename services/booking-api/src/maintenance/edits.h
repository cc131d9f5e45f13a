// SPDX-License-Identifier: MIT
/* Changes of apartments past the API, in Directus or psql: a trigger has written the audit row and
 * noted the apartment; this task writes the event apartment.updated, as PATCH does. Any number of
 * instances run it. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

enum { EDITS_EVERY_MS = 250 };

void edits_start(struct periodic *edits, struct service *service);
/* One run. `data` is the struct service. */
bool edits_run(void *data, struct fault *fault);

/* --- edits_store.c --- */

/* An apartment whose event is still to be written. */
struct edited_apartment {
    struct uuid id;
    struct uuid tenant_id;
};

/* Finds the one that has waited longest; `found` is false if there is none. */
bool edits_store_find_next(struct db *db, struct edited_apartment *out, bool *found,
                           struct fault *fault) MUST_CHECK;
/* Deletes the note of an apartment; `taken` is false if another process has taken it. */
bool edits_store_take(struct db *tx, const struct uuid *apartment_id, bool *taken,
                      struct fault *fault) MUST_CHECK;
