// SPDX-License-Identifier: MIT
/* SQL of the import. */
#pragma once

#include "apartments/apartment.h"
#include "apartments/owner.h"

/* Finds the tenant; absent `name`: the only one. FAULT_NOT_FOUND "no_tenant", "which_tenant". */
bool import_store_tenant(struct db *db, struct slice name, struct uuid *out,
                         struct fault *fault) MUST_CHECK;

/* Allows one import per tenant until the transaction ends. FAULT_CONFLICT "import_running". */
bool import_store_lock_tenant(struct db *tx, const struct uuid *tenant_id,
                              struct fault *fault) MUST_CHECK;

/* Finds the apartment with this code without locking it; its id is nil if there is none. */
bool import_store_apartment(struct db *tx, const struct uuid *tenant_id, struct slice code,
                            struct arena *arena, struct apartment *out,
                            struct fault *fault) MUST_CHECK;

/* Finds the owner by phone or, without a phone, by name. `*id` is nil if there is none.
 * FAULT_CONFLICT "several_owners". */
bool import_store_owner(struct db *tx, const struct uuid *tenant_id, const struct owner *wanted,
                        struct uuid *id, struct fault *fault) MUST_CHECK;

/* Locks these apartments (FOR NO KEY UPDATE) in the order of their ids, as apartment_store_lock()
 * requires. Ignores deleted ones. */
bool import_store_lock_apartments(struct db *tx, const struct uuid *tenant_id,
                                  const struct uuid *ids, size_t count,
                                  struct fault *fault) MUST_CHECK;
