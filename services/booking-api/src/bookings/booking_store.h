// SPDX-License-Identifier: MIT
/* SQL of bookings. Text in a struct booking is borrowed from the rows it was read from. */
#pragma once

#include "api/list.h"
#include "api/steps.h"

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

/* The same, also if the caller may not see it: booking_visible(). */
bool booking_store_find_for(struct db *db, const struct api_caller *caller, const struct uuid *id,
                            struct db_rows *rows, struct booking *out,
                            struct fault *fault) MUST_CHECK;

/* The step that set the current status, and the actor of the current version if that is another
 * one. */
struct booking_step {
    struct step_last last;
    struct slice changed_by;
};
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

/* Writes history, events and audit rows of many bookings. `records` is a JSON array of objects
 * from booking_encode_step_record(); `event` and `action` are the names in outbox and audit log.
 * The actor is the change's caller if `by_caller`, else the system. */
bool booking_store_write_steps(struct change *change, bool by_caller, struct slice records,
                               const char *event, const char *action,
                               struct fault *fault) MUST_CHECK;

extern const struct db_statement booking_step_statement;    /* of struct step_table */
extern const struct db_statement booking_history_statement; /* of steps_reply() */

/* --- creating one (booking_place_store.c): a round trip to lock, one to insert, one more if nights
 * are taken --- */

/* What the apartment, the nights and the quote determine of a new booking. Text is in the arena. */
struct booking_basis {
    struct booking booking;   /* the members that PostgreSQL computes; the others are zero */
    struct slice known_phone; /* for a guest without a phone; may be absent */
    /* Stored to compute the policy's deadlines: those of the quote, or else the current ones. */
    struct slice policy;   /* JSON */
    int32_t check_in_time; /* minutes after midnight */
    struct slice timezone;
};

/* Locks the guest, then the apartment, in one round trip. Reads `apartment` and `basis` for the
 * draft's guest, apartment, dates and quote. */
bool booking_place_store_lock(struct db *tx, const struct uuid *tenant_id,
                              const struct booking_draft *draft, struct arena *arena,
                              struct apartment *apartment, struct booking_basis *basis,
                              struct fault *fault) MUST_CHECK;

/* Locks account and phone of the booking's guest, as booking_place_store_lock() does: call it
 * before any apartment is locked. */
bool booking_place_store_lock_guest(struct db *tx, const struct booking *booking,
                                    struct arena *arena, struct fault *fault) MUST_CHECK;
/* Counts the bookings of the locked guest. */
bool booking_place_store_count(struct db *tx, const struct booking *booking,
                               struct booking_counts *out, struct fault *fault) MUST_CHECK;

struct booking_take {
    const struct booking_basis *basis;
    int64_t buffer_days;
    struct slice phone;           /* of the draft: its bookings are counted too */
    struct db_rows *ended;        /* out: expired holds, for booking_expire_record() */
    struct booking_counts counts; /* out: of the guest, before this booking */
    bool taken;                   /* out: a night is taken, so nothing was inserted */
};

/* Counts the guest's bookings and inserts the nights and the booking in one round trip. If nights
 * are taken, a second round trip expires overdue holds on them and tries again. Generates the code
 * if absent; if another booking has that code, the transaction is retried (db_request_retry()). */
bool booking_place_store_insert(struct db *tx, struct arena *arena, struct booking *booking,
                                struct booking_take *take, struct fault *fault) MUST_CHECK;

/* Reads the occupied ranges from check_in to `end` (with buffer), at most STAY_NIGHTS_MAX. */
bool booking_place_store_find_taken(struct db *tx, const struct uuid *apartment_id,
                                    int32_t check_in, int32_t end, struct arena *arena,
                                    struct booking_taken **taken, size_t *count,
                                    struct fault *fault) MUST_CHECK;

/* --- another stay or owner (booking_change_store.c): one lookup, one write --- */

struct booking_conflicts {
    struct db_rows ended; /* overdue holds that were expired, for booking_expire_record(); owned */
    struct booking_taken *taken;
    size_t count;        /* at most STAY_NIGHTS_MAX */
    int64_t buffer_days; /* of the stay itself, fixed at creation */
};

/* Finds nights that conflict with `changed` and its buffer; expires overdue holds first. */
bool booking_change_store_find_conflicts(struct db *tx, const struct booking *changed,
                                         struct arena *arena, struct booking_conflicts *out,
                                         struct fault *fault) MUST_CHECK;

/* Writes the stay `changed` (apartment, owner, dates, guests, price) in place of `before`, and
 * reads it back into `rows`. A request still expires at the end of its check-in day at the latest.
 * FAULT_CONFLICT "changed_meanwhile" if the row has changed since it was read, "nights_taken" if a
 * writer did not lock the apartment. */
bool booking_change_store_write(struct db *tx, const struct booking *before,
                                const struct booking *changed, const struct apartment *apartment,
                                struct db_rows *rows, struct booking *out,
                                struct fault *fault) MUST_CHECK;

/* Gives the live bookings of the apartment to its owner. `rows` are for booking_record_rows(): each
 * booking after the change, then its status. */
bool booking_change_store_set_owner(struct db *tx, const struct apartment *apartment,
                                    struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* --- the clock (booking_expire_store.c). Rows: each ended booking, then its previous status --- */

/* Expires overdue holds on the nights {from} .. {until} - 1 of {apartment}. Other stores send it
 * in one round trip with their own statements. */
extern const struct db_statement booking_expire_store_nights_statement;

/* Sets `due` if a hold is overdue or a check-out time has passed. */
bool booking_expire_store_due(struct db *db, int64_t *due, struct fault *fault) MUST_CHECK;

/* End at most `most` bookings each and skip locked ones. */
bool booking_expire_store_expire(struct db *tx, int64_t most, struct db_rows *ended,
                                 struct fault *fault) MUST_CHECK;
bool booking_expire_store_complete(struct db *tx, int64_t most, struct db_rows *ended,
                                   struct fault *fault) MUST_CHECK;

/* --- lists (booking_list_store.c) --- */

struct booking_filter {
    int statuses; /* bit set of enum booking_status; 0: all */
    struct uuid apartment_id;
    struct uuid owner_id;
    int64_t telegram_id; /* FIELD_ABSENT: any */
    struct slice phone;
    int32_t from; /* stays that include a night of from .. to - 1 */
    int32_t to;
    struct slice code; /* normalised by digest_base32_read() */
};

/* Reads bookings by the filter, newest first, one more than the page has. The rows come from a
 * LIST_PAGE_OF statement and are for booking_store_read_row(). */
bool booking_list_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct booking_filter *filter, const struct list_page *page,
                             struct db_rows *rows, struct fault *fault) MUST_CHECK;
