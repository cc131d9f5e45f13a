// SPDX-License-Identifier: MIT
#include "bookings/booking_change.h"

/* Seconds from the transition to `status` until expires_at; FIELD_ABSENT: the status has none. */
static int64_t seconds_until_expiry(enum booking_status status)
{
    if (status == BOOKING_PAYMENT_CLAIMED)
        return BOOKING_CLAIM_S;
    return status == BOOKING_HELD ? BOOKING_PAY_S : FIELD_ABSENT;
}

/* Sets the phone in the body. If the booking has it already, it stays verified. */
static void set_phone(const struct booking_action_body *body, struct booking_guest *guest)
{
    guest->phone_verified =
        body->phone_verified || (guest->phone_verified && slice_equal(guest->phone, body->phone));
    guest->phone = body->phone;
}

/* Copies amount and phone from the body. FAULT_FORBIDDEN if a guest states an amount. */
static bool copy_paid_and_phone(struct change *change, const struct booking_action_body *body,
                                struct booking *booking, struct fault *fault)
{
    if (body->paid != FIELD_ABSENT && change->caller->actor == ACTOR_GUEST)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden",
                         "Only owner or staff may set what was paid.");
    if (body->paid != FIELD_ABSENT)
        booking->paid = body->paid;
    if (body->phone.at != NULL)
        set_phone(body, &booking->guest);
    return true;
}

/* If nothing was paid for the booking, checks that the guest may confirm one more stay without a
 * payment. */
static bool check_unpaid_limit(struct change *change, const struct booking *booking,
                               struct fault *fault)
{
    struct booking_counts counts;

    return booking->paid > 0 ||
           (booking_place_store_count_for_guest(change->tx, booking, &counts, fault) &&
            booking_check_unpaid_limit(&counts, fault));
}

static bool apply_confirmation(struct change *change, const struct booking_action_body *body,
                               struct booking *booking, enum booking_status to, struct fault *fault)
{
    if (booking->guest.phone.at == NULL &&
        (body->phone_required || booking->guest.telegram_id == FIELD_ABSENT))
        return fault_set_field(fault, change->arena, "phone", "contact_missing",
                               body->phone_required
                                   ? "A phone of the guest is needed."
                                   : "A phone or Telegram account of the guest is needed.");
    if (change->caller->actor == ACTOR_GUEST && !check_unpaid_limit(change, booking, fault))
        return false;
    if (to == BOOKING_CONFIRMED) {
        if (body->paid == FIELD_ABSENT)
            booking->paid = booking_paid_if_confirmed(booking);
        booking->claimed = 0;
    }
    return true;
}

static struct policy_terms terms_of(enum booking_action action,
                                    const struct booking_action_body *body,
                                    const struct booking *booking)
{
    if (body->refunds_all)
        return (struct policy_terms){.refund = booking->paid};
    return action == BOOKING_CANCEL ? booking_cancel_terms(booking)
                                    : policy_last_terms(&booking->policy, &booking->policy_price,
                                                        booking->total, booking->paid);
}

/* Computes fee and refund of a cancellation or no-show. */
static bool set_refund(enum booking_action action, const struct booking_action_body *body,
                       struct booking *booking, struct fault *fault)
{
    const struct policy_terms terms = terms_of(action, body, booking);

    if (body->expected_refund != FIELD_ABSENT && body->expected_refund != terms.refund)
        return fault_set(fault, FAULT_CONFLICT, "refund_changed",
                         "The refund has changed; see cancel-preview.");
    booking->fee = terms.fee;
    booking->refund = terms.refund;
    booking->sold_elsewhere = body->sold_elsewhere;
    return true;
}

/* Applies an action, which leads to the status `to`, and writes it. Call it for a locked booking,
 * after booking_apply_clock(). */
static bool apply_action(struct change *change, enum booking_action action, enum booking_status to,
                         const struct booking_action_body *body, struct booking *booking,
                         struct fault *fault)
{
    const int from = booking->status;

    if (action == BOOKING_CONFIRM && !apply_confirmation(change, body, booking, to, fault))
        return false;
    if ((action == BOOKING_CANCEL || action == BOOKING_MARK_NO_SHOW) &&
        !set_refund(action, body, booking, fault))
        return false;
    if (action == BOOKING_CHECK_OUT
            ? !booking_store_check_out(change->tx, booking, fault)
            : !booking_store_set_status(change->tx, booking, to, seconds_until_expiry(to), fault))
        return false;
    if (action == BOOKING_CLAIM_PAYMENT)
        booking->claimed = booking->deposit - booking->paid;
    if (action == BOOKING_CLAIM_PAYMENT || action == BOOKING_RECEIPT)
        booking->receipt = body->receipt;
    /* These three change only the row of table occupancy. */
    if (action != BOOKING_DECLINE && action != BOOKING_CHECK_IN && action != BOOKING_CHECK_OUT)
        booking_store_write_details(change, booking);
    return booking_record_step(change, booking, from, booking_machine.actions[action].audit,
                               body->reason, fault);
}

/* Locks account and phone of a guest who confirms, before the apartment, as booking_place() does.
 * Sets `phone` to the locked phone: that of the body or, if absent, of the booking. */
static bool lock_guest(struct change *change, const struct uuid *id,
                       const struct booking_action_body *body, struct slice *phone,
                       struct fault *fault)
{
    struct booking booking;

    if (!booking_store_find_visible(change->tx, change->caller, id, change->arena, &booking, fault))
        return false;
    if (body->phone.at != NULL)
        booking.guest.phone = body->phone;
    *phone = booking.guest.phone;
    return booking_place_store_lock_guest(change, &booking.guest, fault);
}

/* Locks the booking; if a guest confirms it, locks the guest first. If another request changes
 * the phone before the booking is locked, retries the transaction, because the guest was locked by
 * the old phone. */
static bool lock_for_action(struct change *change, const struct uuid *id,
                            enum booking_action action, const struct booking_action_body *body,
                            struct booking *booking, struct booking_step *last, struct fault *fault)
{
    const bool by_guest = action == BOOKING_CONFIRM && change->caller->actor == ACTOR_GUEST;
    struct slice phone = SLICE_NONE;

    if ((by_guest && !lock_guest(change, id, body, &phone, fault)) ||
        !booking_store_lock(change, id, booking, last, fault))
        return false;
    if (!by_guest || body->phone.at != NULL || slice_equal(phone, booking->guest.phone))
        return true;
    (void)!booking_refuse_changed(fault);
    return db_request_retry(change->tx, fault);
}

/* True if the payment is claimed already and the request has a new receipt. Without a new receipt a
 * repeated claim changes nothing. */
static bool reclaims_with_new_receipt(const struct booking *booking, enum booking_action action,
                                      const struct booking_action_body *body)
{
    return action == BOOKING_CLAIM_PAYMENT && booking->status == BOOKING_PAYMENT_CLAIMED &&
           body->receipt.at != NULL && !slice_equal(body->receipt, booking->receipt);
}

bool booking_act(struct change *change, const struct uuid *id, enum booking_action action,
                 const struct booking_action_body *body, struct booking *out, struct fault *fault)
{
    struct booking_step last;
    struct booking booking;
    int to;

    if (!lock_for_action(change, id, action, body, &booking, &last, fault))
        return false;
    if (reclaims_with_new_receipt(&booking, action, body))
        action = BOOKING_RECEIPT;
    /* A body with an amount is a new step, not a repetition of the last one. */
    if (body->paid == FIELD_ABSENT &&
        transition_repeats(&booking_machine, &last.last, booking.status, (int)action,
                           change->caller->actor_text)) {
        *out = booking;
        return true;
    }
    if ((!body->within_other && !change_if_match(change, booking.version, fault)) ||
        !copy_paid_and_phone(change, body, &booking, fault) ||
        !booking_transition_check(&booking, action, change->caller, &to, fault))
        return false;
    if (action == BOOKING_CHECK_IN && last.is_occupied)
        return fault_set(fault, FAULT_CONFLICT, "occupied",
                         "The previous guest is still checked in; check that guest out first.");
    if (!apply_action(change, action, (enum booking_status)to, body, &booking, fault))
        return false;
    *out = booking;
    return true;
}

/* True if the booking has already what the action would set. */
static bool has_detail(const struct booking *booking, enum booking_action action,
                       const struct booking_action_body *body)
{
    if (action == BOOKING_RATE)
        return booking->rating == body->rating;
    if (action == BOOKING_SET_PAID)
        return booking->paid == body->paid && booking->claimed == 0;
    return slice_equal(booking->guest.phone, body->phone) &&
           (booking->guest.phone_verified || !body->phone_verified);
}

/* Sets and records a detail of a locked booking. The history gets the amount paid before. */
static bool write_detail(struct change *change, enum booking_action action,
                         const struct booking_action_body *body, struct booking *booking,
                         struct fault *fault)
{
    enum { TENGE = 100 };
    struct slice reason = SLICE_NONE;

    if (action == BOOKING_SET_PAID) {
        reason = arena_printf(change->arena, "Before: paid %lld KZT",
                              (long long)(booking->paid / TENGE));
        if (reason.at == NULL)
            return arena_fault(fault);
        booking_set_paid(booking, body->paid);
    } else if (action == BOOKING_RATE) {
        booking->rating = body->rating;
    } else {
        set_phone(body, &booking->guest);
    }
    booking_store_write_details(change, booking);
    return booking_store_set_status(change->tx, booking, (enum booking_status)booking->status,
                                    FIELD_ABSENT, fault) &&
           booking_record_step(change, booking, booking->status,
                               booking_machine.actions[action].audit, reason, fault);
}

bool booking_act_set_detail(struct change *change, const struct uuid *id,
                            enum booking_action action, const struct booking_action_body *body,
                            struct booking *out, struct fault *fault)
{
    struct booking_step last;
    struct booking booking;

    if (!booking_store_lock(change, id, &booking, &last, fault))
        return false;
    const bool unchanged = has_detail(&booking, action, body);
    const bool repeated = unchanged && slice_equal(last.changed_by, change->caller->actor_text);

    if ((!repeated && !change_if_match(change, booking.version, fault)) ||
        !booking_transition_check(&booking, action, change->caller, NULL, fault) ||
        (!unchanged && (!booking_expire_if_overdue(change, &booking, fault) ||
                        !write_detail(change, action, body, &booking, fault))))
        return false;
    *out = booking;
    return true;
}
