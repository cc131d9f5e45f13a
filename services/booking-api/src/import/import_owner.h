// SPDX-License-Identifier: MIT
/* The owner of a line's flat, found by phone or name, or made when there is none. A fixed number of
 * owners is kept in memory, so that most lines need no query. */
#pragma once

#include "api/change.h"

#include "import/import_row.h"

struct import_owners;

struct import_owners *import_owners_create(struct fault *fault); /* returns new */
void import_owners_destroy(struct import_owners *owners);        /* takes NULL */
void import_owners_clear(struct import_owners *owners);
int64_t import_owners_made(const struct import_owners *owners);

/* `*id` nil: the line names no owner. Problems are reported and set `*fine` to false. */
bool import_owner_find(struct import_owners *owners, struct change *change,
                       const struct import_row *row, const struct import_record *record,
                       struct import_tell *tell, struct uuid *id, bool *fine,
                       struct fault *fault) MUST_CHECK;
