// SPDX-License-Identifier: MIT
/* The JSON of an apartment that is the same for everybody, kept in its row
 * (schema/0013-listed.sql): lists and readings take it as it is and add what depends on who asks,
 * and for what. It is derived: it counts while its version is the row's and its shape
 * APARTMENT_SHAPE; else the columns are encoded. So copies of the service with different shapes run
 * side by side, and a row that was changed by hand is shown as it is. */
#pragma once

#include "api/change.h"

#include "apartments/apartment.h"

/* As SQL. Counts up with each change of what apartment_listed_text() writes: another field, another
 * name, another order. test_apartment knows what each shape is, so it tells when that was
 * forgotten. */
#define APARTMENT_SHAPE "1"

/* SQL over a row of table apartment (alias `a`): what is kept can be used. */
#define APARTMENT_IS_LISTED                                                                        \
    "apartment_listed_as(a.version, a.listed_version, a.listed_shape) = " APARTMENT_SHAPE
/* In UPDATE of an apartment, with the parameters {listed} and {version}, the version before. */
#define APARTMENT_LISTED_SET                                                                       \
    "listed = {listed}, listed_version = {version} + 1, listed_shape = " APARTMENT_SHAPE

/* For a list: columns of `a` that apartment_encode() needs beside what is kept, no descriptions.
 * What is NULL in `listed` is read whole: apartment_listed_store_find_brief(). check_in_info and
 * `listed` may be long: they are NULL where the statement's part {sent} is not true. */
extern const struct db_shape apartment_listed_shape;

/* What is kept of this apartment (apartment_json.c), in the arena. */
bool apartment_listed_text(const struct apartment *apartment, struct arena *arena,
                           struct slice *out, struct fault *fault) MUST_CHECK;

/* The same of an apartment that is about to be written by a transaction whose now() is `now_us`: at
 * its next version. Sets `apartment->listed`. */
bool apartment_listed_prepare(struct apartment *apartment, int64_t now_us, struct arena *arena,
                              struct fault *fault) MUST_CHECK;

/* An apartment for apartment_encode(), and for who may see it: no other member is set. */
bool apartment_listed_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                                 struct arena *arena, struct apartment *out,
                                 struct fault *fault) MUST_CHECK;

/* Apartments without their descriptions; one that is gone is left out. */
bool apartment_listed_store_find_brief(struct db *db, const struct uuid *tenant_id,
                                       const struct uuid *ids, size_t count, struct arena *arena,
                                       struct apartment *out, size_t *found,
                                       struct fault *fault) MUST_CHECK;

/* For the sweeper: writes anew what is kept of some apartments with an earlier shape or none. */
enum { APARTMENT_LISTED_BATCH = 25 };
bool apartment_listed_store_refresh_due(struct db *db, bool *due, struct fault *fault) MUST_CHECK;
bool apartment_listed_store_refresh(struct change *change, int *written,
                                    struct fault *fault) MUST_CHECK;

/* How many of the `most` apartments changed last are kept otherwise than their columns are encoded.
 */
bool apartment_listed_store_count_wrong(struct db *tx, int64_t most, int64_t *wrong,
                                        struct fault *fault) MUST_CHECK;
