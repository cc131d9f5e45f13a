// SPDX-License-Identifier: MIT
/* Builds the text of a statement for PostgreSQL: replaces {names} (db/query.h). */
#pragma once

#include <libpq-fe.h>

#include "base/buf.h"
#include "db/query.h"

/* Values of pg_type.oid, as in the table in text.c. */
enum {
    DB_OID_BOOLEAN = 16,
    DB_OID_BYTEA = 17,
    DB_OID_BIGINT = 20,
    DB_OID_TEXT = 25,
    DB_OID_DATE = 1082,
    DB_OID_UUID = 2950
};

/* The declared parameters of a statement. Type 0: PostgreSQL infers it. */
struct db_types {
    struct slice names[DB_PARAMS_MAX];
    Oid oids[DB_PARAMS_MAX];
    int count;
};

/* Appends the text of the statement and a NUL to `out`, and sets `types`. */
void db_text_build(const struct db_statement *statement, struct buf *out, struct db_types *types);
