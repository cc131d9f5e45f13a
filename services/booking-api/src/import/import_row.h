// SPDX-License-Identifier: MIT
/* One line of the file to the flat it describes, by the API's own tables and rules: cells become
 * the JSON body that a program would have sent. No SQL. */
#pragma once

#include "flats/apartment.h"
#include "flats/owner.h"
#include "import/import_tell.h"

struct import_row {
    struct slice code;
    struct slice flat;  /* JSON of the flat's fields without braces and owner; in the arena */
    struct slice owner; /* JSON of the owner's, whole; absent: the line says nothing of him */
    bool owner_id;      /* `flat` has it */
};

/* Reads the cells; what cannot be read is told, and makes `*fine` false. False: out of memory. */
bool import_row_read(const struct import_header *header, const struct import_record *record,
                     struct arena *arena, struct import_tell *tell, struct import_row *out,
                     bool *fine, struct fault *fault) MUST_CHECK;

/* What more is wrong with a line that has a cell which cannot be read, so that one reading tells
 * all: told, nothing else. */
bool import_row_check(const struct import_row *row, const struct import_record *record,
                      struct arena *arena, struct import_tell *tell,
                      struct fault *fault) MUST_CHECK;

/* The line over `flat`: a new one (its id nil) or as stored. `owner_id` nil: the line says nothing.
 * Problems are told, and make `*fine` false. */
bool import_row_apply(const struct import_row *row, const struct import_record *record,
                      const struct uuid *owner_id, struct arena *arena, struct import_tell *tell,
                      struct apartment *flat, bool *fine, struct fault *fault) MUST_CHECK;

/* The owner whom the line names, by owner_json.c's rules. */
bool import_row_owner(const struct import_row *row, const struct import_record *record,
                      struct arena *arena, struct import_tell *tell, struct owner *out, bool *fine,
                      struct fault *fault) MUST_CHECK;

/* The flat as such a reader sees it. */
bool import_row_shown(const struct apartment *flat, enum apartment_view view, struct arena *arena,
                      struct slice *json, struct fault *fault) MUST_CHECK;
