// SPDX-License-Identifier: MIT
/* SQL of bookings. Text in a struct booking is borrowed from the arena or the rows to which it was
 * read. */
#pragma once

#include "api/list.h"
#include "api/steps.h"

#include "bookings/booking.h"

/* The columns of struct booking in a join of the aliases `b` (table booking), `o` (occupancy) and
 * `a` (apartment). In an INSERT, {written} are the columns of table booking that it sets. */
extern const struct db_shape booking_store_shape;
enum { BOOKING_COLUMNS_MAX = 64 }; /* highest booking_store_shape.count */

/* Reads a row that begins with the columns of booking_store_shape, and calls
 * booking_apply_clock(). */
void booking_store_read_row(const struct db_rows *rows, int row, struct booking *out);

/* Maps a violation of the exclusion constraint to FAULT_CONFLICT "nights_taken". Writers that lock
 * the apartment find conflicts before they write. */
extern const struct db_constraint booking_store_nights_constraints[];

/* Sets FAULT_CONFLICT "changed_meanwhile": the row has changed since it was read. Returns false. */
bool booking_refuse_changed(struct fault *fault);

/* Finds a booking of the tenant. FAULT_NOT_FOUND "not_found" if the tenant has no such booking. */
bool booking_store_find(struct db *db, const struct uuid *tenant_id, const struct uuid *id,
                        struct arena *arena, struct booking *out, struct fault *fault) MUST_CHECK;

/* Like booking_store_find(), and FAULT_NOT_FOUND if the caller may not see the booking. */
bool booking_store_find_visible(struct db *db, const struct api_caller *caller,
                                const struct uuid *id, struct arena *arena, struct booking *out,
                                struct fault *fault) MUST_CHECK;

/* The last steps of a booking. */
struct booking_step {
    struct step_last last;   /* the step that set the current status */
    struct slice changed_by; /* actor of the latest step if it kept the status, else absent */
    bool is_occupied;        /* the guest of another booking is checked in at the apartment */
};
/* Locks the apartment of a booking, then the booking, until the transaction ends, and reads the
 * booking. FAULT_NOT_FOUND, without a lock, if the caller may not see the booking. If the booking
 * moves to another apartment before it is locked, the transaction is retried (db_request_retry()),
 * because locking the new apartment as well could break the order of locks. */
bool booking_store_lock(struct change *change, const struct uuid *id, struct booking *out,
                        struct booking_step *last, struct fault *fault) MUST_CHECK;
/* Like booking_store_lock(), if the booking's apartment, `apartment_id`, is locked already. */
bool booking_store_lock_in_apartment(struct change *change, const struct uuid *id,
                                     const struct uuid *apartment_id, struct booking *out,
                                     struct booking_step *last, struct fault *fault) MUST_CHECK;

/* Writes the status of a locked booking; sets status, version, updated_at and expires_at of
 * `booking` as a read of the row would. The stored expires_at becomes now plus `expires_in_s`
 * (FIELD_ABSENT: none); if `to` is the current status, it does not change. FAULT_CONFLICT
 * "changed_meanwhile" if the row has changed since it was read. */
bool booking_store_set_status(struct db *tx, struct booking *booking, enum booking_status to,
                              int64_t expires_in_s, struct fault *fault) MUST_CHECK;

/* Part of a statement whose UPDATE of occupancy, named `ended`, completes stays: keeps their
 * buffers occupied, by rows of kind 'buffer', and the first night of a stay that ends on its first
 * day. */
#define BOOKING_STORE_KEEP_NIGHTS                                                                  \
    ", kept AS (INSERT INTO occupancy"                                                             \
    "  (id, tenant_id, apartment_id, kind, status, check_in, check_out)"                           \
    "  SELECT gen_random_uuid(), e.tenant_id, a.id, 'buffer', 'blocked', first.day,"               \
    "   e.check_out + e.buffer_days"                                                               \
    "  FROM ended e JOIN apartment a ON a.id = e.apartment_id CROSS JOIN LATERAL (SELECT"          \
    "   least(e.check_out, greatest(e.check_in, (now() AT TIME ZONE a.timezone)::date)) AS day"    \
    "  ) first WHERE e.check_out + e.buffer_days > first.day)"

/* Checks the guest out and completes the booking. If the stay ends early, its nights from today in
 * the apartment's time zone become free, except the first night of the stay and its buffer. */
bool booking_store_check_out(struct db *tx, struct booking *booking,
                             struct fault *fault) MUST_CHECK;

/* Stores phone, phone_verified, receipt, paid, claimed, fee, refund and rating of a locked booking,
 * deferred to the commit. Text must be in the arena. */
void booking_store_write_details(struct change *change, const struct booking *booking);

/* Writes history, events and audit rows of many bookings. `records` is a JSON array, which
 * booking_record_steps() encodes; `event` and `action` are the names in outbox and audit log.
 * The actor is the change's caller if `by_caller`, else the system. */
bool booking_store_write_steps(struct change *change, bool by_caller, struct slice records,
                               const char *event, const char *action,
                               struct fault *fault) MUST_CHECK;

extern const struct db_statement booking_step_statement;    /* for struct step_table */
extern const struct db_statement booking_history_statement; /* for steps_reply() */

/* --- creating a booking (booking_place_store.c): one round trip to lock, one to insert, one more
 * if nights are taken --- */

/* The values of a new booking that are read by apartment, dates and quote. Text is in the arena. */
struct booking_basis {
    struct booking booking;   /* the members that PostgreSQL computes; the others are zero */
    struct slice known_phone; /* the guest's last verified one; absent if not needed or unknown */
    /* Used to compute the policy's deadlines. Copied from the quote or, without a quote, from the
     * apartment: */
    struct slice policy;   /* JSON */
    int32_t check_in_time; /* minutes after midnight */
    struct slice timezone;
    bool is_feed_stale; /* a feed of the apartment is stale: it is booked on request */
};

/* Locks the guest, then the apartment, in one round trip. Reads `apartment` and `basis` for the
 * draft's guest, apartment, dates and quote. */
bool booking_place_store_lock_and_read_basis(struct change *change,
                                             const struct booking_draft *draft,
                                             struct apartment *apartment,
                                             struct booking_basis *basis,
                                             struct fault *fault) MUST_CHECK;

/* Locks account and phone of the guest, as booking_place_store_lock_and_read_basis() does. To
 * prevent deadlocks, call it before any apartment is locked. */
bool booking_place_store_lock_guest(struct change *change, const struct booking_guest *guest,
                                    struct fault *fault) MUST_CHECK;
/* Counts the bookings of the guest of `booking`. The guest must be locked. */
bool booking_place_store_count_for_guest(struct db *tx, const struct booking *booking,
                                         struct booking_counts *out,
                                         struct fault *fault) MUST_CHECK;

/* Parameters and results of booking_place_store_insert(). */
struct booking_take {
    const struct booking_basis *basis;
    int64_t buffer_days;
    struct slice phone;           /* of the draft: bookings with this phone are counted too */
    struct db_rows *ended;        /* out: expired holds, for booking_record_expired() */
    struct booking_counts counts; /* out: of the guest, before this booking */
    bool taken;                   /* out: a night is taken, so nothing was inserted */
};

/* Counts the guest's bookings and inserts the nights and the booking in one round trip. If nights
 * are taken, a second round trip expires overdue holds on these nights and repeats the INSERT.
 * Generates the booking's code if absent; if another booking has the code, the transaction is
 * retried (db_request_retry()). */
bool booking_place_store_insert(struct db *tx, struct arena *arena, struct booking *booking,
                                struct booking_take *take, struct fault *fault) MUST_CHECK;

/* Reads the occupied ranges that overlap the nights check_in .. end - 1, at most STAY_NIGHTS_MAX
 * ranges. For a stay, `end` includes its buffer. */
bool booking_place_store_find_taken_ranges(struct db *tx, const struct uuid *apartment_id,
                                           int32_t check_in, int32_t end, struct arena *arena,
                                           struct booking_taken **taken, size_t *count,
                                           struct fault *fault) MUST_CHECK;

/* --- changing stay or owner (booking_change_store.c): one lookup, one write --- */

struct booking_conflicts {
    struct booking_taken *taken; /* ranges that overlap the changed stay */
    size_t count;                /* at most STAY_NIGHTS_MAX */
    int64_t buffer_days;         /* of the stay itself, fixed at creation */
};

/* Expires overdue holds (`expired_bookings`, for booking_record_expired()), then finds ranges that
 * overlap the nights and the buffer of `changed`. */
bool booking_change_store_find_conflicts(struct db *tx, const struct booking *changed,
                                         struct arena *arena, struct db_rows *expired_bookings,
                                         struct booking_conflicts *out,
                                         struct fault *fault) MUST_CHECK;

/* Writes the stay `changed` (apartment, owner, dates, guests, price) in place of `before`, and
 * reads the booking back. If the booking is a request, it still expires at the end of its check-in
 * day at the latest. FAULT_CONFLICT "changed_meanwhile" if the row has changed since it was read,
 * "nights_taken" if a writer did not lock the apartment. */
bool booking_change_store_write_stay(struct db *tx, const struct booking *before,
                                     const struct booking *changed,
                                     const struct apartment *apartment, struct arena *arena,
                                     struct booking *out, struct fault *fault) MUST_CHECK;

/* Sets the owner of the apartment's live bookings to apartment->owner_id. `rows` are for
 * booking_record_steps(): each booking after the change, then its status. */
bool booking_change_store_set_owner(struct db *tx, const struct apartment *apartment,
                                    struct db_rows *rows, struct fault *fault) MUST_CHECK;

/* --- ending bookings by the clock (booking_expire_store.c). The statements return each ended
 * booking, then its previous status --- */

/* Expires overdue holds on the nights {from} .. {until} - 1 of {apartment}. Other stores send it
 * in one round trip with their own statements. */
extern const struct db_statement booking_expire_store_nights_statement;

/* Expire at most {most} overdue holds, or complete at most {most} stays after their check-out time;
 * they skip locked ones. */
extern const struct db_statement booking_expire_store_holds_statement;
extern const struct db_statement booking_expire_store_stays_statement;

/* Sets `due` to 1 if a hold is overdue or a stay is past its check-out time, else to 0. */
bool booking_expire_store_has_due(struct db *db, int64_t *due, struct fault *fault) MUST_CHECK;

/* --- lists (booking_list_store.c) --- */

struct booking_filter {
    int statuses; /* bit set of enum booking_status; 0: all */
    struct uuid apartment_id;
    struct uuid owner_id;
    int64_t telegram_id; /* FIELD_ABSENT: any */
    struct slice phone;
    int32_t from; /* stays with at least one night of from .. to - 1; DATE_ABSENT: no limit */
    int32_t to;
    int32_t
        check_in_from; /* check-in on one of check_in_from .. check_in_to; DATE_ABSENT: no limit */
    int32_t check_in_to;
    int32_t check_out_from; /* likewise check-out */
    int32_t check_out_to;
    struct slice code; /* normalised by digest_base32_read() */
};

/* Reads a page of the bookings that match the filter, newest first, plus one row if more follow.
 * The rows come from a LIST_PAGE_OF statement; read them with booking_store_read_row(). */
bool booking_list_store_find(struct db *db, const struct uuid *tenant_id,
                             const struct booking_filter *filter, const struct list_page *page,
                             struct db_rows *rows, struct fault *fault) MUST_CHECK;
