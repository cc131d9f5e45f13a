// SPDX-License-Identifier: MIT
/* Finds the owner of a line by phone or name, or creates one. A fixed number of owners is cached
 * in memory, so that most lines need no query. */
#pragma once

#include "api/change.h"

#include "import/import_row.h"

enum { IMPORT_OWNER_SLOTS = 4096 };

/* Initialise with zeros. */
struct import_owners {
    int64_t made;
    struct import_owner_slot {
        uint64_t hash; /* of the owner's cells, as JSON; 0: empty */
        struct uuid id;
    } slots[IMPORT_OWNER_SLOTS];
};

/* Sets `row->owner_id`, unless the line names no owner. Reports problems. */
bool import_owner_find(struct import_owners *owners, struct change *change, struct import_row *row,
                       struct fault *fault) MUST_CHECK;
