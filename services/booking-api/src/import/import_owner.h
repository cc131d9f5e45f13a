// SPDX-License-Identifier: MIT
/* The owner of a line's apartment, found by phone or name, or made when there is none. A fixed
 * number of owners is kept in memory, so that most lines need no query. */
#pragma once

#include "api/change.h"

#include "import/import_row.h"

enum { IMPORT_OWNER_SLOTS = 4096 };

/* Zeroed: none is known yet. */
struct import_owners {
    int64_t made;
    struct import_owner_slot {
        uint64_t hash; /* of the line's cells of the owner, as JSON; 0: empty */
        struct uuid id;
    } slots[IMPORT_OWNER_SLOTS];
};

/* Sets `row->owner_id`, unless the line names no owner. Problems are reported. */
bool import_owner_find(struct import_owners *owners, struct change *change, struct import_row *row,
                       struct fault *fault) MUST_CHECK;
