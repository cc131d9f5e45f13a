// SPDX-License-Identifier: MIT
/* Converts a line of the file to an apartment, by the API's field tables and rules: its cells
 * become the JSON body of a request. No SQL. */
#pragma once

#include "apartments/apartment.h"
#include "apartments/owner.h"
#include "import/import_report.h"

struct import_row {
    const struct import_record *record;
    struct import_report *report; /* has the header */
    struct arena *arena;
    bool valid; /* set it to true; becomes false when a problem is reported */
    struct slice code;
    struct slice apartment; /* JSON members, without braces; in the arena */
    struct slice owner;     /* likewise for the owner; absent: no cells about the owner */
    bool has_owner_id;      /* `apartment` includes owner_id */
    struct uuid owner_id;   /* set by import_owner_find(); nil: none */
};

/* Reports a problem of a column. Returns true. */
bool import_row_refuse(struct import_row *row, int column, const char *code, const char *detail);

/* Reads the cells and reports unreadable ones. False: out of memory. */
bool import_row_read(struct import_row *row, struct fault *fault) MUST_CHECK;

/* Reports the remaining problems of a line with an unreadable cell, so that one run reports all. */
bool import_row_check(struct import_row *row, struct fault *fault) MUST_CHECK;

/* Applies the line to `apartment`, a new (nil id) or a stored one. Reports problems. */
bool import_row_apply(struct import_row *row, struct apartment *apartment,
                      struct fault *fault) MUST_CHECK;

/* Decodes the owner that the line names, by apartments/owner_json.c. Reports problems. */
bool import_row_owner(struct import_row *row, struct owner *out, struct fault *fault) MUST_CHECK;
