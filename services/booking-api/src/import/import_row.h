// SPDX-License-Identifier: MIT
/* One line of the file as an apartment, by the tables and rules of the API: its cells become the
 * JSON body that a program would have sent. No SQL. */
#pragma once

#include "apartments/apartment.h"
#include "apartments/owner.h"
#include "import/import_report.h"

struct import_row {
    const struct import_record *record;
    struct import_report *report; /* knows the header */
    struct arena *arena;
    bool valid; /* true before; false once a problem is reported */
    struct slice code;
    struct slice
        apartment;      /* JSON of the apartment's fields without braces and owner; in the arena */
    struct slice owner; /* JSON of the owner's, whole; absent: the line says nothing of him */
    bool has_owner_id;  /* `apartment` has it */
    struct uuid owner_id; /* found by import_owner_find(); nil: the line names none */
};

/* Reports a problem of a column. Returns true. */
bool import_row_refuse(struct import_row *row, int column, const char *code, const char *detail);

/* Reads the cells; reports those that cannot be read. False: out of memory. */
bool import_row_read(struct import_row *row, struct fault *fault) MUST_CHECK;

/* Reports what else is wrong with a line that has an unreadable cell, so that one run reports all
 * problems. */
bool import_row_check(struct import_row *row, struct fault *fault) MUST_CHECK;

/* Applies the line to `apartment`: a new apartment (nil id) or the stored one. Problems are
 * reported. */
bool import_row_apply(struct import_row *row, struct apartment *apartment,
                      struct fault *fault) MUST_CHECK;

/* The owner that the line names, by the table of apartments/owner_json.c. Problems are reported. */
bool import_row_owner(struct import_row *row, struct owner *out, struct fault *fault) MUST_CHECK;
