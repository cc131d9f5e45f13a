// SPDX-License-Identifier: MIT
/* Use cases of bookings. Text of `out` is in the arena. */
#pragma once

#include "api/change.h"

#include "bookings/booking_store.h"

/* --- creating a booking (booking_place.c): lock the guest, lock the apartment, check the rules,
 * compute the price, insert nights and booking ---
 *
 * The exclusion constraint guards the nights; the locks only keep writers from deadlocks on the
 * constraint. Creating a booking takes two round trips, and a third if nights are taken;
 * api_change() adds two. */

/* Creates a booking from the draft. FAULT_INVALID with each broken rule, "unknown_apartment" or
 * "unknown_quote", FAULT_CONFLICT "nights_taken" (with nights), "too_many_holds" or
 * "too_many_unpaid", FAULT_GONE "quote_expired". */
bool booking_place(struct change *change, const struct booking_draft *draft, struct booking *out,
                   struct fault *fault) MUST_CHECK;

/* Checks the result of looking for the apartment that a body names: FAULT_INVALID
 * "unknown_apartment" if there is none, or if the caller is another owner. */
bool booking_check_found_apartment(struct change *change, bool found,
                                   const struct apartment *apartment,
                                   struct fault *fault) MUST_CHECK;

/* FAULT_CONFLICT "nights_taken" with the occupied nights of a stay or block. There may be none if
 * the conflicting hold has just ended. Returns false. */
bool booking_find_and_refuse_taken_nights(struct change *change, const struct uuid *apartment_id,
                                          int32_t check_in, int32_t check_out, int64_t buffer_days,
                                          struct fault *fault);

/* Computes the current price of the draft: sets lines (in the arena), total, deposit and
 * policy_price of `booking`. */
bool booking_price_compute(struct change *change, const struct apartment *apartment,
                           const struct booking_draft *draft, struct booking *booking,
                           struct fault *fault) MUST_CHECK;

/* --- actions (booking_act.c), by the table of booking_transitions.c. The apartment and the booking
 * are locked, and the UPDATE checks status, version and time again --- */

/* Applies an action to a booking. FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN,
 * FAULT_CONFLICT "already_<status>", "nothing_due", "too_early", "occupied", "too_many_unpaid",
 * "refund_changed", FAULT_GONE "hold_expired", FAULT_INVALID "contact_missing". If the caller
 * repeats the last action, `out` is the unchanged booking; but a repeated claim-payment with
 * another receipt is applied as BOOKING_RECEIPT. */
bool booking_act(struct change *change, const struct uuid *id, enum booking_action action,
                 const struct booking_action_body *body, struct booking *out,
                 struct fault *fault) MUST_CHECK;

/* Applies an action that keeps the status. BOOKING_CONTACT sets or replaces the guest's phone
 * (E.164, in the arena), BOOKING_RATE the rating of a completed stay, BOOKING_SET_PAID the amount
 * paid. The limit of holds per phone is not checked here: the nights are occupied already, and the
 * next hold counts this booking. FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN,
 * FAULT_CONFLICT "already_<status>", FAULT_GONE "hold_expired". If the booking has this phone,
 * verified if that of the body is, this rating or this amount already, `out` is the unchanged
 * booking. */
bool booking_act_set_detail(struct change *change, const struct uuid *id,
                            enum booking_action action, const struct booking_action_body *body,
                            struct booking *out, struct fault *fault) MUST_CHECK;

/* --- changing stay or owner (booking_change.c) ---
 *
 * A changed stay is checked and priced by current rules; the amount paid and the policy do not
 * change. Both apartments are locked in the order of their ids, so that two clients that swap
 * nights cannot deadlock. Conflicts are looked up before the UPDATE, so that the fault can list the
 * taken nights. */

/* Changes the stay of a booking. FAULT_NOT_FOUND, FAULT_PRECONDITION (If-Match), FAULT_FORBIDDEN,
 * FAULT_INVALID (rules, an unknown apartment), FAULT_CONFLICT "already_<status>", "total_changed",
 * "nights_taken" (with the nights), "changed_meanwhile". If the stay already matches the request,
 * `out` is the unchanged booking. */
bool booking_change_stay(struct change *change, const struct uuid *id,
                         const struct booking_change_body *body, struct booking *out,
                         struct fault *fault) MUST_CHECK;

/* Sets the owner of an apartment's live bookings (they occupy nights) to its new owner. Ended
 * bookings keep their owner. Call it after writing the locked apartment. Each changed booking
 * gets a new version, a history row, an event and an audit row. No effect if the owner is
 * unchanged. */
bool booking_change_owner(struct change *change, const struct uuid *owner_before,
                          const struct apartment *apartment, struct fault *fault) MUST_CHECK;

/* --- ending bookings by the clock (booking_expire.c) ---
 *
 * Expires overdue holds and completes stays after their check-out time. The sweeper
 * (maintenance/sweeper.h) does both. A writer also expires overdue holds on the nights that it
 * needs, so nights become free even if no sweeper runs. */

enum { BOOKING_EXPIRE_BATCH = 50 }; /* bookings per transaction of the sweeper */

/* Records the expiry: `expired_bookings` are rows of a statement of booking_expire_store.c. */
bool booking_record_expired(struct change *change, const struct db_rows *expired_bookings,
                            struct fault *fault) MUST_CHECK;

/* Stores the expiry of a locked booking that is overdue, which reads as expired before the sweeper
 * stores that, and reads the booking again. No effect in other statuses. */
bool booking_expire_if_overdue(struct change *change, struct booking *booking,
                               struct fault *fault) MUST_CHECK;

/* Completes up to BOOKING_EXPIRE_BATCH stays after check-out time. */
bool booking_complete_stays_batch(struct change *change, int64_t *completed_count,
                                  struct fault *fault) MUST_CHECK;

/* Expires up to BOOKING_EXPIRE_BATCH overdue holds; skips locked ones. */
bool booking_expire_holds_batch(struct change *change, int64_t *expired_count,
                                struct fault *fault) MUST_CHECK;

/* --- records of steps (booking_record.c): a row of booking_history, an event, an audit row --- */

/* Records a step. `booking` is the state after the step; `status_before` is -1 for a new booking.
 * `audit_action` is the name in the audit log. The statements run at the commit. */
bool booking_record_step(struct change *change, const struct booking *booking, int status_before,
                         const char *audit_action, struct slice reason,
                         struct fault *fault) MUST_CHECK;

/* Names of a step that changes many bookings at once, for events and audit rows. */
struct booking_step_name {
    const char *event;
    const char *action;                 /* in the audit log */
    const struct uuid *former_owner_id; /* in the events; NULL: the step keeps the owner */
};

/* Records the step `name` of many bookings. Each row is a booking after the step, then its status
 * before the step. If `by_caller`, the actor is the change's caller, else the system, which may
 * change bookings of any tenant. */
bool booking_record_steps(struct change *change, bool by_caller, const struct db_rows *rows,
                          const struct booking_step_name *name, struct fault *fault) MUST_CHECK;
