// SPDX-License-Identifier: MIT
/* SQL of closures. Text in a struct closure is borrowed from the rows. */
#pragma once

#include "api/change.h"

#include "trips/closure.h"

/* Sets created_at. FAULT_CONFLICT "too_many_closures": the tenant has CLOSURES_MAX that are not
 * over. */
bool closure_store_insert(struct db *tx, const struct uuid *tenant_id, struct closure *closure,
                          struct fault *fault) MUST_CHECK;
/* FAULT_NOT_FOUND "not_found" if the tenant has no such closure. */
bool closure_store_delete(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                          struct fault *fault) MUST_CHECK;
/* For list_reply_whole(): the closures of a tenant that are not over, by their beginning. Values:
 * tenant, CLOSURES_MAX. */
extern const struct db_statement closure_list_statement;
