// SPDX-License-Identifier: MIT
/* Whose flat a line is: found by phone or name, made where there is none. A fixed number of owners
 * is remembered, so that most lines ask nobody. */
#pragma once

#include "api/change.h"

#include "import/import_row.h"

struct import_owners;

struct import_owners *import_owners_create(struct fault *fault); /* returns new */
void import_owners_destroy(struct import_owners *owners);        /* takes NULL */
void import_owners_clear(struct import_owners *owners);
int64_t import_owners_made(const struct import_owners *owners);

/* `*id` nil: the line says nothing of its owner. Problems are told, and make `*fine` false. */
bool import_owner_find(struct import_owners *owners, struct change *change,
                       const struct import_row *row, const struct import_record *record,
                       struct import_tell *tell, struct uuid *id, bool *fine,
                       struct fault *fault) MUST_CHECK;
