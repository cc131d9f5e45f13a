// SPDX-License-Identifier: MIT
/* A row of table apartment (alias `a`) as every SELECT of it reads it: one list of columns, one
 * reader (`columns` of apartment_row.c, in the same order). */
#pragma once

#include "db/query.h"

#include "flats/apartment.h"

#define APARTMENT_ROW_HEAD                                                                         \
    "a.id, a.tenant_id, a.owner_id, a.code, a.title_ru, a.title_kz, a.title_en, "
#define APARTMENT_ROW_TAIL                                                                         \
    "a.city, a.district, a.address, a.lat, a.lon, a.rooms, a.max_guests, "                         \
    "CASE WHEN NOT a.included_follows_max THEN a.included_guests END, "                            \
    "a.amenities::text, a.photos::text, a.base_price, a.weekend_price, a.extra_guest_fee, "        \
    "a.cleaning_fee, "                                                                             \
    "a.prepayment_percent, a.min_nights, a.max_nights, a.check_in_time, a.check_out_time, "        \
    "a.buffer_days, a.advance_notice_hours, a.booking_window_days, a.instant_book, "               \
    "a.cancellation_policy, a.timezone, a.is_active, a.check_in_info_ru, "                         \
    "a.check_in_info_kz, a.check_in_info_en, a.version, a.created_at, a.updated_at"

#define APARTMENT_ROW                                                                              \
    APARTMENT_ROW_HEAD "a.description_ru, a.description_kz, a.description_en, " APARTMENT_ROW_TAIL
/* Without descriptions, for lists. */
#define APARTMENT_ROW_BRIEF APARTMENT_ROW_HEAD "NULL, NULL, NULL, " APARTMENT_ROW_TAIL
enum { APARTMENT_ROW_COLUMNS = 42 };

/* Two more columns: the flat's local day, and its minute of that day, as a clock shows it (a cast
 * would round half a minute up, to 1440 at midnight). */
#define APARTMENT_LOCAL "(now() AT TIME ZONE a.timezone)"
#define APARTMENT_CLOCK                                                                            \
    APARTMENT_LOCAL "::date, (floor(extract(epoch FROM " APARTMENT_LOCAL "::time) / 60)::integer)"

/* One more: its seasons for rates_read(), NULL where there are none, so that nobody parses. */
#define APARTMENT_RATES "CASE WHEN a.has_rates THEN a.rates::text END"

/* The flat in this row, to be encoded: its text is borrowed from the rows, its lists are JSON. */
void apartment_row_borrow(const struct db_rows *rows, int row, struct apartment *out);

/* The flat in this row; its text copied into the arena, its clock absent. */
bool apartment_row_read(const struct db_rows *rows, int row, struct arena *arena,
                        struct apartment *out, struct fault *fault) MUST_CHECK;
