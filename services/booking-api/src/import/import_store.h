// SPDX-License-Identifier: MIT
/* SQL of the import: whom and what a line of the file means. */
#pragma once

#include "apartments/apartment.h"
#include "apartments/owner.h"

/* The tenant of this name; `name` absent: the only one there is. FAULT_NOT_FOUND "no_tenant" or
 * "which_tenant". */
bool import_store_tenant(struct db *db, struct slice name, struct uuid *out,
                         struct fault *fault) MUST_CHECK;

/* One import of a tenant at a time, until the transaction ends. FAULT_CONFLICT "import_running". */
bool import_store_lock_tenant(struct db *tx, const struct uuid *tenant_id,
                              struct fault *fault) MUST_CHECK;

/* The apartment with this code, not locked; its id is nil where there is none. */
bool import_store_apartment(struct db *tx, const struct uuid *tenant_id, struct slice code,
                            struct arena *arena, struct apartment *out,
                            struct fault *fault) MUST_CHECK;

/* The owner with this phone; without a phone, with this name. `*id` is nil where there is none;
 * several: FAULT_CONFLICT "several_owners". */
bool import_store_owner(struct db *tx, const struct uuid *tenant_id, const struct owner *wanted,
                        struct uuid *id, struct fault *fault) MUST_CHECK;

/* Locks the apartments with these ids (FOR NO KEY UPDATE) in the order of ids, as
 * apartment_store_lock() wants it of everybody. An id that is gone is left out. */
bool import_store_lock_apartments(struct db *tx, const struct uuid *tenant_id,
                                  const struct uuid *ids, size_t count,
                                  struct fault *fault) MUST_CHECK;
