// SPDX-License-Identifier: MIT
/* SQL of bookings by id: read, lock, move, record. How one is made is booking_place_store.h, lists
 * are booking_list_store.h, what the clock ends is booking_expire.h. Text in a struct booking is
 * borrowed from the rows it was read from. */
#pragma once

#include "api/change.h"
#include "db/query.h"

#include "bookings/booking.h"
#include "prices/policy_row.h"

/* The flat's check-in time on this day and its check-out time on that; where the owner of the row
 * `alias` wants to be paid. */
#define BOOKING_CHECK_IN_AT(day)    "(" day " + a.check_in_time) AT TIME ZONE a.timezone"
#define BOOKING_CHECK_OUT_AT(day)   "(" day " + a.check_out_time) AT TIME ZONE a.timezone"
#define BOOKING_PAYMENT_INFO(alias) "(SELECT payment_info FROM owner WHERE id = " alias ".owner_id)"

/* Columns of a booking, for every SELECT that reads one with booking_store_read(). */
// clang-format off
#define BOOKING_COLUMNS                                                                            \
    "b.id, b.tenant_id, b.code, b.apartment_id, b.owner_id, o.status, o.check_in, o.check_out,"    \
    " b.guests, b.guest_name, b.guest_phone, b.guest_telegram_id, b.guest_language, b.note,"       \
    " b.lines, b.total, b.deposit, b.paid, o.expires_at, o.version, o.created_at, o.updated_at,"   \
    " b.receipt, now(), o.check_in::timestamp AT TIME ZONE a.timezone,"                            \
    " (o.check_in + 1)::timestamp AT TIME ZONE a.timezone,"                                        \
    " " BOOKING_CHECK_IN_AT("o.check_in") ", " BOOKING_CHECK_OUT_AT("o.check_out") ","             \
    " b.source, a.check_in_info_ru, a.check_in_info_kz, a.check_in_info_en,"                       \
    " " BOOKING_PAYMENT_INFO("b") ", b.cleaning, b.first_night, b.fee, b.refund, a.is_active,"     \
    " " POLICY_COLUMNS("b", "o.check_in")
// clang-format on
enum { BOOKING_OWN_COLUMNS = 38, BOOKING_COLUMN_COUNT = BOOKING_OWN_COLUMNS + POLICY_COLUMN_COUNT };
/* What they are columns of, where `o` is at hand. */
#define BOOKING_OF_OCCUPANCY                                                                       \
    " JOIN booking b ON b.id = o.id JOIN apartment a ON a.id = o.apartment_id"

/* One row, as it is by the database's clock. */
void booking_store_read(const struct db_rows *rows, int row, struct booking *out);

/* FAULT_NOT_FOUND "not_found" when the tenant has none. */
bool booking_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct fault *fault) MUST_CHECK;

/* The same for this caller inside a transaction, flat and booking locked, and which step of its
 * history made the present status. A booking that leaves its flat before it is locked has the
 * transaction run again (db_again()): its new flat could be locked only out of order. */
bool booking_store_lock(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                        struct db_rows *rows, struct booking *out, struct booking_step *last,
                        struct fault *fault) MUST_CHECK;
/* For who has locked `flat_id`, where he saw it, himself. */
bool booking_store_lock_in(struct db *tx, const struct api_caller *caller, const struct uuid *id,
                           const struct uuid *flat_id, struct db_rows *rows, struct booking *out,
                           struct booking_step *last, struct fault *fault) MUST_CHECK;

/* Moves a locked booking; sets status, version and times as stored. `wait_s` FIELD_ABSENT: nobody
 * is waited for any more. FAULT_CONFLICT "changed_meanwhile" if the row is not as it was read. */
bool booking_store_move(struct db *tx, struct booking *booking, enum booking_status to,
                        int64_t wait_s, struct fault *fault) MUST_CHECK;

/* The guest leaves: completed, and a stay that ends early gives back the nights that are left (not
 * the first: somebody was there). */
bool booking_store_leave(struct db *tx, struct booking *booking, struct fault *fault) MUST_CHECK;

/* Deferred to the commit: what the guest claims to have paid by. */
void booking_store_write_receipt(struct change *change, const struct booking *booking);

/* Deferred to the commit: what confirming tells about payment and contact. `phone`, in the arena,
 * is a new one or absent. */
void booking_store_write_contact(struct change *change, const struct booking *booking,
                                 struct slice phone);

/* Deferred to the commit: what a cancellation kept and what goes back. */
void booking_store_write_refund(struct change *change, const struct booking *booking);

/* Deferred to the commit: one step in the history. `from` is a status or -1; `reason` is in the
 * arena. */
void booking_store_write_step(struct change *change, const struct booking *booking, int from,
                              struct slice reason);

/* The steps after this version, oldest first, at most `limit`: at, from_status, to_status, actor,
 * reason, version, fee, refund. */
bool booking_store_history(struct db *db, const struct uuid *id, int64_t after, int64_t limit,
                           struct db_rows *rows, struct fault *fault) MUST_CHECK;
