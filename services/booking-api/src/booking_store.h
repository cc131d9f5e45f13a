// SPDX-License-Identifier: MIT
/* SQL of bookings by id: read, lock, move, record. How one is made is booking_place_store.h, lists
 * are booking_list_store.h, what the clock ends is booking_expire.h. Text in a struct booking is
 * borrowed from the rows it was read from. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "booking.h"

/* Columns of a booking, for every SELECT that reads one with booking_store_read(). */
#define BOOKING_COLUMNS                                                                            \
    "b.id, b.tenant_id, b.code, b.apartment_id, b.owner_id, o.status, o.check_in, o.check_out,"    \
    " b.guests, b.guest_name, b.guest_phone, b.guest_telegram_id, b.guest_language, b.note,"       \
    " b.lines, b.total, b.deposit, b.paid, o.expires_at, o.version, o.created_at, o.updated_at,"   \
    " now()"
enum { BOOKING_COLUMN_COUNT = 23 };

/* One row, settled by the database's clock. */
void booking_store_read(const struct db_rows *rows, int row, struct booking *out);

/* FAULT_NOT_FOUND "not_found" when the tenant has none. */
bool booking_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct fault *fault) MUST_CHECK;

/* The same inside a transaction, with the flat and the booking locked, and what the last step of
 * its history was. */
bool booking_store_lock(struct db *tx, const struct uuid *tenant_id, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct booking_step *last,
                        struct fault *fault) MUST_CHECK;

/* Moves a locked booking; sets status, version and times as stored. `wait_s` FIELD_ABSENT: nobody
 * is waited for any more. FAULT_CONFLICT "changed_meanwhile" if the row is not as it was read. */
bool booking_store_move(struct db *tx, struct booking *booking, enum booking_status to,
                        int64_t wait_s, struct fault *fault) MUST_CHECK;

/* Deferred to the commit: what confirming tells about payment and contact. `phone`, in the arena,
 * is a new one or absent. */
void booking_store_write_contact(struct change *change, const struct booking *booking,
                                 struct slice phone);

/* Deferred to the commit: one step in the history. `from` is a status or -1; `reason` is in the
 * arena. */
void booking_store_write_step(struct change *change, const struct booking *booking, int from,
                              struct slice reason);

/* Oldest first: at, from_status, to_status, actor, reason, version. */
bool booking_store_history(struct db *db, const struct uuid *id, struct db_rows *rows,
                           struct fault *fault) MUST_CHECK;
