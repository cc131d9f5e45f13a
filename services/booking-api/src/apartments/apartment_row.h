// SPDX-License-Identifier: MIT
/* Reads rows of table apartment (alias `a`) into struct apartment. */
#pragma once

#include "db/query.h"

#include "apartments/apartment.h"

/* The columns of an apartment. In a statement, {columns} are all of them; {brief} has NULL in place
 * of descriptions, house rules and translated addresses; {written} omits id, tenant_id,
 * version and times, and included_guests, which is stored together with included_follows_max. */
extern const struct db_shape apartment_row_shape;
enum { APARTMENT_COLUMNS_MAX = 64 };

/* SQL of the apartment's local time, and of the two columns that are read as local_day and
 * local_minute (DB_CLOCK). */
#define APARTMENT_LOCAL "(now() AT TIME ZONE a.timezone)"
#define APARTMENT_CLOCK APARTMENT_LOCAL "::date, " APARTMENT_LOCAL "::time"

/* SQL of the seasons, for rates_decode_column(). NULL if the apartment has none, which saves the
 * conversion to text. */
#define APARTMENT_RATES "CASE WHEN a.has_rates THEN a.rates::text END"

/* Encodes amenities or photos as the JSON that the table stores, in the arena. */
bool apartment_row_encode_list(const struct field_texts *list, struct arena *arena,
                               struct slice *out, struct fault *fault) MUST_CHECK;

/* Reads a row of the columns of apartment_row_shape. Text is borrowed from the rows, the items of
 * lists are in the arena. Does not set the local time. */
bool apartment_row_read(const struct db_rows *rows, int row, struct arena *arena,
                        struct apartment *out, struct fault *fault) MUST_CHECK;
