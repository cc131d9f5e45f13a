// SPDX-License-Identifier: MIT
/* Classifies PostgreSQL's errors. No other file reads SQLSTATE. */
#pragma once

#include <libpq-fe.h>

#include "db/query.h"

enum db_error_class {
    DB_ERROR_OTHER,      /* our bug */
    DB_ERROR_CONSTRAINT, /* the statement's `constraints` map it to a fault */
    DB_ERROR_RETRY, /* serialization failure, deadlock: the whole transaction must be repeated */
    DB_ERROR_STALE, /* the statement was prepared before a schema change: prepare it again */
    DB_ERROR_BUSY,  /* statement_timeout or lock_timeout ended the statement */
    DB_ERROR_FULL,  /* the disk is full */
    DB_ERROR_READ_ONLY,    /* the cluster accepts no changes (on a shared connection: our bug) */
    DB_ERROR_NO_RESOURCES, /* the server lacks resources at the moment */
    DB_ERROR_GONE          /* the server closes the connection, or the connection broke */
};

enum db_error_class db_error_class_from_sqlstate(const char *sqlstate);
enum db_error_class db_error_class(const PGresult *result);

/* Sets the fault that the client receives for an error. Logs errors that are our bugs, without
 * values. Returns false. */
bool db_error_set_fault(const PGresult *result, const struct db_statement *statement,
                        struct fault *fault);

/* Set faults for errors without a SQLSTATE. Return false. */
bool db_error_set_unavailable(struct fault *fault);
bool db_error_set_overloaded(struct fault *fault);
bool db_error_set_read_only(struct fault *fault);
bool db_error_set_outcome_unknown(struct fault *fault);
