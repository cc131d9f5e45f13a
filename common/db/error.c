// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "db/error_private.h"

/* Classes of SQLSTATE. The first row whose prefix matches applies. */
static const struct {
    const char *prefix;
    enum db_error_class class;
} classes[] = {
    {"40001", DB_ERROR_RETRY       }, /* serialization_failure */
    {"40P01", DB_ERROR_RETRY       }, /* deadlock_detected */
    {"0A000", DB_ERROR_STALE       }, /* cached plan must not change result type */
    {"26000", DB_ERROR_STALE       }, /* invalid_sql_statement_name */
    {"42P05", DB_ERROR_STALE       }, /* duplicate_prepared_statement */
    {"57014", DB_ERROR_BUSY        }, /* query_canceled: statement_timeout */
    {"55P03", DB_ERROR_BUSY        }, /* lock_not_available: lock_timeout */
    {"23",    DB_ERROR_CONSTRAINT  },
    {"53100", DB_ERROR_FULL        },
    {"53",    DB_ERROR_NO_RESOURCES}, /* insufficient_resources */
    {"57P",   DB_ERROR_GONE        }, /* shutdown, crash, cannot_connect_now, idle timeout */
    {"25P03", DB_ERROR_GONE        }, /* idle_in_transaction_session_timeout */
    {"08P01", DB_ERROR_OTHER       }, /* protocol_violation: too few values for a statement */
    {"08",    DB_ERROR_GONE        },
    {"25006", DB_ERROR_READ_ONLY   }, /* read_only_sql_transaction */
    {"25P02", DB_ERROR_NO_RESOURCES},
    {"58",    DB_ERROR_NO_RESOURCES}, /* system_error */
};

enum db_error_class db_error_class_from_sqlstate(const char *sqlstate)
{
    /* An error of libpq itself has no SQLSTATE: the connection broke. */
    if (sqlstate == NULL)
        return DB_ERROR_GONE;
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (strncmp(sqlstate, classes[i].prefix, strlen(classes[i].prefix)) == 0)
            return classes[i].class;
    return DB_ERROR_OTHER;
}

enum db_error_class db_error_class(const PGresult *result)
{
    return db_error_class_from_sqlstate(PQresultErrorField(result, PG_DIAG_SQLSTATE));
}

bool db_error_set_unavailable(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "database_unavailable",
                     "The database cannot be reached at the moment.");
}

bool db_error_set_overloaded(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "overloaded",
                     "Too many requests wait for the database.");
}

bool db_error_set_read_only(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "database_read_only",
                     "The database takes no changes at the moment.");
}

bool db_error_set_outcome_unknown(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "outcome_unknown",
                     "The connection broke while the change was being saved; whether it was saved "
                     "is not known. Repeat with the same Idempotency-Key.");
}

/* For an error that no correct statement causes. Returns false. */
static bool log_and_set_bug_fault(const PGresult *result, const struct db_statement *statement,
                                  struct fault *fault)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    const char *name = statement != NULL ? statement->name : NULL;

    /* PostgreSQL's message is not logged, because it may quote a client's values; SQLSTATE and
     * names do not. */
    LOG(LOG_ERROR, "database_error", "A statement failed as none should",
        log_str("sqlstate", state != NULL ? state : ""),
        log_str("statement", name != NULL ? name : ""),
        log_str("constraint", constraint != NULL ? constraint : ""));
    return fault_set(fault, FAULT_INTERNAL, "database_error", "The database refused a statement.");
}

/* Returns the field for the fault of a constraint. A fault borrows its fields, and there is no
 * arena here. They depend only on the row of the table, so each is allocated once and never
 * freed. */
static const struct fault_field *find_or_create_field(const struct db_constraint *row)
{
    static struct kept {
        const struct db_constraint *row;
        struct kept *next;
        struct fault_field field;
    } * kept;

    for (const struct kept *at = kept; at != NULL; at = at->next)
        if (at->row == row)
            return &at->field;
    struct kept *made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    made->row = row;
    made->next = kept;
    made->field.code = row->code;
    snprintf(made->field.field, sizeof made->field.field, "%s", row->field);
    snprintf(made->field.detail, sizeof made->field.detail, "%s", row->detail);
    kept = made;
    return &made->field;
}

static bool set_constraint_fault(const PGresult *result, const struct db_statement *statement,
                                 struct fault *fault)
{
    const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    const struct db_constraint *row = statement != NULL ? statement->constraints : NULL;

    /* The error of a violated NOT NULL names a column instead of a constraint. */
    if (name == NULL)
        name = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
    for (; name != NULL && row != NULL && row->name != NULL; row++) {
        if (strcmp(row->name, name) != 0)
            continue;
        fault_set(fault, row->kind, row->code, "%s", row->detail);
        if (row->field != NULL)
            fault->fields = find_or_create_field(row);
        fault->field_count = fault->fields != NULL;
        return false;
    }
    return log_and_set_bug_fault(result, statement, fault);
}

bool db_error_set_fault(const PGresult *result, const struct db_statement *statement,
                        struct fault *fault)
{
    switch (db_error_class(result)) {
    case DB_ERROR_CONSTRAINT:
        return set_constraint_fault(result, statement, fault);
    case DB_ERROR_RETRY:
    case DB_ERROR_BUSY:
        return fault_set(fault, FAULT_UNAVAILABLE, "busy",
                         "Others are changing the same data; try again.");
    case DB_ERROR_FULL:
        return fault_set(fault, FAULT_UNAVAILABLE, "storage_full",
                         "The database's storage is full.");
    case DB_ERROR_NO_RESOURCES:
    case DB_ERROR_GONE:
        return db_error_set_unavailable(fault);
    case DB_ERROR_READ_ONLY: /* a write on a shared connection */
    case DB_ERROR_STALE:
    case DB_ERROR_OTHER:
        break;
    }
    return log_and_set_bug_fault(result, statement, fault);
}
