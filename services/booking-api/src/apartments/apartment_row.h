// SPDX-License-Identifier: MIT
/* Reads rows of table apartment (alias `a`) into struct apartment. */
#pragma once

#include "db/query.h"

#include "apartments/apartment.h"

/* The columns of an apartment. In a statement, {columns} are all of them, {brief} omits
 * descriptions, {written} omits id, tenant_id and included_guests (stored with
 * included_follows_max). */
extern const struct db_shape apartment_row_shape;
enum { APARTMENT_COLUMNS_MAX = 64 };

/* SQL of the apartment's local time. APARTMENT_CLOCK has columns local_day, local_minute
 * (DB_CLOCK). */
#define APARTMENT_LOCAL "(now() AT TIME ZONE a.timezone)"
#define APARTMENT_CLOCK APARTMENT_LOCAL "::date, " APARTMENT_LOCAL "::time"

/* SQL of the seasons, for rates_decode_column(). NULL if the apartment has none, which saves the
 * conversion to text. */
#define APARTMENT_RATES "CASE WHEN a.has_rates THEN a.rates::text END"

/* Encodes a list of words or URLs as the JSON that the table stores. */
bool apartment_row_write_list(const struct field_texts *list, struct arena *arena,
                              struct slice *out, struct fault *fault) MUST_CHECK;

/* Reads a row of the columns of apartment_row_shape: borrows text from the rows, splits lists in
 * the arena. Does not set the local time. */
bool apartment_row_read(const struct db_rows *rows, int row, struct arena *arena,
                        struct apartment *out, struct fault *fault) MUST_CHECK;
