// SPDX-License-Identifier: MIT
/* The JSON that is the same for every reader of an apartment is stored in its row, in column
 * `listed` (schema/0013-listed.sql). Lists and reads send the stored JSON unchanged and append the
 * members that depend on caller and query. It is valid if listed_version equals the row's version
 * and listed_shape equals APARTMENT_SHAPE; if not, the columns are encoded. Therefore instances
 * of the service with different shapes can run side by side, and rows edited by hand are shown
 * correctly. */
#pragma once

#include "api/change.h"

#include "apartments/apartment.h"

/* SQL over a row of table apartment (alias `a`): true if its stored JSON is valid. */
#define APARTMENT_IS_LISTED                                                                        \
    "apartment_listed_as(a.version, a.listed_version, a.listed_shape) = " APARTMENT_SHAPE
/* SET clause of an UPDATE of apartment. {listed} is the new stored JSON, {version} the version
 * before the update. */
#define APARTMENT_LISTED_SET                                                                       \
    "listed = {listed}, listed_version = {version} + 1, listed_shape = " APARTMENT_SHAPE

/* The columns of the apartment `a` that lists read. check_in_info and `listed` may be long, so they
 * are NULL unless the statement's part {sent} is true for the row. If {sent} is true but `listed`
 * is NULL, no valid JSON is stored: read the row by apartment_store_find_brief_by_ids(). */
extern const struct db_shape apartment_listed_shape;

/* Encodes the JSON that is stored in the row (apartment_json.c), in the arena. */
bool apartment_encode_stored_json(const struct apartment *apartment, struct arena *arena,
                                  struct slice *out, struct fault *fault) MUST_CHECK;

/* Sets `apartment->listed`, the JSON of the apartment for lists, as it will be after the write that
 * follows: with the next version, and with `now_us`, the transaction's now(), as update time. */
bool apartment_set_stored_json_for_write(struct apartment *apartment, int64_t now_us,
                                         struct arena *arena, struct fault *fault) MUST_CHECK;

/* Reads what apartment_encode() and apartment_visible() need of an apartment: the stored JSON if it
 * is valid, else the columns. */
bool apartment_store_find_with_stored_json(struct db *db, const struct uuid *tenant_id,
                                           const struct uuid *id, struct arena *arena,
                                           struct apartment *out, struct fault *fault) MUST_CHECK;

/* Reads the apartments `ids` from their columns, without descriptions; omits deleted ones. `out`
 * has room for `count`. */
bool apartment_store_find_brief_by_ids(struct db *db, const struct uuid *tenant_id,
                                       const struct uuid *ids, size_t count, struct arena *arena,
                                       struct apartment *out, size_t *found,
                                       struct fault *fault) MUST_CHECK;

enum { APARTMENT_LISTED_BATCH = 25 };
/* Sets `outdated` to true if an apartment's stored JSON is missing, old or of a lower shape. */
bool apartment_store_has_outdated_json(struct db *db, bool *outdated,
                                       struct fault *fault) MUST_CHECK;
/* Encodes and writes the JSON of up to APARTMENT_LISTED_BATCH such apartments; sets `written` to
 * their number. */
bool apartment_store_refresh_json_batch(struct change *change, int64_t *written,
                                        struct fault *fault) MUST_CHECK;

/* Checks the `apartments_max` apartments changed last. Counts those whose stored JSON is valid by
 * version and shape, but differs from the JSON encoded from the columns. */
bool apartment_store_count_wrong_json(struct db *tx, int64_t apartments_max, int64_t *wrong,
                                      struct fault *fault) MUST_CHECK;
