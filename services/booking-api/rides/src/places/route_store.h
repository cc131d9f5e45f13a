// SPDX-License-Identifier: MIT
/* SQL of the routes that a tenant has set. */
#pragma once

#include "db/query.h"

#include "places/route.h"

/* The tenant's row, or route_usual() without one. */
bool route_store_find(struct db *db, const struct uuid *tenant_id, const struct city *from,
                      const struct city *to, struct route *out, struct fault *fault) MUST_CHECK;
/* The same, with the row locked until the transaction ends. */
bool route_store_lock(struct db *tx, const struct uuid *tenant_id, const struct city *from,
                      const struct city *to, struct route *out, struct fault *fault) MUST_CHECK;
/* Inserts or replaces the row; sets `id` and the stored version. */
bool route_store_put(struct db *tx, const struct uuid *tenant_id, struct route *route,
                     struct uuid *id, struct fault *fault) MUST_CHECK;

/* The rows between any two of these places, in both directions. */
bool route_store_between(struct db *db, const struct uuid *tenant_id, const struct slice *slugs,
                         size_t count, struct db_rows *rows, struct fault *fault) MUST_CHECK;
void route_store_read(const struct db_rows *rows, int row, struct route *out);
