// SPDX-License-Identifier: MIT
/* SQL for bookings by id: read, lock, update, record. See booking_place_store.h for inserts,
 * booking_list_store.h for lists, booking_expire_store.h for expiry. Text in a struct booking is
 * borrowed from the rows it was read from. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "bookings/booking.h"

/* The columns of a booking: of `b` (table booking), `o` (its row of occupancy) and `a` (its
 * apartment). In an INSERT, {written} are those of table booking that it sets. */
extern const struct db_shape booking_store_shape;
enum { BOOKING_COLUMNS_MAX = 64 };

/* Reads a row that begins with the columns of booking_store_shape, and calls
 * booking_apply_clock(). */
void booking_store_read_row(const struct db_rows *rows, int row, struct booking *out);

/* Maps violations of the exclusion constraint, which the apartment's lock normally prevents. */
extern const struct db_constraint booking_store_nights_constraints[];

/* Sets FAULT_CONFLICT "changed_meanwhile": the row has changed since it was read. Returns false. */
bool booking_refuse_changed(struct fault *fault);

/* Finds a booking of the tenant. FAULT_NOT_FOUND "not_found" if the tenant has no such booking. */
bool booking_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct fault *fault) MUST_CHECK;

/* Finds a booking that the caller may see, and locks its apartment and the booking; call it in a
 * transaction. `last` is the step that set the current status. If the booking moves to another
 * apartment before it is locked, the transaction is retried (db_request_retry()), because the new
 * apartment could only be locked out of order. */
bool booking_store_lock(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct booking_step *last,
                        struct fault *fault) MUST_CHECK;
/* Like booking_store_lock(), for a caller that has already locked the booking's apartment,
 * `apartment_id`. */
bool booking_store_lock_in(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                           const struct uuid *apartment_id, struct db_rows *rows,
                           struct booking *out, struct booking_step *last,
                           struct fault *fault) MUST_CHECK;

/* Changes the status of a locked booking and sets status, version and times as stored. The booking
 * expires in `wait_s` seconds (FIELD_ABSENT: never), or as before if the status is unchanged.
 * FAULT_CONFLICT "changed_meanwhile" if the row has changed since it was read. */
bool booking_store_set_status(struct db *tx, struct booking *booking, enum booking_status to,
                              int64_t wait_s, struct fault *fault) MUST_CHECK;

/* Checks the guest out and completes the booking. If the stay ends early, its remaining nights
 * become free, except the first of them. */
bool booking_store_check_out(struct db *tx, struct booking *booking,
                             struct fault *fault) MUST_CHECK;

/* Stores the proof of a claimed payment, deferred to the commit. */
void booking_store_write_receipt(struct change *change, const struct booking *booking);

/* Stores the amount paid, and `phone` (in the arena) unless absent, deferred to the commit. */
void booking_store_write_contact(struct change *change, const struct booking *booking,
                                 struct slice phone);

/* Stores fee and refund, deferred to the commit. */
void booking_store_write_refund(struct change *change, const struct booking *booking);

/* Stores the rating, deferred to the commit. */
void booking_store_write_rating(struct change *change, const struct booking *booking);

/* Adds a row of history at the commit. `from` is a status or -1; `reason` is in the arena. */
void booking_store_write_step(struct change *change, const struct booking *booking, int from,
                              struct slice reason);

/* Writes history, events and audit rows of many bookings. `records` is a JSON array of objects
 * from booking_encode_step_record(); `event` and `action` are the names in outbox and audit log.
 * `by` is the change's caller; NULL: the system. */
bool booking_store_write_steps(struct change *change, const struct api_caller *by,
                               struct slice records, const char *event, const char *action,
                               struct fault *fault) MUST_CHECK;

/* The steps of a booking, a statement for steps_reply(). */
extern const struct db_statement booking_history_statement;
