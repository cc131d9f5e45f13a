// SPDX-License-Identifier: MIT
/* The text that PostgreSQL gets of a statement: its {names} are replaced. */
#pragma once

#include <libpq-fe.h>

#include "base/buf.h"
#include "db/params_private.h"

enum { DB_OID_BYTEA = 17 }; /* pg_type; beside the table of text.c */

/* The declared parameters. Type 0: PostgreSQL infers it. */
struct db_types {
    struct slice names[DB_PARAMS_MAX];
    Oid oids[DB_PARAMS_MAX];
    int count;
};

/* Appends the text of the statement, and a NUL. */
void db_text_make(const struct db_statement *statement, struct buf *out, struct db_types *types);
