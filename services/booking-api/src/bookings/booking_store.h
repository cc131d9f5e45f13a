// SPDX-License-Identifier: MIT
/* SQL of bookings by id: read, lock, move, record. How one is made is booking_place_store.h, lists
 * are booking_list_store.h, what the clock ends is booking_expire_store.h. Text in a struct booking
 * is borrowed from the rows it was read from. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "bookings/booking.h"

/* A booking: {columns} of `b` (table booking), `o` (its row of occupancy) and `a` (its apartment);
 * {written} is what table booking gets when the booking is made. */
extern const struct db_shape booking_store_shape;
enum { BOOKING_COLUMNS_MAX = 64 };

/* Reads a row that begins with {columns}. The status is the one by the database's clock: see
 * booking_apply_clock(). */
void booking_store_read(const struct db_rows *rows, int row, struct booking *out);

/* The last line of defence of statements that move a booking in its nights. Normally the lock of
 * the apartment prevents such a conflict. */
extern const struct db_constraint booking_store_nights_constraints[];

/* FAULT_CONFLICT "changed_meanwhile": the row is not as it was read. */
bool booking_store_changed_meanwhile(struct fault *fault);

/* FAULT_NOT_FOUND "not_found" when the tenant has none. */
bool booking_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct fault *fault) MUST_CHECK;

/* The same for this caller inside a transaction. The apartment and the booking become locked;
 * `last` becomes the step of the history that made the present status. When the booking moves to
 * another apartment before it is locked, the transaction runs again (db_again()): the new apartment
 * could be locked only out of order. */
bool booking_store_lock(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct booking_step *last,
                        struct fault *fault) MUST_CHECK;
/* The same where the caller has already locked `apartment_id`, the apartment in which he saw the
 * booking. */
bool booking_store_lock_in(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                           const struct uuid *apartment_id, struct db_rows *rows,
                           struct booking *out, struct booking_step *last,
                           struct fault *fault) MUST_CHECK;

/* Moves a locked booking; sets status, version and times as stored. It expires in `wait_s` seconds,
 * or never: FIELD_ABSENT; one that stays in its status expires when it would have. FAULT_CONFLICT
 * "changed_meanwhile" if the row is not as it was read. */
bool booking_store_move(struct db *tx, struct booking *booking, enum booking_status to,
                        int64_t wait_s, struct fault *fault) MUST_CHECK;

/* The guest leaves: the booking is completed. When a stay ends early, its remaining nights become
 * free, but never the first one. */
bool booking_store_leave(struct db *tx, struct booking *booking, struct fault *fault) MUST_CHECK;

/* Deferred to the commit: what the guest claims to have paid by. */
void booking_store_write_receipt(struct change *change, const struct booking *booking);

/* Deferred to the commit: what was paid, and the phone if it is not absent. `phone` is in the
 * arena. */
void booking_store_write_contact(struct change *change, const struct booking *booking,
                                 struct slice phone);

/* Deferred to the commit: what a cancellation kept and what goes back. */
void booking_store_write_refund(struct change *change, const struct booking *booking);

/* Deferred to the commit: one step in the history. `from` is a status or -1; `reason` is in the
 * arena. */
void booking_store_write_step(struct change *change, const struct booking *booking, int from,
                              struct slice reason);

/* One step of many bookings: their history, event and audit. `records` is a JSON array of what
 * booking_encode_step_record() writes; `event` and `action` are its names in outbox and audit. `by`
 * is the change's caller; NULL means the system. */
bool booking_store_write_steps(struct change *change, const struct api_caller *by,
                               struct slice records, const char *event, const char *action,
                               struct fault *fault) MUST_CHECK;

/* The steps after this version, oldest first, at most `limit`: at, from_status, to_status, actor,
 * reason, version, fee, refund. */
bool booking_store_history(struct db *db, const struct uuid *id, int64_t after, int64_t limit,
                           struct db_rows *rows, struct fault *fault) MUST_CHECK;
