// SPDX-License-Identifier: MIT
#include "bookings/booking_act.h"

#include "bookings/booking_record.h"
#include "bookings/booking_store.h"

/* How long somebody is waited for in the status a move leads to. */
static int64_t wait_in(enum booking_status status)
{
    if (status == BOOKING_PAYMENT_CLAIMED)
        return BOOKING_CLAIM_S;
    return status == BOOKING_HELD ? BOOKING_PAY_S : FIELD_ABSENT;
}

/* Takes from the body what confirming may tell: who paid how much, how to reach the guest. */
static bool take_note(struct change *change, const struct booking_note *note,
                      struct booking *booking, struct fault *fault)
{
    if (note->paid != FIELD_ABSENT && change->caller->actor == ACTOR_GUEST)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Owner or staff tell what was paid.");
    if (note->paid != FIELD_ABSENT)
        booking->paid = note->paid;
    if (note->phone.at != NULL)
        booking->guest.phone = note->phone;
    return true;
}

static bool confirm(struct change *change, const struct booking_note *note, struct booking *booking,
                    enum booking_status to, struct fault *fault)
{
    if (booking->guest.phone.at == NULL && booking->guest.telegram_id == FIELD_ABSENT)
        return fault_set_field(fault, change->arena, "phone", "contact_missing",
                               "A phone or Telegram account of the guest is needed.");
    if (to == BOOKING_CONFIRMED && note->paid == FIELD_ABSENT && !booking_nothing_due(booking))
        booking->paid = booking->deposit;
    booking_store_write_contact(change, booking, note->phone);
    return true;
}

/* What it costs the guest that the stay does not take place. */
static bool settle(struct change *change, enum booking_action action,
                   const struct booking_note *note, struct booking *booking, struct fault *fault)
{
    const struct policy_terms terms =
        action == BOOKING_CANCEL ? booking_terms(booking)
                                 : policy_last_terms(&booking->policy, &booking->policy_price,
                                                     booking->total, booking->paid);

    if (note->expected_refund != FIELD_ABSENT && note->expected_refund != terms.refund)
        return fault_set(fault, FAULT_CONFLICT, "refund_changed",
                         "Not what would be refunded now; see cancel-preview.");
    booking->fee = terms.fee;
    booking->refund = terms.refund;
    booking_store_write_refund(change, booking);
    return true;
}

/* `booking` is locked and settled. */
static bool move_to(struct change *change, enum booking_action action,
                    const struct booking_move *move, const struct booking_note *note,
                    struct booking *booking, struct fault *fault)
{
    const int from = booking->status;

    if (action == BOOKING_CONFIRM && !confirm(change, note, booking, move->to, fault))
        return false;
    if ((action == BOOKING_CANCEL || action == BOOKING_MARK_NO_SHOW) &&
        !settle(change, action, note, booking, fault))
        return false;
    if (action == BOOKING_CHECK_OUT
            ? !booking_store_leave(change->tx, booking, fault)
            : !booking_store_move(change->tx, booking, move->to, wait_in(move->to), fault))
        return false;
    if (action == BOOKING_CLAIM_PAYMENT) {
        booking->receipt = note->receipt;
        booking_store_write_receipt(change, booking);
    }
    return booking_record(change, booking, from, booking_action_names[action].audit, note->reason,
                          fault);
}

/* The booking, locked, if the caller may see it. */
static bool lock(struct change *change, const struct uuid *id, struct db_rows *rows,
                 struct booking *booking, struct booking_step *last, struct fault *fault)
{
    if (!booking_store_lock(change->tx, change->caller, id, rows, booking, last, fault))
        return false;
    if (!booking_visible(booking, change->caller))
        return fault_set(fault, FAULT_NOT_FOUND, "not_found", "There is no such booking.");
    return true;
}

bool booking_act(struct change *change, const struct uuid *id, enum booking_action action,
                 const struct booking_note *note, struct db_rows *rows, struct booking *out,
                 struct fault *fault)
{
    const struct booking_move *move;
    struct booking_step last;
    struct booking booking;

    if (!lock(change, id, rows, &booking, &last, fault))
        return false;
    /* Who names a sum means a step of its own, and no second tap. */
    if (note->paid == FIELD_ABSENT && booking_repeats(&booking, &last, action, change->caller)) {
        *out = booking;
        return true;
    }
    if (!change_if_match(change, booking.version, fault) ||
        !take_note(change, note, &booking, fault) ||
        !booking_move_judge(&booking, action, change->caller, &move, fault) ||
        !move_to(change, action, move, note, &booking, fault))
        return false;
    *out = booking;
    return true;
}

bool booking_set_contact(struct change *change, const struct uuid *id, struct slice phone,
                         struct db_rows *rows, struct booking *out, struct fault *fault)
{
    const struct booking_move *move;
    struct booking_step last;
    struct booking booking;

    if (!lock(change, id, rows, &booking, &last, fault))
        return false;
    const bool is_so = slice_equal(booking.guest.phone, phone);
    const bool repeated = is_so && slice_equal(last.changed_by, change->caller->actor_text);

    if ((!repeated && !change_if_match(change, booking.version, fault)) ||
        !booking_move_judge(&booking, BOOKING_CONTACT, change->caller, &move, fault))
        return false;
    if (!is_so) {
        booking.guest.phone = phone;
        if (!booking_store_move(change->tx, &booking, move->to, FIELD_ABSENT, fault))
            return false;
        booking_store_write_contact(change, &booking, phone);
        if (!booking_record(change, &booking, booking.status,
                            booking_action_names[BOOKING_CONTACT].audit, (struct slice){0}, fault))
            return false;
    }
    *out = booking;
    return true;
}
