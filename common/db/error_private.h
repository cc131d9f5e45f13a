// SPDX-License-Identifier: MIT
/* The one place that reads SQLSTATE. Private to db/. */
#pragma once

#include <libpq-fe.h>

#include "db/query.h"

enum db_error_class {
    DB_ERROR_OTHER,      /* our bug */
    DB_ERROR_CONSTRAINT, /* the statement's table says what it means */
    DB_ERROR_RETRY,      /* serialization failure, deadlock: the whole transaction again */
    DB_ERROR_STALE,      /* prepared before a schema change: prepare again */
    DB_ERROR_BUSY,       /* a statement's or a lock's time was over */
    DB_ERROR_FULL,       /* the disk */
    DB_ERROR_READ_ONLY,  /* the cluster takes no changes; on a shared connection: our bug */
    DB_ERROR_AWAY,       /* the server cannot, now */
    DB_ERROR_GONE        /* the connection is lost */
};

enum db_error_class db_error_class_of(const char *sqlstate);
enum db_error_class db_error_class(const PGresult *result);

/* What it is to the client; what is our bug is logged, without values. Returns false. */
bool db_error_fault(const PGresult *result, const struct db_statement *statement,
                    struct fault *fault);

/* The same sentences for what fails before any SQLSTATE. Return false. */
bool db_error_unavailable(struct fault *fault);
bool db_error_overloaded(struct fault *fault);
bool db_error_read_only(struct fault *fault);
bool db_error_outcome_unknown(struct fault *fault);
