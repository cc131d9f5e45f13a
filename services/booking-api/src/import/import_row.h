// SPDX-License-Identifier: MIT
/* One line of the file as a flat, by the tables and rules of the API: its cells become the JSON
 * body that a program would have sent. No SQL. */
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

/* Reads the cells. A cell that cannot be read is reported and sets `*fine` to false. False: out of
 * memory. */
bool import_row_read(const struct import_header *header, const struct import_record *record,
                     struct arena *arena, struct import_tell *tell, struct import_row *out,
                     bool *fine, struct fault *fault) MUST_CHECK;

/* Reports what else is wrong with a line that has an unreadable cell, so that one run reports all
 * problems. */
bool import_row_check(const struct import_row *row, const struct import_record *record,
                      struct arena *arena, struct import_tell *tell,
                      struct fault *fault) MUST_CHECK;

/* Applies the line to `flat`: a new flat (nil id) or the stored one. `owner_id` nil: the line names
 * no owner. Problems are reported and set `*fine` to false. */
bool import_row_apply(const struct import_row *row, const struct import_record *record,
                      const struct uuid *owner_id, struct arena *arena, struct import_tell *tell,
                      struct apartment *flat, bool *fine, struct fault *fault) MUST_CHECK;

/* The owner that the line names, by the table of flats/owner_json.c. */
bool import_row_owner(const struct import_row *row, const struct import_record *record,
                      struct arena *arena, struct import_tell *tell, struct owner *out, bool *fine,
                      struct fault *fault) MUST_CHECK;

/* The flat's JSON for this view. */
bool import_row_shown(const struct apartment *flat, enum apartment_view view, struct arena *arena,
                      struct slice *json, struct fault *fault) MUST_CHECK;
