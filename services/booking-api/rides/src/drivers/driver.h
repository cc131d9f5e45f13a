// SPDX-License-Identifier: MIT
/* A driver: the rules (driver.c), names and bounds on the wire (driver_json.c), SQL
 * (driver_store.c), the routes (handlers/driver_handlers.c). */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/value.h"

enum driver_status { DRIVER_PENDING, DRIVER_ACTIVE, DRIVER_SUSPENDED, DRIVER_BLOCKED };
extern const char *const driver_status_names[]; /* NULL-terminated */

/* The first three must be valid while he drives. */
enum document_kind {
    DOCUMENT_LICENCE,
    DOCUMENT_CAR,
    DOCUMENT_INSURANCE,
    DOCUMENT_MEDICAL,
    DOCUMENT_TECHNICAL,
    DOCUMENT_KINDS
};
extern const char *const document_kind_names[]; /* NULL-terminated */

struct driver_document {
    int kind;           /* enum document_kind */
    struct slice last4; /* of its number */
    int32_t expires_on; /* the last day on which it is valid */
};

struct driver {
    struct uuid id;
    struct uuid tenant_id;
    struct slice name;
    struct slice phone; /* E.164 */
    int64_t telegram_id;
    int language;                /* enum language */
    int status;                  /* enum driver_status */
    struct field_list documents; /* struct driver_document, as a body gives them */
    struct slice papers;         /* the same as JSON, as stored */
    int32_t papers_until;        /* FIELD_ABSENT32: one that he needs is missing */
    int64_t rating_sum;
    int64_t rating_count;
    int64_t trips_done;
    int64_t version;
    int64_t created_at;
    int64_t updated_at;
};

/* The last day on which all that a driver needs is valid; FIELD_ABSENT32: one is missing. */
int32_t driver_papers_until(const struct driver_document *documents, size_t count);
/* At most one document of a kind, four letters or digits each. What is absent is passed over. */
void driver_documents_check(const struct driver_document *documents, size_t count,
                            struct fault_list *problems);

enum driver_action { DRIVER_ACTIVATE, DRIVER_SUSPEND, DRIVER_BLOCK };
/* The status after the action. False: FAULT_CONFLICT "already_blocked": only `activate` leads out
 * of it; FAULT_INVALID "documents_missing": who is to be active has not shown what he needs. */
bool driver_move(const struct driver *driver, enum driver_action action, int *to,
                 struct fault *fault) MUST_CHECK;

/* May he set off on a trip that arrives on `day`? FAULT_FORBIDDEN "driver_suspended",
 * "driver_not_active" or "document_expired". */
bool driver_may_drive(int status, int32_t papers_until, int32_t day,
                      struct fault *fault) MUST_CHECK;
