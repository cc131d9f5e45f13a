// SPDX-License-Identifier: MIT
/* A row of table apartment (alias `a`) and the struct that holds it. */
#pragma once

#include "base/buf.h"
#include "db/query.h"

#include "apartments/apartment.h"

/* Of struct apartment; {brief} has no descriptions. Not in {written}: id, tenant, and
 * included_guests, which the table keeps together with included_follows_max. */
extern const struct db_shape apartment_row_shape;
enum { APARTMENT_COLUMNS_MAX = 64 };

/* The apartment's local time. Two columns of it: local_day, and local_minute, which is DB_CLOCK. */
#define APARTMENT_LOCAL "(now() AT TIME ZONE a.timezone)"
#define APARTMENT_CLOCK APARTMENT_LOCAL "::date, " APARTMENT_LOCAL "::time"

/* Its seasons for rates_read(), NULL where there are none, so that nobody parses. */
#define APARTMENT_RATES "CASE WHEN a.has_rates THEN a.rates::text END"

/* A list of words or URLs as the table has it: JSON. */
bool apartment_row_list_text(const struct field_texts *list, struct arena *arena, struct slice *out,
                             struct fault *fault) MUST_CHECK;

/* Appends ids as the text of an array: `{ids}::uuid[]`. */
void apartment_row_ids_text(const struct uuid *ids, size_t count, struct buf *out);

/* The apartment in this row: its text is borrowed from the rows, its lists are taken apart in the
 * arena, its clock is absent. */
bool apartment_row_read(const struct db_rows *rows, int row, struct arena *arena,
                        struct apartment *out, struct fault *fault) MUST_CHECK;
